// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ICollections} from "../src/interfaces/ICollections.sol";
import {IMarket} from "../src/interfaces/IMarket.sol";
import {IRights} from "../src/interfaces/IRights.sol";
import {Hostile} from "./utils/Hostile.sol";
import {MerkleTree} from "./utils/MerkleTree.sol";
import {PlainToken} from "./utils/OddTokens.sol";
import {SetsFixture} from "./utils/SetsFixture.sol";

/// @notice Collections.tree, CollectionsTest.
contract CollectionsTest is SetsFixture {
    uint256[] internal works;
    ICollections.Member[] internal members; // weights 1, 2, 3
    ICollections.Edition internal edition;

    function setUp() public override {
        super.setUp();
        optIn(artist);
        works = mintWorks(3);
        uint64[] memory weights = new uint64[](3);
        (weights[0], weights[1], weights[2]) = (1, 2, 3);
        (ICollections.Member[] memory list, ICollections.Edition memory made) = membersOf(works, weights);
        for (uint256 i; i < list.length; ++i) {
            members.push(list[i]);
        }
        edition = made;
    }

    function refuse(bytes memory reason, ICollections.Edition memory made) internal {
        IRights.Draft memory draft = draftOf(made);
        bytes memory signature = signed(curatorKey, draft);
        vm.expectRevert(reason);
        collections.publish(draft, signature, made);
    }

    function got(uint256 id, uint256 work) internal view returns (uint256 received) {
        (, received) = collections.memberOf(id, work);
    }

    function weightOf(uint256 id, uint256 work) internal view returns (uint256 weight) {
        (weight,) = collections.memberOf(id, work);
    }

    // publish

    function test_Publish_MintsAndKeepsTheEdition() external {
        IRights.Draft memory draft = draftOf(edition);
        bytes memory signature = signed(curatorKey, draft);
        uint256 expected = rights.workCount() + 1;
        vm.expectEmit(address(collections));
        emit ICollections.EditionPublished(expected, curator, 0, edition.root, 3, 6);
        vm.prank(relayer);
        uint256 id = collections.publish(draft, signature, edition);

        assertEq(id, expected);
        assertEq(rights.creatorOf(id), curator);
        assertEq(rights.balanceOf(address(collections), id), 900_000);
        ICollections.State memory state = collections.editionOf(id);
        assertEq(state.root, edition.root);
        assertEq(state.curator, curator);
        assertEq(state.publishedAt, block.timestamp);
        assertEq(state.totalWeight, 6);
        assertEq(state.recordedWeight, 0);
        assertEq(state.forwarded, 0);
    }

    function testFuzz_Publish_RevertWhen_TheDraftCommitsToAnother(ICollections.Edition memory other) external {
        IRights.Draft memory draft = draftOf(edition);
        bytes memory signature = signed(curatorKey, draft);
        for (uint256 field; field < 5; ++field) {
            ICollections.Edition memory forged = edition;
            if (field == 0) forged.root = other.root;
            if (field == 1) forged.members = other.members;
            if (field == 2) forged.totalWeight = other.totalWeight;
            if (field == 3) forged.previous = other.previous;
            if (field == 4) forged.salt = other.salt;
            if (keccak256(abi.encode(forged)) == keccak256(abi.encode(edition))) continue;
            uint256 salt = collections.saltOf(forged);
            vm.expectRevert(abi.encodeWithSelector(ICollections.SaltDiffers.selector, draft.salt, salt));
            collections.publish(draft, signature, forged);
        }
    }

    function test_Publish_RevertWhen_TheDraftIsNotSignedByItsCreator() external {
        IRights.Draft memory draft = draftOf(edition);
        bytes memory signature = signed(artistKey, draft);
        vm.expectRevert(abi.encodeWithSelector(IRights.InvalidSignature.selector, curator, rights.hashDraft(draft)));
        collections.publish(draft, signature, edition);
    }

    function test_Publish_RevertWhen_ItHasNoRootOrNoWeight() external {
        ICollections.Edition memory empty = edition;
        empty.root = 0;
        refuse(abi.encodeWithSelector(ICollections.EmptyEdition.selector), empty);
        empty = edition;
        empty.totalWeight = 0;
        refuse(abi.encodeWithSelector(ICollections.EmptyEdition.selector), empty);
    }

    function test_Publish_RevertWhen_TheDraftGivesTheMembersNothing() external {
        IRights.Draft memory draft = draftOf(edition);
        draft.shares[1].holder = curator;
        bytes memory signature = signed(curatorKey, draft);
        vm.expectRevert(abi.encodeWithSelector(ICollections.NothingForMembers.selector, rights.workCount() + 1));
        collections.publish(draft, signature, edition);
    }

    function test_Publish_AgainChangesNothing() external {
        uint256 id = publish(edition);
        collections.record(id, members);
        skip(1 days);
        bytes32 before = keccak256(abi.encode(collections.editionOf(id)));
        vm.recordLogs();
        assertEq(publish(edition), id);
        assertEq(collections.publish(draftOf(edition), "", edition), id);
        assertEq(vm.getRecordedLogs().length, 0);
        assertEq(keccak256(abi.encode(collections.editionOf(id))), before);
    }

    function test_Publish_RevertWhen_ThePredecessorIsNoEditionOrAnothers() external {
        ICollections.Edition memory next = edition;
        next.previous = works[0];
        refuse(abi.encodeWithSelector(ICollections.UnknownEdition.selector, works[0]), next);

        next.previous = publish(edition);
        handOver(next.previous, fan);
        refuse(abi.encodeWithSelector(ICollections.NotTheCurator.selector, curator, fan), next);
    }

    function test_Publish_FollowsThePredecessor() external {
        uint256 first = publish(edition);
        ICollections.Edition memory next = edition;
        next.previous = first;
        uint256 expected = rights.workCount() + 1;
        vm.expectEmit(address(collections));
        emit ICollections.EditionPublished(expected, curator, first, edition.root, 3, 6);
        publish(next);

        handOver(first, fan);
        next.salt = 2;
        IRights.Draft memory draft = draftOf(next);
        draft.creator = fan;
        assertEq(collections.publish(draft, signed(fanKey, draft), next), expected + 1);
        assertEq(collections.editionOf(expected + 1).curator, fan);
    }

    function handOver(uint256 workId, address to) internal {
        vm.prank(rights.creatorOf(workId));
        rights.transferCreator(workId, to);
        vm.prank(to);
        rights.acceptCreator(workId);
    }

    // shares held here

    function test_Shares_RevertWhen_TheyAreOfNoEdition() external {
        bytes memory reason =
            abi.encodeWithSelector(ICollections.NotAnEdition.selector, address(rights), rights.workCount() + 1);
        IRights.Draft memory draft = draftOf(edition);
        vm.prank(curator);
        vm.expectRevert(reason);
        rights.create(draft);
        bytes memory signature = signed(curatorKey, draft);
        vm.expectRevert(reason);
        rights.createFor(draft, signature);

        reason = abi.encodeWithSelector(ICollections.NotAnEdition.selector, address(rights), works[0]);
        vm.startPrank(artist);
        vm.expectRevert(reason);
        rights.safeTransferFrom(artist, address(collections), works[0], 1, "");
        uint256 id = publish(edition);
        vm.stopPrank();
        vm.prank(curator);
        rights.safeTransferFrom(curator, artist, id, 1, "");
        vm.startPrank(artist);
        vm.expectRevert(reason);
        rights.safeBatchTransferFrom(artist, address(collections), two(id, works[0]), two(1, 1), "");
        vm.stopPrank();

        vm.expectRevert(abi.encodeWithSelector(ICollections.NotAnEdition.selector, address(this), id));
        collections.onERC1155Received(address(this), address(0), id, 1, "");
        vm.expectRevert(abi.encodeWithSelector(ICollections.NotAnEdition.selector, address(this), id));
        collections.onERC1155BatchReceived(address(this), address(0), one(id), one(1), "");
    }

    function test_Shares_GivenLaterEarnForTheMembers() external {
        uint256 id = publish(edition);
        earn(id, 120 * USDC);
        vm.startPrank(curator);
        rights.safeTransferFrom(curator, address(collections), id, 50_000, "");
        rights.safeBatchTransferFrom(curator, address(collections), one(id), one(50_000), "");
        vm.stopPrank();
        earn(id, 120 * USDC);
        assertEq(collections.flow(id, members), 228 * USDC);
    }

    function test_Shares_AreNeverPaidOut() external {
        uint256 id = publish(edition);
        earn(id, 100 * USDC);
        assertEq(rights.claim(one(id), address(collections)), 0);
        rights.push(one(id), two(address(collections), curator));
        assertEq(usdc.balanceOf(address(collections)), 0);
        assertEq(usdc.balanceOf(curator), 10 * USDC);
        assertEq(collections.flow(id, members), 90 * USDC);
    }

    // record

    function test_Record_KeepsTheWeightOnce() external {
        uint256 id = publish(edition);
        ICollections.Member[] memory list = new ICollections.Member[](3);
        (list[0], list[1], list[2]) = (members[2], members[0], members[2]);
        vm.expectEmit(address(collections));
        emit ICollections.MemberRecorded(id, works[2], 3);
        vm.expectEmit(address(collections));
        emit ICollections.MemberRecorded(id, works[0], 1);
        vm.prank(relayer);
        assertEq(collections.record(id, list), 2);
        assertEq(weightOf(id, works[2]), 3);
        assertEq(collections.editionOf(id).recordedWeight, 4);
        vm.recordLogs();
        assertEq(collections.record(id, list), 0);
        assertEq(vm.getRecordedLogs().length, 0);
    }

    function test_RevertWhen_TheEditionIsUnknown() external {
        bytes memory reason = abi.encodeWithSelector(ICollections.UnknownEdition.selector, works[0]);
        vm.expectRevert(reason);
        collections.record(works[0], members);
        vm.expectRevert(reason);
        collections.flow(works[0], members);
        vm.expectRevert(reason);
        collections.flow(works[0], works);
        vm.expectRevert(reason);
        collections.due(works[0], works[1]);
        vm.expectRevert(reason);
        collections.editionOf(works[0]);
    }

    function refuseMember(uint256 id, ICollections.Member memory member) internal {
        vm.expectRevert(abi.encodeWithSelector(ICollections.NotAMember.selector, id, member.workId, member.weight));
        collections.record(id, only(member));
    }

    function test_Record_RevertWhen_TheProofIsWrong() external {
        uint256 id = publish(edition);
        ICollections.Member memory forged = members[0];
        forged.weight = 3;
        refuseMember(id, forged);
        forged.weight = 0;
        refuseMember(id, forged);

        forged = members[0];
        forged.workId = works[1];
        refuseMember(id, forged);

        forged = members[0];
        forged.proof = members[1].proof;
        refuseMember(id, forged);
        forged.proof = new bytes32[](0);
        refuseMember(id, forged);
        forged.proof = new bytes32[](members[0].proof.length - 1);
        for (uint256 i; i < forged.proof.length; ++i) {
            forged.proof[i] = members[0].proof[i];
        }
        refuseMember(id, forged);
        assertEq(collections.record(id, members), 3);
    }

    function test_Record_RevertWhen_TheProofIsOfAnotherEdition() external {
        (ICollections.Member[] memory list, ICollections.Edition memory other) = membersOf(works, 1);
        uint256 id = publish(edition);
        uint256 otherId = publish(other);
        refuseMember(id, list[0]);
        refuseMember(otherId, members[0]);
        refuseMember(otherId, members[1]);
    }

    /// @dev A second preimage: the two children of an inner node are 64 bytes, as a leaf's content is. Were leaves hashed
    /// once, (left, right) would pass for (workId, weight).
    function test_Record_RevertWhen_AnInnerNodePassesForALeaf() external {
        uint256[] memory four = mintWorks4();
        bytes32[] memory leaves = new bytes32[](4);
        for (uint256 i; i < 4; ++i) {
            leaves[i] = MerkleTree.leaf(four[i], 1);
        }
        bytes32[] memory nodes = MerkleTree.build(leaves);
        (, ICollections.Edition memory made) = membersOf(four, 1);
        uint256 id = publish(made);
        ICollections.Member memory forged;
        forged.workId = uint256(nodes[3] < nodes[4] ? nodes[3] : nodes[4]);
        forged.weight = uint64(uint256(nodes[3] < nodes[4] ? nodes[4] : nodes[3]));
        forged.proof = new bytes32[](1);
        forged.proof[0] = nodes[2];
        refuseMember(id, forged);
    }

    function mintWorks4() internal returns (uint256[] memory list) {
        list = new uint256[](4);
        for (uint256 i; i < 4; ++i) {
            list[i] = mintWork(2_000_000 + i);
        }
    }

    function test_Record_RevertWhen_TheMemberIsNotEarlier() external {
        uint256 next = rights.workCount() + 1;
        (ICollections.Member[] memory list, ICollections.Edition memory made) = membersOf(two(next, next + 1), 1);
        uint256 id = publish(made);
        assertEq(id, next);
        mintWork(5);
        for (uint256 i; i < 2; ++i) {
            vm.expectRevert(abi.encodeWithSelector(ICollections.MemberNotEarlier.selector, next + i, id));
            collections.record(id, only(list[i]));
        }
    }

    function test_Record_RevertWhen_TheMemberEarnsElsewhere() external {
        address other = address(newUSDC());
        vm.prank(owner);
        rights.allowAsset(other, true);
        uint256 stranger = mintWorkIn(other, 5);
        (ICollections.Member[] memory list, ICollections.Edition memory made) = membersOf(one(stranger), 1);
        uint256 id = publish(made);
        vm.expectRevert(
            abi.encodeWithSelector(ICollections.MemberEarnsElsewhere.selector, stranger, other, address(usdc))
        );
        collections.record(id, list);
    }

    function test_Record_StopsWhereATreeIsHeavierThanItSays() external {
        edition.totalWeight = 4;
        uint256 id = publish(edition);
        earn(id, 100 * USDC);
        assertEq(collections.record(id, only(members[2])), 1); // 3 of 4
        assertEq(collections.record(id, only(members[1])), 0); // 2 more would be 5
        assertEq(collections.record(id, members), 1); // 1 more is 4
        assertEq(weightOf(id, works[1]), 0);
        assertEq(collections.flow(id, works), 90 * USDC);
        assertEq(got(id, works[2]), 67_500_000);
        assertEq(got(id, works[0]), 22_500_000);
    }

    // flow

    function testFuzz_Flow_GivesEachItsPart(uint64[5] memory weights, uint80[4] memory amounts, uint256 seed) external {
        uint256[] memory list = new uint256[](5);
        uint64[] memory parts = new uint64[](5);
        for (uint256 i; i < 5; ++i) {
            list[i] = mintWork(3_000_000 + i);
            parts[i] = uint64(bound(weights[i], 1, type(uint64).max / 5));
        }
        (ICollections.Member[] memory all, ICollections.Edition memory made) = membersOf(list, parts);
        uint256 id = publish(made);

        uint256 earned;
        for (uint256 round; round < amounts.length; ++round) {
            earn(id, amounts[round]);
            earned = rights.revenueOf(id) * 900_000 / SHARES;
            // Some of them, in some order, perhaps twice.
            ICollections.Member[] memory some = new ICollections.Member[](3);
            for (uint256 i; i < 3; ++i) {
                some[i] = all[uint256(keccak256(abi.encode(seed, round, i))) % 5];
            }
            collections.flow(id, some);
            for (uint256 i; i < 3; ++i) {
                assertEq(got(id, some[i].workId), earned * some[i].weight / made.totalWeight);
            }
            assertConserved(id, list, earned);
        }
        collections.flow(id, all);
        assertConserved(id, list, earned);
        uint256 left = rights.owed(id, address(collections));
        assertLt(left, 5);
        for (uint256 i; i < 5; ++i) {
            assertEq(got(id, list[i]), earned * parts[i] / made.totalWeight);
        }
    }

    /// @dev What the members' shares earned is what the members got, and what lies in Rights for them.
    function assertConserved(uint256 id, uint256[] memory list, uint256 earned) internal view {
        uint256 received;
        for (uint256 i; i < list.length; ++i) {
            assertEq(rights.revenueOf(list[i]), got(id, list[i]));
            received += got(id, list[i]);
        }
        assertEq(received, collections.editionOf(id).forwarded);
        assertEq(received + rights.owed(id, address(collections)), earned);
        assertEq(rights.reserves(address(usdc)), usdc.balanceOf(address(rights)));
    }

    function test_Flow_SaysWhatItMoved() external {
        uint256 id = publish(edition);
        earn(id, 100);
        uint256[] memory amounts = two(15, 45); // of 90; the second has no part in this call
        vm.expectEmit(address(collections));
        emit ICollections.Flowed(id, two(works[0], works[2]), amounts);
        ICollections.Member[] memory list = new ICollections.Member[](2);
        (list[0], list[1]) = (members[0], members[2]);
        assertEq(collections.flow(id, list), 60);
        assertEq(rights.revenueOf(works[2]), 45);
    }

    function test_Flow_CountsTheRestNextTime() external {
        uint256 id = publish(edition);
        earn(id, 10); // 9 for members: 1.5, 3, 4.5
        assertEq(collections.flow(id, members), 8);
        assertEq(collections.due(id, works[0]), 0);
        earn(id, 10); // 18: 3, 6, 9
        assertEq(collections.due(id, works[0]), 2);
        assertEq(collections.flow(id, works), 10);
        assertEq(rights.owed(id, address(collections)), 0);
    }

    function test_Flow_GivesNobodyMoreForRepeats() external {
        uint256 id = publish(edition);
        earn(id, 100 * USDC);
        ICollections.Member[] memory list = new ICollections.Member[](5);
        (list[0], list[1], list[2], list[3], list[4]) = (members[2], members[0], members[2], members[1], members[2]);
        assertEq(collections.flow(id, list), 90 * USDC);
        assertEq(got(id, works[2]), 45 * USDC);

        vm.recordLogs();
        assertEq(collections.flow(id, list), 0);
        assertEq(collections.flow(id, works), 0);
        assertEq(collections.flow(id, new uint256[](0)), 0);
        assertEq(collections.flow(id, new ICollections.Member[](0)), 0);
        assertEq(vm.getRecordedLogs().length, 0);
    }

    function test_Flow_PassesOverWhoIsNotOnRecord() external {
        uint256 other = mintWorkOf(company);
        (ICollections.Member[] memory list, ICollections.Edition memory made) = membersOf(two(works[0], other), 1);
        uint256 id = publish(made);
        earn(id, 100 * USDC);
        assertEq(collections.flow(id, two(works[0], other)), 0);
        assertEq(collections.flow(id, list), 45 * USDC);
        assertEq(weightOf(id, other), 0);
        assertEq(collections.due(id, other), 0);

        list[1] = withConsent(list[1], companyKey);
        assertEq(collections.flow(id, list), 45 * USDC);
        assertEq(rights.revenueOf(other), 45 * USDC);
    }

    function mintWorkOf(address creator) internal returns (uint256) {
        IRights.Draft memory draft = draftOf(4_000_000);
        draft.creator = creator;
        return mintWork(draft);
    }

    function test_Flow_LeavesOtherEditionsAlone() external {
        (ICollections.Member[] memory list, ICollections.Edition memory other) = membersOf(works, 1);
        uint256 id = publish(edition);
        uint256 otherId = publish(other);
        earn(id, 100 * USDC);
        assertEq(collections.flow(otherId, list), 0);
        earn(otherId, 10 * USDC);
        assertEq(collections.flow(otherId, list), 9 * USDC);
        assertEq(collections.flow(id, members), 90 * USDC);
        assertEq(rights.revenueOf(works[0]), 18 * USDC);
    }

    function test_Flow_GoesOnThroughAnEditionOfEditions() external {
        uint256 inner = publish(edition);
        (ICollections.Member[] memory list, ICollections.Edition memory made) = membersOf(two(inner, works[0]), 1);
        vm.prank(curator);
        collections.setOptIn(curator, true);
        skip(1);
        uint256 outer = publish(made);
        earn(outer, 200 * USDC);
        assertEq(collections.flow(outer, list), 180 * USDC);
        assertEq(collections.flow(inner, members), 81 * USDC);
        assertEq(rights.revenueOf(works[0]), 90 * USDC + 13_500_000);
        assertEq(rights.reserves(address(usdc)), 200 * USDC);
    }

    // isLicensed

    function license(uint256 id, IRights.Terms memory terms, address account) internal {
        vm.prank(address(market));
        rights.grantLicence(id, terms, account, 1);
    }

    function test_IsLicensed_IsTrueOfMembers() external {
        uint256 other = mintWorkOf(company);
        (ICollections.Member[] memory list, ICollections.Edition memory made) = membersOf(two(works[0], other), 1);
        uint256 id = publish(made);
        license(id, trainingTerms(), fan);
        assertTrue(collections.isLicensed(fan, id, 1, list[0])); // proves it
        assertFalse(collections.isLicensed(fan, id, 1, list[1])); // no consent
        ICollections.Member memory agreed = withConsent(list[1], companyKey);
        assertFalse(collections.isLicensed(fan, id, 1, agreed)); // not on record

        collections.record(id, only(agreed));
        ICollections.Member memory named;
        named.workId = other;
        assertTrue(collections.isLicensed(fan, id, 1, named));
    }

    function test_IsLicensed_IsFalseWithoutTheLicence() external {
        uint256 id = publish(edition);
        collections.record(id, members);
        license(id, trainingTerms(), fan);
        assertFalse(collections.isLicensed(fan, id, 2, members[0]));
        assertFalse(collections.isLicensed(company, id, 1, members[0]));
        assertFalse(collections.isLicensed(fan, works[0], 1, members[0]));
        skip(365 days - 1);
        assertTrue(collections.isLicensed(fan, id, 1, members[0]));
        skip(1);
        assertFalse(collections.isLicensed(fan, id, 1, members[0]));
    }

    function test_IsLicensed_RevertWhen_TheProofIsWrong() external {
        uint256 id = publish(edition);
        license(id, trainingTerms(), fan);
        ICollections.Member memory forged = members[0];
        forged.weight = 3;
        vm.expectRevert(abi.encodeWithSelector(ICollections.NotAMember.selector, id, works[0], 3));
        collections.isLicensed(fan, id, 1, forged);
    }

    // 100,000 members

    function test_AHundredThousandMembers() external {
        uint256 count = 100_000;
        bytes32[] memory leaves = new bytes32[](count);
        for (uint256 i; i < count; ++i) {
            leaves[i] = MerkleTree.leaf(1e9 + i, 1);
        }
        uint256[3] memory places = [uint256(0), 54_321, 99_999];
        for (uint256 i; i < 3; ++i) {
            leaves[places[i]] = MerkleTree.leaf(works[i], 1);
        }
        bytes32[] memory nodes = MerkleTree.build(leaves);
        uint256 id = publish(ICollections.Edition(nodes[0], uint64(count), uint64(count), 0, 0));
        ICollections.Member[] memory list = new ICollections.Member[](3);
        for (uint256 i; i < 3; ++i) {
            (list[i].workId, list[i].weight) = (works[i], 1);
            list[i].proof = MerkleTree.proof(nodes, places[i]);
        }

        fund(company, 1000 * USDC);
        sell(id, 1000 * USDC);
        uint256 earned = rights.revenueOf(id) * 900_000 / SHARES;
        assertEq(collections.flow(id, list), 3 * (earned / count));
        assertEq(rights.revenueOf(works[2]), earned / count);
        assertTrue(collections.isLicensed(company, id, 1, list[1]));
    }

    function sell(uint256 id, uint256 price) internal {
        IMarket.LicenceOffer memory offer = licenceOffer(id);
        (offer.seller, offer.price) = (curator, uint128(price));
        buy(offer, sign(curatorKey, market.hashLicenceOffer(offer)), company, 1);
    }

    // who calls back

    function test_Reentry_IsRefusedWhileAConsentIsChecked() external {
        uint256 work = mintWorkOf(company);
        (ICollections.Member[] memory list, ICollections.Edition memory made) = membersOf(two(works[0], work), 1);
        uint256 id = publish(made);
        earn(id, 100 * USDC);
        // A wallet that is yet to be deployed (ERC-6492), by a factory that does something else.
        Hostile hostile = new Hostile(rights);
        list[1].signature = abi.encodePacked(
            abi.encode(address(hostile), abi.encodeCall(Hostile.onMoney, ()), ""),
            hex"6492649264926492649264926492649264926492649264926492649264926492"
        );
        IRights.Draft memory draft = draftOf(edition);
        hostile.prepare(address(collections), abi.encodeWithSignature("flow(uint256,uint256[])", id, works));
        hostile.prepare(address(collections), abi.encodeCall(collections.record, (id, only(list[0]))));
        hostile.prepare(address(collections), abi.encodeCall(collections.publish, (draft, "", edition)));
        assertEq(collections.flow(id, list), 45 * USDC);
        assertEq(hostile.tried(), 3);
        assertEq(hostile.refusedByGuard(), 3);
        assertEq(weightOf(id, work), 0);
    }

    function test_Reentry_IsRefusedWhileAnEditionIsMinted() external {
        Hostile hostile = new Hostile(rights);
        IRights.Draft memory draft = draftOf(edition);
        draft.shares[0].holder = address(hostile);
        uint256 id = rights.workCount() + 1;
        hostile.prepare(address(collections), abi.encodeCall(collections.publish, (draft, "", edition)));
        hostile.prepare(address(collections), abi.encodeCall(collections.record, (id, members)));
        hostile.prepare(address(rights), abi.encodeCall(rights.create, (draft)));
        assertEq(collections.publish(draft, signed(curatorKey, draft), edition), id);
        assertEq(hostile.tried(), 3);
        assertEq(hostile.refusedByGuard(), 3);
        assertEq(weightOf(id, works[0]), 0);
    }
}
