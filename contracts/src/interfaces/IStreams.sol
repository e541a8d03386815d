// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IMarket} from "./IMarket.sol";
import {IPayments} from "./IPayments.sol";
import {IRights} from "./IRights.sol";

/// @title Licences that are paid by the second, and are valid exactly while they are funded.
/// @notice A stream's money is used up at the price that the work's creator signed. What was used is the work's revenue
/// (whoever asks, `settle` brings it there); what was not goes back to the payer when the stream is stopped.
/// @dev Offers are EIP-712 (domain "Mintmark Streams", "1"). Amounts are in the smallest unit of the work's asset, times
/// are unix seconds. What accrued is rounded down, from the stream's start and not from the last settlement, so however
/// often one settles, the work gets less than one unit less than the exact amount.
/// For any asset: all deposits = settled + refunded (or deferred) + what lies here for streams.
/// An offer that cannot be taken reverts as at the market (IMarket's errors).
interface IStreams is IPayments {
    struct StreamOffer {
        uint256 workId;
        address seller; // the work's creator
        IRights.Terms terms; // not transferable, without duration or a share of remixes: a stream enforces none of these
        uint128 price; // for `period` seconds, in the work's asset; below 2^96
        uint40 period; // seconds
        uint16 maxFeeBps; // the protocol fee is never more than this, whatever it becomes
        uint40 deadline; // unix time until which streams can be opened; 0 is never
        address licensee; // the only one who may be licensed, or zero for anyone
        uint64 counter; // the seller's `counterOf` when signed
        uint256 salt;
    }

    /// @dev Four slots. A settlement reads the first three and writes the second.
    struct Stream {
        address asset;
        uint96 price; // for `period` seconds
        uint88 deposit; // all that was paid in; once stopped, what of it was used
        uint88 settled; // what of that has left for the work and the fee
        uint40 start; // when it was opened, and later by every gap in which it was not funded
        uint40 period; // seconds
        address licensee;
        uint64 workId;
        uint16 maxFeeBps;
        bool closed; // takes no more money
        bool stopped;
        address payer; // whose the unspent part is, whoever topped up
        uint32 scopes; // of its terms
    }

    event StreamOpened(
        uint256 indexed streamId,
        uint256 indexed workId,
        address indexed licensee,
        bytes32 offer,
        address payer,
        uint256 deposit,
        uint256 fundedUntil,
        IRights.Terms terms
    );
    event StreamToppedUp(uint256 indexed streamId, address indexed payer, uint256 amount, uint256 fundedUntil);

    /// @notice `amount` of a stream became revenue of its work, and `fee` beside it the protocol's.
    event StreamSettled(uint256 indexed streamId, uint256 indexed workId, uint256 amount, uint256 fee);

    /// @notice A stream ended: `used` of its money is the work's and the protocol's, `refund` went back to its payer.
    event StreamStopped(uint256 indexed streamId, address indexed by, uint256 used, uint256 refund);

    /// @notice The creator lets a stream end when its money does.
    event NoticeGiven(uint256 indexed streamId, address indexed creator, uint256 fundedUntil);
    event StreamOfferCancelled(bytes32 indexed offer, address indexed seller);
    event AllStreamOffersCancelled(address indexed seller, uint256 counter);

    /// @notice The asset refused to pay the payer; the refund waits in `deferred` until it can be withdrawn.
    event RefundDeferred(uint256 indexed streamId, address indexed payer, address indexed asset, uint256 amount);
    event RefundWithdrawn(address indexed payer, address indexed asset, address indexed to, uint256 amount);

    /// @notice There is no stream of this id.
    error UnknownStream(uint256 streamId);

    /// @notice The stream was stopped, or is to end with the money that it has.
    error StreamIsClosed(uint256 streamId);

    /// @notice The stream licenses somebody else than the one who is to be paid for.
    error LicenseeDiffers(uint256 streamId, address licensee, address expected);

    /// @notice A licence needs somebody who has it.
    error NobodyToLicense();

    /// @notice Only the stream's payer or licensee may stop it.
    error NotYourStream(uint256 streamId, address caller);

    /// @notice Terms that ask for what a stream cannot enforce, or that allow nothing.
    error UnfitTerms(IRights.Terms terms);

    /// @notice A price needs to be above zero and below 2^96, and its period above zero.
    error UnfitRate(uint256 price, uint256 period);

    /// @notice A stream needs money.
    error NothingDeposited();

    /// @notice More money than a stream can account for.
    error DepositTooLarge(uint256 deposit, uint256 most);

