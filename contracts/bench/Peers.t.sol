// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC1155} from "@openzeppelin/contracts/interfaces/IERC1155.sol";
import {IERC20} from "@openzeppelin/contracts/interfaces/IERC20.sol";

import {Bench} from "./Bench.sol";

interface ISplitter {
    function release(IERC20 token, address account) external;
}

interface ISplitterFactory {
    function create(address[] calldata payees, uint256[] calldata shares) external returns (ISplitter);
}

interface IPushLoop {
    function pay(IERC20 asset, address[] calldata holders, uint256 part) external;
}

interface IMintableERC1155 is IERC1155 {
    function mint(address to, uint256 id, uint256 amount) external;
}

/// @notice What others cost, for the same holders, in the same tokens, by the same compiler.
abstract contract Peers is Bench {
    function test_PushLoop() external {
        IPushLoop loop = IPushLoop(deployCode("Peers.sol:PeerPushLoop"));
        vm.startPrank(company);
        usdc.approve(address(loop), type(uint256).max);
        loop.pay(usdc, holders, PRICE / COUNT);
        row("push loop: a sale that pays everybody first");
        loop.pay(usdc, holders, PRICE / COUNT);
        row("push loop: a sale that pays everybody again");
    }

    function test_ERC1155() external {
        IMintableERC1155 token = IMintableERC1155(deployCode("Peers.sol:PeerERC1155"));
        token.mint(artist, 1, SHARES);
        row("ERC-1155: mint");
        vm.startPrank(artist);
        token.safeTransferFrom(artist, fan, 1, 1, "");
        row("ERC-1155: transfer, new holder");
        token.safeTransferFrom(artist, fan, 1, 1, "");
        row("ERC-1155: transfer");
    }
}

/// @notice Its code and its payees must fit into the 49,152 bytes of EIP-3860: some 640 of them.
abstract contract PeersWithFewPayees is Peers {
    function test_PaymentSplitter() external {
        uint256[] memory parts = new uint256[](COUNT);
        for (uint256 i; i < COUNT; ++i) {
            parts[i] = SHARES / COUNT;
        }
        ISplitterFactory factory = ISplitterFactory(deployCode("Peers.sol:PeerSplitterFactory"));
        ISplitter splitter = factory.create(holders, parts);
        row("PaymentSplitter: create");

        for (uint256 round; round < 2; ++round) {
            vm.prank(company);
            usdc.transfer(address(splitter), PRICE);
            if (round == 1) row("PaymentSplitter: pay in");
            splitter.release(usdc, holders[0]);
            row(round == 0 ? "PaymentSplitter: release, first" : "PaymentSplitter: release, paid before");
        }
    }
}

contract PeersOne is PeersWithFewPayees {
    constructor() Bench(1, "test USDC") {}
}

contract PeersHundred is PeersWithFewPayees {
    constructor() Bench(100, "test USDC") {}
}

contract PeersTenThousand is Peers {
    constructor() Bench(10_000, "test USDC") {}
}

contract PeersProxied is PeersWithFewPayees {
    constructor() Bench(100, "proxied") {}
}

contract PeersBare is PeersWithFewPayees {
    constructor() Bench(100, "bare") {}
}
