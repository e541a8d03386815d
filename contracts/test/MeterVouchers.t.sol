// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IMeter} from "../src/interfaces/IMeter.sol";
import {IRoyaltySplitter} from "../src/interfaces/IRoyaltySplitter.sol";
import {ITestUSDC} from "./utils/Deployed.sol";
import {MeterFixture} from "./utils/MeterFixture.sol";
import {Wallet} from "./utils/Wallet.sol";

/// @notice Meter.tree, MeterVouchersTest: what becomes of a voucher.
contract MeterVouchersTest is MeterFixture {
    IMeter.ChannelConfig internal channel;
    bytes32 internal id;

    function setUp() public override {
        super.setUp();
        channel = channelTo(work);
        id = pay(channel, 10 * USDC);
    }

    /// @dev A batch that changes nothing, and says why in one event.
    function assertRefused(IMeter.Batch memory batch, bytes memory reason) internal {
        vm.recordLogs();
        redeem(address(usdc), batch);
        assertEq(vm.getRecordedLogs().length, 1, string(reason));
        assertEq(rights.revenueOf(work), 0, string(reason));
        assertEq(spent(channel), 0, string(reason));
    }

    // No-ops

    function test_NothingNewIsANoOp() external {
        redeem(channel, 5);
        vm.recordLogs();
        redeem(channel, 5); // somebody was first
        redeem(channel, 4);
        IMeter.ChannelConfig memory empty = channel;
        empty.salt = "empty";
        redeem(empty, 5);
        vm.prank(relayer);
        meter.redeem(address(usdc), new IMeter.Batch[](0));
        redeem(address(usdc), emptyBatch(channel, 0));
        assertEq(vm.getRecordedLogs().length, 0);
        assertEq(rights.revenueOf(work), 5);
    }

    function test_TakesWhatIsThereAndTheRestLater() external {
        redeem(channel, uint128(25 * USDC));
        assertEq(rights.revenueOf(work), 10 * USDC);
        pay(channel, 20 * USDC);
        redeem(channel, uint128(25 * USDC));
        assertEq(rights.revenueOf(work), 25 * USDC);
        assertEq(deposited(channel), 30 * USDC);
        assertEq(spent(channel), 25 * USDC);
    }

    // Signatures

    function test_PassesOverABadSignature() external {
        bytes memory good = voucherBy(companyKey, channel, 5);
        vm.expectEmit(address(meter));
        emit IMeter.VoucherRefused(id, company);
        redeem(address(usdc), batchOf(channel, 5, voucherBy(fanKey, channel, 5)));

        assertRefused(batchOf(channel, 6, good), "another amount");
        assertRefused(batchOf(channel, 5, malleated(good)), "malleated");
        assertRefused(batchOf(channel, 5, abi.encodePacked(bytes32(good))), "cut");
        assertRefused(batchOf(channel, 5, ""), "none");
        assertRefused(batchOf(channel, 5, new bytes(65)), "of nobody");

        IMeter.ChannelConfig memory other = channel;
        other.salt = "other";
        assertRefused(batchOf(channel, 5, voucherBy(companyKey, other, 5)), "another channel");

        IMeter another = newMeter();
        bytes memory elsewhere = sign(companyKey, another.hashVoucher(another.hashChannel(channel), 5));
        assertRefused(batchOf(channel, 5, elsewhere), "another Meter");
        assertRefused(batchOf(channel, 5, sign(companyKey, another.hashVoucher(id, 5))), "another Meter, this channel");

        redeem(address(usdc), batchOf(channel, 5, good));
        assertEq(rights.revenueOf(work), 5);
    }

    /// @dev A fork of the chain has the money too, and another id.
    function test_AnotherChainIsAnotherChannel() external {
        IMeter.Batch memory batch = batchOf(channel, 5);
        vm.chainId(1);
        assertNotEq(meter.hashChannel(channel), id);
        vm.recordLogs();
        redeem(address(usdc), batch);
        assertEq(vm.getRecordedLogs().length, 0);
        assertEq(rights.revenueOf(work), 0);
    }

    function test_RedeemsTheOthers() external {
        IMeter.ChannelConfig memory second = channel;
        second.salt = "second";
        pay(second, 10 * USDC);
        IMeter.Batch memory batch = emptyBatch(channel, 3);
        (batch.vouchers[0], batch.signatures[0]) = (voucherOf(channel, 5), voucherBy(fanKey, channel, 5));
        (batch.vouchers[1], batch.signatures[1]) = (voucherOf(second, 7), voucherBy(companyKey, second, 7));
        (batch.vouchers[2], batch.signatures[2]) = (voucherOf(channel, 5), voucherBy(companyKey, channel, 5));
        redeem(address(usdc), batch);
        assertEq(rights.revenueOf(work), 12);
    }

    function test_ThePayersAuthoriserCounts() external {
        channel.payerAuthorizer = fan;
        pay(channel, 10 * USDC);
        redeem(address(usdc), batchOf(channel, 5, voucherBy(companyKey, channel, 5)));
        assertEq(spent(channel), 0);
        redeem(address(usdc), batchOf(channel, 5, voucherBy(fanKey, channel, 5)));
        assertEq(spent(channel), 5);
    }

    function test_AContractWalletCounts() external {
        Wallet wallet = new Wallet(company);
        channel.payer = address(wallet);
        pay(channel, 10 * USDC);
        redeem(channel, 5);
        assertEq(spent(channel), 5);

        wallet.lock(); // it takes its word back
        redeem(channel, 6);
        assertEq(spent(channel), 5);

        channel.payer = company;
        channel.payerAuthorizer = address(new Wallet(fan));
        pay(channel, 10 * USDC);
        redeem(address(usdc), batchOf(channel, 5, voucherBy(fanKey, channel, 5)));
        assertEq(spent(channel), 5);
    }

    function test_ADelegatingAccountSignsByItsKey() external {
        vm.etch(company, abi.encodePacked(hex"ef0100", address(new Wallet(fan))));
        redeem(channel, 5);
        assertEq(rights.revenueOf(work), 5);
    }

    // Charging less

    function test_TheReceiversSideChargesLess() external {
        redeemAs(server, address(usdc), batchCharging(channel, 100, 5));
        assertEq(rights.revenueOf(work), 5);

        IMeter.Batch memory batch = batchCharging(channel, 100, 7);
        batch.authorization = sign(serverKey, meter.hashClaimBatch(address(usdc), batch));
        redeem(address(usdc), batch);
        assertEq(rights.revenueOf(work), 7);

        channel = channelTo(fan);
        pay(channel, 10 * USDC);
        redeemAs(fan, address(usdc), batchCharging(channel, 100, 9));
        assertEq(usdc.balanceOf(fan), 9);
    }

    function test_NobodyElseChargesLess() external {
        IMeter.Batch memory batch = batchCharging(channel, 100, 5);
        vm.expectEmit(address(meter));
        emit IMeter.BatchRefused(channel.receiver, server);
        redeem(address(usdc), batch);

        batch.authorization = sign(companyKey, meter.hashClaimBatch(address(usdc), batch));
        assertRefused(batch, "the payer's word");

        batch.authorization = sign(serverKey, meter.hashClaimBatch(address(usdc), batch));
        batch.totals[0] = 6;
        assertRefused(batch, "another total");
        batch.totals[0] = 5;
        batch.vouchers[0].maxClaimableAmount = 99;
        assertRefused(batch, "another voucher");
        batch.vouchers[0].maxClaimableAmount = 100;

        IMeter another = newMeter();
        bytes memory here = batch.authorization;
        batch.authorization = sign(serverKey, another.hashClaimBatch(address(usdc), batch));
        assertRefused(batch, "another Meter");

        batch.authorization = here;
        redeem(address(usdc), batch);
        assertEq(rights.revenueOf(work), 5);
    }

    /// @dev Then all that was signed is charged, or nothing.
    function test_WithoutAnAuthoriserNobodyChargesLess() external {
        channel.receiverAuthorizer = address(0);
        pay(channel, 10 * USDC);
        IMeter.Batch memory batch = batchCharging(channel, 100, 5);
        batch.authorization = new bytes(65);
        assertRefused(batch, "of nobody");
        redeem(channel, 100);
        assertEq(rights.revenueOf(work), 100);
    }

    function test_ARefusedBatchStopsNoOther() external {
        IMeter.Batch memory other = batchOf(channelTo(mintWork(2)), 5);
        IMeter.ChannelConfig memory second = channelTo(2);
        pay(second, USDC);
        meter.redeem(address(usdc), two(batchCharging(channel, 100, 5), other));
        assertEq(rights.revenueOf(work), 0);
        assertEq(rights.revenueOf(2), 5);
    }

    function test_ATotalAboveTheVoucherTakesTheVoucher() external {
        redeemAs(server, address(usdc), batchCharging(channel, 100, 101));
        assertEq(rights.revenueOf(work), 100);
    }

    function test_RevertWhen_TheListsDiffer() external {
        IMeter.Batch memory batch = batchCharging(channel, 100, 5);
        batch.totals = new uint128[](2);
        bytes memory refused = abi.encodeWithSelector(IMeter.LengthsDiffer.selector, 2, 1);
        vm.expectRevert(refused);
        redeemAs(server, address(usdc), batch);
        vm.expectRevert(refused);
        redeem(address(usdc), batch);
        vm.expectRevert(refused);
        meter.hashClaimBatch(address(usdc), batch);

        batch.totals = new uint128[](0);
        batch.signatures = new bytes[](0);
        vm.expectRevert(abi.encodeWithSelector(IMeter.LengthsDiffer.selector, 0, 1));
        redeem(address(usdc), batch);
    }

    // A work as the receiver

    function test_BecomesRevenueOfManyWorks() external {
        IMeter.ChannelConfig memory second = channelTo(mintWork(2));
        IMeter.ChannelConfig memory third = channelTo(fan);
        pay(second, 10 * USDC);
        pay(third, 10 * USDC);
        IMeter.Batch[] memory batches = new IMeter.Batch[](4);
        batches[0] = batchOf(channel, 900_001);
        batches[1] = batchOf(third, 3);
        batches[2] = batchOf(second, 2 * 1_000_000);
        batches[3] = batchOf(channel, 1_000_000); // again, with more
        vm.expectEmit(address(usdc));
        emit Transfer(address(meter), address(rights), 3_000_000); // one for all works
        vm.expectEmit(address(rights));
        emit IRoyaltySplitter.Distributed(work, address(meter), 900_001, 900_001);
        vm.prank(relayer);
        meter.redeem(address(usdc), batches);

        assertEq(rights.revenueOf(work), 1_000_000);
        assertEq(rights.owed(work, artist), 900_000);
        assertEq(rights.owed(work, collaborator), 100_000);
        assertEq(rights.revenueOf(2), 2_000_000);
        assertEq(usdc.balanceOf(fan), 3);
        assertEq(usdc.balanceOf(address(meter)), 30 * USDC - 3_000_003);
        assertEq(rights.reserves(address(usdc)), usdc.balanceOf(address(rights)));
    }

    event Transfer(address indexed from, address indexed to, uint256 value);

    /// @dev What lies uncounted in Rights is not taken along.
    function test_CreditsNoMoreThanIsSpent() external {
        usdc.mint(address(rights), 77);
        redeem(channel, 5);
        assertEq(rights.revenueOf(work), 5);
    }

    function test_WhenMeterIsNoEdgeAnyMoreWorksArePaidAtTheirAddress() external {
        vm.prank(owner);
        rights.authoriseEdge(address(meter), false);
        redeem(channel, 5);
        assertEq(rights.revenueOf(work), 0);
        assertEq(usdc.balanceOf(channel.receiver), 5);
        rights.sweep(work);
        assertEq(rights.revenueOf(work), 5);
    }

    /// @dev The next work's address is known before it is made, and its asset is not.
    function test_AWorkThatCameLaterInAnotherAssetIsPaidAtItsAddress() external {
        uint256 state = vm.snapshotState();
        ITestUSDC other = newUSDC();
        vm.prank(owner);
        rights.allowAsset(address(other), true);
        address account = rights.addressOf(mintWorkIn(address(other), 2));
        vm.revertToState(state);

        IMeter.ChannelConfig memory early = channelTo(account);
        assertEq(rights.workAt(account), 0);
        pay(early, 10 * USDC);
        assertEq(address(newUSDC()), address(other));
        vm.prank(owner);
        rights.allowAsset(address(other), true);
        mintWorkIn(address(other), 2);
        assertEq(rights.workAt(account), 2);

        meter.redeem(address(usdc), two(batchOf(early, 5), batchOf(channel, 7)));
        assertEq(usdc.balanceOf(account), 5);
        assertEq(rights.revenueOf(2), 0);
        assertEq(rights.revenueOf(work), 7);
    }

    function test_GoesToEscrowWhileTheWorkIsHeld() external {
        vm.prank(owner);
        rights.setCourt(address(this));
        rights.hold(work);
        redeem(channel, 5);
        assertEq(rights.revenueOf(work), 0);
        (uint256 amount,) = rights.escrowOf(work);
        assertEq(amount, 5);
    }

    // Anybody as the receiver

    function test_PaysAPlainReceiverOnceABatch() external {
        channel = channelTo(fan);
        pay(channel, 10 * USDC);
        IMeter.ChannelConfig memory second = channel;
        second.salt = "second";
        pay(second, 10 * USDC);
        IMeter.Batch memory batch = emptyBatch(channel, 2);
        (batch.vouchers[0], batch.signatures[0]) = (voucherOf(channel, 5), voucherBy(companyKey, channel, 5));
        (batch.vouchers[1], batch.signatures[1]) = (voucherOf(second, 7), voucherBy(companyKey, second, 7));
        vm.expectEmit(address(meter));
        emit IMeter.Paid(fan, address(usdc), 12);
        redeem(address(usdc), batch);
        assertEq(usdc.balanceOf(fan), 12);
    }

    function test_DefersARefusedReceiverAndPaysTheOthers() external {
        IMeter.ChannelConfig memory refused = channelTo(fan);
        pay(refused, 10 * USDC);
        usdc.blacklist(fan);
        vm.expectEmit(address(meter));
        emit IMeter.Deferred(fan, address(usdc), 5);
        meter.redeem(address(usdc), two(batchOf(refused, 5), batchOf(channel, 7)));
        assertEq(rights.revenueOf(work), 7);
        assertEq(meter.deferred(address(usdc), fan), 5);
        redeem(refused, 6);
        assertEq(meter.deferred(address(usdc), fan), 6);
        vm.prank(fan);
        meter.withdrawDeferred(address(usdc), artist);
        assertEq(usdc.balanceOf(artist), 6);
    }

    // Duplicates and order

    function test_CountsAVoucherOnce() external {
        IMeter.Batch memory batch = emptyBatch(channel, 3);
        for (uint256 i; i < 3; ++i) {
            (batch.vouchers[i], batch.signatures[i]) = (voucherOf(channel, 5), voucherBy(companyKey, channel, 5));
        }
        meter.redeem(address(usdc), two(batch, batch));
        assertEq(rights.revenueOf(work), 5);
        assertEq(spent(channel), 5);
    }

    /// @dev Whatever is redeemed, in whatever order and parts, with top-ups and withdrawals between: what the receiver
    /// has had is the highest of what could be paid, and no unit is lost or made.
    function testFuzz_TheReceiverHasHadTheHighestVoucher(uint128[8] memory maxima, uint64[8] memory topUps) external {
        uint256 expected;
        uint256 total = 10 * USDC;
        for (uint256 i; i < maxima.length; ++i) {
            uint128 max = uint128(bound(maxima[i], 0, 30 * USDC));
            redeem(channel, max);
            uint256 payable_ = max < total ? max : total;
            if (payable_ > expected) expected = payable_;
            assertEq(rights.revenueOf(work), expected);
            assertEq(spent(channel), expected);
            uint256 more = bound(topUps[i], 0, 3 * USDC);
            pay(channel, more);
            total += more;
        }
        assertEq(deposited(channel), total);
        assertEq(usdc.balanceOf(address(meter)), total - expected);
        assertEq(rights.reserves(address(usdc)), expected);
    }

    function malleated(bytes memory signature) internal pure returns (bytes memory) {
        (bytes32 r, bytes32 s, uint8 v) = (bytes32(0), bytes32(0), uint8(signature[64]));
        assembly ("memory-safe") {
            r := mload(add(signature, 0x20))
            s := mload(add(signature, 0x40))
        }
        uint256 order = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141;
        return abi.encodePacked(r, bytes32(order - uint256(s)), v == 27 ? uint8(28) : uint8(27));
    }
}
