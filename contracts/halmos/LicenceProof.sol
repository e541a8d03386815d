// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {CommonBase} from "forge-std/Base.sol";

import {Rights} from "../src/Rights.sol";
import {IRights} from "../src/interfaces/IRights.sol";

/// @notice A licence never ends earlier than it did, for every duration, quantity and time: proven on Rights itself.
contract LicenceProof is CommonBase {
    uint256 internal constant FOREVER = type(uint40).max;
    address internal constant LICENSEE = address(0xA11CE);

    Rights internal rights;
    uint256 internal work;

    function setUp() external {
        rights = new Rights(address(this));
        rights.allowAsset(address(rights), true); // anything with code will do: no money moves here
        rights.authoriseEdge(address(this), true);
        IRights.Draft memory draft;
        (draft.creator, draft.asset) = (address(this), address(rights));
        draft.shares = new IRights.Share[](1);
        draft.shares[0] = IRights.Share(LICENSEE, 1_000_000);
        work = rights.create(draft);
    }

    /// @notice Whatever was granted before, at whatever time: the new end is not before the old one, nor before now
    /// unless the clock has run out, and a timer that cannot go further stands still instead of starting again.
    function check_neverShortens(uint40 duration, uint128 before, uint128 units, uint40 start, uint40 time) external {
        vm.assume(time >= start);
        vm.assume(before <= type(uint128).max - units); // more is refused
        IRights.Terms memory terms;
        terms.duration = duration;

        vm.warp(start);
        (uint256 id, uint256 until) = rights.grantLicence(work, terms, LICENSEE, before);
        vm.warp(time);
        (, uint256 later) = rights.grantLicence(work, terms, LICENSEE, units);

        assert(later >= until && later >= time && later <= FOREVER);
        assert(rights.licensedUntil(id, LICENSEE) == later);
        assert(duration != 0 || later == FOREVER);
    }
}
