// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC1155Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";

import {IMarket} from "../src/interfaces/IMarket.sol";
import {IRights} from "../src/interfaces/IRights.sol";
import {IRoyaltySplitter} from "../src/interfaces/IRoyaltySplitter.sol";
import {ITestUSDC} from "./utils/Deployed.sol";
import {Fixture} from "./utils/Fixture.sol";

/// @notice Market.tree, ShareSalesTest.
contract ShareSalesTest is Fixture {
    uint256 internal work;
    IMarket.ShareOffer internal offer;

    function setUp() public override {
        super.setUp();
        work = mintWork(1);
        offer = shareOffer(work);
        fund(fan, 1_000_000 * USDC);
    }

    /// @dev Signs first, so that the purchase is the next call.
    function buySigned(bytes memory signature, uint256 shares, uint256 maxPrice) internal {
        vm.prank(fan);
        market.buyShares(offer, signature, fan, shares, maxPrice, byAllowance(fan));
    }

    function test_RevertWhen_TheWorkHasEarnedMore() external {
        offer.maxRevenue = uint128(100 * USDC);
        bytes memory signature = signed(offer);
        earn(work, 100 * USDC);
        buySigned(signature, 1000, type(uint256).max);
        earn(work, 1);
        vm.expectRevert(abi.encodeWithSelector(IMarket.RevenuePassed.selector, 100 * USDC + 1, 100 * USDC));
        buySigned(signature, 1000, type(uint256).max);
    }

    function test_RevertWhen_TheOfferIsForAnother() external {
        offer.buyer = company;
        bytes memory signature = signed(offer);
        vm.expectRevert(abi.encodeWithSelector(IMarket.NotForYou.selector, fan, company));
        buySigned(signature, 1000, type(uint256).max);
    }

    function test_RevertWhen_NothingIsWanted() external {
        bytes memory signature = signed(offer);
        vm.expectRevert(IMarket.NothingWanted.selector);
        buySigned(signature, 0, type(uint256).max);
    }

    function testFuzz_RevertWhen_MoreIsWantedThanIsLeft(uint32 first, uint256 second) external {
        first = uint32(bound(first, 1, offer.shares));
        second = bound(second, offer.shares - first + 1, type(uint256).max);
        bytes memory signature = signed(offer);
        bytes32 digest = market.hashShareOffer(offer);
        buySigned(signature, first, type(uint256).max);
        vm.expectRevert(abi.encodeWithSelector(IMarket.SoldOut.selector, digest, second, offer.shares - first));
        buySigned(signature, second, type(uint256).max);
    }

    function test_RevertWhen_TheOfferIsOfNoShares() external {
        offer.shares = 0;
        bytes memory signature = signed(offer);
        bytes32 digest = market.hashShareOffer(offer);
        vm.expectRevert(abi.encodeWithSelector(IMarket.SoldOut.selector, digest, 1, 0));
        buySigned(signature, 1, type(uint256).max);
    }

    function test_RevertWhen_ItCostsMoreThanAgreed() external {
        bytes memory signature = signed(offer);
        vm.expectRevert(abi.encodeWithSelector(IMarket.PriceTooHigh.selector, 25 * USDC, 25 * USDC - 1));
        buySigned(signature, 50_000, 25 * USDC - 1);
    }

    function test_RevertWhen_TheSellerHasNotApproved() external {
        bytes memory signature = signed(offer);
        vm.prank(artist);
        rights.setApprovalForAll(address(market), false);
        vm.expectRevert(
            abi.encodeWithSelector(IERC1155Errors.ERC1155MissingApprovalForAll.selector, address(market), artist)
        );
        buySigned(signature, 1000, type(uint256).max);
    }

    function test_RevertWhen_TheSellerHasTooFew() external {
        giveShares(artist, collaborator, work, 899_999);
        bytes memory signature = signed(offer);
        vm.expectRevert(
            abi.encodeWithSelector(IERC1155Errors.ERC1155InsufficientBalance.selector, artist, 1, 1000, work)
        );
        buySigned(signature, 1000, type(uint256).max);
    }

    function test_RevertWhen_TheSellerCannotBePaid() external {
        uint256 other = mintWork(2);
        earn(other, 100 * USDC);
        usdc.blacklist(artist);
        bytes memory signature = signed(offer);
        vm.expectRevert(abi.encodeWithSelector(ITestUSDC.Blacklisted.selector, artist));
        buySigned(signature, 1000, type(uint256).max);
        assertEq(rights.balanceOf(fan, work), 0);
        rights.push(one(other), two(artist, collaborator));
        assertEq(usdc.balanceOf(collaborator), 10 * USDC);
    }

    function test_RevertWhen_TheWorkIsUnknown() external {
        vm.prank(address(market));
        (uint256 licence,) = rights.grantLicence(work, trainingTerms(), artist, 10);
        uint256[2] memory ids = [99, licence];
        for (uint256 i; i < ids.length; ++i) {
            offer.workId = ids[i];
            bytes memory signature = signed(offer);
            vm.expectRevert(abi.encodeWithSelector(IRoyaltySplitter.UnknownWork.selector, ids[i]));
            buySigned(signature, 10, type(uint256).max);
        }
    }

    function test_PaysTheSellerLessTheFee() external {
        bytes32 digest = market.hashShareOffer(offer);
        bytes memory signature = signed(offer);
        vm.expectEmit(address(market));
        emit IMarket.SharesPurchased(digest, work, fan, artist, fan, 100_000, 50 * USDC, 1_250_000, 0);
        buySigned(signature, 100_000, 50 * USDC);
        assertEq(usdc.balanceOf(artist), 48_750_000);
        assertEq(rights.deferred(address(usdc), treasury), 1_250_000);
        assertEq(rights.balanceOf(fan, work), 100_000);
        assertEq(rights.balanceOf(artist, work), 800_000);
        assertEq(market.filled(digest), 100_000);
        assertEq(rights.revenueOf(work), 0); // a sale of shares is the seller's, not the work's
    }

    function testFuzz_APartCostsItsShareRoundedUp(uint128 price, uint32 all, uint32 part, uint16 fee) external {
        all = uint32(bound(all, 1, 900_000));
        part = uint32(bound(part, 1, all));
        fee = uint16(bound(fee, 0, 500));
        vm.prank(owner);
        market.setFee(fee, treasury);
        offer.price = price;
        offer.shares = all;
        usdc.mint(fan, price);
        uint256 before = usdc.balanceOf(fan);
        buySigned(signed(offer), part, type(uint256).max);

        uint256 exact = uint256(price) * part;
        uint256 paid = before - usdc.balanceOf(fan);
        assertEq(paid, exact / all + (exact % all == 0 ? 0 : 1));
        assertEq(rights.deferred(address(usdc), treasury), paid * fee / 10_000);
        assertEq(usdc.balanceOf(artist), paid - paid * fee / 10_000);
    }

    function test_CostsNothingWhenThePriceIsNothing() external {
        offer.price = 0;
        buySigned(signed(offer), 100_000, 0);
        assertEq(rights.balanceOf(fan, work), 100_000);
        assertEq(usdc.balanceOf(fan), 1_000_000 * USDC);
    }

    function test_TheSellerKeepsWhatTheSharesEarned() external {
        earn(work, 100 * USDC);
        buy(offer, 100_000);
        assertEq(rights.owed(work, artist), 90 * USDC);
        assertEq(rights.owed(work, fan), 0);
        earn(work, 100 * USDC);
        assertEq(rights.owed(work, artist), 170 * USDC);
        assertEq(rights.owed(work, fan), 10 * USDC);
    }

    /// @dev 5 % of what a fan sells for is the work's, whose holders before the sale earn it.
    function testFuzz_AResalePaysTheRoyaltyIntoTheWork(uint64 price) external {
        buy(offer, 100_000);
        vm.prank(fan);
        rights.setApprovalForAll(address(market), true);
        IMarket.ShareOffer memory resale = offer;
        (resale.seller, resale.price) = (fan, price);
        fund(company, price);
        bytes memory signature = sign(fanKey, market.hashShareOffer(resale));
        (uint256 fee, uint256 royalty) = (uint256(price) * 250 / 10_000, uint256(price) * 500 / 10_000);
        uint256 before = usdc.balanceOf(fan);
        uint256 booked = rights.deferred(address(usdc), treasury);
        bytes32 digest = market.hashShareOffer(resale);
        vm.expectEmit(address(market));
        emit IMarket.SharesPurchased(digest, work, company, fan, company, 100_000, price, fee, royalty);
        vm.prank(company);
        market.buyShares(resale, signature, company, 100_000, price, byAllowance(company));

        assertEq(usdc.balanceOf(fan) - before, price - fee - royalty);
        assertEq(rights.revenueOf(work), royalty);
        assertEq(rights.owed(work, fan), royalty / 10);
        assertEq(rights.owed(work, company), 0);
        assertEq(rights.deferred(address(usdc), treasury) - booked, fee);
        assertEq(rights.reserves(address(usdc)), usdc.balanceOf(address(rights)));
        assertEq(usdc.balanceOf(address(market)), 0);
    }

    function test_AFanCanResell() external {
        buy(offer, 100_000);
        vm.prank(fan);
        rights.setApprovalForAll(address(market), true);
        IMarket.ShareOffer memory resale = offer;
        resale.seller = fan;
        bytes memory signature = sign(fanKey, market.hashShareOffer(resale));
        fund(company, 50 * USDC);
        vm.prank(company);
        market.buyShares(resale, signature, company, 100_000, 50 * USDC, byAllowance(company));
        assertEq(rights.balanceOf(company, work), 100_000);
    }
}
