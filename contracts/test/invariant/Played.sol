// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IInvoices} from "../../src/interfaces/IInvoices.sol";
import {IMeter} from "../../src/interfaces/IMeter.sol";
import {IRemix} from "../../src/interfaces/IRemix.sol";
import {IStreams} from "../../src/interfaces/IStreams.sol";
import {IDeployedCollections} from "../utils/Deployed.sol";
import {Fixture} from "../utils/Fixture.sol";
import {Permit2Code} from "../utils/Permit2.sol";
import {Handler} from "./Handler.sol";
import {Model} from "./Model.sol";
import {World} from "./World.sol";

/// @notice The whole system on its stage, with a handler that plays on it, and three works to begin with.
abstract contract Played is Fixture {
    Handler internal handler;
    Model internal model;
    IMeter internal meter;
    IStreams internal streams;
    IRemix internal remix;
    IDeployedCollections internal collections;
    IInvoices internal invoices;
    address[3] internal assets;

    function setUp() public virtual override {
        super.setUp();
        vm.etch(Permit2Code.AT, Permit2Code.CODE);
        assets = [address(usdc), address(newUSDC()), newWETH()];
        meter = IMeter(deployCode("Meter.sol:Meter", abi.encode(rights)));
        streams = IStreams(deployCode("Streams.sol:Streams", abi.encode(rights, market)));
        remix = IRemix(deployCode("Remix.sol:Remix", abi.encode(rights)));
        collections = IDeployedCollections(deployCode("Collections.sol:Collections", abi.encode(rights)));
        invoices = IInvoices(deployCode("Invoices.sol:Invoices", abi.encode(market)));
        vm.startPrank(owner);
        rights.allowAsset(assets[1], true);
        rights.allowAsset(assets[2], true);
        rights.authoriseEdge(address(meter), true);
        rights.authoriseEdge(address(streams), true);
        rights.setCourt(address(0xC0027));
        vm.stopPrank();

        handler = new Handler(stage());
        model = handler.MODEL();
        address recipient = handler.people(5);
        vm.prank(owner);
        market.setFee(250, recipient);
        handler.create(1, 0);
        handler.create(3, 1);
        handler.create(5, 2);
    }

    function stage() private view returns (World.Stage memory) {
        return World.Stage({
            rights: rights,
            market: market,
            meter: meter,
            streams: streams,
            remix: remix,
            collections: collections,
            invoices: invoices,
            owner: owner,
            blacklister: address(this),
            assets: assets
        });
    }
}
