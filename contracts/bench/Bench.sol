// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IMarket} from "../src/interfaces/IMarket.sol";
import {IRights} from "../src/interfaces/IRights.sol";
import {Fixture} from "../test/utils/Fixture.sol";
import {ITestUSDC} from "../test/utils/Deployed.sol";

/// @notice A work with a number of holders, in one of two tokens; each figure goes to contracts/snapshots/Bench.json
/// as "what | holders | token", where the token is our test USDC, one of
/// USDC's own shape behind a proxy, or one without a blacklist (bare). It is the whole transaction's: its 21,000 and its calldata included (--isolate).
abstract contract Bench is Fixture {
    uint256 internal immutable COUNT;
    string internal TOKEN;
    uint256 internal constant PRICE = 1_000_000 * USDC;

    uint256 internal work;
    address[] internal holders;

    constructor(uint256 count, string memory token) {
        (COUNT, TOKEN) = (count, token);
    }

    function setUp() public virtual override {
        super.setUp();
        fund(company, 1e6 * PRICE);
        fund(fan, PRICE);
        for (uint256 i; i < COUNT; ++i) {
            holders.push(address(uint160((0xA << 156) + i)));
        }
    }

    function newUSDC() internal override returns (ITestUSDC) {
        if (vm.contains(TOKEN, "proxied")) return ITestUSDC(deployCode("FiatToken.sol:FiatTokenProxy"));
        if (vm.contains(TOKEN, "bare")) return ITestUSDC(deployCode("Peers.sol:BareToken"));
        return super.newUSDC();
    }

    /// @dev What the last call cost.
    function row(string memory what) internal {
        row(what, vm.lastCallGas().gasTotalUsed);
    }

    function row(string memory what, uint256 gas) internal {
        vm.snapshotValue("Bench", string.concat(what, " | ", vm.toString(COUNT), " | ", TOKEN), gas);
    }

    /// @dev The first `count` holders.
    function some(uint256 count) internal view returns (address[] memory list) {
        list = new address[](count);
        for (uint256 i; i < count; ++i) {
            list[i] = holders[i];
        }
    }

    function draftWith(uint256 salt, address[] memory who) internal view returns (IRights.Draft memory draft) {
        draft = draftOf(salt);
        draft.shares = new IRights.Share[](who.length);
        for (uint256 i; i < who.length; ++i) {
            draft.shares[i] = IRights.Share(who[i], uint32(SHARES / who.length));
        }
    }

    function priced(uint256 workId) internal view returns (IMarket.LicenceOffer memory offer) {
        offer = licenceOffer(workId);
        offer.price = uint128(PRICE);
    }
}
