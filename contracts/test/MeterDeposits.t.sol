// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IMeter} from "../src/interfaces/IMeter.sol";
import {IPayments} from "../src/interfaces/IPayments.sol";
import {ITestUSDC} from "./utils/Deployed.sol";
import {MeterFixture} from "./utils/MeterFixture.sol";
import {TaxedToken} from "./utils/OddTokens.sol";
import {Permit2Code} from "./utils/Permit2.sol";

/// @notice Meter.tree, MeterDepositsTest.
contract MeterDepositsTest is MeterFixture {
    IMeter.ChannelConfig internal channel;

    function setUp() public override {
        super.setUp();
        channel = channelTo(work);
        usdc.mint(company, 1000 * USDC);
    }

    function deposit(IMeter.ChannelConfig memory to, uint256 amount, IPayments.Payment memory payment) internal {
        vm.prank(relayer);
        meter.deposit(to, amount, payment);
    }

    // Refused

    function test_RevertWhen_AnAccountIsNobodys() external {
        address[3] memory nobodies = [address(0), address(meter), address(rights)];
        for (uint256 i; i < nobodies.length; ++i) {
            IMeter.ChannelConfig memory bad = channel;
            bytes memory refused = abi.encodeWithSelector(IMeter.InvalidAccount.selector, nobodies[i]);
            (bad.payer, bad.receiver) = (nobodies[i], artist);
            vm.expectRevert(refused);
            deposit(bad, 1, allowance(relayer));
            (bad.payer, bad.receiver) = (company, nobodies[i]);
            vm.expectRevert(refused);
            deposit(bad, 1, allowance(relayer));
        }
    }

    function test_RevertWhen_TheDelayIsOutOfRange() external {
        (uint256 min, uint256 max) = (meter.MIN_WITHDRAW_DELAY(), meter.MAX_WITHDRAW_DELAY());
        assertEq(min, 15 minutes);
        assertEq(max, 30 days);
        uint256[2] memory wrong = [min - 1, max + 1];
        for (uint256 i; i < 2; ++i) {
            channel.withdrawDelay = uint40(wrong[i]);
            vm.expectRevert(abi.encodeWithSelector(IMeter.WithdrawDelayOutOfRange.selector, wrong[i], min, max));
            deposit(channel, 1, allowance(relayer));
        }
        channel.withdrawDelay = uint40(min);
        pay(channel, 1);
        channel.withdrawDelay = uint40(max);
        pay(channel, 1);
    }

    function test_RevertWhen_TheWorkEarnsInAnotherAsset() external {
        ITestUSDC other = newUSDC();
        channel.token = address(other);
        vm.expectRevert(abi.encodeWithSelector(IMeter.NotTheWorksAsset.selector, other, usdc));
        deposit(channel, 1, allowance(relayer));
    }

    function test_RevertWhen_TheChannelIsFull() external {
        uint256 max = type(uint128).max;
        bytes32 id = pay(channel, max - 1);
        vm.expectRevert(abi.encodeWithSelector(IMeter.DepositTooLarge.selector, id, 2, 1));
        deposit(channel, 2, allowance(relayer));
        vm.expectRevert(abi.encodeWithSelector(IMeter.DepositTooLarge.selector, id, type(uint256).max, 1));
        deposit(channel, type(uint256).max, allowance(relayer));
        pay(channel, 1);
        assertEq(deposited(channel), max);
    }

    /// @dev Others' deposits of the same token must not make up for what it takes.
    function test_RevertWhen_LessArrives() external {
        TaxedToken taxed = new TaxedToken();
        taxed.mint(address(meter), 1000);
        taxed.mint(company, 1000);
        channel = channelTo(artist);
        channel.token = address(taxed);
        vm.startPrank(company);
        taxed.approve(address(meter), 1000);
        vm.expectRevert(abi.encodeWithSelector(IPayments.PaidTooLittle.selector, 990, 1000));
        meter.deposit(channel, 1000, allowance(company));
    }

    /// @dev As with a token whose fallback swallows every call.
    function test_RevertWhen_AnAuthorizationBringsNothing() external {
        usdc.mint(address(meter), 1000);
        IPayments.Payment memory payment = authorization(meter.hashChannel(channel), 1000);
        bytes4 receiveWithAuthorization =
            bytes4(keccak256("receiveWithAuthorization(address,address,uint256,uint256,uint256,bytes32,bytes)"));
        vm.mockCall(address(usdc), abi.encodeWithSelector(receiveWithAuthorization), "");
        vm.expectRevert(abi.encodeWithSelector(IPayments.PaidTooLittle.selector, 0, 1000));
        deposit(channel, 1000, payment);
    }

    function test_NothingIsANoOp() external {
        vm.deal(relayer, 1 ether);
        vm.recordLogs();
        vm.prank(relayer);
        bytes32 id = meter.deposit{value: 1 ether}(channel, 0, allowance(company));
        assertEq(vm.getRecordedLogs().length, 0);
        assertEq(id, meter.hashChannel(channel));
        assertEq(relayer.balance, 1 ether);
        assertEq(deposited(channel), 0);
    }

    // Taken

    function test_OpensAndTopsUp() external {
        bytes32 id = meter.hashChannel(channel);
        vm.prank(company);
        usdc.approve(address(meter), 3 * USDC);
        vm.expectEmit(address(meter));
        emit IMeter.ChannelOpened(id, company, channel.receiver, channel);
        vm.expectEmit(address(meter));
        emit IMeter.Deposited(id, company, 3 * USDC, 3 * USDC);
        vm.prank(company);
        meter.deposit(channel, 3 * USDC, allowance(company));

        usdc.mint(fan, 5 * USDC);
        vm.startPrank(fan); // for the company's channel
        usdc.approve(address(meter), 5 * USDC);
        vm.expectEmit(address(meter));
        emit IMeter.Deposited(id, fan, 2 * USDC, 5 * USDC);
        meter.deposit(channel, 2 * USDC, allowance(fan));
        assertEq(deposited(channel), 5 * USDC);
        assertEq(spent(channel), 0);
        assertEq(usdc.balanceOf(address(meter)), 5 * USDC);
        assertEq(usdc.balanceOf(fan), 3 * USDC);
    }

    function test_RevertWhen_TheAllowanceIsAnothers() external {
        vm.prank(company);
        usdc.approve(address(meter), type(uint256).max);
        vm.expectRevert(abi.encodeWithSelector(IPayments.PayerIsNotCaller.selector, company, relayer));
        deposit(channel, 1, allowance(company));
    }

    function test_TakesAPermit() external {
        bytes32 typehash =
            keccak256("Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)");
        bytes32 message = keccak256(abi.encode(typehash, company, meter, 7 * USDC, 0, block.timestamp));
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(companyKey, usdcDigest(message));
        bytes memory data = abi.encode(block.timestamp, v, r, s);
        vm.prank(company);
        meter.deposit(channel, 7 * USDC, IPayments.Payment(IPayments.Method.PERMIT, company, data));
        assertEq(deposited(channel), 7 * USDC);
    }

    function test_TakesPermit2() external {
        vm.etch(Permit2Code.AT, Permit2Code.CODE);
        vm.prank(company);
        usdc.approve(Permit2Code.AT, type(uint256).max);
        IPayments.Payment memory payment = permit2(meter.hashChannel(channel), 7 * USDC);
        IMeter.ChannelConfig memory other = channelTo(fan);
        vm.expectRevert(bytes4(keccak256("InvalidSigner()")));
        deposit(other, 7 * USDC, payment);

        deposit(channel, 7 * USDC, payment);
        assertEq(deposited(channel), 7 * USDC);
        assertEq(usdc.balanceOf(address(meter)), 7 * USDC);
    }

    function test_TakesNativeCoin() external {
        address weth = newWETH();
        channel = channelTo(mintWorkIn(weth, 2));
        channel.token = weth;
        vm.deal(fan, 3 ether);
        vm.prank(fan);
        meter.deposit{value: 3 ether}(channel, 2 ether, IPayments.Payment(IPayments.Method.NATIVE, fan, ""));
        assertEq(deposited(channel), 2 ether);
        assertEq(fan.balance, 1 ether);
        assertEq(address(meter).balance, 0);
    }

    // An authorisation (ERC-3009)

    function test_AuthorizationIsSentByAnyone() external {
        deposit(channel, 9 * USDC, authorization(meter.hashChannel(channel), 9 * USDC));
        assertEq(deposited(channel), 9 * USDC);
        assertEq(usdc.balanceOf(company), 991 * USDC);
    }

    function test_RevertWhen_AnAuthorizationIsTurnedElsewhere() external {
        IPayments.Payment memory payment = authorization(meter.hashChannel(channel), 9 * USDC);
        bytes memory refused = abi.encodeWithSelector(ITestUSDC.InvalidAuthorization.selector, company);
        IMeter.ChannelConfig memory other = channel;
        other.receiver = relayer;
        vm.expectRevert(refused);
        deposit(other, 9 * USDC, payment);
        vm.expectRevert(refused);
        deposit(channel, 9 * USDC - 1, payment);
        IMeter another = newMeter();
        vm.expectRevert(refused);
        vm.prank(relayer);
        another.deposit(channel, 9 * USDC, payment);

        deposit(channel, 9 * USDC, payment);
        bytes32 nonce = meter.authorizationNonce(meter.hashChannel(channel), "salt");
        vm.expectRevert(abi.encodeWithSelector(ITestUSDC.AuthorizationUsedOrCanceled.selector, company, nonce));
        deposit(channel, 9 * USDC, payment);
    }

    function authorization(bytes32 channelId, uint256 amount) internal view returns (IPayments.Payment memory) {
        bytes32 message = keccak256(
            abi.encode(
                usdc.RECEIVE_WITH_AUTHORIZATION_TYPEHASH(),
                company,
                address(meter),
                amount,
                uint256(0),
                type(uint256).max,
                meter.authorizationNonce(channelId, "salt")
            )
        );
        bytes memory data =
            abi.encode(uint256(0), type(uint256).max, bytes32("salt"), sign(companyKey, usdcDigest(message)));
        return IPayments.Payment(IPayments.Method.AUTHORIZATION, company, data);
    }

    function permit2(bytes32 channelId, uint256 amount) internal view returns (IPayments.Payment memory) {
        bytes32 message = keccak256(
            abi.encode(
                keccak256(
                    "PermitWitnessTransferFrom(TokenPermissions permitted,address spender,uint256 nonce,"
                    "uint256 deadline,MintmarkPayment witness)MintmarkPayment(bytes32 purpose)"
                    "TokenPermissions(address token,uint256 amount)"
                ),
                keccak256(abi.encode(keccak256("TokenPermissions(address token,uint256 amount)"), usdc, amount)),
                meter,
                uint256(0),
                block.timestamp,
                keccak256(abi.encode(keccak256("MintmarkPayment(bytes32 purpose)"), channelId))
            )
        );
        (, bytes memory domain) = Permit2Code.AT.staticcall(abi.encodeWithSignature("DOMAIN_SEPARATOR()"));
        bytes32 digest = keccak256(abi.encodePacked(hex"1901", abi.decode(domain, (bytes32)), message));
        bytes memory data = abi.encode(uint256(0), block.timestamp, sign(companyKey, digest));
        return IPayments.Payment(IPayments.Method.PERMIT2, company, data);
    }
}
