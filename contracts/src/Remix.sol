// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {SignatureVerifier} from "./SignatureVerifier.sol";
import {IRemix} from "./interfaces/IRemix.sol";
import {IRights} from "./interfaces/IRights.sol";

/// @title The record of which work was made from which, under what licence. It holds no money and has no owner.
contract Remix is IRemix, EIP712, SignatureVerifier, ReentrancyGuardTransient {
    uint256 private constant REMIX_SCOPE = 32;
    bytes32 private constant APPROVAL_TYPEHASH = keccak256("Approval(bytes32 draft,uint256 parentId)");

    /// @inheritdoc IRemix
    uint256 public constant MAX_PARENTS = 8;

    /// @inheritdoc IRemix
    uint256 public constant MAX_PARENTS_SHARES = 500_000;

    /// @inheritdoc IRemix
    IRights public immutable RIGHTS;

    mapping(uint256 childId => uint64[]) private _parents; // four a slot

    constructor(IRights rights) EIP712("Mintmark Remix", "1") {
        RIGHTS = rights;
    }

    /// @inheritdoc IRemix
    function register(IRights.Draft calldata draft, bytes calldata creatorSignature, Parent[] calldata parents)
        external
        nonReentrant
        returns (uint256 childId)
    {
        if (parents.length == 0) revert NoParents();
        bytes32 digest = RIGHTS.hashDraft(draft);
        childId = RIGHTS.workOf(digest);
        // Anyone may have brought the draft to Rights before: the work is the same, shares and all.
        if (childId == 0) childId = RIGHTS.createFor(draft, creatorSignature);

        uint256 given = _givenToKnown(draft, childId);
        for (uint256 i; i < parents.length; ++i) {
            given += _record(draft, digest, childId, parents[i]);
        }
        if (given > MAX_PARENTS_SHARES) revert ParentsShareTooLarge(given, MAX_PARENTS_SHARES);
        if (_parents[childId].length > MAX_PARENTS) revert TooManyParents(_parents[childId].length, MAX_PARENTS);
    }

    /// @inheritdoc IRemix
    function parentsOf(uint256 childId) external view returns (uint64[] memory) {
        return _parents[childId];
    }

    /// @inheritdoc IRemix
    function hashApproval(bytes32 draft, uint256 parentId) public view returns (bytes32) {
        return _hashTypedDataV4(keccak256(abi.encode(APPROVAL_TYPEHASH, draft, parentId)));
    }

    /// @dev The shares that the parent was given; none if it is on record already.
    function _record(IRights.Draft calldata draft, bytes32 digest, uint256 childId, Parent calldata parent)
        private
        returns (uint256 given)
    {
        (uint256 parentId, IRights.Terms memory terms) = RIGHTS.termsOf(parent.licenceId);
        if (_isKnown(childId, parentId)) return 0;
        if (parentId >= childId) revert ParentNotEarlier(parentId, childId);
        if (terms.scopes & REMIX_SCOPE == 0) revert RemixNotAllowed(parent.licenceId);
        uint256 until = RIGHTS.licensedUntil(parent.licenceId, draft.creator);
        if (until <= block.timestamp) revert NotLicensed(parent.licenceId, draft.creator, until);

        // One share at least, even where the terms ask for none: nobody may hang a work under another's name.
        uint256 asked = Math.max(terms.remixShares, 1);
        given = _givenTo(draft, parentId);
        if (given < asked) revert ShareTooSmall(parentId, given, asked);
        if (terms.remixApproval) {
            address creator = RIGHTS.creatorOf(parentId);
            bytes32 approval = hashApproval(digest, parentId);
            if (!_isValidSignature(creator, approval, parent.approval)) {
                revert NotApproved(parentId, creator, approval);
            }
        }
        _parents[childId].push(uint64(parentId)); // fits: as all ids of works
        emit RemixRegistered(childId, parentId, parent.licenceId, given);
    }

    function _isKnown(uint256 childId, uint256 parentId) private view returns (bool) {
        uint64[] storage known = _parents[childId];
        for (uint256 i; i < known.length; ++i) {
            if (known[i] == parentId) return true;
        }
        return false;
    }

    function _givenToKnown(IRights.Draft calldata draft, uint256 childId) private view returns (uint256 given) {
        uint64[] storage known = _parents[childId];
        for (uint256 i; i < known.length; ++i) {
            given += _givenTo(draft, known[i]);
        }
    }

    function _givenTo(IRights.Draft calldata draft, uint256 parentId) private view returns (uint256 given) {
        address account = RIGHTS.addressOf(parentId);
        for (uint256 i; i < draft.shares.length; ++i) {
            if (draft.shares[i].holder == account) given += draft.shares[i].amount;
        }
    }
}
