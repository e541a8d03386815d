// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {CommonBase} from "forge-std/Base.sol";

/// @notice What the compiler says of a contract, so that a new function cannot be forgotten.
abstract contract Artefacts is CommonBase {
    /// @dev Of the functions that may change something, by the compiler's own lists.
    function selectorsOf(string memory artefact) internal returns (bytes4[] memory selectors) {
        string memory json = vm.readFile(vm.getArtifactPathByCode(vm.getCode(artefact)));
        string[] memory signatures = vm.parseJsonKeys(json, ".methodIdentifiers");
        string memory readers = _readersOf(json);
        selectors = new bytes4[](signatures.length);
        uint256 count;
        for (uint256 i; i < signatures.length; ++i) {
            string memory name = vm.split(signatures[i], "(")[0];
            if (vm.contains(readers, string.concat(" ", name, " "))) continue;
            selectors[count++] = bytes4(keccak256(bytes(signatures[i])));
        }
        assembly ("memory-safe") {
            mstore(selectors, count)
        }
    }

    /// @dev The names of what only reads, with a blank on each side.
    function _readersOf(string memory json) private returns (string memory names) {
        names = " ";
        for (uint256 i; vm.keyExistsJson(json, _at(i, "type")); ++i) {
            if (!vm.keyExistsJson(json, _at(i, "stateMutability")) || !vm.keyExistsJson(json, _at(i, "name"))) {
                continue;
            }
            string memory mutability = vm.parseJsonString(json, _at(i, "stateMutability"));
            bool changes = vm.contains(mutability, "payable"); // and "nonpayable"
            if (!changes) names = string.concat(names, vm.parseJsonString(json, _at(i, "name")), " ");
        }
    }

    function _at(uint256 index, string memory key) private pure returns (string memory) {
        return string.concat(".abi[", vm.toString(index), "].", key);
    }
}
