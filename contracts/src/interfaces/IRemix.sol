// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IRights} from "./IRights.sol";

/// @title Remixes: works that were made from others, by licence, and pay them for ever.
/// @notice A parent's address holds shares of its remix from birth. What these earn becomes the parent's revenue by
/// `Rights.flow`, through any depth.
/// @dev The creator names the parents by signing the draft, which gives each parent's address at least one share: so
/// anyone may register, and whoever is first can only record what is true. Parents are earlier works, so there is no
/// circle. EIP-712 domain "Mintmark Remix", "1".
interface IRemix {
    /// @notice A licence of the parent that lets the remix's creator remix it.
    struct Parent {
        uint256 licenceId;
        bytes approval; // its creator's signature of `hashApproval`, where the terms ask for one; else empty
    }

    /// @notice `childId` was made from `parentId` under a licence, and gave `shares` of its own to it at birth.
    event RemixRegistered(uint256 indexed childId, uint256 indexed parentId, uint256 indexed licenceId, uint256 shares);

    /// @notice A remix has a parent.
    error NoParents();

    /// @notice More parents than a remix can have.
    error TooManyParents(uint256 parents, uint256 max);

    /// @notice The terms of this licence do not include remixing.
    error RemixNotAllowed(uint256 licenceId);

    /// @notice The remix's creator holds no such licence now: it ended at `until`, or never began (0).
    error NotLicensed(uint256 licenceId, address creator, uint256 until);

    /// @notice The draft gives the parent's address fewer shares than the terms ask.
    error ShareTooSmall(uint256 parentId, uint256 given, uint256 asked);

    /// @notice All parents together would hold too much of the remix.
    error ParentsShareTooLarge(uint256 given, uint256 max);

    /// @notice The parent's creator has not approved this draft.
    error NotApproved(uint256 parentId, address creator, bytes32 approval);

    /// @notice A parent is an earlier work than its remix.
    error ParentNotEarlier(uint256 parentId, uint256 childId);

    /// @notice Mints a remix by its creator's signature and records its parents. Anyone may call.
    /// @dev If the draft is a work already, its parents are added and no signature is needed; a parent on record is
    /// passed over. Every licence must be valid now. At worst somebody registers a part of the parents: the others can
    /// be added by the same call again.
    /// @param creatorSignature As for `Rights.createFor`.
    /// @param parents One licence a parent: at most MAX_PARENTS in all, with at most MAX_PARENTS_SHARES together.
    function register(IRights.Draft calldata draft, bytes calldata creatorSignature, Parent[] calldata parents)
        external
        returns (uint256 childId);

    /// @notice The works that a work was registered as a remix of, in the order of registration.
    function parentsOf(uint256 childId) external view returns (uint64[] memory parentIds);

    /// @notice EIP-712 digest that a parent's creator signs to approve a remix.
    /// @param draft `Rights.hashDraft` of the remix.
    function hashApproval(bytes32 draft, uint256 parentId) external view returns (bytes32);

    function MAX_PARENTS() external view returns (uint256);

    /// @notice Of SHARES.
    function MAX_PARENTS_SHARES() external view returns (uint256);
    function RIGHTS() external view returns (IRights);
}
