// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ICollections} from "../../src/interfaces/ICollections.sol";
import {IRemix} from "../../src/interfaces/IRemix.sol";
import {IRights} from "../../src/interfaces/IRights.sol";
import {IDeployedCollections} from "../utils/Deployed.sol";
import {MerkleTree} from "../utils/MerkleTree.sol";
import {World} from "./World.sol";

/// @notice Works made from works, and works that are sold as a set.
abstract contract SetsHandler is World {
    uint256 internal constant MOST_EDITIONS = 2;

    struct Set {
        uint256 id;
        uint256[] works;
        uint64 weight; // of each
    }

    IRemix public immutable REMIX;
    IDeployedCollections public immutable COLLECTIONS;
    Set[] internal _sets;
    mapping(uint256 editionId => mapping(uint256 workId => uint256)) public receivedBy;

    constructor(Stage memory stage) {
        (REMIX, COLLECTIONS) = (stage.remix, stage.collections);
        MODEL.know(address(COLLECTIONS));
    }

    function setCount() external view returns (uint256) {
        return _sets.length;
    }

    function setAt(uint256 index) external view returns (Set memory) {
        return _sets[index];
    }

    /// @dev Of one or two parents, at times after somebody has brought the draft to Rights already, and twice.
    function remix(uint256 seed, uint256 amount) external {
        if (works.length >= MOST_WORKS || !RIGHTS.isEdge(address(MARKET))) return;
        address creator = person(seed);
        uint256[] memory list = _distinct(workBy(seed >> 8), workBy(seed >> 16));
        IRights.Draft memory draft = draftBy(creator, seed);
        draft.asset = RIGHTS.assetOf(list[0]);
        draft.shares = new IRights.Share[](list.length + 1);
        IRemix.Parent[] memory parents = new IRemix.Parent[](list.length);
        for (uint256 i; i < list.length; ++i) {
            draft.shares[i] = IRights.Share(RIGHTS.addressOf(list[i]), 250_000);
            parents[i].licenceId = _remixLicence(list[i], creator, amount);
        }
        draft.shares[list.length] = IRights.Share(creator, uint32(1_000_000 - 250_000 * list.length));
        bytes32 digest = RIGHTS.hashDraft(draft);
        for (uint256 i; i < list.length; ++i) {
            parents[i].approval = sign(RIGHTS.creatorOf(list[i]), REMIX.hashApproval(digest, list[i]));
        }
        bytes memory signature = sign(creator, digest);
        if (seed % 2 == 0) RIGHTS.createFor(draft, signature);
        uint256 child = REMIX.register(draft, signature, parents);
        require(REMIX.register(draft, signature, parents) == child, "registered twice");
        born(child, draft);
    }

    // Sets

    function setOptIn(uint256 seed, uint256) external {
        vm.prank(person(seed));
        COLLECTIONS.setOptIn(person(seed >> 8), seed % 4 != 0);
    }

    function leaveCurator(uint256 seed, uint256) external {
        if (seed % 4 != 0) return;
        uint256 work = workBy(seed >> 8);
        vm.prank(RIGHTS.creatorOf(work));
        COLLECTIONS.leaveCurator(work, person(seed >> 16));
    }

    function publish(uint256 seed, uint256) external {
        if (works.length >= MOST_WORKS || _sets.length == MOST_EDITIONS) return;
        address curator = person(seed);
        Set storage set = _sets.push();
        set.works = _distinct(workBy(seed >> 8), workBy(seed >> 16));
        set.weight = uint64(1 + seed % 5);
        if (seed % 2 == 0) {
            vm.prank(RIGHTS.creatorOf(set.works[0]));
            COLLECTIONS.setOptIn(curator, true);
            vm.warp(vm.getBlockTimestamp() + 1);
        }
        ICollections.Edition memory edition;
        (edition.root, edition.members) = (_nodes(set)[0], uint64(set.works.length));
        (edition.totalWeight, edition.salt) = (uint64(set.works.length) * set.weight, next());
        if (_sets.length > 1 && RIGHTS.creatorOf(_sets[0].id) == curator) edition.previous = _sets[0].id;

        IRights.Draft memory draft = draftBy(curator, seed);
        draft.asset = RIGHTS.assetOf(set.works[0]);
        draft.salt = COLLECTIONS.saltOf(edition);
        draft.shares = new IRights.Share[](2);
        draft.shares[0] = IRights.Share(curator, 100_000);
        draft.shares[1] = IRights.Share(address(COLLECTIONS), 900_000);
        bytes memory signature = sign(curator, RIGHTS.hashDraft(draft));
        set.id = COLLECTIONS.publish(draft, signature, edition);
        require(COLLECTIONS.publish(draft, signature, edition) == set.id, "published twice");
        born(set.id, draft);
    }

    function record(uint256 seed, uint256) external {
        if (_sets.length == 0) return;
        Set memory set = _sets[seed % _sets.length];
        COLLECTIONS.record(set.id, _members(set, seed >> 8));
    }

    function flowToMembers(uint256 seed, uint256) external {
        if (_sets.length == 0) return;
        Set memory set = _sets[seed % _sets.length];
        uint256 total;
        if (seed % 2 == 0) {
            total = COLLECTIONS.flow(set.id, _members(set, seed >> 8));
        } else {
            uint256[] memory twice = new uint256[](set.works.length + 1);
            for (uint256 i; i < twice.length; ++i) {
                twice[i] = set.works[i % set.works.length];
            }
            total = COLLECTIONS.flow(set.id, twice);
        }
        require(total == _modelFlow(set), "a set's flow differs from the model");
    }

    function giveToVault(uint256 seed, uint256 amount) external {
        if (_sets.length == 0) return;
        uint256 id = _sets[seed % _sets.length].id;
        address from = person(seed >> 8);
        amount = bound(amount, 0, MODEL.shares(id, from));
        uint256[] memory ids = new uint256[](2);
        uint256[] memory amounts = new uint256[](2);
        (ids[0], ids[1], amounts[0], amounts[1]) = (id, id, amount / 2, amount - amount / 2);
        vm.startPrank(from);
        if (seed % 2 == 0) RIGHTS.safeTransferFrom(from, address(COLLECTIONS), id, amount, "");
        else RIGHTS.safeBatchTransferFrom(from, address(COLLECTIONS), ids, amounts, "");
        vm.stopPrank();
        MODEL.move(id, from, address(COLLECTIONS), amount);
    }

    function _distinct(uint256 first, uint256 other) private view returns (uint256[] memory list) {
        list = sameAsset(first, other);
        if (list.length == 2 && first == other) {
            list = new uint256[](1);
            list[0] = first;
        }
    }

    function _remixLicence(uint256 parent, address creator, uint256 amount) private returns (uint256 id) {
        IRights.Terms memory terms;
        terms.document = "remix";
        terms.scopes = 32;
        (terms.remixShares, terms.remixApproval) = (uint32(amount % 250_001), amount % 2 == 0);
        vm.prank(address(MARKET));
        (id,) = RIGHTS.grantLicence(parent, terms, creator, 1);
        modelGrant(id, creator, 1, 0);
    }

    function _nodes(Set memory set) private pure returns (bytes32[] memory) {
        bytes32[] memory leaves = new bytes32[](set.works.length);
        for (uint256 i; i < leaves.length; ++i) {
            leaves[i] = MerkleTree.leaf(set.works[i], set.weight);
        }
        return MerkleTree.build(leaves);
    }

    /// @dev By signature or by standing opt-in, which there may be or not.
    function _members(Set memory set, uint256 seed) private view returns (ICollections.Member[] memory members) {
        bytes32[] memory nodes = _nodes(set);
        address curator = COLLECTIONS.editionOf(set.id).curator;
        members = new ICollections.Member[](set.works.length);
        for (uint256 i; i < members.length; ++i) {
            ICollections.Member memory member = members[i];
            (member.workId, member.weight) = (set.works[i], set.weight);
            member.proof = MerkleTree.proof(nodes, i);
            if ((seed >> i) % 2 == 0) continue;
            bytes32 consent = COLLECTIONS.hashConsent(member.workId, curator, 0, 0, 0);
            member.signature = sign(RIGHTS.creatorOf(member.workId), consent);
        }
    }

    /// @dev A member has its weight's part of all that the vault has ever earned, rounded down.
    function _modelFlow(Set memory set) private returns (uint256 total) {
        address vault = address(COLLECTIONS);
        uint256 earned = MODEL.owed(set.id, vault) + MODEL.collected(set.id, vault);
        uint256[] memory amounts = new uint256[](set.works.length);
        for (uint256 i; i < amounts.length; ++i) {
            (uint256 weight,) = COLLECTIONS.memberOf(set.id, set.works[i]);
            uint256 part = earned * weight / (set.works.length * set.weight);
            amounts[i] = part - receivedBy[set.id][set.works[i]];
            receivedBy[set.id][set.works[i]] = part;
            total += amounts[i];
        }
        MODEL.takePart(set.id, vault, total);
        for (uint256 i; i < amounts.length; ++i) {
            MODEL.arrive(set.works[i], amounts[i]);
        }
    }
}
