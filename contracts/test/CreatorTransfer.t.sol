// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IMarket} from "../src/interfaces/IMarket.sol";
import {IRights} from "../src/interfaces/IRights.sol";
import {IRoyaltySplitter} from "../src/interfaces/IRoyaltySplitter.sol";
import {Fixture} from "./utils/Fixture.sol";

/// @notice Rights.tree, CreatorTransferTest.
contract CreatorTransferTest is Fixture {
    uint256 internal work;

    function setUp() public override {
        super.setUp();
        work = mintWork(1);
    }

    function test_Transfer_RevertWhen_CallerIsNotTheCreator() external {
        vm.expectRevert(abi.encodeWithSelector(IRights.NotTheCreator.selector, owner, artist));
        vm.prank(owner);
        rights.transferCreator(work, owner);
        vm.expectRevert(abi.encodeWithSelector(IRoyaltySplitter.UnknownWork.selector, 99));
        rights.transferCreator(99, artist);
    }

    function test_Accept_RevertWhen_CallerWasNotNamed() external {
        vm.prank(artist);
        rights.transferCreator(work, fan);
        vm.expectRevert(abi.encodeWithSelector(IRights.NotThePendingCreator.selector, company, fan));
        vm.prank(company);
        rights.acceptCreator(work);
        vm.expectRevert(abi.encodeWithSelector(IRights.NotThePendingCreator.selector, company, address(0)));
        vm.prank(company);
        rights.acceptCreator(99);
    }

    function test_HandsOverTheRoleAndNoShares() external {
        vm.expectEmit(address(rights));
        emit IRights.CreatorTransferStarted(work, artist, fan);
        vm.prank(artist);
        rights.transferCreator(work, fan);
        assertEq(rights.pendingCreatorOf(work), fan);
        assertEq(rights.creatorOf(work), artist);

        vm.expectEmit(address(rights));
        emit IRights.CreatorTransferred(work, artist, fan);
        vm.prank(fan);
        rights.acceptCreator(work);
        assertEq(rights.creatorOf(work), fan);
        assertEq(rights.pendingCreatorOf(work), address(0));
        assertEq(rights.balanceOf(fan, work), 0);
        assertEq(rights.balanceOf(artist, work), 900_000);
        vm.expectRevert(abi.encodeWithSelector(IRights.NotThePendingCreator.selector, fan, address(0)));
        vm.prank(fan);
        rights.acceptCreator(work);
    }

    function test_ZeroTakesItBack() external {
        vm.startPrank(artist);
        rights.transferCreator(work, fan);
        rights.transferCreator(work, address(0));
        vm.stopPrank();
        vm.expectRevert(abi.encodeWithSelector(IRights.NotThePendingCreator.selector, fan, address(0)));
        vm.prank(fan);
        rights.acceptCreator(work);
    }

    function test_VoidsTheOffersOfTheOneBefore() external {
        fund(company, 1000 * USDC);
        IMarket.LicenceOffer memory offer = licenceOffer(work);
        bytes memory signature = signed(offer);
        vm.prank(artist);
        rights.transferCreator(work, fan);
        buy(offer, signature, company, 1); // until it is accepted
        vm.prank(fan);
        rights.acceptCreator(work);
        vm.expectRevert(abi.encodeWithSelector(IMarket.SellerIsNotCreator.selector, artist, fan));
        buy(offer, signature, company, 1);

        offer.seller = fan;
        buy(offer, sign(fanKey, market.hashLicenceOffer(offer)), company, 1);
    }
}
