// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Create2} from "@openzeppelin/contracts/utils/Create2.sol";

import {IMeter} from "../src/interfaces/IMeter.sol";
import {Hostile} from "./utils/Hostile.sol";
import {MeterFixture} from "./utils/MeterFixture.sol";
import {GasBurningToken, HookToken, OddReturnToken, PlainToken} from "./utils/OddTokens.sol";
import {Wallet} from "./utils/Wallet.sol";

/// @notice Meter.tree, MeterHostileTest: those whose code runs in between, and what they can do.
contract MeterHostileTest is MeterFixture {
    bytes32 internal constant SUFFIX = 0x6492649264926492649264926492649264926492649264926492649264926492;

    IMeter.ChannelConfig internal channel;

    function setUp() public override {
        super.setUp();
        channel = channelTo(work);
        pay(channel, 10 * USDC);
    }

    /// @dev A hostile account that tries every function of Meter that moves anything, about this channel.
    function arm(IMeter.ChannelConfig memory about) internal returns (Hostile hostile) {
        hostile = new Hostile(rights);
        address to = address(meter);
        IMeter.Batch[] memory batches = one(batchOf(about, 9));
        hostile.prepare(to, abi.encodeCall(meter.deposit, (about, 0, allowance(address(hostile)))));
        hostile.prepare(to, abi.encodeCall(meter.redeem, (about.token, batches)));
        hostile.prepare(to, abi.encodeCall(meter.startWithdrawal, (about, 1)));
        hostile.prepare(to, abi.encodeCall(meter.finishWithdrawal, (about)));
        hostile.prepare(to, abi.encodeCall(meter.refund, (about, 1)));
        hostile.prepare(to, abi.encodeCall(meter.refundFor, (about, 1, 0, "")));
        hostile.prepare(to, abi.encodeCall(meter.withdrawDeferred, (about.token, address(hostile))));
    }

    function assertRefusedAll(Hostile hostile) internal view {
        assertEq(hostile.attackCount(), 7);
        assertEq(hostile.tried(), 7);
        assertEq(hostile.refusedByGuard(), 7);
    }

    /// @dev A channel of the company's in another token, to a receiver.
    function payIn(PlainToken token, address receiver, uint256 amount)
        internal
        returns (IMeter.ChannelConfig memory other)
    {
        other = channelTo(receiver);
        other.token = address(token);
        token.mint(company, amount);
        vm.startPrank(company);
        token.approve(address(meter), amount);
        meter.deposit(other, amount, allowance(company));
        vm.stopPrank();
    }

    function test_AReceiverThatIsCalledCanCallNothing() external {
        Hostile hostile = arm(channel);
        IMeter.ChannelConfig memory paid = payIn(new HookToken(), address(hostile), 100);
        redeem(paid, 5);
        assertRefusedAll(hostile);
        assertEq(PlainToken(paid.token).balanceOf(address(hostile)), 5);
        assertEq(spent(channel), 0);
    }

    function test_AFactoryThatIsCalledCanCallNothing() external {
        Hostile hostile = arm(channel);
        bytes memory call = abi.encodeCall(hostile.onMoney, ());
        channel.payer = makeAddr("wallet that will never be");
        pay(channel, 10 * USDC);
        vm.expectEmit(address(meter));
        emit IMeter.VoucherRefused(meter.hashChannel(channel), channel.payer);
        redeem(address(usdc), batchOf(channel, 5, wrapped(address(hostile), call, "")));
        assertRefusedAll(hostile);
        assertEq(rights.revenueOf(work), 0);
    }

    function test_AnUndeployedWalletCounts() external {
        bytes memory code = abi.encodePacked(type(Wallet).creationCode, abi.encode(company));
        channel.payer = Create2.computeAddress(0, keccak256(code));
        pay(channel, 10 * USDC);
        bytes memory deploying = abi.encodeCall(this.deploy, (code));
        redeem(address(usdc), batchOf(channel, 5, wrapped(address(this), deploying, voucherBy(companyKey, channel, 5))));
        assertEq(rights.revenueOf(work), 5);
        redeem(channel, 6); // it is in place now
        assertEq(rights.revenueOf(work), 6);
    }

    /// @dev Were it Meter that calls the "factory", this would empty it.
    function test_AFactoryThatIsATokenMovesNothing() external {
        channel.payer = makeAddr("wallet that will never be");
        pay(channel, 10 * USDC);
        bytes memory call = abi.encodeCall(usdc.transfer, (relayer, 20 * USDC));
        redeem(address(usdc), batchOf(channel, 5, wrapped(address(usdc), call, "")));
        assertEq(usdc.balanceOf(address(meter)), 20 * USDC);
        assertEq(usdc.balanceOf(relayer), 0);
    }

    function test_AFrameThatHoldsNothingIsRefused() external {
        IMeter.Batch memory batch = batchOf(channel, 5, abi.encodePacked(SUFFIX));
        vm.expectEmit(address(meter));
        emit IMeter.VoucherRefused(meter.hashChannel(channel), channel.payer);
        redeem(address(usdc), batch);
        assertEq(rights.revenueOf(work), 0);
    }

    function test_ATokenThatReturnsNothingOrFalse() external {
        OddReturnToken odd = new OddReturnToken();
        IMeter.ChannelConfig memory other = channelTo(artist);
        other.token = address(odd);
        odd.mint(company, 100);
        vm.prank(company);
        meter.deposit(other, 100, allowance(company)); // it asks for no allowance
        redeem(other, 5);
        assertEq(odd.balanceOf(artist), 5);

        odd.answerWith(abi.encode(false), false);
        redeem(other, 7);
        assertEq(odd.balanceOf(artist), 5);
        assertEq(meter.deferred(address(odd), artist), 2);
    }

    function test_ATokenThatBurnsAllGas() external {
        GasBurningToken token = new GasBurningToken();
        IMeter.ChannelConfig memory refused = payIn(token, fan, 100);
        IMeter.ChannelConfig memory other = payIn(token, artist, 100);
        token.refuse(fan);
        IMeter.Batch[] memory batches = two(batchOf(other, 5), batchOf(refused, 5));
        vm.expectRevert(abi.encodeWithSelector(IMeter.OutOfGasWhilePaying.selector, fan));
        meter.redeem{gas: 1_000_000}(address(token), batches);
        redeem(other, 5);
        assertEq(token.balanceOf(artist), 5);
    }

    /// @dev A caller cannot send so little gas that a good receiver looks refused.
    function testFuzz_LittleGasDefersNobody(uint256 gas_) external {
        channel = channelTo(artist);
        pay(channel, 10 * USDC);
        IMeter.Batch[] memory batches = one(batchOf(channel, 5));
        try meter.redeem{gas: bound(gas_, 30_000, 200_000)}(address(usdc), batches) {
            assertEq(usdc.balanceOf(artist), 5);
        } catch {
            assertEq(spent(channel), 0);
        }
        assertEq(meter.deferred(address(usdc), artist), 0);
    }

    function wrapped(address factory, bytes memory call, bytes memory inner) internal pure returns (bytes memory) {
        return abi.encodePacked(abi.encode(factory, call, inner), SUFFIX);
    }

    function deploy(bytes memory code) external {
        Create2.deploy(0, 0, code);
    }
}
