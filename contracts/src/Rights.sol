// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Ownable, Ownable2Step} from "@openzeppelin/contracts/access/Ownable2Step.sol";
import {IERC20} from "@openzeppelin/contracts/interfaces/IERC20.sol";
import {IERC2981} from "@openzeppelin/contracts/interfaces/IERC2981.sol";
import {Clones} from "@openzeppelin/contracts/proxy/Clones.sol";
import {ERC1155} from "@openzeppelin/contracts/token/ERC1155/ERC1155.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {IERC165} from "@openzeppelin/contracts/utils/introspection/IERC165.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {RoyaltySplitter} from "./RoyaltySplitter.sol";
import {SignatureVerifier} from "./SignatureVerifier.sol";
import {WorkAccount} from "./WorkAccount.sol";
import {IRights} from "./interfaces/IRights.sol";
import {ContentId} from "./libraries/ContentId.sol";
import {TypedData} from "./libraries/TypedData.sol";

/// @title Works, their shares and their licences: one ERC-1155, and the keeper of all holder money.
/// @dev No proxy, and no owner function that reaches a balance, a claim, a transfer or a licence.
/// Balances are not in OpenZeppelin's mapping: a share lies with its accounting in one slot, a licence with its end.
contract Rights is IRights, RoyaltySplitter, SignatureVerifier, ERC1155, IERC2981, EIP712, Ownable2Step {
    /// @dev Two slots.
    struct Work {
        address creator;
        uint16 royaltyBps;
        bytes32 metadata;
    }

    /// @dev Two slots, written when a licence is first granted under these terms.
    struct Deed {
        bytes32 document;
        uint64 workId;
        uint32 scopes;
        uint40 duration;
        bool transferable;
        uint32 remixShares;
        bool remixApproval;
    }

    /// @dev One slot.
    struct Licence {
        uint128 units;
        uint40 until; // unix time
    }

    uint256 private constant LICENCE_BIT = 1 << 255;
    uint256 private constant BPS = 10_000;
    uint256 private constant MAX_ROYALTY_BPS = 5000; // so that a seller of shares keeps something
    uint40 private constant FOREVER = type(uint40).max;

    address private immutable ACCOUNT_CODE = address(new WorkAccount());

    mapping(uint256 workId => Work) private _works;
    mapping(uint256 licenceId => Deed) private _deeds;
    mapping(uint256 licenceId => mapping(address holder => Licence)) private _licences;
    mapping(uint256 workId => uint256[] licenceIds) private _licencesOf;

    /// @inheritdoc IRights
    mapping(bytes32 draft => uint256 workId) public workOf;

    /// @inheritdoc IRights
    mapping(uint256 workId => address) public pendingCreatorOf;

    /// @inheritdoc IRights
    mapping(address asset => bool) public isAllowedAsset;

    /// @inheritdoc IRights
    uint256 public workCount;

    constructor(address owner) ERC1155("") EIP712("Mintmark Rights", "1") Ownable(owner) {}

    // Works

    /// @inheritdoc IRights
    function create(Draft calldata draft) external nonReentrant returns (uint256 workId) {
        if (msg.sender != draft.creator) revert NotTheCreator(msg.sender, draft.creator);
        return _create(draft, hashDraft(draft));
    }

    /// @inheritdoc IRights
    function createFor(Draft calldata draft, bytes calldata signature) external nonReentrant returns (uint256 workId) {
        bytes32 digest = hashDraft(draft);
        if (!_isValidSignature(draft.creator, digest, signature)) revert InvalidSignature(draft.creator, digest);
        return _create(draft, digest);
    }

    /// @inheritdoc IRights
    function sweep(uint256 workId) external nonReentrant returns (uint256 amount) {
        return _sweep(workId);
    }

    /// @inheritdoc IRights
    function rescue(uint256 workId, address token) external nonReentrant returns (uint256 amount) {
        address creator = creatorOf(workId);
        address asset = _assetOf(workId);
        if (token == asset) revert IsTheWorksAsset(workId, asset);
        if (token != address(0) && !isAllowedAsset[token]) revert AssetNotAllowed(token);
        address account = addressOf(workId);
        amount = token == address(0) ? account.balance : IERC20(token).balanceOf(account);
        if (amount == 0) return 0;

        WorkAccount opened = _openAccount(workId);
        if (token != address(0)) {
            opened.send(IERC20(token), creator, amount);
        } else {
            try opened.wrap(IERC20(asset)) {
                return _sweep(workId);
            } catch {
                opened.sendNative(payable(creator));
            }
        }
        emit Rescued(workId, token, creator, amount);
    }

    /// @inheritdoc IRights
    function transferCreator(uint256 workId, address to) external {
        address creator = creatorOf(workId);
        if (msg.sender != creator) revert NotTheCreator(msg.sender, creator);
        pendingCreatorOf[workId] = to;
        emit CreatorTransferStarted(workId, creator, to);
    }

    /// @inheritdoc IRights
    function acceptCreator(uint256 workId) external {
        address pending = pendingCreatorOf[workId];
        if (msg.sender != pending) revert NotThePendingCreator(msg.sender, pending);
        delete pendingCreatorOf[workId];
        emit CreatorTransferred(workId, _works[workId].creator, pending);
        _works[workId].creator = pending;
    }

    /// @inheritdoc IRights
    function hashDraft(Draft calldata draft) public view returns (bytes32) {
        return _hashTypedDataV4(TypedData.hash(draft));
    }

    /// @inheritdoc IRights
    function creatorOf(uint256 workId) public view returns (address creator) {
        creator = _works[workId].creator;
        if (creator == address(0)) revert UnknownWork(workId);
    }

    /// @inheritdoc IRights
    function assetOf(uint256 workId) external view returns (address) {
        return _assetOf(workId);
    }

    /// @inheritdoc IRights
    function creatorAndAssetOf(uint256 workId) external view returns (address creator, address asset) {
        return (creatorOf(workId), _ledgers[workId].asset);
    }

    /// @inheritdoc IRights
    function metadataOf(uint256 workId) public view returns (bytes32) {
        creatorOf(workId); // or UnknownWork
        return _works[workId].metadata;
    }

    /// @inheritdoc IRights
    function addressOf(uint256 workId) public view returns (address) {
        creatorOf(workId); // or UnknownWork: an address that nobody can sweep yet is no place to pay to
        return _accountOf(workId);
    }

    /// @inheritdoc IRights
    function workAt(address account) external view returns (uint256) {
        return _payees[account].workId;
    }

    /// @inheritdoc IERC2981
    function royaltyInfo(uint256 tokenId, uint256 salePrice) external view returns (address receiver, uint256 royalty) {
        uint256 workId = tokenId < LICENCE_BIT ? tokenId : _deedOf(tokenId).workId;
        return (addressOf(workId), Math.mulDiv(salePrice, _works[workId].royaltyBps, BPS));
    }

    // Licences

    /// @inheritdoc IRights
    function grantLicence(uint256 workId, Terms calldata terms, address licensee, uint256 units)
        external
        nonReentrant
        onlyEdge
        returns (uint256 id, uint256 until)
    {
        if (units == 0) revert NoUnits();
        creatorOf(workId); // or UnknownWork
        id = licenceId(workId, terms);
        if (_deeds[id].workId == 0) {
            _deeds[id] = Deed({
                document: terms.document,
                workId: uint64(workId), // fits: works are counted
                scopes: terms.scopes,
                duration: terms.duration,
                transferable: terms.transferable,
                remixShares: terms.remixShares,
                remixApproval: terms.remixApproval
            });
            _licencesOf[workId].push(id);
            emit LicenceDefined(id, workId, terms);
        }
        Licence storage licence = _licences[id][licensee];
        until = _extended(licence.until, terms.duration, units);
        licence.until = uint40(until); // fits: at most FOREVER
        emit LicenceGranted(id, workId, licensee, units, until);
        _mint(licensee, id, units, "");
    }

    /// @inheritdoc IRights
    function licenceId(uint256 workId, Terms calldata terms) public pure returns (uint256) {
        return uint256(keccak256(abi.encode(workId, terms))) | LICENCE_BIT;
    }

    /// @inheritdoc IRights
    function termsOf(uint256 id) external view returns (uint256 workId, Terms memory terms) {
        Deed memory deed = _deedOf(id);
        terms = Terms({
            document: deed.document,
            scopes: deed.scopes,
            duration: deed.duration,
            transferable: deed.transferable,
            remixShares: deed.remixShares,
            remixApproval: deed.remixApproval
        });
        return (deed.workId, terms);
    }

    /// @inheritdoc IRights
    function licensedUntil(uint256 id, address account) external view returns (uint256) {
        return _licences[id][account].until;
    }

    /// @inheritdoc IRights
    function licencesOf(uint256 workId) external view returns (uint256[] memory) {
        return _licencesOf[workId];
    }

    /// @inheritdoc IRights
    function isLicensed(address account, uint256 workId, uint32 scope) external view returns (bool) {
        uint256[] storage ids = _licencesOf[workId];
        for (uint256 i; i < ids.length; ++i) {
            uint256 id = ids[i];
            if (_deeds[id].scopes & scope == scope && _licences[id][account].until > block.timestamp) return true;
        }
        return false;
    }

    // ERC-1155

    /// @inheritdoc ERC1155
    function balanceOf(address account, uint256 id) public view override returns (uint256) {
        return id < LICENCE_BIT ? _stakes[id][account].shares : _licences[id][account].units;
    }

    /// @inheritdoc ERC1155
    function safeTransferFrom(address from, address to, uint256 id, uint256 amount, bytes memory data)
        public
        override
        nonReentrant
    {
        super.safeTransferFrom(from, to, id, amount, data);
    }

    /// @inheritdoc ERC1155
    function safeBatchTransferFrom(
        address from,
        address to,
        uint256[] memory ids,
        uint256[] memory amounts,
        bytes memory data
    ) public override nonReentrant {
        super.safeBatchTransferFrom(from, to, ids, amounts, data);
    }

    /// @notice `ipfs://` and the CID of a work's metadata, or of a licence's terms.
    function uri(uint256 id) public view override returns (string memory) {
        return ContentId.uri(id < LICENCE_BIT ? metadataOf(id) : _deedOf(id).document);
    }

    /// @inheritdoc IERC165
    function supportsInterface(bytes4 interfaceId) public view override(ERC1155, IERC165) returns (bool) {
        return interfaceId == type(IERC2981).interfaceId || super.supportsInterface(interfaceId);
    }

    // The owner: what new works may use, and who may sell. Nothing here reaches what exists.

    /// @inheritdoc IRights
    function allowAsset(address asset, bool allowed) external onlyOwner {
        if (allowed && asset.code.length == 0) revert NotAContract(asset);
        isAllowedAsset[asset] = allowed;
        emit AssetAllowed(asset, allowed);
    }

    /// @inheritdoc IRights
    function authoriseEdge(address edge, bool authorised) external onlyOwner {
        isEdge[edge] = authorised;
        emit EdgeAuthorised(edge, authorised);
    }

    /// @inheritdoc IRights
    function setCourt(address newCourt) external onlyOwner {
        court = newCourt;
        emit CourtSet(newCourt);
    }

    function _create(Draft calldata draft, bytes32 digest) private returns (uint256 workId) {
        if (draft.deadline != 0 && block.timestamp > draft.deadline) {
            revert DraftExpired(draft.deadline, block.timestamp);
        }
        if (workOf[digest] != 0) revert DraftUsed(digest, workOf[digest]);
        if (!isAllowedAsset[draft.asset]) revert AssetNotAllowed(draft.asset);
        if (draft.royaltyBps > MAX_ROYALTY_BPS) revert RoyaltyTooHigh(draft.royaltyBps, MAX_ROYALTY_BPS);
        _checkShares(draft.shares);

        workId = ++workCount;
        workOf[digest] = workId;
        _ledgers[workId].asset = draft.asset;
        _works[workId] = Work(draft.creator, draft.royaltyBps, draft.metadata);
        _payees[_accountOf(workId)].workId = uint64(workId);
        emit WorkCreated(workId, draft.creator, digest, draft.asset, draft.content, draft.metadata, draft.royaltyBps);
        string memory contentCid = ContentId.cid(draft.content);
        emit Commit(draft.creator, contentCid, ContentId.commitData(contentCid, draft.metadata));
        if (draft.operator != address(0) && !isApprovedForAll(draft.creator, draft.operator)) {
            _setApprovalForAll(draft.creator, draft.operator, true);
        }
        for (uint256 i; i < draft.shares.length; ++i) {
            _mint(draft.shares[i].holder, workId, draft.shares[i].amount, "");
        }
    }

    function _sweep(uint256 workId) private returns (uint256 amount) {
        address asset = _assetOf(workId);
        amount = IERC20(asset).balanceOf(_accountOf(workId));
        if (amount == 0) return 0;
        _openAccount(workId).send(IERC20(asset), address(this), amount);
        emit Swept(workId, asset, amount);
        _distribute(workId);
    }

    /// @dev The account of a work, with its code in place.
    function _openAccount(uint256 workId) private returns (WorkAccount) {
        address account = _accountOf(workId);
        if (account.code.length == 0) Clones.cloneDeterministic(ACCOUNT_CODE, bytes32(workId));
        return WorkAccount(payable(account));
    }

    function _accountOf(uint256 workId) internal view override returns (address) {
        return Clones.predictDeterministicAddress(ACCOUNT_CODE, bytes32(workId));
    }

    function _checkShares(Share[] calldata shares) private pure {
        uint256 total;
        for (uint256 i; i < shares.length; ++i) {
            if (shares[i].amount == 0) revert EmptyShare(shares[i].holder);
            total += shares[i].amount;
        }
        if (total != SHARES) revert SharesDoNotAddUp(total, SHARES);
    }

    /// @dev ERC-1155's one place of change, on our storage: mints and transfers.
    function _update(address from, address to, uint256[] memory ids, uint256[] memory amounts) internal override {
        if (ids.length != amounts.length) revert ERC1155InvalidArrayLength(ids.length, amounts.length);
        for (uint256 i; i < ids.length; ++i) {
            if (ids[i] < LICENCE_BIT) _moveShares(ids[i], from, to, amounts[i]);
            else _moveLicence(ids[i], from, to, amounts[i]);
        }
        if (ids.length == 1) emit TransferSingle(msg.sender, from, to, ids[0], amounts[0]);
        else emit TransferBatch(msg.sender, from, to, ids, amounts);
    }

    /// @dev Moves a licence, and its end with it. `from` zero mints, the end being set already.
    function _moveLicence(uint256 id, address from, address to, uint256 units) private {
        Licence storage taker = _licences[id][to];
        if (from != address(0)) {
            Licence memory given = _licences[id][from];
            if (units > given.units) revert ERC1155InsufficientBalance(from, given.units, units, id);
            if (units == 0 || from == to) return;
            if (!_deeds[id].transferable) revert LicenceNotTransferable(id);
            if (units != given.units) revert LicenceMovesWhole(id, units, given.units);
            delete _licences[id][from];
            if (given.until > taker.until) taker.until = given.until;
        }
        taker.units += SafeCast.toUint128(units);
    }

    /// @dev The end after `units` more durations: they follow on what is left.
    function _extended(uint256 until, uint256 duration, uint256 units) private view returns (uint256) {
        if (duration == 0) return FOREVER;
        uint256 start = Math.max(until, block.timestamp);
        return Math.min(FOREVER, Math.saturatingAdd(start, Math.saturatingMul(units, duration)));
    }

    function _deedOf(uint256 id) private view returns (Deed memory deed) {
        deed = _deeds[id];
        if (deed.workId == 0) revert UnknownLicence(id);
    }
}
