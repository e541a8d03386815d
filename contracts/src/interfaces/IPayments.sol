// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title How a buyer pays an edge.
interface IPayments {
    /// @notice How the money comes, and what `Payment.data` then is.
    ///
    /// ALLOWANCE: ERC-20 allowance to this contract; empty.
    /// PERMIT (ERC-2612): abi.encode(uint256 deadline, uint8 v, bytes32 r, bytes32 s); the value is the whole cost.
    /// AUTHORIZATION (ERC-3009 receiveWithAuthorization): abi.encode(uint256 validAfter, uint256 validBefore,
    /// bytes32 salt, bytes signature); to this contract, with the nonce `authorizationNonce(purpose, salt)`.
    /// PERMIT2: abi.encode(uint256 nonce, uint256 deadline, bytes signature) of a PermitWitnessTransferFrom to this
    /// contract, whose witness is `MintmarkPayment(bytes32 purpose)`.
    /// NATIVE: native coin that comes with the call and is wrapped; empty. What is left over goes back to the caller.
    ///
    /// By AUTHORIZATION and PERMIT2 anybody may send the transaction: the signature is for one purpose, so nobody can
    /// turn the money elsewhere.
    enum Method {
        ALLOWANCE,
        PERMIT,
        AUTHORIZATION,
        PERMIT2,
        NATIVE
    }

    struct Payment {
        Method method;
        address payer; // the caller, unless by AUTHORIZATION or PERMIT2
        bytes data;
    }

    /// @notice Only the caller's money, unless another signed for this very purpose.
    error PayerIsNotCaller(address payer, address caller);

    /// @notice Less arrived than the price.
    error PaidTooLittle(uint256 paid, uint256 price);

    /// @notice The ERC-3009 nonce of a payment for one purpose, and for nothing else.
    function authorizationNonce(bytes32 purpose, bytes32 salt) external pure returns (bytes32);
}
