// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ERC1155Holder} from "@openzeppelin/contracts/token/ERC1155/utils/ERC1155Holder.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import {IRights} from "../../src/interfaces/IRights.sol";

/// @notice A holder who, when tokens or money reach it, calls back into all that it was told to.
contract Hostile is ERC1155Holder {
    struct Attack {
        address target;
        bytes data;
    }

    Attack[] private _attacks;
    IRights private immutable RIGHTS;
    uint256 public tried;
    uint256 public refusedByGuard;
    uint256 public owedInside;

    constructor(IRights rights) {
        RIGHTS = rights;
    }

    function prepare(address target, bytes calldata data) external {
        _attacks.push(Attack(target, data));
    }

    function attackCount() external view returns (uint256) {
        return _attacks.length;
    }

    /// @notice Money came (a token with hooks says so).
    function onMoney() external {
        attack(0);
    }

    function onERC1155Received(address, address, uint256 id, uint256, bytes memory) public override returns (bytes4) {
        attack(id);
        return this.onERC1155Received.selector;
    }

    function onERC1155BatchReceived(address, address, uint256[] memory ids, uint256[] memory, bytes memory)
        public
        override
        returns (bytes4)
    {
        attack(ids[0]);
        return this.onERC1155BatchReceived.selector;
    }

    function attack(uint256 id) private {
        owedInside = RIGHTS.owed(id, address(this));
        for (uint256 i; i < _attacks.length; ++i) {
            ++tried;
            (bool ok, bytes memory reason) = _attacks[i].target.call(_attacks[i].data);
            if (!ok && bytes4(reason) == ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector) {
                ++refusedByGuard;
            }
        }
    }
}
