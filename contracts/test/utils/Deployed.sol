// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC1155MetadataURI} from "@openzeppelin/contracts/interfaces/IERC1155MetadataURI.sol";
import {IERC1155Receiver} from "@openzeppelin/contracts/interfaces/IERC1155Receiver.sol";
import {IERC20} from "@openzeppelin/contracts/interfaces/IERC20.sol";
import {IERC2981} from "@openzeppelin/contracts/interfaces/IERC2981.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";

import {ICollections} from "../../src/interfaces/ICollections.sol";
import {IERC3009} from "../../src/interfaces/IERC3009.sol";
import {IMarket} from "../../src/interfaces/IMarket.sol";
import {IRights} from "../../src/interfaces/IRights.sol";

// The contracts as others see them. Tests import no implementation and deploy what `forge build` made, so that the
// slow optimiser compiles what is shipped and nothing else (foundry.toml).

interface IOwned {
    function owner() external view returns (address);
    function pendingOwner() external view returns (address);
    function transferOwnership(address newOwner) external;
    function acceptOwnership() external;
    function renounceOwnership() external;
}

interface IDeployedRights is IRights, IERC1155MetadataURI, IERC2981, IOwned {}

interface IDeployedMarket is IMarket, IOwned {}

interface IDeployedCollections is ICollections, IERC1155Receiver {}

interface ITestUSDC is IERC20, IERC20Permit, IERC3009 {
    error Blacklisted(address account);
    error NotTheBlacklister(address caller, address blacklister);
    error AuthorizationNotYetValid(uint256 validAfter, uint256 time);
    error AuthorizationExpired(uint256 validBefore, uint256 time);
    error AuthorizationUsedOrCanceled(address authorizer, bytes32 nonce);
    error InvalidAuthorization(address authorizer);
    error CallerIsNotPayee(address caller, address payee);
    error InsufficientAllowance();
    error InsufficientBalance();

    event AccountBlacklisted(address indexed account, bool blacklisted);

    function TRANSFER_WITH_AUTHORIZATION_TYPEHASH() external view returns (bytes32);
    function RECEIVE_WITH_AUTHORIZATION_TYPEHASH() external view returns (bytes32);
    function CANCEL_AUTHORIZATION_TYPEHASH() external view returns (bytes32);
    function name() external view returns (string memory);
    function symbol() external view returns (string memory);
    function version() external view returns (string memory);
    function decimals() external view returns (uint8);
    function isBlacklisted(address account) external view returns (bool);
    function mint(address to, uint256 amount) external;
    function blacklist(address account) external;
    function unBlacklist(address account) external;
    function transferWithAuthorization(
        address from,
        address to,
        uint256 value,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external;
    function receiveWithAuthorization(
        address from,
        address to,
        uint256 value,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external;
    function cancelAuthorization(address authorizer, bytes32 nonce, uint8 v, bytes32 r, bytes32 s) external;
}
