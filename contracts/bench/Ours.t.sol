// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IMarket} from "../src/interfaces/IMarket.sol";
import {IPayments} from "../src/interfaces/IPayments.sol";
import {IRights} from "../src/interfaces/IRights.sol";
import {Bench} from "./Bench.sol";

/// @notice What Mintmark costs. Each holder has the same number of shares; one licence was sold before.
abstract contract Ours is Bench {
    address internal earlier = makeAddr("earlier licensee");

    function setUp() public override {
        super.setUp();
        mintWork(1000);
        IRights.Draft memory draft = draftWith(1, one(artist));
        work = mintWork(draft);
        for (uint256 i = 1; i < COUNT; ++i) {
            giveShares(artist, holders[i], work, SHARES / COUNT);
        }
        giveShares(artist, holders[0], work, SHARES / COUNT);
        buy(priced(work), earlier, 1);
    }

    function test_Purchase() external {
        IMarket.LicenceOffer memory offer = priced(work);
        buy(offer, company, 1);
        row("purchase, new licensee");
        buy(offer, company, 1);
        row("purchase, again");
    }

    function test_Claim() external {
        rights.claim(one(work), holders[0]);
        row("claim, first");
        earn(work, PRICE);
        rights.claim(one(work), holders[0]);
        row("claim, paid before");
    }

    function test_Push() external {
        address[] memory list = some(COUNT < 100 ? COUNT : 100);
        rights.push(one(work), list);
        row("push, first, per holder", vm.lastCallGas().gasTotalUsed / list.length);
        earn(work, PRICE);
        rights.push(one(work), list);
        row("push, paid before, per holder", vm.lastCallGas().gasTotalUsed / list.length);
    }

    function test_TransferShares() external {
        giveShares(artist, fan, work, 0);
        if (COUNT == 1) {
            giveShares(holders[0], fan, work, 10);
        }
        address to = COUNT == 1 ? fan : holders[1];
        earn(work, PRICE);
        giveShares(holders[0], to, work, 10);
        row("share transfer, both stale");
        giveShares(holders[0], makeAddr("new holder"), work, 10);
        row("share transfer, new holder");
    }

    function test_Distribute() external {
        usdc.mint(address(rights), PRICE);
        rights.distribute(work);
        row("distribute");
    }
}

/// @notice What needs a token that knows ERC-3009.
abstract contract OursByAuthorization is Ours {
    function test_PurchaseByAuthorization() external {
        IMarket.LicenceOffer memory offer = priced(work);
        bytes memory signature = signed(offer);
        IPayments.Payment memory payment =
            byAuthorization(Authorization(companyKey, offer.price, market.hashLicenceOffer(offer), company, 1, "salt"));
        vm.prank(relayer);
        market.buyLicence(offer, signature, company, 1, offer.price, payment, new address[](0));
        row("purchase by ERC-3009, new licensee");
    }
}

/// @notice What also depends on the number of holders, and so has its limit: what fits into one transaction.
abstract contract OursByHolder is Ours {
    /// @dev Whoever does not fit into it gets their shares by transfer.
    function test_Create() external {
        IRights.Draft memory draft = draftWith(2, holders);
        vm.prank(artist);
        rights.create(draft);
        row("create");
    }

    /// @dev Beside the push loop: a sale in which everybody is paid.
    function test_PurchasePayingAll() external {
        rights.push(one(work), holders);
        IMarket.LicenceOffer memory offer = priced(work);
        bytes memory signature = signed(offer);
        vm.prank(company);
        market.buyLicence(offer, signature, earlier, 1, offer.price, byAllowance(company), holders);
        row("purchase, again, everybody paid");
    }
}

contract OursOne is OursByHolder, OursByAuthorization {
    constructor() Bench(1, "test USDC") {}
}

contract OursHundred is OursByHolder, OursByAuthorization {
    constructor() Bench(100, "test USDC") {}

    function test_PushAcrossWorks() external {
        address[] memory list = some(20);
        uint256[] memory works = new uint256[](9);
        for (uint256 i; i < works.length; ++i) {
            works[i] = mintWork(draftWith(2000 + i, list));
        }
        for (uint256 round; round < 2; ++round) {
            for (uint256 i; i < works.length; ++i) {
                earn(works[i], PRICE);
            }
            rights.push(works, list);
        }
        row("push of 9 works, paid before, per pair", vm.lastCallGas().gasTotalUsed / 180);
    }
}

contract OursTenThousand is OursByAuthorization {
    constructor() Bench(10_000, "test USDC") {}
}

contract OursProxied is OursByHolder, OursByAuthorization {
    constructor() Bench(100, "proxied") {}
}

contract OursBare is OursByHolder {
    constructor() Bench(100, "bare") {}
}
