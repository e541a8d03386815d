// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IMarket} from "../src/interfaces/IMarket.sol";
import {IRights} from "../src/interfaces/IRights.sol";
import {IRoyaltySplitter} from "../src/interfaces/IRoyaltySplitter.sol";
import {IStreams} from "../src/interfaces/IStreams.sol";
import {StreamsFixture} from "./utils/StreamsFixture.sol";
import {Wallet} from "./utils/Wallet.sol";

/// @notice Streams.tree, StreamOffersTest: what a creator signs, and takes back.
contract StreamOffersTest is StreamsFixture {
    function openWith(bytes memory signature) internal returns (uint256) {
        vm.prank(company);
        return streams.open(offer, signature, company, USDC, byAllowance(company));
    }

    /// @dev Signs the offer as it now is, and expects it to be refused.
    function assertRefused(bytes memory reason) internal {
        bytes memory signature = signed(offer);
        vm.expectRevert(reason);
        openWith(signature);
    }

    function test_RevertWhen_StreamsIsNoEdge() external {
        uint256 streamId = openFor(USDC);
        vm.prank(owner);
        rights.authoriseEdge(address(streams), false);
        bytes memory refused = abi.encodeWithSelector(IRoyaltySplitter.NotAnEdge.selector, address(streams));
        assertRefused(refused);
        vm.expectRevert(refused);
        vm.prank(company);
        streams.topUp(streamId, company, USDC, byAllowance(company));
    }

    function test_RevertWhen_SalesArePaused() external {
        vm.prank(owner);
        market.pauseSales(true);
        assertRefused(abi.encodeWithSelector(IMarket.SalesArePaused.selector));
    }

    function test_RevertWhen_TheSellerIsNotTheCreator() external {
        offer.seller = fan;
        assertRefused(abi.encodeWithSelector(IMarket.SellerIsNotCreator.selector, fan, artist));
    }

    function test_RevertWhen_TheWorkIsUnknown() external {
        offer.workId = 99;
        assertRefused(abi.encodeWithSelector(IRoyaltySplitter.UnknownWork.selector, 99));
    }

    function test_RevertWhen_TheOfferIsForAnother() external {
        offer.licensee = fan;
        assertRefused(abi.encodeWithSelector(IMarket.NotForYou.selector, company, fan));
        assertEq(streams.streamOf(openAs(company, fan, USDC)).licensee, fan);
    }

    function test_RevertWhen_ThereIsNobodyToLicense() external {
        bytes memory signature = signed(offer);
        vm.expectRevert(IStreams.NobodyToLicense.selector);
        vm.prank(company);
        streams.open(offer, signature, address(0), USDC, byAllowance(company));
    }

    function test_RevertWhen_TheTermsAreUnfit() external {
        IRights.Terms[5] memory unfit = [streamTerms(), streamTerms(), streamTerms(), streamTerms(), streamTerms()];
        unfit[0].scopes = 0;
        unfit[1].duration = 1;
        unfit[2].transferable = true;
        unfit[3].remixShares = 1;
        unfit[4].remixApproval = true;
        for (uint256 i; i < unfit.length; ++i) {
            offer.terms = unfit[i];
            assertRefused(abi.encodeWithSelector(IStreams.UnfitTerms.selector, unfit[i]));
        }
    }

    function test_RevertWhen_TheRateIsUnfit() external {
        (uint128 price, uint40 period) = (offer.price, offer.period);
        offer.price = 0;
        assertRefused(abi.encodeWithSelector(IStreams.UnfitRate.selector, 0, period));
        offer.price = 2 ** 96;
        assertRefused(abi.encodeWithSelector(IStreams.UnfitRate.selector, 2 ** 96, period));
        (offer.price, offer.period) = (price, 0);
        assertRefused(abi.encodeWithSelector(IStreams.UnfitRate.selector, price, 0));
        (offer.price, offer.period) = (2 ** 96 - 1, 1);
        assertEq(streams.fundedUntil(openFor(USDC)), block.timestamp); // a price that no money reaches
    }

    function test_RevertWhen_TheDeadlineHasPassed() external {
        offer.deadline = uint40(block.timestamp);
        openFor(USDC);
        skip(1);
        assertRefused(abi.encodeWithSelector(IMarket.OfferExpired.selector, offer.deadline, block.timestamp));
    }

    function test_RevertWhen_ItWasWithdrawn() external {
        uint256 streamId = openFor(USDC);
        bytes32 digest = streams.hashStreamOffer(offer);
        vm.expectRevert(abi.encodeWithSelector(IMarket.NotTheSeller.selector, fan, artist));
        vm.prank(fan);
        streams.cancelOffer(offer);

        vm.expectEmit(address(streams));
        emit IStreams.StreamOfferCancelled(digest, artist);
        vm.prank(artist);
        streams.cancelOffer(offer);
        assertTrue(streams.isWithdrawn(digest));
        assertRefused(abi.encodeWithSelector(IMarket.OfferWithdrawn.selector, digest));
        topUpAs(company, streamId, USDC);
        assertEq(streams.fundedUntil(streamId), block.timestamp + 2 days);
    }

    function test_RevertWhen_AllWereWithdrawn() external {
        uint256 streamId = openFor(USDC);
        vm.prank(fan);
        streams.cancelAllOffers();
        openFor(USDC); // the fan's counter is the fan's

        vm.expectEmit(address(streams));
        emit IStreams.AllStreamOffersCancelled(artist, 1);
        vm.prank(artist);
        assertEq(streams.cancelAllOffers(), 1);
        assertRefused(abi.encodeWithSelector(IMarket.CounterPassed.selector, 0, 1));
        offer.counter = 2;
        assertRefused(abi.encodeWithSelector(IMarket.CounterPassed.selector, 2, 1));
        offer.counter = 1;
        openFor(USDC);
        topUpAs(company, streamId, USDC);
        assertEq(streams.fundedUntil(streamId), block.timestamp + 2 days);
    }

    function test_RevertWhen_AnyFieldDiffers() external {
        bytes memory signature = signed(offer);
        IStreams.StreamOffer memory good = offer;
        offer.workId = mintWork(2);
        assertForged(signature);
        offer = good;
        offer.terms.document = bytes32(uint256(1));
        assertForged(signature);
        offer = good;
        offer.terms.scopes = 1;
        assertForged(signature);
        offer = good;
        --offer.price;
        assertForged(signature);
        offer = good;
        ++offer.period;
        assertForged(signature);
        offer = good;
        --offer.maxFeeBps;
        assertForged(signature);
        offer = good;
        offer.deadline = type(uint40).max;
        assertForged(signature);
        offer = good;
        offer.licensee = company;
        assertForged(signature);
        offer = good;
        offer.salt = 2;
        assertForged(signature);
        offer = good;
        openWith(signature);
    }

    function assertForged(bytes memory signature) internal {
        bytes32 digest = streams.hashStreamOffer(offer);
        vm.expectRevert(abi.encodeWithSelector(IMarket.InvalidSignature.selector, artist, digest));
        openWith(signature);
    }

    function test_RevertWhen_TheSignatureIsForElsewhere() external {
        assertForged(sign(fanKey, streams.hashStreamOffer(offer)));
        IStreams other = IStreams(deployCode("Streams.sol:Streams", abi.encode(rights, market)));
        assertForged(sign(artistKey, other.hashStreamOffer(offer)));
        assertForged(malleated(signed(offer)));

        bytes memory signature = signed(offer);
        vm.chainId(10); // a fork
        assertForged(signature);
        vm.chainId(31_337);
        openWith(signature);
    }

    /// @dev The other signature of the same key, which ECDSA would take too: s of the upper half.
    function malleated(bytes memory signature) internal pure returns (bytes memory) {
        (bytes32 r, bytes32 s) = abi.decode(signature, (bytes32, bytes32));
        uint256 order = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141;
        return abi.encodePacked(r, order - uint256(s), uint8(signature[64]) == 27 ? uint8(28) : uint8(27));
    }

    function test_RevertWhen_TheDepositIsNothingOrTooMuch() external {
        bytes memory signature = signed(offer);
        vm.startPrank(company);
        vm.expectRevert(IStreams.NothingDeposited.selector);
        streams.open(offer, signature, company, 0, byAllowance(company));
        uint256[2] memory tooMuch = [uint256(2 ** 88), type(uint256).max];
        for (uint256 i; i < 2; ++i) {
            vm.expectRevert(abi.encodeWithSelector(IStreams.DepositTooLarge.selector, tooMuch[i], 2 ** 88 - 1));
            streams.open(offer, signature, company, tooMuch[i], byAllowance(company));
        }
        usdc.mint(company, 2 ** 88);
        streams.open(offer, signature, company, 2 ** 88 - 1, byAllowance(company));
    }

    function test_KeepsTheDepositAndLicenses() external {
        bytes32 digest = streams.hashStreamOffer(offer);
        bytes memory signature = signed(offer);
        vm.expectEmit(address(streams));
        emit IStreams.StreamOpened(1, work, fan, digest, company, 10 * USDC, block.timestamp + 10 days, streamTerms());
        vm.prank(company);
        uint256 streamId = streams.open(offer, signature, fan, 10 * USDC, byAllowance(company));

        assertEq(streamId, 1);
        assertEq(streams.streamCount(), 1);
        assertEq(usdc.balanceOf(address(streams)), 10 * USDC);
        assertEq(usdc.balanceOf(company), 999_990 * USDC);
        assertTrue(streams.isLicensed(fan, work, 1 | 2));
        IStreams.Stream memory stream = streams.streamOf(streamId);
        assertEq(stream.asset, address(usdc));
        assertEq(stream.payer, company);
        assertEq(stream.licensee, fan);
        assertEq(stream.deposit, 10 * USDC);
        assertEq(stream.settled, 0);
        assertEq(stream.scopes, 3);
        assertEq(stream.maxFeeBps, 500);
        assertFalse(stream.closed || stream.stopped);
    }

    function test_OneOfferMayHaveManyStreams() external {
        openFor(USDC);
        openFor(USDC);
        openAs(company, fan, 5 * USDC);
        assertEq(streams.streamCount(), 3);
        assertEq(streams.fundedUntil(3), block.timestamp + 5 days);
        assertEq(usdc.balanceOf(address(streams)), 7 * USDC);
    }

    function test_AContractWalletCanSell() external {
        Wallet wallet = new Wallet(artist);
        IRights.Draft memory draft = draftOf(2);
        draft.creator = address(wallet);
        draft.shares[0].holder = address(wallet);
        offer.workId = mintWork(draft);
        offer.seller = address(wallet);
        openFor(USDC);

        wallet.lock();
        bytes32 digest = streams.hashStreamOffer(offer);
        assertRefused(abi.encodeWithSelector(IMarket.InvalidSignature.selector, address(wallet), digest));
    }
}
