// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {InvoicesHandler} from "./InvoicesHandler.sol";
import {MeterHandler} from "./MeterHandler.sol";
import {OwnerHandler} from "./OwnerHandler.sol";
import {RightsHandler} from "./RightsHandler.sol";
import {SetsHandler} from "./SetsHandler.sol";
import {StreamsHandler} from "./StreamsHandler.sol";
import {World} from "./World.sol";

/// @notice Every entry point of every contract, played by random people; the model is told what should happen.
contract Handler is RightsHandler, OwnerHandler, MeterHandler, StreamsHandler, SetsHandler, InvoicesHandler {
    constructor(Stage memory stage)
        World(stage)
        MeterHandler(stage)
        StreamsHandler(stage)
        SetsHandler(stage)
        InvoicesHandler(stage)
    {
        edges = [address(stage.market), address(stage.meter), address(stage.streams)];
    }
}
