// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {StreamsFixture} from "./utils/StreamsFixture.sol";

/// @notice Streams.tree, StreamLicencesTest: who is licensed, and which stream says so.
contract StreamLicencesTest is StreamsFixture {
    address internal stranger;

    function setUp() public override {
        super.setUp();
        stranger = newPayer("stranger", 1000 * USDC);
    }

    function testFuzz_LicensedExactlyWhileFunded(uint96 price, uint40 period, uint88 deposit, uint40 elapsed) external {
        offer.price = uint96(bound(price, 1, type(uint96).max));
        offer.period = uint40(bound(period, 1, type(uint40).max));
        deposit = uint88(bound(deposit, 1, type(uint88).max));
        usdc.mint(company, deposit);
        uint256 start = block.timestamp;
        uint256 streamId = openFor(deposit);
        uint256 paidSeconds = uint256(deposit) * offer.period / offer.price;
        assertEq(streams.fundedUntil(streamId), start + paidSeconds);

        vm.warp(start + elapsed);
        assertEq(streams.isLicensed(company, work, 1), elapsed < paidSeconds);
        assertEq(streams.isLicensed(company, work, 0), elapsed < paidSeconds);
        uint256 counted = elapsed < paidSeconds ? elapsed : paidSeconds;
        assertEq(streams.used(streamId), counted * offer.price / offer.period);
        assertLe(streams.used(streamId), deposit);
    }

    function test_ForEveryScopeOfTheTermsAndNoOther() external {
        offer.terms.scopes = 1 | 1 << 31;
        openFor(USDC);
        assertTrue(streams.isLicensed(company, work, 1));
        assertTrue(streams.isLicensed(company, work, 1 << 31));
        assertTrue(streams.isLicensed(company, work, 1 | 1 << 31));
        assertTrue(streams.isLicensed(company, work, 0));
        assertFalse(streams.isLicensed(company, work, 2));
        assertFalse(streams.isLicensed(company, work, 1 | 2));
        assertFalse(streams.isLicensed(company, work, type(uint32).max));
    }

    function test_BySeveralStreamsEachWithItsScopes() external {
        openFor(USDC);
        offer.terms.scopes = 8;
        openFor(2 * USDC);
        assertTrue(streams.isLicensed(company, work, 1 | 2 | 8));
        assertEq(streams.preferredStream(company, work, 1), 1);
        assertEq(streams.preferredStream(company, work, 3), 2);
        skip(1 days);
        assertFalse(streams.isLicensed(company, work, 1 | 2 | 8));
        assertTrue(streams.isLicensed(company, work, 8));
        assertTrue(streams.isLicensed(company, work, 0));
        skip(1 days);
        assertFalse(streams.isLicensed(company, work, 0));
    }

    function test_ForNoOtherAccountOrWork() external {
        openFor(USDC);
        assertFalse(streams.isLicensed(fan, work, 0));
        assertFalse(streams.isLicensed(company, work + 1, 0));
    }

    function test_AnothersStreamDoesNotTakeTheFundedPlace() external {
        uint256 own = openFor(USDC);
        uint256 gift = openAs(stranger, company, 100 * USDC);
        assertEq(streams.preferredStream(company, work, 0), own);
        stopAs(stranger, gift);
        assertTrue(streams.isLicensed(company, work, 3));

        skip(1 days); // now nothing is in the way
        gift = openAs(stranger, company, 100 * USDC);
        assertEq(streams.preferredStream(company, work, 0), gift);
        assertTrue(streams.isLicensed(company, work, 3));
    }

    function test_TheAccountsOwnTakesThePlace() external {
        uint256 gift = openAs(stranger, company, 100 * USDC);
        uint256 own = openFor(USDC);
        assertEq(streams.preferredStream(company, work, 0), own);
        stopAs(stranger, gift);
        assertTrue(streams.isLicensed(company, work, 3));

        skip(2 days);
        gift = openAs(stranger, company, 100 * USDC);
        topUpAs(stranger, own, USDC);
        assertEq(streams.preferredStream(company, work, 0), gift);
        topUpAs(company, own, USDC);
        assertEq(streams.preferredStream(company, work, 0), own);
        assertEq(streams.preferredStream(company, work, 1), own);
    }

    function test_PreferPutsAnotherInTheStoppedOnesPlace() external {
        uint256 first = openAs(stranger, company, USDC);
        uint256 second = openAs(stranger, company, USDC);
        streams.prefer(second); // changes nothing: the first is funded
        assertEq(streams.preferredStream(company, work, 0), first);
        stopAs(stranger, first);
        assertFalse(streams.isLicensed(company, work, 1));
        vm.prank(relayer);
        streams.prefer(second);
        assertTrue(streams.isLicensed(company, work, 3));
    }

    function test_PreferByTheLicenseeChooses() external {
        uint256 first = openFor(10 * USDC);
        uint256 second = openFor(USDC);
        assertEq(streams.preferredStream(company, work, 1), second);
        vm.prank(company);
        streams.prefer(first);
        assertEq(streams.preferredStream(company, work, 1), first);
        stopAs(company, second);
        assertTrue(streams.isLicensed(company, work, 3));
    }

    function test_AScopeThereIsNotHasNobody() external {
        openFor(USDC);
        assertEq(streams.preferredStream(company, work, 32), 0);
        assertEq(streams.preferredStream(company, work, type(uint256).max), 0);
    }
}
