// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title Puts a contract wallet in place that has signed before it exists (ERC-6492).
/// @dev It calls whatever it is told to, so it must never hold or be allowed anything: that is why it is a contract of
/// its own. Anyone may call; a call that fails changes nothing, and the signature is then refused.
contract WalletPreparer {
    function prepare(address factory, bytes calldata call) external {
        (bool done,) = factory.call(call);
        done; // the wallet's code is what counts
    }
}
