// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IMarket} from "../src/interfaces/IMarket.sol";
import {IRights} from "../src/interfaces/IRights.sol";
import {IRoyaltySplitter} from "../src/interfaces/IRoyaltySplitter.sol";
import {Fixture} from "./utils/Fixture.sol";
import {Hostile} from "./utils/Hostile.sol";

/// @notice Reentrancy.tree: a receiver of tokens that tries every function that moves anything.
contract ReentrancyTest is Fixture {
    uint256 internal work;
    Hostile internal hostile;
    IMarket.LicenceOffer internal offer;
    bytes internal signature;

    function setUp() public override {
        super.setUp();
        work = mintWork(1);
        fund(company, 1_000_000 * USDC);
        hostile = new Hostile(rights);
        giveShares(artist, address(hostile), work, 100_000); // before it turns
        offer = licenceOffer(work);
        signature = signed(offer);
        earn(work, 100 * USDC);
        arm();
    }

    /// @dev Every function of Rights that takes the guard, then every one of the market.
    function arm() internal {
        address me = address(hostile);
        IRights.Draft memory draft = draftOf(99);
        draft.creator = me;
        target(address(rights), abi.encodeCall(rights.create, (draft)));
        draft = draftOf(98);
        target(address(rights), abi.encodeCall(rights.createFor, (draft, sign(artistKey, rights.hashDraft(draft)))));
        target(address(rights), abi.encodeWithSignature("distribute(uint256)", work));
        target(
            address(rights),
            abi.encodeWithSignature(
                "distribute(address,(uint256,uint256,uint256)[],address)",
                address(usdc),
                new IRoyaltySplitter.Earning[](1),
                me
            )
        );
        target(address(rights), abi.encodeCall(rights.flow, (new IRoyaltySplitter.Branch[](1))));
        target(address(rights), abi.encodeCall(rights.forward, (work, one(work), one(uint256(1)))));
        target(address(rights), abi.encodeCall(rights.rescue, (work, address(0))));
        target(address(rights), abi.encodeCall(rights.claim, (one(work), me)));
        target(address(rights), abi.encodeCall(rights.push, (one(work), two(me, artist))));
        target(address(rights), abi.encodeCall(rights.withdrawDeferred, (address(usdc), me)));
        target(address(rights), abi.encodeCall(rights.sweep, (work)));
        target(address(rights), abi.encodeCall(rights.grantLicence, (work, trainingTerms(), me, 1)));
        target(address(rights), abi.encodeCall(rights.safeTransferFrom, (me, fan, work, 1, "")));
        target(address(rights), abi.encodeCall(rights.safeBatchTransferFrom, (me, fan, one(work), one(1), "")));
        rightsAttacks = hostile.attackCount();

        target(
            address(market),
            abi.encodeCall(market.buyLicence, (offer, signature, me, 1, 1e18, byAllowance(me), new address[](0)))
        );
        target(
            address(market),
            abi.encodeCall(market.buyShares, (shareOffer(work), signed(shareOffer(work)), me, 1, 1e18, byAllowance(me)))
        );
        target(address(market), abi.encodeCall(market.buyLicences, (new IMarket.Basket[](1), me, new address[](0))));
    }

    uint256 internal rightsAttacks;

    function target(address to, bytes memory data) internal {
        hostile.prepare(to, data);
    }

    /// @dev While Rights runs, all of Rights is closed. The market may answer, but it can do nothing without Rights.
    function assertNothingHappened(uint256 calls) internal view {
        assertEq(hostile.tried(), calls * hostile.attackCount());
        assertGe(hostile.refusedByGuard(), calls * rightsAttacks);
        assertEq(rights.workOf(rights.hashDraft(draftOf(98))), 0);
        assertEq(rights.balanceOf(address(hostile), rights.licenceId(work, trainingTerms())), 0);
        assertEq(rights.balanceOf(fan, work), 0);
        assertEq(usdc.balanceOf(address(hostile)), 0);
        assertEq(rights.revenueOf(work), 100 * USDC);
    }

    function test_WhileAWorkIsCreated() external {
        IRights.Draft memory draft = draftOf(2);
        draft.shares[0].holder = address(hostile);
        uint256 workId = mintWork(draft);
        assertNothingHappened(1);
        assertEq(rights.balanceOf(address(hostile), workId), 900_000);
        assertEq(rights.balanceOf(collaborator, workId), 100_000);
    }

    function test_WhileSharesMove() external {
        uint256 owedAfter = rights.owed(work, address(hostile));
        giveShares(artist, address(hostile), work, 200_000);
        assertNothingHappened(1);
        assertEq(hostile.owedInside(), owedAfter);
        vm.prank(artist);
        rights.safeBatchTransferFrom(artist, address(hostile), one(work), one(200_000), "");
        assertNothingHappened(2);
        assertEq(hostile.owedInside(), owedAfter);
        assertEq(rights.balanceOf(address(hostile), work), 500_000);
        assertEq(rights.owed(work, address(hostile)), owedAfter);
    }

    function test_WhileALicenceIsGranted() external {
        IRights.Terms memory terms = trainingTerms();
        terms.scopes = 2;
        vm.prank(address(market));
        (uint256 id,) = rights.grantLicence(work, terms, address(hostile), 1);
        assertNothingHappened(1);
        assertEq(rights.balanceOf(address(hostile), id), 1);
    }

    function test_WhileALicenceIsSold() external {
        offer.terms.scopes = 2;
        signature = signed(offer);
        vm.prank(company);
        market.buyLicence(
            offer, signature, address(hostile), 1, 100 * USDC, byAllowance(company), one(address(hostile))
        );
        // Here the market is closed as well: every attempt met a guard.
        assertEq(hostile.tried(), hostile.attackCount());
        assertEq(hostile.refusedByGuard(), hostile.attackCount());
        assertEq(usdc.balanceOf(address(hostile)), 19_750_000); // a tenth of 197.50, as it was named
        assertEq(rights.revenueOf(work), 197_500_000);
        assertEq(hostile.owedInside(), 0);
    }

    function test_WhileSharesAreSold() external {
        bytes memory shareSignature = signed(shareOffer(work));
        vm.prank(company);
        market.buyShares(shareOffer(work), shareSignature, address(hostile), 100_000, 50 * USDC, byAllowance(company));
        assertEq(hostile.refusedByGuard(), hostile.attackCount());
        assertEq(rights.balanceOf(address(hostile), work), 200_000);
        assertEq(rights.deferred(address(usdc), treasury), 1_250_000);
    }
}
