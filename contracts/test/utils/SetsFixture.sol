// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ICollections} from "../../src/interfaces/ICollections.sol";
import {IRemix} from "../../src/interfaces/IRemix.sol";
import {IRights} from "../../src/interfaces/IRights.sol";
import {IDeployedCollections} from "./Deployed.sol";
import {Fixture} from "./Fixture.sol";
import {MerkleTree} from "./MerkleTree.sol";

/// @notice Remixes by the fan of the artist's works, and editions of them by a curator.
abstract contract SetsFixture is Fixture {
    uint32 internal constant REMIX_SCOPE = 32;

    IRemix internal remix;
    IDeployedCollections internal collections;
    address internal curator;
    uint256 internal curatorKey;

    function setUp() public virtual override {
        super.setUp();
        (curator, curatorKey) = makeAddrAndKey("curator");
        remix = newRemix();
        collections = newCollections();
    }

    function newRemix() internal returns (IRemix) {
        return IRemix(deployCode("Remix.sol:Remix", abi.encode(rights)));
    }

    function newCollections() internal returns (IDeployedCollections) {
        return IDeployedCollections(deployCode("Collections.sol:Collections", abi.encode(rights)));
    }

    // Remixes

    function remixTerms(uint32 shares) internal pure returns (IRights.Terms memory terms) {
        terms = trainingTerms();
        terms.scopes = REMIX_SCOPE;
        terms.remixShares = shares;
    }

    function grant(uint256 workId, IRights.Terms memory terms, address licensee) internal returns (uint256 id) {
        vm.prank(address(market));
        (id,) = rights.grantLicence(workId, terms, licensee, 1);
    }

    /// @notice The fan's draft, of which each parent gets `given` shares.
    function remixOf(uint256[] memory parentIds, uint32 given) internal view returns (IRights.Draft memory draft) {
        draft = draftOf(7777);
        draft.creator = fan;
        draft.shares = new IRights.Share[](parentIds.length + 1);
        for (uint256 i; i < parentIds.length; ++i) {
            draft.shares[i] = IRights.Share(rights.addressOf(parentIds[i]), given);
        }
        draft.shares[parentIds.length] = IRights.Share(fan, uint32(SHARES - parentIds.length * given));
    }

    function signed(uint256 key, IRights.Draft memory draft) internal view returns (bytes memory) {
        return sign(key, rights.hashDraft(draft));
    }

    /// @notice A signature as a wallet gives it before it is deployed (ERC-6492): with the call that would do so.
    function wrapped(bytes memory signature) internal returns (bytes memory) {
        return abi.encodePacked(
            abi.encode(makeAddr("factory"), bytes("deploy"), signature),
            hex"6492649264926492649264926492649264926492649264926492649264926492"
        );
    }

    // Editions

    /// @notice The members of an edition, all of `weight`, with their proofs, by standing opt-in.
    function membersOf(uint256[] memory workIds, uint64 weight)
        internal
        pure
        returns (ICollections.Member[] memory members, ICollections.Edition memory edition)
    {
        uint64[] memory weights = new uint64[](workIds.length);
        for (uint256 i; i < weights.length; ++i) {
            weights[i] = weight;
        }
        return membersOf(workIds, weights);
    }

    function membersOf(uint256[] memory workIds, uint64[] memory weights)
        internal
        pure
        returns (ICollections.Member[] memory members, ICollections.Edition memory edition)
    {
        bytes32[] memory leaves = new bytes32[](workIds.length);
        for (uint256 i; i < leaves.length; ++i) {
            leaves[i] = MerkleTree.leaf(workIds[i], weights[i]);
            edition.totalWeight += weights[i];
        }
        bytes32[] memory nodes = MerkleTree.build(leaves);
        members = new ICollections.Member[](workIds.length);
        for (uint256 i; i < leaves.length; ++i) {
            (members[i].workId, members[i].weight) = (workIds[i], weights[i]);
            members[i].proof = MerkleTree.proof(nodes, i);
        }
        (edition.root, edition.members) = (nodes[0], uint64(workIds.length));
    }

    /// @notice The curator's draft of an edition, who keeps a tenth of it.
    function draftOf(ICollections.Edition memory edition) internal view returns (IRights.Draft memory draft) {
        draft = draftOf(collections.saltOf(edition));
        draft.creator = curator;
        draft.shares[0] = IRights.Share(curator, 100_000);
        draft.shares[1] = IRights.Share(address(collections), 900_000);
    }

    function publish(ICollections.Edition memory edition) internal returns (uint256 editionId) {
        IRights.Draft memory draft = draftOf(edition);
        return collections.publish(draft, signed(curatorKey, draft), edition);
    }

    function optIn(address creator) internal {
        vm.prank(creator);
        collections.setOptIn(curator, true);
        skip(1);
    }

    function withConsent(ICollections.Member memory member, uint256 key)
        internal
        view
        returns (ICollections.Member memory)
    {
        member.signature = sign(
            key, collections.hashConsent(member.workId, curator, member.minPart, member.notBefore, member.notAfter)
        );
        return member;
    }

    function only(ICollections.Member memory member) internal pure returns (ICollections.Member[] memory list) {
        list = new ICollections.Member[](1);
        list[0] = member;
    }

    function mintWorks(uint256 count) internal returns (uint256[] memory workIds) {
        workIds = new uint256[](count);
        for (uint256 i; i < count; ++i) {
            workIds[i] = mintWork(1_000_000 + i);
        }
    }
}
