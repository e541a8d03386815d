// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/interfaces/IERC20.sol";
import {Clones} from "@openzeppelin/contracts/proxy/Clones.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import {InvoiceAccount} from "./InvoiceAccount.sol";
import {IInvoices} from "./interfaces/IInvoices.sol";
import {IMarket} from "./interfaces/IMarket.sol";
import {IPayments} from "./interfaces/IPayments.sol";
import {IRights} from "./interfaces/IRights.sol";
import {IRoyaltySplitter} from "./interfaces/IRoyaltySplitter.sol";

/// @title A purchase as an address, which any plain transfer can pay.
contract Invoices is IInvoices, ReentrancyGuardTransient {
    /// @inheritdoc IInvoices
    IMarket public immutable MARKET;

    /// @inheritdoc IInvoices
    IRights public immutable RIGHTS;

    address private immutable ACCOUNT_CODE = address(new InvoiceAccount());

    /// @inheritdoc IInvoices
    mapping(address account => bool) public isSettled;

    constructor(IMarket market) {
        MARKET = market;
        RIGHTS = market.RIGHTS();
    }

    /// @inheritdoc IInvoices
    function settle(
        Invoice calldata invoice,
        IMarket.LicenceOffer calldata offer,
        bytes calldata signature,
        address[] calldata holders
    ) external nonReentrant {
        _checkOffer(invoice, offer);
        address account = addressOf(invoice);
        if (isSettled[account]) return;
        isSettled[account] = true;

        uint256 price = uint256(invoice.units) * offer.price;
        IERC20 asset = IERC20(RIGHTS.assetOf(offer.workId));
        uint256 paid = asset.balanceOf(account);
        if (paid < price) revert IPayments.PaidTooLittle(paid, price);
        emit InvoiceSettled(account, invoice.offer, invoice.licensee, invoice.units, price);

        IPayments.Payment memory payment = IPayments.Payment(IPayments.Method.ALLOWANCE, account, "");
        bytes memory purchase = abi.encodeCall(
            IMarket.buyLicence, (offer, signature, invoice.licensee, invoice.units, price, payment, holders)
        );
        _deployed(account, invoice).buy(address(MARKET), asset, price, purchase);
        if (paid == price) return;
        try InvoiceAccount(account).send(asset, invoice.refundTo, paid - price) {
            emit InvoiceRefunded(account, address(asset), invoice.refundTo, paid - price);
        } catch {} // it stays, and anyone can send it back
    }

    /// @inheritdoc IInvoices
    function refund(Invoice calldata invoice, address asset, address to)
        external
        nonReentrant
        returns (uint256 amount)
    {
        if (msg.sender != invoice.refundTo) {
            revert NotTheRefundee(msg.sender, invoice.refundTo);
        }
        return _refund(invoice, asset, to);
    }

    /// @inheritdoc IInvoices
    function refundUnused(Invoice calldata invoice, IMarket.LicenceOffer calldata offer, address asset)
        external
        nonReentrant
        returns (uint256 amount)
    {
        _checkOffer(invoice, offer);
        bool isOfUse = !isSettled[addressOf(invoice)] && asset == RIGHTS.assetOf(offer.workId)
            && _canStillBeBought(invoice, offer);
        if (isOfUse) revert OfferStillStands(invoice.offer);
        return _refund(invoice, asset, invoice.refundTo);
    }

    /// @inheritdoc IInvoices
    function addressOf(Invoice calldata invoice) public view returns (address) {
        if (invoice.refundTo == address(0)) revert NobodyToRefund();
        return Clones.predictDeterministicAddress(ACCOUNT_CODE, _saltOf(invoice));
    }

    function _refund(Invoice calldata invoice, address asset, address to) private returns (uint256 amount) {
        if (to == address(0) || to == address(RIGHTS)) revert IRoyaltySplitter.InvalidPayee(to);
        address account = addressOf(invoice);
        amount = IERC20(asset).balanceOf(account);
        if (amount == 0) return 0;
        emit InvoiceRefunded(account, asset, to, amount);
        _deployed(account, invoice).send(IERC20(asset), to, amount);
    }

    function _deployed(address account, Invoice calldata invoice) private returns (InvoiceAccount) {
        if (account.code.length == 0) Clones.cloneDeterministic(ACCOUNT_CODE, _saltOf(invoice));
        return InvoiceAccount(account);
    }

    function _checkOffer(Invoice calldata invoice, IMarket.LicenceOffer calldata offer) private view {
        bytes32 digest = MARKET.hashLicenceOffer(offer);
        if (digest != invoice.offer) revert OfferDiffers(digest, invoice.offer);
    }

    /// @dev Whether there may yet be a block in which Market sells this. A pause ends, and a counter is reached.
    function _canStillBeBought(Invoice calldata invoice, IMarket.LicenceOffer calldata offer)
        private
        view
        returns (bool)
    {
        uint256 limit = offer.maxUnits == 0 ? type(uint128).max : offer.maxUnits;
        uint256 sold = MARKET.filled(invoice.offer); // more than any limit once the offer is cancelled
        return invoice.units != 0 && sold <= limit && invoice.units <= limit - sold
            && (offer.deadline == 0 || block.timestamp <= offer.deadline)
            && (offer.licensee == address(0) || offer.licensee == invoice.licensee)
            && offer.counter >= MARKET.counterOf(offer.seller) && offer.seller == RIGHTS.creatorOf(offer.workId);
    }

    function _saltOf(Invoice calldata invoice) private pure returns (bytes32) {
        return keccak256(abi.encode(invoice));
    }
}
