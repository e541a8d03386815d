// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";

/// @notice A token that costs what USDC 2.2 costs, since it touches the same storage: a pause in a slot of its own, the
/// blacklist in the top bit of each balance and asked for caller, payer and payee, allowances that always shrink, and
/// a domain separator made anew from a stored name. Behind `FiatTokenProxy`.
contract FiatToken {
    error Paused();
    error Blacklisted(address account);
    error NotEnough(address account, uint256 has, uint256 wanted);
    error AuthorizationRefused(address authorizer, bytes32 nonce);

    event Transfer(address indexed from, address indexed to, uint256 value);
    event Approval(address indexed owner, address indexed spender, uint256 value);
    event AuthorizationUsed(address indexed authorizer, bytes32 indexed nonce);

    bytes32 public constant RECEIVE_WITH_AUTHORIZATION_TYPEHASH = keccak256(
        "ReceiveWithAuthorization(address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,bytes32 nonce)"
    );
    uint256 private constant BLACKLIST_BIT = 1 << 255;

    bool public paused; // one slot
    string public name; // one slot
    uint256 public totalSupply;
    mapping(address account => uint256) private _balanceAndBlacklist;
    mapping(address owner => mapping(address spender => uint256)) public allowance;
    mapping(address authorizer => mapping(bytes32 nonce => bool)) public authorizationState;

    modifier running() {
        if (paused) revert Paused();
        _;
    }

    modifier allowed(address account) {
        if (_balanceAndBlacklist[account] & BLACKLIST_BIT != 0) revert Blacklisted(account);
        _;
    }

    function initialise() external {
        name = "USD Coin";
    }

    function balanceOf(address account) public view returns (uint256) {
        return _balanceAndBlacklist[account] & ~BLACKLIST_BIT;
    }

    function mint(address to, uint256 amount) external {
        totalSupply += amount;
        _balanceAndBlacklist[to] += amount;
        emit Transfer(address(0), to, amount);
    }

    function blacklist(address account) external {
        _balanceAndBlacklist[account] |= BLACKLIST_BIT;
    }

    function unBlacklist(address account) external {
        _balanceAndBlacklist[account] &= ~BLACKLIST_BIT;
    }

    function isBlacklisted(address account) external view returns (bool) {
        return _balanceAndBlacklist[account] & BLACKLIST_BIT != 0;
    }

    function approve(address spender, uint256 value)
        external
        running
        allowed(msg.sender)
        allowed(spender)
        returns (bool)
    {
        allowance[msg.sender][spender] = value;
        emit Approval(msg.sender, spender, value);
        return true;
    }

    function transfer(address to, uint256 value) external running allowed(msg.sender) allowed(to) returns (bool) {
        _move(msg.sender, to, value);
        return true;
    }

    function transferFrom(address from, address to, uint256 value)
        external
        running
        allowed(msg.sender)
        allowed(from)
        allowed(to)
        returns (bool)
    {
        uint256 left = allowance[from][msg.sender];
        if (value > left) revert NotEnough(msg.sender, left, value);
        _move(from, to, value);
        allowance[from][msg.sender] = left - value;
        return true;
    }

    function receiveWithAuthorization(
        address from,
        address to,
        uint256 value,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        bytes memory signature
    ) external running allowed(from) allowed(to) {
        bytes32 message = keccak256(
            abi.encode(RECEIVE_WITH_AUTHORIZATION_TYPEHASH, from, to, value, validAfter, validBefore, nonce)
        );
        bytes32 digest = keccak256(abi.encodePacked(hex"1901", DOMAIN_SEPARATOR(), message));
        if (
            to != msg.sender || block.timestamp <= validAfter || block.timestamp >= validBefore
                || authorizationState[from][nonce] || !SignatureChecker.isValidSignatureNow(from, digest, signature)
        ) revert AuthorizationRefused(from, nonce);
        authorizationState[from][nonce] = true;
        emit AuthorizationUsed(from, nonce);
        _move(from, to, value);
    }

    function DOMAIN_SEPARATOR() public view returns (bytes32) {
        return keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256(bytes(name)),
                keccak256("2"),
                block.chainid,
                address(this)
            )
        );
    }

    function _move(address from, address to, uint256 value) private {
        uint256 has = balanceOf(from);
        if (value > has) revert NotEnough(from, has, value);
        _balanceAndBlacklist[from] = has - value;
        _balanceAndBlacklist[to] = balanceOf(to) + value;
        emit Transfer(from, to, value);
    }
}

/// @notice USDC's kind of proxy: reads who its administrator is, then which code it runs, before every call.
contract FiatTokenProxy {
    error NotForTheAdministrator();

    bytes32 private constant ADMIN_SLOT = keccak256("org.zeppelinos.proxy.admin");
    bytes32 private constant IMPLEMENTATION_SLOT = keccak256("org.zeppelinos.proxy.implementation");

    constructor() {
        (bytes32 adminSlot, bytes32 implementationSlot) = (ADMIN_SLOT, IMPLEMENTATION_SLOT);
        address implementation = address(new FiatToken());
        assembly ("memory-safe") {
            sstore(adminSlot, 1) // nobody
            sstore(implementationSlot, implementation)
        }
        (bool ok,) = implementation.delegatecall(abi.encodeCall(FiatToken.initialise, ()));
        assert(ok);
    }

    fallback() external {
        (bytes32 adminSlot, bytes32 implementationSlot) = (ADMIN_SLOT, IMPLEMENTATION_SLOT);
        address admin;
        assembly ("memory-safe") {
            admin := sload(adminSlot)
        }
        if (msg.sender == admin) revert NotForTheAdministrator();
        assembly {
            calldatacopy(0, 0, calldatasize())
            let ok := delegatecall(gas(), sload(implementationSlot), 0, calldatasize(), 0, 0)
            returndatacopy(0, 0, returndatasize())
            if iszero(ok) { revert(0, returndatasize()) }
            return(0, returndatasize())
        }
    }
}
