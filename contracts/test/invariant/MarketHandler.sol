// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IMarket} from "../../src/interfaces/IMarket.sol";
import {IPayments} from "../../src/interfaces/IPayments.sol";
import {World} from "./World.sol";

/// @notice Licences and shares that are sold, one by one and by the basket, paid in every way.
abstract contract MarketHandler is World {
    struct Trade {
        uint256 work;
        address token;
        address buyer;
        address to;
        bytes32 offer;
        uint256 quantity;
        uint256 cost;
        uint256 fee;
        IPayments.Payment payment;
        uint256 value; // native coin sent along
        bool isCounted; // the offer has a limit
    }

    function buyLicence(uint256 seed, uint256 amount) external {
        Trade memory trade = _trade(workBy(seed), seed);
        IMarket.LicenceOffer memory offer = licenceOffer(trade.work, amount);
        if (!_fits(trade, offer, bound(amount >> 8, 1, 5), 0)) return;
        bytes32 purpose = MARKET.purposeOf(trade.offer, trade.to, trade.quantity);
        (trade.payment, trade.value) =
            payment(address(MARKET), trade.token, trade.buyer, trade.cost, purpose, amount >> 16);
        address[] memory holders = _holders(seed >> 32);
        bytes memory signature = sign(offer.seller, trade.offer);

        vm.prank(trade.buyer);
        uint256 id = MARKET.buyLicence{value: trade.value}(
            offer, signature, trade.to, trade.quantity, trade.cost, trade.payment, holders
        );
        _paid(trade);
        modelPush(sameAsset(trade.work, trade.work), holders);
        modelGrant(id, trade.to, trade.quantity, offer.terms.duration);
    }

    /// @dev Two offers a basket, which may be the same one, and at times a second basket in another asset.
    function buyLicences(uint256 seed, uint256 amount) external {
        address buyer = person(seed >> 8);
        uint256 count = 1 + seed % 2;
        IMarket.Basket[] memory baskets = new IMarket.Basket[](count);
        Trade[2][] memory trades = new Trade[2][](count);
        uint256 value;
        for (uint256 i; i < count; ++i) {
            uint256[] memory list = sameAsset(workBy(seed >> (16 + 16 * i)), workBy(seed >> (24 + 16 * i)));
            (trades[i][0], trades[i][1]) = (_trade(list[0], seed), _trade(list[list.length - 1], seed));
            baskets[i].items = new IMarket.Item[](2);
            if (!_fill(trades[i], baskets[i].items, amount >> (8 * i))) return;
        }
        // Baskets of one asset would share one allowance, and maybe one offer.
        if (count == 2 && trades[0][0].token == trades[1][0].token) return;
        for (uint256 i; i < count; ++i) {
            baskets[i].maxPrice = trades[i][0].cost + trades[i][1].cost;
            bytes32 purpose = _purposeOf(trades[i]);
            uint256 more;
            (baskets[i].payment, more) = payment(
                address(MARKET), trades[i][0].token, buyer, baskets[i].maxPrice, purpose, amount >> (32 + 8 * i)
            );
            value += more;
        }
        vm.deal(buyer, value);
        address[] memory holders = _holders(seed >> 64);
        vm.prank(buyer);
        uint256[][] memory ids = MARKET.buyLicences{value: value}(baskets, trades[0][0].to, holders);
        for (uint256 i; i < count; ++i) {
            _paid(trades[i][0]);
            _paid(trades[i][1]);
            uint256[] memory list = new uint256[](2);
            (list[0], list[1]) = (trades[i][0].work, trades[i][1].work);
            modelPush(list, holders);
            for (uint256 j; j < 2; ++j) {
                modelGrant(ids[i][j], trades[i][j].to, 1, baskets[i].items[j].offer.terms.duration);
            }
        }
    }

    function buyShares(uint256 seed, uint256 amount) external {
        Trade memory trade = _trade(workBy(seed), seed);
        trade.to = takerOf(trade.work, seed >> 24);
        IMarket.ShareOffer memory offer = _shareOffer(trade.work, person(seed >> 40), amount);
        if (offer.shares == 0 || !_canBuy(trade) || refused(trade.token, offer.seller)) return;
        trade.offer = MARKET.hashShareOffer(offer);
        trade.quantity = bound(amount >> 8, 1, offer.shares);
        trade.cost = (offer.price * trade.quantity + offer.shares - 1) / offer.shares;
        trade.fee = trade.cost * feeBps(offer.maxFeeBps) / BPS;
        bytes32 purpose = MARKET.purposeOf(trade.offer, trade.to, trade.quantity);
        (trade.payment, trade.value) =
            payment(address(MARKET), trade.token, trade.buyer, trade.cost, purpose, amount >> 16);
        _buyShares(offer, trade);

        uint256 royalty;
        if (offer.seller != RIGHTS.creatorOf(trade.work)) (, royalty) = RIGHTS.royaltyInfo(trade.work, trade.cost);
        MODEL.sell(trade.offer, trade.quantity);
        MODEL.pay(trade.token, trade.buyer, offer.seller, trade.cost - trade.fee - royalty);
        MODEL.pay(trade.token, trade.buyer, address(RIGHTS), trade.fee + royalty);
        MODEL.arrive(trade.work, royalty);
        MODEL.deferTo(trade.token, MARKET.feeRecipient(), trade.fee);
        MODEL.move(trade.work, offer.seller, trade.to, trade.quantity);
    }

    function cancelLicenceOffer(uint256 seed, uint256 amount) external {
        if (seed % 4 != 0) return; // or nothing would be for sale for long
        IMarket.LicenceOffer memory offer = licenceOffer(workBy(seed), amount);
        vm.prank(offer.seller);
        MARKET.cancelLicenceOffer(offer);
    }

    function cancelShareOffer(uint256 seed, uint256 amount) external {
        IMarket.ShareOffer memory offer = _shareOffer(workBy(seed), person(seed >> 8), amount);
        vm.prank(offer.seller);
        MARKET.cancelShareOffer(offer);
        require(MARKET.filled(MARKET.hashShareOffer(offer)) == type(uint256).max, "not withdrawn");
    }

    function cancelAll(uint256 seed, uint256) external {
        vm.prank(person(seed));
        MARKET.cancelAll();
    }

    // Parts, which other handlers share

    function canSell() internal view returns (bool) {
        return !MARKET.salesPaused() && RIGHTS.isEdge(address(MARKET));
    }

    function feeBps(uint256 most) internal view returns (uint256) {
        uint256 now_ = MARKET.feeBps();
        return now_ < most ? now_ : most;
    }

    /// @dev Few different ones, so that offers are bought from again and run out.
    function licenceOffer(uint256 work, uint256 choice) internal view returns (IMarket.LicenceOffer memory offer) {
        offer.workId = work;
        offer.seller = RIGHTS.creatorOf(work);
        offer.terms.document = "terms";
        offer.terms.scopes = 1;
        offer.terms.duration = choice % 3 == 0 ? 0 : 30 days;
        offer.terms.transferable = choice % 2 == 0;
        offer.price = [uint128(0), 1, 999_999, 100e6][choice % 4];
        offer.maxUnits = choice % 5 == 0 ? 0 : 7;
        offer.maxFeeBps = uint16(choice % 3) * 250;
        offer.counter = uint64(MARKET.counterOf(offer.seller));
    }

    function _shareOffer(uint256 work, address seller, uint256 choice)
        private
        returns (IMarket.ShareOffer memory offer)
    {
        offer.workId = work;
        offer.seller = seller;
        offer.shares = uint32(MODEL.shares(work, seller));
        offer.price = uint128(bound(choice, 0, MOST_MONEY));
        offer.maxRevenue = type(uint128).max;
        offer.maxFeeBps = uint16(choice % 600);
        offer.counter = uint64(MARKET.counterOf(seller));
        offer.salt = next();
    }

    function _trade(uint256 work, uint256 seed) private view returns (Trade memory trade) {
        trade.work = work;
        trade.token = RIGHTS.assetOf(work);
        (trade.buyer, trade.to) = (person(seed >> 8), person(seed >> 16));
    }

    function _canBuy(Trade memory trade) private view returns (bool) {
        return canSell() && !refused(trade.token, trade.buyer);
    }

    /// @dev Whether units of an offer can be bought, beside `reserved` ones.
    function _fits(Trade memory trade, IMarket.LicenceOffer memory offer, uint256 units, uint256 reserved)
        private
        view
        returns (bool)
    {
        trade.offer = MARKET.hashLicenceOffer(offer);
        bool withdrawn = MARKET.filled(trade.offer) == type(uint256).max;
        bool enough = offer.maxUnits == 0 || MODEL.sold(trade.offer) + units + reserved <= offer.maxUnits;
        if (withdrawn || !enough || !_canBuy(trade)) return false;
        trade.quantity = units;
        trade.cost = units * offer.price;
        trade.fee = trade.cost * feeBps(offer.maxFeeBps) / BPS;
        trade.isCounted = offer.maxUnits != 0;
        return true;
    }

    function _fill(Trade[2] memory trades, IMarket.Item[] memory items, uint256 choice) private view returns (bool) {
        for (uint256 j; j < 2; ++j) {
            IMarket.LicenceOffer memory offer = licenceOffer(trades[j].work, choice >> j);
            if (!_fits(trades[j], offer, 1, j)) return false; // the first may be the same offer
            items[j] = IMarket.Item(offer, sign(offer.seller, trades[j].offer), 1);
        }
        return true;
    }

    function _purposeOf(Trade[2] memory trades) private view returns (bytes32) {
        bytes32[] memory offers = new bytes32[](2);
        uint256[] memory units = new uint256[](2);
        for (uint256 j; j < 2; ++j) {
            (offers[j], units[j]) = (trades[j].offer, 1);
        }
        return MARKET.purposeOf(MARKET.hashBasket(offers, units), trades[0].to, 2);
    }

    function _holders(uint256 seed) private view returns (address[] memory holders) {
        holders = new address[](2);
        (holders[0], holders[1]) = (person(seed), person(seed >> 8));
    }

    function _paid(Trade memory trade) private {
        if (trade.isCounted) MODEL.sell(trade.offer, trade.quantity);
        MODEL.pay(trade.token, trade.buyer, address(RIGHTS), trade.cost);
        MODEL.arrive(trade.work, trade.cost - trade.fee);
        MODEL.deferTo(trade.token, MARKET.feeRecipient(), trade.fee);
    }

    function _buyShares(IMarket.ShareOffer memory offer, Trade memory trade) private {
        vm.prank(offer.seller);
        RIGHTS.setApprovalForAll(address(MARKET), true);
        bytes memory signature = sign(offer.seller, trade.offer);
        vm.prank(trade.buyer);
        MARKET.buyShares{value: trade.value}(offer, signature, trade.to, trade.quantity, trade.cost, trade.payment);
    }
}
