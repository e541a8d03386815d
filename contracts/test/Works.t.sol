// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {IERC1155Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {IERC1155} from "@openzeppelin/contracts/interfaces/IERC1155.sol";
import {IERC20} from "@openzeppelin/contracts/interfaces/IERC20.sol";
import {ERC1155} from "@openzeppelin/contracts/token/ERC1155/ERC1155.sol";

import {IRights} from "../src/interfaces/IRights.sol";
import {IRoyaltySplitter} from "../src/interfaces/IRoyaltySplitter.sol";
import {IWorkAccount} from "../src/interfaces/IWorkAccount.sol";
import {Fixture} from "./utils/Fixture.sol";
import {Wallet} from "./utils/Wallet.sol";

/// @notice A token that is none of ours.
contract StrangeToken is ERC1155("") {
    function mint(address to) external {
        _mint(to, 1, 1, "");
    }

    function mintTwo(address to) external {
        _mintBatch(to, new uint256[](2), new uint256[](2), "");
    }
}

/// @notice Rights.tree, WorksTest.
contract WorksTest is Fixture {
    // create

    function test_Create_RevertWhen_CallerIsNotTheCreator() external {
        vm.expectRevert(abi.encodeWithSelector(IRights.NotTheCreator.selector, fan, artist));
        vm.prank(fan);
        rights.create(draftOf(1));
    }

    function test_Create_MintsEveryShareAndKeepsTheDraft() external {
        IRights.Draft memory draft = draftOf(1);
        bytes32 digest = rights.hashDraft(draft);
        assertEq(rights.workOf(digest), 0);

        assertEq(mintWork(draft), 1);
        assertEq(mintWork(2), 2);
        assertEq(rights.workCount(), 2);
        assertEq(rights.workOf(digest), 1);
        assertEq(rights.balanceOf(artist, 1), 900_000);
        assertEq(rights.balanceOf(collaborator, 1), 100_000);
        assertEq(rights.creatorOf(1), artist);
        assertEq(rights.assetOf(1), address(usdc));
        assertEq(rights.metadataOf(1), draft.metadata);
        assertEq(rights.revenueOf(1), 0);
    }

    function test_Create_TimeStampsTheContent() external {
        IRights.Draft memory draft = draftOf(1);
        draft.content = 0x00112233445566778899aabbccddeeff0123456789abcdef0123456789abcdef;
        draft.metadata = sha256("");

        vm.expectEmit(address(rights));
        emit IRights.WorkCreated(1, artist, rights.hashDraft(draft), address(usdc), draft.content, draft.metadata, 500);
        vm.expectEmit(address(rights));
        emit IRights.Commit(
            artist,
            "f0155122000112233445566778899aabbccddeeff0123456789abcdef0123456789abcdef",
            '{"assetCid":"f0155122000112233445566778899aabbccddeeff0123456789abcdef0123456789abcdef",'
            '"metadata":"ipfs://f01551220e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}'
        );
        vm.expectEmit(address(rights));
        emit IERC1155.ApprovalForAll(artist, address(market), true);
        vm.expectEmit(address(rights));
        emit IERC1155.TransferSingle(artist, address(0), artist, 1, 900_000);
        vm.expectEmit(address(rights));
        emit IERC1155.TransferSingle(artist, address(0), collaborator, 1, 100_000);
        mintWork(draft);
    }

    function test_Create_ApprovesAnOperatorOnlyIfThereIsOne() external {
        IRights.Draft memory draft = draftOf(1);
        draft.operator = address(0);
        mintWork(draft);
        assertFalse(rights.isApprovedForAll(artist, address(market)));
        mintWork(2);
        assertTrue(rights.isApprovedForAll(artist, address(market)));
        mintWork(3); // the second time there is nothing to change
        assertTrue(rights.isApprovedForAll(artist, address(market)));
    }

    function testFuzz_Create_AddsUpSharesOfAHolderNamedTwice(uint32 first) external {
        first = uint32(bound(first, 1, SHARES - 2));
        IRights.Draft memory draft = draftOf(1);
        draft.shares = new IRights.Share[](3);
        draft.shares[0] = IRights.Share(artist, first);
        draft.shares[1] = IRights.Share(fan, 1);
        draft.shares[2] = IRights.Share(artist, uint32(SHARES - 1 - first));
        mintWork(draft);
        assertEq(rights.balanceOf(artist, 1), SHARES - 1);
        assertEq(rights.balanceOf(fan, 1), 1);
    }

    // createFor

    function test_CreateFor_WhoeverCalls() external {
        IRights.Draft memory draft = draftOf(1);
        bytes memory signature = sign(artistKey, rights.hashDraft(draft));
        vm.prank(relayer);
        uint256 workId = rights.createFor(draft, signature);
        assertEq(rights.creatorOf(workId), artist);
        assertEq(rights.balanceOf(artist, workId), 900_000);
        assertTrue(rights.isApprovedForAll(artist, address(market)));
        assertEq(rights.balanceOf(relayer, workId), 0);
    }

    function test_CreateFor_AContractWallet() external {
        Wallet wallet = new Wallet(artist);
        IRights.Draft memory draft = draftOf(1);
        draft.creator = address(wallet);
        draft.shares[0].holder = address(wallet);
        bytes memory signature = sign(artistKey, rights.hashDraft(draft));
        assertEq(rights.creatorOf(rights.createFor(draft, signature)), address(wallet));
    }

    function test_CreateFor_RevertWhen_TheSignatureIsNot() external {
        IRights.Draft memory draft = draftOf(1);
        bytes32 digest = rights.hashDraft(draft);
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(artistKey, digest);
        uint256 order = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141;

        bytes[] memory wrong = new bytes[](6);
        wrong[0] = sign(fanKey, digest);
        wrong[1] = sign(artistKey, rights.hashDraft(draftOf(2)));
        wrong[2] = sign(artistKey, newRights().hashDraft(draft));
        wrong[3] = abi.encodePacked(r, bytes32(order - uint256(s)), v == 27 ? uint8(28) : uint8(27));
        wrong[4] = abi.encodePacked(r, s);
        vm.chainId(1);
        wrong[5] = sign(artistKey, rights.hashDraft(draft));
        vm.chainId(31_337);
        for (uint256 i; i < wrong.length; ++i) {
            vm.expectRevert(abi.encodeWithSelector(IRights.InvalidSignature.selector, artist, digest));
            rights.createFor(draft, wrong[i]);
        }

        draft.creator = address(0);
        digest = rights.hashDraft(draft);
        vm.expectRevert(abi.encodeWithSelector(IRights.InvalidSignature.selector, address(0), digest));
        rights.createFor(draft, "");
    }

    // a draft

    function test_Draft_RevertWhen_Used() external {
        IRights.Draft memory draft = draftOf(1);
        bytes32 digest = rights.hashDraft(draft);
        bytes memory signature = sign(artistKey, digest);
        rights.createFor(draft, signature);

        vm.expectRevert(abi.encodeWithSelector(IRights.DraftUsed.selector, digest, 1));
        rights.createFor(draft, signature);
        vm.expectRevert(abi.encodeWithSelector(IRights.DraftUsed.selector, digest, 1));
        mintWork(draft);
    }

    function test_Draft_RevertWhen_ItsDeadlineHasPassed() external {
        IRights.Draft memory draft = draftOf(1);
        draft.deadline = uint64(block.timestamp);
        mintWork(draft); // just in time
        draft.salt = 2;
        skip(1);
        vm.expectRevert(abi.encodeWithSelector(IRights.DraftExpired.selector, draft.deadline, draft.deadline + 1));
        mintWork(draft);
    }

    function test_Draft_RevertWhen_ItsAssetIsNotAllowed() external {
        IRights.Draft memory draft = draftOf(1);
        draft.asset = makeAddr("asset");
        vm.expectRevert(abi.encodeWithSelector(IRights.AssetNotAllowed.selector, draft.asset));
        mintWork(draft);
    }

    function test_Draft_RevertWhen_ItsRoyaltyIsMoreThanThePrice() external {
        IRights.Draft memory draft = draftOf(1);
        draft.royaltyBps = 5001;
        vm.expectRevert(abi.encodeWithSelector(IRights.RoyaltyTooHigh.selector, 5001, 5000));
        mintWork(draft);
    }

    function testFuzz_Draft_RevertWhen_ItsSharesDoNotAddUp(uint32 second) external {
        vm.assume(second != 0 && second != 100_000);
        IRights.Draft memory draft = draftOf(1);
        draft.shares[1].amount = second;
        vm.expectRevert(abi.encodeWithSelector(IRights.SharesDoNotAddUp.selector, 900_000 + uint256(second), SHARES));
        mintWork(draft);
    }

    function test_Draft_RevertWhen_ItHasNoShares() external {
        IRights.Draft memory draft = draftOf(1);
        draft.shares = new IRights.Share[](0);
        vm.expectRevert(abi.encodeWithSelector(IRights.SharesDoNotAddUp.selector, 0, SHARES));
        mintWork(draft);
    }

    function test_Draft_RevertWhen_AHolderGetsNone() external {
        IRights.Draft memory draft = draftOf(1);
        draft.shares[0].amount = uint32(SHARES);
        draft.shares[1].amount = 0;
        vm.expectRevert(abi.encodeWithSelector(IRights.EmptyShare.selector, collaborator));
        mintWork(draft);
    }

    function test_Draft_RevertWhen_AHolderCannotHold() external {
        IRights.Draft memory draft = draftOf(1);
        draft.shares[1].holder = address(0);
        vm.expectRevert(abi.encodeWithSelector(IERC1155Errors.ERC1155InvalidReceiver.selector, address(0)));
        mintWork(draft);
        draft.shares[1].holder = address(usdc);
        vm.expectRevert(abi.encodeWithSelector(IERC1155Errors.ERC1155InvalidReceiver.selector, address(usdc)));
        mintWork(draft);
        draft.shares[1].holder = vm.computeCreateAddress(address(this), 0); // not a work's: an empty address is fine
        mintWork(draft);
    }

    function test_Draft_MayGiveSharesToAnEarlierWork() external {
        address parent = rights.addressOf(mintWork(1));
        IRights.Draft memory draft = draftOf(2);
        draft.shares[1].holder = parent;
        assertEq(rights.balanceOf(parent, mintWork(draft)), 100_000);
    }

    // addressOf, sweep

    function test_AddressOf_IsAnotherForEachWork() external {
        uint256 first = mintWork(1);
        uint256 second = mintWork(2);
        assertNotEq(rights.addressOf(first), rights.addressOf(second));
        assertEq(rights.workAt(rights.addressOf(first)), first);
        assertEq(rights.workAt(rights.addressOf(second)), second);
        assertEq(rights.workAt(artist), 0);
    }

    function test_RevertWhen_TheWorkIsUnknown() external {
        bytes memory unknown = abi.encodeWithSelector(IRoyaltySplitter.UnknownWork.selector, 1);
        vm.expectRevert(unknown);
        rights.addressOf(1);
        vm.expectRevert(unknown);
        rights.creatorOf(1);
        vm.expectRevert(unknown);
        rights.assetOf(1);
        vm.expectRevert(unknown);
        rights.metadataOf(1);
        vm.expectRevert(unknown);
        rights.sweep(1);
        vm.expectRevert(unknown);
        rights.royaltyInfo(1, 100);
        vm.expectRevert(unknown);
        rights.uri(1);
        vm.expectRevert(abi.encodeWithSelector(IRights.UnknownLicence.selector, LICENCE_BIT));
        rights.uri(LICENCE_BIT);
        vm.expectRevert(abi.encodeWithSelector(IRights.UnknownLicence.selector, LICENCE_BIT));
        rights.termsOf(LICENCE_BIT);
    }

    function test_Sweep_OfNothingIsANoOp() external {
        uint256 workId = mintWork(1);
        vm.recordLogs();
        assertEq(rights.sweep(workId), 0);
        assertEq(vm.getRecordedLogs().length, 0);
        assertEq(rights.addressOf(workId).code.length, 0);
    }

    function testFuzz_Sweep_BecomesRevenueAgainAndAgain(uint64 first, uint64 second) external {
        vm.assume(first != 0 && second != 0);
        uint256 workId = mintWork(1);
        address account = rights.addressOf(workId);
        usdc.mint(account, first);
        vm.expectEmit(address(rights));
        emit IRights.Swept(workId, address(usdc), first);
        vm.expectEmit(address(rights));
        emit IRoyaltySplitter.Distributed(workId, relayer, first, first);
        vm.prank(relayer);
        assertEq(rights.sweep(workId), first);

        usdc.mint(account, second);
        assertEq(rights.sweep(workId), second);
        assertEq(usdc.balanceOf(account), 0);
        assertEq(rights.revenueOf(workId), uint256(first) + second);
        assertEq(rights.addressOf(workId), account);
    }

    // the account of a work

    function test_Account_SendsOnlyForRights() external {
        uint256 workId = mintWork(1);
        IWorkAccount account = IWorkAccount(rights.addressOf(workId));
        usdc.mint(address(account), 1);
        rights.sweep(workId);
        usdc.mint(address(account), 1);
        address[3] memory callers = [artist, owner, address(account)];
        for (uint256 i; i < callers.length; ++i) {
            vm.expectRevert(abi.encodeWithSelector(IWorkAccount.NotRights.selector, callers[i], address(rights)));
            vm.prank(callers[i]);
            account.send(IERC20(address(usdc)), artist, 1);
        }
    }

    function test_Account_TakesTokensOfRightsOnly() external {
        uint256 workId = mintWork(1);
        uint256 later = mintWork(2);
        address account = rights.addressOf(workId);
        usdc.mint(account, 1);
        rights.sweep(workId); // from now on it has code, and is asked

        giveShares(artist, account, later, 1);
        vm.prank(artist);
        rights.safeBatchTransferFrom(artist, account, one(later), one(1), "");
        assertEq(rights.balanceOf(account, later), 2);

        StrangeToken strange = new StrangeToken();
        bytes memory foreign =
            abi.encodeWithSelector(IWorkAccount.ForeignToken.selector, address(strange), address(rights));
        vm.expectRevert(foreign);
        strange.mint(account);
        vm.expectRevert(foreign);
        strange.mintTwo(account);
    }

    // views

    function testFuzz_RoyaltyInfo(uint256 price, uint16 bps) external {
        bps = uint16(bound(bps, 0, 5000));
        IRights.Draft memory draft = draftOf(1);
        draft.royaltyBps = bps;
        uint256 workId = mintWork(draft);
        (address receiver, uint256 royalty) = rights.royaltyInfo(workId, price);
        assertEq(receiver, rights.addressOf(workId));
        assertEq(royalty, price / 10_000 * bps + price % 10_000 * bps / 10_000);

        vm.prank(address(market));
        (uint256 licence,) = rights.grantLicence(workId, trainingTerms(), fan, 1);
        (address licenceReceiver, uint256 licenceRoyalty) = rights.royaltyInfo(licence, price);
        assertEq(licenceReceiver, receiver);
        assertEq(licenceRoyalty, royalty);
    }

    function test_Uri_IsTheCidOfTheMetadata() external {
        IRights.Draft memory draft = draftOf(1);
        draft.metadata = sha256("");
        assertEq(
            rights.uri(mintWork(draft)),
            "ipfs://f01551220e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        );
    }

    function test_SupportsInterface() external view {
        assertTrue(rights.supportsInterface(0x01ffc9a7)); // ERC-165
        assertTrue(rights.supportsInterface(0xd9b67a26)); // ERC-1155
        assertTrue(rights.supportsInterface(0x0e89341c)); // ERC-1155 metadata
        assertTrue(rights.supportsInterface(0x2a55205a)); // ERC-2981
        assertFalse(rights.supportsInterface(0xffffffff));
    }

    // the owner

    function test_Owner_AllowsAssetsForNewWorksOnly() external {
        uint256 workId = mintWork(1);
        vm.startPrank(owner);
        vm.expectEmit(address(rights));
        emit IRights.AssetAllowed(address(usdc), false);
        rights.allowAsset(address(usdc), false);
        assertFalse(rights.isAllowedAsset(address(usdc)));
        vm.expectRevert(abi.encodeWithSelector(IRights.NotAContract.selector, address(0)));
        rights.allowAsset(address(0), true);
        vm.stopPrank();

        vm.expectRevert(abi.encodeWithSelector(IRights.AssetNotAllowed.selector, address(usdc)));
        mintWork(2);
        earn(workId, 100 * USDC);
        assertEq(rights.claim(one(workId), artist), 90 * USDC);
    }

    function test_Owner_AuthorisesEdges() external {
        vm.startPrank(owner);
        vm.expectEmit(address(rights));
        emit IRights.EdgeAuthorised(fan, true);
        rights.authoriseEdge(fan, true);
        assertTrue(rights.isEdge(fan));
        rights.authoriseEdge(fan, false);
        assertFalse(rights.isEdge(fan));
    }

    function test_Owner_HandsOverInTwoSteps() external {
        vm.prank(owner);
        rights.transferOwnership(fan);
        assertEq(rights.owner(), owner);
        vm.prank(fan);
        rights.acceptOwnership();
        assertEq(rights.owner(), fan);
    }

    function test_Owner_RevertWhen_SomebodyElse() external {
        bytes memory unauthorised = abi.encodeWithSelector(Ownable.OwnableUnauthorizedAccount.selector, artist);
        vm.startPrank(artist);
        vm.expectRevert(unauthorised);
        rights.allowAsset(address(usdc), false);
        vm.expectRevert(unauthorised);
        rights.authoriseEdge(artist, true);
        vm.expectRevert(unauthorised);
        rights.transferOwnership(artist);
    }
}
