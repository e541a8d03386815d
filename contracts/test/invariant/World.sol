// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {CommonBase} from "forge-std/Base.sol";
import {StdUtils} from "forge-std/StdUtils.sol";

import {IInvoices} from "../../src/interfaces/IInvoices.sol";
import {IMeter} from "../../src/interfaces/IMeter.sol";
import {IPayments} from "../../src/interfaces/IPayments.sol";
import {IRemix} from "../../src/interfaces/IRemix.sol";
import {IRights} from "../../src/interfaces/IRights.sol";
import {IStreams} from "../../src/interfaces/IStreams.sol";
import {IWrappedNative} from "../../src/interfaces/IWrappedNative.sol";
import {IDeployedCollections, IDeployedMarket, IDeployedRights, ITestUSDC} from "../utils/Deployed.sol";
import {Permit2Code} from "../utils/Permit2.sol";
import {Model} from "./Model.sol";

/// @notice Who and what a campaign plays with: people with keys, two stable coins and wrapped native coin, works, and a
/// model beside them. Every function of a handler takes two numbers, and makes of them all that it needs.
abstract contract World is CommonBase, StdUtils {
    struct Stage {
        IDeployedRights rights;
        IDeployedMarket market;
        IMeter meter;
        IStreams streams;
        IRemix remix;
        IDeployedCollections collections;
        IInvoices invoices;
        address owner;
        address blacklister;
        address[3] assets; // the last is wrapped native coin
    }

    uint256 internal constant MOST_WORKS = 9;
    uint256 internal constant MOST_MONEY = 1e15;
    uint256 internal constant BPS = 10_000;
    address internal constant COURT = address(0xC0027);
    bytes32 internal constant PERMIT2_TYPEHASH = keccak256(
        "PermitWitnessTransferFrom(TokenPermissions permitted,address spender,uint256 nonce,uint256 deadline,"
        "MintmarkPayment witness)MintmarkPayment(bytes32 purpose)TokenPermissions(address token,uint256 amount)"
    );

    IDeployedRights public immutable RIGHTS;
    IDeployedMarket public immutable MARKET;
    address internal immutable WETH;
    address internal immutable BLACKLISTER;
    Model public immutable MODEL = new Model();

    address internal owner;
    address[3] public assets;
    address[] public people;
    uint256[] public works;
    uint256[] public licences;
    uint256 private _count;

    constructor(Stage memory stage) {
        (RIGHTS, MARKET, owner, BLACKLISTER) = (stage.rights, stage.market, stage.owner, stage.blacklister);
        (assets, WETH) = (stage.assets, stage.assets[2]);
        for (uint256 i = 1; i <= 6; ++i) {
            people.push(vm.addr(i)); // whose key is i
            MODEL.know(vm.addr(i));
            for (uint256 j; j < 3; ++j) {
                vm.prank(vm.addr(i));
                ITestUSDC(assets[j]).approve(Permit2Code.AT, type(uint256).max);
            }
        }
    }

    function workCount() external view returns (uint256) {
        return works.length;
    }

    function licenceCount() external view returns (uint256) {
        return licences.length;
    }

    // Who and what

    /// @dev A number that has not been used before.
    function next() internal returns (uint256) {
        return ++_count;
    }

    function person(uint256 seed) internal view returns (address) {
        return people[seed % people.length];
    }

    function workBy(uint256 seed) internal view returns (uint256) {
        return works[seed % works.length];
    }

    function assetBy(uint256 seed) internal view returns (address) {
        return assets[seed % 3];
    }

    function refused(address token, address who) internal view returns (bool) {
        return token != WETH && ITestUSDC(token).isBlacklisted(who);
    }

    function sign(address who, bytes32 digest) internal view returns (bytes memory) {
        for (uint256 i; i < people.length; ++i) {
            if (people[i] != who) continue;
            (uint8 v, bytes32 r, bytes32 s) = vm.sign(i + 1, digest);
            return abi.encodePacked(r, s, v);
        }
        revert("no key");
    }

    /// @dev Somebody who may hold shares of a work: a person, or the address of an earlier work in the same asset.
    function takerOf(uint256 work, uint256 seed) internal view returns (address) {
        uint256 parent = seed % (2 * people.length);
        if (parent < works.length && works[parent] < work && RIGHTS.assetOf(works[parent]) == RIGHTS.assetOf(work)) {
            return RIGHTS.addressOf(works[parent]);
        }
        return person(seed);
    }

    /// @dev The first work, and the other one too if it earns in the same asset (it may be the same).
    function sameAsset(uint256 first, uint256 other) internal view returns (uint256[] memory list) {
        list = new uint256[](RIGHTS.assetOf(first) == RIGHTS.assetOf(other) ? 2 : 1);
        list[0] = first;
        if (list.length == 2) list[1] = other;
    }

    function draftBy(address creator, uint256 seed) internal returns (IRights.Draft memory draft) {
        draft.creator = creator;
        draft.asset = assetBy(seed);
        draft.content = keccak256(abi.encode(seed));
        draft.metadata = keccak256(abi.encode(seed, "metadata"));
        draft.royaltyBps = uint16(seed % 5001);
        draft.operator = address(MARKET);
        draft.salt = next();
        uint32 first = uint32(bound(seed, 1, 999_998));
        draft.shares = new IRights.Share[](3);
        draft.shares[0] = IRights.Share(creator, first);
        draft.shares[1] = IRights.Share(person(seed >> 8), 1);
        draft.shares[2] = IRights.Share(person(seed >> 16), 999_999 - first);
    }

    function born(uint256 work, IRights.Draft memory draft) internal {
        works.push(work);
        MODEL.know(RIGHTS.addressOf(work));
        for (uint256 i; i < draft.shares.length; ++i) {
            MODEL.mint(work, draft.shares[i].holder, draft.shares[i].amount);
        }
    }

    // Money

    /// @dev Money out of nothing.
    function give(address token, address to, uint256 amount) internal {
        if (token == WETH) {
            vm.deal(address(this), amount);
            IWrappedNative(WETH).deposit{value: amount}();
            ITestUSDC(WETH).transfer(to, amount);
        } else {
            ITestUSDC(token).mint(to, amount);
        }
        MODEL.give(token, to, amount);
    }

    /// @dev `arrived` and whatever lay at Rights uncounted is now the work's.
    function arrive(uint256 work, uint256 arrived) internal {
        MODEL.arrive(work, arrived + MODEL.count(RIGHTS.assetOf(work)));
    }

    /// @dev Gives the payer the money, and a way to pay it to `edge` for `purpose`; `value` is what to send along.
    function payment(address edge, address token, address payer, uint256 amount, bytes32 purpose, uint256 seed)
        internal
        returns (IPayments.Payment memory paid, uint256 value)
    {
        paid.payer = payer;
        paid.method = token == WETH
            ? [IPayments.Method.ALLOWANCE, IPayments.Method.PERMIT2, IPayments.Method.NATIVE][seed % 3]
            : [
                IPayments.Method.ALLOWANCE,
                IPayments.Method.PERMIT2,
                IPayments.Method.AUTHORIZATION,
                IPayments.Method.PERMIT
            ][seed % 4];
        if (paid.method == IPayments.Method.NATIVE) {
            value = amount + seed % 2; // what is too much comes back
            vm.deal(payer, value);
            MODEL.give(token, payer, amount);
            return (paid, value);
        }
        give(token, payer, amount);
        if (paid.method == IPayments.Method.ALLOWANCE) {
            vm.prank(payer);
            ITestUSDC(token).approve(edge, amount);
        } else if (paid.method == IPayments.Method.PERMIT2) {
            paid.data = _byPermit2(edge, token, payer, amount, purpose);
        } else if (paid.method == IPayments.Method.AUTHORIZATION) {
            paid.data = _byAuthorization(edge, ITestUSDC(token), payer, amount, purpose);
        } else {
            paid.data = _byPermit(edge, ITestUSDC(token), payer, amount);
        }
    }

    function _byPermit2(address edge, address token, address payer, uint256 amount, bytes32 purpose)
        private
        returns (bytes memory)
    {
        uint256 nonce = next();
        bytes32 message = keccak256(
            abi.encode(
                PERMIT2_TYPEHASH,
                keccak256(abi.encode(keccak256("TokenPermissions(address token,uint256 amount)"), token, amount)),
                edge,
                nonce,
                type(uint256).max,
                keccak256(abi.encode(keccak256("MintmarkPayment(bytes32 purpose)"), purpose))
            )
        );
        (, bytes memory domain) = Permit2Code.AT.staticcall(abi.encodeWithSignature("DOMAIN_SEPARATOR()"));
        bytes32 digest = keccak256(abi.encodePacked(hex"1901", abi.decode(domain, (bytes32)), message));
        return abi.encode(nonce, type(uint256).max, sign(payer, digest));
    }

    function _byAuthorization(address edge, ITestUSDC token, address payer, uint256 amount, bytes32 purpose)
        private
        returns (bytes memory)
    {
        bytes32 salt = bytes32(next());
        bytes32 nonce = IPayments(edge).authorizationNonce(purpose, salt);
        bytes32 message = keccak256(
            abi.encode(
                token.RECEIVE_WITH_AUTHORIZATION_TYPEHASH(), payer, edge, amount, uint256(0), type(uint256).max, nonce
            )
        );
        bytes32 digest = keccak256(abi.encodePacked(hex"1901", token.DOMAIN_SEPARATOR(), message));
        return abi.encode(uint256(0), type(uint256).max, salt, sign(payer, digest));
    }

    function _byPermit(address edge, ITestUSDC token, address payer, uint256 amount)
        private
        view
        returns (bytes memory)
    {
        bytes32 message = keccak256(
            abi.encode(
                keccak256("Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)"),
                payer,
                edge,
                amount,
                token.nonces(payer),
                type(uint256).max
            )
        );
        bytes32 digest = keccak256(abi.encodePacked(hex"1901", token.DOMAIN_SEPARATOR(), message));
        bytes memory signature = sign(payer, digest);
        (bytes32 r, bytes32 s) = abi.decode(signature, (bytes32, bytes32));
        return abi.encode(type(uint256).max, uint8(signature[64]), r, s);
    }

    // What the model is told

    function modelPush(uint256[] memory list, address[] memory holders) internal {
        address token = RIGHTS.assetOf(list[0]);
        for (uint256 i; i < holders.length; ++i) {
            if (staysAtRights(holders[i])) continue;
            uint256 amount = modelTake(list, holders[i]);
            address to = RIGHTS.payoutOf(holders[i]);
            if (refused(token, to)) MODEL.deferTo(token, holders[i], amount);
            else MODEL.pay(token, address(RIGHTS), to, amount);
        }
    }

    function modelTake(uint256[] memory list, address holder) internal returns (uint256 amount) {
        for (uint256 i; i < list.length; ++i) {
            amount += MODEL.take(list[i], holder);
        }
    }

    /// @dev A work's account, and whoever chose so, is never paid out.
    function staysAtRights(address holder) internal view returns (bool) {
        return RIGHTS.workAt(holder) != 0 || RIGHTS.payoutOf(holder) == address(RIGHTS);
    }

    function modelGrant(uint256 id, address licensee, uint256 units, uint256 duration) internal {
        bool listed;
        for (uint256 i; i < licences.length; ++i) {
            listed = listed || licences[i] == id;
        }
        if (!listed) licences.push(id);
        uint256 left = MODEL.end(id, licensee);
        uint256 start = left > vm.getBlockTimestamp() ? left : vm.getBlockTimestamp();
        MODEL.grant(id, licensee, units, duration == 0 || left == FOREVER ? FOREVER : start + units * duration);
    }

    uint256 internal constant FOREVER = type(uint40).max;

    receive() external payable {}
}
