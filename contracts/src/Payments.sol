// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/interfaces/IERC20.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Address} from "@openzeppelin/contracts/utils/Address.sol";

import {IERC3009} from "./interfaces/IERC3009.sol";
import {IPayments} from "./interfaces/IPayments.sol";
import {IPermit2} from "./interfaces/IPermit2.sol";
import {IWrappedNative} from "./interfaces/IWrappedNative.sol";

/// @title Bringing a buyer's money in, by any of the methods of IPayments.
abstract contract Payments is IPayments {
    using SafeERC20 for IERC20;

    /// @dev At the same address on every chain.
    IPermit2 private constant PERMIT2 = IPermit2(0x000000000022D473030F116dDEE9F6B43aC78BA3);
    bytes32 private constant WITNESS_TYPEHASH = keccak256("MintmarkPayment(bytes32 purpose)");
    string private constant WITNESS_TYPE_STRING =
        "MintmarkPayment witness)MintmarkPayment(bytes32 purpose)TokenPermissions(address token,uint256 amount)";

    /// @inheritdoc IPayments
    function authorizationNonce(bytes32 purpose, bytes32 salt) public pure returns (bytes32) {
        return keccak256(abi.encode(purpose, salt));
    }

    /// @dev Brings `amount` of `asset` from the payer to `payee`.
    function _collect(Payment calldata payment, address asset, uint256 amount, address payee, bytes32 purpose)
        internal
    {
        _send(asset, _draw(payment, asset, amount, purpose), payee, amount);
    }

    /// @dev Makes `amount` of `asset` ready to be sent, and says where it lies: here, or with the payer, who allowed it.
    /// Nothing is drawn for nothing, but nobody is named as the payer of it either.
    function _draw(Payment calldata payment, address asset, uint256 amount, bytes32 purpose)
        internal
        returns (address source)
    {
        Method method = payment.method;
        bool isSigned = (method == Method.AUTHORIZATION || method == Method.PERMIT2) && amount != 0;
        if (!isSigned && payment.payer != msg.sender) revert PayerIsNotCaller(payment.payer, msg.sender);
        if (amount == 0) return payment.payer;
        if (method == Method.ALLOWANCE) return payment.payer;
        if (method == Method.PERMIT) {
            _permit(asset, amount, payment.data);
            return payment.payer;
        }

        uint256 before = IERC20(asset).balanceOf(address(this));
        if (method == Method.AUTHORIZATION) _receive(payment, asset, amount, purpose);
        else if (method == Method.PERMIT2) _receiveByPermit2(payment, asset, amount, purpose);
        else _wrap(asset, amount);
        uint256 paid = IERC20(asset).balanceOf(address(this)) - before;
        if (paid < amount) revert PaidTooLittle(paid, amount);
        return address(this);
    }

    /// @dev Sends what was drawn, or a part of it.
    function _send(address asset, address source, address to, uint256 amount) internal {
        if (amount == 0) return;
        if (source == address(this)) IERC20(asset).safeTransfer(to, amount);
        else IERC20(asset).safeTransferFrom(source, to, amount);
    }

    /// @dev Native coin that was not needed goes back to the caller. To be called last.
    function _returnSurplus() internal {
        if (address(this).balance != 0) Address.sendValue(payable(msg.sender), address(this).balance);
    }

    /// @dev A permit that someone else has used already has done its work: the allowance decides.
    function _permit(address asset, uint256 amount, bytes calldata data) private {
        (uint256 deadline, uint8 v, bytes32 r, bytes32 s) = abi.decode(data, (uint256, uint8, bytes32, bytes32));
        try IERC20Permit(asset).permit(msg.sender, address(this), amount, deadline, v, r, s) {} catch {}
    }

    /// @dev ERC-3009: only this contract can use the authorisation, and only for this purpose.
    function _receive(Payment calldata payment, address asset, uint256 amount, bytes32 purpose) private {
        (uint256 validAfter, uint256 validBefore, bytes32 salt, bytes memory signature) =
            abi.decode(payment.data, (uint256, uint256, bytes32, bytes));
        IERC3009(asset)
            .receiveWithAuthorization(
                payment.payer,
                address(this),
                amount,
                validAfter,
                validBefore,
                authorizationNonce(purpose, salt),
                signature
            );
    }

    function _receiveByPermit2(Payment calldata payment, address asset, uint256 amount, bytes32 purpose) private {
        (uint256 nonce, uint256 deadline, bytes memory signature) = abi.decode(payment.data, (uint256, uint256, bytes));
        PERMIT2.permitWitnessTransferFrom(
            IPermit2.PermitTransferFrom(IPermit2.TokenPermissions(asset, amount), nonce, deadline),
            IPermit2.SignatureTransferDetails(address(this), amount),
            payment.payer,
            keccak256(abi.encode(WITNESS_TYPEHASH, purpose)),
            WITNESS_TYPE_STRING,
            signature
        );
    }

    function _wrap(address asset, uint256 amount) private {
        if (address(this).balance < amount) revert PaidTooLittle(address(this).balance, amount);
        IWrappedNative(asset).deposit{value: amount}();
    }
}
