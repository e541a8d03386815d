// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IMarket} from "../../src/interfaces/IMarket.sol";
import {IPayments} from "../../src/interfaces/IPayments.sol";
import {IRights} from "../../src/interfaces/IRights.sol";
import {IDeployedMarket, IDeployedRights, ITestUSDC} from "../utils/Deployed.sol";
import {World} from "./World.sol";

/// @notice Every entry point of Rights and Market, played by random people; the model is told what should happen.
contract Handler is World {
    constructor(IDeployedRights rights, IDeployedMarket market, address owner, ITestUSDC[2] memory assets_)
        World(rights, market, owner, assets_)
    {}

    // Works and money that arrives for them

    function create(uint256 seed, bool signedOnly) external {
        if (works.length == MOST_WORKS) return;
        address creator = person(seed);
        IRights.Draft memory draft = draftBy(creator, seed);
        uint256 work;
        if (signedOnly) {
            work = RIGHTS.createFor(draft, sign(creator, RIGHTS.hashDraft(draft)));
        } else {
            vm.prank(creator);
            work = RIGHTS.create(draft);
        }
        works.push(work);
        MODEL.know(RIGHTS.addressOf(work));
        for (uint256 i; i < draft.shares.length; ++i) {
            MODEL.mint(work, draft.shares[i].holder, draft.shares[i].amount);
        }
    }

    function pay(uint256 seed, uint256 amount) external {
        uint256 work = workBy(seed);
        amount = bound(amount, 0, MOST_MONEY);
        give(tokenOf(work), address(RIGHTS), amount);
        RIGHTS.distribute(work);
        arrive(work, amount);
    }

    function leaveMoney(uint256 seed, uint256 amount) external {
        ITestUSDC token = assets[seed % 2];
        amount = bound(amount, 1, MOST_MONEY);
        give(token, address(RIGHTS), amount);
        MODEL.leaveUncounted(address(token), amount);
    }

    function payAddress(uint256 seed, uint256 amount) external {
        uint256 work = workBy(seed);
        give(tokenOf(work), RIGHTS.addressOf(work), bound(amount, 1, MOST_MONEY));
    }

    function sweep(uint256 seed) external {
        uint256 work = workBy(seed);
        address account = RIGHTS.addressOf(work);
        uint256 there = tokenOf(work).balanceOf(account);
        RIGHTS.sweep(work);
        if (there == 0) return;
        MODEL.pay(address(tokenOf(work)), account, address(RIGHTS), there);
        arrive(work, there);
    }

    // Sales

    struct Trade {
        uint256 work;
        ITestUSDC token;
        address buyer;
        address to;
        bytes32 offer;
        uint256 quantity;
        uint256 cost;
        uint256 fee;
    }

    function buyLicence(uint256 seed, uint256 units, uint256 price, uint8 method, uint256 named) external {
        Trade memory trade;
        trade.work = workBy(seed);
        trade.token = tokenOf(trade.work);
        trade.buyer = person(seed >> 8);
        trade.to = person(seed >> 16);
        IMarket.LicenceOffer memory offer = _licenceOffer(trade.work, seed, price);
        trade.offer = MARKET.hashLicenceOffer(offer);
        if (MARKET.filled(trade.offer) >= offer.maxUnits || !_canSell()) return;
        if (refused(trade.token, trade.buyer)) return;
        trade.quantity = bound(units, 1, offer.maxUnits - MODEL.sold(trade.offer));
        trade.cost = trade.quantity * offer.price;
        trade.fee = trade.cost * _feeBps(offer.maxFeeBps) / 10_000;

        address[] memory holders = new address[](2);
        (holders[0], holders[1]) = (person(named), person(named >> 8));
        uint256 id = _buyLicence(offer, trade, _payment(trade, method), holders);

        MODEL.sell(trade.offer, trade.quantity);
        MODEL.pay(address(trade.token), trade.buyer, address(RIGHTS), trade.cost);
        MODEL.arrive(trade.work, trade.cost - trade.fee);
        MODEL.deferTo(address(trade.token), MARKET.feeRecipient(), trade.fee);
        _modelPush(_one(trade.work), holders);
        _modelGrant(id, trade.to, trade.quantity, offer.terms.duration);
    }

    function _buyLicence(
        IMarket.LicenceOffer memory offer,
        Trade memory trade,
        IPayments.Payment memory payment,
        address[] memory holders
    ) private returns (uint256) {
        bytes memory signature = sign(offer.seller, trade.offer);
        vm.prank(trade.buyer);
        return MARKET.buyLicence(offer, signature, trade.to, trade.quantity, trade.cost, payment, holders);
    }

    function buyShares(uint256 seed, uint256 amount, uint256 price, uint8 method) external {
        Trade memory trade;
        trade.work = workBy(seed);
        trade.token = tokenOf(trade.work);
        trade.buyer = person(seed >> 16);
        trade.to = takerOf(trade.work, seed >> 24);
        IMarket.ShareOffer memory offer = _shareOffer(trade.work, person(seed >> 8), price);
        offer.maxFeeBps = uint16(seed % 600);
        if (offer.shares == 0 || !_canSell()) return;
        if (refused(trade.token, trade.buyer) || refused(trade.token, offer.seller)) return;
        trade.offer = MARKET.hashShareOffer(offer);
        trade.quantity = bound(amount, 1, offer.shares);
        trade.cost = (offer.price * trade.quantity + offer.shares - 1) / offer.shares;
        trade.fee = trade.cost * _feeBps(offer.maxFeeBps) / 10_000;

        vm.prank(offer.seller);
        RIGHTS.setApprovalForAll(address(MARKET), true);
        IPayments.Payment memory payment = _payment(trade, method);
        bytes memory signature = sign(offer.seller, trade.offer);
        vm.prank(trade.buyer);
        MARKET.buyShares(offer, signature, trade.to, trade.quantity, trade.cost, payment);

        MODEL.sell(trade.offer, trade.quantity);
        uint256 royalty;
        if (offer.seller != RIGHTS.creatorOf(trade.work)) {
            (, royalty) = RIGHTS.royaltyInfo(trade.work, trade.cost);
        }
        MODEL.pay(address(trade.token), trade.buyer, offer.seller, trade.cost - trade.fee - royalty);
        MODEL.pay(address(trade.token), trade.buyer, address(RIGHTS), trade.fee + royalty);
        MODEL.arrive(trade.work, royalty);
        MODEL.deferTo(address(trade.token), MARKET.feeRecipient(), trade.fee);
        MODEL.move(trade.work, offer.seller, trade.to, trade.quantity);
    }

    function cancelOffer(uint256 seed, uint256 price) external {
        IMarket.LicenceOffer memory offer = _licenceOffer(workBy(seed), seed, price);
        vm.prank(offer.seller);
        MARKET.cancelLicenceOffer(offer);
    }

    function cancelAll(uint256 seed) external {
        vm.prank(person(seed));
        MARKET.cancelAll();
    }

    // Shares and licences that change hands

    function transferShares(uint256 seed, uint256 amount) external {
        uint256 work = workBy(seed);
        address from = person(seed >> 8);
        address to = takerOf(work, seed >> 16);
        amount = bound(amount, 0, MODEL.shares(work, from));
        uint256 owedFrom = RIGHTS.owed(work, from);
        uint256 owedTo = RIGHTS.owed(work, to);
        vm.prank(from);
        RIGHTS.safeTransferFrom(from, to, work, amount, "");
        MODEL.move(work, from, to, amount);
        require(RIGHTS.owed(work, from) == owedFrom && RIGHTS.owed(work, to) == owedTo, "I6");
    }

    function transferSharesInBatch(uint256 seed, uint256[3] memory amounts) external {
        address from = person(seed);
        address to = person(seed >> 8);
        uint256[] memory ids = new uint256[](3);
        uint256[] memory parts = new uint256[](3);
        for (uint256 i; i < 3; ++i) {
            ids[i] = workBy(seed >> (16 + 8 * i)); // the same one twice, now and then
            parts[i] = bound(amounts[i], 0, MODEL.shares(ids[i], from));
            MODEL.move(ids[i], from, to, parts[i]);
        }
        vm.prank(from);
        RIGHTS.safeBatchTransferFrom(from, to, ids, parts, "");
    }

    function transferLicence(uint256 seed) external {
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

    function claim(uint256 seed, bool asAccount) external {
        uint256 first = workBy(seed);
        address holder = asAccount ? RIGHTS.addressOf(workBy(seed >> 16)) : person(seed >> 16);
        uint256[] memory list = _sameAsset(first, workBy(seed >> 8));
        if (!asAccount && refused(tokenOf(first), RIGHTS.payoutOf(holder)) && _owed(list, holder) != 0) return;

        uint256 paid = RIGHTS.claim(list, holder);
        uint256 expected = asAccount ? 0 : _modelTake(list, holder);
        require(paid == expected, "claim differs from the model");
        MODEL.pay(address(tokenOf(first)), address(RIGHTS), RIGHTS.payoutOf(holder), paid);
    }

    function push(uint256 seed) external {
        uint256[] memory list = _sameAsset(workBy(seed), workBy(seed >> 8));
        address[] memory holders = new address[](4);
        for (uint256 i; i < 3; ++i) {
            holders[i] = person(seed >> (16 + 8 * i));
        }
        holders[3] = RIGHTS.addressOf(workBy(seed >> 48));
        RIGHTS.push(list, holders);
        _modelPush(list, holders);
    }

    function setPayout(uint256 seed, bool back) external {
        vm.prank(person(seed));
        RIGHTS.setPayout(back ? address(0) : person(seed >> 8));
    }

    function withdrawDeferred(uint256 seed) external {
        ITestUSDC token = assets[seed % 2];
        address holder = person(seed >> 8);
        address to = person(seed >> 16);
        if (refused(token, to)) return;
        vm.prank(holder);
        uint256 paid = RIGHTS.withdrawDeferred(address(token), to);
        require(paid == MODEL.undefer(address(token), holder), "withdrawal differs from the model");
        MODEL.pay(address(token), address(RIGHTS), to, paid);
    }

    function blacklist(uint256 seed, bool on) external {
        ITestUSDC token = assets[seed % 2];
        vm.prank(BLACKLISTER);
        if (on) token.blacklist(person(seed >> 8));
        else token.unBlacklist(person(seed >> 8));
    }

    // The owner, and time. I12: nothing that an owner does changes what anybody is owed.

    function act(uint256 seed, uint256 bps) external {
        bytes32 before = _allOwed();
        vm.startPrank(OWNER);
        uint256 what = seed % 4;
        if (what == 0) MARKET.setFee(bps % 501, person(seed >> 8));
        else if (what == 1) MARKET.pauseSales(bps % 4 == 0);
        else if (what == 2) RIGHTS.authoriseEdge(address(MARKET), bps % 4 != 0);
        else RIGHTS.authoriseEdge(person(seed >> 8), bps % 2 == 0);
        vm.stopPrank();
        require(before == _allOwed(), "I12");
    }

    function wait_(uint256 time) external {
        vm.warp(vm.getBlockTimestamp() + bound(time, 1, 400 days));
    }

    // Parts of the above

    function _canSell() private view returns (bool) {
        return !MARKET.salesPaused() && RIGHTS.isEdge(address(MARKET));
    }

    function _feeBps(uint256 most) private view returns (uint256) {
        uint256 now_ = MARKET.feeBps();
        return now_ < most ? now_ : most;
    }

    /// @dev Few different ones, so that offers are bought from again and run out.
    function _licenceOffer(uint256 work, uint256 seed, uint256 price)
        private
        view
        returns (IMarket.LicenceOffer memory offer)
    {
        offer.workId = work;
        offer.seller = RIGHTS.creatorOf(work);
        offer.terms.document = "terms";
        offer.terms.scopes = 1;
        offer.terms.duration = price % 3 == 0 ? 0 : 30 days;
        offer.terms.transferable = seed % 2 == 0;
        offer.price = [uint128(0), 1, 999_999, 100e6][price % 4];
        offer.maxUnits = 5;
        offer.maxFeeBps = uint16(seed % 3) * 250;
        offer.counter = uint64(MARKET.counterOf(offer.seller));
    }

    function _shareOffer(uint256 work, address seller, uint256 price)
        private
        returns (IMarket.ShareOffer memory offer)
    {
        offer.workId = work;
        offer.seller = seller;
        offer.shares = uint32(MODEL.shares(work, seller));
        offer.price = uint128(bound(price, 0, MOST_MONEY));
        offer.maxRevenue = type(uint128).max;
        offer.counter = uint64(MARKET.counterOf(seller));
        offer.salt = vm.randomUint();
    }

    /// @dev Gives the buyer the money, and how to pay it.
    function _payment(Trade memory trade, uint8 method) private returns (IPayments.Payment memory payment) {
        give(trade.token, trade.buyer, trade.cost);
        payment.payer = trade.buyer;
        if (method % 2 == 0) return payment; // by allowance

        payment.method = IPayments.Method.AUTHORIZATION;
        bytes32 salt = bytes32(vm.randomUint());
        bytes32 nonce = MARKET.authorizationNonce(MARKET.purposeOf(trade.offer, trade.to, trade.quantity), salt);
        bytes32 message = keccak256(
            abi.encode(
                trade.token.RECEIVE_WITH_AUTHORIZATION_TYPEHASH(),
                trade.buyer,
                address(MARKET),
                trade.cost,
                uint256(0),
                type(uint256).max,
                nonce
            )
        );
        bytes32 digest = keccak256(abi.encodePacked(hex"1901", trade.token.DOMAIN_SEPARATOR(), message));
        payment.data = abi.encode(uint256(0), type(uint256).max, salt, sign(trade.buyer, digest));
    }

    function _modelGrant(uint256 id, address licensee, uint256 units, uint256 duration) private {
        if (RIGHTS.balanceOf(licensee, id) == units && !_isListed(id)) licences.push(id);
        uint256 left = MODEL.end(id, licensee);
        uint256 start = left > vm.getBlockTimestamp() ? left : vm.getBlockTimestamp();
        MODEL.grant(id, licensee, units, duration == 0 ? type(uint40).max : start + units * duration);
    }

    function _isListed(uint256 id) private view returns (bool) {
        for (uint256 i; i < licences.length; ++i) {
            if (licences[i] == id) return true;
        }
        return false;
    }

    function _modelPush(uint256[] memory list, address[] memory holders) private {
        ITestUSDC token = tokenOf(list[0]);
        for (uint256 i; i < holders.length; ++i) {
            if (RIGHTS.workAt(holders[i]) != 0) continue;
            uint256 amount = _modelTake(list, holders[i]);
            address to = RIGHTS.payoutOf(holders[i]);
            if (refused(token, to)) MODEL.deferTo(address(token), holders[i], amount);
            else MODEL.pay(address(token), address(RIGHTS), to, amount);
        }
    }

    function _modelTake(uint256[] memory list, address holder) private returns (uint256 amount) {
        for (uint256 i; i < list.length; ++i) {
            amount += MODEL.take(list[i], holder);
        }
    }

    function _owed(uint256[] memory list, address holder) private view returns (uint256 amount) {
        for (uint256 i; i < list.length; ++i) {
            amount += RIGHTS.owed(list[i], holder);
        }
    }

    /// @dev The first work, and the other one too if it earns in the same asset (it may be the same).
    function _sameAsset(uint256 first, uint256 other) private view returns (uint256[] memory list) {
        list = new uint256[](RIGHTS.assetOf(first) == RIGHTS.assetOf(other) ? 2 : 1);
        list[0] = first;
        if (list.length == 2) list[1] = other;
    }

    function _one(uint256 work) private pure returns (uint256[] memory list) {
        list = new uint256[](1);
        list[0] = work;
    }

    function _allOwed() private view returns (bytes32 hash) {
        for (uint256 i; i < works.length; ++i) {
            for (uint256 j; j < MODEL.holderCount(); ++j) {
                hash = keccak256(abi.encode(hash, RIGHTS.owed(works[i], MODEL.holders(j))));
            }
        }
    }
}