    /// @notice Opens a stream for `licensee` with `deposit`, which a `payment` of any method brings, for the purpose
    /// `openingPurpose`. Anyone. Worst case for the payer: the deposit is used up, second by second, as was signed.
    /// @dev One offer may have many streams. Not while Market's sales are paused; and once this is no edge of Rights any
    /// more, it takes no money, neither to open nor to top up.
    function open(
        StreamOffer calldata offer,
        bytes calldata signature,
        address licensee,
        uint256 deposit,
        Payment calldata payment
    ) external payable returns (uint256 streamId);

    /// @notice Adds money to a stream, for the purpose `toppingUpPurpose`. Anyone; the unspent part of it is the stream's
    /// payer's. A stream that ran dry goes on from now: the gap, in which nothing was licensed, is not charged.
    /// @param licensee Whom the stream is known to license: a reorganised chain may give its number to another.
    function topUp(uint256 streamId, address licensee, uint256 amount, Payment calldata payment) external payable;

    /// @notice Ends a stream for good. Its payer or licensee, at any time. The unspent part goes back to the payer at
    /// once; if the asset refuses it, it waits in `deferred`. What was used is settled, or waits for `settle` should
    /// Rights or the asset refuse it now: nothing stands between a payer and their money.
    function stop(uint256 streamId) external returns (uint256 refund);

    /// @notice Makes what streams have used up the revenue of their works, less the fee, which is Market's and at most
    /// what the seller signed, rounded down. Anyone. Nothing new is a no-op, and so is a duplicate.
    /// @dev Money moves once for all streams of one asset that are listed side by side, and is counted once for those of
    /// one work. Should this be no edge of Rights any more, it goes to the works' own addresses, without a fee.
    function settle(uint256[] calldata streamIds) external;

    /// @notice Takes no more money for a stream, so that it ends when it has used what it has. Only the work's creator.
    /// @dev What was paid for is never taken back: the licensee keeps every second of it.
    function giveNotice(uint256 streamId) external;

    /// @notice Lets a stream speak for its licensee in `isLicensed`, in every scope where no funded stream does. Anyone;
    /// called by the licensee, also where one does. Opening and topping up do the same for whoever pays.
    function prefer(uint256 streamId) external;

    /// @notice Pays out refunds that were deferred for the caller, to an address that the asset accepts. Nothing is a
    /// no-op.
    function withdrawDeferred(address asset, address to) external returns (uint256 amount);

    /// @notice Withdraws an offer for ever. Only its seller. Streams that are open go on.
    function cancelOffer(StreamOffer calldata offer) external;

    /// @notice Withdraws all offers that the caller has signed so far. Streams that are open go on.
    function cancelAllOffers() external returns (uint256 counter);

    /// @notice Whether an account is licensed now, by a funded stream, for each bit of `scope` (bits as in Terms; 0: any).
    /// @dev One stream speaks for an account in each scope of a work: the one that it paid for last or chose by `prefer`,
    /// else the first that was funded. So it costs the same however many streams there are, and nobody can speak for an
    /// account that is licensed. If that stream is stopped while another is funded, `prefer` puts the other in place.
    function isLicensed(address account, uint256 workId, uint32 scope) external view returns (bool);

    /// @notice The stream that speaks for an account in one scope of a work (the number of its bit, 0 to 31), or 0.
    function preferredStream(address account, uint256 workId, uint256 scopeBit) external view returns (uint256 streamId);

    /// @notice When a stream's money is, or was, used up: the first second for which it is not licensed.
    function fundedUntil(uint256 streamId) external view returns (uint256);

    /// @notice What a stream has used of its money until now, settled or not, rounded down.
    function used(uint256 streamId) external view returns (uint256);
    function streamOf(uint256 streamId) external view returns (Stream memory);
    function streamCount() external view returns (uint256);

    /// @notice EIP-712 digest, which names an offer everywhere.
    function hashStreamOffer(StreamOffer calldata offer) external view returns (bytes32);

    /// @notice What a signed payment is bound to: the opening of a stream of an offer for a licensee, or the topping up of
    /// a licensee's stream.
    function openingPurpose(bytes32 offer, address licensee) external pure returns (bytes32);
    function toppingUpPurpose(uint256 streamId, address licensee) external pure returns (bytes32);

    function isWithdrawn(bytes32 offer) external view returns (bool);
    function counterOf(address seller) external view returns (uint256);

    /// @notice Refunds that an asset refused to pay.
    function deferred(address asset, address payer) external view returns (uint256);
    function RIGHTS() external view returns (IRights);
    function MARKET() external view returns (IMarket);
}
