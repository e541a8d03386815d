// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ERC20} from "solady/tokens/ERC20.sol";

import {Hostile} from "./Hostile.sol";

/// @notice A plain token of 18 decimals that anyone may mint; the odd ones change one thing each.
contract PlainToken is ERC20 {
    function name() public pure override returns (string memory) {
        return "Token";
    }

    function symbol() public pure override returns (string memory) {
        return "TKN";
    }

    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }
}

/// @notice Two decimals (as GUSD), and a pause (as many).
contract PausableToken is PlainToken {
    bool public paused;

    error Paused();

    function decimals() public pure override returns (uint8) {
        return 2;
    }

    function setPaused(bool on) external {
        paused = on;
    }

    function _beforeTokenTransfer(address, address, uint256) internal view override {
        if (paused) revert Paused();
    }
}

/// @notice Takes one hundredth of every transfer (as PAXG once, or STA).
contract TaxedToken is PlainToken {
    function _afterTokenTransfer(address, address to, uint256 amount) internal override {
        if (to != address(0) && msg.sig != this.mint.selector) _burn(to, amount / 100);
    }
}

/// @notice Gives half of what native coin comes for.
contract HalvingToken is PlainToken {
    function deposit() external payable {
        _mint(msg.sender, msg.value / 2);
    }
}

/// @notice Tells the receiver that money came (as ERC-777).
contract HookToken is PlainToken {
    function _afterTokenTransfer(address, address to, uint256) internal override {
        if (to.code.length != 0) {
            (bool ok,) = to.call(abi.encodeCall(Hostile.onMoney, ()));
            ok; // whoever has no such function is left alone
        }
    }
}

/// @notice Answers `transfer` and `transferFrom` with bytes of its owner's choice, and moves money only if told to.
contract OddReturnToken {
    mapping(address account => uint256) public balanceOf;
    bytes private _answer;
    bool private _moves = true;

    function mint(address to, uint256 amount) external {
        balanceOf[to] += amount;
    }

    function answerWith(bytes calldata answer, bool moves) external {
        (_answer, _moves) = (answer, moves);
    }

    function transfer(address to, uint256 amount) external {
        _move(msg.sender, to, amount);
    }

    function transferFrom(address from, address to, uint256 amount) external {
        _move(from, to, amount);
    }

    /// @dev It asks for no allowance, and answers all the same.
    function approve(address, uint256) external view {
        _reply();
    }

    function _move(address from, address to, uint256 amount) private {
        if (_moves) {
            balanceOf[from] -= amount;
            balanceOf[to] += amount;
        }
        _reply();
    }

    function _reply() private view {
        bytes memory answer = _answer;
        assembly ("memory-safe") {
            return(add(answer, 0x20), mload(answer))
        }
    }
}

/// @notice Refuses one account by burning all the gas it was given (as an old `assert`).
contract GasBurningToken is PlainToken {
    address public refused;

    function refuse(address account) external {
        refused = account;
    }

    function _beforeTokenTransfer(address, address to, uint256) internal view override {
        if (to == refused) {
            assembly ("memory-safe") {
                invalid()
            }
        }
    }
}
