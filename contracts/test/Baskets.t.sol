// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IMarket} from "../src/interfaces/IMarket.sol";
import {IPayments} from "../src/interfaces/IPayments.sol";
import {IRoyaltySplitter} from "../src/interfaces/IRoyaltySplitter.sol";
import {ITestUSDC} from "./utils/Deployed.sol";
import {Fixture} from "./utils/Fixture.sol";

/// @notice Market.tree, BasketsTest: many offers in one purchase.
contract BasketsTest is Fixture {
    uint256 internal first;
    uint256 internal second;
    uint256 internal inWeth;
    address internal weth;

    function setUp() public override {
        super.setUp();
        first = mintWork(1);
        second = mintWork(2);
        weth = newWETH();
        inWeth = mintWorkIn(weth, 3);
        fund(company, 1_000_000 * USDC);
        vm.deal(company, 100 ether);
    }

    function item(uint256 workId, uint128 price, uint256 units) internal view returns (IMarket.Item memory) {
        IMarket.LicenceOffer memory offer = licenceOffer(workId);
        offer.price = price;
        return IMarket.Item(offer, signed(offer), units);
    }

    function basket(IMarket.Item memory a, IMarket.Item memory b, uint256 maxPrice, IPayments.Payment memory payment)
        internal
        pure
        returns (IMarket.Basket[] memory baskets)
    {
        baskets = new IMarket.Basket[](1);
        baskets[0] = IMarket.Basket(new IMarket.Item[](2), maxPrice, payment);
        (baskets[0].items[0], baskets[0].items[1]) = (a, b);
    }

    function usdcBasket() internal view returns (IMarket.Basket[] memory) {
        return basket(item(first, 100e6, 1), item(second, 30e6, 2), 160 * USDC, byAllowance(company));
    }

    function nobody() internal pure returns (address[] memory) {
        return new address[](0);
    }

    function test_BuysThemAllWithOnePayment() external {
        IMarket.Basket[] memory baskets = usdcBasket();
        vm.expectCall(address(usdc), abi.encodeCall(usdc.transferFrom, (company, address(rights), 160 * USDC)), 1);
        vm.prank(company);
        uint256[][] memory ids = market.buyLicences(baskets, fan, nobody());

        assertEq(ids[0], two(rights.licenceId(first, trainingTerms()), rights.licenceId(second, trainingTerms())));
        assertEq(rights.balanceOf(fan, ids[0][0]), 1);
        assertEq(rights.balanceOf(fan, ids[0][1]), 2);
        assertEq(rights.revenueOf(first), 97_500_000);
        assertEq(rights.revenueOf(second), 58_500_000);
        assertEq(rights.deferred(address(usdc), treasury), 4 * USDC);
        assertEq(rights.reserves(address(usdc)), 160 * USDC);
        assertEq(usdc.balanceOf(address(rights)), 160 * USDC);
    }

    function test_PaysTheHoldersOfAllOfThem() external {
        IMarket.Basket[] memory baskets = usdcBasket();
        vm.prank(company);
        market.buyLicences(baskets, company, two(artist, collaborator));
        assertEq(usdc.balanceOf(artist), 140_400_000);
        assertEq(usdc.balanceOf(collaborator), 15_600_000);
        assertEq(rights.reserves(address(usdc)), 4 * USDC);
    }

    function test_PaysOneHolderAlone() external {
        IMarket.Basket[] memory baskets = usdcBasket();
        vm.prank(company);
        market.buyLicences(baskets, company, one(collaborator));
        assertEq(usdc.balanceOf(collaborator), 15_600_000);
        assertEq(usdc.balanceOf(artist), 0);
    }

    function test_OneBasketAndOnePaymentForEachAsset() external {
        IMarket.Basket[] memory baskets = new IMarket.Basket[](2);
        baskets[0] = usdcBasket()[0];
        baskets[1] =
            IMarket.Basket(new IMarket.Item[](1), 2 ether, IPayments.Payment(IPayments.Method.NATIVE, company, ""));
        baskets[1].items[0] = item(inWeth, 1 ether, 2);
        vm.prank(company);
        uint256[][] memory ids = market.buyLicences{value: 5 ether}(baskets, company, nobody());
        assertEq(rights.balanceOf(company, ids[1][0]), 2);
        assertEq(rights.revenueOf(inWeth), 1.95 ether);
        assertEq(company.balance, 98 ether); // what was not needed came back
        assertEq(address(market).balance, 0);
    }

    function test_TheSameOfferTwice() external {
        vm.startPrank(company);
        uint256[][] memory ids = market.buyLicences(
            basket(item(first, 100e6, 1), item(first, 100e6, 2), 300 * USDC, byAllowance(company)), company, nobody()
        );
        assertEq(rights.balanceOf(company, ids[0][0]), 3);
        assertEq(rights.licensedUntil(ids[0][0], company), block.timestamp + 3 * 365 days);
    }

    function test_NothingToPay() external {
        vm.startPrank(company);
        market.buyLicences(basket(item(first, 0, 1), item(second, 0, 1), 0, byAllowance(company)), company, nobody());
        assertTrue(rights.isLicensed(company, second, 1));
    }

    function test_ByAuthorizationOfAnother() external {
        IMarket.Basket[] memory baskets = usdcBasket();
        bytes32[] memory offers = new bytes32[](2);
        offers[0] = market.hashLicenceOffer(baskets[0].items[0].offer);
        offers[1] = market.hashLicenceOffer(baskets[0].items[1].offer);
        bytes32 whole = market.hashBasket(offers, two(1, 2));
        baskets[0].payment = byAuthorization(Authorization(companyKey, 160 * USDC, whole, company, 2, "salt"));

        vm.startPrank(relayer);
        bytes memory refused = abi.encodeWithSelector(ITestUSDC.InvalidAuthorization.selector, company);
        vm.expectRevert(refused); // another licensee
        market.buyLicences(baskets, relayer, nobody());
        (baskets[0].items[0].units, baskets[0].items[1].units) = (2, 1);
        baskets[0].maxPrice = type(uint256).max;
        vm.expectRevert(refused); // other units
        market.buyLicences(baskets, company, nobody());
        (baskets[0].items[0].units, baskets[0].items[1].units) = (1, 2);
        market.buyLicences(baskets, company, nobody());
        assertEq(usdc.balanceOf(company), 999_840 * USDC);
    }

    function test_RevertWhen_OneOfThemCannotBeBought() external {
        IMarket.Basket[] memory baskets = usdcBasket();
        vm.prank(artist);
        market.cancelLicenceOffer(baskets[0].items[1].offer);
        bytes32 gone = market.hashLicenceOffer(baskets[0].items[1].offer);
        vm.expectRevert(abi.encodeWithSelector(IMarket.OfferWithdrawn.selector, gone));
        vm.prank(company);
        market.buyLicences(baskets, company, nobody());
        assertEq(rights.revenueOf(first), 0);
    }

    function test_RevertWhen_TheyCostMoreThanAgreed() external {
        IMarket.Basket[] memory baskets = usdcBasket();
        baskets[0].maxPrice = 160 * USDC - 1;
        vm.expectRevert(abi.encodeWithSelector(IMarket.PriceTooHigh.selector, 160 * USDC, 160 * USDC - 1));
        vm.prank(company);
        market.buyLicences(baskets, company, nobody());
    }

    function test_RevertWhen_ABasketMixesAssets() external {
        IMarket.Basket[] memory baskets =
            basket(item(first, 100e6, 1), item(inWeth, 30e6, 1), 200 * USDC, byAllowance(company));
        vm.expectRevert(abi.encodeWithSelector(IRoyaltySplitter.AssetsDiffer.selector, inWeth, weth, address(usdc)));
        vm.prank(company);
        market.buyLicences(baskets, company, nobody());
    }

    function test_RevertWhen_ABasketIsEmpty() external {
        vm.expectRevert(IMarket.NothingWanted.selector);
        market.buyLicences(new IMarket.Basket[](1), company, nobody());
        assertEq(market.buyLicences(new IMarket.Basket[](0), company, nobody()).length, 0);
    }

    function test_RevertWhen_AnOfferIsForAnother() external {
        IMarket.Basket[] memory baskets = usdcBasket();
        baskets[0].items[0].offer.licensee = fan;
        vm.expectRevert(abi.encodeWithSelector(IMarket.NotForYou.selector, company, fan));
        vm.prank(company);
        market.buyLicences(baskets, company, nobody());
    }
}
