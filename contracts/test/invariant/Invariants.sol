// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/interfaces/IERC20.sol";

import {ICollections} from "../../src/interfaces/ICollections.sol";
import {IStreams} from "../../src/interfaces/IStreams.sol";
import {Played} from "./Played.sol";
import {SetsHandler} from "./SetsHandler.sol";

/// @notice What is true whatever people do, in whatever order. Numbers as in docs/contracts/security.md; I6 and I12 are
/// checked by the handler at every step, I10 by the gas tests.
abstract contract Invariants is Played {
    uint256 internal constant STAKES_SLOT = 1; // of Rights, by `forge inspect Rights storageLayout`

    mapping(uint256 work => uint256) internal _lastRevenue;

    function checkAll() internal {
        for (uint256 a; a < 3; ++a) {
            checkReserves(assets[a]);
            checkMoney(assets[a]);
            checkChannels(assets[a]);
            checkStreams(assets[a]);
        }
        checkHolders();
        checkLicences();
        checkSets();
    }

    /// @notice I1, I2: what Rights has covers what it keeps, and it keeps exactly what is not paid out: what was earned
    /// and not collected, what is deferred, and what a court holds.
    function checkReserves(address asset) internal view {
        uint256 kept;
        for (uint256 i; i < handler.workCount(); ++i) {
            uint256 work = handler.works(i);
            if (rights.assetOf(work) != asset) continue;
            (uint128 held,) = rights.escrowOf(work);
            assertEq(held, model.escrow(work));
            kept += rights.revenueOf(work) + held;
            for (uint256 j; j < model.holderCount(); ++j) {
                kept -= model.collected(work, model.holders(j));
            }
        }
        for (uint256 j; j < model.holderCount(); ++j) {
            kept += rights.deferred(asset, model.holders(j));
        }
        assertEq(rights.reserves(asset), kept);
        assertEq(IERC20(asset).balanceOf(address(rights)), kept + model.uncounted(asset));
    }

    /// @notice I3, I4, I5, I7: per work nothing is lost or gained, shares add up, revenue never falls, and each holder has
    /// earned exactly what the model says, whatever the order of claims, pushes, flows and transfers.
    function checkHolders() internal {
        for (uint256 i; i < handler.workCount(); ++i) {
            uint256 work = handler.works(i);
            assertEq(rights.revenueOf(work), model.revenue(work));
            assertGe(rights.revenueOf(work), _lastRevenue[work]);
            _lastRevenue[work] = rights.revenueOf(work);

            uint256 shares;
            uint256 numerators;
            for (uint256 j; j < model.holderCount(); ++j) {
                address holder = model.holders(j);
                shares += rights.balanceOf(holder, work);
                assertEq(rights.balanceOf(holder, work), model.shares(work, holder));
                uint256 credit = creditOf(work, holder);
                assertEq(credit + SHARES * model.collected(work, holder), model.earned(work, holder));
                assertEq(rights.owed(work, holder), credit / SHARES);
                numerators += credit + SHARES * model.collected(work, holder);
            }
            assertEq(shares, SHARES);
            assertEq(numerators, SHARES * rights.revenueOf(work));
        }
    }

    /// @notice Every unit of money is where the model says: with whom, and deferred for whom. Market never has any.
    function checkMoney(address asset) internal view {
        assertEq(IERC20(asset).balanceOf(address(market)), 0);
        assertEq(address(market).balance, 0);
        assertEq(IERC20(asset).balanceOf(address(rights)), model.wallet(asset, address(rights)));
        uint256 total;
        bool counted;
        for (uint256 j; j < model.holderCount(); ++j) {
            address holder = model.holders(j);
            assertEq(IERC20(asset).balanceOf(holder), model.wallet(asset, holder));
            assertEq(rights.deferred(asset, holder), model.deferred(asset, holder));
            total += IERC20(asset).balanceOf(holder);
            counted = counted || holder == address(rights);
        }
        if (!counted) total += IERC20(asset).balanceOf(address(rights));
        assertEq(total, IERC20(asset).totalSupply());
    }

    /// @notice I8: a licence ends when the model says, which never shortens it, and its holder has the units bought.
    function checkLicences() internal view {
        for (uint256 i; i < handler.licenceCount(); ++i) {
            uint256 id = handler.licences(i);
            for (uint256 j; j < model.holderCount(); ++j) {
                address holder = model.holders(j);
                assertEq(rights.licensedUntil(id, holder), model.end(id, holder));
                assertEq(rights.balanceOf(holder, id), model.units(id, holder));
            }
        }
    }

    /// @notice I9: a channel spends what was redeemed of it and at most what is in it, and Meter has exactly what is not
    /// spent, beside what it owes to whom the token refused.
    function checkChannels(address asset) internal view {
        uint256 kept;
        for (uint256 i; i < handler.channelCount(); ++i) {
            (bytes32 id, address token) = handler.channelId(i);
            if (token != asset) continue;
            (uint256 deposited, uint256 spent) = meter.channelOf(id);
            (uint256 paidIn, uint256 redeemed, uint256 returned) = handler.historyOf(id);
            assertEq(deposited, paidIn - returned);
            assertEq(spent, redeemed);
            assertLe(spent, deposited);
            kept += deposited - spent;
        }
        for (uint256 j; j < model.holderCount(); ++j) {
            address account = model.holders(j);
            assertEq(meter.deferred(asset, account), handler.meterDeferred(asset, account));
            kept += meter.deferred(asset, account);
        }
        assertEq(IERC20(asset).balanceOf(address(meter)), kept);
    }

    /// @notice I9 for streams: what was paid in is settled, sent back, or here; what is used never falls and never
    /// passes the deposit; who is licensed has a funded stream.
    function checkStreams(address asset) internal view {
        uint256 kept;
        for (uint256 id = 1; id <= streams.streamCount(); ++id) {
            IStreams.Stream memory stream = streams.streamOf(id);
            if (stream.asset != asset) continue;
            (uint256 paidIn, uint256 settled, uint256 refunded) = handler.flowOf(id);
            assertEq(stream.deposit, paidIn - refunded);
            assertEq(stream.settled, settled);
            assertLe(settled, streams.used(id));
            assertLe(streams.used(id), stream.deposit);
            kept += stream.deposit - stream.settled;
            if (!streams.isLicensed(stream.licensee, stream.workId, stream.scopes)) continue;
            for (uint256 bit; bit < 32; ++bit) {
                if (stream.scopes >> bit & 1 == 0) continue;
                uint256 speaker = streams.preferredStream(stream.licensee, stream.workId, bit);
                assertGt(streams.fundedUntil(speaker), block.timestamp);
            }
        }
        for (uint256 j; j < model.holderCount(); ++j) {
            address account = model.holders(j);
            assertEq(streams.deferred(asset, account), handler.streamsDeferred(asset, account));
            kept += streams.deferred(asset, account);
        }
        assertEq(IERC20(asset).balanceOf(address(streams)), kept);
    }

    /// @notice I11: parents come before their children. A set gives its members no more than it has, by weight, and what
    /// it has given is what they got.
    function checkSets() internal view {
        for (uint256 i; i < handler.workCount(); ++i) {
            uint64[] memory parents = remix.parentsOf(handler.works(i));
            for (uint256 j; j < parents.length; ++j) {
                assertLt(parents[j], handler.works(i));
            }
        }
        for (uint256 i; i < handler.setCount(); ++i) {
            SetsHandler.Set memory set = handler.setAt(i);
            ICollections.State memory state = collections.editionOf(set.id);
            uint256 given;
            uint256 weights;
            for (uint256 j; j < set.works.length; ++j) {
                (uint256 weight, uint256 received) = collections.memberOf(set.id, set.works[j]);
                assertEq(received, handler.receivedBy(set.id, set.works[j]));
                given += received;
                weights += weight;
            }
            assertEq(state.forwarded, given);
            assertEq(model.collected(set.id, address(collections)), given);
            assertEq(state.recordedWeight, weights);
            assertLe(weights, state.totalWeight);
        }
    }

    /// @dev `Stake.credit` as it would be if settled now: from the storage slot, since no function shows it.
    function creditOf(uint256 work, address holder) internal view returns (uint256) {
        bytes32 slot = keccak256(abi.encode(holder, keccak256(abi.encode(work, STAKES_SLOT))));
        uint256 stake = uint256(vm.load(address(rights), slot));
        uint256 credit = uint128(stake);
        uint256 mark = uint96(stake >> 128);
        uint256 shares = stake >> 224;
        assertLe(mark, rights.revenueOf(work)); // I5
        assertEq(shares, rights.balanceOf(holder, work));
        return credit + (rights.revenueOf(work) - mark) * shares;
    }
}
