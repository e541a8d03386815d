// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IInvoices} from "../../src/interfaces/IInvoices.sol";
import {IMarket} from "../../src/interfaces/IMarket.sol";
import {ITestUSDC} from "../utils/Deployed.sol";
import {MarketHandler} from "./MarketHandler.sol";

/// @notice Purchases that are addresses: paid by a transfer, settled by anybody, refunded.
abstract contract InvoicesHandler is MarketHandler {
    uint256 internal constant MOST_INVOICES = 4;

    struct Bill {
        IInvoices.Invoice invoice;
        IMarket.LicenceOffer offer;
        address account;
        address token;
    }

    IInvoices public immutable INVOICES;
    Bill[] internal _bills;

    constructor(Stage memory stage) {
        INVOICES = stage.invoices;
    }

    function payInvoice(uint256 seed, uint256 amount) external {
        Bill memory bill = _bills.length < MOST_INVOICES ? _newBill(seed, amount) : _someBill(seed);
        give(seed % 4 == 0 ? assetBy(seed >> 8) : bill.token, bill.account, bound(amount, 0, 1e9));
    }

    function settleInvoice(uint256 seed, uint256) external {
        if (_bills.length == 0) return;
        Bill memory bill = _someBill(seed);
        IMarket.LicenceOffer memory offer = bill.offer;
        bytes memory signature = sign(offer.seller, bill.invoice.offer);
        address[] memory holders = new address[](1);
        holders[0] = person(seed >> 8);
        if (INVOICES.isSettled(bill.account)) {
            INVOICES.settle(bill.invoice, offer, signature, holders); // a no-op
            return;
        }
        uint256 price = offer.price * bill.invoice.units;
        uint256 paid = ITestUSDC(bill.token).balanceOf(bill.account);
        if (paid < price || !_canBeBought(bill)) return;
        INVOICES.settle(bill.invoice, offer, signature, holders);

        uint256 fee = price * feeBps(offer.maxFeeBps) / BPS;
        if (offer.maxUnits != 0) MODEL.sell(bill.invoice.offer, bill.invoice.units);
        MODEL.pay(bill.token, bill.account, address(RIGHTS), price);
        MODEL.arrive(offer.workId, price - fee);
        MODEL.deferTo(bill.token, MARKET.feeRecipient(), fee);
        modelPush(sameAsset(offer.workId, offer.workId), holders);
        uint256 id = RIGHTS.licenceId(offer.workId, offer.terms);
        modelGrant(id, bill.invoice.licensee, bill.invoice.units, offer.terms.duration);
        if (refused(bill.token, bill.invoice.refundTo)) return; // the rest waits
        MODEL.pay(bill.token, bill.account, bill.invoice.refundTo, paid - price);
    }

    function refundInvoice(uint256 seed, uint256) external {
        if (_bills.length == 0) return;
        Bill memory bill = _someBill(seed);
        (address token, address to) = (assetBy(seed >> 8), person(seed >> 16));
        if (refused(token, to)) return;
        vm.prank(bill.invoice.refundTo);
        uint256 amount = INVOICES.refund(bill.invoice, token, to);
        require(amount == MODEL.wallet(token, bill.account), "not all of it");
        MODEL.pay(token, bill.account, to, amount);
    }

    /// @dev Refused while the offer stands.
    function refundUnused(uint256 seed, uint256) external {
        if (_bills.length == 0) return;
        Bill memory bill = _someBill(seed);
        address token = assetBy(seed >> 8);
        try INVOICES.refundUnused(bill.invoice, bill.offer, token) returns (uint256 amount) {
            bool mayBuy = _canBeBought(bill) && !INVOICES.isSettled(bill.account) && token == bill.token;
            require(!mayBuy, "refunded while the offer stands");
            MODEL.pay(token, bill.account, bill.invoice.refundTo, amount);
        } catch {}
    }

    function _newBill(uint256 seed, uint256 choice) private returns (Bill memory bill) {
        bill.offer = licenceOffer(workBy(seed), choice);
        bill.token = RIGHTS.assetOf(bill.offer.workId);
        bill.invoice = IInvoices.Invoice({
            offer: MARKET.hashLicenceOffer(bill.offer),
            licensee: person(seed >> 8),
            units: uint128(1 + seed % 3),
            refundTo: person(seed >> 16),
            salt: bytes32(next())
        });
        bill.account = INVOICES.addressOf(bill.invoice);
        MODEL.know(bill.account);
        _bills.push(bill);
    }

    function _someBill(uint256 seed) private view returns (Bill memory) {
        return _bills[seed % _bills.length];
    }

    function _canBeBought(Bill memory bill) private view returns (bool) {
        IMarket.LicenceOffer memory offer = bill.offer;
        uint256 sold = MARKET.filled(bill.invoice.offer);
        return canSell() && offer.seller == RIGHTS.creatorOf(offer.workId)
            && offer.counter == MARKET.counterOf(offer.seller) && sold != type(uint256).max
            && (offer.maxUnits == 0 || sold + bill.invoice.units <= offer.maxUnits);
    }
}
