// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {CommonBase} from "forge-std/Base.sol";

import {RoyaltySplitter} from "../src/RoyaltySplitter.sol";

/// @notice The split, proven for every revenue, every stake and every amount, not only for those that a test tries.
/// @dev `earned` is what a holder has earned by a work and not collected, in units of the asset times shares. Each
/// function of RoyaltySplitter that touches a stake is shown to do to it exactly what it says; the sum over all
/// holders, as shares add up to SHARES, is the equality in RoyaltySplitter's header: nothing lost, nothing gained.
contract SplitProof is RoyaltySplitter, CommonBase {
    uint256 internal constant WORK = 7;
    address internal constant ASSET = address(0xA55E7);
    address internal constant ALICE = address(0xA11CE);
    address internal constant BOB = address(0xB0B);

    struct Start {
        uint88 revenue;
        uint128 aliceCredit;
        uint88 aliceMark;
        uint32 aliceShares;
        uint128 bobCredit;
        uint88 bobMark;
        uint32 bobShares;
    }

    /// @dev Any state that can be: marks behind revenue, shares within their supply, earnings within the revenue.
    function begin(Start memory start) internal {
        vm.assume(start.aliceMark <= start.revenue && start.bobMark <= start.revenue);
        vm.assume(uint256(start.aliceShares) + start.bobShares <= SHARES);
        _ledgers[WORK] = Ledger(ASSET, start.revenue, false);
        _stakes[WORK][ALICE] = Stake(start.aliceCredit, start.aliceMark, start.aliceShares);
        _stakes[WORK][BOB] = Stake(start.bobCredit, start.bobMark, start.bobShares);
        vm.assume(earned(ALICE) + earned(BOB) <= SHARES * uint256(start.revenue));
    }

    function earned(address holder) internal view returns (uint256) {
        Stake memory stake = _stakes[WORK][holder];
        return stake.credit + (_ledgers[WORK].revenue - uint256(stake.mark)) * stake.shares;
    }

    function shares(address holder) internal view returns (uint256) {
        return _stakes[WORK][holder].shares;
    }

    function _accountOf(uint256) internal pure override returns (address) {
        return ALICE; // of whichever work, for `flow`
    }

    /// @notice A payout is the quotient of what was earned, and the rest stays: together they are all of it.
    function check_takePaysWhatItTakes(Start memory start) external {
        begin(start);
        (uint256 alice, uint256 bob) = (earned(ALICE), earned(BOB));
        uint256 paid = _take(WORK, ALICE, start.revenue);
        assert(paid == alice / SHARES && earned(ALICE) == alice % SHARES);
        assert(earned(BOB) == bob && shares(ALICE) == start.aliceShares);
    }

    /// @notice Shares move, earnings stay: a transfer leaves both sides what they had earned.
    function check_transferLeavesEarnings(Start memory start, uint256 amount) external {
        begin(start);
        (uint256 alice, uint256 bob) = (earned(ALICE), earned(BOB));
        _moveShares(WORK, ALICE, BOB, amount);
        assert(earned(ALICE) == alice && earned(BOB) == bob);
        assert(shares(ALICE) == start.aliceShares - amount && shares(BOB) == start.bobShares + amount);
    }

    /// @notice The same to oneself.
    function check_transferToOneselfChangesNothing(Start memory start, uint256 amount) external {
        begin(start);
        uint256 alice = earned(ALICE);
        _moveShares(WORK, ALICE, ALICE, amount);
        assert(earned(ALICE) == alice && shares(ALICE) == start.aliceShares);
    }

    /// @notice Two holders are paid the same, and keep the same rest, whoever is paid first.
    function check_orderOfClaimsIsIrrelevant(Start memory start) external {
        begin(start);
        uint256 aliceFirst = _take(WORK, ALICE, start.revenue);
        uint256 bobSecond = _take(WORK, BOB, start.revenue);
        (uint256 aliceRest, uint256 bobRest) = (earned(ALICE), earned(BOB));

        begin(start);
        assert(_take(WORK, BOB, start.revenue) == bobSecond);
        assert(_take(WORK, ALICE, start.revenue) == aliceFirst);
        assert(earned(ALICE) == aliceRest && earned(BOB) == bobRest);
    }

    /// @notice Being paid twice is being paid once.
    function check_secondClaimPaysNothing(Start memory start) external {
        begin(start);
        _take(WORK, ALICE, start.revenue);
        uint256 rest = earned(ALICE);
        assert(_take(WORK, ALICE, start.revenue) == 0 && earned(ALICE) == rest);
    }

    /// @notice What flows to the parent, any earlier work, leaves the child's account, to the unit.
    function check_flowTakesWhatItGives(Start memory start, uint256 parentId, uint88 parentRevenue) external {
        vm.assume(parentId < WORK);
        begin(start);
        uint256 alice = earned(ALICE);
        _ledgers[parentId] = Ledger(ASSET, parentRevenue, false);
        Branch[] memory branches = new Branch[](1);
        branches[0] = Branch(WORK, parentId);
        this.flow(branches);
        uint256 flowed = _ledgers[parentId].revenue - uint256(parentRevenue);
        assert(flowed == alice / SHARES && earned(ALICE) == alice % SHARES);
    }
}
