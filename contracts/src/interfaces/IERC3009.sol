// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title ERC-3009 as USDC and EURC have it since version 2.2: signatures as bytes, so contract wallets (ERC-1271) too.
interface IERC3009 {
    event AuthorizationUsed(address indexed authorizer, bytes32 indexed nonce);
    event AuthorizationCanceled(address indexed authorizer, bytes32 indexed nonce);

    function authorizationState(address authorizer, bytes32 nonce) external view returns (bool);

    function transferWithAuthorization(
        address from,
        address to,
        uint256 value,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        bytes memory signature
    ) external;

    /// @dev Only `to` may call, so nobody else can use the authorisation first.
    function receiveWithAuthorization(
        address from,
        address to,
        uint256 value,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        bytes memory signature
    ) external;

    function cancelAuthorization(address authorizer, bytes32 nonce, bytes memory signature) external;
}
