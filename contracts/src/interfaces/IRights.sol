// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IRoyaltySplitter} from "./IRoyaltySplitter.sol";

/// @title Works, their shares and their licences: one ERC-1155, and the keeper of all holder money.
/// @dev A token id below 2^255 is a work and its balance is shares; with the top bit set it is a licence.
/// Content, metadata and terms are named by their sha2-256 digest, which is a CIDv1 (raw): `ipfs://f01551220<digest>`.
interface IRights is IRoyaltySplitter {
    /// @notice A holder of shares at birth.
    struct Share {
        address holder;
        uint32 amount; // of SHARES
    }

    /// @notice All that a work starts from. Signed as EIP-712 `Draft` for `createFor`; `createHash` names it.
    struct Draft {
        address creator; // who may sell licences
        address asset; // allow-listed; all of the work's money is in it
        bytes32 content; // sha2-256 of the original file, byte for byte
        bytes32 metadata; // sha2-256 of the canonical JSON (RFC 8785)
        uint16 royaltyBps; // ERC-2981, at most 5_000
        address operator; // approved for all of the creator's tokens at birth (a market), or zero
        uint64 deadline; // unix time after which the draft is void; 0 is never
        uint256 salt; // makes each draft its own
        Share[] shares; // together SHARES
    }

    /// @notice What a licence allows and enforces. Its hash with the work is the licence's id.
    struct Terms {
        bytes32 document; // sha2-256 of the canonical JSON of the full terms
        uint32 scopes; // a bit each: 1 train AI, 2 train generative AI, 4 input, 8 index, 16 mine data, 32 remix
        uint40 duration; // seconds a unit; 0 is for ever
        bool transferable;
        uint32 remixShares; // of a remix, that this work's address must be given; of SHARES
        bool remixApproval; // whether the creator must sign each remix
    }

    event WorkCreated(
        uint256 indexed workId,
        address indexed creator,
        bytes32 indexed draft,
        address asset,
        bytes32 content,
        bytes32 metadata,
        uint16 royaltyBps
    );

    /// @notice ERC-7053: a time stamp for a file, by its CID.
    event Commit(address indexed recorder, string indexed assetCid, string commitData);

    /// @notice A licence was granted under these terms for the first time: what its id stands for.
    event LicenceDefined(uint256 indexed licenceId, uint256 indexed workId, Terms terms);

    event LicenceGranted(
        uint256 indexed licenceId, uint256 indexed workId, address indexed licensee, uint256 units, uint256 until
    );

    event CreatorTransferStarted(uint256 indexed workId, address indexed from, address indexed to);
    event CreatorTransferred(uint256 indexed workId, address indexed from, address indexed to);

    /// @notice What lay at a work's address and is not its asset went to its creator; `token` zero is native coin.
    event Rescued(uint256 indexed workId, address indexed token, address indexed to, uint256 amount);

    event CourtSet(address indexed court);
    event AssetAllowed(address indexed asset, bool allowed);
    event EdgeAuthorised(address indexed edge, bool authorised);
    event Swept(uint256 indexed workId, address indexed asset, uint256 amount);

    /// @notice Only the creator may do this.
    error NotTheCreator(address caller, address creator);

    /// @notice Not a signature of `signer` for `digest`.
    error InvalidSignature(address signer, bytes32 digest);

    /// @notice The draft was valid until `deadline`.
    error DraftExpired(uint256 deadline, uint256 time);

    /// @notice The draft has become a work already.
    error DraftUsed(bytes32 draft, uint256 workId);

    /// @notice New works cannot use this asset; or it cannot be rescued, as nobody has vouched for it.
    error AssetNotAllowed(address asset);

    /// @notice The work's own asset is its holders': sweep it.
    error IsTheWorksAsset(uint256 workId, address asset);

    /// @notice Only who was named by the creator may take the role over.
    error NotThePendingCreator(address caller, address pending);

    /// @notice An asset is a contract.
    error NotAContract(address asset);

    /// @notice A resale royalty of more than half the price.
    error RoyaltyTooHigh(uint256 royaltyBps, uint256 maxBps);

    /// @notice A work's shares must add up to `expected`.
    error SharesDoNotAddUp(uint256 total, uint256 expected);

    /// @notice A holder without shares.
    error EmptyShare(address holder);

