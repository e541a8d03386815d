// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IInvoiceAccount} from "../src/interfaces/IInvoiceAccount.sol";
import {IInvoices} from "../src/interfaces/IInvoices.sol";
import {IMarket} from "../src/interfaces/IMarket.sol";
import {IPayments} from "../src/interfaces/IPayments.sol";
import {IRoyaltySplitter} from "../src/interfaces/IRoyaltySplitter.sol";
import {Hostile} from "./utils/Hostile.sol";
import {InvoicesFixture} from "./utils/InvoicesFixture.sol";
import {PlainToken} from "./utils/OddTokens.sol";

/// @notice Invoices.tree, InvoicesTest: a purchase as an address.
contract InvoicesTest is InvoicesFixture {
    function assertPaidBack(uint256 amount) internal {
        uint256 before = usdc.balanceOf(company);
        vm.prank(relayer);
        assertEq(invoices.refundUnused(invoice, offer, address(usdc)), amount);
        assertEq(usdc.balanceOf(company), before + amount);
        assertEq(usdc.balanceOf(invoices.addressOf(invoice)), 0);
    }

    function assertStands() internal {
        vm.expectRevert(abi.encodeWithSelector(IInvoices.OfferStillStands.selector, invoice.offer));
        invoices.refundUnused(invoice, offer, address(usdc));
    }

    // addressOf

    function test_AddressOf_IsEachInvoicesOwn() external {
        address[6] memory accounts;
        accounts[0] = invoices.addressOf(invoice);
        invoice.offer = ~invoice.offer;
        accounts[1] = invoices.addressOf(invoice);
        invoice.licensee = relayer;
        accounts[2] = invoices.addressOf(invoice);
        invoice.units = 2;
        accounts[3] = invoices.addressOf(invoice);
        invoice.refundTo = relayer;
        accounts[4] = invoices.addressOf(invoice);
        invoice.salt = "other";
        accounts[5] = invoices.addressOf(invoice);
        for (uint256 i; i < 6; ++i) {
            for (uint256 j; j < i; ++j) {
                assertNotEq(accounts[i], accounts[j]);
            }
        }
    }

    function test_AddressOf_RevertWhen_ThereIsNobodyToRefund() external {
        invoice.refundTo = address(0);
        vm.expectRevert(IInvoices.NobodyToRefund.selector);
        invoices.addressOf(invoice);
    }

    // settle

    function test_Settle_RevertWhen_TheOfferIsAnother() external {
        pay(100 * USDC);
        offer.salt = 2;
        bytes32 digest = market.hashLicenceOffer(offer);
        bytes memory signature = signed(offer);
        vm.expectRevert(abi.encodeWithSelector(IInvoices.OfferDiffers.selector, digest, invoice.offer));
        invoices.settle(invoice, offer, signature, new address[](0));
        vm.expectRevert(abi.encodeWithSelector(IInvoices.OfferDiffers.selector, digest, invoice.offer));
        invoices.refundUnused(invoice, offer, address(usdc));
    }

    function test_Settle_RevertWhen_TooLittleHasArrived() external {
        bytes memory signature = signed(offer);
        pay(60 * USDC);
        vm.expectRevert(abi.encodeWithSelector(IPayments.PaidTooLittle.selector, 60 * USDC, 100 * USDC));
        invoices.settle(invoice, offer, signature, new address[](0));
        pay(40 * USDC);
        settle();
        assertEq(rights.balanceOf(fan, licence), 1);
    }

    function test_Settle_RevertWhen_TheMarketDoesNotSell() external {
        pay(100 * USDC);
        vm.prank(owner);
        market.pauseSales(true);
        bytes memory signature = signed(offer);
        vm.expectRevert(IMarket.SalesArePaused.selector);
        invoices.settle(invoice, offer, signature, new address[](0));
        vm.prank(owner);
        market.pauseSales(false);

        signature = sign(fanKey, invoice.offer);
        vm.expectRevert(abi.encodeWithSelector(IMarket.InvalidSignature.selector, artist, invoice.offer));
        invoices.settle(invoice, offer, signature, new address[](0));
        assertEq(usdc.balanceOf(invoices.addressOf(invoice)), 100 * USDC);
        assertFalse(invoices.isSettled(invoices.addressOf(invoice)));
        settle();
        assertEq(rights.balanceOf(fan, licence), 1);
    }

    function test_Settle_BuysForTheLicensee() external {
        invoice.units = 2;
        address account = invoices.addressOf(invoice);
        pay(200 * USDC);
        bytes memory signature = signed(offer);
        uint256 until = block.timestamp + 2 * 365 days;
        vm.expectEmit(address(invoices));
        emit IInvoices.InvoiceSettled(account, invoice.offer, fan, 2, 200 * USDC);
        vm.expectEmit(address(market));
        emit IMarket.LicencePurchased(invoice.offer, work, fan, account, licence, 2, 200 * USDC, 5 * USDC, until);
        vm.expectEmit(address(invoices), 0); // nothing is over
        emit IInvoices.InvoiceRefunded(account, address(usdc), company, 0);
        vm.prank(relayer);
        invoices.settle(invoice, offer, signature, two(artist, collaborator));

        assertEq(rights.balanceOf(fan, licence), 2);
        assertEq(rights.licensedUntil(licence, fan), until);
        assertEq(usdc.balanceOf(artist), 175_500_000);
        assertEq(usdc.balanceOf(collaborator), 19_500_000);
        assertEq(rights.deferred(address(usdc), treasury), 5 * USDC);
        assertEq(usdc.balanceOf(account), 0);
        assertEq(usdc.allowance(account, address(market)), 0);
        assertTrue(invoices.isSettled(account));
    }

    function test_Settle_WhatIsOverGoesBack() external {
        pay(130 * USDC);
        address account = invoices.addressOf(invoice);
        vm.expectEmit(address(invoices));
        emit IInvoices.InvoiceRefunded(account, address(usdc), company, 30 * USDC);
        settle();
        assertEq(usdc.balanceOf(company), 900 * USDC);
        assertEq(usdc.balanceOf(address(rights)), 100 * USDC);
    }

    function test_Settle_WhenWhomToRefundIsRefusedTheRestStays() external {
        pay(130 * USDC);
        usdc.blacklist(company);
        settle();
        assertEq(rights.balanceOf(fan, licence), 1);
        assertEq(usdc.balanceOf(invoices.addressOf(invoice)), 30 * USDC);
        vm.prank(company);
        assertEq(invoices.refund(invoice, address(usdc), relayer), 30 * USDC);
        assertEq(usdc.balanceOf(relayer), 30 * USDC);
    }

    function test_Settle_ASettledInvoiceIsANoOp() external {
        pay(100 * USDC);
        settle();
        pay(100 * USDC);
        vm.recordLogs();
        settle();
        assertEq(vm.getRecordedLogs().length, 0);
        assertEq(rights.balanceOf(fan, licence), 1);
        assertPaidBack(100 * USDC);
    }

    function test_Settle_AFreeLicenceNeedsNoMoney() external {
        offer.price = 0;
        renew();
        settle();
        assertEq(rights.balanceOf(fan, licence), 1);
    }

    function test_Settle_ALicenseeWhoCallsBackFindsEveryDoorClosed() external {
        Hostile hostile = new Hostile(rights);
        (invoice.licensee, invoice.refundTo) = (address(hostile), address(hostile));
        pay(130 * USDC);
        bytes memory signature = signed(offer);
        address[] memory nobody = new address[](0);
        address target = address(invoices);
        hostile.prepare(target, abi.encodeCall(invoices.settle, (invoice, offer, signature, nobody)));
        hostile.prepare(target, abi.encodeCall(invoices.refund, (invoice, address(usdc), address(hostile))));
        hostile.prepare(target, abi.encodeCall(invoices.refundUnused, (invoice, offer, address(usdc))));
        settle();
        assertEq(hostile.tried(), 3);
        assertEq(hostile.refusedByGuard(), 3);
        assertEq(rights.balanceOf(address(hostile), licence), 1);
        assertEq(usdc.balanceOf(address(hostile)), 30 * USDC);
    }

    /// @dev For any price, units and payment: nothing is lost and nothing is made.
    function testFuzz_Conservation(uint64 price, uint16 units, uint128 paid) external {
        offer.price = price;
        renew();
        invoice.units = uint128(bound(units, 1, type(uint16).max));
        paid = uint128(bound(paid, 0, 2 ** 84));
        uint256 cost = uint256(price) * invoice.units;
        usdc.mint(company, paid);
        pay(paid);
        bytes memory signature = signed(offer);
        if (paid < cost) vm.expectRevert(abi.encodeWithSelector(IPayments.PaidTooLittle.selector, paid, cost));
        invoices.settle(invoice, offer, signature, new address[](0));
        if (paid < cost) {
            vm.prank(company);
            invoices.refund(invoice, address(usdc), company);
            cost = 0;
        }
        assertEq(usdc.balanceOf(address(rights)), cost);
        assertEq(rights.revenueOf(work) + rights.deferred(address(usdc), treasury), cost);
        assertEq(usdc.balanceOf(company), 1000 * USDC + paid - cost);
    }

    // refund

    function test_Refund_RevertWhen_TheCallerIsNotWhomItRefunds() external {
        pay(100 * USDC);
        address[3] memory others = [fan, artist, owner];
        for (uint256 i; i < 3; ++i) {
            vm.expectRevert(abi.encodeWithSelector(IInvoices.NotTheRefundee.selector, others[i], company));
            vm.prank(others[i]);
            invoices.refund(invoice, address(usdc), others[i]);
        }
    }

    function test_Refund_RevertWhen_ItIsToNobodyOrToRights() external {
        address[2] memory invalid = [address(0), address(rights)];
        for (uint256 i; i < 2; ++i) {
            vm.expectRevert(abi.encodeWithSelector(IRoyaltySplitter.InvalidPayee.selector, invalid[i]));
            vm.prank(company);
            invoices.refund(invoice, address(usdc), invalid[i]);
        }
    }

    function test_Refund_SendsAnyAssetAnywhere() external {
        PlainToken token = new PlainToken();
        address account = invoices.addressOf(invoice);
        token.mint(account, 7);
        pay(60 * USDC);
        vm.startPrank(company);
        vm.expectEmit(address(invoices));
        emit IInvoices.InvoiceRefunded(account, address(token), relayer, 7);
        assertEq(invoices.refund(invoice, address(token), relayer), 7);
        assertEq(invoices.refund(invoice, address(usdc), company), 60 * USDC);
        assertEq(invoices.refund(invoice, address(usdc), company), 0);
        assertEq(token.balanceOf(relayer), 7);
        assertEq(usdc.balanceOf(company), 1000 * USDC);
        vm.stopPrank();
        pay(100 * USDC); // and it can still buy
        settle();
        assertEq(rights.balanceOf(fan, licence), 1);
    }

    function test_Refund_NothingIsANoOp() external {
        vm.recordLogs();
        vm.prank(company);
        assertEq(invoices.refund(invoice, address(usdc), company), 0);
        assertEq(vm.getRecordedLogs().length, 0);
        assertEq(invoices.addressOf(invoice).code.length, 0);
    }

    // refundUnused

    function test_RefundUnused_RevertWhen_TheOfferStands() external {
        (offer.maxUnits, offer.deadline, offer.licensee) = (1, uint40(block.timestamp), fan);
        renew();
        pay(100 * USDC);
        assertStands();
    }

    function test_RefundUnused_OnceItIsCancelled() external {
        pay(100 * USDC);
        vm.prank(artist);
        market.cancelLicenceOffer(offer);
        assertPaidBack(100 * USDC);
        assertPaidBack(0);
    }

    function test_RefundUnused_OnceItsCounterIsPassed() external {
        offer.counter = 1;
        renew();
        pay(100 * USDC);
        assertStands(); // it is yet to come
        vm.startPrank(artist);
        market.cancelAll();
        vm.stopPrank();
        assertStands();
        vm.prank(artist);
        market.cancelAll();
        assertPaidBack(100 * USDC);
    }

    function test_RefundUnused_OnceItExpired() external {
        offer.deadline = uint40(block.timestamp);
        renew();
        pay(100 * USDC);
        skip(1);
        assertPaidBack(100 * USDC);
    }

    function test_RefundUnused_OnceItIsSoldOut() external {
        offer.maxUnits = 3;
        renew();
        invoice.units = 2;
        pay(100 * USDC);
        fund(company, 300 * USDC);
        buy(offer, company, 1);
        assertStands();
        buy(offer, company, 1);
        assertPaidBack(100 * USDC);
    }

    function test_RefundUnused_OnceTheWorkIsAnothers() external {
        pay(100 * USDC);
        vm.prank(artist);
        rights.transferCreator(work, fan);
        assertStands();
        vm.prank(fan);
        rights.acceptCreator(work);
        assertPaidBack(100 * USDC);
    }

    function test_RefundUnused_WhenItIsForAnotherOrForNothing() external {
        offer.licensee = company;
        renew();
        pay(100 * USDC);
        assertPaidBack(100 * USDC);
        offer.licensee = address(0);
        renew();
        invoice.units = 0;
        pay(100 * USDC);
        assertPaidBack(100 * USDC);
    }

    function test_RefundUnused_RevertWhen_SalesArePaused() external {
        pay(100 * USDC);
        vm.prank(owner);
        market.pauseSales(true);
        assertStands();
    }

    function test_RefundUnused_WhatIsNotTheWorksAsset() external {
        PlainToken token = new PlainToken();
        token.mint(invoices.addressOf(invoice), 7);
        invoices.refundUnused(invoice, offer, address(token));
        assertEq(token.balanceOf(company), 7);
    }

    // the account

    function test_Account_RevertWhen_TheCallerIsNotInvoices() external {
        pay(130 * USDC);
        settle();
        IInvoiceAccount account = IInvoiceAccount(invoices.addressOf(invoice));
        assertEq(account.INVOICES(), address(invoices));
        bytes memory refused =
            abi.encodeWithSelector(IInvoiceAccount.NotInvoices.selector, address(this), address(invoices));
        vm.expectRevert(refused);
        account.send(usdc, relayer, 1);
        vm.expectRevert(refused);
        account.buy(address(market), usdc, 1, "");
    }
}
