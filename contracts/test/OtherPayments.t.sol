// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/interfaces/IERC20.sol";
import {Errors} from "@openzeppelin/contracts/utils/Errors.sol";

import {IMarket} from "../src/interfaces/IMarket.sol";
import {IPayments} from "../src/interfaces/IPayments.sol";
import {Fixture} from "./utils/Fixture.sol";
import {Permit2Code} from "./utils/Permit2.sol";

/// @notice Market.tree, NativePaymentsTest.
contract NativePaymentsTest is Fixture {
    address internal weth;
    uint256 internal work;
    IMarket.LicenceOffer internal offer;
    bytes internal signature;

    function setUp() public override {
        super.setUp();
        weth = newWETH();
        work = mintWorkIn(weth, 1);
        offer = licenceOffer(work);
        offer.price = 1 ether;
        signature = signed(offer);
        vm.deal(company, 10 ether);
        vm.deal(fan, 10 ether);
    }

    function byNative(address payer) internal pure returns (IPayments.Payment memory) {
        return IPayments.Payment(IPayments.Method.NATIVE, payer, "");
    }

    function buyWith(uint256 value) internal {
        vm.prank(company);
        market.buyLicence{value: value}(offer, signature, company, 1, 1 ether, byNative(company), new address[](0));
    }

    function test_WrapsThePriceAndReturnsTheRest() external {
        buyWith(3 ether);
        assertEq(company.balance, 9 ether);
        assertEq(rights.revenueOf(work), 0.975 ether);
        assertEq(IERC20(weth).balanceOf(address(rights)), 1 ether);
        assertTrue(rights.isLicensed(company, work, 1));
        buyWith(1 ether);
        assertEq(company.balance, 8 ether);
    }

    function test_RevertWhen_TooLittleComesAlong() external {
        vm.expectRevert(abi.encodeWithSelector(IPayments.PaidTooLittle.selector, 1 ether - 1, 1 ether));
        buyWith(1 ether - 1);
    }

    function test_RevertWhen_ThePayerIsNotTheCaller() external {
        vm.expectRevert(abi.encodeWithSelector(IPayments.PayerIsNotCaller.selector, fan, company));
        vm.prank(company);
        market.buyLicence{value: 1 ether}(offer, signature, company, 1, 1 ether, byNative(fan), new address[](0));
    }

    function test_RevertWhen_TheAssetIsNotWrappedCoin() external {
        uint256 inDollars = mintWork(2);
        offer = licenceOffer(inDollars);
        signature = signed(offer);
        vm.expectRevert();
        vm.prank(company);
        market.buyLicence{value: 1 ether}(
            offer, signature, company, 1, type(uint256).max, byNative(company), new address[](0)
        );
    }

    function test_CoinThatWasNotNeededComesBack() external {
        vm.startPrank(company);
        (bool wrapped,) = weth.call{value: 1 ether}("");
        assertTrue(wrapped);
        IERC20(weth).approve(address(market), 1 ether);
        market.buyLicence{value: 1 ether}(offer, signature, company, 1, 1 ether, byAllowance(company), new address[](0));
        assertEq(company.balance, 9 ether);
        assertEq(IERC20(weth).balanceOf(company), 0);
    }

    function test_RevertWhen_TheCallerRefusesTheRest() external {
        vm.etch(company, hex"fe"); // takes nothing, and as a contract cannot hold the licence either: fan does
        vm.expectRevert(Errors.FailedCall.selector);
        vm.prank(company);
        market.buyLicence{value: 2 ether}(offer, signature, fan, 1, 1 ether, byNative(company), new address[](0));
    }

    function test_SharesToo() external {
        IMarket.ShareOffer memory shares = shareOffer(work);
        shares.price = 2 ether;
        bytes memory sellerSignature = signed(shares);
        vm.prank(fan);
        market.buyShares{value: 2 ether}(shares, sellerSignature, fan, 50_000, 1 ether, byNative(fan));
        assertEq(rights.balanceOf(fan, work), 50_000);
        assertEq(fan.balance, 9 ether);
        assertEq(IERC20(weth).balanceOf(artist), 0.975 ether);
        assertEq(rights.deferred(weth, treasury), 0.025 ether);
        assertEq(rights.revenueOf(work), 0);
    }
}

