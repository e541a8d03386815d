// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title What is paid for a work belongs to its share holders, exactly and at once.
/// @notice Every work has `SHARES` shares. Money that arrives for it becomes its revenue; whoever holds a share at
/// that moment has earned its part, and keeps it when the share moves on. Nothing here costs more with more holders.
/// @dev Amounts are in the smallest unit of the work's asset. A stake's credit is in that unit times shares, so
/// nothing is divided until it is paid, and the rest of that division stays with the holder.
interface IRoyaltySplitter {
    /// @notice What a work earns of a payment, and the fee beside it.
    struct Earning {
        uint256 workId;
        uint256 amount; // for the work
        uint256 fee; // booked for the fee's recipient
    }

    /// @notice A work, and one that holds shares of it.
    struct Branch {
        uint256 childId;
        uint256 parentId;
    }

    /// @notice `amount` arrived for a work, which has now earned `revenue` in all.
    event Distributed(uint256 indexed workId, address indexed payer, uint256 amount, uint256 revenue);

    /// @notice `to` received the sum of `amounts`, which `holder` had earned by `workIds`, item by item.
    event Paid(address indexed holder, address indexed asset, address indexed to, uint256[] workIds, uint256[] amounts);

    /// @notice The asset refused to pay `to`; what `holder` earned waits in `deferred` until it can be withdrawn.
    event Deferred(
        address indexed holder, address indexed asset, address indexed to, uint256[] workIds, uint256[] amounts
    );

    /// @notice An edge booked its fee of a purchase; it waits in `deferred` for `recipient`.
    event FeeBooked(address indexed recipient, address indexed asset, uint256 indexed workId, uint256 amount);

    /// @notice What was deferred for `holder` was paid to `to` after all.
    event Withdrawn(address indexed holder, address indexed asset, address indexed to, uint256 amount);

    /// @notice What a parent's shares of a child had earned became the parent's revenue.
    event Flowed(uint256 indexed childId, uint256 indexed parentId, uint256 amount);

    /// @notice A holder turned `amount` of what they earned by a work into revenue of other works.
    event Forwarded(uint256 indexed workId, address indexed holder, uint256 amount);

    /// @notice From now on a work's revenue goes to escrow; anybody may end that at `until`.
    event Held(uint256 indexed workId, address indexed court, uint256 until);

    /// @notice `amount` arrived for a work that is held.
    event Escrowed(uint256 indexed workId, address indexed payer, uint256 amount);

    /// @notice A work is held no more; what lay in escrow became revenue of `toWorkId`.
    event Lifted(uint256 indexed workId, uint256 indexed toWorkId, uint256 amount);

    /// @notice Where a holder's earnings go; zero is the holder, and this contract is nowhere.
    event PayoutSet(address indexed holder, address indexed to);

    /// @notice There is no work of this id.
    error UnknownWork(uint256 workId);

    /// @notice Only an authorised edge may do this.
    error NotAnEdge(address caller);

    /// @notice Only the court may do this.
    error NotTheCourt(address caller, address court);

    /// @notice Less lies here uncounted than an edge says that it brought.
    error ArrivedTooLittle(uint256 arrived, uint256 expected);

    /// @notice A holder cannot forward more than they are owed.
    error OwedTooLittle(uint256 owed, uint256 wanted);

    /// @notice Two lists that belong together differ in length.
    error LengthsDiffer(uint256 workIds, uint256 amounts);

    /// @notice The work's revenue is held already, until then.
    error AlreadyHeld(uint256 workId, uint256 until);

    /// @notice The work's revenue is not held.
    error NotHeld(uint256 workId);

    /// @notice Until then only the court may lift a hold, and afterwards anybody, for the work itself.
    error HeldUntil(uint256 workId, uint256 until);

    /// @notice More revenue than a work can account for.
    error RevenueTooLarge(uint256 workId, uint256 revenue, uint256 cap);

    /// @notice Works of different assets in one payment.
    error AssetsDiffer(uint256 workId, address asset, address expected);

    /// @notice Money cannot be sent to the zero address, nor to this contract, where it would be nobody's.
    error InvalidPayee(address to);

