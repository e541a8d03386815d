// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Ownable, Ownable2Step} from "@openzeppelin/contracts/access/Ownable2Step.sol";
import {IERC1155} from "@openzeppelin/contracts/interfaces/IERC1155.sol";
import {IERC2981} from "@openzeppelin/contracts/interfaces/IERC2981.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {Payments} from "./Payments.sol";
import {SignatureVerifier} from "./SignatureVerifier.sol";
import {IMarket} from "./interfaces/IMarket.sol";
import {IRights} from "./interfaces/IRights.sol";
import {IRoyaltySplitter} from "./interfaces/IRoyaltySplitter.sol";
import {TypedData} from "./libraries/TypedData.sol";

/// @title Signed offers and their purchase. An edge of Rights: it can be replaced, and holds nobody's money.
contract Market is IMarket, Payments, SignatureVerifier, EIP712, Ownable2Step, ReentrancyGuardTransient {
    uint256 private constant WITHDRAWN = type(uint256).max;
    uint256 private constant UNLIMITED = type(uint128).max; // as many as a licence can count
    uint256 private constant BPS = 10_000;

    /// @inheritdoc IMarket
    uint256 public constant MAX_FEE_BPS = 500;

    /// @inheritdoc IMarket
    IRights public immutable RIGHTS;

    // One slot.

    /// @inheritdoc IMarket
    address public feeRecipient;
    uint16 private _feeBps;

    /// @inheritdoc IMarket
    bool public salesPaused;

    /// @inheritdoc IMarket
    mapping(bytes32 offer => uint256) public filled;

    /// @inheritdoc IMarket
    mapping(address seller => uint256) public counterOf;

    constructor(IRights rights, address owner) EIP712("Mintmark Market", "1") Ownable(owner) {
        RIGHTS = rights;
    }

    /// @dev A purchase of one offer, checked and counted, that is yet to be paid.
    struct Sale {
        bytes32 offer;
        address asset;
        uint256 price;
        uint256 fee; // part of the price
    }

    /// @inheritdoc IMarket
    function buyLicence(
        LicenceOffer calldata offer,
        bytes calldata signature,
        address licensee,
        uint256 units,
        uint256 maxPrice,
        Payment calldata payment,
        address[] calldata holders
    ) external payable nonReentrant returns (uint256 licenceId) {
        Sale memory sale = _accept(offer, signature, licensee, units);
        if (sale.price > maxPrice) revert PriceTooHigh(sale.price, maxPrice);
        _collect(payment, sale.asset, sale.price, address(RIGHTS), purposeOf(sale.offer, licensee, units));
        _distribute(offer.workId, sale.asset, sale.price - sale.fee, sale.fee);
        if (holders.length != 0) {
            uint256[] memory workIds = new uint256[](1);
            workIds[0] = offer.workId;
            RIGHTS.push(workIds, holders);
        }
        licenceId = _grant(offer, sale, licensee, units, payment.payer);
        _returnSurplus();
    }

    /// @inheritdoc IMarket
    function buyLicences(Basket[] calldata baskets, address licensee, address[] calldata holders)
        external
        payable
        nonReentrant
        returns (uint256[][] memory licenceIds)
    {
        licenceIds = new uint256[][](baskets.length);
        for (uint256 i; i < baskets.length; ++i) {
            licenceIds[i] = _buyBasket(baskets[i], licensee, holders);
        }
        _returnSurplus();
    }

    /// @inheritdoc IMarket
    function buyShares(
        ShareOffer calldata offer,
        bytes calldata signature,
        address buyer,
        uint256 shares,
        uint256 maxPrice,
        Payment calldata payment
    ) external payable nonReentrant {
        bytes32 digest = hashShareOffer(offer);
        uint256 revenue = RIGHTS.revenueOf(offer.workId);
        if (revenue > offer.maxRevenue) revert RevenuePassed(revenue, offer.maxRevenue);
        _checkRecipient(buyer, offer.buyer);
        _checkOffer(digest, offer.seller, signature, offer.deadline, offer.counter);
        _fill(digest, shares, offer.shares);

        uint256 price = Math.mulDiv(offer.price, shares, offer.shares, Math.Rounding.Ceil);
        if (price > maxPrice) revert PriceTooHigh(price, maxPrice);
        uint256 fee = _feeRoundedDown(price, offer.maxFeeBps);
        (address creator, address asset) = RIGHTS.creatorAndAssetOf(offer.workId);
        uint256 royalty;
        if (offer.seller != creator) (, royalty) = IERC2981(address(RIGHTS)).royaltyInfo(offer.workId, price);

        address source = _draw(payment, asset, price, purposeOf(digest, buyer, shares));
        _send(asset, source, offer.seller, price - fee - royalty); // fits: a royalty is at most half, a fee 5 %
        _send(asset, source, address(RIGHTS), fee + royalty);
        _distribute(offer.workId, asset, royalty, fee);
        IERC1155(address(RIGHTS)).safeTransferFrom(offer.seller, buyer, offer.workId, shares, "");
        emit SharesPurchased(digest, offer.workId, buyer, offer.seller, payment.payer, shares, price, fee, royalty);
        _returnSurplus();
    }

    /// @inheritdoc IMarket
    function cancelLicenceOffer(LicenceOffer calldata offer) external {
        _cancel(hashLicenceOffer(offer), offer.seller);
    }

    /// @inheritdoc IMarket
    function cancelShareOffer(ShareOffer calldata offer) external {
        _cancel(hashShareOffer(offer), offer.seller);
    }

    /// @inheritdoc IMarket
    function cancelAll() external returns (uint256 counter) {
        counter = ++counterOf[msg.sender];
        emit AllOffersCancelled(msg.sender, counter);
    }

    /// @inheritdoc IMarket
    function hashLicenceOffer(LicenceOffer calldata offer) public view returns (bytes32) {
        return _hashTypedDataV4(TypedData.hash(offer));
    }

    /// @inheritdoc IMarket
    function hashShareOffer(ShareOffer calldata offer) public view returns (bytes32) {
        return _hashTypedDataV4(TypedData.hash(offer));
    }

    /// @inheritdoc IMarket
    function hashBasket(bytes32[] memory offers, uint256[] memory units) public pure returns (bytes32) {
        return keccak256(abi.encode(offers, units));
    }

    /// @inheritdoc IMarket
    function purposeOf(bytes32 offer, address recipient, uint256 quantity) public pure returns (bytes32) {
        return keccak256(abi.encode(offer, recipient, quantity));
    }

    /// @inheritdoc IMarket
    function feeBps() external view returns (uint256) {
        return _feeBps;
    }

    /// @inheritdoc IMarket
    function setFee(uint256 newFeeBps, address recipient) external onlyOwner {
        if (newFeeBps > MAX_FEE_BPS) revert FeeTooHigh(newFeeBps, MAX_FEE_BPS);
        if (newFeeBps != 0 && recipient == address(0)) revert NoFeeRecipient();
        _feeBps = uint16(newFeeBps); // fits: at most MAX_FEE_BPS
        feeRecipient = recipient;
        emit FeeSet(newFeeBps, recipient);
    }

    /// @inheritdoc IMarket
    function pauseSales(bool paused) external onlyOwner {
        salesPaused = paused;
        emit SalesPaused(paused);
    }

    function _buyBasket(Basket calldata basket, address licensee, address[] calldata holders)
        private
        returns (uint256[] memory licenceIds)
    {
        Item[] calldata items = basket.items;
        if (items.length == 0) revert NothingWanted();
        Sale[] memory sales = new Sale[](items.length);
        IRoyaltySplitter.Earning[] memory earnings = new IRoyaltySplitter.Earning[](items.length);
        uint256[] memory workIds = new uint256[](items.length);
        uint256 total;
        for (uint256 i; i < items.length; ++i) {
            Sale memory sale = _accept(items[i].offer, items[i].signature, licensee, items[i].units);
            sales[i] = sale;
            workIds[i] = items[i].offer.workId;
            earnings[i] = IRoyaltySplitter.Earning(workIds[i], sale.price - sale.fee, sale.fee);
            total += sale.price;
        }
        if (total > basket.maxPrice) revert PriceTooHigh(total, basket.maxPrice);
        address asset = sales[0].asset; // Rights refuses an earning in another
        _collect(basket.payment, asset, total, address(RIGHTS), _purposeOf(sales, items, licensee));
        RIGHTS.distribute(asset, earnings, feeRecipient);
        if (holders.length != 0) RIGHTS.push(workIds, holders);

        licenceIds = new uint256[](items.length);
        for (uint256 i; i < items.length; ++i) {
            licenceIds[i] = _grant(items[i].offer, sales[i], licensee, items[i].units, basket.payment.payer);
        }
    }

    function _purposeOf(Sale[] memory sales, Item[] calldata items, address licensee) private pure returns (bytes32) {
        bytes32[] memory offers = new bytes32[](items.length);
        uint256[] memory units = new uint256[](items.length);
        for (uint256 i; i < items.length; ++i) {
            offers[i] = sales[i].offer;
            units[i] = items[i].units;
        }
        return purposeOf(hashBasket(offers, units), licensee, items.length);
    }

    /// @dev Checks an offer of a licence, and counts what is bought of it.
    function _accept(LicenceOffer calldata offer, bytes calldata signature, address licensee, uint256 units)
        private
        returns (Sale memory sale)
    {
        address creator;
        sale.offer = hashLicenceOffer(offer);
        (creator, sale.asset) = RIGHTS.creatorAndAssetOf(offer.workId);
        if (offer.seller != creator) revert SellerIsNotCreator(offer.seller, creator);
        _checkRecipient(licensee, offer.licensee);
        _checkOffer(sale.offer, offer.seller, signature, offer.deadline, offer.counter);
        _fill(sale.offer, units, offer.maxUnits == 0 ? UNLIMITED : offer.maxUnits);
        sale.price = units * offer.price; // fits: both are below 2^128
        sale.fee = _feeRoundedDown(sale.price, offer.maxFeeBps);
    }

    function _distribute(uint256 workId, address asset, uint256 amount, uint256 fee) private {
        if (amount + fee == 0) return;
        IRoyaltySplitter.Earning[] memory earnings = new IRoyaltySplitter.Earning[](1);
        earnings[0] = IRoyaltySplitter.Earning(workId, amount, fee);
        RIGHTS.distribute(asset, earnings, feeRecipient);
    }

    function _grant(LicenceOffer calldata offer, Sale memory sale, address licensee, uint256 units, address payer)
        private
        returns (uint256 licenceId)
    {
        uint256 until;
        (licenceId, until) = RIGHTS.grantLicence(offer.workId, offer.terms, licensee, units);
        emit LicencePurchased(sale.offer, offer.workId, licensee, payer, licenceId, units, sale.price, sale.fee, until);
    }

    function _checkRecipient(address recipient, address expected) private pure {
        if (expected != address(0) && recipient != expected) revert NotForYou(recipient, expected);
    }

    function _checkOffer(bytes32 digest, address seller, bytes calldata signature, uint256 deadline, uint256 counter)
        private
    {
        if (salesPaused) revert SalesArePaused();
        if (deadline != 0 && block.timestamp > deadline) revert OfferExpired(deadline, block.timestamp);
        if (counter != counterOf[seller]) revert CounterPassed(counter, counterOf[seller]);
        if (!_isValidSignature(seller, digest, signature)) revert InvalidSignature(seller, digest);
    }

    /// @dev Where there is no limit, nothing needs counting.
    function _fill(bytes32 digest, uint256 quantity, uint256 limit) private {
        uint256 sold = filled[digest];
        if (sold == WITHDRAWN) revert OfferWithdrawn(digest);
        if (quantity == 0) revert NothingWanted();
        if (quantity > limit - sold) revert SoldOut(digest, quantity, limit - sold);
        if (limit != UNLIMITED) filled[digest] = sold + quantity;
    }

    function _cancel(bytes32 digest, address seller) private {
        if (msg.sender != seller) revert NotTheSeller(msg.sender, seller);
        filled[digest] = WITHDRAWN;
        emit OfferCancelled(digest, seller);
    }

    function _feeRoundedDown(uint256 price, uint256 maxFeeBps) private view returns (uint256) {
        return Math.mulDiv(price, Math.min(_feeBps, maxFeeBps), BPS);
    }
}
