// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC1155} from "@openzeppelin/contracts/interfaces/IERC1155.sol";
import {ERC1155Holder} from "@openzeppelin/contracts/token/ERC1155/utils/ERC1155Holder.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";
import {Checkpoints} from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";

import {SignatureVerifier} from "./SignatureVerifier.sol";
import {ICollections} from "./interfaces/ICollections.sol";
import {IRights} from "./interfaces/IRights.sol";

/// @title Sets of works of any size, sold as one. It has no owner, and no token ever lies here: what it earns by the
/// shares it holds stays in Rights until it is a member's revenue.
contract Collections is ICollections, EIP712, SignatureVerifier, ERC1155Holder, ReentrancyGuardTransient {
    using Checkpoints for Checkpoints.Trace208;

    /// @dev One slot.
    struct Stake {
        uint64 weight; // zero: not on record
        uint128 received;
    }

    uint256 private constant PARTS = 1_000_000_000;
    bytes32 private constant CONSENT_TYPEHASH =
        keccak256("Consent(uint256 workId,address curator,uint64 minPart,uint40 notBefore,uint40 notAfter)");

    /// @inheritdoc ICollections
    IRights public immutable RIGHTS;
    uint256 private immutable SHARES;

    bool private transient _publishing;
    mapping(uint256 editionId => State) private _editions;
    mapping(uint256 editionId => mapping(uint256 workId => Stake)) private _stakes;

    /// @dev By time: 1 or 0, and the time itself.
    mapping(address creator => mapping(address curator => Checkpoints.Trace208)) private _optIns;
    mapping(uint256 workId => mapping(address curator => Checkpoints.Trace208)) private _departures;

    constructor(IRights rights) EIP712("Mintmark Collections", "1") {
        RIGHTS = rights;
        SHARES = rights.SHARES();
        rights.setPayout(address(rights)); // nobody can have earnings paid out to here, where they would be lost
    }

    // Editions

    /// @inheritdoc ICollections
    function publish(IRights.Draft calldata draft, bytes calldata creatorSignature, Edition calldata edition)
        external
        nonReentrant
        returns (uint256 editionId)
    {
        uint256 salt = saltOf(edition);
        if (draft.salt != salt) revert SaltDiffers(draft.salt, salt);
        editionId = RIGHTS.workOf(RIGHTS.hashDraft(draft));
        if (_editions[editionId].root != 0) return editionId;
        if (edition.root == 0 || edition.totalWeight == 0) revert EmptyEdition();
        if (edition.previous != 0) {
            _existing(edition.previous); // or UnknownEdition
            address creator = RIGHTS.creatorOf(edition.previous);
            if (creator != draft.creator) revert NotTheCurator(draft.creator, creator);
        }

        _publishing = true;
        editionId = RIGHTS.createFor(draft, creatorSignature);
        _publishing = false;
        if (_sharesOf(editionId) == 0) revert NothingForMembers(editionId);
        _editions[editionId] = State(edition.root, draft.creator, uint40(block.timestamp), edition.totalWeight, 0, 0);
        emit EditionPublished(
            editionId, draft.creator, edition.previous, edition.root, edition.members, edition.totalWeight
        );
    }

    /// @inheritdoc ICollections
    function saltOf(Edition calldata edition) public pure returns (uint256) {
        return uint256(keccak256(abi.encode(edition)));
    }

    /// @inheritdoc ICollections
    function editionOf(uint256 editionId) external view returns (State memory) {
        return _existing(editionId);
    }

    // Members and their money

    /// @inheritdoc ICollections
    function record(uint256 editionId, Member[] calldata members) external nonReentrant returns (uint256 recorded) {
        return _record(editionId, members);
    }

    /// @inheritdoc ICollections
    function flow(uint256 editionId, Member[] calldata members) external nonReentrant returns (uint256 amount) {
        _record(editionId, members);
        uint256[] memory workIds = new uint256[](members.length);
        for (uint256 i; i < members.length; ++i) {
            workIds[i] = members[i].workId;
        }
        return _flow(editionId, workIds);
    }

    /// @inheritdoc ICollections
    function flow(uint256 editionId, uint256[] calldata workIds) external nonReentrant returns (uint256 amount) {
        return _flow(editionId, workIds);
    }

    /// @inheritdoc ICollections
    function due(uint256 editionId, uint256 workId) external view returns (uint256) {
        State storage edition = _existing(editionId);
        return _due(_earned(editionId, edition), edition.totalWeight, _stakes[editionId][workId]);
    }

    /// @inheritdoc ICollections
    function memberOf(uint256 editionId, uint256 workId) external view returns (uint256 weight, uint256 received) {
        Stake storage stake = _stakes[editionId][workId];
        return (stake.weight, stake.received);
    }

    /// @inheritdoc ICollections
    function isLicensed(address account, uint256 editionId, uint32 scope, Member calldata member)
        external
        view
        returns (bool)
    {
        if (!RIGHTS.isLicensed(account, editionId, scope)) return false;
        if (_stakes[editionId][member.workId].weight != 0) return true;
        State storage edition = _existing(editionId);
        address creator = _checked(editionId, edition, member, RIGHTS.assetOf(editionId));
        return member.signature.length == 0 && _isOptedIn(edition, member.workId, creator);
    }

    // Consent

    /// @inheritdoc ICollections
    function setOptIn(address curator, bool optedIn) external {
        _optIns[msg.sender][curator].push(uint48(block.timestamp), optedIn ? 1 : 0);
        emit OptInSet(msg.sender, curator, optedIn);
    }

    /// @inheritdoc ICollections
    function isOptedIn(address creator, address curator) external view returns (bool) {
        return _optIns[creator][curator].latest() == 1;
    }

    /// @inheritdoc ICollections
    function leaveCurator(uint256 workId, address curator) external {
        address creator = RIGHTS.creatorOf(workId);
        if (msg.sender != creator) revert IRights.NotTheCreator(msg.sender, creator);
        _departures[workId][curator].push(uint48(block.timestamp), uint208(block.timestamp));
        emit Left(workId, curator, creator);
    }

    /// @inheritdoc ICollections
    function leftAt(uint256 workId, address curator) external view returns (uint256) {
        return _departures[workId][curator].latest();
    }

    /// @inheritdoc ICollections
    function hashConsent(uint256 workId, address curator, uint64 minPart, uint40 notBefore, uint40 notAfter)
        public
        view
        returns (bytes32)
    {
        return _hashTypedDataV4(keccak256(abi.encode(CONSENT_TYPEHASH, workId, curator, minPart, notBefore, notAfter)));
    }

    // ERC-1155

    /// @dev Shares of what is no edition would earn for nobody.
    function onERC1155Received(address operator, address from, uint256 id, uint256 amount, bytes memory data)
        public
        override
        returns (bytes4)
    {
        bool isEdition = _publishing || _editions[id].root != 0;
        if (msg.sender != address(RIGHTS) || !isEdition) revert NotAnEdition(msg.sender, id);
        return super.onERC1155Received(operator, from, id, amount, data);
    }

    /// @dev As one by one.
    function onERC1155BatchReceived(
        address operator,
        address from,
        uint256[] memory ids,
        uint256[] memory amounts,
        bytes memory data
    ) public override returns (bytes4) {
        for (uint256 i; i < ids.length; ++i) {
            onERC1155Received(operator, from, ids[i], amounts[i], data);
        }
        return super.onERC1155BatchReceived(operator, from, ids, amounts, data);
    }

    function _record(uint256 editionId, Member[] calldata members) private returns (uint256 recorded) {
        State storage edition = _existing(editionId);
        address asset = RIGHTS.assetOf(editionId);
        uint256 shares = _sharesOf(editionId);
        for (uint256 i; i < members.length; ++i) {
            Member calldata member = members[i];
            Stake storage stake = _stakes[editionId][member.workId];
            if (stake.weight != 0) continue;
            address creator = _checked(editionId, edition, member, asset);
            uint256 weight = uint256(edition.recordedWeight) + member.weight;
            if (weight > edition.totalWeight || !_consents(edition, member, creator, shares)) continue;

            stake.weight = member.weight;
            edition.recordedWeight = uint64(weight); // fits: at most totalWeight
            ++recorded;
            emit MemberRecorded(editionId, member.workId, member.weight);
        }
    }

    function _flow(uint256 editionId, uint256[] memory workIds) private returns (uint256 total) {
        State storage edition = _existing(editionId);
        uint256 earned = _earned(editionId, edition);
        uint256 totalWeight = edition.totalWeight;
        uint256[] memory amounts = new uint256[](workIds.length);
        uint256 count;
        for (uint256 i; i < workIds.length; ++i) {
            Stake storage stake = _stakes[editionId][workIds[i]];
            uint256 amount = _due(earned, totalWeight, stake);
            if (amount == 0) continue;
            stake.received += uint128(amount); // fits: a work's revenue does
            (workIds[count], amounts[count++]) = (workIds[i], amount);
            total += amount;
        }
        if (total == 0) return 0;
        assembly ("memory-safe") {
            mstore(workIds, count) // within what was allocated
            mstore(amounts, count)
        }
        edition.forwarded += uint128(total);
        emit Flowed(editionId, workIds, amounts);
        RIGHTS.forward(editionId, workIds, amounts);
    }

    /// @dev All that the edition has earned for its members, whatever of it has been moved.
    function _earned(uint256 editionId, State storage edition) private view returns (uint256) {
        return RIGHTS.owed(editionId, address(this)) + edition.forwarded;
    }

    /// @dev Rounded down, of all time: so the rest is never lost, and never paid twice.
    function _due(uint256 earned, uint256 totalWeight, Stake storage stake) private view returns (uint256) {
        return earned * stake.weight / totalWeight - stake.received;
    }

    /// @dev The creator of a work that the edition's tree holds, and that it can pay.
    function _checked(uint256 editionId, State storage edition, Member calldata member, address asset)
        private
        view
        returns (address creator)
    {
        (uint256 workId, uint64 weight) = (member.workId, member.weight);
        // Hashed twice, so that no inner node of the tree, which is 64 bytes too, can pass for a leaf.
        bytes32 leaf = keccak256(bytes.concat(keccak256(abi.encode(workId, weight))));
        if (weight == 0 || !MerkleProof.verifyCalldata(member.proof, edition.root, leaf)) {
            revert NotAMember(editionId, workId, weight);
        }
        if (workId >= editionId) revert MemberNotEarlier(workId, editionId);
        address earnsIn;
        (creator, earnsIn) = RIGHTS.creatorAndAssetOf(workId);
        if (earnsIn != asset) revert MemberEarnsElsewhere(workId, earnsIn, asset);
    }

    /// @dev Whether a member's creator had agreed to the edition when it was published.
    function _consents(State storage edition, Member calldata member, address creator, uint256 shares)
        private
        returns (bool)
    {
        if (member.signature.length == 0) return _isOptedIn(edition, member.workId, creator);
        uint256 time = edition.publishedAt;
        uint256 left = _departures[member.workId][edition.curator].upperLookupRecent(_before(time));
        if (left != 0 && member.notBefore <= left) return false;
        if (time < member.notBefore || (member.notAfter != 0 && time > member.notAfter)) return false;
        if (PARTS * member.weight * shares < uint256(member.minPart) * edition.totalWeight * SHARES) return false;
        bytes32 digest = hashConsent(member.workId, edition.curator, member.minPart, member.notBefore, member.notAfter);
        return _isValidSignature(creator, digest, member.signature);
    }

    function _isOptedIn(State storage edition, uint256 workId, address creator) private view returns (bool) {
        (address curator, uint48 time) = (edition.curator, _before(edition.publishedAt));
        return _optIns[creator][curator].upperLookupRecent(time) == 1
            && _departures[workId][curator].upperLookupRecent(time) == 0;
    }

    /// @dev What is agreed or withdrawn in the second of publication is for the next edition, whichever came first.
    function _before(uint256 time) private pure returns (uint48) {
        return uint48(time - 1);
    }

    function _sharesOf(uint256 editionId) private view returns (uint256) {
        return IERC1155(address(RIGHTS)).balanceOf(address(this), editionId);
    }

    function _existing(uint256 editionId) private view returns (State storage edition) {
        edition = _editions[editionId];
        if (edition.root == 0) revert UnknownEdition(editionId);
    }
}
