// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IRemix} from "../src/interfaces/IRemix.sol";
import {IRights} from "../src/interfaces/IRights.sol";
import {IRoyaltySplitter} from "../src/interfaces/IRoyaltySplitter.sol";
import {Hostile} from "./utils/Hostile.sol";
import {SetsFixture} from "./utils/SetsFixture.sol";
import {Wallet} from "./utils/Wallet.sol";

/// @notice Remix.tree.
contract RemixTest is SetsFixture {
    uint256 internal parent;
    uint256 internal licence;
    IRights.Draft internal draft;

    function setUp() public override {
        super.setUp();
        parent = mintWork(1);
        licence = grant(parent, remixTerms(200_000), fan);
        take(remixOf(one(parent), 200_000));
    }

    /// @dev Member by member: arrays of structs do not go from memory to storage in one piece.
    function take(IRights.Draft memory made) internal {
        (draft.creator, draft.asset, draft.operator) = (made.creator, made.asset, made.operator);
        (draft.content, draft.metadata) = (made.content, made.metadata);
        (draft.royaltyBps, draft.deadline, draft.salt) = (made.royaltyBps, made.deadline, made.salt);
        delete draft.shares;
        for (uint256 i; i < made.shares.length; ++i) {
            draft.shares.push(made.shares[i]);
        }
    }

    function under(uint256 licenceId) internal pure returns (IRemix.Parent[] memory list) {
        list = new IRemix.Parent[](1);
        list[0] = IRemix.Parent(licenceId, "");
    }

    function under(uint256 licenceId, bytes memory approval) internal pure returns (IRemix.Parent[] memory list) {
        list = under(licenceId);
        list[0].approval = approval;
    }

    function under(uint256 first, uint256 second) internal pure returns (IRemix.Parent[] memory list) {
        list = new IRemix.Parent[](2);
        (list[0].licenceId, list[1].licenceId) = (first, second);
    }

    function register(IRemix.Parent[] memory parents) internal returns (uint256) {
        bytes memory signature = signed(fanKey, draft);
        vm.prank(relayer);
        return remix.register(draft, signature, parents);
    }

    function refuse(bytes memory reason, IRemix.Parent[] memory parents) internal {
        bytes memory signature = signed(fanKey, draft);
        vm.expectRevert(reason);
        remix.register(draft, signature, parents);
    }

    function assertParents(uint256 childId, uint256[] memory expected) internal view {
        uint64[] memory found = remix.parentsOf(childId);
        assertEq(found.length, expected.length);
        for (uint256 i; i < found.length; ++i) {
            assertEq(found[i], expected[i]);
        }
    }

    /// @dev The licences of `count` parents, each asking `asked` shares and given `given` of the draft.
    function family(uint256 count, uint32 asked, uint32 given) internal returns (IRemix.Parent[] memory parents) {
        uint256[] memory ids = mintWorks(count);
        parents = new IRemix.Parent[](count);
        for (uint256 i; i < count; ++i) {
            parents[i].licenceId = grant(ids[i], remixTerms(asked), fan);
        }
        take(remixOf(ids, given));
    }

    // register

    function test_Register_MintsAndRecords() external {
        bytes memory signature = signed(fanKey, draft);
        uint256 expected = rights.workCount() + 1;
        vm.expectEmit(address(remix));
        emit IRemix.RemixRegistered(expected, parent, licence, 200_000);
        vm.prank(relayer);
        uint256 child = remix.register(draft, signature, under(licence));

        assertEq(child, expected);
        assertEq(rights.creatorOf(child), fan);
        assertEq(rights.balanceOf(rights.addressOf(parent), child), 200_000);
        assertParents(child, one(parent));
        assertParents(parent, new uint256[](0));
    }

    function test_Register_TakesEightParentsAndHalfTheShares() external {
        IRemix.Parent[] memory parents = family(8, 62_500, 62_500);
        uint256 child = register(parents);
        assertEq(remix.parentsOf(child).length, remix.MAX_PARENTS());
        assertEq(rights.balanceOf(fan, child), SHARES - remix.MAX_PARENTS_SHARES());
    }

    function test_Register_RevertWhen_TheDraftIsNotSignedByItsCreator() external {
        bytes memory signature = signed(artistKey, draft);
        vm.expectRevert(abi.encodeWithSelector(IRights.InvalidSignature.selector, fan, rights.hashDraft(draft)));
        remix.register(draft, signature, under(licence));
    }

    function test_Register_RevertWhen_AParentEarnsInAnotherAsset() external {
        address other = address(newUSDC());
        vm.prank(owner);
        rights.allowAsset(other, true);
        draft.asset = other;
        refuse(
            abi.encodeWithSelector(IRoyaltySplitter.UnfitParent.selector, parent, rights.workCount() + 1),
            under(licence)
        );
    }

    function test_Register_RevertWhen_ThereAreNoParents() external {
        refuse(abi.encodeWithSelector(IRemix.NoParents.selector), new IRemix.Parent[](0));
    }

    function test_Register_RevertWhen_ThereAreMoreThanEight() external {
        IRemix.Parent[] memory parents = family(9, 0, 1);
        refuse(abi.encodeWithSelector(IRemix.TooManyParents.selector, 9, 8), parents);

        IRemix.Parent memory last = parents[8];
        assembly ("memory-safe") {
            mstore(parents, 8)
        }
        register(parents);
        refuse(abi.encodeWithSelector(IRemix.TooManyParents.selector, 9, 8), under(last.licenceId));
    }

    // the licence

    function test_Licence_RevertWhen_Unknown() external {
        uint256 unknown = rights.licenceId(parent, remixTerms(1));
        refuse(abi.encodeWithSelector(IRights.UnknownLicence.selector, unknown), under(unknown));
    }

    function test_Licence_RevertWhen_ItDoesNotIncludeRemixing() external {
        IRights.Terms memory terms = remixTerms(0);
        terms.scopes = ~REMIX_SCOPE;
        uint256 id = grant(parent, terms, fan);
        refuse(abi.encodeWithSelector(IRemix.RemixNotAllowed.selector, id), under(id));
    }

    function test_Licence_RevertWhen_SomebodyElseHoldsIt() external {
        uint256 id = grant(parent, remixTerms(100_000), company);
        refuse(abi.encodeWithSelector(IRemix.NotLicensed.selector, id, fan, 0), under(id));
    }

    function test_Licence_RevertWhen_ItHasEnded() external {
        uint256 until = rights.licensedUntil(licence, fan);
        vm.warp(until);
        refuse(abi.encodeWithSelector(IRemix.NotLicensed.selector, licence, fan, until), under(licence));
        vm.warp(until - 1);
        register(under(licence));
    }

    // the shares

    function test_Shares_RevertWhen_LessThanAsked() external {
        draft.shares[0].amount = 199_999;
        draft.shares[1].amount = 800_001;
        refuse(abi.encodeWithSelector(IRemix.ShareTooSmall.selector, parent, 199_999, 200_000), under(licence));

        draft.shares[1].amount = 800_000;
        draft.shares.push(IRights.Share(rights.addressOf(parent), 1));
        assertParents(register(under(licence)), one(parent));
    }

    function testFuzz_Shares_AreWhatTheTermsAskAtLeast(uint32 asked, uint32 given) external {
        asked = uint32(bound(asked, 1, 500_000));
        given = uint32(bound(given, 1, 500_000));
        uint256 id = grant(parent, remixTerms(asked), fan);
        take(remixOf(one(parent), given));
        if (given >= asked) {
            assertEq(rights.balanceOf(rights.addressOf(parent), register(under(id))), given);
        } else {
            refuse(abi.encodeWithSelector(IRemix.ShareTooSmall.selector, parent, given, asked), under(id));
        }
    }

    function test_Shares_RevertWhen_NoneAlthoughNoneIsAsked() external {
        uint256 free = grant(parent, remixTerms(0), fan);
        take(draftOf(7));
        draft.creator = fan;
        refuse(abi.encodeWithSelector(IRemix.ShareTooSmall.selector, parent, 0, 1), under(free));
        take(remixOf(one(parent), 1));
        assertParents(register(under(free)), one(parent));
    }

    function test_Shares_RevertWhen_TogetherMoreThanHalf() external {
        uint256 other = mintWork(2);
        uint256 second = grant(other, remixTerms(1), fan);
        take(remixOf(two(parent, other), 250_001));
        bytes memory reason = abi.encodeWithSelector(IRemix.ParentsShareTooLarge.selector, 500_002, 500_000);
        refuse(reason, under(licence, second));
        register(under(licence));
        refuse(reason, under(second));
    }

    // the approval

    function approve(uint256 key, uint256 parentId) internal view returns (bytes memory) {
        return sign(key, remix.hashApproval(rights.hashDraft(draft), parentId));
    }

    function askApproval() internal {
        IRights.Terms memory terms = remixTerms(200_000);
        terms.remixApproval = true;
        licence = grant(parent, terms, fan);
    }

    function refuseApproval(bytes memory signature) internal {
        address creator = rights.creatorOf(parent);
        bytes32 digest = remix.hashApproval(rights.hashDraft(draft), parent);
        refuse(abi.encodeWithSelector(IRemix.NotApproved.selector, parent, creator, digest), under(licence, signature));
    }

    function test_Approval_IsTheParentsCreators() external {
        askApproval();
        assertParents(register(under(licence, approve(artistKey, parent))), one(parent));
    }

    function test_Approval_IsAContractWallets() external {
        Wallet wallet = new Wallet(artist);
        handOver(address(wallet));
        askApproval();
        bytes memory good = approve(artistKey, parent);
        wallet.lock();
        refuseApproval(good);
        refuseApproval(wrapped(good));
        handOver(address(new Wallet(artist)));
        refuseApproval(wrapped(approve(fanKey, parent)));
        uint256 state = vm.snapshotState();
        assertParents(register(under(licence, wrapped(good))), one(parent));
        vm.revertToState(state);
        assertParents(register(under(licence, good)), one(parent));
    }

    function handOver(address to) internal {
        vm.prank(rights.creatorOf(parent));
        rights.transferCreator(parent, to);
        vm.prank(to);
        rights.acceptCreator(parent);
    }

    function test_Approval_RevertWhen_ItIsNotTheirs() external {
        askApproval();
        refuseApproval("");
        refuseApproval(approve(fanKey, parent));
        refuseApproval(approve(artistKey, parent + 1));

        bytes memory good = approve(artistKey, parent);
        (bytes32 r, bytes32 s, uint8 v) = split(good);
        refuseApproval(abi.encodePacked(r, bytes32(SECP256K1_ORDER - uint256(s)), v == 27 ? uint8(28) : uint8(27)));

        draft.salt++;
        refuseApproval(good);
        draft.salt--;

        IRemix other = newRemix();
        refuseApproval(sign(artistKey, other.hashApproval(rights.hashDraft(draft), parent)));

        vm.chainId(1);
        bytes memory elsewhere = approve(artistKey, parent);
        vm.chainId(31_337);
        refuseApproval(elsewhere);

        handOver(company);
        refuseApproval(good); // a former creator's
        assertParents(register(under(licence, approve(companyKey, parent))), one(parent));
    }

    function split(bytes memory signature) internal pure returns (bytes32 r, bytes32 s, uint8 v) {
        assembly ("memory-safe") {
            r := mload(add(signature, 0x20))
            s := mload(add(signature, 0x40))
            v := byte(0, mload(add(signature, 0x60)))
        }
    }

    function test_Approval_IsNotLookedAtWhereNoneIsAsked() external {
        assertParents(register(under(licence, "no signature")), one(parent));
    }

    // the draft is a work already

    function test_Work_IsRegisteredThoughRightsWasCalledBefore() external {
        bytes memory signature = signed(fanKey, draft);
        uint256 child = rights.createFor(draft, signature);
        assertEq(remix.register(draft, signature, under(licence)), child);
        assertParents(child, one(parent));
    }

    function test_Work_NeedsNoSignature() external {
        vm.prank(fan);
        uint256 child = rights.create(draft);
        vm.prank(relayer);
        assertEq(remix.register(draft, "", under(licence)), child);
        assertParents(child, one(parent));
    }

    function test_Work_GetsTheParentsThatWereLeftOut() external {
        uint256 other = mintWork(2);
        uint256 second = grant(other, remixTerms(200_000), fan);
        take(remixOf(two(parent, other), 200_000));
        uint256 child = register(under(second));
        assertParents(child, one(other));
        assertEq(register(under(licence, second)), child);
        assertParents(child, two(other, parent));
    }

    function test_Work_PassesOverWhatIsOnRecord() external {
        uint256 cheaper = grant(parent, remixTerms(1), fan);
        uint256 child = register(under(licence, cheaper));
        vm.recordLogs();
        assertEq(register(under(licence, licence)), child);
        assertEq(register(under(cheaper)), child);
        assertEq(vm.getRecordedLogs().length, 0);
        assertParents(child, one(parent));
    }

    /// @dev An address that will be a work's can be given shares before that work exists.
    function test_Work_RevertWhen_AParentIsLater() external {
        uint256 child = rights.workCount() + 1;
        uint256 state = vm.snapshotState();
        mintWorks(2);
        address later = rights.addressOf(child + 1);
        vm.revertToState(state);

        take(draftOf(7));
        draft.creator = fan;
        draft.shares[0].holder = later;
        vm.prank(fan);
        assertEq(rights.create(draft), child);
        assertEq(mintWork(3), child + 1);
        assertEq(rights.addressOf(child + 1), later);
        uint256 id = grant(child + 1, remixTerms(1), fan);
        vm.expectRevert(abi.encodeWithSelector(IRemix.ParentNotEarlier.selector, child + 1, child));
        remix.register(draft, "", under(id));
    }

    // Rights.flow

    function testFuzz_Flow_PaysTheParents(uint40 amount) external {
        uint256 child = register(under(licence));
        uint256 second = grant(child, remixTerms(500_000), company);
        take(remixOf(one(child), 500_000));
        draft.creator = company;
        draft.shares[1].holder = company;
        bytes memory signature = signed(companyKey, draft);
        uint256 grandchild = remix.register(draft, signature, under(second));

        earn(grandchild, amount);
        IRoyaltySplitter.Branch[] memory branches = new IRoyaltySplitter.Branch[](2);
        branches[0] = IRoyaltySplitter.Branch(grandchild, child);
        branches[1] = IRoyaltySplitter.Branch(child, parent);
        rights.flow(branches);
        uint256 toChild = uint256(amount) / 2;
        uint256 toParent = toChild * 200_000 / SHARES;
        assertEq(rights.revenueOf(child), toChild);
        assertEq(rights.revenueOf(parent), toParent);
        assertEq(rights.owed(parent, artist), toParent * 900_000 / SHARES);
        assertEq(rights.reserves(address(usdc)), amount);
    }

    // a holder who calls back

    function test_Reentry_IsRefused() external {
        Hostile hostile = new Hostile(rights);
        draft.shares[1].holder = address(hostile);
        hostile.prepare(address(remix), abi.encodeCall(remix.register, (draft, "", under(licence))));
        uint256 child = register(under(licence));
        assertEq(hostile.tried(), 1);
        assertEq(hostile.refusedByGuard(), 1);
        assertParents(child, one(parent));
    }
}
