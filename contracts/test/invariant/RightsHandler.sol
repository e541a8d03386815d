// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IRights} from "../../src/interfaces/IRights.sol";
import {IRoyaltySplitter} from "../../src/interfaces/IRoyaltySplitter.sol";
import {ITestUSDC} from "../utils/Deployed.sol";
import {World} from "./World.sol";

/// @notice Works, what arrives for them, what changes hands, and what is paid out.
abstract contract RightsHandler is World {
    // Works and money that arrives for them

    function create(uint256 seed, uint256 amount) external {
        if (works.length >= MOST_WORKS - 3) return; // the rest is for remixes and editions
        address creator = person(seed);
        IRights.Draft memory draft = draftBy(creator, seed);
        uint256 work;
        if (amount % 2 == 0) {
            work = RIGHTS.createFor(draft, sign(creator, RIGHTS.hashDraft(draft)));
        } else {
            vm.prank(creator);
            work = RIGHTS.create(draft);
        }
        born(work, draft);
    }

    function transferCreator(uint256 seed, uint256) external {
        vm.prank(RIGHTS.creatorOf(workBy(seed)));
        RIGHTS.transferCreator(workBy(seed), person(seed >> 8));
    }

    function acceptCreator(uint256 seed, uint256) external {
        address pending = RIGHTS.pendingCreatorOf(workBy(seed));
        if (pending == address(0)) return;
        vm.prank(pending);
        RIGHTS.acceptCreator(workBy(seed));
        require(RIGHTS.creatorOf(workBy(seed)) == pending, "not handed over");
    }

    function pay(uint256 seed, uint256 amount) external {
        uint256 work = workBy(seed);
        amount = bound(amount, 0, MOST_MONEY);
        give(RIGHTS.assetOf(work), address(RIGHTS), amount);
        RIGHTS.distribute(work);
        arrive(work, amount);
    }

    /// @dev An edge that an owner let in, for two works and with a fee; what lies uncounted beside it stays so.
    function payAsEdge(uint256 seed, uint256 amount) external {
        address edge = person(seed);
        if (!RIGHTS.isEdge(edge)) return;
        uint256[] memory list = sameAsset(workBy(seed >> 8), workBy(seed >> 16));
        address asset = RIGHTS.assetOf(list[0]);
        amount = bound(amount, 0, MOST_MONEY);
        IRoyaltySplitter.Earning[] memory earnings = new IRoyaltySplitter.Earning[](list.length);
        for (uint256 i; i < list.length; ++i) {
            earnings[i] = IRoyaltySplitter.Earning(list[i], amount, amount / 7);
            give(asset, address(RIGHTS), amount + amount / 7);
            MODEL.arrive(list[i], amount);
            MODEL.deferTo(asset, person(seed >> 24), amount / 7);
        }
        vm.prank(edge);
        RIGHTS.distribute(asset, earnings, person(seed >> 24));
    }

    function leaveMoney(uint256 seed, uint256 amount) external {
        amount = bound(amount, 1, MOST_MONEY);
        give(assetBy(seed), address(RIGHTS), amount);
        MODEL.leaveUncounted(assetBy(seed), amount);
    }

    /// @dev In its own asset, in another, or in native coin.
    function payAddress(uint256 seed, uint256 amount) external {
        address account = RIGHTS.addressOf(workBy(seed));
        amount = bound(amount, 1, MOST_MONEY);
        if (seed % 4 == 3) vm.deal(account, account.balance + amount);
        else give(assetBy(seed % 4), account, amount);
    }

    function sweep(uint256 seed, uint256) external {
        uint256 work = workBy(seed);
        uint256 there = ITestUSDC(RIGHTS.assetOf(work)).balanceOf(RIGHTS.addressOf(work));
        RIGHTS.sweep(work);
        _swept(work, there);
    }

    function rescue(uint256 seed, uint256) external {
        uint256 work = workBy(seed);
        (address creator, address asset) = RIGHTS.creatorAndAssetOf(work);
        address account = RIGHTS.addressOf(work);
        address token = seed % 4 == 3 ? address(0) : assetBy(seed % 4);
        if (token == asset) return;
        if (token == address(0)) {
            uint256 coin = account.balance;
            uint256 before = creator.balance;
            RIGHTS.rescue(work, token);
            if (asset != WETH) {
                require(creator.balance == before + coin, "not the creator's");
            } else if (coin != 0) {
                MODEL.give(WETH, account, coin);
                _swept(work, MODEL.wallet(WETH, account));
            }
        } else {
            uint256 amount = ITestUSDC(token).balanceOf(account);
            if (amount != 0 && refused(token, creator)) return;
            RIGHTS.rescue(work, token);
            MODEL.pay(token, account, creator, amount);
        }
    }

    function flow(uint256 seed, uint256) external {
        IRoyaltySplitter.Branch[] memory branches = new IRoyaltySplitter.Branch[](3);
        for (uint256 i; i < 3; ++i) {
            (uint256 child, uint256 parent) = (workBy(seed >> (16 * i)), workBy(seed >> (16 * i + 8)));
            if (parent > child) (child, parent) = (parent, child);
            branches[i] = IRoyaltySplitter.Branch(child, parent < child ? parent : 0); // 0: no work, nothing to move
            if (parent < child) MODEL.arrive(parent, MODEL.take(child, RIGHTS.addressOf(parent)));
        }
        RIGHTS.flow(branches);
    }

    function forward(uint256 seed, uint256 amount) external {
        uint256[] memory to = sameAsset(workBy(seed), workBy(seed >> 8));
        address holder = person(seed >> 16);
        uint256[] memory amounts = new uint256[](to.length);
        uint256 left = RIGHTS.owed(to[0], holder);
        for (uint256 i; i < to.length; ++i) {
            amounts[i] = bound(amount, 0, left);
            left -= amounts[i];
        }
        for (uint256 i; i < to.length; ++i) {
            MODEL.takePart(to[0], holder, amounts[i]);
        }
        for (uint256 i; i < to.length; ++i) {
            MODEL.arrive(to[i], amounts[i]);
        }
        vm.prank(holder);
        RIGHTS.forward(to[0], to, amounts);
    }

    // Shares and licences that change hands

    function transferShares(uint256 seed, uint256 amount) external {
        uint256 work = workBy(seed);
        address from = person(seed >> 8);
        address to = takerOf(work, seed >> 16);
        amount = bound(amount, 0, MODEL.shares(work, from));
        uint256 owedFrom = RIGHTS.owed(work, from);
        uint256 owedTo = RIGHTS.owed(work, to);
        address mover = person(seed >> 24);
        if (mover != from) {
            vm.prank(from);
            RIGHTS.setApprovalForAll(mover, true);
        }
        vm.prank(mover);
        RIGHTS.safeTransferFrom(from, to, work, amount, "");
        MODEL.move(work, from, to, amount);
        require(RIGHTS.owed(work, from) == owedFrom && RIGHTS.owed(work, to) == owedTo, "I6");
    }

    function transferSharesInBatch(uint256 seed, uint256 amount) external {
        address from = person(seed);
        address to = person(seed >> 8);
        uint256[] memory ids = new uint256[](3);
        uint256[] memory parts = new uint256[](3);
        for (uint256 i; i < 3; ++i) {
            ids[i] = workBy(seed >> (16 + 8 * i)); // the same one twice, now and then
            parts[i] = bound(amount >> (8 * i), 0, MODEL.shares(ids[i], from));
            MODEL.move(ids[i], from, to, parts[i]);
        }
        vm.prank(from);
        RIGHTS.safeBatchTransferFrom(from, to, ids, parts, "");
    }

    function transferLicence(uint256 seed, uint256) external {
        if (licences.length == 0) return;
        uint256 id = licences[seed % licences.length];
        address from = person(seed >> 8);
        address to = person(seed >> 16);
        (, IRights.Terms memory terms) = RIGHTS.termsOf(id);
        uint256 units = MODEL.units(id, from);
        if (!terms.transferable || from == to || units == 0) return;
        vm.prank(from);
        RIGHTS.safeTransferFrom(from, to, id, units, "");
        MODEL.moveLicence(id, from, to);
    }

    // Payouts

    /// @dev A person, a work's own address, or whoever else holds shares.
    function claim(uint256 seed, uint256) external {
        uint256[] memory list = sameAsset(workBy(seed), workBy(seed >> 8));
        address token = RIGHTS.assetOf(list[0]);
        address holder = MODEL.holders((seed >> 16) % MODEL.holderCount());
        bool stays = staysAtRights(holder);
        if (!stays && refused(token, RIGHTS.payoutOf(holder)) && _owed(list, holder) != 0) return;

        uint256 paid = RIGHTS.claim(list, holder);
        require(paid == (stays ? 0 : modelTake(list, holder)), "claim differs from the model");
        MODEL.pay(token, address(RIGHTS), RIGHTS.payoutOf(holder), paid);
    }

    function push(uint256 seed, uint256) external {
        uint256[] memory list = sameAsset(workBy(seed), workBy(seed >> 8));
        address[] memory holders = new address[](4);
        for (uint256 i; i < 3; ++i) {
            holders[i] = person(seed >> (16 + 8 * i));
        }
        holders[3] = RIGHTS.addressOf(workBy(seed >> 48));
        RIGHTS.push(list, holders);
        modelPush(list, holders);
    }

    /// @dev To somebody else, back to themselves, or to be kept at Rights.
    function setPayout(uint256 seed, uint256) external {
        vm.prank(person(seed));
        RIGHTS.setPayout([person(seed >> 16), address(0), address(0), address(RIGHTS)][(seed >> 8) % 4]);
    }

    function withdrawDeferred(uint256 seed, uint256) external {
        address token = assetBy(seed);
        address holder = person(seed >> 8);
        address to = person(seed >> 16);
        if (refused(token, to)) return;
        vm.prank(holder);
        uint256 paid = RIGHTS.withdrawDeferred(token, to);
        require(paid == MODEL.undefer(token, holder), "withdrawal differs from the model");
        MODEL.pay(token, address(RIGHTS), to, paid);
    }

    function _swept(uint256 work, uint256 amount) private {
        if (amount == 0) return;
        MODEL.pay(RIGHTS.assetOf(work), RIGHTS.addressOf(work), address(RIGHTS), amount);
        arrive(work, amount);
    }

    function _owed(uint256[] memory list, address holder) private view returns (uint256 amount) {
        for (uint256 i; i < list.length; ++i) {
            amount += RIGHTS.owed(list[i], holder);
        }
    }
}
