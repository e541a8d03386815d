// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Ownable, Ownable2Step} from "@openzeppelin/contracts/access/Ownable2Step.sol";
import {IERC1155} from "@openzeppelin/contracts/interfaces/IERC1155.sol";
import {IERC20} from "@openzeppelin/contracts/interfaces/IERC20.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {IERC3009} from "./interfaces/IERC3009.sol";
import {IMarket} from "./interfaces/IMarket.sol";
import {IRights} from "./interfaces/IRights.sol";
import {Signatures} from "./libraries/Signatures.sol";
import {TypedData} from "./libraries/TypedData.sol";

/// @title Signed offers and their purchase. An edge of Rights: it can be replaced, and holds nobody's earnings.
contract Market is IMarket, EIP712, Ownable2Step, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

    uint256 private constant WITHDRAWN = type(uint256).max;
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

    /// @inheritdoc IMarket
    function buyLicence(
        LicenceOffer calldata offer,
        bytes calldata signature,
        address licensee,
        uint256 units,
        uint256 maxPrice,
        Payment calldata payment,
        address[] calldata holders
    ) external nonReentrant returns (uint256 licenceId) {
        bytes32 digest = hashLicenceOffer(offer);
        address creator = RIGHTS.creatorOf(offer.workId);
        if (offer.seller != creator) revert SellerIsNotCreator(offer.seller, creator);
        _checkRecipient(licensee, offer.licensee);
        _checkOffer(digest, offer.seller, signature, offer.deadline, offer.counter);
        _fill(digest, units, offer.maxUnits == 0 ? type(uint128).max : offer.maxUnits);

        uint256 price = units * offer.price; // fits: both are below 2^128
        if (price > maxPrice) revert PriceTooHigh(price, maxPrice);
        uint256 fee = _feeRoundedDown(price, offer.maxFeeBps);
        address asset = RIGHTS.assetOf(offer.workId);
        _pay(payment, asset, price, 0, address(RIGHTS), Purpose(digest, licensee, units));
        if (price != 0) {
            uint256 paid = RIGHTS.distribute(offer.workId, fee, feeRecipient) + fee;
            if (paid < price) revert PaidTooLittle(paid, price);
        }
        if (holders.length != 0) RIGHTS.push(_single(offer.workId), holders);

        uint256 until;
        (licenceId, until) = RIGHTS.grantLicence(offer.workId, offer.terms, licensee, units);
        emit LicencePurchased(digest, offer.workId, licensee, payment.payer, licenceId, units, price, fee, until);
    }

    /// @inheritdoc IMarket
    function buyShares(
        ShareOffer calldata offer,
        bytes calldata signature,
        address buyer,
        uint256 shares,
        uint256 maxPrice,
        Payment calldata payment
    ) external nonReentrant {
        bytes32 digest = hashShareOffer(offer);
        uint256 revenue = RIGHTS.revenueOf(offer.workId);
        if (revenue > offer.maxRevenue) revert RevenuePassed(revenue, offer.maxRevenue);
        _checkRecipient(buyer, offer.buyer);
        _checkOffer(digest, offer.seller, signature, offer.deadline, offer.counter);
        _fill(digest, shares, offer.shares);

        uint256 price = Math.mulDiv(offer.price, shares, offer.shares, Math.Rounding.Ceil);
        if (price > maxPrice) revert PriceTooHigh(price, maxPrice);
        uint256 fee = _feeRoundedDown(price, offer.maxFeeBps);
        address asset = RIGHTS.assetOf(offer.workId);
        _pay(payment, asset, price, fee, offer.seller, Purpose(digest, buyer, shares));

        IERC1155(address(RIGHTS)).safeTransferFrom(offer.seller, buyer, offer.workId, shares, "");
        emit SharesPurchased(digest, offer.workId, buyer, offer.seller, payment.payer, shares, price, fee);
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
    function withdrawFee(address asset) external nonReentrant returns (uint256 amount) {
        address recipient = feeRecipient;
        amount = IERC20(asset).balanceOf(address(this));
        if (amount == 0 || recipient == address(0)) return 0;
        IERC20(asset).safeTransfer(recipient, amount);
        emit FeeWithdrawn(recipient, asset, amount);
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
    function authorizationNonce(bytes32 offer, address recipient, uint256 quantity, bytes32 salt)
        public
        pure
        returns (bytes32)
    {
        return keccak256(abi.encode(offer, recipient, quantity, salt));
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

    /// @dev What a payment is for: an authorisation's nonce binds it to exactly this.
    struct Purpose {
        bytes32 offer;
        address recipient;
        uint256 quantity;
    }

    function _checkRecipient(address recipient, address expected) private pure {
        if (expected != address(0) && recipient != expected) revert NotForYou(recipient, expected);
    }

    function _checkOffer(bytes32 digest, address seller, bytes calldata signature, uint256 deadline, uint256 counter)
        private
        view
    {
        if (salesPaused) revert SalesArePaused();
        if (deadline != 0 && block.timestamp > deadline) revert OfferExpired(deadline, block.timestamp);
        if (counter != counterOf[seller]) revert CounterPassed(counter, counterOf[seller]);
        if (!Signatures.isValid(seller, digest, signature)) revert InvalidSignature(seller, digest);
    }

    function _fill(bytes32 digest, uint256 quantity, uint256 limit) private {
        uint256 sold = filled[digest];
        if (sold == WITHDRAWN) revert OfferWithdrawn(digest);
        if (quantity == 0) revert NothingWanted();
        if (quantity > limit - sold) revert SoldOut(digest, quantity, limit - sold);
        filled[digest] = sold + quantity;
    }

    function _cancel(bytes32 digest, address seller) private {
        if (msg.sender != seller) revert NotTheSeller(msg.sender, seller);
        filled[digest] = WITHDRAWN;
        emit OfferCancelled(digest, seller);
    }

    function _feeRoundedDown(uint256 price, uint256 maxFeeBps) private view returns (uint256) {
        return Math.mulDiv(price, Math.min(_feeBps, maxFeeBps), BPS);
    }

    /// @dev Brings `price` from the payer: `fee` stays here, the rest goes to `payee`.
    function _pay(
        Payment calldata payment,
        address asset,
        uint256 price,
        uint256 fee,
        address payee,
        Purpose memory purpose
    ) private {
        bool byAuthorization = payment.method == Method.AUTHORIZATION && price != 0;
        if (!byAuthorization && payment.payer != msg.sender) revert PayerIsNotCaller(payment.payer, msg.sender);
        if (price == 0) return;

        if (byAuthorization) {
            _receive(payment, asset, price, purpose);
            IERC20(asset).safeTransfer(payee, price - fee);
        } else {
            if (payment.method == Method.PERMIT) _permit(asset, price, payment.data);
            IERC20(asset).safeTransferFrom(msg.sender, payee, price - fee);
            if (fee != 0) IERC20(asset).safeTransferFrom(msg.sender, address(this), fee);
        }
    }

    /// @dev ERC-3009: only this contract can use the authorisation, and only for this purpose.
    function _receive(Payment calldata payment, address asset, uint256 price, Purpose memory purpose) private {
        (uint256 validAfter, uint256 validBefore, bytes32 salt, bytes memory signature) =
            abi.decode(payment.data, (uint256, uint256, bytes32, bytes));
        uint256 before = IERC20(asset).balanceOf(address(this));
        IERC3009(asset)
            .receiveWithAuthorization(
                payment.payer,
                address(this),
                price,
                validAfter,
                validBefore,
                authorizationNonce(purpose.offer, purpose.recipient, purpose.quantity, salt),
                signature
            );
        uint256 paid = IERC20(asset).balanceOf(address(this)) - before;
        if (paid < price) revert PaidTooLittle(paid, price);
    }

    /// @dev A permit that someone else has used already has done its work: the allowance decides.
    function _permit(address asset, uint256 price, bytes calldata data) private {
        (uint256 deadline, uint8 v, bytes32 r, bytes32 s) = abi.decode(data, (uint256, uint8, bytes32, bytes32));
        try IERC20Permit(asset).permit(msg.sender, address(this), price, deadline, v, r, s) {} catch {}
    }

    function _single(uint256 workId) private pure returns (uint256[] memory workIds) {
        workIds = new uint256[](1);
        workIds[0] = workId;
    }
}
