// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IMeter} from "../src/interfaces/IMeter.sol";
import {MeterFixture} from "./utils/MeterFixture.sol";

/// @notice What each operation costs, kept in contracts/snapshots; as in Gas.t.sol, whole transactions.
/// forge-config: default.isolate = true
contract MeterGasTest is MeterFixture {
    uint256 internal constant MANY = 50;
    uint256 internal constant GOAL = 16_000; // a voucher, of 50 in one redeem

    function setUp() public override {
        super.setUp();
        earn(work, 100 * USDC);
    }

    /// @dev Redeems `count` vouchers for channels that are in use, and all new to this transaction.
    function redeem(uint256 count, bool hasLongSalts) internal {
        IMeter.ChannelConfig memory channel = channelTo(work);
        IMeter.Batch memory batch = emptyBatch(channel, count);
        for (uint256 i; i < count; ++i) {
            uint256 key;
            (channel.payer, key) = makeAddrAndKey(string.concat("company ", vm.toString(i)));
            channel.salt = hasLongSalts ? keccak256(abi.encode(i)) : bytes32(i % 2);
            pay(channel, 10 * USDC);
            redeem(address(usdc), batchOf(channel, 100, voucherBy(key, channel, 100)));

            uint128 max = uint128(1_234_567 + i);
            (batch.vouchers[i], batch.signatures[i]) = (voucherOf(channel, max), voucherBy(key, channel, max));
        }
        redeem(address(usdc), batch);
    }

    function test_Deposit() external {
        pay(channelTo(work), 10 * USDC);
        vm.snapshotGasLastCall("Meter", "deposit, new channel");
        pay(channelTo(work), 10 * USDC);
        vm.snapshotGasLastCall("Meter", "deposit, again");
    }

    function test_RedeemOne() external {
        redeem(1, false);
        vm.snapshotGasLastCall("Meter", "redeem 1 voucher");
    }

    function test_RedeemMany() external {
        redeem(MANY, false);
        uint256 each = vm.lastCallGas().gasTotalUsed / MANY;
        vm.snapshotValue("Meter", "redeem 50 vouchers, each", each);
        assertLe(each, GOAL);
    }

    /// @dev Salts of 32 bytes say nothing that a small number does not, and cost more calldata.
    function test_RedeemManyWithLongSalts() external {
        redeem(MANY, true);
        vm.snapshotValue("Meter", "redeem 50 vouchers, each, salts of 32 bytes", vm.lastCallGas().gasTotalUsed / MANY);
    }

    function test_RedeemForManyWorks() external {
        IMeter.Batch[] memory batches = new IMeter.Batch[](10);
        for (uint256 i; i < batches.length; ++i) {
            IMeter.ChannelConfig memory channel = channelTo(mintWork(1000 + i));
            pay(channel, 10 * USDC);
            redeem(channel, 100);
            batches[i] = batchOf(channel, 1_234_567);
        }
        vm.prank(relayer);
        meter.redeem(address(usdc), batches);
        vm.snapshotGasLastCall("Meter", "redeem 10 vouchers for 10 works");
    }

    function test_Withdraw() external {
        IMeter.ChannelConfig memory channel = channelTo(work);
        pay(channel, 10 * USDC);
        vm.prank(company);
        meter.startWithdrawal(channel, 4e6);
        vm.snapshotGasLastCall("Meter", "start withdrawal");
        skip(DELAY);
        meter.finishWithdrawal(channel);
        vm.snapshotGasLastCall("Meter", "finish withdrawal");
    }

    function test_Refund() external {
        IMeter.ChannelConfig memory channel = channelTo(work);
        pay(channel, 10 * USDC);
        vm.prank(server);
        meter.refund(channel, 4e6);
        vm.snapshotGasLastCall("Meter", "refund, first");
    }
}
