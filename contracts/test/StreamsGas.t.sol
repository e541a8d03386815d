// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IInvoices} from "../src/interfaces/IInvoices.sol";
import {IMarket} from "../src/interfaces/IMarket.sol";
import {IPayments} from "../src/interfaces/IPayments.sol";
import {StreamsFixture} from "./utils/StreamsFixture.sol";

/// @notice What streams and invoices cost, as in Gas.t.sol.
/// forge-config: default.isolate = true
contract StreamsGasTest is StreamsFixture {
    function setUp() public override {
        super.setUp();
        earn(work, USDC); // the work, its account at Rights and its treasury are not new
        uint256 earlier = openAs(company, makeAddr("earlier licensee"), USDC);
        skip(1 hours);
        streams.settle(one(earlier));
    }

    function test_Open() external {
        openFor(30 * USDC);
        vm.snapshotGasLastCall("Streams", "open, new licensee");
        openFor(30 * USDC);
        vm.snapshotGasLastCall("Streams", "open, again");
    }

    function test_OpenByAuthorization() external {
        bytes memory signature = signed(offer);
        bytes32 purpose = streams.openingPurpose(streams.hashStreamOffer(offer), company);
        IPayments.Payment memory payment = byAuthorizationFor(purpose, 30 * USDC, "salt");
        vm.prank(relayer);
        streams.open(offer, signature, company, 30 * USDC, payment);
        vm.snapshotGasLastCall("Streams", "open by ERC-3009, new licensee");
    }

    function test_TopUp() external {
        uint256 streamId = openFor(30 * USDC);
        topUpAs(company, streamId, 30 * USDC);
        vm.snapshotGasLastCall("Streams", "top up");
    }

    function test_Stop() external {
        uint256 streamId = openFor(30 * USDC);
        skip(10 days);
        stopAs(company, streamId);
        vm.snapshotGasLastCall("Streams", "stop and settle");
    }

    function test_Settle() external {
        uint256[] memory ids = new uint256[](50);
        for (uint256 i; i < 50; ++i) {
            ids[i] = openAs(company, address(uint160(0xA0000000 + i)), 30 * USDC);
        }
        skip(1 days);
        streams.settle(ids); // a stream's first settlement costs no more than the next: its slot is in use
        skip(1 days);
        streams.settle(one(ids[0]));
        vm.snapshotGasLastCall("Streams", "settle 1");
        skip(1 days);
        streams.settle(ids);
        vm.snapshotGasLastCall("Streams", "settle 50 of one work");
    }

    function test_IsLicensed() external {
        openFor(30 * USDC);
        streams.isLicensed(company, work, 1 | 2);
        vm.snapshotGasLastCall("Streams", "is licensed, two scopes");
    }

    function test_Invoices() external {
        IInvoices invoices = IInvoices(deployCode("Invoices.sol:Invoices", abi.encode(market)));
        IMarket.LicenceOffer memory sale = licenceOffer(work);
        fund(company, 0);
        buy(sale, makeAddr("earlier licensee"), 1); // the terms are not new
        bytes memory signature = signed(sale);
        IInvoices.Invoice memory invoice = IInvoices.Invoice(market.hashLicenceOffer(sale), fan, 1, company, "salt");
        usdc.mint(invoices.addressOf(invoice), 100 * USDC);
        invoices.settle(invoice, sale, signature, new address[](0));
        vm.snapshotGasLastCall("Invoices", "settle, new licensee");

        usdc.mint(invoices.addressOf(invoice), 100 * USDC);
        vm.prank(company);
        invoices.refund(invoice, address(usdc), company);
        vm.snapshotGasLastCall("Invoices", "refund");
    }
}