/// @notice Market.tree, Permit2PaymentsTest.
contract Permit2PaymentsTest is Fixture {
    address internal constant PERMIT2 = Permit2Code.AT;
    bytes32 internal constant PERMIT_TYPEHASH = keccak256(
        "PermitWitnessTransferFrom(TokenPermissions permitted,address spender,uint256 nonce,uint256 deadline,"
        "MintmarkPayment witness)MintmarkPayment(bytes32 purpose)TokenPermissions(address token,uint256 amount)"
    );

    uint256 internal work;
    IMarket.LicenceOffer internal offer;
    bytes internal signature;
    bytes32 internal digest;

    function setUp() public override {
        super.setUp();
        vm.etch(PERMIT2, Permit2Code.CODE);
        work = mintWork(1);
        offer = licenceOffer(work);
        signature = signed(offer);
        digest = market.hashLicenceOffer(offer);
        usdc.mint(company, 1000 * USDC);
        vm.prank(company);
        usdc.approve(PERMIT2, type(uint256).max);
    }

    function byPermit2(bytes32 purpose, uint256 amount, uint256 nonce)
        internal
        view
        returns (IPayments.Payment memory)
    {
        uint256 deadline = block.timestamp + 1 hours;
        bytes32 message = keccak256(
            abi.encode(
                PERMIT_TYPEHASH,
                keccak256(abi.encode(keccak256("TokenPermissions(address token,uint256 amount)"), usdc, amount)),
                address(market),
                nonce,
                deadline,
                keccak256(abi.encode(keccak256("MintmarkPayment(bytes32 purpose)"), purpose))
            )
        );
        (, bytes memory domain) = PERMIT2.staticcall(abi.encodeWithSignature("DOMAIN_SEPARATOR()"));
        bytes32 toSign = keccak256(abi.encodePacked(hex"1901", abi.decode(domain, (bytes32)), message));
        bytes memory data = abi.encode(nonce, deadline, sign(companyKey, toSign));
        return IPayments.Payment(IPayments.Method.PERMIT2, company, data);
    }

    function buyAs(address caller, address licensee, uint256 units, IPayments.Payment memory payment) internal {
        vm.prank(caller);
        market.buyLicence(offer, signature, licensee, units, type(uint256).max, payment, new address[](0));
    }

    function test_ARelayerSendsIt() external {
        buyAs(relayer, company, 1, byPermit2(market.purposeOf(digest, company, 1), 100 * USDC, 7));
        assertTrue(rights.isLicensed(company, work, 1));
        assertEq(usdc.balanceOf(company), 900 * USDC);
        assertEq(usdc.balanceOf(address(market)), 0);
        assertEq(rights.revenueOf(work), 97_500_000);
    }

    function test_RevertWhen_TheRelayerChangesAnything() external {
        IPayments.Payment memory payment = byPermit2(market.purposeOf(digest, company, 1), 100 * USDC, 7);
        bytes4 invalid = bytes4(keccak256("InvalidSigner()"));
        vm.expectRevert(invalid);
        buyAs(relayer, relayer, 1, payment);
        vm.expectRevert(invalid);
        buyAs(relayer, company, 2, payment);
        payment.payer = fan;
        vm.expectRevert(invalid);
        buyAs(relayer, company, 1, payment);
    }

    function test_RevertWhen_UsedAgain() external {
        IPayments.Payment memory payment = byPermit2(market.purposeOf(digest, company, 1), 100 * USDC, 7);
        buyAs(relayer, company, 1, payment);
        vm.expectRevert(bytes4(keccak256("InvalidNonce()")));
        buyAs(relayer, company, 1, payment);
    }

    function test_RevertWhen_TheChainHasNoPermit2() external {
        IPayments.Payment memory payment = byPermit2(market.purposeOf(digest, company, 1), 100 * USDC, 7);
        vm.etch(PERMIT2, "");
        vm.expectRevert();
        buyAs(relayer, company, 1, payment);
    }
}
