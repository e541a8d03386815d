// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IMarket} from "../src/interfaces/IMarket.sol";
import {IPayments} from "../src/interfaces/IPayments.sol";
import {ITestUSDC} from "./utils/Deployed.sol";
import {Fixture} from "./utils/Fixture.sol";
import {Wallet} from "./utils/Wallet.sol";

/// @notice Market.tree, PaymentsTest: the three ways to pay, and what a relayer can make of each.
contract PaymentsTest is Fixture {
    uint256 internal work;
    IMarket.LicenceOffer internal offer;
    bytes internal signature;
    bytes32 internal digest;

    function setUp() public override {
        super.setUp();
        work = mintWork(1);
        offer = licenceOffer(work);
        signature = signed(offer);
        digest = market.hashLicenceOffer(offer);
        usdc.mint(company, 1000 * USDC);
    }

    function buyAs(address caller, IPayments.Payment memory payment) internal {
        vm.prank(caller);
        market.buyLicence(offer, signature, company, 1, type(uint256).max, payment, new address[](0));
    }

    function authorization() internal view returns (IPayments.Payment memory) {
        return byAuthorization(Authorization(companyKey, 100 * USDC, digest, company, 1, "salt"));
    }

    // by allowance

    function test_Allowance_RevertWhen_ThePayerIsNotTheCaller() external {
        fund(company, 0); // a standing allowance, which nobody else may spend
        vm.expectRevert(abi.encodeWithSelector(IPayments.PayerIsNotCaller.selector, company, relayer));
        buyAs(relayer, byAllowance(company));
        IPayments.Payment memory permit = byPermit(companyKey, 100 * USDC, block.timestamp);
        vm.expectRevert(abi.encodeWithSelector(IPayments.PayerIsNotCaller.selector, company, relayer));
        buyAs(relayer, permit);

        offer.price = 0;
        signature = signed(offer);
        vm.expectRevert(abi.encodeWithSelector(IPayments.PayerIsNotCaller.selector, company, relayer));
        buyAs(relayer, IPayments.Payment(IPayments.Method.AUTHORIZATION, company, ""));
    }

    function test_Allowance_RevertWhen_ItIsTooSmall() external {
        vm.prank(company);
        usdc.approve(address(market), 100 * USDC - 1);
        vm.expectRevert(ITestUSDC.InsufficientAllowance.selector);
        buyAs(company, byAllowance(company));
    }

    function test_Allowance_RevertWhen_TheBalanceIsTooSmall() external {
        fund(company, 0);
        vm.prank(company);
        usdc.transfer(fan, 900 * USDC + 1);
        vm.expectRevert(ITestUSDC.InsufficientBalance.selector);
        buyAs(company, byAllowance(company));
    }

    // by ERC-2612

    function test_Permit_NeedsNoAllowance() external {
        buyAs(company, byPermit(companyKey, 100 * USDC, block.timestamp));
        assertEq(usdc.balanceOf(company), 900 * USDC);
        assertEq(usdc.allowance(company, address(market)), 0);
    }

    function test_Permit_BuysWhenAnotherUsedItFirst() external {
        uint256 deadline = block.timestamp;
        IPayments.Payment memory payment = byPermit(companyKey, 100 * USDC, deadline);
        (, uint8 v, bytes32 r, bytes32 s) = abi.decode(payment.data, (uint256, uint8, bytes32, bytes32));
        vm.prank(relayer);
        usdc.permit(company, address(market), 100 * USDC, deadline, v, r, s);
        buyAs(company, payment);
        assertEq(usdc.balanceOf(company), 900 * USDC);
    }

    function test_Permit_RevertWhen_ItIsBad() external {
        IPayments.Payment memory payment = byPermit(companyKey, 99 * USDC, block.timestamp);
        vm.expectRevert(ITestUSDC.InsufficientAllowance.selector);
        buyAs(company, payment);
    }

    // by ERC-3009

    function test_Authorization_ARelayerSendsIt() external {
        buyAs(relayer, authorization());
        assertEq(usdc.balanceOf(company), 900 * USDC);
        assertEq(rights.balanceOf(company, rights.licenceId(work, offer.terms)), 1);
        assertEq(usdc.balanceOf(address(market)), 0);
        assertEq(usdc.balanceOf(address(rights)), 100 * USDC);
    }

    function test_Authorization_AContractWalletCanPay() external {
        Wallet wallet = new Wallet(company);
        usdc.mint(address(wallet), 100 * USDC);
        bytes32 nonce = market.authorizationNonce(market.purposeOf(digest, company, 1), "salt");
        bytes32 message = keccak256(
            abi.encode(
                usdc.RECEIVE_WITH_AUTHORIZATION_TYPEHASH(),
                address(wallet),
                address(market),
                100 * USDC,
                uint256(0),
                type(uint256).max,
                nonce
            )
        );
        bytes memory data =
            abi.encode(uint256(0), type(uint256).max, bytes32("salt"), sign(companyKey, usdcDigest(message)));
        buyAs(relayer, IPayments.Payment(IPayments.Method.AUTHORIZATION, address(wallet), data));
        assertEq(usdc.balanceOf(address(wallet)), 0);
        assertEq(usdc.balanceOf(company), 1000 * USDC);
    }

    function test_Authorization_SharesToo() external {
        IMarket.ShareOffer memory shares = shareOffer(work);
        bytes memory sellerSignature = signed(shares);
        IPayments.Payment memory payment = byAuthorization(
            Authorization(companyKey, 25 * USDC, market.hashShareOffer(shares), company, 50_000, "salt")
        );
        vm.expectRevert(abi.encodeWithSelector(ITestUSDC.InvalidAuthorization.selector, company));
        vm.prank(relayer);
        market.buyShares(shares, sellerSignature, relayer, 50_000, 25 * USDC, payment);

        vm.prank(relayer);
        market.buyShares(shares, sellerSignature, company, 50_000, 25 * USDC, payment);
        assertEq(rights.balanceOf(company, work), 50_000);
        assertEq(usdc.balanceOf(artist), 24_375_000);
        assertEq(rights.deferred(address(usdc), treasury), 625_000);
        assertEq(usdc.balanceOf(company), 975 * USDC);
    }

    function test_Authorization_RevertWhen_TheRelayerChangesAnything() external {
        bytes memory refused = abi.encodeWithSelector(ITestUSDC.InvalidAuthorization.selector, company);
        uint256 max = type(uint256).max;
        address[] memory nobody = new address[](0);
        IPayments.Payment memory payment = authorization();
        IMarket.LicenceOffer memory dearer = offer;
        dearer.salt = 2;
        bytes memory dearerSignature = signed(dearer);

        vm.startPrank(relayer);
        vm.expectRevert(refused); // the licensee
        market.buyLicence(offer, signature, relayer, 1, max, payment, nobody);
        vm.expectRevert(refused); // the units, and so the price
        market.buyLicence(offer, signature, company, 2, max, payment, nobody);
        vm.expectRevert(refused); // the offer
        market.buyLicence(dearer, dearerSignature, company, 1, max, payment, nobody);

        payment.payer = fan;
        vm.expectRevert(abi.encodeWithSelector(ITestUSDC.InvalidAuthorization.selector, fan));
        market.buyLicence(offer, signature, company, 1, max, payment, nobody);
        payment.payer = company;

        (uint256 validAfter, uint256 validBefore, bytes32 salt, bytes memory proof) =
            abi.decode(payment.data, (uint256, uint256, bytes32, bytes));
        payment.data = abi.encode(validAfter, validBefore, ~salt, proof);
        vm.expectRevert(refused);
        market.buyLicence(offer, signature, company, 1, max, payment, nobody);
        payment.data = abi.encode(validAfter, validBefore + 1, salt, proof);
        vm.expectRevert(refused);
        market.buyLicence(offer, signature, company, 1, max, payment, nobody);

        payment.data = abi.encode(validAfter, validBefore, salt, proof);
        market.buyLicence(offer, signature, company, 1, max, payment, nobody);
    }

    function test_Authorization_RevertWhen_UsedAtTheTokenItself() external {
        (uint256 validAfter, uint256 validBefore, bytes32 salt, bytes memory proof) =
            abi.decode(authorization().data, (uint256, uint256, bytes32, bytes));
        bytes32 nonce = market.authorizationNonce(market.purposeOf(digest, company, 1), salt);
        vm.startPrank(relayer);
        vm.expectRevert(abi.encodeWithSelector(ITestUSDC.CallerIsNotPayee.selector, relayer, address(market)));
        usdc.receiveWithAuthorization(company, address(market), 100 * USDC, validAfter, validBefore, nonce, proof);
        vm.expectRevert(abi.encodeWithSelector(ITestUSDC.InvalidAuthorization.selector, company));
        usdc.transferWithAuthorization(company, address(market), 100 * USDC, validAfter, validBefore, nonce, proof);
        vm.expectRevert(abi.encodeWithSelector(ITestUSDC.InvalidAuthorization.selector, company));
        usdc.receiveWithAuthorization(company, relayer, 100 * USDC, validAfter, validBefore, nonce, proof);
    }

    function test_Authorization_RevertWhen_UsedAgain() external {
        IPayments.Payment memory payment = authorization();
        buyAs(relayer, payment);
        bytes32 nonce = market.authorizationNonce(market.purposeOf(digest, company, 1), "salt");
        vm.expectRevert(abi.encodeWithSelector(ITestUSDC.AuthorizationUsedOrCanceled.selector, company, nonce));
        buyAs(relayer, payment);
    }

    function test_Authorization_RevertWhen_Expired() external {
        IPayments.Payment memory payment = authorization();
        skip(1 hours);
        vm.expectRevert(
            abi.encodeWithSelector(ITestUSDC.AuthorizationExpired.selector, block.timestamp, block.timestamp)
        );
        buyAs(relayer, payment);
    }

    function test_Authorization_RevertWhen_Cancelled() external {
        bytes32 nonce = market.authorizationNonce(market.purposeOf(digest, company, 1), "salt");
        bytes32 message = keccak256(abi.encode(usdc.CANCEL_AUTHORIZATION_TYPEHASH(), company, nonce));
        usdc.cancelAuthorization(company, nonce, sign(companyKey, usdcDigest(message)));
        IPayments.Payment memory payment = authorization();
        vm.expectRevert(abi.encodeWithSelector(ITestUSDC.AuthorizationUsedOrCanceled.selector, company, nonce));
        buyAs(relayer, payment);
    }

    /// @dev Fees that lie in the market pay for nobody.
    function test_Authorization_RevertWhen_LessArrives() external {
        usdc.mint(address(market), 1000 * USDC);
        IPayments.Payment memory payment = authorization();
        vm.mockCall(
            address(usdc),
            abi.encodeWithSignature("receiveWithAuthorization(address,address,uint256,uint256,uint256,bytes32,bytes)"),
            ""
        );
        vm.expectRevert(abi.encodeWithSelector(IPayments.PaidTooLittle.selector, 0, 100 * USDC));
        buyAs(relayer, payment);
    }
}
