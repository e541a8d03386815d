// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/interfaces/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";

import {IInvoices} from "../src/interfaces/IInvoices.sol";
import {IMarket} from "../src/interfaces/IMarket.sol";
import {IMeter} from "../src/interfaces/IMeter.sol";
import {IPayments} from "../src/interfaces/IPayments.sol";
import {IRights} from "../src/interfaces/IRights.sol";
import {IRoyaltySplitter} from "../src/interfaces/IRoyaltySplitter.sol";
import {IStreams} from "../src/interfaces/IStreams.sol";
import {Fixture} from "./utils/Fixture.sol";
import {HookToken, OddReturnToken, PausableToken, PlainToken, TaxedToken} from "./utils/OddTokens.sol";

/// @notice OddTokensAtEdges.tree: every way to pay for something, in each token. The core alone is in OddTokens.t.sol.
contract OddTokensAtEdgesTest is Fixture {
    uint256 internal constant PURSE = 1_000_000;

    IMeter internal meter;
    IStreams internal streams;
    IInvoices internal invoices;
    address internal token;
    uint256 internal work;

    function setUp() public override {
        super.setUp();
        meter = IMeter(deployCode("Meter.sol:Meter", abi.encode(rights)));
        streams = IStreams(deployCode("Streams.sol:Streams", abi.encode(rights, market)));
        invoices = IInvoices(deployCode("Invoices.sol:Invoices", abi.encode(market)));
        vm.startPrank(owner);
        rights.authoriseEdge(address(meter), true);
        rights.authoriseEdge(address(streams), true);
        vm.stopPrank();
    }

    /// @dev A work of artist, fan and collaborator in the token, and a company that has money of it.
    function begin(address token_) internal {
        token = token_;
        vm.prank(owner);
        rights.allowAsset(token, true);
        IRights.Draft memory draft = draftOf(9);
        draft.asset = token;
        work = mintWork(draft);
        giveShares(artist, fan, work, 1);
        PlainToken(token).mint(company, PURSE);
        allow(company);
    }

    function allow(address payer) internal {
        address[4] memory edges = [address(market), address(meter), address(streams), address(invoices)];
        for (uint256 i; i < edges.length; ++i) {
            vm.prank(payer);
            (bool done,) = token.call(abi.encodeCall(IERC20.approve, (edges[i], type(uint256).max)));
            assertTrue(done);
        }
    }

    // One step each; the price is odd, so that parts of it are.

    function cheap() internal view returns (IMarket.LicenceOffer memory offer) {
        offer = licenceOffer(work);
        offer.price = 997;
    }

    function buyBasket() internal {
        IMarket.Basket[] memory baskets = new IMarket.Basket[](1);
        baskets[0].items = new IMarket.Item[](2);
        baskets[0].items[0] = IMarket.Item(cheap(), signed(cheap()), 1);
        baskets[0].items[1] = IMarket.Item(cheap(), signed(cheap()), 2);
        (baskets[0].maxPrice, baskets[0].payment) = (type(uint256).max, byAllowance(company));
        vm.prank(company);
        market.buyLicences(baskets, company, two(artist, collaborator));
    }

    /// @dev Resold by the collaborator, so that the work has its royalty.
    function buyShares() internal {
        IMarket.ShareOffer memory offer = shareOffer(work);
        (offer.seller, offer.shares, offer.price) = (collaborator, 3, 1001);
        bytes memory signature = sign(collaboratorKey(), market.hashShareOffer(offer));
        vm.prank(collaborator);
        rights.setApprovalForAll(address(market), true);
        vm.prank(company);
        market.buyShares(offer, signature, company, 2, type(uint256).max, byAllowance(company));
    }

    function collaboratorKey() internal returns (uint256 key) {
        (, key) = makeAddrAndKey("collaborator");
    }

    function settleInvoice() internal {
        IInvoices.Invoice memory invoice =
            IInvoices.Invoice(market.hashLicenceOffer(cheap()), company, 1, company, "salt");
        address account = invoices.addressOf(invoice);
        vm.prank(company);
        (bool done,) = token.call(abi.encodeCall(IERC20.transfer, (account, 1009)));
        assertTrue(done);
        invoices.settle(invoice, cheap(), signed(cheap()), new address[](0));
    }

    function channelTo(address receiver) internal view returns (IMeter.ChannelConfig memory) {
        return IMeter.ChannelConfig(company, address(0), receiver, fan, token, 1 hours, bytes32(0));
    }

    function deposit(address receiver) internal {
        vm.prank(company);
        meter.deposit(channelTo(receiver), 1013, byAllowance(company));
    }

    function redeem(address receiver, uint128 amount) internal {
        bytes32 digest = meter.hashVoucher(meter.hashChannel(channelTo(receiver)), amount);
        IMeter.Batch[] memory batches = new IMeter.Batch[](1);
        (batches[0].receiver, batches[0].receiverAuthorizer) = (receiver, fan);
        batches[0].withdrawDelay = 1 hours;
        batches[0].vouchers = new IMeter.Voucher[](1);
        batches[0].vouchers[0] = IMeter.Voucher(company, address(0), 0, amount);
        batches[0].signatures = new bytes[](1);
        batches[0].signatures[0] = sign(companyKey, digest);
        meter.redeem(token, batches);
    }

    function openStream() internal returns (uint256 id) {
        IStreams.StreamOffer memory offer;
        (offer.workId, offer.seller, offer.maxFeeBps) = (work, artist, 500);
        (offer.terms.scopes, offer.price, offer.period) = (1, 7, 3 hours);
        bytes memory signature = sign(artistKey, streams.hashStreamOffer(offer));
        vm.prank(company);
        id = streams.open(offer, signature, company, 1019, byAllowance(company));
    }

    // What works

    /// @dev All that can be done with a token, and then everything is taken out: nothing is missing, nothing left over.
    function live() internal {
        bytes memory signature = signed(cheap());
        vm.prank(company);
        market.buyLicence(cheap(), signature, company, 3, type(uint256).max, byAllowance(company), one(collaborator));
        buyBasket();
        buyShares();
        settleInvoice();
        deposit(rights.addressOf(work));
        redeem(rights.addressOf(work), 500);
        IMeter.ChannelConfig memory channel = channelTo(rights.addressOf(work));
        vm.prank(fan);
        meter.refund(channel, type(uint128).max);
        uint256 id = openStream();
        skip(1 days + 1 minutes);
        vm.prank(company);
        streams.stop(id);

        rights.push(one(work), three(artist, fan, collaborator));
        rights.claim(one(work), company);
        vm.prank(treasury);
        rights.withdrawDeferred(token, treasury);
        assertEq(IERC20(token).balanceOf(address(market)), 0);
        assertEq(IERC20(token).balanceOf(address(meter)), 0);
        assertEq(IERC20(token).balanceOf(address(streams)), 0);
        assertEq(IERC20(token).balanceOf(address(rights)), rights.reserves(token));
        assertLe(rights.reserves(token), 3); // of four holders, less than a unit each
        uint256 people = IERC20(token).balanceOf(artist) + IERC20(token).balanceOf(fan)
            + IERC20(token).balanceOf(collaborator) + IERC20(token).balanceOf(company)
            + IERC20(token).balanceOf(treasury);
        assertEq(people + rights.reserves(token), PURSE);
        // Seven licences, 500 of use, two shares for 668 less their royalty and fee, 56 of a stream.
        uint256 revenue = rights.revenueOf(work) + IERC20(token).balanceOf(treasury);
        assertEq(revenue, 7 * 997 + 500 + 33 + 16 + 56);
    }

    function test_EighteenDecimals() external {
        begin(address(new PlainToken()));
        live();
    }

    function test_TwoDecimals() external {
        begin(address(new PausableToken()));
        live();
    }

    function test_SixDecimals() external {
        begin(address(newUSDC()));
        live();
    }

    function test_NoReturnValue() external {
        begin(address(new OddReturnToken()));
        live();
    }

    function test_Hooks() external {
        begin(address(new HookToken()));
        live();
    }

    // What does not

    function test_Taxed() external {
        begin(address(new TaxedToken()));
        bytes memory signature = signed(cheap());
        vm.expectRevert(abi.encodeWithSelector(IPayments.PaidTooLittle.selector, 1003, 1013));
        this.step(0);
        vm.expectRevert(abi.encodeWithSelector(IPayments.PaidTooLittle.selector, 1009, 1019));
        this.step(1);
        vm.expectRevert(abi.encodeWithSelector(IRoyaltySplitter.ArrivedTooLittle.selector, 988, 997));
        buy(cheap(), signature, company, 1);
        vm.expectRevert(abi.encodeWithSelector(IRoyaltySplitter.ArrivedTooLittle.selector, 2962, 2991));
        this.step(2);
        vm.expectRevert(abi.encodeWithSelector(IRoyaltySplitter.ArrivedTooLittle.selector, 988, 997));
        this.step(3);
        assertEq(IERC20(token).balanceOf(company), PURSE);
    }

    function test_FalseReturnValue() external {
        OddReturnToken odd = new OddReturnToken();
        begin(address(odd));
        odd.answerWith(abi.encode(false), false);
        for (uint256 i; i < 3; ++i) {
            vm.expectRevert(abi.encodeWithSelector(SafeERC20.SafeERC20FailedOperation.selector, token));
            this.step(i);
        }
        assertEq(odd.balanceOf(company), PURSE);
    }

    /// @dev A call of its own, so that what reverts is the whole step.
    function step(uint256 which) external {
        if (which == 0) deposit(fan);
        else if (which == 1) openStream();
        else if (which == 2) buyBasket();
        else settleInvoice();
    }

    function test_Paused() external {
        begin(address(new PausableToken()));
        deposit(fan);
        uint256 id = openStream();
        skip(1 days);
        PausableToken(token).setPaused(true);

        redeem(fan, 13);
        assertEq(meter.deferred(token, fan), 13);
        vm.prank(company);
        uint256 refund = streams.stop(id);
        assertEq(streams.deferred(token, company), refund);
        assertEq(streams.streamOf(id).settled, 0);

        PausableToken(token).setPaused(false);
        vm.prank(fan);
        meter.withdrawDeferred(token, fan);
        vm.prank(company);
        streams.withdrawDeferred(token, company);
        streams.settle(one(id));
        assertEq(IERC20(token).balanceOf(fan), 13);
        assertEq(rights.revenueOf(work) + rights.deferred(token, treasury), 1019 - refund);
        assertEq(IERC20(token).balanceOf(address(streams)), 0);
        assertEq(IERC20(token).balanceOf(address(meter)), 1000);
    }
}
