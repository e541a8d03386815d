// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IRights} from "./IRights.sol";

/// @title Sets of works of any size, sold as one.
/// @notice An edition of a set is a work of its own, so it is licensed as any other; this contract holds the shares of
/// it that are the members'. A Merkle root over (workId, weight) fixes its members for ever, so neither publishing nor
/// a purchase costs more with more of them. What the edition earns is moved to the members' revenue on demand.
/// @dev Weights are uint64 and add up to `totalWeight`. Amounts are in the smallest unit of the edition's asset. The
/// tree is OpenZeppelin's StandardMerkleTree of (uint256 workId, uint64 weight): a leaf is
/// keccak256(bytes.concat(keccak256(abi.encode(workId, weight)))). EIP-712 domain "Mintmark Collections", "1".
///
/// Consent: a creator agrees to one work by signing `Consent`, or to all of theirs by `setOptIn`. Either is judged as of
/// the edition's publication, is proven when the member is first recorded, and then stays true of that edition. Without
/// it a member is neither paid nor covered, and its part waits. A call reverts for what its caller can know beforehand
/// (a wrong proof), and passes over what others could change meanwhile (a consent that is not there).
interface ICollections {
    /// @notice What the curator commits to with the draft of an edition: the draft's salt is `saltOf` this.
    struct Edition {
        bytes32 root;
        uint64 members; // how many leaves there are; for information
        uint64 totalWeight;
        uint256 previous; // the edition that this one follows, or 0
        uint256 salt; // makes each edition its own
    }

    /// @notice A leaf of the tree and, unless its creator has opted in, the consent.
    struct Member {
        uint256 workId;
        uint64 weight;
        uint64 minPart; // as signed; the next two likewise
        uint40 notBefore;
        uint40 notAfter;
        bytes signature; // empty: by the creator's standing opt-in
        bytes32[] proof;
    }

    /// @notice What is kept of an edition. Three slots.
    struct State {
        bytes32 root;
        address curator; // the work's creator when it was published
        uint40 publishedAt; // unix time
        uint64 totalWeight;
        uint64 recordedWeight; // of the members on record; never more than totalWeight
        uint128 forwarded; // moved to members so far
    }

    event EditionPublished(
        uint256 indexed editionId,
        address indexed curator,
        uint256 indexed previous,
        bytes32 root,
        uint256 members,
        uint256 totalWeight
    );
    event MemberRecorded(uint256 indexed editionId, uint256 indexed workId, uint256 weight);

    /// @notice The edition's earnings became revenue of members, item by item.
    event Flowed(uint256 indexed editionId, uint256[] workIds, uint256[] amounts);
    event OptInSet(address indexed creator, address indexed curator, bool optedIn);
    event Left(uint256 indexed workId, address indexed curator, address indexed creator);

    /// @notice There is no edition of this id.
    error UnknownEdition(uint256 editionId);

    /// @notice An edition has a root and a weight.
    error EmptyEdition();

    /// @notice The draft commits to another edition than this one.
    error SaltDiffers(uint256 salt, uint256 expected);

    /// @notice Only the creator of an edition can follow it with another.
    error NotTheCurator(address curator, address creator);

    /// @notice The draft gives no shares to the members, which are held here.
    error NothingForMembers(uint256 workId);

    /// @notice Shares are held here for members only: those of editions, from Rights.
    error NotAnEdition(address token, uint256 id);

    /// @notice The proof does not lead from (workId, weight) to the edition's root.
    error NotAMember(uint256 editionId, uint256 workId, uint256 weight);

    /// @notice A member is an earlier work than its edition, so that no money goes in circles.
    error MemberNotEarlier(uint256 workId, uint256 editionId);

    /// @notice A member earns in the same asset as its edition.
    error MemberEarnsElsewhere(uint256 workId, address asset, address expected);

    /// @notice Publishes an edition: mints its work by the curator's signature. Anyone may call; an edition that is
    /// published already is a no-op. Costs the same for any number of members.
    /// @dev Shares of an edition can come here only by this call, or later from their holder; none ever leave.
    function publish(IRights.Draft calldata draft, bytes calldata creatorSignature, Edition calldata edition)
        external
        returns (uint256 editionId);

    /// @notice The salt by which a draft, and so the curator's signature of it, commits to an edition.
    function saltOf(Edition calldata edition) external pure returns (uint256);

    /// @notice Proves members and their consent, for good. Anyone may call. Those on record are passed over, so are
    /// those without consent, and those that would make the recorded weights exceed the total: a tree that is heavier
    /// than it says pays those in full who are recorded first.
    /// @return recorded How many are new.
    function record(uint256 editionId, Member[] calldata members) external returns (uint256 recorded);

    /// @notice Records members, then moves to each what it has not got yet of its part of the edition's earnings. Anyone
    /// may call, in any order, as often as they like: repeats and duplicates move nothing.
    /// @dev A part is earned * weight / totalWeight of all time, rounded down; what rounding leaves counts next time.
    /// @return amount What was moved in all.
    function flow(uint256 editionId, Member[] calldata members) external returns (uint256 amount);

    /// @notice As above, for members on record; others are passed over. Needs no proofs.
    function flow(uint256 editionId, uint256[] calldata workIds) external returns (uint256 amount);

    /// @notice What `flow` would move to a member now; 0 for one that is not on record.
    function due(uint256 editionId, uint256 workId) external view returns (uint256);

    /// @notice A member's weight, 0 if it is not on record, and what it has got.
    function memberOf(uint256 editionId, uint256 workId) external view returns (uint256 weight, uint256 received);
    function editionOf(uint256 editionId) external view returns (State memory);

    /// @notice Whether an account's licence of an edition covers a member, for all of the scopes given.
    /// @dev Of a member on record its id is enough. One that is not must prove itself, and its creator must have opted in:
    /// a signature counts once it is recorded.
    function isLicensed(address account, uint256 editionId, uint32 scope, Member calldata member)
        external
        view
        returns (bool);

    /// @notice Agrees that a curator puts any of the caller's works into editions, or no longer. Editions published
    /// before are not affected, nor do works come back by it that have left.
    function setOptIn(address curator, bool optedIn) external;
    function isOptedIn(address creator, address curator) external view returns (bool);

    /// @notice Takes a work out of a curator's later editions. Only its creator. It comes back by a signed consent that
    /// begins later than this.
    function leaveCurator(uint256 workId, address curator) external;

    /// @notice Unix time at which a work last left a curator, or 0.
    function leftAt(uint256 workId, address curator) external view returns (uint256);

    /// @notice EIP-712 digest of a consent, for a work's creator to sign.
    /// @param minPart The least that the work gets of all that the edition earns, in parts per billion.
    /// @param notBefore Unix times between which an edition may be published, both included; `notAfter` 0 is no end.
    function hashConsent(uint256 workId, address curator, uint64 minPart, uint40 notBefore, uint40 notAfter)
        external
        view
        returns (bytes32);

    function RIGHTS() external view returns (IRights);
}
