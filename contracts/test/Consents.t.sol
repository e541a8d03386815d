// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ICollections} from "../src/interfaces/ICollections.sol";
import {IRights} from "../src/interfaces/IRights.sol";
import {SetsFixture} from "./utils/SetsFixture.sol";
import {Wallet} from "./utils/Wallet.sol";

/// @notice Collections.tree, ConsentsTest.
contract ConsentsTest is SetsFixture {
    uint256 internal work;
    uint256 internal other; // both the artist's
    ICollections.Member internal member; // of weight 1 of 3
    ICollections.Member internal otherMember;
    ICollections.Edition internal edition;

    function setUp() public override {
        super.setUp();
        (work, other) = (mintWork(1), mintWork(2));
        uint64[] memory weights = new uint64[](2);
        (weights[0], weights[1]) = (1, 2);
        (ICollections.Member[] memory list, ICollections.Edition memory made) = membersOf(two(work, other), weights);
        (member, otherMember, edition) = (list[0], list[1], made);
    }

    /// @dev The next edition of the same members.
    function publishNext() internal returns (uint256 id) {
        ++edition.salt;
        return publish(edition);
    }

    function assertRecords(uint256 id, ICollections.Member memory who) internal {
        assertEq(collections.record(id, only(who)), 1);
    }

    function assertPassesOver(uint256 id, ICollections.Member memory who) internal {
        assertEq(collections.record(id, only(who)), 0);
        (uint256 weight,) = collections.memberOf(id, who.workId);
        assertEq(weight, 0);
    }

    function leaveNow() internal {
        vm.prank(artist);
        collections.leaveCurator(work, curator);
    }

    function setOptIn(bool optedIn) internal {
        vm.prank(artist);
        collections.setOptIn(curator, optedIn);
    }

    // a signature

    function test_Signature_IsTheCreators() external {
        uint256 id = publishNext();
        assertPassesOver(id, member);
        assertRecords(id, withConsent(member, artistKey));
    }

    function test_Signature_IsAContractWallets() external {
        Wallet wallet = new Wallet(artist);
        handOver(address(wallet));
        uint256 id = publishNext();
        wallet.lock();
        assertPassesOver(id, withConsent(member, artistKey));
        handOver(address(new Wallet(artist)));
        uint256 state = vm.snapshotState();
        assertRecords(id, withConsent(member, artistKey));
        vm.revertToState(state);

        ICollections.Member memory agreed = withConsent(member, fanKey);
        agreed.signature = wrapped(agreed.signature);
        assertPassesOver(id, agreed);
        agreed = withConsent(member, artistKey);
        agreed.signature = wrapped(agreed.signature);
        assertRecords(id, agreed);
    }

    function handOver(address to) internal {
        vm.prank(rights.creatorOf(work));
        rights.transferCreator(work, to);
        vm.prank(to);
        rights.acceptCreator(work);
    }

    function test_Signature_IsPassedOverIfItIsAnothers() external {
        uint256 id = publishNext();
        assertPassesOver(id, withConsent(member, curatorKey));
        member.signature = withConsent(otherMember, artistKey).signature;
        assertPassesOver(id, member);

        ICollections.Member memory altered = withConsent(member, artistKey);
        altered.minPart++;
        assertPassesOver(id, altered);
        altered.minPart--;
        altered.notAfter = type(uint40).max;
        assertPassesOver(id, altered);
        altered.notAfter = 0;
        altered.notBefore++;
        assertPassesOver(id, altered);
    }

    function test_Signature_IsPassedOverIfItIsForAnotherCurator() external {
        uint256 id = publishNext();
        member.signature = sign(artistKey, collections.hashConsent(work, fan, 0, 0, 0));
        assertPassesOver(id, member);
    }

    function test_Signature_IsPassedOverIfItIsForAnotherContractOrChain() external {
        uint256 id = publishNext();
        member.signature = sign(artistKey, newCollections().hashConsent(work, curator, 0, 0, 0));
        assertPassesOver(id, member);

        vm.chainId(1);
        ICollections.Member memory elsewhere = withConsent(member, artistKey);
        vm.chainId(31_337);
        assertPassesOver(id, elsewhere);
    }

    function test_Signature_IsPassedOverIfItIsMalleated() external {
        uint256 id = publishNext();
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(artistKey, collections.hashConsent(work, curator, 0, 0, 0));
        member.signature = abi.encodePacked(r, bytes32(SECP256K1_ORDER - uint256(s)), v == 27 ? uint8(28) : uint8(27));
        assertPassesOver(id, member);
        member.signature = abi.encodePacked(r, s, v);
        assertRecords(id, member);
    }

    function testFuzz_Signature_HoldsFromItsFirstToItsLastSecond(uint40 notBefore, uint40 notAfter) external {
        uint40 time = uint40(block.timestamp);
        notBefore = uint40(bound(notBefore, time - 2, time + 2));
        notAfter = uint40(bound(notAfter, time - 2, time + 2));
        uint256 id = publishNext();
        skip(1 days); // it is the time of publication that counts
        (member.notBefore, member.notAfter) = (notBefore, notAfter);
        ICollections.Member memory agreed = withConsent(member, artistKey);
        if (notBefore <= time && time <= notAfter) assertRecords(id, agreed);
        else assertPassesOver(id, agreed);

        otherMember.notBefore = notBefore; // without an end
        agreed = withConsent(otherMember, artistKey);
        if (notBefore <= time) assertRecords(id, agreed);
        else assertPassesOver(id, agreed);
    }

    function test_Signature_AsksForALeastPartOfAllThatIsEarned() external {
        uint256 id = publishNext();
        member.minPart = 300_000_001; // a third of nine tenths is 300,000,000 billionths
        assertPassesOver(id, withConsent(member, artistKey));
        member.minPart = 300_000_000;
        assertRecords(id, withConsent(member, artistKey));
        otherMember.minPart = type(uint64).max;
        assertPassesOver(id, withConsent(otherMember, artistKey));
        otherMember.minPart = 600_000_000;
        assertRecords(id, withConsent(otherMember, artistKey));
    }

    function test_Signature_IsTheNewCreatorsAfterAHandOver() external {
        uint256 id = publishNext();
        ICollections.Member memory before = withConsent(member, artistKey);
        handOver(company);
        assertPassesOver(id, before);
        assertRecords(id, withConsent(member, companyKey));
    }

    // setOptIn

    function test_OptIn_HoldsForAllWorksFromTheNextSecondOn() external {
        vm.expectEmit(address(collections));
        emit ICollections.OptInSet(artist, curator, true);
        setOptIn(true);
        assertTrue(collections.isOptedIn(artist, curator));
        assertFalse(collections.isOptedIn(artist, fan));
        assertFalse(collections.isOptedIn(fan, curator));
        uint256 tooEarly = publishNext();
        assertPassesOver(tooEarly, member);
        skip(1);
        uint256 id = publishNext();
        assertRecords(id, member);
        assertRecords(id, otherMember);
        assertPassesOver(tooEarly, member);
    }

    function test_OptIn_IsForOneCurator() external {
        vm.prank(artist);
        collections.setOptIn(fan, true);
        skip(1);
        assertPassesOver(publishNext(), member);
    }

    function test_OptIn_WithdrawnClosesLaterEditionsOnly() external {
        optIn(artist);
        uint256 first = publishNext();
        assertRecords(first, member);
        setOptIn(false); // in the same second
        assertFalse(collections.isOptedIn(artist, curator));
        assertRecords(first, otherMember);
        skip(1);
        uint256 second = publishNext();
        assertPassesOver(second, member);
        optIn(artist);
        assertPassesOver(second, member);
        assertRecords(publishNext(), member);
    }

    function test_OptIn_DoesNotBringBackWhatHasLeft() external {
        optIn(artist);
        leaveNow();
        skip(1);
        setOptIn(true);
        skip(1);
        uint256 id = publishNext();
        assertPassesOver(id, member);
        assertRecords(id, otherMember);
    }

    // leave

    function test_LeaveCurator_RevertWhen_TheCallerIsNotTheCreator() external {
        vm.expectRevert(abi.encodeWithSelector(IRights.NotTheCreator.selector, curator, artist));
        vm.prank(curator);
        collections.leaveCurator(work, curator);
    }

    function test_LeaveCurator_ClosesLaterEditionsOnly() external {
        optIn(artist);
        uint256 first = publishNext();
        uint256 second = publishNext();
        assertRecords(first, member);
        assertEq(collections.leftAt(work, curator), 0);
        vm.expectEmit(address(collections));
        emit ICollections.Left(work, curator, artist);
        leaveNow(); // in the same second
        assertEq(collections.leftAt(work, curator), block.timestamp);
        assertRecords(second, member);
        skip(1);
        uint256 third = publishNext();
        assertPassesOver(third, member);
        assertRecords(third, otherMember);

        earn(first, 100 * USDC);
        collections.flow(first, only(member));
        assertEq(rights.revenueOf(work), 30 * USDC);
    }

    function test_LeaveCurator_IsFromOneCurator() external {
        optIn(artist);
        vm.prank(artist);
        collections.leaveCurator(work, fan);
        skip(1);
        assertRecords(publishNext(), member);
    }

    function test_LeaveCurator_EndsSignaturesThatBeginBefore() external {
        ICollections.Member memory early = withConsent(member, artistKey);
        leaveNow();
        member.notBefore = uint40(block.timestamp);
        ICollections.Member memory inThatSecond = withConsent(member, artistKey);
        member.notBefore += 1;
        ICollections.Member memory later = withConsent(member, artistKey);
        skip(1);
        uint256 id = publishNext();
        assertPassesOver(id, early);
        assertPassesOver(id, inThatSecond);
        assertRecords(id, later);
    }

    function test_LeaveCurator_TwiceEndsWhatCameBetween() external {
        leaveNow();
        skip(10);
        member.notBefore = uint40(block.timestamp);
        uint256 between = publishNext();
        skip(10);
        leaveNow();
        skip(1);
        ICollections.Member memory agreed = withConsent(member, artistKey);
        assertPassesOver(publishNext(), agreed);
        assertRecords(between, agreed);
    }
}
