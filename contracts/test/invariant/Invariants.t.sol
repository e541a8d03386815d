// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ITestUSDC} from "../utils/Deployed.sol";
import {Fixture} from "../utils/Fixture.sol";
import {Handler} from "./Handler.sol";
import {Model} from "./Model.sol";

/// @notice What is true whatever people do, in whatever order. Numbers as in contracts/README.md.
contract InvariantsTest is Fixture {
    Handler internal handler;
    Model internal model;
    ITestUSDC[2] internal assets;

    uint256 internal constant STAKES_SLOT = 1; // of Rights, by `forge inspect Rights storageLayout`

    mapping(uint256 work => uint256) internal _lastRevenue;

    function setUp() public override {
        super.setUp();
        assets = [usdc, newUSDC()];
        vm.prank(owner);
        rights.allowAsset(address(assets[1]), true);
        handler = new Handler(rights, market, owner, assets);
        model = handler.MODEL();
        address recipient = handler.people(5);
        vm.prank(owner);
        market.setFee(250, recipient);
        handler.create(1, false);
        handler.create(2, true);
        handler.create(3, false);
        targetContract(address(handler));
    }

    /// @dev One campaign for all, so that each state is reached once and checked for everything.
    function invariant_AllOfThem() external {
        checkReserves();
        checkHolders();
        checkMoney();
        checkLicences();
    }

    /// @dev A campaign of actions that all return early would prove nothing: these do what they say.
    function test_TheHandlerActs() external {
        uint256 work = handler.works(1);
        address asset = rights.assetOf(work);
        handler.pay(1, 1e9);
        assertEq(rights.revenueOf(work), 1e9);
        handler.payAddress(1, 1e9);
        handler.sweep(1);
        assertEq(rights.revenueOf(work), 2e9);

        handler.buyLicence(1, 3, 3, 0, 0); // three units at 100.00, less 2.5 %
        handler.buyLicence(1, 1, 3, 1, 0);
        assertEq(rights.revenueOf(work), 2e9 + 390e6);
        assertEq(handler.licenceCount(), 1);
        handler.buyShares(1, 500, 1e9, 0);
        handler.buyShares(1, 500, 1e9, 1);
        assertGt(rights.deferred(asset, market.feeRecipient()), 0);

        address holder = handler.people(0);
        handler.pay(1, 1e9);
        uint256 owed = rights.owed(work, holder);
        handler.blacklist(0, true);
        handler.push(1);
        assertEq(rights.deferred(asset, holder), owed);
        assertGt(owed, 0);
        this.invariant_AllOfThem();
    }

    /// @notice I1, I2: what Rights has covers what it keeps, and it keeps exactly what is not paid out.
    function checkReserves() internal view {
        for (uint256 a; a < 2; ++a) {
            address asset = address(assets[a]);
            uint256 kept;
            for (uint256 i; i < handler.workCount(); ++i) {
                uint256 work = handler.works(i);
                if (rights.assetOf(work) != asset) continue;
                kept += rights.revenueOf(work);
                for (uint256 j; j < model.holderCount(); ++j) {
                    kept -= model.collected(work, model.holders(j));
                }
            }
            for (uint256 j; j < model.holderCount(); ++j) {
                kept += rights.deferred(asset, model.holders(j));
            }
            assertEq(rights.reserves(asset), kept);
            assertEq(assets[a].balanceOf(address(rights)), kept + model.uncounted(asset));
        }
    }

    /// @notice I3, I4, I5, I7 (I6 and I12 are checked by the handler): per work nothing is lost or gained, shares add up, revenue never falls, and each
    /// holder has earned exactly what the model says, whatever the order of claims, pushes and transfers.
    function checkHolders() internal {
        for (uint256 i; i < handler.workCount(); ++i) {
            uint256 work = handler.works(i);
            assertEq(rights.revenueOf(work), model.revenue(work));
            assertGe(rights.revenueOf(work), _lastRevenue[work]);
            _lastRevenue[work] = rights.revenueOf(work);

            uint256 shares;
            uint256 numerators;
            for (uint256 j; j < model.holderCount(); ++j) {
                address holder = model.holders(j);
                shares += rights.balanceOf(holder, work);
                assertEq(rights.balanceOf(holder, work), model.shares(work, holder));
                uint256 credit = creditOf(work, holder);
                assertEq(credit + SHARES * model.collected(work, holder), model.earned(work, holder));
                assertEq(rights.owed(work, holder), credit / SHARES);
                numerators += credit + SHARES * model.collected(work, holder);
            }
            assertEq(shares, SHARES);
            assertEq(numerators, SHARES * rights.revenueOf(work));
        }
    }

    /// @notice Every unit of money is where the model says: with whom, and deferred for whom.
    function checkMoney() internal view {
        for (uint256 a; a < 2; ++a) {
            address asset = address(assets[a]);
            uint256 total = assets[a].balanceOf(address(rights)) + assets[a].balanceOf(address(market));
            assertEq(assets[a].balanceOf(address(rights)), model.wallet(asset, address(rights)));
            assertEq(assets[a].balanceOf(address(market)), model.wallet(asset, address(market)));
            for (uint256 j; j < model.holderCount(); ++j) {
                address holder = model.holders(j);
                assertEq(assets[a].balanceOf(holder), model.wallet(asset, holder));
                assertEq(rights.deferred(asset, holder), model.deferred(asset, holder));
                total += assets[a].balanceOf(holder);
            }
            assertEq(total, assets[a].totalSupply());
        }
    }

    /// @notice I8: a licence ends when the model says, which never shortens it, and its holder has the units bought.
    function checkLicences() internal view {
        for (uint256 i; i < handler.licenceCount(); ++i) {
            uint256 id = handler.licences(i);
            for (uint256 j; j < model.holderCount(); ++j) {
                address holder = model.holders(j);
                assertEq(rights.licensedUntil(id, holder), model.end(id, holder));
                assertEq(rights.balanceOf(holder, id), model.units(id, holder));
            }
        }
    }

    /// @dev `Stake.credit` as it would be if settled now: from the storage slot, since no function shows it.
    function creditOf(uint256 work, address holder) internal view returns (uint256) {
        bytes32 slot = keccak256(abi.encode(holder, keccak256(abi.encode(work, STAKES_SLOT))));
        uint256 stake = uint256(vm.load(address(rights), slot));
        uint256 credit = uint128(stake);
        uint256 mark = uint96(stake >> 128);
        uint256 shares = stake >> 224;
        assertLe(mark, rights.revenueOf(work)); // I5
        assertEq(shares, rights.balanceOf(holder, work));
        return credit + (rights.revenueOf(work) - mark) * shares;
    }
}
