// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @notice What should be, kept the naive way: whenever money arrives, every holder's earnings grow, one by one.
/// @dev Earnings are in units of the asset times shares, so that this too is exact.
contract Model {
    uint256 public constant SHARES = 1_000_000;

    address[] public holders;
    mapping(address holder => bool) private _known;

    mapping(uint256 work => uint256) public revenue;
    mapping(uint256 work => mapping(address holder => uint256)) public shares;
    mapping(uint256 work => mapping(address holder => uint256)) public earned;
    mapping(uint256 work => mapping(address holder => uint256)) public collected;

    mapping(uint256 work => bool) public isHeld;
    mapping(uint256 work => uint256) public escrow;

    mapping(address asset => mapping(address holder => uint256)) public deferred;
    mapping(address asset => uint256) public uncounted; // lies at Rights, nobody's yet
    mapping(address asset => mapping(address who => uint256)) public wallet; // what everybody has

    mapping(bytes32 offer => uint256) public sold;
    mapping(uint256 licence => mapping(address holder => uint256)) public units;
    mapping(uint256 licence => mapping(address holder => uint256)) public end;

    function holderCount() external view returns (uint256) {
        return holders.length;
    }

    function know(address holder) public {
        if (_known[holder]) return;
        _known[holder] = true;
        holders.push(holder);
    }

    // Shares and what they earn

    function mint(uint256 work, address to, uint256 amount) external {
        know(to);
        shares[work][to] += amount;
    }

    function move(uint256 work, address from, address to, uint256 amount) external {
        know(to);
        shares[work][from] -= amount;
        shares[work][to] += amount;
    }

    function arrive(uint256 work, uint256 amount) public {
        if (isHeld[work]) {
            escrow[work] += amount;
            return;
        }
        revenue[work] += amount;
        for (uint256 i; i < holders.length; ++i) {
            earned[work][holders[i]] += amount * shares[work][holders[i]];
        }
    }

    function owed(uint256 work, address holder) public view returns (uint256) {
        return (earned[work][holder] - SHARES * collected[work][holder]) / SHARES;
    }

    function take(uint256 work, address holder) external returns (uint256 amount) {
        amount = owed(work, holder);
        collected[work][holder] += amount;
    }

    function takePart(uint256 work, address holder, uint256 amount) external {
        require(amount <= owed(work, holder), "took more than was owed");
        collected[work][holder] += amount;
    }

    function hold(uint256 work) external {
        isHeld[work] = true;
    }

    function lift(uint256 work, uint256 toWork) external {
        uint256 amount = escrow[work];
        (isHeld[work], escrow[work]) = (false, 0);
        arrive(toWork, amount);
    }

    // Money

    function give(address asset, address to, uint256 amount) external {
        wallet[asset][to] += amount;
    }

    function pay(address asset, address from, address to, uint256 amount) external {
        know(to);
        wallet[asset][from] -= amount;
        wallet[asset][to] += amount;
    }

    function deferTo(address asset, address holder, uint256 amount) external {
        deferred[asset][holder] += amount;
    }

    function undefer(address asset, address holder) external returns (uint256 amount) {
        amount = deferred[asset][holder];
        deferred[asset][holder] = 0;
    }

    function leaveUncounted(address asset, uint256 amount) external {
        uncounted[asset] += amount;
    }

    function count(address asset) external returns (uint256 amount) {
        amount = uncounted[asset];
        uncounted[asset] = 0;
    }

    // Licences

    function sell(bytes32 offer, uint256 quantity) external {
        sold[offer] += quantity;
    }

    function grant(uint256 licence, address to, uint256 amount, uint256 until) external {
        know(to);
        units[licence][to] += amount;
        end[licence][to] = until;
    }

    function moveLicence(uint256 licence, address from, address to) external {
        if (end[licence][from] > end[licence][to]) end[licence][to] = end[licence][from];
        units[licence][to] += units[licence][from];
        units[licence][from] = 0;
        end[licence][from] = 0;
    }
}
