// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {EfficientHashLib} from "solady/utils/EfficientHashLib.sol";

import {IMeter} from "../interfaces/IMeter.sol";

/// @title EIP-712 struct hashes of a channel and of what is signed for it, typed as in x402's batch-settlement.
library ChannelData {
    bytes32 internal constant CHANNEL_TYPEHASH = keccak256(
        "ChannelConfig(address payer,address payerAuthorizer,address receiver,address receiverAuthorizer,address token,"
        "uint40 withdrawDelay,bytes32 salt)"
    );
    bytes32 internal constant VOUCHER_TYPEHASH = keccak256("Voucher(bytes32 channelId,uint128 maxClaimableAmount)");
    bytes32 internal constant REFUND_TYPEHASH = keccak256("Refund(bytes32 channelId,uint256 nonce,uint128 amount)");
    bytes32 internal constant ENTRY_TYPEHASH =
        keccak256("ClaimEntry(bytes32 channelId,uint128 maxClaimableAmount,uint128 totalClaimed)");
    bytes32 internal constant BATCH_TYPEHASH = keccak256(
        "ClaimBatch(ClaimEntry[] claims)"
        "ClaimEntry(bytes32 channelId,uint128 maxClaimableAmount,uint128 totalClaimed)"
    );

    function hash(IMeter.ChannelConfig memory channel) internal pure returns (bytes32) {
        return EfficientHashLib.hash(
            uint256(CHANNEL_TYPEHASH),
            uint256(uint160(channel.payer)),
            uint256(uint160(channel.payerAuthorizer)),
            uint256(uint160(channel.receiver)),
            uint256(uint160(channel.receiverAuthorizer)),
            uint256(uint160(channel.token)),
            channel.withdrawDelay,
            uint256(channel.salt)
        );
    }

    function hashVoucher(bytes32 channelId, uint256 maxClaimableAmount) internal pure returns (bytes32) {
        return EfficientHashLib.hash(VOUCHER_TYPEHASH, channelId, bytes32(maxClaimableAmount));
    }

    function hashRefund(bytes32 channelId, uint256 nonce, uint256 amount) internal pure returns (bytes32) {
        return EfficientHashLib.hash(REFUND_TYPEHASH, channelId, bytes32(nonce), bytes32(amount));
    }

    function hashEntry(bytes32 channelId, uint256 maxClaimableAmount, uint256 totalClaimed)
        internal
        pure
        returns (bytes32)
    {
        return EfficientHashLib.hash(ENTRY_TYPEHASH, channelId, bytes32(maxClaimableAmount), bytes32(totalClaimed));
    }

    function hashBatch(bytes32[] memory entries) internal pure returns (bytes32) {
        return EfficientHashLib.hash(BATCH_TYPEHASH, EfficientHashLib.hash(entries));
    }
}
