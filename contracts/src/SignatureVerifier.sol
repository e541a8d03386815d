// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";

import {WalletPreparer} from "./WalletPreparer.sol";

/// @title Who signed: a key (ECDSA, 65 bytes, low s), a contract wallet (ERC-1271), or one that is yet to be (ERC-6492).
abstract contract SignatureVerifier {
    /// @dev What ends a signature of a wallet that has no code yet, after abi.encode(factory, call, signature).
    bytes32 private constant ERC6492_SUFFIX = 0x6492649264926492649264926492649264926492649264926492649264926492;

    WalletPreparer private immutable PREPARER = new WalletPreparer();

    /// @dev The key comes first: an account that delegates by EIP-7702 has code, yet signs by its key.
    function _isValidSignature(address signer, bytes32 digest, bytes calldata signature) internal returns (bool) {
        (address recovered, ECDSA.RecoverError problem,) = ECDSA.tryRecoverCalldata(digest, signature);
        if (problem == ECDSA.RecoverError.NoError && recovered == signer) return true;
        if (signature.length >= 32 && bytes32(signature[signature.length - 32:]) == ERC6492_SUFFIX) {
            try PREPARER.isValid(signer, digest, signature[:signature.length - 32]) returns (bool valid) {
                return valid;
            } catch {
                return false; // no frame of ERC-6492 after all
            }
        }
        return signer.code.length != 0 && SignatureChecker.isValidERC1271SignatureNowCalldata(signer, digest, signature);
    }
}
