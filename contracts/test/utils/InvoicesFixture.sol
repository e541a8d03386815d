// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IInvoices} from "../../src/interfaces/IInvoices.sol";
import {IMarket} from "../../src/interfaces/IMarket.sol";
import {Fixture} from "./Fixture.sol";

/// @notice Invoices beside Rights and Market, and one for a licence that the fan is to have and the company pays.
abstract contract InvoicesFixture is Fixture {
    IInvoices internal invoices;
    uint256 internal work;
    IMarket.LicenceOffer internal offer;
    IInvoices.Invoice internal invoice;
    uint256 internal licence;

    function setUp() public override {
        super.setUp();
        invoices = IInvoices(deployCode("Invoices.sol:Invoices", abi.encode(market)));
        work = mintWork(1);
        offer = licenceOffer(work);
        licence = rights.licenceId(work, offer.terms);
        renew();
        usdc.mint(company, 1000 * USDC);
    }

    /// @dev An invoice for one unit of the offer as it now is.
    function renew() internal {
        invoice = IInvoices.Invoice({
            offer: market.hashLicenceOffer(offer), licensee: fan, units: 1, refundTo: company, salt: "salt"
        });
    }

    /// @dev A plain transfer, as an exchange or a multisig makes it.
    function pay(uint256 amount) internal {
        address account = invoices.addressOf(invoice);
        vm.prank(company);
        usdc.transfer(account, amount);
    }

    function settle() internal {
        bytes memory signature = signed(offer);
        vm.prank(relayer);
        invoices.settle(invoice, offer, signature, new address[](0));
    }
}