    /// @notice A licence of no units.
    error NoUnits();

    /// @notice There is no licence of this id.
    error UnknownLicence(uint256 licenceId);

    /// @notice The terms do not let this licence change hands.
    error LicenceNotTransferable(uint256 licenceId);

    /// @notice A licence moves with its end, so all of a holder's units move or none.
    error LicenceMovesWhole(uint256 licenceId, uint256 units, uint256 held);

    /// @notice Mints a work with its shares and time-stamps its content. Only the draft's creator.
    function create(Draft calldata draft) external returns (uint256 workId);

    /// @notice As `create`, by anyone, on the creator's EIP-712 signature (ECDSA or ERC-1271).
    function createFor(Draft calldata draft, bytes calldata signature) external returns (uint256 workId);

    /// @notice EIP-712 digest of a draft; a draft can become one work only.
    function hashDraft(Draft calldata draft) external view returns (bytes32);

    /// @notice The work that a draft became, or 0.
    function workOf(bytes32 draft) external view returns (uint256 workId);

    function workCount() external view returns (uint256);
    function creatorOf(uint256 workId) external view returns (address);
    function assetOf(uint256 workId) external view returns (address);

    /// @notice Both of the above in one call.
    function creatorAndAssetOf(uint256 workId) external view returns (address creator, address asset);

    /// @notice Who may take over as the creator of a work; zero is nobody.
    function pendingCreatorOf(uint256 workId) external view returns (address);

    /// @notice Names who may take over as the work's creator: the right to sell its licences. Shares do not move. Zero
    /// takes it back. Only the creator.
    function transferCreator(uint256 workId, address to) external;

    /// @notice Takes over as a work's creator; every offer that the one before has signed is void. Only who was named.
    function acceptCreator(uint256 workId) external;
    function metadataOf(uint256 workId) external view returns (bytes32);

    /// @notice The work whose payment address this is, or 0.
    function workAt(address account) external view returns (uint256 workId);

    /// @notice The work's own payment address. Nobody controls it; what arrives there is swept into its revenue.
    function addressOf(uint256 workId) external view returns (address);

    /// @notice Moves what lies at a work's address into its revenue. Anyone may call. Nothing there is a no-op.
    function sweep(uint256 workId) external returns (uint256 amount);

    /// @notice Sends what lies at a work's address and is not its asset to its creator: an allow-listed token, or native
    /// coin (`token` zero), which becomes revenue instead if the work earns in wrapped coin. Anyone may call. Nothing
    /// there is a no-op.
    function rescue(uint256 workId, address token) external returns (uint256 amount);

    /// @notice The id of a licence: the top bit, and the hash of the work and of every enforced term.
    function licenceId(uint256 workId, Terms calldata terms) external pure returns (uint256);

    /// @notice The work and the terms that a licence id stands for, once it was granted.
    function termsOf(uint256 id) external view returns (uint256 workId, Terms memory terms);

    /// @notice Unix time at which an account's licence ends (max uint40: never; 0: has none). Never shortens; a
    /// transferable licence takes its end along.
    function licensedUntil(uint256 id, address account) external view returns (uint256);

    /// @notice Whether an account has a licence of a work, now, that allows all of `scope` (bits as in Terms; 0: any). Costs
    /// a little for each different terms under which the work was ever licensed.
    function isLicensed(address account, uint256 workId, uint32 scope) external view returns (bool);

    /// @notice The ids of all licences of a work, one for each different terms, in the order of their first grant.
    function licencesOf(uint256 workId) external view returns (uint256[] memory);

    /// @notice Gives `units` of a licence and extends its end by `units` durations. Only an authorised edge.
    function grantLicence(uint256 workId, Terms calldata terms, address licensee, uint256 units)
        external
        returns (uint256 id, uint256 until);

    function isAllowedAsset(address asset) external view returns (bool);

    /// @notice Owner (a timelock): lets new works use an asset. Works that use it keep it.
    function allowAsset(address asset, bool allowed) external;

    /// @notice Owner (a timelock): lets an edge grant licences and book its fee of what it brings.
    function authoriseEdge(address edge, bool authorised) external;

    /// @notice Owner (a timelock): who may hold the future revenue of works in dispute; zero is nobody.
    function setCourt(address newCourt) external;
}