    /// @notice The transaction had too little gas left to tell a refused payment from an unfinished one.
    error OutOfGasWhilePaying(address holder);

    /// @notice A work's address may hold shares only of later works that earn in the same asset.
    error UnfitParent(uint256 parentId, uint256 workId);

    /// @notice Shares of every work: minted once, at creation; never burnt.
    function SHARES() external view returns (uint256);

    /// @notice A work's revenue stays below this, in the smallest unit of its asset.
    function REVENUE_CAP() external view returns (uint256);

    /// @notice What a work has earned since it was created.
    function revenueOf(uint256 workId) external view returns (uint256);

    /// @notice What a holder could be paid now for a work, rounded down; the rest is kept for next time.
    function owed(uint256 workId, address holder) external view returns (uint256);

    /// @notice What of an asset this contract keeps for holders and deferred payees.
    function reserves(address asset) external view returns (uint256);

    /// @notice What an asset refused to pay to a holder, or an edge booked for its treasury.
    function deferred(address asset, address holder) external view returns (uint256);

    /// @notice Counts what has arrived here, and nobody has counted yet, as a work's revenue. Anyone may call.
    /// @dev Fund and distribute in one transaction: uncounted money is anyone's to assign. Nothing new is a no-op.
    function distribute(uint256 workId) external returns (uint256 amount);

    /// @notice Counts what an edge has brought as revenue of works that all earn in `asset`, and its fees as deferred for
    /// their recipient. Takes exactly the sum of amounts and fees; what lies here beyond it stays uncounted.
    function distribute(address asset, Earning[] calldata earnings, address feeRecipient) external;

    /// @notice What a work earned by its shares of another becomes its own revenue, branch by branch: listed from the
    /// leaves up, money moves through any depth. Anyone may call. Nothing to move is a no-op.
    function flow(Branch[] calldata branches) external;

    /// @notice Turns what the caller has earned by a work into revenue of other works of the same asset; nothing leaves.
    function forward(uint256 workId, uint256[] calldata toWorkIds, uint256[] calldata amounts) external;

    /// @notice Pays a holder what they earned by some works, all of one asset. Anyone may call; only the holder (or
    /// the address they chose) is paid. Nothing owed is a no-op, and so is a holder whose money stays here: a work's own
    /// address, or who chose this contract as their payee. Reverts as the asset does if it refuses.
    function claim(uint256[] calldata workIds, address holder) external returns (uint256 amount);

    /// @notice Pays many holders what they earned by some works, all of one asset. Anyone may call. A payee that the
    /// asset refuses is booked to `deferred` and does not stop the others.
    function push(uint256[] calldata workIds, address[] calldata holders) external;

    /// @notice Pays out what was deferred for the caller, to an address that the asset accepts. Nothing is a no-op.
    function withdrawDeferred(address asset, address to) external returns (uint256 amount);

    /// @notice Chooses where the caller's earnings go from now on; zero is the caller. This contract itself keeps them in,
    /// for a holder that forwards: nobody can pay them out until the caller chooses otherwise.
    function setPayout(address to) external;
    function payoutOf(address holder) external view returns (address);

    /// @notice Whether a contract may grant licences and book its fee of what it brings.
    function isEdge(address edge) external view returns (bool);

    /// @notice Who may hold the revenue of works that are in dispute; zero is nobody.
    function court() external view returns (address);

    /// @notice How long a hold can last, in seconds; after that anybody may lift it.
    function HOLD_LIMIT() external view returns (uint256);

    /// @notice What lies in escrow for a work, and the unix time from which anybody may lift its hold (0: it has none).
    function escrowOf(uint256 workId) external view returns (uint128 amount, uint40 until);

    /// @notice Only the court. From now on a work's revenue goes to escrow. What was earned before stays its holders'.
    function hold(uint256 workId) external;

    /// @notice Ends a hold: what lies in escrow becomes revenue of `toWorkId`, of the same asset (the work itself, or the
    /// one that was found to be the original). The court; or anybody after `HOLD_LIMIT`, for the work itself.
    function lift(uint256 workId, uint256 toWorkId) external;
}
