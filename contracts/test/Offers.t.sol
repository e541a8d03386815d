// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";

import {IMarket} from "../src/interfaces/IMarket.sol";
import {IRights} from "../src/interfaces/IRights.sol";
import {IDeployedMarket} from "./utils/Deployed.sol";
import {Fixture} from "./utils/Fixture.sol";
import {Wallet} from "./utils/Wallet.sol";

/// @notice Market.tree, OffersTest: what makes an offer stand or fall, whichever its kind.
contract OffersTest is Fixture {
    uint256 internal constant CURVE_ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141;

    uint256 internal work;
    IMarket.LicenceOffer internal licences;
    IMarket.ShareOffer internal shares;

    function setUp() public override {
        super.setUp();
        work = mintWork(1);
        licences = licenceOffer(work);
        shares = shareOffer(work);
        fund(company, 1_000_000 * USDC);
    }

    function buyLicence(bytes memory signature) internal {
        vm.prank(company);
        market.buyLicence(licences, signature, company, 1, type(uint256).max, byAllowance(company), new address[](0));
    }

    function buyShares(bytes memory signature) internal {
        vm.prank(company);
        market.buyShares(shares, signature, company, 1000, type(uint256).max, byAllowance(company));
    }

    /// @dev Both purchases, with the signatures of these offers, revert with this.
    function bothRevert(bytes memory licenceReason, bytes memory shareReason) internal {
        bytes memory signature = signed(licences);
        vm.expectRevert(licenceReason);
        buyLicence(signature);
        signature = signed(shares);
        vm.expectRevert(shareReason);
        buyShares(signature);
    }

    function bothRevert(bytes memory reason) internal {
        bothRevert(reason, reason);
    }

    function test_RevertWhen_SalesArePaused() external {
        earn(work, 100 * USDC);
        vm.prank(owner);
        vm.expectEmit(address(market));
        emit IMarket.SalesPaused(true);
        market.pauseSales(true);
        assertTrue(market.salesPaused());
        bothRevert(abi.encodeWithSelector(IMarket.SalesArePaused.selector));

        assertEq(rights.claim(one(work), artist), 90 * USDC);
        giveShares(artist, fan, work, 1000);
        vm.prank(owner);
        market.pauseSales(false);
        buyLicence(signed(licences));
        buyShares(signed(shares));
    }

    function test_RevertWhen_TheDeadlineHasPassed() external {
        uint40 deadline = uint40(block.timestamp + 1 days);
        licences.deadline = deadline;
        shares.deadline = deadline;
        vm.warp(deadline); // the last second counts
        buyLicence(signed(licences));
        buyShares(signed(shares));
        skip(1);
        bothRevert(abi.encodeWithSelector(IMarket.OfferExpired.selector, deadline, deadline + 1));
    }

    function test_RevertWhen_TheSellerWithdrewIt() external {
        buyLicence(signed(licences));
        bytes32 licenceDigest = market.hashLicenceOffer(licences);
        bytes32 shareDigest = market.hashShareOffer(shares);
        vm.startPrank(artist);
        vm.expectEmit(address(market));
        emit IMarket.OfferCancelled(licenceDigest, artist);
        market.cancelLicenceOffer(licences);
        vm.expectEmit(address(market));
        emit IMarket.OfferCancelled(shareDigest, artist);
        market.cancelShareOffer(shares);
        market.cancelShareOffer(shares); // once more changes nothing
        vm.stopPrank();

        assertEq(market.filled(licenceDigest), type(uint256).max);
        assertEq(market.filled(shareDigest), type(uint256).max);
        bothRevert(
            abi.encodeWithSelector(IMarket.OfferWithdrawn.selector, licenceDigest),
            abi.encodeWithSelector(IMarket.OfferWithdrawn.selector, shareDigest)
        );
    }

    function test_Cancel_RevertWhen_CallerIsNotTheSeller() external {
        bytes memory refused = abi.encodeWithSelector(IMarket.NotTheSeller.selector, company, artist);
        vm.startPrank(company);
        vm.expectRevert(refused);
        market.cancelLicenceOffer(licences);
        vm.expectRevert(refused);
        market.cancelShareOffer(shares);
    }

    function test_RevertWhen_TheSellerWithdrewAll() external {
        vm.prank(artist);
        vm.expectEmit(address(market));
        emit IMarket.AllOffersCancelled(artist, 1);
        assertEq(market.cancelAll(), 1);
        assertEq(market.counterOf(artist), 1);
        assertEq(market.counterOf(fan), 0);
        bothRevert(abi.encodeWithSelector(IMarket.CounterPassed.selector, 0, 1));

        licences.counter = 2;
        shares.counter = 2;
        bothRevert(abi.encodeWithSelector(IMarket.CounterPassed.selector, 2, 1)); // not signed ahead either
        licences.counter = 1;
        shares.counter = 1;
        buyLicence(signed(licences));
        buyShares(signed(shares));
    }

    // what was signed, and by whom

    function test_LicenceOffer_RevertWhen_AnyFieldDiffers() external {
        bytes memory signature = signed(licences);
        IMarket.LicenceOffer[12] memory changed;
        for (uint256 i; i < changed.length; ++i) {
            changed[i] = licenceOffer(work);
        }
        changed[0].workId = mintWork(2);
        changed[1].terms.document = bytes32(0);
        changed[2].terms.scopes = 3;
        changed[3].terms.duration = 0;
        changed[4].terms.transferable = true;
        changed[5].price = 1;
        changed[6].maxUnits = 5;
        changed[7].maxFeeBps = 0;
        changed[8].deadline = type(uint40).max;
        changed[9].licensee = company;
        changed[10].salt = 2;
        for (uint256 i; i < 11; ++i) {
            bytes32 digest = market.hashLicenceOffer(changed[i]);
            vm.expectRevert(abi.encodeWithSelector(IMarket.InvalidSignature.selector, artist, digest));
            buy(changed[i], signature, company, 1);
        }
        // The other two fields are checked before: the seller must be the creator, the counter the current one.
    }

    function test_ShareOffer_RevertWhen_AnyFieldDiffers() external {
        bytes memory signature = signed(shares);
        IMarket.ShareOffer[9] memory changed;
        for (uint256 i; i < changed.length; ++i) {
            changed[i] = shareOffer(work);
        }
        changed[0].workId = mintWork(2);
        changed[1].seller = collaborator;
        changed[2].shares = 900_000;
        changed[3].price = 1;
        changed[4].maxRevenue = 0;
        changed[5].maxFeeBps = 0;
        changed[6].deadline = type(uint40).max;
        changed[7].buyer = company;
        changed[8].salt = 2;
        for (uint256 i; i < changed.length; ++i) {
            shares = changed[i];
            bytes32 digest = market.hashShareOffer(shares);
            vm.expectRevert(abi.encodeWithSelector(IMarket.InvalidSignature.selector, shares.seller, digest));
            buyShares(signature);
        }
    }

    function test_RevertWhen_TheSignatureIsNotTheSellers() external {
        bytes32 digest = market.hashLicenceOffer(licences);
        IDeployedMarket twin = newMarket();
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(artistKey, digest);

        bytes[] memory wrong = new bytes[](8);
        wrong[0] = sign(fanKey, digest);
        wrong[1] = sign(artistKey, twin.hashLicenceOffer(licences));
        vm.chainId(1);
        wrong[2] = sign(artistKey, market.hashLicenceOffer(licences));
        vm.chainId(31_337);
        wrong[3] = abi.encodePacked(r, bytes32(CURVE_ORDER - uint256(s)), v == 27 ? uint8(28) : uint8(27));
        wrong[4] = abi.encodePacked(r, s);
        wrong[5] = "";
        wrong[6] = abi.encodePacked(r, s, v, uint8(0));
        wrong[7] = abi.encodePacked(r, bytes32(uint256(s) | uint256(v == 28 ? 1 : 0) << 255)); // ERC-2098
        for (uint256 i; i < wrong.length; ++i) {
            vm.expectRevert(abi.encodeWithSelector(IMarket.InvalidSignature.selector, artist, digest));
            buyLicence(wrong[i]);
        }
    }

    /// @dev A fork keeps code and state, and only the chain id tells it apart: the domain must follow.
    function test_RevertWhen_TheChainForked() external {
        bytes memory signature = signed(licences);
        vm.chainId(31_338);
        bytes32 digest = market.hashLicenceOffer(licences);
        vm.expectRevert(abi.encodeWithSelector(IMarket.InvalidSignature.selector, artist, digest));
        buyLicence(signature);
    }

    function test_RevertWhen_TheSellerIsNobody() external {
        shares.seller = address(0);
        bytes32 digest = market.hashShareOffer(shares);
        vm.expectRevert(abi.encodeWithSelector(IMarket.InvalidSignature.selector, address(0), digest));
        buyShares(abi.encodePacked(bytes32(uint256(1)), bytes32(uint256(1)), uint8(27)));
        vm.expectRevert(abi.encodeWithSelector(IMarket.InvalidSignature.selector, address(0), digest));
        buyShares("");
    }

    function test_AContractWalletsWordCounts() external {
        Wallet wallet = new Wallet(fan);
        IRights.Draft memory draft = draftOf(2);
        draft.creator = address(wallet);
        draft.shares[0].holder = address(wallet);
        uint256 itsWork = rights.createFor(draft, sign(fanKey, rights.hashDraft(draft)));

        licences.workId = itsWork;
        licences.seller = address(wallet);
        shares.workId = itsWork;
        shares.seller = address(wallet);
        bytes32 digest = market.hashLicenceOffer(licences);
        bytes memory signature = sign(fanKey, digest);
        buyLicence(signature);
        buyShares(sign(fanKey, market.hashShareOffer(shares)));

        wallet.lock();
        vm.expectRevert(abi.encodeWithSelector(IMarket.InvalidSignature.selector, address(wallet), digest));
        buyLicence(signature);
    }

    function test_AKeyCountsWhereTheSellerDelegates() external {
        bytes memory signature = signed(licences);
        vm.etch(artist, address(new Wallet(fan)).code); // as EIP-7702 would
        buyLicence(signature);
    }

    // the owner

    function test_SetFee_RevertWhen_AboveTheMost() external {
        vm.startPrank(owner);
        vm.expectRevert(abi.encodeWithSelector(IMarket.FeeTooHigh.selector, 501, 500));
        market.setFee(501, treasury);
        vm.expectRevert(IMarket.NoFeeRecipient.selector);
        market.setFee(1, address(0));
        market.setFee(0, address(0));
        assertEq(market.feeRecipient(), address(0));
    }

    function test_SetFee() external {
        vm.prank(owner);
        vm.expectEmit(address(market));
        emit IMarket.FeeSet(500, fan);
        market.setFee(500, fan);
        assertEq(market.feeBps(), 500);
        assertEq(market.feeRecipient(), fan);
    }

    function test_Owner_RevertWhen_SomebodyElse() external {
        bytes memory unauthorised = abi.encodeWithSelector(Ownable.OwnableUnauthorizedAccount.selector, artist);
        vm.startPrank(artist);
        vm.expectRevert(unauthorised);
        market.setFee(0, artist);
        vm.expectRevert(unauthorised);
        market.pauseSales(true);
    }
}
