// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Test} from "forge-std/Test.sol";

import {IMarket} from "../../src/interfaces/IMarket.sol";
import {IPayments} from "../../src/interfaces/IPayments.sol";
import {IRights} from "../../src/interfaces/IRights.sol";
import {IDeployedMarket, IDeployedRights, ITestUSDC} from "./Deployed.sol";

/// @notice Rights and a Market on test USDC, people with keys, and short words for what they do.
abstract contract Fixture is Test {
    uint256 internal constant SHARES = 1_000_000;
    uint256 internal constant USDC = 1e6;
    uint256 internal constant FOREVER = type(uint40).max;
    uint256 internal constant LICENCE_BIT = 1 << 255;

    IDeployedRights internal rights;
    IDeployedMarket internal market;
    ITestUSDC internal usdc;

    address internal owner = makeAddr("owner");
    address internal treasury = makeAddr("treasury");
    address internal relayer = makeAddr("relayer");

    address internal artist;
    uint256 internal artistKey;
    address internal collaborator = makeAddr("collaborator");
    address internal fan;
    uint256 internal fanKey;
    address internal company;
    uint256 internal companyKey;

    function setUp() public virtual {
        vm.warp(1_800_000_000);
        (artist, artistKey) = makeAddrAndKey("artist");
        (fan, fanKey) = makeAddrAndKey("fan");
        (company, companyKey) = makeAddrAndKey("company");

        usdc = newUSDC();
        rights = newRights();
        market = newMarket();
        vm.startPrank(owner);
        rights.allowAsset(address(usdc), true);
        rights.authoriseEdge(address(market), true);
        market.setFee(250, treasury);
        vm.stopPrank();
    }

    function newRights() internal returns (IDeployedRights) {
        return IDeployedRights(deployCode("Rights.sol:Rights", abi.encode(owner)));
    }

    function newMarket() internal returns (IDeployedMarket) {
        return IDeployedMarket(deployCode("Market.sol:Market", abi.encode(rights, owner)));
    }

    function newUSDC() internal virtual returns (ITestUSDC) {
        return ITestUSDC(deployCode("TestUSDC.sol:TestUSDC", abi.encode(address(this))));
    }

    /// @notice Wrapped native coin that works may earn in.
    function newWETH() internal returns (address weth) {
        weth = deployCode("TestWETH.sol:TestWETH");
        vm.prank(owner);
        rights.allowAsset(weth, true);
    }

    // Works

    /// @notice A draft by the artist, who keeps nine tenths.
    function draftOf(uint256 salt) internal view returns (IRights.Draft memory draft) {
        draft.creator = artist;
        draft.asset = address(usdc);
        draft.content = keccak256(abi.encode("content", salt));
        draft.metadata = keccak256(abi.encode("metadata", salt));
        draft.royaltyBps = 500;
        draft.operator = address(market);
        draft.salt = salt;
        draft.shares = new IRights.Share[](2);
        draft.shares[0] = IRights.Share(artist, 900_000);
        draft.shares[1] = IRights.Share(collaborator, 100_000);
    }

    function mintWork(uint256 salt) internal returns (uint256 workId) {
        return mintWork(draftOf(salt));
    }

    function mintWork(IRights.Draft memory draft) internal returns (uint256 workId) {
        vm.prank(draft.creator);
        return rights.create(draft);
    }

    /// @notice A work in `asset` whose shares are all the artist's.
    function mintWorkIn(address asset, uint256 salt) internal returns (uint256 workId) {
        IRights.Draft memory draft = draftOf(salt);
        draft.asset = asset;
        draft.shares = new IRights.Share[](1);
        draft.shares[0] = IRights.Share(artist, uint32(SHARES));
        return mintWork(draft);
    }

    function earn(uint256 workId, uint256 amount) internal {
        usdc.mint(address(rights), amount);
        rights.distribute(workId);
    }

    function giveShares(address from, address to, uint256 workId, uint256 amount) internal {
        vm.prank(from);
        rights.safeTransferFrom(from, to, workId, amount, "");
    }

    // Offers

    function trainingTerms() internal pure returns (IRights.Terms memory) {
        return IRights.Terms({
            document: keccak256("terms"),
            scopes: 1,
            duration: 365 days,
            transferable: false,
            remixShares: 0,
            remixApproval: false
        });
    }

    function licenceOffer(uint256 workId) internal view returns (IMarket.LicenceOffer memory) {
        return IMarket.LicenceOffer({
            workId: workId,
            seller: artist,
            terms: trainingTerms(),
            price: uint128(100 * USDC),
            maxUnits: 0,
            maxFeeBps: 500,
            deadline: 0,
            licensee: address(0),
            counter: 0,
            salt: 1
        });
    }

    function shareOffer(uint256 workId) internal view returns (IMarket.ShareOffer memory) {
        return IMarket.ShareOffer({
            workId: workId,
            seller: artist,
            shares: 100_000,
            price: uint128(50 * USDC),
            maxRevenue: type(uint128).max,
            maxFeeBps: 500,
            deadline: 0,
            buyer: address(0),
            counter: 0,
            salt: 1
        });
    }

    function sign(uint256 key, bytes32 digest) internal pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, digest);
        return abi.encodePacked(r, s, v);
    }

    function signed(IMarket.LicenceOffer memory offer) internal view returns (bytes memory) {
        return sign(artistKey, market.hashLicenceOffer(offer));
    }

    function signed(IMarket.ShareOffer memory offer) internal view returns (bytes memory) {
        return sign(artistKey, market.hashShareOffer(offer));
    }

    // Payments

    function fund(address payer, uint256 amount) internal {
        usdc.mint(payer, amount);
        vm.prank(payer);
        usdc.approve(address(market), type(uint256).max);
    }

    function byAllowance(address payer) internal pure returns (IPayments.Payment memory) {
        return IPayments.Payment(IPayments.Method.ALLOWANCE, payer, "");
    }

    function byPermit(uint256 key, uint256 amount, uint256 deadline) internal view returns (IPayments.Payment memory) {
        address payer = vm.addr(key);
        bytes32 message = keccak256(
            abi.encode(
                keccak256("Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)"),
                payer,
                address(market),
                amount,
                usdc.nonces(payer),
                deadline
            )
        );
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, usdcDigest(message));
        return IPayments.Payment(IPayments.Method.PERMIT, payer, abi.encode(deadline, v, r, s));
    }

    struct Authorization {
        uint256 key;
        uint256 amount;
        bytes32 offer;
        address recipient;
        uint256 quantity;
        bytes32 salt;
    }

    function byAuthorization(Authorization memory a) internal view returns (IPayments.Payment memory) {
        uint256 validBefore = block.timestamp + 1 hours;
        bytes32 message = keccak256(
            abi.encode(
                usdc.RECEIVE_WITH_AUTHORIZATION_TYPEHASH(),
                vm.addr(a.key),
                address(market),
                a.amount,
                uint256(0),
                validBefore,
                market.authorizationNonce(market.purposeOf(a.offer, a.recipient, a.quantity), a.salt)
            )
        );
        bytes memory data = abi.encode(uint256(0), validBefore, a.salt, sign(a.key, usdcDigest(message)));
        return IPayments.Payment(IPayments.Method.AUTHORIZATION, vm.addr(a.key), data);
    }

    function usdcDigest(bytes32 message) internal view returns (bytes32) {
        return keccak256(abi.encodePacked(hex"1901", usdc.DOMAIN_SEPARATOR(), message));
    }

    // Purchases

    function buy(IMarket.LicenceOffer memory offer, address licensee, uint256 units) internal returns (uint256) {
        return buy(offer, signed(offer), licensee, units);
    }

    /// @notice The company buys for `licensee`, by allowance.
    function buy(IMarket.LicenceOffer memory offer, bytes memory signature, address licensee, uint256 units)
        internal
        returns (uint256)
    {
        vm.prank(company);
        return
            market.buyLicence(
                offer, signature, licensee, units, type(uint256).max, byAllowance(company), new address[](0)
            );
    }

    /// @notice The fan buys shares, by allowance.
    function buy(IMarket.ShareOffer memory offer, uint256 shares) internal {
        bytes memory signature = signed(offer);
        vm.prank(fan);
        market.buyShares(offer, signature, fan, shares, type(uint256).max, byAllowance(fan));
    }

    // Arrays

    function one(uint256 a) internal pure returns (uint256[] memory list) {
        list = new uint256[](1);
        list[0] = a;
    }

    function two(uint256 a, uint256 b) internal pure returns (uint256[] memory list) {
        list = new uint256[](2);
        (list[0], list[1]) = (a, b);
    }

    function one(address a) internal pure returns (address[] memory list) {
        list = new address[](1);
        list[0] = a;
    }

    function two(address a, address b) internal pure returns (address[] memory list) {
        list = new address[](2);
        (list[0], list[1]) = (a, b);
    }

    function three(address a, address b, address c) internal pure returns (address[] memory list) {
        list = new address[](3);
        (list[0], list[1], list[2]) = (a, b, c);
    }
}
