// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC1155Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {IERC20} from "@openzeppelin/contracts/interfaces/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {IRoyaltySplitter} from "./interfaces/IRoyaltySplitter.sol";

/// @title Exact royalty accounting at a cost that does not depend on the number of holders.
/// @dev The whole of it:
///
///     settle: credit += (revenue - mark) * shares;  mark = revenue
///     pay:    amount = credit / SHARES;  credit %= SHARES
///
/// At all times, per work:  sum(credit + (revenue - mark) * shares) + SHARES * collected = SHARES * revenue,
/// as an equality, because nothing is divided before it is paid. It needs a constant supply: shares are minted once,
/// at creation, and never burnt.
abstract contract RoyaltySplitter is IRoyaltySplitter, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

    /// @dev One slot.
    struct Ledger {
        address asset; // zero: there is no such work
        uint88 revenue; // all that the work has earned
        bool isHeld; // what arrives goes to escrow
    }

    /// @dev One slot. credit <= SHARES * revenue < 2^20 * 2^88, so it cannot overflow.
    struct Stake {
        uint128 credit; // earned up to mark and not paid, in units of the asset times shares
        uint96 mark; // the work's revenue when the holder was last settled
        uint32 shares;
    }

    /// @dev One slot.
    struct Escrow {
        uint128 amount; // arrived since the work is held
        uint40 until; // unix time at which anybody may end it
    }

    /// @dev One slot.
    struct Payee {
        address to; // where earnings go; zero is the holder, this contract is nowhere
        uint64 workId; // the work whose account this is; zero for everybody else
    }

    /// @dev What one holder is to be paid. One lives through a whole push; its arrays are refilled for every holder.
    struct Payment {
        address asset;
        address to;
        uint256 amount; // the sum of amounts
        uint256[] workIds; // those that pay something
        uint256[] amounts;
    }

    /// @inheritdoc IRoyaltySplitter
    uint256 public constant SHARES = 1_000_000;

    /// @inheritdoc IRoyaltySplitter
    uint256 public constant REVENUE_CAP = 1 << 88;

    /// @inheritdoc IRoyaltySplitter
    uint256 public constant HOLD_LIMIT = 180 days;

    mapping(uint256 workId => Ledger) internal _ledgers;
    mapping(uint256 workId => mapping(address holder => Stake)) internal _stakes;
    mapping(address holder => Payee) internal _payees;

    /// @inheritdoc IRoyaltySplitter
    mapping(address asset => uint256) public reserves;

    /// @inheritdoc IRoyaltySplitter
    mapping(address asset => mapping(address holder => uint256)) public deferred;

    /// @inheritdoc IRoyaltySplitter
    mapping(address edge => bool) public isEdge;

    /// @inheritdoc IRoyaltySplitter
    address public court;

    /// @inheritdoc IRoyaltySplitter
    mapping(uint256 workId => Escrow) public escrowOf;

    modifier onlyEdge() {
        if (!isEdge[msg.sender]) revert NotAnEdge(msg.sender);
        _;
    }

    /// @inheritdoc IRoyaltySplitter
    function revenueOf(uint256 workId) external view returns (uint256) {
        return _ledgers[workId].revenue;
    }

    /// @inheritdoc IRoyaltySplitter
    function owed(uint256 workId, address holder) external view returns (uint256) {
        return _creditOf(_stakes[workId][holder], _ledgers[workId].revenue) / SHARES;
    }

    /// @inheritdoc IRoyaltySplitter
    function payoutOf(address holder) public view returns (address) {
        address to = _payees[holder].to;
        return to == address(0) ? holder : to;
    }

    /// @inheritdoc IRoyaltySplitter
    function distribute(uint256 workId) external nonReentrant returns (uint256 amount) {
        return _distribute(workId);
    }

    /// @inheritdoc IRoyaltySplitter
    function distribute(address asset, Earning[] calldata earnings, address feeRecipient)
        external
        nonReentrant
        onlyEdge
    {
        uint256 total;
        uint256 fees;
        for (uint256 i; i < earnings.length; ++i) {
            Earning calldata earning = earnings[i];
            _earn(earning.workId, asset, earning.amount);
            total += earning.amount;
            if (earning.fee != 0) {
                fees += earning.fee;
                emit FeeBooked(feeRecipient, asset, earning.workId, earning.fee);
            }
        }
        if (fees != 0) {
            if (feeRecipient == address(0)) revert InvalidPayee(feeRecipient);
            deferred[asset][feeRecipient] += fees;
            total += fees;
        }
        uint256 arrived = _uncounted(asset);
        if (arrived < total) revert ArrivedTooLittle(arrived, total);
        reserves[asset] += total;
    }

    /// @inheritdoc IRoyaltySplitter
    function flow(Branch[] calldata branches) external nonReentrant {
        for (uint256 i; i < branches.length; ++i) {
            (uint256 childId, uint256 parentId) = (branches[i].childId, branches[i].parentId);
            // Shares may have been sent to a work's address before there was a work: what they earn stays where it is.
            if (parentId >= childId) revert UnfitParent(parentId, childId);
            Ledger memory child = _ledgers[childId];
            uint256 amount = _take(childId, _accountOf(parentId), child.revenue);
            if (amount == 0) continue;
            emit Flowed(childId, parentId, amount);
            _earn(parentId, child.asset, amount);
        }
    }

    /// @inheritdoc IRoyaltySplitter
    function forward(uint256 workId, uint256[] calldata toWorkIds, uint256[] calldata amounts) external nonReentrant {
        if (toWorkIds.length != amounts.length) revert LengthsDiffer(toWorkIds.length, amounts.length);
        address asset = _assetOf(workId);
        uint256 total;
        for (uint256 i; i < amounts.length; ++i) {
            total += amounts[i];
        }
        Stake memory stake = _settled(workId, msg.sender, _ledgers[workId].revenue);
        if (total > stake.credit / SHARES) revert OwedTooLittle(stake.credit / SHARES, total);
        stake.credit -= uint128(total * SHARES); // fits: at most the credit
        _stakes[workId][msg.sender] = stake;
        emit Forwarded(workId, msg.sender, total);
        for (uint256 i; i < amounts.length; ++i) {
            _earn(toWorkIds[i], asset, amounts[i]);
        }
    }

    /// @inheritdoc IRoyaltySplitter
    function claim(uint256[] calldata workIds, address holder) external nonReentrant returns (uint256 amount) {
        if (workIds.length == 0) return 0;
        Payment memory payment = _newPayment(workIds);
        if (!_collect(payment, workIds, holder)) return 0;

        amount = payment.amount;
        reserves[payment.asset] -= amount;
        IERC20(payment.asset).safeTransfer(payment.to, amount);
        emit Paid(holder, payment.asset, payment.to, payment.workIds, payment.amounts);
    }

    /// @inheritdoc IRoyaltySplitter
    function push(uint256[] calldata workIds, address[] calldata holders) external nonReentrant {
        if (workIds.length == 0) return;
        Payment memory payment = _newPayment(workIds);
        address asset = payment.asset;

        uint256 paid;
        for (uint256 i; i < holders.length; ++i) {
            address holder = holders[i];
            if (!_collect(payment, workIds, holder)) continue;
            uint256 amount = payment.amount;
            address to = payment.to;

            uint256 gasBefore = gasleft();
            if (IERC20(asset).trySafeTransfer(to, amount)) {
                paid += amount;
                emit Paid(holder, asset, to, payment.workIds, payment.amounts);
            } else {
                // A caller who sends too little gas must not make a good payee look refused. A call is given 63/64 of
                // the gas, so one that ran out leaves 1/64 a level; 1/16 covers a token behind several proxies.
                if (gasleft() < gasBefore / 16) revert OutOfGasWhilePaying(holder);
                deferred[asset][holder] += amount;
                emit Deferred(holder, asset, to, payment.workIds, payment.amounts);
            }
        }
        reserves[asset] -= paid;
    }

    /// @inheritdoc IRoyaltySplitter
    function withdrawDeferred(address asset, address to) external nonReentrant returns (uint256 amount) {
        if (to == address(0) || to == address(this)) revert InvalidPayee(to);
        amount = deferred[asset][msg.sender];
        if (amount == 0) return 0;

        deferred[asset][msg.sender] = 0;
        reserves[asset] -= amount;
        IERC20(asset).safeTransfer(to, amount);
        emit Withdrawn(msg.sender, asset, to, amount);
    }

    /// @inheritdoc IRoyaltySplitter
    function setPayout(address to) external {
        _payees[msg.sender].to = to;
        emit PayoutSet(msg.sender, to);
    }

    /// @inheritdoc IRoyaltySplitter
    function hold(uint256 workId) external {
        if (msg.sender != court) revert NotTheCourt(msg.sender, court);
        _assetOf(workId); // or UnknownWork
        if (_ledgers[workId].isHeld) revert AlreadyHeld(workId, escrowOf[workId].until);
        uint256 until = block.timestamp + HOLD_LIMIT;
        _ledgers[workId].isHeld = true;
        escrowOf[workId].until = uint40(until);
        emit Held(workId, msg.sender, until);
    }

    /// @inheritdoc IRoyaltySplitter
    function lift(uint256 workId, uint256 toWorkId) external nonReentrant {
        Ledger storage ledger = _ledgers[workId];
        if (!ledger.isHeld) revert NotHeld(workId);
        Escrow memory escrow = escrowOf[workId];
        if (msg.sender != court && (block.timestamp < escrow.until || toWorkId != workId)) {
            revert HeldUntil(workId, escrow.until);
        }
        ledger.isHeld = false;
        delete escrowOf[workId];
        emit Lifted(workId, toWorkId, escrow.amount);
        _earn(toWorkId, ledger.asset, escrow.amount);
    }

    /// @dev The asset of a work; reverts if there is no such work.
    function _assetOf(uint256 workId) internal view returns (address asset) {
        asset = _ledgers[workId].asset;
        if (asset == address(0)) revert UnknownWork(workId);
    }

    /// @dev The work's own payment address.
    function _accountOf(uint256 workId) internal view virtual returns (address);

    /// @dev Counts all of the work's asset that lies here uncounted as its revenue.
    function _distribute(uint256 workId) internal returns (uint256 amount) {
        address asset = _assetOf(workId);
        amount = _uncounted(asset);
        reserves[asset] += amount;
        _earn(workId, asset, amount);
    }

    /// @dev What lies here of an asset that nobody has counted yet. Saturating: should an asset ever take money away,
    /// what arrives next fills the gap before it is revenue.
    function _uncounted(address asset) private view returns (uint256) {
        return Math.saturatingSub(IERC20(asset).balanceOf(address(this)), reserves[asset]);
    }

    /// @dev Adds to a work's revenue, or to its escrow. One addition, however many holders.
    function _earn(uint256 workId, address asset, uint256 amount) private {
        if (amount == 0) return;
        Ledger storage ledger = _ledgers[workId];
        if (ledger.asset != asset) revert AssetsDiffer(workId, _assetOf(workId), asset);
        if (ledger.isHeld) {
            escrowOf[workId].amount += SafeCast.toUint128(amount);
            emit Escrowed(workId, msg.sender, amount);
            return;
        }
        uint256 revenue = ledger.revenue + amount;
        if (revenue >= REVENUE_CAP) revert RevenueTooLarge(workId, revenue, REVENUE_CAP);
        ledger.revenue = uint88(revenue); // fits: below the cap
        emit Distributed(workId, msg.sender, amount, revenue);
    }

    /// @dev Moves shares; each side keeps what its shares earned until now. `from` zero mints.
    function _moveShares(uint256 workId, address from, address to, uint256 amount) internal {
        Ledger memory ledger = _ledgers[workId];
        // What a work earns by another's shares becomes its own revenue, so they need one asset; and a work may hold
        // only shares of later works, so that no money goes in circles.
        uint256 parentId = _payees[to].workId;
        if (parentId != 0 && (parentId >= workId || _ledgers[parentId].asset != ledger.asset)) {
            revert UnfitParent(parentId, workId);
        }
        if (from != address(0)) {
            Stake memory giver = _settled(workId, from, ledger.revenue);
            if (amount > giver.shares) {
                revert IERC1155Errors.ERC1155InsufficientBalance(from, giver.shares, amount, workId);
            }
            giver.shares -= uint32(amount); // fits: at most what the giver has
            _stakes[workId][from] = giver;
        }
        Stake memory taker = _settled(workId, to, ledger.revenue); // after the giver's: they may be the same
        taker.shares += uint32(amount); // fits: there are SHARES of them
        _stakes[workId][to] = taker;
    }

    function _newPayment(uint256[] calldata workIds) private view returns (Payment memory payment) {
        payment.asset = _assetOf(workIds[0]);
        payment.workIds = new uint256[](workIds.length);
        payment.amounts = new uint256[](workIds.length);
    }

    /// @dev Takes what a holder is owed by works off their credit. False if it is nothing, or if the holder's money stays
    /// here: a work's account's, which becomes revenue, and that of a holder who chose this contract.
    function _collect(Payment memory payment, uint256[] calldata workIds, address holder) private returns (bool) {
        Payee memory payee = _payees[holder];
        if (payee.workId != 0 || payee.to == address(this)) return false;

        _setLength(payment.workIds, workIds.length);
        _setLength(payment.amounts, workIds.length);
        uint256 total;
        uint256 count;
        for (uint256 i; i < workIds.length; ++i) {
            uint256 workId = workIds[i];
            Ledger memory ledger = _ledgers[workId];
            if (ledger.asset != payment.asset) revert AssetsDiffer(workId, _assetOf(workId), payment.asset);
            uint256 amount = _take(workId, holder, ledger.revenue);
            if (amount == 0) continue;
            payment.workIds[count] = workId;
            payment.amounts[count++] = amount;
            total += amount;
        }
        payment.to = payee.to == address(0) ? holder : payee.to;
        payment.amount = total;
        _setLength(payment.workIds, count);
        _setLength(payment.amounts, count);
        return total != 0;
    }

    /// @dev Takes the whole units that a holder has earned by a work; the rest of the division stays theirs.
    function _take(uint256 workId, address holder, uint256 revenue) internal returns (uint256 amount) {
        Stake memory stake = _stakes[workId][holder];
        uint256 credit = _creditOf(stake, revenue);
        amount = credit / SHARES;
        if (amount == 0) return 0;
        stake.credit = uint128(credit % SHARES);
        stake.mark = uint96(revenue);
        _stakes[workId][holder] = stake;
    }

    function _settled(uint256 workId, address holder, uint256 revenue) private view returns (Stake memory stake) {
        stake = _stakes[workId][holder];
        stake.credit = uint128(_creditOf(stake, revenue)); // fits: see Stake
        stake.mark = uint96(revenue);
    }

    function _creditOf(Stake memory stake, uint256 revenue) private pure returns (uint256) {
        return stake.credit + (revenue - stake.mark) * stake.shares;
    }

    /// @dev Within what was allocated: `_newPayment` made room for every work.
    function _setLength(uint256[] memory array, uint256 length) private pure {
        assembly ("memory-safe") {
            mstore(array, length)
        }
    }
}
