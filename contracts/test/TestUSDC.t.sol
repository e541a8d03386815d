// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC3009} from "../src/interfaces/IERC3009.sol";
import {ITestUSDC} from "./utils/Deployed.sol";
import {Fixture} from "./utils/Fixture.sol";
import {Wallet} from "./utils/Wallet.sol";

/// @notice Test USDC behaves as the real one where the contracts and wallets touch it.
contract TestUSDCTest is Fixture {
    bytes32 internal constant NONCE = "nonce";

    function setUp() public override {
        super.setUp();
        usdc.mint(company, 100);
    }

    function proofOf(bytes32 typehash, address to, uint256 validAfter, uint256 validBefore)
        internal
        view
        returns (bytes memory)
    {
        return sign(
            companyKey,
            usdcDigest(keccak256(abi.encode(typehash, company, to, uint256(40), validAfter, validBefore, NONCE)))
        );
    }

    function split(bytes memory signature) internal pure returns (uint8 v, bytes32 r, bytes32 s) {
        assembly ("memory-safe") {
            r := mload(add(signature, 0x20))
            s := mload(add(signature, 0x40))
            v := byte(0, mload(add(signature, 0x60)))
        }
    }

    function test_Names() external view {
        assertEq(usdc.name(), "USD Coin");
        assertEq(usdc.symbol(), "USDC");
        assertEq(usdc.version(), "2");
        assertEq(usdc.decimals(), 6);
        bytes32 domain = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("USD Coin"),
                keccak256("2"),
                block.chainid,
                address(usdc)
            )
        );
        assertEq(usdc.DOMAIN_SEPARATOR(), domain);
    }

    function test_TransferWithAuthorization_InBothOverloads() external {
        bytes32 typehash = usdc.TRANSFER_WITH_AUTHORIZATION_TYPEHASH();
        bytes memory proof = proofOf(typehash, fan, 0, type(uint256).max);
        uint256 state = vm.snapshotState();
        vm.expectEmit(address(usdc));
        emit IERC3009.AuthorizationUsed(company, NONCE);
        usdc.transferWithAuthorization(company, fan, 40, 0, type(uint256).max, NONCE, proof);
        assertEq(usdc.balanceOf(fan), 40);
        assertTrue(usdc.authorizationState(company, NONCE));

        vm.revertToState(state);
        (uint8 v, bytes32 r, bytes32 s) = split(proof);
        usdc.transferWithAuthorization(company, fan, 40, 0, type(uint256).max, NONCE, v, r, s);
        assertEq(usdc.balanceOf(fan), 40);
    }

    function test_ReceiveWithAuthorization_OnlyByThePayee() external {
        bytes32 typehash = usdc.RECEIVE_WITH_AUTHORIZATION_TYPEHASH();
        bytes memory proof = proofOf(typehash, fan, 0, type(uint256).max);
        (uint8 v, bytes32 r, bytes32 s) = split(proof);
        bytes memory refused = abi.encodeWithSelector(ITestUSDC.CallerIsNotPayee.selector, relayer, fan);
        vm.startPrank(relayer);
        vm.expectRevert(refused);
        usdc.receiveWithAuthorization(company, fan, 40, 0, type(uint256).max, NONCE, proof);
        vm.expectRevert(refused);
        usdc.receiveWithAuthorization(company, fan, 40, 0, type(uint256).max, NONCE, v, r, s);
        vm.stopPrank();
        vm.prank(fan);
        usdc.receiveWithAuthorization(company, fan, 40, 0, type(uint256).max, NONCE, v, r, s);
        assertEq(usdc.balanceOf(fan), 40);
    }

    function test_CancelAuthorization_InBothOverloads() external {
        bytes32 message = keccak256(abi.encode(usdc.CANCEL_AUTHORIZATION_TYPEHASH(), company, NONCE));
        bytes memory proof = sign(companyKey, usdcDigest(message));
        (uint8 v, bytes32 r, bytes32 s) = split(proof);
        uint256 state = vm.snapshotState();
        vm.expectEmit(address(usdc));
        emit IERC3009.AuthorizationCanceled(company, NONCE);
        usdc.cancelAuthorization(company, NONCE, v, r, s);
        vm.revertToState(state);
        usdc.cancelAuthorization(company, NONCE, proof);

        bytes32 typehash = usdc.TRANSFER_WITH_AUTHORIZATION_TYPEHASH();
        bytes memory payment = proofOf(typehash, fan, 0, type(uint256).max);
        vm.expectRevert(abi.encodeWithSelector(ITestUSDC.AuthorizationUsedOrCanceled.selector, company, NONCE));
        usdc.transferWithAuthorization(company, fan, 40, 0, type(uint256).max, NONCE, payment);
    }

    function test_Authorization_RevertWhen_OutOfItsTime() external {
        bytes32 typehash = usdc.TRANSFER_WITH_AUTHORIZATION_TYPEHASH();
        bytes memory proof = proofOf(typehash, fan, 1000, 2000);
        vm.warp(1000);
        vm.expectRevert(abi.encodeWithSelector(ITestUSDC.AuthorizationNotYetValid.selector, 1000, 1000));
        usdc.transferWithAuthorization(company, fan, 40, 1000, 2000, NONCE, proof);
        vm.warp(2000);
        vm.expectRevert(abi.encodeWithSelector(ITestUSDC.AuthorizationExpired.selector, 2000, 2000));
        usdc.transferWithAuthorization(company, fan, 40, 1000, 2000, NONCE, proof);
        vm.warp(1999);
        usdc.transferWithAuthorization(company, fan, 40, 1000, 2000, NONCE, proof);
    }

    function test_Authorization_RevertWhen_NotTheirs() external {
        bytes32 typehash = usdc.TRANSFER_WITH_AUTHORIZATION_TYPEHASH();
        bytes memory proof = proofOf(typehash, fan, 0, type(uint256).max);
        vm.expectRevert(abi.encodeWithSelector(ITestUSDC.InvalidAuthorization.selector, company));
        usdc.transferWithAuthorization(company, relayer, 40, 0, type(uint256).max, NONCE, proof);
        vm.expectRevert(abi.encodeWithSelector(ITestUSDC.InvalidAuthorization.selector, fan));
        usdc.cancelAuthorization(fan, NONCE, proof);
    }

    function test_Authorization_OfAContractWallet() external {
        Wallet wallet = new Wallet(company);
        bytes32 message = keccak256(abi.encode(usdc.CANCEL_AUTHORIZATION_TYPEHASH(), address(wallet), NONCE));
        usdc.cancelAuthorization(address(wallet), NONCE, sign(companyKey, usdcDigest(message)));
        assertTrue(usdc.authorizationState(address(wallet), NONCE));
    }

    function test_Blacklist_StopsBothWays() external {
        usdc.blacklist(company);
        assertTrue(usdc.isBlacklisted(company));
        bytes memory refused = abi.encodeWithSelector(ITestUSDC.Blacklisted.selector, company);
        vm.expectRevert(refused);
        vm.prank(company);
        usdc.transfer(fan, 1);
        vm.expectRevert(refused);
        usdc.mint(company, 1);
        usdc.unBlacklist(company);
        vm.prank(company);
        usdc.transfer(fan, 1);
    }

    function test_Blacklist_RevertWhen_SomebodyElse() external {
        vm.expectRevert(abi.encodeWithSelector(ITestUSDC.NotTheBlacklister.selector, fan, address(this)));
        vm.prank(fan);
        usdc.blacklist(company);
    }

    function test_Permit2HasNoStandingAllowance() external view {
        assertEq(usdc.allowance(company, 0x000000000022D473030F116dDEE9F6B43aC78BA3), 0);
    }
}
