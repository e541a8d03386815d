// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IRights} from "../src/interfaces/IRights.sol";
import {IRoyaltySplitter} from "../src/interfaces/IRoyaltySplitter.sol";
import {IWorkAccount} from "../src/interfaces/IWorkAccount.sol";
import {ITestUSDC} from "./utils/Deployed.sol";
import {Fixture} from "./utils/Fixture.sol";
import {HalvingToken} from "./utils/OddTokens.sol";

/// @notice Rights.tree, RescueTest: what lies at a work's address and is not its asset.
contract RescueTest is Fixture {
    uint256 internal work;
    address internal account;
    ITestUSDC internal euro;

    function setUp() public override {
        super.setUp();
        work = mintWork(1);
        account = rights.addressOf(work);
        euro = newUSDC();
        vm.prank(owner);
        rights.allowAsset(address(euro), true);
    }

    function test_RevertWhen_ItIsTheWorksAsset() external {
        usdc.mint(account, 1);
        vm.expectRevert(abi.encodeWithSelector(IRights.IsTheWorksAsset.selector, work, address(usdc)));
        rights.rescue(work, address(usdc));
    }

    function test_RevertWhen_NobodyVouchedForTheToken() external {
        ITestUSDC strange = newUSDC();
        vm.expectRevert(abi.encodeWithSelector(IRights.AssetNotAllowed.selector, address(strange)));
        rights.rescue(work, address(strange));
    }

    function test_RevertWhen_TheWorkIsUnknown() external {
        vm.expectRevert(abi.encodeWithSelector(IRoyaltySplitter.UnknownWork.selector, 99));
        rights.rescue(99, address(euro));
    }

    function test_NothingThereIsANoOp() external {
        vm.recordLogs();
        assertEq(rights.rescue(work, address(euro)), 0);
        assertEq(rights.rescue(work, address(0)), 0);
        assertEq(vm.getRecordedLogs().length, 0);
        assertEq(account.code.length, 0);
    }

    function test_ATokenGoesToTheCreator() external {
        euro.mint(account, 5 * USDC);
        vm.expectEmit(address(rights));
        emit IRights.Rescued(work, address(euro), artist, 5 * USDC);
        vm.prank(relayer);
        assertEq(rights.rescue(work, address(euro)), 5 * USDC);
        assertEq(euro.balanceOf(artist), 5 * USDC);
        assertEq(rights.revenueOf(work), 0);
    }

    function test_NativeCoinGoesToTheCreator() external {
        rights.sweep(work);
        euro.mint(account, 1);
        rights.rescue(work, address(euro)); // the address has code from now on, and still takes native coin
        vm.deal(relayer, 3 ether);
        vm.prank(relayer);
        (bool sent,) = account.call{value: 3 ether}("");
        assertTrue(sent);
        vm.expectEmit(address(rights));
        emit IRights.Rescued(work, address(0), artist, 3 ether);
        vm.prank(relayer);
        assertEq(rights.rescue(work, address(0)), 3 ether);
        assertEq(artist.balance, 3 ether);
    }

    /// @dev It takes native coin, but is not what it was wrapped into.
    function test_NativeCoinGoesToTheCreatorIfTheAssetKeepsAPartOfIt() external {
        address half = address(new HalvingToken());
        vm.prank(owner);
        rights.allowAsset(half, true);
        uint256 other = mintWorkIn(half, 8);
        vm.deal(rights.addressOf(other), 2 ether);
        assertEq(rights.rescue(other, address(0)), 2 ether);
        assertEq(artist.balance, 2 ether);
        assertEq(rights.revenueOf(other), 0);
    }

    function test_NativeCoinIsRevenueWhereTheWorkEarnsInIt() external {
        address weth = newWETH();
        uint256 wrapped = mintWorkIn(weth, 7);
        vm.deal(rights.addressOf(wrapped), 2 ether);
        vm.expectEmit(address(rights));
        emit IRights.Swept(wrapped, weth, 2 ether);
        assertEq(rights.rescue(wrapped, address(0)), 2 ether);
        assertEq(rights.revenueOf(wrapped), 2 ether);
        assertEq(artist.balance, 0);
        assertEq(rights.addressOf(wrapped).balance, 0);
    }

    function test_RevertWhen_TheCreatorRefusesNativeCoin() external {
        vm.etch(artist, hex"fe");
        vm.deal(account, 1);
        vm.expectRevert();
        rights.rescue(work, address(0));
        assertEq(account.balance, 1);
    }

    function test_OnlyRightsMovesWhatIsThere() external {
        euro.mint(account, 1);
        rights.rescue(work, address(euro));
        vm.deal(account, 1);
        bytes memory refused = abi.encodeWithSelector(IWorkAccount.NotRights.selector, artist, address(rights));
        vm.startPrank(artist);
        vm.expectRevert(refused);
        IWorkAccount(account).sendNative(payable(artist));
        vm.expectRevert(refused);
        IWorkAccount(account).wrap(euro);
    }
}
