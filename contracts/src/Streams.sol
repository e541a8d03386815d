// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/interfaces/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {LibBit} from "solady/utils/LibBit.sol";

import {Payments} from "./Payments.sol";
import {SignatureVerifier} from "./SignatureVerifier.sol";
import {IMarket} from "./interfaces/IMarket.sol";
import {IRights} from "./interfaces/IRights.sol";
import {IRoyaltySplitter} from "./interfaces/IRoyaltySplitter.sol";
import {IStreams} from "./interfaces/IStreams.sol";
import {TypedData} from "./libraries/TypedData.sol";

/// @title Licences that are paid by the second. An edge of Rights: it keeps deposits until they are used or returned.
/// @dev used(t) = price * (min(t, fundedUntil) - start) / period; fundedUntil = start + deposit * period / price. Both are
/// rounded down, so `used` is never more than the deposit.
contract Streams is IStreams, Payments, SignatureVerifier, EIP712, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

    /// @dev What is used up and not settled, of streams that follow each other in one asset.
    struct Batch {
        address asset;
        uint256 total;
        uint256 count;
        IRoyaltySplitter.Earning[] earnings; // room for all of them
    }

    uint256 private constant BPS = 10_000;
    uint256 private constant MAX_SCOPES = 32;

    /// @inheritdoc IStreams
    IRights public immutable RIGHTS;

    /// @inheritdoc IStreams
    IMarket public immutable MARKET;

    mapping(uint256 streamId => Stream) private _streams;

    /// @dev By scope's bit; six of them lie in one slot.
    mapping(uint256 workId => mapping(address licensee => uint40[MAX_SCOPES])) private _preferred;

    /// @inheritdoc IStreams
    uint256 public streamCount;

    /// @inheritdoc IStreams
    mapping(bytes32 offer => bool) public isWithdrawn;

    /// @inheritdoc IStreams
    mapping(address seller => uint256) public counterOf;

    /// @inheritdoc IStreams
    mapping(address asset => mapping(address payer => uint256)) public deferred;

    constructor(IRights rights, IMarket market) EIP712("Mintmark Streams", "1") {
        RIGHTS = rights;
        MARKET = market;
    }

    /// @inheritdoc IStreams
    function open(
        StreamOffer calldata offer,
        bytes calldata signature,
        address licensee,
        uint256 deposit,
        Payment calldata payment
    ) external payable nonReentrant returns (uint256 streamId) {
        bytes32 digest = hashStreamOffer(offer);
        address asset = _checkOffer(offer, digest, signature, licensee);

        streamId = ++streamCount;
        Stream storage stream = _streams[streamId];
        stream.asset = asset;
        stream.price = uint96(offer.price); // fits: checked
        stream.start = uint40(block.timestamp);
        stream.period = offer.period;
        stream.licensee = licensee;
        stream.workId = uint64(offer.workId); // fits: there is such a work
        stream.maxFeeBps = offer.maxFeeBps;
        stream.payer = payment.payer;
        stream.scopes = offer.terms.scopes;
        uint256 until = _fund(streamId, stream, deposit, payment.payer);
        emit StreamOpened(streamId, offer.workId, licensee, digest, payment.payer, deposit, until, offer.terms);
        _bring(payment, asset, deposit, openingPurpose(digest, licensee));
    }

    /// @inheritdoc IStreams
    function topUp(uint256 streamId, address licensee, uint256 amount, Payment calldata payment)
        external
        payable
        nonReentrant
    {
        Stream storage stream = _existing(streamId);
        if (stream.closed) revert StreamIsClosed(streamId);
        if (stream.licensee != licensee) revert LicenseeDiffers(streamId, stream.licensee, licensee);

        // Nothing was licensed since it ran dry, so nothing is charged for that time.
        stream.start += uint40(Math.saturatingSub(block.timestamp, _fundedUntil(stream))); // fits: at most now
        uint256 until = _fund(streamId, stream, amount, payment.payer);
        emit StreamToppedUp(streamId, payment.payer, amount, until);
        _bring(payment, stream.asset, amount, toppingUpPurpose(streamId, licensee));
    }

    /// @inheritdoc IStreams
    function stop(uint256 streamId) external returns (uint256 refund) {
        refund = _stop(streamId);
        uint256[] memory streamIds = new uint256[](1);
        streamIds[0] = streamId;
        uint256 gasBefore = gasleft();
        try this.settle(streamIds) {}
        catch {
            // A wallet sends the least gas that does not revert: it must not be so little that nothing is settled. A call
            // that ran out leaves 1/64 a level.
            if (gasleft() < gasBefore / 8) revert IRoyaltySplitter.OutOfGasWhilePaying(address(RIGHTS));
        }
    }

    /// @inheritdoc IStreams
    function settle(uint256[] calldata streamIds) external nonReentrant {
        bool isEdge = RIGHTS.isEdge(address(this));
        uint256 feeBps = isEdge ? MARKET.feeBps() : 0;
        Batch memory batch;
        batch.earnings = new IRoyaltySplitter.Earning[](streamIds.length);
        for (uint256 i; i < streamIds.length; ++i) {
            Stream storage stream = _existing(streamIds[i]);
            uint256 due = _usedRoundedDown(stream) - stream.settled;
            if (due == 0) continue;
            stream.settled += uint88(due); // fits: at most the deposit
            uint256 fee = due * Math.min(feeBps, stream.maxFeeBps) / BPS;
            emit StreamSettled(streamIds[i], stream.workId, due - fee, fee);
            if (stream.asset != batch.asset) {
                _deliver(batch, isEdge);
                (batch.asset, batch.total, batch.count) = (stream.asset, 0, 0);
            }
            _add(batch, stream.workId, due - fee, fee);
        }
        _deliver(batch, isEdge);
    }

    /// @inheritdoc IStreams
    function giveNotice(uint256 streamId) external {
        Stream storage stream = _existing(streamId);
        address creator = RIGHTS.creatorOf(stream.workId);
        if (msg.sender != creator) revert IRights.NotTheCreator(msg.sender, creator);
        if (stream.closed) return;
        stream.closed = true;
        emit NoticeGiven(streamId, creator, _fundedUntil(stream));
    }

    /// @inheritdoc IStreams
    function prefer(uint256 streamId) external {
        Stream storage stream = _existing(streamId);
        _prefer(streamId, stream, msg.sender == stream.licensee);
    }

    /// @inheritdoc IStreams
    function withdrawDeferred(address asset, address to) external nonReentrant returns (uint256 amount) {
        if (to == address(0) || to == address(this)) revert IRoyaltySplitter.InvalidPayee(to);
        amount = deferred[asset][msg.sender];
        if (amount == 0) return 0;
        deferred[asset][msg.sender] = 0;
        emit RefundWithdrawn(msg.sender, asset, to, amount);
        IERC20(asset).safeTransfer(to, amount);
    }

    /// @inheritdoc IStreams
    function cancelOffer(StreamOffer calldata offer) external {
        if (msg.sender != offer.seller) revert IMarket.NotTheSeller(msg.sender, offer.seller);
        bytes32 digest = hashStreamOffer(offer);
        isWithdrawn[digest] = true;
        emit StreamOfferCancelled(digest, msg.sender);
    }

    /// @inheritdoc IStreams
    function cancelAllOffers() external returns (uint256 counter) {
        counter = ++counterOf[msg.sender];
        emit AllStreamOffersCancelled(msg.sender, counter);
    }

    /// @inheritdoc IStreams
    function isLicensed(address account, uint256 workId, uint32 scope) external view returns (bool) {
        uint40[MAX_SCOPES] storage places = _preferred[workId][account];
        if (scope == 0) {
            for (uint256 bit; bit < MAX_SCOPES; ++bit) {
                if (_isFunded(places[bit])) return true;
            }
            return false;
        }
        for (uint256 left = scope; left != 0; left &= left - 1) {
            if (!_isFunded(places[LibBit.ffs(left)])) return false;
        }
        return true;
    }

    /// @inheritdoc IStreams
    function preferredStream(address account, uint256 workId, uint256 scopeBit) external view returns (uint256) {
        return scopeBit < MAX_SCOPES ? _preferred[workId][account][scopeBit] : 0;
    }

    /// @inheritdoc IStreams
    function fundedUntil(uint256 streamId) external view returns (uint256) {
        return _fundedUntil(_existing(streamId));
    }

    /// @inheritdoc IStreams
    function used(uint256 streamId) external view returns (uint256) {
        return _usedRoundedDown(_existing(streamId));
    }

    /// @inheritdoc IStreams
    function streamOf(uint256 streamId) external view returns (Stream memory) {
        return _existing(streamId);
    }

    /// @inheritdoc IStreams
    function hashStreamOffer(StreamOffer calldata offer) public view returns (bytes32) {
        return _hashTypedDataV4(TypedData.hash(offer));
    }

    /// @inheritdoc IStreams
    function openingPurpose(bytes32 offer, address licensee) public pure returns (bytes32) {
        return keccak256(abi.encode("open", offer, licensee));
    }

    /// @inheritdoc IStreams
    function toppingUpPurpose(uint256 streamId, address licensee) public pure returns (bytes32) {
        return keccak256(abi.encode("top up", streamId, licensee));
    }

    function _checkOffer(StreamOffer calldata offer, bytes32 digest, bytes calldata signature, address licensee)
        private
        returns (address asset)
    {
        if (MARKET.salesPaused()) revert IMarket.SalesArePaused();
        address creator;
        (creator, asset) = RIGHTS.creatorAndAssetOf(offer.workId);
        if (offer.seller != creator) revert IMarket.SellerIsNotCreator(offer.seller, creator);
        if (licensee == address(0)) revert NobodyToLicense();
        if (offer.licensee != address(0) && licensee != offer.licensee) {
            revert IMarket.NotForYou(licensee, offer.licensee);
        }
        IRights.Terms calldata terms = offer.terms;
        if (
            terms.scopes == 0 || terms.duration != 0 || terms.transferable || terms.remixShares != 0
                || terms.remixApproval
        ) revert UnfitTerms(terms);
        if (offer.price == 0 || offer.price > type(uint96).max || offer.period == 0) {
            revert UnfitRate(offer.price, offer.period);
        }
        if (offer.deadline != 0 && block.timestamp > offer.deadline) {
            revert IMarket.OfferExpired(offer.deadline, block.timestamp);
        }
        uint256 counter = counterOf[offer.seller];
        if (offer.counter != counter) revert IMarket.CounterPassed(offer.counter, counter);
        if (isWithdrawn[digest]) revert IMarket.OfferWithdrawn(digest);
        if (!_isValidSignature(offer.seller, digest, signature)) {
            revert IMarket.InvalidSignature(offer.seller, digest);
        }
    }

    /// @dev Counts money that is about to come, and lets the stream speak for its licensee. When it is funded until.
    function _fund(uint256 streamId, Stream storage stream, uint256 amount, address payer)
        private
        returns (uint256 until)
    {
        if (!RIGHTS.isEdge(address(this))) revert IRoyaltySplitter.NotAnEdge(address(this));
        if (amount == 0) revert NothingDeposited();
        uint256 deposit = Math.saturatingAdd(stream.deposit, amount);
        if (deposit > type(uint88).max) revert DepositTooLarge(deposit, type(uint88).max);
        stream.deposit = uint88(deposit); // fits: checked
        _prefer(streamId, stream, payer == stream.licensee);
        return _fundedUntil(stream);
    }

    /// @dev Brings exactly what was counted, also if the asset keeps a part of every transfer.
    function _bring(Payment calldata payment, address asset, uint256 amount, bytes32 purpose) private {
        address source = _draw(payment, asset, amount, purpose);
        if (source != address(this)) {
            uint256 before = IERC20(asset).balanceOf(address(this));
            _send(asset, source, address(this), amount);
            uint256 paid = IERC20(asset).balanceOf(address(this)) - before;
            if (paid < amount) revert PaidTooLittle(paid, amount);
        }
        _returnSurplus();
    }

    /// @dev `bySelf`: the licensee itself wants it, and not only somebody who means well.
    function _prefer(uint256 streamId, Stream storage stream, bool bySelf) private {
        uint40[MAX_SCOPES] storage places = _preferred[stream.workId][stream.licensee];
        for (uint256 left = stream.scopes; left != 0; left &= left - 1) {
            uint256 bit = LibBit.ffs(left);
            uint256 other = places[bit];
            if (other != streamId && (bySelf || !_isFunded(other))) places[bit] = uint40(streamId); // fits: a count
        }
    }

    function _stop(uint256 streamId) private nonReentrant returns (uint256 refund) {
        Stream storage stream = _existing(streamId);
        (address payer, address asset) = (stream.payer, stream.asset);
        if (msg.sender != payer && msg.sender != stream.licensee) revert NotYourStream(streamId, msg.sender);
        if (stream.stopped) return 0;
        uint256 usedUp = _usedRoundedDown(stream);
        refund = stream.deposit - usedUp;
        stream.deposit = uint88(usedUp); // fits: at most the deposit
        (stream.closed, stream.stopped) = (true, true);
        emit StreamStopped(streamId, msg.sender, usedUp, refund);
        if (refund == 0) return 0;

        uint256 gasBefore = gasleft();
        if (IERC20(asset).trySafeTransfer(payer, refund)) return refund;
        // As in Rights: a licensee who sends too little gas must not make a good payer look refused.
        if (msg.sender != payer && gasleft() < gasBefore / 16) revert IRoyaltySplitter.OutOfGasWhilePaying(payer);
        deferred[asset][payer] += refund;
        emit RefundDeferred(streamId, payer, asset, refund);
    }

    /// @dev Streams of one work that follow each other count as one earning.
    function _add(Batch memory batch, uint256 workId, uint256 amount, uint256 fee) private pure {
        batch.total += amount + fee;
        if (batch.count == 0 || batch.earnings[batch.count - 1].workId != workId) {
            batch.earnings[batch.count++] = IRoyaltySplitter.Earning(workId, amount, fee);
        } else {
            IRoyaltySplitter.Earning memory last = batch.earnings[batch.count - 1];
            last.amount += amount;
            last.fee += fee;
        }
    }

    function _deliver(Batch memory batch, bool isEdge) private {
        if (batch.total == 0) return;
        IRoyaltySplitter.Earning[] memory earnings = new IRoyaltySplitter.Earning[](batch.count);
        for (uint256 i; i < batch.count; ++i) {
            earnings[i] = batch.earnings[i];
            if (isEdge) continue;
            IERC20(batch.asset).safeTransfer(RIGHTS.addressOf(earnings[i].workId), earnings[i].amount);
        }
        if (!isEdge) return;
        IERC20(batch.asset).safeTransfer(address(RIGHTS), batch.total);
        RIGHTS.distribute(batch.asset, earnings, MARKET.feeRecipient());
    }

    function _existing(uint256 streamId) private view returns (Stream storage stream) {
        stream = _streams[streamId];
        if (stream.period == 0) revert UnknownStream(streamId);
    }

    function _isFunded(uint256 streamId) private view returns (bool) {
        return streamId != 0 && block.timestamp < _fundedUntil(_streams[streamId]);
    }

    function _fundedUntil(Stream storage stream) private view returns (uint256) {
        return stream.start + uint256(stream.deposit) * stream.period / stream.price;
    }

    function _usedRoundedDown(Stream storage stream) private view returns (uint256) {
        if (stream.stopped) return stream.deposit;
        uint256 end = Math.min(block.timestamp, _fundedUntil(stream));
        return (end - stream.start) * stream.price / stream.period;
    }
}
