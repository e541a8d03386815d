// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/interfaces/IERC20.sol";
import {Create2} from "@openzeppelin/contracts/utils/Create2.sol";

import {IMarket} from "../src/interfaces/IMarket.sol";
import {IRights} from "../src/interfaces/IRights.sol";
import {Fixture} from "./utils/Fixture.sol";
import {Wallet} from "./utils/Wallet.sol";

/// @notice Puts a contract wallet where it was promised to be.
contract WalletFactory {
    function addressOf(address signer) public view returns (address) {
        return Create2.computeAddress(0, keccak256(abi.encodePacked(type(Wallet).creationCode, abi.encode(signer))));
    }

    function deploy(address signer) external {
        Create2.deploy(0, 0, abi.encodePacked(type(Wallet).creationCode, abi.encode(signer)));
    }
}

/// @notice Rights.tree, UndeployedWalletsTest: ERC-6492.
contract UndeployedWalletsTest is Fixture {
    bytes32 internal constant SUFFIX = 0x6492649264926492649264926492649264926492649264926492649264926492;

    WalletFactory internal factory;
    address internal wallet;

    function setUp() public override {
        super.setUp();
        factory = new WalletFactory();
        wallet = factory.addressOf(artist);
        fund(company, 1_000_000 * USDC);
    }

    function wrapped(address target, bytes memory call, bytes memory inner) internal pure returns (bytes memory) {
        return abi.encodePacked(abi.encode(target, call, inner), SUFFIX);
    }

    function deploying(bytes32 digest) internal view returns (bytes memory) {
        return wrapped(address(factory), abi.encodeCall(factory.deploy, (artist)), sign(artistKey, digest));
    }

    function draftOfWallet() internal view returns (IRights.Draft memory draft) {
        draft = draftOf(1);
        draft.creator = wallet;
        draft.shares[0].holder = wallet;
    }

    function test_CreatesAndSellsForAWalletThatIsYetToBe() external {
        IRights.Draft memory draft = draftOfWallet();
        uint256 work = rights.createFor(draft, deploying(rights.hashDraft(draft)));
        assertEq(rights.creatorOf(work), wallet);
        assertGt(wallet.code.length, 0);

        IMarket.LicenceOffer memory offer = licenceOffer(work);
        offer.seller = wallet;
        buy(offer, deploying(market.hashLicenceOffer(offer)), company, 1); // though it is in place by now
        buy(offer, sign(artistKey, market.hashLicenceOffer(offer)), company, 1);
    }

    function test_RevertWhen_AnotherKeySigned() external {
        IRights.Draft memory draft = draftOfWallet();
        bytes32 digest = rights.hashDraft(draft);
        bytes memory signature =
            wrapped(address(factory), abi.encodeCall(factory.deploy, (artist)), sign(fanKey, digest));
        vm.expectRevert(abi.encodeWithSelector(IRights.InvalidSignature.selector, wallet, digest));
        rights.createFor(draft, signature);
    }

    function test_RevertWhen_TheFactoryDeploysNothing() external {
        IRights.Draft memory draft = draftOfWallet();
        bytes32 digest = rights.hashDraft(draft);
        address[3] memory targets = [address(factory), makeAddr("empty"), address(usdc)];
        for (uint256 i; i < targets.length; ++i) {
            vm.expectRevert(abi.encodeWithSelector(IRights.InvalidSignature.selector, wallet, digest));
            rights.createFor(draft, wrapped(targets[i], "", sign(artistKey, digest)));
        }
    }

    function test_RevertWhen_TheFrameDoesNotDecode() external {
        IRights.Draft memory draft = draftOfWallet();
        bytes32 digest = rights.hashDraft(draft);
        bytes[2] memory frames = [abi.encodePacked(SUFFIX), abi.encodePacked(type(uint256).max, SUFFIX)];
        for (uint256 i; i < frames.length; ++i) {
            vm.expectRevert(abi.encodeWithSelector(IRights.InvalidSignature.selector, wallet, digest));
            rights.createFor(draft, frames[i]);
        }
    }

    /// @dev A key's plain signature never needs preparing, and a wrapped one of a key is no signature.
    function test_RevertWhen_TheSignerIsAKey() external {
        IRights.Draft memory draft = draftOf(1);
        bytes32 digest = rights.hashDraft(draft);
        vm.expectRevert(abi.encodeWithSelector(IRights.InvalidSignature.selector, artist, digest));
        rights.createFor(draft, deploying(digest));
    }

    /// @dev "Factory" and call are the signer's words: here they try to spend what a buyer allowed the market.
    function test_ThePreparerMayNothing() external {
        uint256 work = mintWork(2);
        IMarket.LicenceOffer memory offer = licenceOffer(work);
        offer.seller = makeAddr("nobody's wallet");
        bytes32 digest = market.hashLicenceOffer(offer);
        bytes memory signature = wrapped(
            address(usdc), abi.encodeCall(IERC20.transferFrom, (company, fan, 100 * USDC)), sign(fanKey, digest)
        );
        vm.prank(artist);
        rights.transferCreator(work, offer.seller);
        vm.prank(offer.seller);
        rights.acceptCreator(work);
        vm.expectRevert(abi.encodeWithSelector(IMarket.InvalidSignature.selector, offer.seller, digest));
        buy(offer, signature, company, 1);
        assertEq(usdc.balanceOf(fan), 0);
        assertEq(usdc.allowance(company, address(market)), type(uint256).max);
    }
}
