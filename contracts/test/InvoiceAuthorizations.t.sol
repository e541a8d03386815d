// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IInvoices} from "../src/interfaces/IInvoices.sol";
import {IPayments} from "../src/interfaces/IPayments.sol";
import {ITestUSDC} from "./utils/Deployed.sol";
import {InvoicesFixture} from "./utils/InvoicesFixture.sol";

/// @notice Invoices.tree, InvoiceAuthorizationsTest: a bare ERC-3009 authorisation, as x402 "exact" signs it.
contract InvoiceAuthorizationsTest is InvoicesFixture {
    struct Bare {
        address to;
        uint256 value;
        bytes32 nonce;
        bytes signature;
    }

    function bare() internal view returns (Bare memory a) {
        a = Bare(invoices.addressOf(invoice), 100 * USDC, keccak256("a nonce that means nothing"), "");
        bytes32 message = keccak256(
            abi.encode(
                usdc.TRANSFER_WITH_AUTHORIZATION_TYPEHASH(),
                company,
                a.to,
                a.value,
                uint256(0),
                type(uint256).max,
                a.nonce
            )
        );
        a.signature = sign(companyKey, usdcDigest(message));
    }

    function transferAs(address caller, address to, Bare memory a) internal {
        vm.prank(caller);
        usdc.transferWithAuthorization(company, to, a.value, 0, type(uint256).max, a.nonce, a.signature);
    }

    function test_AStrangerIsFirstAndTheBuyerHasTheLicence() external {
        Bare memory a = bare();
        address stranger = makeAddr("stranger");
        transferAs(stranger, a.to, a); // seen in the mempool, sent in first

        vm.expectRevert(abi.encodeWithSelector(ITestUSDC.AuthorizationUsedOrCanceled.selector, company, a.nonce));
        transferAs(relayer, a.to, a); // whom the buyer gave it to comes too late, and it does not matter
        bytes memory signature = signed(offer);
        vm.prank(stranger);
        vm.expectRevert(abi.encodeWithSelector(IInvoices.NotTheRefundee.selector, stranger, company));
        invoices.refund(invoice, address(usdc), stranger);

        vm.prank(relayer);
        invoices.settle(invoice, offer, signature, new address[](0));
        assertEq(rights.balanceOf(fan, licence), 1);
        assertTrue(rights.isLicensed(fan, work, 1));
        assertEq(usdc.balanceOf(company), 900 * USDC);
        assertEq(rights.revenueOf(work), 97_500_000);
    }

    function test_CancelledInTimeNothingIsSold() external {
        Bare memory a = bare();
        bytes32 message = keccak256(abi.encode(usdc.CANCEL_AUTHORIZATION_TYPEHASH(), company, a.nonce));
        usdc.cancelAuthorization(company, a.nonce, sign(companyKey, usdcDigest(message)));
        vm.expectRevert(abi.encodeWithSelector(ITestUSDC.AuthorizationUsedOrCanceled.selector, company, a.nonce));
        transferAs(relayer, a.to, a);

        bytes memory signature = signed(offer);
        vm.expectRevert(abi.encodeWithSelector(IPayments.PaidTooLittle.selector, 0, 100 * USDC));
        invoices.settle(invoice, offer, signature, new address[](0));
        assertEq(rights.balanceOf(fan, licence), 0);
        assertEq(rights.revenueOf(work), 0);
        assertEq(usdc.balanceOf(company), 1000 * USDC);
    }

    function test_ItCanGoNowhereElse() external {
        Bare memory a = bare();
        vm.expectRevert(abi.encodeWithSelector(ITestUSDC.InvalidAuthorization.selector, company));
        transferAs(relayer, relayer, a);
        IInvoices.Invoice memory mine = invoice;
        mine.licensee = relayer;
        address other = invoices.addressOf(mine);
        vm.expectRevert(abi.encodeWithSelector(ITestUSDC.InvalidAuthorization.selector, company));
        transferAs(relayer, other, a);
    }
}
