// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";

/// @title Signatures of contract wallets that have signed before they exist (ERC-6492).
/// @dev It calls whatever it is told to, so it must never hold or be allowed anything: that is why it is a contract of
/// its own. Anyone may call.
contract WalletPreparer {
    /// @notice Puts the wallet in place if it is not, and asks it (ERC-1271).
    /// @dev A call that fails changes nothing, and then there is nobody to ask. Reverts if `frame` is not what it says.
    /// @param frame abi.encode(address factory, bytes call, bytes signature)
    function isValid(address signer, bytes32 digest, bytes calldata frame) external returns (bool) {
        (address factory, bytes memory call, bytes memory signature) = abi.decode(frame, (address, bytes, bytes));
        if (signer.code.length == 0) {
            (bool done,) = factory.call(call);
            done; // the wallet's code is what counts
        }
        return signer.code.length != 0 && SignatureChecker.isValidERC1271SignatureNow(signer, digest, signature);
    }
}
