// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {WETH} from "solady/tokens/WETH.sol";

import {IPayments} from "../src/interfaces/IPayments.sol";
import {IStreams} from "../src/interfaces/IStreams.sol";
import {ITestUSDC} from "./utils/Deployed.sol";
import {TaxedToken} from "./utils/OddTokens.sol";
import {Permit2Code} from "./utils/Permit2.sol";
import {StreamsFixture} from "./utils/StreamsFixture.sol";

interface IPermit2Domain {
    function DOMAIN_SEPARATOR() external view returns (bytes32);
}

/// @notice Streams.tree, StreamPaymentsTest: how a stream is paid for, and what a relayer can make of it.
contract StreamPaymentsTest is StreamsFixture {
    bytes internal signature;
    bytes32 internal digest;

    function setUp() public override {
        super.setUp();
        signature = signed(offer);
        digest = streams.hashStreamOffer(offer);
    }

    function opening(bytes32 salt) internal view returns (IPayments.Payment memory) {
        return byAuthorizationFor(streams.openingPurpose(digest, company), 10 * USDC, salt);
    }

    function relay(address licensee, uint256 deposit, IPayments.Payment memory payment) internal returns (uint256) {
        vm.prank(relayer);
        return streams.open(offer, signature, licensee, deposit, payment);
    }

    function test_Allowance_RevertWhen_ThePayerIsNotTheCaller() external {
        bytes memory refused = abi.encodeWithSelector(IPayments.PayerIsNotCaller.selector, company, relayer);
        vm.expectRevert(refused);
        relay(company, USDC, byAllowance(company));
        uint256 streamId = openFor(USDC);
        vm.expectRevert(refused);
        vm.prank(relayer);
        streams.topUp(streamId, company, USDC, byAllowance(company));
    }

    function test_Authorization_ARelayerOpensAndTopsUp() external {
        uint256 streamId = relay(company, 10 * USDC, opening("salt"));
        assertEq(streams.streamOf(streamId).payer, company);
        assertEq(usdc.balanceOf(company), 999_990 * USDC);

        IPayments.Payment memory payment =
            byAuthorizationFor(streams.toppingUpPurpose(streamId, company), 5 * USDC, "salt");
        vm.prank(relayer);
        streams.topUp(streamId, company, 5 * USDC, payment);
        assertEq(streams.fundedUntil(streamId), block.timestamp + 15 days);
        assertEq(usdc.balanceOf(address(streams)), 15 * USDC);
    }

    function test_Authorization_RevertWhen_TheRelayerChangesAnything() external {
        bytes memory refused = abi.encodeWithSelector(ITestUSDC.InvalidAuthorization.selector, company);
        IPayments.Payment memory payment = opening("salt");
        uint256 streamId = openFor(USDC);

        vm.expectRevert(refused); // the licensee
        relay(relayer, 10 * USDC, payment);
        vm.expectRevert(refused); // the deposit
        relay(company, 10 * USDC - 1, payment);
        vm.expectRevert(refused); // what it is for
        vm.prank(relayer);
        streams.topUp(streamId, company, 10 * USDC, payment);
        offer.salt = 2;
        signature = signed(offer);
        vm.expectRevert(refused); // the offer
        relay(company, 10 * USDC, payment);
        offer.salt = 1;
        signature = signed(offer);
        relay(company, 10 * USDC, payment);

        vm.expectRevert(
            abi.encodeWithSelector(
                ITestUSDC.AuthorizationUsedOrCanceled.selector,
                company,
                streams.authorizationNonce(streams.openingPurpose(digest, company), "salt")
            )
        );
        relay(company, 10 * USDC, payment);
    }

    function test_Authorization_RevertWhen_TheRelayerTopsUpAnotherStream() external {
        uint256 first = openFor(USDC);
        uint256 second = openFor(USDC);
        IPayments.Payment memory payment =
            byAuthorizationFor(streams.toppingUpPurpose(first, company), 5 * USDC, "salt");
        vm.startPrank(relayer);
        vm.expectRevert(abi.encodeWithSelector(ITestUSDC.InvalidAuthorization.selector, company));
        streams.topUp(second, company, 5 * USDC, payment);
        vm.expectRevert(abi.encodeWithSelector(IStreams.LicenseeDiffers.selector, first, company, fan));
        streams.topUp(first, fan, 5 * USDC, payment);
        streams.topUp(first, company, 5 * USDC, payment);
    }

    function test_Permit2_ARelayerOpens() external {
        vm.etch(Permit2Code.AT, Permit2Code.CODE);
        vm.prank(company);
        usdc.approve(Permit2Code.AT, type(uint256).max);
        IPayments.Payment memory payment = byPermit2(streams.openingPurpose(digest, company), 10 * USDC);
        vm.expectRevert(); // Permit2's InvalidSigner
        relay(relayer, 10 * USDC, payment);
        uint256 streamId = relay(company, 10 * USDC, payment);
        assertEq(streams.fundedUntil(streamId), block.timestamp + 10 days);
        assertEq(usdc.balanceOf(address(streams)), 10 * USDC);
        assertEq(usdc.balanceOf(company), 999_990 * USDC);
    }

    function byPermit2(bytes32 purpose, uint256 amount) internal view returns (IPayments.Payment memory) {
        bytes32 message = keccak256(
            abi.encode(
                keccak256(
                    "PermitWitnessTransferFrom(TokenPermissions permitted,address spender,uint256 nonce,uint256 deadline,"
                    "MintmarkPayment witness)MintmarkPayment(bytes32 purpose)"
                    "TokenPermissions(address token,uint256 amount)"
                ),
                keccak256(
                    abi.encode(keccak256("TokenPermissions(address token,uint256 amount)"), address(usdc), amount)
                ),
                address(streams),
                uint256(7),
                block.timestamp,
                keccak256(abi.encode(keccak256("MintmarkPayment(bytes32 purpose)"), purpose))
            )
        );
        bytes32 domain = IPermit2Domain(Permit2Code.AT).DOMAIN_SEPARATOR();
        bytes memory proof = sign(companyKey, keccak256(abi.encodePacked(hex"1901", domain, message)));
        return IPayments.Payment(IPayments.Method.PERMIT2, company, abi.encode(uint256(7), block.timestamp, proof));
    }

    function test_Native_IsWrappedAndTheRestComesBack() external {
        IPayments.Payment memory payment = inEther();
        vm.prank(company);
        uint256 streamId = streams.open{value: 3 ether}(offer, signature, company, 2 ether, payment);
        assertEq(company.balance, 8 ether);
        vm.prank(company);
        streams.topUp{value: 1 ether}(streamId, company, 1 ether, payment);
        assertEq(company.balance, 7 ether);
        WETH weth = WETH(payable(rights.assetOf(offer.workId)));
        assertEq(weth.balanceOf(address(streams)), 3 ether);
        assertEq(address(streams).balance, 0);

        skip(365 days);
        assertEq(stopAs(company, streamId), 2 ether);
        assertEq(weth.balanceOf(company), 2 ether); // the asset, not the coin: a payer may be a contract
        assertEq(rights.revenueOf(offer.workId), 0.975 ether);
    }

    function test_Native_RevertWhen_ItIsTooLittle() external {
        IPayments.Payment memory payment = inEther();
        vm.expectRevert(abi.encodeWithSelector(IPayments.PaidTooLittle.selector, 1 ether, 2 ether));
        vm.prank(company);
        streams.open{value: 1 ether}(offer, signature, company, 2 ether, payment);
    }

    /// @dev An offer of 1 WETH a year, and a company with 10 ether.
    function inEther() internal returns (IPayments.Payment memory) {
        WETH weth = new WETH();
        vm.prank(owner);
        rights.allowAsset(address(weth), true);
        offer.workId = mintWorkIn(address(weth), 2);
        (offer.price, offer.period) = (1 ether, 365 days);
        signature = signed(offer);
        vm.deal(company, 10 ether);
        return IPayments.Payment(IPayments.Method.NATIVE, company, "");
    }

    function test_RevertWhen_TheAssetKeepsAPartOfEveryTransfer() external {
        TaxedToken token = new TaxedToken();
        vm.prank(owner);
        rights.allowAsset(address(token), true);
        offer.workId = mintWorkIn(address(token), 2);
        token.mint(company, 100);
        vm.prank(company);
        token.approve(address(streams), 100);
        signature = signed(offer);
        vm.expectRevert(abi.encodeWithSelector(IPayments.PaidTooLittle.selector, 99, 100));
        vm.prank(company);
        streams.open(offer, signature, company, 100, byAllowance(company));
    }
}
