// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {CommonBase} from "forge-std/Base.sol";
import {StdUtils} from "forge-std/StdUtils.sol";

import {IRights} from "../../src/interfaces/IRights.sol";
import {IDeployedMarket, IDeployedRights, ITestUSDC} from "../utils/Deployed.sol";
import {Model} from "./Model.sol";

/// @notice Who and what a campaign plays with: a few people with keys, two assets, works, and a model beside them.
abstract contract World is CommonBase, StdUtils {
    uint256 internal constant MOST_WORKS = 6;
    uint256 internal constant MOST_MONEY = 1e15;

    IDeployedRights public immutable RIGHTS;
    IDeployedMarket public immutable MARKET;
    address internal immutable OWNER;
    address internal immutable BLACKLISTER = msg.sender;
    Model public immutable MODEL = new Model();

    ITestUSDC[2] public assets;
    uint256[] internal _keys;
    address[] public people;
    uint256[] public works;
    uint256[] public licences;

    constructor(IDeployedRights rights, IDeployedMarket market, address owner, ITestUSDC[2] memory assets_) {
        (RIGHTS, MARKET, OWNER, assets) = (rights, market, owner, assets_);
        for (uint256 i = 1; i <= 6; ++i) {
            _keys.push(i);
            people.push(vm.addr(i));
            MODEL.know(vm.addr(i));
            for (uint256 j; j < 2; ++j) {
                vm.prank(vm.addr(i));
                assets[j].approve(address(market), type(uint256).max);
            }
        }
    }

    function workCount() external view returns (uint256) {
        return works.length;
    }

    function licenceCount() external view returns (uint256) {
        return licences.length;
    }

    function person(uint256 seed) internal view returns (address) {
        return people[seed % people.length];
    }

    function keyOf(address who) internal view returns (uint256) {
        for (uint256 i; i < people.length; ++i) {
            if (people[i] == who) return _keys[i];
        }
        revert("no key");
    }

    function workBy(uint256 seed) internal view returns (uint256) {
        return works[seed % works.length];
    }

    function tokenOf(uint256 work) internal view returns (ITestUSDC) {
        return ITestUSDC(RIGHTS.assetOf(work));
    }

    function refused(ITestUSDC token, address who) internal view returns (bool) {
        return token.isBlacklisted(who);
    }

    function sign(address who, bytes32 digest) internal view returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(keyOf(who), digest);
        return abi.encodePacked(r, s, v);
    }

    /// @dev Somebody who may hold shares of a work: a person, or the address of an earlier work in the same asset.
    function takerOf(uint256 work, uint256 seed) internal view returns (address) {
        uint256 parent = seed % (2 * people.length);
        if (parent < works.length && works[parent] < work && RIGHTS.assetOf(works[parent]) == RIGHTS.assetOf(work)) {
            return RIGHTS.addressOf(works[parent]);
        }
        return person(seed);
    }

    /// @dev Money that a token makes out of nothing.
    function give(ITestUSDC token, address to, uint256 amount) internal {
        token.mint(to, amount);
        MODEL.give(address(token), to, amount);
    }

    /// @dev `arrived` and whatever lay at Rights uncounted is now the work's.
    function arrive(uint256 work, uint256 arrived) internal {
        MODEL.arrive(work, arrived + MODEL.count(RIGHTS.assetOf(work)));
    }

    function draftBy(address creator, uint256 seed) internal view returns (IRights.Draft memory draft) {
        draft.creator = creator;
        draft.asset = address(assets[seed % 2]);
        draft.content = keccak256(abi.encode(seed));
        draft.metadata = keccak256(abi.encode(seed, "metadata"));
        draft.royaltyBps = uint16(seed % 5001);
        draft.operator = address(MARKET);
        draft.salt = works.length;
        uint32 first = uint32(bound(seed, 1, 999_998));
        draft.shares = new IRights.Share[](3);
        draft.shares[0] = IRights.Share(creator, first);
        draft.shares[1] = IRights.Share(person(seed >> 8), 1);
        draft.shares[2] = IRights.Share(person(seed >> 16), 999_999 - first);
    }
}
