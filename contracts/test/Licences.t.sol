// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC1155Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";

import {IRights} from "../src/interfaces/IRights.sol";
import {IRoyaltySplitter} from "../src/interfaces/IRoyaltySplitter.sol";
import {Fixture} from "./utils/Fixture.sol";

/// @notice Rights.tree, LicencesTest.
contract LicencesTest is Fixture {
    uint256 internal work;

    function setUp() public override {
        super.setUp();
        work = mintWork(1);
    }

    function grant(IRights.Terms memory terms, address licensee, uint256 units)
        internal
        returns (uint256 id, uint256 until)
    {
        vm.prank(address(market));
        return rights.grantLicence(work, terms, licensee, units);
    }

    function transferableTerms() internal pure returns (IRights.Terms memory terms) {
        terms = trainingTerms();
        terms.transferable = true;
    }

    // grantLicence

    function test_Grant_RevertWhen_CallerIsNoEdge() external {
        vm.expectRevert(abi.encodeWithSelector(IRoyaltySplitter.NotAnEdge.selector, artist));
        vm.prank(artist);
        rights.grantLicence(work, trainingTerms(), fan, 1);
    }

    function test_Grant_RevertWhen_TheWorkIsUnknown() external {
        vm.expectRevert(abi.encodeWithSelector(IRoyaltySplitter.UnknownWork.selector, 99));
        vm.prank(address(market));
        rights.grantLicence(99, trainingTerms(), fan, 1);
    }

    function test_Grant_RevertWhen_ThereAreNoUnits() external {
        vm.expectRevert(IRights.NoUnits.selector);
        grant(trainingTerms(), fan, 0);
    }

    function test_Grant_GivesTheUnits() external {
        uint256 expected = rights.licenceId(work, trainingTerms());
        uint256 end = block.timestamp + 3 * 365 days;
        vm.expectEmit(address(rights));
        emit IRights.LicenceDefined(expected, work, trainingTerms());
        vm.expectEmit(address(rights));
        emit IRights.LicenceGranted(expected, work, fan, 3, end);
        (uint256 id, uint256 until) = grant(trainingTerms(), fan, 3);
        assertEq(id, expected);
        assertGe(id, LICENCE_BIT);
        assertEq(until, end);
        assertEq(rights.licensedUntil(id, fan), end);
        assertEq(rights.licensedUntil(id, artist), 0);
        assertEq(rights.balanceOf(fan, id), 3);
    }

    function testFuzz_Grant_ExtendsWhatIsLeft(uint8 first, uint32 pause, uint8 second) external {
        vm.assume(first != 0 && second != 0);
        (uint256 id, uint256 until) = grant(trainingTerms(), fan, first);
        skip(pause);
        (, uint256 later) = grant(trainingTerms(), fan, second);
        uint256 start = block.timestamp > until ? block.timestamp : until;
        assertEq(later, start + uint256(second) * 365 days);
        assertGt(later, until); // an end never moves earlier
        assertEq(rights.licensedUntil(id, fan), later);
        assertEq(rights.balanceOf(fan, id), uint256(first) + second);
    }

    function test_Grant_IsForEverWithoutADuration() external {
        IRights.Terms memory terms = trainingTerms();
        terms.duration = 0;
        (, uint256 until) = grant(terms, fan, 1);
        assertEq(until, FOREVER);
        (, until) = grant(terms, fan, 1);
        assertEq(until, FOREVER);
    }

    function testFuzz_Grant_IsNeverLaterThanForEver(uint40 duration, uint128 units) external {
        vm.assume(units != 0);
        IRights.Terms memory terms = trainingTerms();
        terms.duration = duration;
        (, uint256 until) = grant(terms, fan, units);
        assertLe(until, FOREVER);
        assertGe(until, block.timestamp);
    }

    function testFuzz_Id_HoldsTheWorkAndEveryTerm(IRights.Terms memory terms) external view {
        uint256 id = rights.licenceId(work, terms);
        assertNotEq(rights.licenceId(work + 1, terms), id);
        terms.scopes ^= 1;
        assertNotEq(rights.licenceId(work, terms), id);
        terms.scopes ^= 1;
        terms.duration ^= 1;
        assertNotEq(rights.licenceId(work, terms), id);
        terms.duration ^= 1;
        terms.transferable = !terms.transferable;
        assertNotEq(rights.licenceId(work, terms), id);
        terms.transferable = !terms.transferable;
        terms.document ^= bytes32(uint256(1));
        assertNotEq(rights.licenceId(work, terms), id);
    }

    function testFuzz_TermsOf_AreWhatWasGranted(IRights.Terms memory terms) external {
        (uint256 id,) = grant(terms, fan, 1);
        (uint256 workId, IRights.Terms memory kept) = rights.termsOf(id);
        assertEq(workId, work);
        assertEq(keccak256(abi.encode(kept)), keccak256(abi.encode(terms)));
    }

    function test_Uri_IsTheCidOfTheTerms() external {
        IRights.Terms memory terms = trainingTerms();
        terms.document = sha256("");
        (uint256 id,) = grant(terms, fan, 1);
        assertEq(rights.uri(id), "ipfs://f01551220e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    }

    // isLicensed

    function test_IsLicensed_WhileItLastsAndForItsScopesOnly() external {
        uint256 other = mintWork(2);
        IRights.Terms memory terms = trainingTerms();
        terms.scopes = 1 | 4;
        (, uint256 until) = grant(terms, fan, 1);
        assertTrue(rights.isLicensed(fan, work, 1));
        assertTrue(rights.isLicensed(fan, work, 4));
        assertTrue(rights.isLicensed(fan, work, 5));
        assertTrue(rights.isLicensed(fan, work, 0)); // any licence
        assertFalse(rights.isLicensed(fan, work, 2));
        assertFalse(rights.isLicensed(fan, work, 3)); // both of them
        assertFalse(rights.isLicensed(company, work, 1));
        assertFalse(rights.isLicensed(fan, other, 1));
        assertFalse(rights.isLicensed(fan, 99, 1));
        vm.warp(until - 1);
        assertTrue(rights.isLicensed(fan, work, 1));
        vm.warp(until);
        assertFalse(rights.isLicensed(fan, work, 1));
        assertFalse(rights.isLicensed(fan, work, 0));
    }

    function test_IsLicensed_ByAnyOfTheWorksLicences() external {
        (uint256 first,) = grant(trainingTerms(), fan, 1);
        IRights.Terms memory terms = trainingTerms();
        terms.scopes = 2;
        (uint256 second,) = grant(terms, company, 1);
        grant(terms, fan, 1); // the same terms again
        assertTrue(rights.isLicensed(fan, work, 2));
        assertEq(rights.licencesOf(work), two(first, second));
        assertEq(rights.licencesOf(99).length, 0);
    }

    function test_IsLicensed_MovesWithTheLicence() external {
        (uint256 id,) = grant(transferableTerms(), fan, 1);
        vm.prank(fan);
        rights.safeTransferFrom(fan, company, id, 1, "");
        assertFalse(rights.isLicensed(fan, work, 1));
        assertTrue(rights.isLicensed(company, work, 1));
    }

    // a transfer of a licence

    function test_Transfer_RevertWhen_TheTermsDoNotAllowIt() external {
        (uint256 id,) = grant(trainingTerms(), fan, 1);
        bytes memory refused = abi.encodeWithSelector(IRights.LicenceNotTransferable.selector, id);
        vm.startPrank(fan);
        vm.expectRevert(refused);
        rights.safeTransferFrom(fan, company, id, 1, "");
        vm.expectRevert(refused);
        rights.safeBatchTransferFrom(fan, company, two(id, id), two(0, 1), "");
        rights.setApprovalForAll(company, true);
        vm.stopPrank();
        vm.expectRevert(refused);
        vm.prank(company);
        rights.safeTransferFrom(fan, company, id, 1, "");
    }

    function test_Transfer_RevertWhen_ItIsOfAPart() external {
        (uint256 id,) = grant(transferableTerms(), fan, 2);
        vm.expectRevert(abi.encodeWithSelector(IRights.LicenceMovesWhole.selector, id, 1, 2));
        vm.prank(fan);
        rights.safeTransferFrom(fan, company, id, 1, "");
    }

    function test_Transfer_RevertWhen_ThereAreTooFew() external {
        (uint256 id,) = grant(transferableTerms(), fan, 2);
        vm.expectRevert(abi.encodeWithSelector(IERC1155Errors.ERC1155InsufficientBalance.selector, fan, 2, 3, id));
        vm.prank(fan);
        rights.safeTransferFrom(fan, fan, id, 3, "");
    }

    function test_Transfer_OfNothingOrToOneselfChangesNothing() external {
        (uint256 id, uint256 until) = grant(trainingTerms(), fan, 2);
        vm.startPrank(fan);
        rights.safeTransferFrom(fan, company, id, 0, "");
        rights.safeTransferFrom(fan, fan, id, 1, "");
        assertEq(rights.balanceOf(fan, id), 2);
        assertEq(rights.licensedUntil(id, fan), until);
        assertEq(rights.licensedUntil(id, company), 0);
    }

    function testFuzz_Transfer_TakesTheEndAlong(uint8 mine, uint8 theirs) external {
        vm.assume(mine != 0);
        (uint256 id, uint256 myEnd) = grant(transferableTerms(), fan, mine);
        uint256 theirEnd;
        if (theirs != 0) (, theirEnd) = grant(transferableTerms(), company, theirs);

        vm.prank(fan);
        rights.safeTransferFrom(fan, company, id, mine, "");
        assertEq(rights.licensedUntil(id, fan), 0);
        assertEq(rights.balanceOf(fan, id), 0);
        assertEq(rights.licensedUntil(id, company), myEnd > theirEnd ? myEnd : theirEnd);
        assertEq(rights.balanceOf(company, id), uint256(mine) + theirs);
    }
}
