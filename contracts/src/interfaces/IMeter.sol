// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPayments} from "./IPayments.sol";
import {IRights} from "./IRights.sol";

/// @title Prepaid channels: use that costs a hundredth of a cent, paid by signatures and settled now and then.
/// @notice A payer puts money into a channel to one receiver. With each use they sign a voucher for all that they owe
/// up to now, off chain; the last one is enough, and many channels are redeemed in one transaction. A receiver that is
/// a work's address earns revenue for the work's holders; any other is paid itself. There is no fee: a voucher and a
/// channel have no field for one, so nobody would have agreed to it.
/// @dev EIP-712 domain "Mintmark Meter", version "1". `ChannelConfig`, `Voucher`, `Refund`, `ClaimBatch` and
/// `ClaimEntry` are typed as in x402's batch-settlement. Amounts are in the smallest unit of the channel's token.
/// Nothing is divided, so nothing is rounded. A token that takes fees, rebases or misbehaves harms only its own
/// channels.
interface IMeter is IPayments {
    /// @notice What a channel is. Its EIP-712 digest is the channel's id, so it is good on one chain and one Meter.
    struct ChannelConfig {
        address payer; // what is left belongs to them
        address payerAuthorizer; // signs the vouchers; zero is the payer
        address receiver; // a work's address, or anybody
        address receiverAuthorizer; // may charge less than was signed, and refund; zero is nobody but the receiver
        address token;
        uint40 withdrawDelay; // seconds between the start of a withdrawal and its payment
        bytes32 salt;
    }

    /// @notice All that a receiver may ever have had from a channel. Signed as EIP-712
    /// `Voucher(channelId, maxClaimableAmount)`; here with what makes the channel, beside its batch, what it is.
    struct Voucher {
        address payer;
        address payerAuthorizer;
        bytes32 salt;
        uint128 maxClaimableAmount;
    }

    /// @notice Vouchers for channels of one token that share a receiver and its conditions.
    struct Batch {
        address receiver;
        address receiverAuthorizer;
        uint40 withdrawDelay;
        Voucher[] vouchers;
        bytes[] signatures; // of the vouchers, one by one
        uint128[] totals; // empty, or what of each voucher is charged, cumulative as it is: at most all
        bytes authorization; // of totals, by receiverAuthorizer: EIP-712 `ClaimBatch`; empty if they send it themselves
    }

    /// @notice `amount` was paid into a channel, which has had `deposited` in all, less what went back to the payer.
    event Deposited(bytes32 indexed channelId, address indexed from, uint256 amount, uint256 deposited);

    /// @notice A channel that had nothing received money.
    event ChannelOpened(
        bytes32 indexed channelId, address indexed payer, address indexed receiver, ChannelConfig channel
    );

    /// @notice `amount` went from a channel to its receiver.
    event Redeemed(bytes32 indexed channelId, uint256 amount);

    /// @notice A voucher changed nothing: the signature is not `signer`'s.
    event VoucherRefused(bytes32 indexed channelId, address indexed signer);

    /// @notice A batch changed nothing: neither receiver nor authoriser stands behind its totals.
    event BatchRefused(address indexed receiver, address indexed authorizer);

    /// @notice The payer may have `amount`, or what is left by then, from `readyAt` (unix time) on; zero: never mind.
    event WithdrawalStarted(bytes32 indexed channelId, uint256 amount, uint256 readyAt);

    /// @notice `amount` went from a channel back to its payer, who had waited for it.
    event WithdrawalFinished(bytes32 indexed channelId, uint256 amount);

    /// @notice `amount` went from a channel back to its payer by the receiver's will. The next refund's nonce.
    event Refunded(bytes32 indexed channelId, uint256 amount, uint256 nextNonce);

    /// @notice `to` was paid.
    event Paid(address indexed to, address indexed token, uint256 amount);

    /// @notice The token refused to pay `to`; the money waits in `deferred`.
    event Deferred(address indexed to, address indexed token, uint256 amount);

    /// @notice What was deferred for `account` was paid to `to` after all.
    event DeferredWithdrawn(address indexed account, address indexed token, address indexed to, uint256 amount);

    /// @notice Money cannot belong to the zero address, to this contract, nor to Rights itself.
    error InvalidAccount(address account);

    /// @notice Vouchers need some time to be redeemed in, and payers need an end to it.
    error WithdrawDelayOutOfRange(uint256 delay, uint256 min, uint256 max);

    /// @notice A work earns in one asset only.
    error NotTheWorksAsset(address token, address asset);

    /// @notice More than a channel can account for.
    error DepositTooLarge(bytes32 channelId, uint256 amount, uint256 room);

