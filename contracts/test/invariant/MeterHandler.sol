// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IMeter} from "../../src/interfaces/IMeter.sol";
import {IPayments} from "../../src/interfaces/IPayments.sol";
import {World} from "./World.sol";

/// @notice Channels, some to works and some to people; vouchers good and bad; money that goes back.
abstract contract MeterHandler is World {
    uint256 internal constant MOST_CHANNELS = 6;
    uint40 internal constant DELAY = 1 hours;

    /// @dev All that ever happened to a channel.
    struct History {
        uint256 paidIn;
        uint256 redeemed;
        uint256 returned;
    }

    IMeter public immutable METER;
    IMeter.ChannelConfig[] internal _channels;
    mapping(bytes32 channelId => History) public historyOf;
    mapping(address token => mapping(address account => uint256)) public meterDeferred;

    constructor(Stage memory stage) {
        METER = stage.meter;
        MODEL.know(address(METER));
    }

    function channelCount() external view returns (uint256) {
        return _channels.length;
    }

    function channelId(uint256 index) external view returns (bytes32 id, address token) {
        return (METER.hashChannel(_channels[index]), _channels[index].token);
    }

    function depositInChannel(uint256 seed, uint256 amount) external {
        IMeter.ChannelConfig memory channel = _someChannel(seed);
        if (refused(channel.token, channel.payer)) return;
        amount = bound(amount, 0, MOST_MONEY);
        bytes32 id = METER.hashChannel(channel);
        (IPayments.Payment memory paid, uint256 value) =
            payment(address(METER), channel.token, channel.payer, amount, id, seed >> 32);
        vm.prank(channel.payer);
        METER.deposit{value: value}(channel, amount, paid);
        historyOf[id].paidIn += amount;
        MODEL.pay(channel.token, channel.payer, address(METER), amount);
    }

    /// @dev Two vouchers of channels in one token, maybe of the same channel; the second may be charged less, or badly
    /// signed.
    function redeem(uint256 seed, uint256 amount) external {
        if (_channels.length == 0) return;
        IMeter.ChannelConfig memory first = _channels[seed % _channels.length];
        IMeter.ChannelConfig memory second = _channels[(seed >> 8) % _channels.length];
        if (second.token != first.token) second = first;
        IMeter.Batch[] memory batches = new IMeter.Batch[](2);
        uint128 most = uint128(bound(amount, 0, MOST_MONEY));
        batches[0] = _batch(first, most, first.payer);
        uint128 more = uint128(bound(amount >> 50, 0, MOST_MONEY));
        batches[1] = _batch(second, more, seed % 5 == 0 ? person(seed >> 16) : second.payer);
        bool chargesLess = seed % 3 == 0;
        if (chargesLess) {
            batches[1].totals = new uint128[](1);
            batches[1].totals[0] = more / 2;
        }
        vm.prank(second.receiverAuthorizer);
        METER.redeem(first.token, batches);

        bool isEdge = RIGHTS.isEdge(address(METER));
        _modelRedeem(first, most, isEdge);
        bool isSigned = seed % 5 != 0 || person(seed >> 16) == second.payer;
        if (isSigned) _modelRedeem(second, chargesLess ? more / 2 : more, isEdge);
    }

    function startWithdrawal(uint256 seed, uint256 amount) external {
        if (_channels.length == 0) return;
        IMeter.ChannelConfig memory channel = _channels[seed % _channels.length];
        vm.prank(channel.payer);
        METER.startWithdrawal(channel, uint128(bound(amount, 0, MOST_MONEY)));
    }

    function finishWithdrawal(uint256 seed, uint256) external {
        if (_channels.length == 0) return;
        IMeter.ChannelConfig memory channel = _channels[seed % _channels.length];
        (, uint256 readyAt) = METER.withdrawalOf(METER.hashChannel(channel));
        if (vm.getBlockTimestamp() < readyAt) vm.warp(readyAt);
        _returned(channel, METER.finishWithdrawal(channel));
    }

    function refund(uint256 seed, uint256 amount) external {
        if (_channels.length == 0) return;
        IMeter.ChannelConfig memory channel = _channels[seed % _channels.length];
        uint128 wanted = uint128(bound(amount, 0, MOST_MONEY));
        vm.prank(channel.receiverAuthorizer);
        _returned(channel, METER.refund(channel, wanted));
    }

    function refundFor(uint256 seed, uint256 amount) external {
        if (_channels.length == 0) return;
        IMeter.ChannelConfig memory channel = _channels[seed % _channels.length];
        uint128 wanted = uint128(bound(amount, 0, MOST_MONEY));
        bytes32 id = METER.hashChannel(channel);
        uint256 nonce = METER.refundNonceOf(id);
        bytes memory signature = sign(channel.receiverAuthorizer, METER.hashRefund(id, nonce, wanted));
        _returned(channel, METER.refundFor(channel, wanted, nonce, signature));
        require(METER.refundFor(channel, wanted, nonce, signature) == 0, "refunded twice");
    }

    function withdrawFromMeter(uint256 seed, uint256) external {
        address token = assetBy(seed);
        (address account, address to) = (person(seed >> 8), person(seed >> 16));
        if (refused(token, to)) return;
        vm.prank(account);
        uint256 paid = METER.withdrawDeferred(token, to);
        require(paid == meterDeferred[token][account], "Meter's withdrawal differs from the model");
        meterDeferred[token][account] = 0;
        MODEL.pay(token, address(METER), to, paid);
    }

    /// @dev An old one, or a new one to a work or to a person.
    function _someChannel(uint256 seed) private returns (IMeter.ChannelConfig memory channel) {
        if (_channels.length == MOST_CHANNELS || (seed % 2 == 0 && _channels.length != 0)) {
            return _channels[(seed >> 8) % _channels.length];
        }
        uint256 work = workBy(seed >> 16);
        channel.payer = person(seed >> 8);
        channel.token = RIGHTS.assetOf(work);
        channel.receiver = seed % 3 == 0 ? person(seed >> 24) : RIGHTS.addressOf(work);
        channel.receiverAuthorizer = person(seed >> 40);
        channel.withdrawDelay = DELAY;
        channel.salt = bytes32(next());
        _channels.push(channel);
    }

    function _batch(IMeter.ChannelConfig memory channel, uint128 most, address signer)
        private
        view
        returns (IMeter.Batch memory batch)
    {
        (batch.receiver, batch.receiverAuthorizer) = (channel.receiver, channel.receiverAuthorizer);
        batch.withdrawDelay = channel.withdrawDelay;
        batch.vouchers = new IMeter.Voucher[](1);
        batch.vouchers[0] = IMeter.Voucher(channel.payer, channel.payerAuthorizer, channel.salt, most);
        batch.signatures = new bytes[](1);
        batch.signatures[0] = sign(signer, METER.hashVoucher(METER.hashChannel(channel), most));
    }

    /// @dev A voucher is worth what it says in all, as far as that is there, less what was redeemed before.
    function _modelRedeem(IMeter.ChannelConfig memory channel, uint256 total, bool isEdge) private {
        History storage history = historyOf[METER.hashChannel(channel)];
        uint256 deposited = history.paidIn - history.returned;
        if (total > deposited) total = deposited;
        if (total <= history.redeemed) return;
        uint256 amount = total - history.redeemed;
        history.redeemed = total;
        uint256 work = RIGHTS.workAt(channel.receiver);
        if (isEdge && work != 0) {
            MODEL.pay(channel.token, address(METER), address(RIGHTS), amount);
            MODEL.arrive(work, amount);
        } else {
            _paidOut(channel.token, channel.receiver, amount);
        }
    }

    function _returned(IMeter.ChannelConfig memory channel, uint256 amount) private {
        historyOf[METER.hashChannel(channel)].returned += amount;
        _paidOut(channel.token, channel.payer, amount);
    }

    function _paidOut(address token, address to, uint256 amount) private {
        if (refused(token, to)) meterDeferred[token][to] += amount;
        else MODEL.pay(token, address(METER), to, amount);
    }
}
