// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC1155Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";

import {IMarket} from "../src/interfaces/IMarket.sol";
import {IRoyaltySplitter} from "../src/interfaces/IRoyaltySplitter.sol";
import {Fixture} from "./utils/Fixture.sol";
import {Wallet} from "./utils/Wallet.sol";

/// @notice Market.tree, LicenceSalesTest.
contract LicenceSalesTest is Fixture {
    uint256 internal work;
    IMarket.LicenceOffer internal offer;

    function setUp() public override {
        super.setUp();
        work = mintWork(1);
        offer = licenceOffer(work);
        fund(company, 1_000_000 * USDC);
    }

    function test_RevertWhen_TheSellerIsNotTheCreator() external {
        offer.seller = fan;
        bytes memory signature = sign(fanKey, market.hashLicenceOffer(offer));
        vm.expectRevert(abi.encodeWithSelector(IMarket.SellerIsNotCreator.selector, fan, artist));
        buy(offer, signature, company, 1);
    }

    function test_RevertWhen_TheWorkIsUnknown() external {
        offer.workId = 99;
        bytes memory signature = signed(offer);
        vm.expectRevert(abi.encodeWithSelector(IRoyaltySplitter.UnknownWork.selector, 99));
        buy(offer, signature, company, 1);
    }

    function test_RevertWhen_TheOfferIsForAnother() external {
        offer.licensee = company;
        bytes memory signature = signed(offer);
        vm.expectRevert(abi.encodeWithSelector(IMarket.NotForYou.selector, fan, company));
        buy(offer, signature, fan, 1);
        buy(offer, signature, company, 1);
    }

    function test_RevertWhen_NothingIsWanted() external {
        bytes memory signature = signed(offer);
        vm.expectRevert(IMarket.NothingWanted.selector);
        buy(offer, signature, company, 0);
    }

    function testFuzz_RevertWhen_MoreIsWantedThanIsLeft(uint32 limit, uint32 first, uint256 second) external {
        limit = uint32(bound(limit, 1, 1000));
        first = uint32(bound(first, 1, limit));
        second = bound(second, uint256(limit) - first + 1, type(uint256).max);
        offer.maxUnits = limit;
        offer.price = 1;
        bytes memory signature = signed(offer);
        bytes32 digest = market.hashLicenceOffer(offer);
        buy(offer, signature, company, first);
        assertEq(market.filled(digest), first);
        vm.expectRevert(abi.encodeWithSelector(IMarket.SoldOut.selector, digest, second, limit - first));
        buy(offer, signature, company, second);
    }

    function test_RevertWhen_ItCostsMoreThanAgreed() external {
        bytes memory signature = signed(offer);
        vm.startPrank(company);
        vm.expectRevert(abi.encodeWithSelector(IMarket.PriceTooHigh.selector, 200 * USDC, 200 * USDC - 1));
        market.buyLicence(offer, signature, company, 2, 200 * USDC - 1, byAllowance(company), new address[](0));
        market.buyLicence(offer, signature, company, 2, 200 * USDC, byAllowance(company), new address[](0));
    }

    function test_RevertWhen_TheMarketIsNoEdge() external {
        vm.prank(owner);
        rights.authoriseEdge(address(market), false);
        bytes memory signature = signed(offer);
        vm.expectRevert(abi.encodeWithSelector(IRoyaltySplitter.NotAnEdge.selector, address(market)));
        buy(offer, signature, company, 1);
    }

    function test_PaysSplitsAndLicences() external {
        bytes32 digest = market.hashLicenceOffer(offer);
        bytes memory signature = signed(offer);
        uint256 id = rights.licenceId(work, offer.terms);
        uint256 until = block.timestamp + 2 * 365 days;
        vm.expectEmit(address(rights));
        emit IRoyaltySplitter.Distributed(work, address(market), 195 * USDC, 195 * USDC);
        vm.expectEmit(address(rights));
        emit IRoyaltySplitter.FeeBooked(treasury, address(usdc), work, 5 * USDC);
        vm.expectEmit(address(market));
        emit IMarket.LicencePurchased(digest, work, fan, company, id, 2, 200 * USDC, 5 * USDC, until);
        assertEq(buy(offer, signature, fan, 2), id);

        assertEq(rights.balanceOf(fan, id), 2);
        assertEq(rights.licensedUntil(id, fan), until);
        assertEq(rights.owed(work, artist), 175_500_000);
        assertEq(rights.owed(work, collaborator), 19_500_000);
        assertEq(rights.deferred(address(usdc), treasury), 5 * USDC);
        assertEq(usdc.balanceOf(company), 999_800 * USDC);
        assertEq(usdc.balanceOf(address(rights)), 200 * USDC);
        assertEq(usdc.balanceOf(address(market)), 0);
    }

    function testFuzz_TheFeeIsTheLowerAndRoundedDown(uint16 now_, uint16 signed_, uint64 price, uint8 units) external {
        now_ = uint16(bound(now_, 0, 500));
        vm.assume(units != 0);
        vm.prank(owner);
        market.setFee(now_, treasury);
        offer.maxFeeBps = signed_;
        offer.price = price;
        usdc.mint(company, uint256(price) * units);
        buy(offer, company, units);

        uint256 cost = uint256(price) * units;
        uint256 bps = now_ < signed_ ? now_ : signed_;
        uint256 fee = cost * bps / 10_000;
        assertEq(rights.deferred(address(usdc), treasury), fee);
        assertEq(rights.revenueOf(work), cost - fee);
        assertEq(usdc.balanceOf(address(rights)), cost);
    }

    function test_PaysTheHoldersWhoAreNamed() external {
        bytes memory signature = signed(offer);
        usdc.blacklist(collaborator);
        vm.prank(company);
        market.buyLicence(
            offer, signature, company, 1, 100 * USDC, byAllowance(company), three(artist, collaborator, fan)
        );
        assertEq(usdc.balanceOf(artist), 87_750_000);
        assertEq(rights.deferred(address(usdc), collaborator), 9_750_000);
        assertEq(usdc.balanceOf(fan), 0);
    }

    function test_SellsWithoutEndWhenThereIsNoLimit() external {
        offer.price = 0;
        bytes memory signature = signed(offer);
        bytes32 digest = market.hashLicenceOffer(offer);
        uint256 most = type(uint128).max; // that a holder can have
        vm.expectRevert(abi.encodeWithSelector(IMarket.SoldOut.selector, digest, most + 1, most));
        buy(offer, signature, company, most + 1);
        uint256 id = buy(offer, signature, company, most - 1);
        buy(offer, signature, company, 1);
        buy(offer, signature, fan, most);
        assertEq(rights.balanceOf(company, id), most);
        assertEq(market.filled(digest), 0); // nothing to count
    }

    function test_CostsNothingWhenThePriceIsNothing() external {
        offer.price = 0;
        bytes memory signature = signed(offer);
        usdc.mint(address(rights), USDC); // somebody's mistake: a free licence must not sweep it up
        vm.prank(fan);
        uint256 id = market.buyLicence(offer, signature, fan, 1, 0, byAllowance(fan), new address[](0));
        assertEq(rights.balanceOf(fan, id), 1);
        assertEq(rights.revenueOf(work), 0);
    }

    function test_ALicenseeWhoIsAContractMustTakeIt() external {
        Wallet wallet = new Wallet(company);
        uint256 id = buy(offer, address(wallet), 1);
        assertEq(rights.balanceOf(address(wallet), id), 1);

        bytes memory signature = signed(offer);
        vm.expectRevert(abi.encodeWithSelector(IERC1155Errors.ERC1155InvalidReceiver.selector, address(usdc)));
        buy(offer, signature, address(usdc), 1);
        vm.expectRevert(abi.encodeWithSelector(IERC1155Errors.ERC1155InvalidReceiver.selector, address(0)));
        buy(offer, signature, address(0), 1);
    }

    /// @dev A sale extends; it can be for another than the payer; and the split ignores who paid.
    function test_AgainExtends() external {
        uint256 id = buy(offer, company, 1);
        uint256 first = rights.licensedUntil(id, company);
        skip(100 days);
        buy(offer, company, 1);
        assertEq(rights.licensedUntil(id, company), first + 365 days);
        assertEq(rights.balanceOf(company, id), 2);
    }
}
