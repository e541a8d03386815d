// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";

import {IMarket} from "../src/interfaces/IMarket.sol";
import {IRoyaltySplitter} from "../src/interfaces/IRoyaltySplitter.sol";
import {Fixture} from "./utils/Fixture.sol";
import {Hostile} from "./utils/Hostile.sol";
import {GasBurningToken, HookToken, OddReturnToken, PausableToken, PlainToken, TaxedToken} from "./utils/OddTokens.sol";

/// @notice OddTokens.tree: tokens that an owner should not allow, or that change their mind.
contract OddTokensTest is Fixture {
    function allow(address token) internal returns (uint256 workId) {
        vm.prank(owner);
        rights.allowAsset(token, true);
        workId = mintWorkIn(token, uint160(token));
        giveShares(artist, fan, workId, 100_000);
    }

    function purchase(uint256 workId) internal {
        buy(licenceOffer(workId), company, 1);
    }

    // no return value, false, and worse

    function test_NoReturnValue() external {
        OddReturnToken token = new OddReturnToken();
        uint256 workId = allow(address(token));
        token.mint(company, 100 * USDC);
        purchase(workId);
        rights.push(one(workId), one(artist));
        rights.claim(one(workId), fan);
        assertEq(token.balanceOf(artist), 87_750_000); // nine tenths of 97.50
        assertEq(token.balanceOf(fan), 9_750_000);
        vm.prank(treasury);
        rights.withdrawDeferred(address(token), treasury);
        assertEq(token.balanceOf(treasury), 2_500_000);
    }

    function testFuzz_BadReturnValue(bytes calldata answer) external {
        // Anything but a true, as a whole word, and but nothing at all.
        vm.assume(answer.length != 0 && (answer.length < 32 || uint256(bytes32(answer)) != 1));
        refusesAfter(answer);
    }

    function test_FalseReturnValue() external {
        refusesAfter(abi.encode(false));
    }

    function refusesAfter(bytes memory answer) private {
        OddReturnToken token = new OddReturnToken();
        uint256 workId = allow(address(token));
        token.mint(address(rights), 100);
        rights.distribute(workId);
        token.answerWith(answer, false);

        rights.push(one(workId), one(artist));
        assertEq(rights.deferred(address(token), artist), 90);
        bytes memory failed = abi.encodeWithSelector(SafeERC20.SafeERC20FailedOperation.selector, token);
        vm.expectRevert(failed);
        rights.claim(one(workId), fan);
        vm.expectRevert(failed);
        vm.prank(artist);
        rights.withdrawDeferred(address(token), fan);
        bytes memory signature = signed(licenceOffer(workId));
        vm.expectRevert(failed);
        buy(licenceOffer(workId), signature, company, 1);
        assertEq(rights.reserves(address(token)), 100);
        assertEq(rights.owed(workId, fan), 10);
    }

    // a fee on each transfer

    function test_Taxed_CountsWhatArrived() external {
        TaxedToken token = new TaxedToken();
        uint256 workId = allow(address(token));
        token.mint(relayer, 1000);
        vm.prank(relayer);
        token.transfer(address(rights), 1000);
        assertEq(rights.distribute(workId), 990);
        rights.push(one(workId), two(artist, fan));
        assertEq(token.balanceOf(artist), 891 - 8);
        assertEq(token.balanceOf(fan), 99);
        assertEq(rights.reserves(address(token)), token.balanceOf(address(rights)));
    }

    function test_Taxed_RevertWhen_ALicenceIsPaidTooLittle() external {
        TaxedToken token = new TaxedToken();
        uint256 workId = allow(address(token));
        token.mint(company, 1000 * USDC);
        vm.prank(company);
        token.approve(address(market), type(uint256).max);
        bytes memory signature = signed(licenceOffer(workId));
        vm.expectRevert(abi.encodeWithSelector(IRoyaltySplitter.ArrivedTooLittle.selector, 99 * USDC, 100 * USDC));
        buy(licenceOffer(workId), signature, company, 1);
    }

    // a pause

    function test_Paused_DefersUntilLater() external {
        PausableToken token = new PausableToken();
        uint256 workId = allow(address(token));
        token.mint(address(rights), 10);
        rights.distribute(workId);
        token.setPaused(true);
        rights.push(one(workId), two(artist, fan));
        vm.expectRevert(PausableToken.Paused.selector);
        vm.prank(artist);
        rights.withdrawDeferred(address(token), artist);

        token.setPaused(false);
        vm.prank(artist);
        assertEq(rights.withdrawDeferred(address(token), artist), 9);
        vm.prank(fan);
        assertEq(rights.withdrawDeferred(address(token), fan), 1);
        assertEq(rights.reserves(address(token)), 0);
    }

    // hooks

    function test_Hooks_CannotReenter() external {
        HookToken token = new HookToken();
        uint256 workId = allow(address(token));
        Hostile hostile = new Hostile(rights);
        giveShares(artist, address(hostile), workId, 400_000);
        hostile.prepare(address(rights), abi.encodeCall(rights.claim, (one(workId), address(hostile))));
        hostile.prepare(address(rights), abi.encodeCall(rights.push, (one(workId), one(fan))));
        hostile.prepare(address(rights), abi.encodeWithSignature("distribute(uint256)", workId));
        hostile.prepare(address(rights), abi.encodeCall(rights.withdrawDeferred, (address(token), address(hostile))));

        token.mint(address(rights), 1000);
        rights.distribute(workId);
        rights.push(one(workId), three(artist, address(hostile), fan));
        assertEq(hostile.tried(), 4);
        assertEq(hostile.refusedByGuard(), 4);
        assertEq(token.balanceOf(address(hostile)), 400);
        assertEq(token.balanceOf(artist), 500);
        assertEq(token.balanceOf(fan), 100);
        assertEq(rights.reserves(address(token)), 0);
    }

    // all gas

    function test_GasBurning_CanBeLeftOut() external {
        GasBurningToken token = new GasBurningToken();
        uint256 workId = allow(address(token));
        token.mint(address(rights), 1000);
        rights.distribute(workId);
        token.refuse(fan);
        vm.expectRevert(abi.encodeWithSelector(IRoyaltySplitter.OutOfGasWhilePaying.selector, fan));
        rights.push{gas: 5_000_000}(one(workId), two(fan, artist));

        rights.push(one(workId), one(artist));
        assertEq(token.balanceOf(artist), 900);
        vm.prank(fan);
        rights.setPayout(collaborator);
        rights.push(one(workId), one(fan));
        assertEq(token.balanceOf(collaborator), 100);
    }

    // money taken away

    function test_Shrinking_FillsTheGapFirst() external {
        PlainToken token = new PlainToken();
        uint256 workId = allow(address(token));
        token.mint(address(rights), 1000);
        rights.distribute(workId);
        vm.prank(address(rights));
        token.transfer(relayer, 300);

        assertEq(rights.distribute(workId), 0);
        token.mint(address(rights), 200);
        assertEq(rights.distribute(workId), 0);
        token.mint(address(rights), 150);
        assertEq(rights.distribute(workId), 50);
        assertEq(rights.reserves(address(token)), token.balanceOf(address(rights)));
    }
}
