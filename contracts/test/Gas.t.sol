// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IMarket} from "../src/interfaces/IMarket.sol";
import {IPayments} from "../src/interfaces/IPayments.sol";
import {IRights} from "../src/interfaces/IRights.sol";
import {Fixture} from "./utils/Fixture.sol";

/// @notice What each operation costs, kept in contracts/snapshots. The figures are the call's, in a transaction of
/// its own (run with --isolate), so they include its 21,000 and its calldata. Test USDC checks a blacklist, as USDC.
/// forge-config: default.isolate = true
contract GasTest is Fixture {
    uint256 internal work;

    function setUp() public override {
        super.setUp();
        fund(company, 1_000_000 * USDC);
        fund(fan, 1_000_000 * USDC);
        mintWork(100);
        work = mintWork(1);
        buy(licenceOffer(work), makeAddr("earlier licensee"), 1);
        push(two(artist, collaborator));
    }

    function push(address[] memory holders) internal {
        rights.push(one(work), holders);
    }

    /// @dev Gives a share each to `count` new holders.
    function spread(uint256 count) internal returns (address[] memory holders) {
        holders = new address[](count);
        for (uint256 i; i < count; ++i) {
            holders[i] = address(uint160(0xA0000000 + i));
            giveShares(artist, holders[i], work, 100);
        }
    }

    function test_Create() external {
        IRights.Draft memory draft = draftOf(2);
        vm.prank(artist);
        rights.create(draft);
        vm.snapshotGasLastCall("Rights", "create, two holders");
    }

    function test_CreateAlone() external {
        IRights.Draft memory draft = draftOf(2);
        draft.shares = new IRights.Share[](1);
        draft.shares[0] = IRights.Share(artist, uint32(SHARES));
        vm.prank(artist);
        rights.create(draft);
        vm.snapshotGasLastCall("Rights", "create, one holder");
    }

    function test_Distribute() external {
        usdc.mint(address(rights), 100 * USDC);
        rights.distribute(work);
        vm.snapshotGasLastCall("Rights", "distribute");
    }

    function test_Sweep() external {
        usdc.mint(rights.addressOf(work), 100 * USDC);
        rights.sweep(work);
        vm.snapshotGasLastCall("Rights", "sweep, first");
        usdc.mint(rights.addressOf(work), 100 * USDC);
        rights.sweep(work);
        vm.snapshotGasLastCall("Rights", "sweep, again");
    }

    function test_Claim() external {
        earn(work, 100 * USDC);
        rights.claim(one(work), artist);
        vm.snapshotGasLastCall("Rights", "claim, paid before");
        giveShares(artist, fan, work, 1000);
        earn(work, 100 * USDC);
        rights.claim(one(work), fan);
        vm.snapshotGasLastCall("Rights", "claim, first");
    }

    function test_Push() external {
        address[] memory holders = spread(100);
        earn(work, 1_000_000 * USDC);
        push(holders);
        vm.snapshotGasLastCall("Rights", "push of 100, first payment");
        earn(work, 1_000_000 * USDC);
        push(holders);
        vm.snapshotGasLastCall("Rights", "push of 100, paid before");
    }

    function test_PushAcrossWorks() external {
        uint256[] memory works = new uint256[](9);
        address[] memory holders = spread(20);
        works[0] = work;
        for (uint256 i = 1; i < works.length; ++i) {
            works[i] = mintWork(1000 + i);
            for (uint256 j; j < holders.length; ++j) {
                giveShares(artist, holders[j], works[i], 100);
            }
        }
        for (uint256 round; round < 2; ++round) {
            for (uint256 i; i < works.length; ++i) {
                earn(works[i], 1_000_000 * USDC);
            }
            rights.push(works, holders);
        }
        vm.snapshotGasLastCall("Rights", "push of 9 works x 20 holders, paid before");
    }

    function test_TransferShares() external {
        giveShares(artist, fan, work, 1000);
        vm.snapshotGasLastCall("Rights", "share transfer, new holder");
        earn(work, 100 * USDC);
        giveShares(artist, fan, work, 1000);
        vm.snapshotGasLastCall("Rights", "share transfer, both stale");
    }

    function test_BuyLicence() external {
        IMarket.LicenceOffer memory offer = licenceOffer(work);
        buy(offer, company, 1);
        vm.snapshotGasLastCall("Market", "buy licence, new licensee");
        buy(offer, company, 1);
        vm.snapshotGasLastCall("Market", "buy licence, again");
    }

    function test_BuyFirstLicence() external {
        IMarket.LicenceOffer memory offer = licenceOffer(work);
        offer.salt = 2;
        offer.terms.document = keccak256("other terms");
        buy(offer, company, 1);
        vm.snapshotGasLastCall("Market", "buy licence, first of its offer and terms");
    }

    function test_BuyLicenceByAuthorization() external {
        IMarket.LicenceOffer memory offer = licenceOffer(work);
        bytes32 digest = market.hashLicenceOffer(offer);
        bytes memory signature = signed(offer);
        IPayments.Payment memory payment =
            byAuthorization(Authorization(companyKey, offer.price, digest, company, 1, "salt"));
        vm.prank(relayer);
        market.buyLicence(offer, signature, company, 1, offer.price, payment, new address[](0));
        vm.snapshotGasLastCall("Market", "buy licence by ERC-3009, new licensee");
    }

    function test_BuyLicencePayingHolders() external {
        IMarket.LicenceOffer memory offer = licenceOffer(work);
        bytes memory signature = signed(offer);
        vm.prank(company);
        market.buyLicence(offer, signature, company, 1, offer.price, byAllowance(company), two(artist, collaborator));
        vm.snapshotGasLastCall("Market", "buy licence, new licensee, two holders paid");
    }

    /// @dev I10: the price of a purchase does not know how many holders there are.
    function test_BuyLicenceWithManyHolders() external {
        IMarket.LicenceOffer memory offer = licenceOffer(work);
        uint256 state = vm.snapshotState();
        buy(offer, company, 1);
        uint256 few = vm.lastCallGas().gasTotalUsed;
        vm.revertToState(state);

        spread(1001);
        buy(offer, company, 1);
        vm.snapshotGasLastCall("Market", "buy licence, new licensee, 1,003 holders");
        assertApproxEqAbs(vm.lastCallGas().gasTotalUsed, few, 100);
    }

    function test_BuyShares() external {
        IMarket.ShareOffer memory offer = shareOffer(work);
        buy(offer, 1000);
        vm.snapshotGasLastCall("Market", "buy shares, new holder");
        buy(offer, 1000);
        vm.snapshotGasLastCall("Market", "buy shares, again");
    }
}
