// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPayments} from "../../src/interfaces/IPayments.sol";
import {IStreams} from "../../src/interfaces/IStreams.sol";
import {MarketHandler} from "./MarketHandler.sol";

/// @notice Licences by the second: opened, topped up, stopped, settled by anybody.
abstract contract StreamsHandler is MarketHandler {
    uint256 internal constant MOST_STREAMS = 6;

    /// @dev All that ever happened to a stream.
    struct Flow {
        uint256 paidIn;
        uint256 settled;
        uint256 refunded;
    }

    IStreams public immutable STREAMS;
    mapping(uint256 streamId => Flow) public flowOf;
    mapping(address token => mapping(address payer => uint256)) public streamsDeferred;

    constructor(Stage memory stage) {
        STREAMS = stage.streams;
        MODEL.know(address(STREAMS));
    }

    function openStream(uint256 seed, uint256 amount) external {
        address payer = person(seed >> 8);
        address licensee = person(seed >> 16);
        IStreams.StreamOffer memory offer = _streamOffer(workBy(seed), amount);
        address token = RIGHTS.assetOf(offer.workId);
        bytes32 digest = STREAMS.hashStreamOffer(offer);
        if (STREAMS.streamCount() == MOST_STREAMS || STREAMS.isWithdrawn(digest)) return;
        if (MARKET.salesPaused() || !RIGHTS.isEdge(address(STREAMS)) || refused(token, payer)) return;
        amount = bound(amount, 1, MOST_MONEY);
        (IPayments.Payment memory paid, uint256 value) =
            payment(address(STREAMS), token, payer, amount, STREAMS.openingPurpose(digest, licensee), seed >> 32);
        bytes memory signature = sign(offer.seller, digest);
        vm.prank(payer);
        uint256 id = STREAMS.open{value: value}(offer, signature, licensee, amount, paid);
        flowOf[id].paidIn = amount;
        MODEL.pay(token, payer, address(STREAMS), amount);
    }

    function topUp(uint256 seed, uint256 amount) external {
        if (STREAMS.streamCount() == 0) return;
        (uint256 id, IStreams.Stream memory stream) = _someStream(seed);
        address payer = person(seed >> 8);
        if (stream.closed || !RIGHTS.isEdge(address(STREAMS)) || refused(stream.asset, payer)) return;
        amount = bound(amount, 1, MOST_MONEY);
        bytes32 purpose = STREAMS.toppingUpPurpose(id, stream.licensee);
        (IPayments.Payment memory paid, uint256 value) =
            payment(address(STREAMS), stream.asset, payer, amount, purpose, seed >> 32);
        uint256 before = STREAMS.fundedUntil(id);
        vm.prank(payer);
        STREAMS.topUp{value: value}(id, stream.licensee, amount, paid);
        require(STREAMS.fundedUntil(id) >= before, "a top-up shortened");
        flowOf[id].paidIn += amount;
        MODEL.pay(stream.asset, payer, address(STREAMS), amount);
    }

    /// @dev Stopping also settles, as far as that is possible.
    function stop(uint256 seed, uint256) external {
        if (STREAMS.streamCount() == 0) return;
        (uint256 id, IStreams.Stream memory stream) = _someStream(seed);
        uint256 usedUp = STREAMS.used(id);
        vm.prank(seed % 2 == 0 ? stream.payer : stream.licensee);
        uint256 refunded = STREAMS.stop(id);
        if (stream.stopped) {
            require(refunded == 0, "stopped twice");
        } else {
            require(refunded + usedUp == stream.deposit, "a refund is what is not used");
            flowOf[id].refunded += refunded;
            if (refused(stream.asset, stream.payer)) streamsDeferred[stream.asset][stream.payer] += refunded;
            else MODEL.pay(stream.asset, address(STREAMS), stream.payer, refunded);
        }
        _modelSettle(id);
    }

    /// @dev Two of them, maybe the same one twice.
    function settle(uint256 seed, uint256) external {
        if (STREAMS.streamCount() == 0) return;
        uint256[] memory ids = new uint256[](2);
        (ids[0],) = _someStream(seed);
        (ids[1],) = _someStream(seed >> 8);
        STREAMS.settle(ids);
        _modelSettle(ids[0]);
        _modelSettle(ids[1]);
    }

    function giveNotice(uint256 seed, uint256) external {
        if (STREAMS.streamCount() == 0 || seed % 4 != 0) return;
        (uint256 id, IStreams.Stream memory stream) = _someStream(seed >> 8);
        uint256 before = STREAMS.fundedUntil(id);
        vm.prank(RIGHTS.creatorOf(stream.workId));
        STREAMS.giveNotice(id);
        require(STREAMS.fundedUntil(id) == before, "notice took what was paid");
    }

    function prefer(uint256 seed, uint256) external {
        if (STREAMS.streamCount() == 0) return;
        (uint256 id, IStreams.Stream memory stream) = _someStream(seed);
        vm.prank(seed % 2 == 0 ? stream.licensee : person(seed >> 8));
        STREAMS.prefer(id);
    }

    function withdrawFromStreams(uint256 seed, uint256) external {
        address token = assetBy(seed);
        (address payer, address to) = (person(seed >> 8), person(seed >> 16));
        if (refused(token, to)) return;
        vm.prank(payer);
        uint256 paid = STREAMS.withdrawDeferred(token, to);
        require(paid == streamsDeferred[token][payer], "Streams' withdrawal differs from the model");
        streamsDeferred[token][payer] = 0;
        MODEL.pay(token, address(STREAMS), to, paid);
    }

    function cancelStreamOffer(uint256 seed, uint256 amount) external {
        if (seed % 4 != 0) return;
        IStreams.StreamOffer memory offer = _streamOffer(workBy(seed >> 8), amount);
        vm.prank(offer.seller);
        STREAMS.cancelOffer(offer);
    }

    function cancelAllStreamOffers(uint256 seed, uint256) external {
        vm.prank(person(seed));
        STREAMS.cancelAllOffers();
    }

    function _someStream(uint256 seed) private view returns (uint256 id, IStreams.Stream memory stream) {
        id = 1 + seed % STREAMS.streamCount();
        stream = STREAMS.streamOf(id);
    }

    function _streamOffer(uint256 work, uint256 choice) private view returns (IStreams.StreamOffer memory offer) {
        offer.workId = work;
        offer.seller = RIGHTS.creatorOf(work);
        offer.terms.document = "terms";
        offer.terms.scopes = uint32(1 + choice % 7);
        offer.price = [uint128(1), 30e6, 999_999_999][choice % 3];
        offer.period = [uint40(1), 7 days, 30 days][(choice >> 8) % 3];
        offer.maxFeeBps = uint16(choice % 3) * 250;
        offer.counter = uint64(STREAMS.counterOf(offer.seller));
    }

    /// @dev What was used and not settled has left for Rights, or for the work's address if this is no edge any more.
    function _modelSettle(uint256 id) private {
        IStreams.Stream memory stream = STREAMS.streamOf(id);
        uint256 due = stream.settled - flowOf[id].settled;
        require(stream.settled == STREAMS.used(id), "not all that was used is settled");
        flowOf[id].settled = stream.settled;
        if (RIGHTS.isEdge(address(STREAMS))) {
            uint256 fee = due * feeBps(stream.maxFeeBps) / BPS;
            MODEL.pay(stream.asset, address(STREAMS), address(RIGHTS), due);
            MODEL.arrive(stream.workId, due - fee);
            MODEL.deferTo(stream.asset, MARKET.feeRecipient(), fee);
        } else {
            MODEL.pay(stream.asset, address(STREAMS), RIGHTS.addressOf(stream.workId), due);
        }
    }
}
