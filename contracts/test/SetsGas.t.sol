// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ICollections} from "../src/interfaces/ICollections.sol";
import {IMarket} from "../src/interfaces/IMarket.sol";
import {IRemix} from "../src/interfaces/IRemix.sol";
import {IRights} from "../src/interfaces/IRights.sol";
import {MerkleTree} from "./utils/MerkleTree.sol";
import {SetsFixture} from "./utils/SetsFixture.sol";

/// @notice What remixes and editions cost, kept in contracts/snapshots; figures as in GasTest.
/// forge-config: default.isolate = true
contract SetsGasTest is SetsFixture {
    uint256[] internal works; // a hundred
    bytes32[] internal nodes;

    function setUp() public override {
        super.setUp();
        optIn(artist);
        works = mintWorks(100);
        fund(company, 1_000_000 * USDC);
    }

    // Remix

    function register(uint256 count, bool approved) internal {
        uint256[] memory ids = new uint256[](count);
        for (uint256 i; i < count; ++i) {
            ids[i] = works[i];
        }
        IRights.Terms memory terms = remixTerms(10_000);
        terms.remixApproval = approved;
        IRights.Draft memory draft = remixOf(ids, 10_000);
        bytes32 digest = rights.hashDraft(draft);
        IRemix.Parent[] memory parents = new IRemix.Parent[](count);
        for (uint256 i; i < count; ++i) {
            parents[i].licenceId = grant(ids[i], terms, fan);
            if (approved) parents[i].approval = sign(artistKey, remix.hashApproval(digest, ids[i]));
        }
        remix.register(draft, sign(fanKey, digest), parents);
    }

    function test_RegisterOneParent() external {
        register(1, false);
        vm.snapshotGasLastCall("Remix", "register, one parent");
    }

    function test_RegisterOneParentByApproval() external {
        register(1, true);
        vm.snapshotGasLastCall("Remix", "register, one parent that approves");
    }

    function test_RegisterEightParents() external {
        register(8, false);
        vm.snapshotGasLastCall("Remix", "register, eight parents");
    }

    // Collections: an edition of `count` leaves, of which the first hundred are works

    function edition(uint256 count) internal returns (ICollections.Edition memory made) {
        bytes32[] memory leaves = new bytes32[](count);
        for (uint256 i; i < count; ++i) {
            leaves[i] = MerkleTree.leaf(i < works.length ? works[i] : 1e9 + i, 1);
        }
        nodes = MerkleTree.build(leaves);
        return ICollections.Edition(nodes[0], uint64(count), uint64(count), 0, 0);
    }

    function members(uint256 from, uint256 count) internal view returns (ICollections.Member[] memory list) {
        list = new ICollections.Member[](count);
        for (uint256 i; i < count; ++i) {
            (list[i].workId, list[i].weight) = (works[from + i], 1);
            list[i].proof = MerkleTree.proof(nodes, from + i);
        }
    }

    function sell(uint256 id, address licensee) internal {
        IMarket.LicenceOffer memory offer = licenceOffer(id);
        offer.seller = curator;
        buy(offer, sign(curatorKey, market.hashLicenceOffer(offer)), licensee, 1);
    }

    function test_Publish() external {
        publish(edition(2)); // the curator's first work, which approves the market
        publish(edition(10));
        vm.snapshotGasLastCall("Collections", "publish, any number of members");
        uint256 few = vm.lastCallGas().gasTotalUsed;
        publish(edition(1000));
        assertApproxEqAbs(vm.lastCallGas().gasTotalUsed, few, 200); // bytes that are not zero
    }

    function test_Purchase() external {
        uint256 small = publish(edition(10));
        uint256 large = publish(ICollections.Edition(bytes32(uint256(1)), 100_000, 100_000, 0, 0));
        sell(small, makeAddr("earlier licensee"));
        sell(small, company);
        vm.snapshotGasLastCall("Collections", "purchase, 10 members");
        sell(large, makeAddr("earlier licensee"));
        sell(large, company);
        vm.snapshotGasLastCall("Collections", "purchase, 100,000 members");
    }

    function test_Flow() external {
        uint256 id = publish(edition(1000));
        sell(id, company);
        ICollections.Member[] memory list = members(0, 100);
        collections.record(id, list);
        vm.snapshotGasLastCall("Collections", "record 100 of 1,000 members");
        collections.flow(id, works);
        vm.snapshotGasLastCall("Collections", "flow to 100 members");
    }

    function test_FlowWithProofs() external {
        uint256 id = publish(edition(1000));
        sell(id, company);
        ICollections.Member[] memory list = members(0, 100);
        collections.flow(id, list);
        vm.snapshotGasLastCall("Collections", "record and flow to 100 of 1,000 members");
    }
}
