// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IMarket} from "../interfaces/IMarket.sol";
import {IRights} from "../interfaces/IRights.sol";
import {IStreams} from "../interfaces/IStreams.sol";

/// @title EIP-712 struct hashes of everything that people sign.
/// @dev A nested struct counts as its own hash, an array of them as the hash of their hashes.
library TypedData {
    bytes32 internal constant SHARE_TYPEHASH = keccak256("Share(address holder,uint32 amount)");
    bytes32 internal constant TERMS_TYPEHASH = keccak256(
        "Terms(bytes32 document,uint32 scopes,uint40 duration,bool transferable,uint32 remixShares,bool remixApproval)"
    );
    bytes32 internal constant DRAFT_TYPEHASH = keccak256(
        "Draft(address creator,address asset,bytes32 content,bytes32 metadata,uint16 royaltyBps,address operator,"
        "uint64 deadline,uint256 salt,Share[] shares)Share(address holder,uint32 amount)"
    );
    bytes32 internal constant LICENCE_OFFER_TYPEHASH = keccak256(
        "LicenceOffer(uint256 workId,address seller,Terms terms,uint128 price,uint32 maxUnits,uint16 maxFeeBps,"
        "uint40 deadline,address licensee,uint64 counter,uint256 salt)"
        "Terms(bytes32 document,uint32 scopes,uint40 duration,bool transferable,uint32 remixShares,bool remixApproval)"
    );
    bytes32 internal constant SHARE_OFFER_TYPEHASH = keccak256(
        "ShareOffer(uint256 workId,address seller,uint32 shares,uint128 price,uint128 maxRevenue,uint16 maxFeeBps,"
        "uint40 deadline,address buyer,uint64 counter,uint256 salt)"
    );
    bytes32 internal constant STREAM_OFFER_TYPEHASH = keccak256(
        "StreamOffer(uint256 workId,address seller,Terms terms,uint128 price,uint40 period,uint16 maxFeeBps,"
        "uint40 deadline,address licensee,uint64 counter,uint256 salt)"
        "Terms(bytes32 document,uint32 scopes,uint40 duration,bool transferable,uint32 remixShares,bool remixApproval)"
    );

    function hash(IRights.Draft calldata draft) internal pure returns (bytes32) {
        bytes32[] memory shares = new bytes32[](draft.shares.length);
        for (uint256 i; i < shares.length; ++i) {
            shares[i] = keccak256(abi.encode(SHARE_TYPEHASH, draft.shares[i]));
        }
        return keccak256(
            abi.encode(
                DRAFT_TYPEHASH,
                draft.creator,
                draft.asset,
                draft.content,
                draft.metadata,
                draft.royaltyBps,
                draft.operator,
                draft.deadline,
                draft.salt,
                keccak256(abi.encodePacked(shares))
            )
        );
    }

    function hash(IRights.Terms calldata terms) internal pure returns (bytes32) {
        return keccak256(abi.encode(TERMS_TYPEHASH, terms));
    }

    function hash(IMarket.LicenceOffer calldata offer) internal pure returns (bytes32) {
        return keccak256(
            abi.encode(
                LICENCE_OFFER_TYPEHASH,
                offer.workId,
                offer.seller,
                hash(offer.terms),
                offer.price,
                offer.maxUnits,
                offer.maxFeeBps,
                offer.deadline,
                offer.licensee,
                offer.counter,
                offer.salt
            )
        );
    }

    function hash(IMarket.ShareOffer calldata offer) internal pure returns (bytes32) {
        return keccak256(abi.encode(SHARE_OFFER_TYPEHASH, offer));
    }

    function hash(IStreams.StreamOffer calldata offer) internal pure returns (bytes32) {
        return keccak256(
            abi.encode(
                STREAM_OFFER_TYPEHASH,
                offer.workId,
                offer.seller,
                hash(offer.terms),
                offer.price,
                offer.period,
                offer.maxFeeBps,
                offer.deadline,
                offer.licensee,
                offer.counter,
                offer.salt
            )
        );
    }
}
