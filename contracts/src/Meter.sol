// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/interfaces/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {EIP712} from "solady/utils/EIP712.sol";

import {Payments} from "./Payments.sol";
import {SignatureVerifier} from "./SignatureVerifier.sol";
import {IMeter} from "./interfaces/IMeter.sol";
import {IRights} from "./interfaces/IRights.sol";
import {IRoyaltySplitter} from "./interfaces/IRoyaltySplitter.sol";
import {ChannelData} from "./libraries/ChannelData.sol";

/// @title Prepaid channels and their vouchers. An edge of Rights without an owner; it keeps what is not spent yet.
/// @dev Every voucher takes two EIP-712 digests, its channel's id and its own: Solady's hashing costs least there.
contract Meter is IMeter, Payments, SignatureVerifier, EIP712, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

    /// @dev One slot. spent <= deposited, and never falls.
    struct Channel {
        uint128 deposited; // less what went back to the payer
        uint128 spent;
    }

    /// @dev One slot, written only when money goes back.
    struct Return {
        uint128 amount; // that the payer waits for
        uint40 readyAt; // unix time; zero: waits for nothing
        uint88 refunds; // how many there were: the next one's nonce
    }

    /// @inheritdoc IMeter
    uint256 public constant MIN_WITHDRAW_DELAY = 15 minutes;

    /// @inheritdoc IMeter
    uint256 public constant MAX_WITHDRAW_DELAY = 30 days;

    /// @inheritdoc IMeter
    IRights public immutable RIGHTS;

    mapping(bytes32 channelId => Channel) private _channels;
    mapping(bytes32 channelId => Return) private _returns;

    /// @inheritdoc IMeter
    mapping(address token => mapping(address account => uint256)) public deferred;

    constructor(IRights rights) {
        RIGHTS = rights;
    }

    /// @inheritdoc IMeter
    function deposit(ChannelConfig calldata channel, uint256 amount, Payment calldata payment)
        external
        payable
        nonReentrant
        returns (bytes32 channelId)
    {
        _check(channel);
        channelId = hashChannel(channel);
        if (amount != 0) {
            Channel storage state = _channels[channelId];
            uint256 room = type(uint128).max - state.deposited;
            if (amount > room) revert DepositTooLarge(channelId, amount, room);
            uint256 deposited = state.deposited + amount;
            if (state.deposited == 0) emit ChannelOpened(channelId, channel.payer, channel.receiver, channel);
            state.deposited = uint128(deposited); // fits: there is room
            emit Deposited(channelId, payment.payer, amount, deposited);
            _bring(payment, channel.token, amount, channelId);
        }
        _returnSurplus();
    }

    /// @inheritdoc IMeter
    function redeem(address token, Batch[] calldata batches) external nonReentrant {
        // Were this no edge any more, works would still be paid: at their address, from which anyone may sweep.
        bool mayDistribute = RIGHTS.isEdge(address(this));
        IRoyaltySplitter.Earning[] memory earnings = new IRoyaltySplitter.Earning[](batches.length);
        uint256 earned;
        for (uint256 i; i < batches.length; ++i) {
            uint256 amount = _redeem(token, batches[i]);
            if (amount == 0) continue;
            address receiver = batches[i].receiver;
            uint256 workId = mayDistribute ? _workEarning(receiver, token) : 0;
            if (workId == 0) {
                _pay(token, receiver, amount);
            } else {
                (earnings[i].workId, earnings[i].amount) = (workId, amount);
                earned += amount;
            }
        }
        if (earned == 0) return;
        // No stranger's code between these two: what lies in Rights uncounted is anybody's to assign.
        IERC20(token).safeTransfer(address(RIGHTS), earned);
        RIGHTS.distribute(token, earnings, address(0));
    }

    /// @inheritdoc IMeter
    function startWithdrawal(ChannelConfig calldata channel, uint128 amount) external nonReentrant {
        if (msg.sender != channel.payer) revert NotThePayer(msg.sender, channel.payer);
        bytes32 channelId = hashChannel(channel);
        // fits: a channel that holds anything has a delay in range, and this century is far below 2^40
        uint40 readyAt = amount == 0 ? 0 : uint40(block.timestamp + channel.withdrawDelay);
        Return storage back = _returns[channelId];
        (back.amount, back.readyAt) = (amount, readyAt);
        emit WithdrawalStarted(channelId, amount, readyAt);
    }

    /// @inheritdoc IMeter
    function finishWithdrawal(ChannelConfig calldata channel) external nonReentrant returns (uint256 amount) {
        bytes32 channelId = hashChannel(channel);
        Return storage back = _returns[channelId];
        (uint256 wanted, uint256 readyAt) = (back.amount, back.readyAt);
        if (wanted == 0) return 0;
        if (block.timestamp < readyAt) revert WithdrawalNotReady(readyAt, block.timestamp);
        (back.amount, back.readyAt) = (0, 0);
        amount = _takeBack(channelId, wanted);
        emit WithdrawalFinished(channelId, amount);
        _pay(channel.token, channel.payer, amount);
    }

    /// @inheritdoc IMeter
    function refund(ChannelConfig calldata channel, uint128 amount) external nonReentrant returns (uint256 refunded) {
        if (!_isReceiver(channel.receiver, channel.receiverAuthorizer)) {
            revert NotTheReceiver(msg.sender, channel.receiver, channel.receiverAuthorizer);
        }
        return _refund(channel, hashChannel(channel), amount);
    }

    /// @inheritdoc IMeter
    function refundFor(ChannelConfig calldata channel, uint128 amount, uint256 nonce, bytes calldata signature)
        external
        nonReentrant
        returns (uint256 refunded)
    {
        bytes32 channelId = hashChannel(channel);
        uint256 expected = _returns[channelId].refunds;
        if (nonce < expected) return 0;
        if (nonce > expected) revert RefundNotDue(nonce, expected);
        bytes32 digest = hashRefund(channelId, nonce, amount);
        if (!_isValidSignature(channel.receiverAuthorizer, digest, signature)) {
            revert InvalidSignature(channel.receiverAuthorizer, digest);
        }
        return _refund(channel, channelId, amount);
    }

    /// @inheritdoc IMeter
    function withdrawDeferred(address token, address to) external nonReentrant returns (uint256 amount) {
        _checkAccount(to);
        amount = deferred[token][msg.sender];
        if (amount == 0) return 0;
        deferred[token][msg.sender] = 0;
        IERC20(token).safeTransfer(to, amount);
        emit DeferredWithdrawn(msg.sender, token, to, amount);
    }

    /// @inheritdoc IMeter
    function channelOf(bytes32 channelId) external view returns (uint256 deposited, uint256 spent) {
        return (_channels[channelId].deposited, _channels[channelId].spent);
    }

    /// @inheritdoc IMeter
    function withdrawalOf(bytes32 channelId) external view returns (uint256 amount, uint256 readyAt) {
        return (_returns[channelId].amount, _returns[channelId].readyAt);
    }

    /// @inheritdoc IMeter
    function refundNonceOf(bytes32 channelId) external view returns (uint256) {
        return _returns[channelId].refunds;
    }

    /// @inheritdoc IMeter
    function hashChannel(ChannelConfig calldata channel) public view returns (bytes32 channelId) {
        return _hashTypedData(ChannelData.hash(channel));
    }

    /// @inheritdoc IMeter
    function hashVoucher(bytes32 channelId, uint128 maxClaimableAmount) public view returns (bytes32) {
        return _hashTypedData(ChannelData.hashVoucher(channelId, maxClaimableAmount));
    }

    /// @inheritdoc IMeter
    function hashRefund(bytes32 channelId, uint256 nonce, uint128 amount) public view returns (bytes32) {
        return _hashTypedData(ChannelData.hashRefund(channelId, nonce, amount));
    }

    /// @inheritdoc IMeter
    function hashClaimBatch(address token, Batch calldata batch) public view returns (bytes32) {
        uint256 count = batch.vouchers.length;
        _checkLength(batch.totals.length, count);
        ChannelConfig memory channel = _common(token, batch);
        bytes32[] memory entries = new bytes32[](count);
        for (uint256 i; i < count; ++i) {
            Voucher calldata voucher = batch.vouchers[i];
            bytes32 channelId = _channelOf(voucher, channel);
            entries[i] = ChannelData.hashEntry(channelId, voucher.maxClaimableAmount, batch.totals[i]);
        }
        return _hashTypedData(ChannelData.hashBatch(entries));
    }

    function _domainNameAndVersion() internal pure override returns (string memory, string memory) {
        return ("Mintmark Meter", "1");
    }

    /// @dev Brings `amount` here. A token that takes a fee on the way must not be paid from others' deposits.
    function _bring(Payment calldata payment, address token, uint256 amount, bytes32 channelId) private {
        uint256 before = IERC20(token).balanceOf(address(this));
        address source = _draw(payment, token, amount, channelId);
        if (source != address(this)) _send(token, source, address(this), amount);
        uint256 arrived = IERC20(token).balanceOf(address(this)) - before;
        if (arrived < amount) revert PaidTooLittle(arrived, amount);
    }

    /// @dev What the channels of a batch have in common.
    function _common(address token, Batch calldata batch) private pure returns (ChannelConfig memory channel) {
        (channel.receiver, channel.receiverAuthorizer) = (batch.receiver, batch.receiverAuthorizer);
        (channel.token, channel.withdrawDelay) = (token, batch.withdrawDelay);
    }

    /// @dev The id of a voucher's channel; `channel` has what its batch has in common, and is filled in.
    function _channelOf(Voucher calldata voucher, ChannelConfig memory channel) private view returns (bytes32) {
        (channel.payer, channel.payerAuthorizer, channel.salt) = (voucher.payer, voucher.payerAuthorizer, voucher.salt);
        return _hashTypedData(ChannelData.hash(channel));
    }

    function _check(ChannelConfig calldata channel) private view {
        _checkAccount(channel.payer);
        _checkAccount(channel.receiver);
        uint256 delay = channel.withdrawDelay;
        if (delay < MIN_WITHDRAW_DELAY || delay > MAX_WITHDRAW_DELAY) {
            revert WithdrawDelayOutOfRange(delay, MIN_WITHDRAW_DELAY, MAX_WITHDRAW_DELAY);
        }
        uint256 workId = RIGHTS.workAt(channel.receiver);
        if (workId != 0) {
            address asset = RIGHTS.assetOf(workId);
            if (channel.token != asset) revert NotTheWorksAsset(channel.token, asset);
        }
    }

    function _checkAccount(address account) private view {
        if (account == address(0) || account == address(this) || account == address(RIGHTS)) {
            revert InvalidAccount(account);
        }
    }

    function _checkLength(uint256 length, uint256 expected) private pure {
        if (length != expected) revert LengthsDiffer(length, expected);
    }

    function _isReceiver(address receiver, address authorizer) private view returns (bool) {
        return msg.sender == receiver || msg.sender == authorizer;
    }

    /// @dev The work that earns `token` at this address, or 0. A channel may be older than the work at its receiver,
    /// and in another token than the work chose: that is paid to the address as to any other.
    function _workEarning(address receiver, address token) private view returns (uint256 workId) {
        workId = RIGHTS.workAt(receiver);
        if (workId != 0 && RIGHTS.assetOf(workId) != token) return 0;
    }

    /// @dev Spends what the vouchers of a batch allow. Returns the sum.
    function _redeem(address token, Batch calldata batch) private returns (uint256 amount) {
        Voucher[] calldata vouchers = batch.vouchers;
        bytes[] calldata signatures = batch.signatures;
        uint128[] calldata totals = batch.totals;
        _checkLength(signatures.length, vouchers.length);
        bool chargesLess = totals.length != 0;
        if (chargesLess) _checkLength(totals.length, vouchers.length);
        if (chargesLess && !_mayChargeLess(token, batch)) {
            emit BatchRefused(batch.receiver, batch.receiverAuthorizer);
            return 0;
        }
        ChannelConfig memory channel = _common(token, batch);
        for (uint256 i; i < vouchers.length; ++i) {
            uint256 most = vouchers[i].maxClaimableAmount;
            uint256 total = chargesLess ? Math.min(totals[i], most) : most;
            amount += _spend(vouchers[i], signatures[i], channel, total);
        }
    }

    function _mayChargeLess(address token, Batch calldata batch) private returns (bool) {
        return _isReceiver(batch.receiver, batch.receiverAuthorizer)
            || _isValidSignature(batch.receiverAuthorizer, hashClaimBatch(token, batch), batch.authorization);
    }

    /// @dev Spends a channel up to `total`, as far as it has that.
    function _spend(Voucher calldata voucher, bytes calldata signature, ChannelConfig memory channel, uint256 total)
        private
        returns (uint256 amount)
    {
        bytes32 channelId = _channelOf(voucher, channel);
        Channel storage state = _channels[channelId];
        (uint256 deposited, uint256 before) = (state.deposited, state.spent);
        uint256 spent = Math.min(total, deposited);
        if (spent <= before) return 0;

        address signer = channel.payerAuthorizer == address(0) ? channel.payer : channel.payerAuthorizer;
        if (!_isValidSignature(signer, hashVoucher(channelId, voucher.maxClaimableAmount), signature)) {
            emit VoucherRefused(channelId, signer);
            return 0;
        }
        state.spent = uint128(spent); // fits: at most what is deposited
        amount = spent - before;
        emit Redeemed(channelId, amount);
    }

    /// @dev Takes at most `wanted` of what is not spent out of a channel.
    function _takeBack(bytes32 channelId, uint256 wanted) private returns (uint256 amount) {
        Channel storage channel = _channels[channelId];
        amount = Math.min(wanted, channel.deposited - channel.spent);
        channel.deposited -= uint128(amount); // fits: at most what is deposited
    }

    function _refund(ChannelConfig calldata channel, bytes32 channelId, uint256 wanted)
        private
        returns (uint256 amount)
    {
        amount = _takeBack(channelId, wanted);
        Return storage back = _returns[channelId];
        uint256 waiting = Math.saturatingSub(back.amount, amount);
        (back.amount, back.refunds) = (uint128(waiting), back.refunds + 1);
        if (waiting == 0) back.readyAt = 0;
        emit Refunded(channelId, amount, back.refunds);
        _pay(channel.token, channel.payer, amount);
    }

    /// @dev Pays, or books what the token refuses to. Nothing is a no-op.
    function _pay(address token, address to, uint256 amount) private {
        if (amount == 0) return;
        uint256 gasBefore = gasleft();
        if (IERC20(token).trySafeTransfer(to, amount)) {
            emit Paid(to, token, amount);
        } else {
            // As in Rights.push: a caller who sends too little gas must not make a good payee look refused.
            if (gasleft() < gasBefore / 16) revert OutOfGasWhilePaying(to);
            deferred[token][to] += amount;
            emit Deferred(to, token, amount);
        }
    }
}
