// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IStreams} from "../src/interfaces/IStreams.sol";
import {Hostile} from "./utils/Hostile.sol";
import {HookToken} from "./utils/OddTokens.sol";
import {StreamsFixture} from "./utils/StreamsFixture.sol";

/// @notice Streams.tree, StreamAccountingTest: nothing is lost and nothing is made, whatever happens when.
contract StreamAccountingTest is StreamsFixture {
    /// @dev What a stream should be, second by second, kept the slow way.
    struct Model {
        uint256 deposited;
        uint256 funded; // seconds that it was, or will be, licensed
        uint256 used;
        bool stopped;
    }

    uint256 internal constant COUNT = 3;
    Model[COUNT] internal models;
    uint256 internal settled;
    uint256 internal refunded;

    /// @dev Random steps with three streams, two of which share a work. Prices and periods are small and odd,
    /// so that every rounding shows.
    function testFuzz_Conservation(uint256 seed, uint16[COUNT] memory prices, uint16[COUNT] memory periods) external {
        uint256[] memory ids = new uint256[](COUNT);
        uint256 opened = block.timestamp;
        for (uint256 i; i < COUNT; ++i) {
            offer.salt = i;
            offer.price = uint128(bound(prices[i], 1, 5000));
            offer.period = uint40(bound(periods[i], 1, 5000));
            if (i == 2) offer.workId = mintWork(2);
            models[i].deposited = bound(uint256(keccak256(abi.encode(seed, i, "deposit"))), 1, 10_000);
            ids[i] = openFor(models[i].deposited);
        }
        uint256 before = opened;
        for (uint256 step; step < 32; ++step) {
            uint256 dice = uint256(keccak256(abi.encode(seed, step)));
            skip(dice % 200);
            for (uint256 i; i < COUNT; ++i) {
                live(ids[i], models[i], before);
            }
            before = block.timestamp;
            act(ids, dice >> 16);
            check(ids);
        }
        for (uint256 i; i < COUNT; ++i) {
            stop(ids[i], models[i]);
        }
        check(ids);
        assertEq(usdc.balanceOf(address(streams)), 0);
    }

    /// @dev Seconds pass: those that are funded count.
    function live(uint256 streamId, Model storage model, uint256 before) internal {
        if (model.stopped) return;
        IStreams.Stream memory stream = streams.streamOf(streamId);
        uint256 affordable = model.deposited * stream.period / stream.price;
        model.funded += block.timestamp - before;
        if (model.funded > affordable) model.funded = affordable;
        model.used = model.funded * stream.price / stream.period;
    }

    function act(uint256[] memory ids, uint256 dice) internal {
        uint256 which = dice % COUNT;
        Model storage model = models[which];
        uint256 kind = (dice >> 8) % 16;
        if (kind < 8 && !model.stopped) {
            uint256 amount = (dice >> 16) % 500 + 1;
            topUpAs(company, ids[which], amount);
            model.deposited += amount;
        } else if (kind < 15) {
            streams.settle(kind < 12 ? one(ids[which]) : two(ids[(which + 1) % COUNT], ids[which]));
        } else {
            stop(ids[which], model);
        }
    }

    function stop(uint256 streamId, Model storage model) internal {
        uint256 refund = stopAs(company, streamId);
        assertEq(refund, model.stopped ? 0 : model.deposited - model.used);
        refunded += refund;
        model.stopped = true;
    }

    function check(uint256[] memory ids) internal view {
        uint256 deposits;
        uint256 unspent;
        uint256 taken;
        for (uint256 i; i < COUNT; ++i) {
            IStreams.Stream memory stream = streams.streamOf(ids[i]);
            deposits += models[i].deposited;
            unspent += stream.deposit - stream.settled;
            taken += stream.settled;
            assertEq(streams.used(ids[i]), models[i].used);
            assertLe(stream.settled, models[i].used);
            assertLe(models[i].used, stream.deposit);
        }
        assertEq(usdc.balanceOf(address(streams)), unspent);
        assertEq(deposits, taken + refunded + unspent);
        assertEq(usdc.balanceOf(company), 1_000_000 * USDC - deposits + refunded);
        assertEq(rights.revenueOf(1) + rights.revenueOf(2) + rights.deferred(address(usdc), treasury), taken);
        assertEq(usdc.balanceOf(address(rights)), taken);
    }

    /// @dev However often it is settled in between, a stream has used exactly its price for the time, rounded down once.
    function testFuzz_NoDrift(uint128 price, uint40 period, uint32[8] memory pauses) external {
        offer.price = uint128(bound(price, 1, 1e12));
        offer.period = uint40(bound(period, 1, 365 days));
        offer.maxFeeBps = 0;
        uint256 deposit = 1e24;
        usdc.mint(company, deposit);
        uint256 streamId = openFor(deposit);
        uint256 start = block.timestamp;
        for (uint256 i; i < pauses.length; ++i) {
            skip(pauses[i] % 7 days);
            streams.settle(one(streamId));
            assertEq(rights.revenueOf(work), (block.timestamp - start) * offer.price / offer.period);
        }
        uint256 revenue = rights.revenueOf(work);
        assertEq(rights.owed(work, artist), revenue * 9 / 10);
        assertEq(rights.owed(work, collaborator), revenue / 10);
    }

    function test_ATokenThatCallsBackFindsEveryDoorClosed() external {
        HookToken token = new HookToken();
        vm.prank(owner);
        rights.allowAsset(address(token), true);
        offer.workId = mintWorkIn(address(token), 2);
        Hostile hostile = new Hostile(rights);
        token.mint(company, 100 * USDC);
        token.mint(address(hostile), 100 * USDC);
        vm.prank(company);
        token.approve(address(streams), type(uint256).max);
        vm.prank(address(hostile));
        token.approve(address(streams), type(uint256).max);

        uint256 other = openFor(50 * USDC);
        uint256 streamId = openAs(address(hostile), address(hostile), 50 * USDC);
        bytes memory signature = signed(offer);
        hostile.prepare(address(streams), abi.encodeCall(streams.stop, (streamId)));
        hostile.prepare(address(streams), abi.encodeCall(streams.settle, (two(streamId, other))));
        hostile.prepare(address(streams), abi.encodeCall(streams.withdrawDeferred, (address(token), address(hostile))));
        hostile.prepare(
            address(streams),
            abi.encodeCall(streams.topUp, (streamId, address(hostile), USDC, byAllowance(address(hostile))))
        );
        hostile.prepare(
            address(streams),
            abi.encodeCall(streams.open, (offer, signature, address(hostile), USDC, byAllowance(address(hostile))))
        );
        skip(10 days);
        stopAs(address(hostile), streamId);

        assertEq(hostile.tried(), 5);
        assertEq(hostile.refusedByGuard(), 5);
        assertEq(token.balanceOf(address(hostile)), 90 * USDC);
        assertEq(token.balanceOf(address(streams)), 50 * USDC);
        assertEq(rights.revenueOf(offer.workId), 9_750_000);
    }
}