    /// @notice Only the payer may do this.
    error NotThePayer(address caller, address payer);

    /// @notice Only the receiver or its authoriser may do this.
    error NotTheReceiver(address caller, address receiver, address authorizer);

    /// @notice The withdrawal can be paid from `readyAt` on.
    error WithdrawalNotReady(uint256 readyAt, uint256 time);

    /// @notice A refund that was signed for a later turn.
    error RefundNotDue(uint256 nonce, uint256 expected);

    /// @notice Not a signature of `signer` for `digest`.
    error InvalidSignature(address signer, bytes32 digest);

    /// @notice Lists that belong together are of different lengths.
    error LengthsDiffer(uint256 length, uint256 expected);

    /// @notice The transaction had too little gas left to tell a refused payment from an unfinished one.
    error OutOfGasWhilePaying(address to);

    function RIGHTS() external view returns (IRights);

    /// @notice 15 minutes.
    function MIN_WITHDRAW_DELAY() external view returns (uint256);

    /// @notice 30 days.
    function MAX_WITHDRAW_DELAY() external view returns (uint256);

    /// @notice Pays `amount` into a channel, which need not exist before; anyone may, for anyone. Zero is a no-op.
    /// @dev What authorises the payment is bound to the channel (purpose: its id). Worst case for whoever pays: all of
    /// it is the channel's payer's, to spend or to withdraw.
    function deposit(ChannelConfig calldata channel, uint256 amount, Payment calldata payment)
        external
        payable
        returns (bytes32 channelId);

    /// @notice Moves what vouchers allow from channels of one token to their receivers. Anyone may call.
    /// @dev All works are credited with one transfer; any other receiver has one a batch, and one that the token
    /// refuses is deferred. A voucher is good up to what is in the channel; the rest of it waits for more. One that
    /// brings nothing new is a no-op. A bad signature is passed over with an event and does not stop the others: a
    /// wallet may have withdrawn its word since it was asked. To charge less than was signed (`totals`) takes the
    /// receiver, its authoriser, or the latter's signature of the batch. A signer that is a contract and burns all gas
    /// must be left out. Worst case for a payer: their highest voucher, to this receiver.
    function redeem(address token, Batch[] calldata batches) external;

    /// @notice Announces that the payer takes money back; what is redeemed until `withdrawDelay` has passed goes first.
    /// Only the payer. Starting again replaces what was started, and its time; zero takes it back.
    /// @dev Vouchers stay good: whoever pays in again pays them. A receiver should redeem when it sees this, and trust
    /// no voucher of a channel with a withdrawal that is ready.
    function startWithdrawal(ChannelConfig calldata channel, uint128 amount) external;

    /// @notice Pays what was started, or what is left of it, to the payer. Anyone may call. Nothing started is a no-op.
    function finishWithdrawal(ChannelConfig calldata channel) external returns (uint256 amount);

    /// @notice Gives `amount`, or what is left, back to the payer at once. Only the receiver or its authoriser.
    /// @dev Counts towards a withdrawal that was started. Uses up the nonce, also of a refund of nothing.
    function refund(ChannelConfig calldata channel, uint128 amount) external returns (uint256 refunded);

    /// @notice As `refund`, by anyone, on the authoriser's EIP-712 signature. One of an earlier nonce is a no-op.
    function refundFor(ChannelConfig calldata channel, uint128 amount, uint256 nonce, bytes calldata signature)
        external
        returns (uint256 refunded);

    /// @notice Pays out what a token refused to pay to the caller, to an address that it accepts. Nothing is a no-op.
    function withdrawDeferred(address token, address to) external returns (uint256 amount);

    /// @notice What a channel has had in all, less what went back to the payer; and how much of it is spent.
    function channelOf(bytes32 channelId) external view returns (uint256 deposited, uint256 spent);

    /// @notice What the payer asked back, and from when on (unix time) it can be paid. Zero: nothing.
    function withdrawalOf(bytes32 channelId) external view returns (uint256 amount, uint256 readyAt);

    /// @notice The nonce of a channel's next refund.
    function refundNonceOf(bytes32 channelId) external view returns (uint256);

    /// @notice What a token refused to pay to an account.
    function deferred(address token, address account) external view returns (uint256);

    /// @notice EIP-712 digests: a channel's is its id, the others are what is signed. A batch's needs its totals.
    function hashChannel(ChannelConfig calldata channel) external view returns (bytes32 channelId);
    function hashVoucher(bytes32 channelId, uint128 maxClaimableAmount) external view returns (bytes32);
    function hashRefund(bytes32 channelId, uint256 nonce, uint128 amount) external view returns (bytes32);
    function hashClaimBatch(address token, Batch calldata batch) external view returns (bytes32);
}
