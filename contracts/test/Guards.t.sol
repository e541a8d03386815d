// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ICollections} from "../src/interfaces/ICollections.sol";
import {IInvoices} from "../src/interfaces/IInvoices.sol";
import {IMarket} from "../src/interfaces/IMarket.sol";
import {IMeter} from "../src/interfaces/IMeter.sol";
import {IPayments} from "../src/interfaces/IPayments.sol";
import {IRemix} from "../src/interfaces/IRemix.sol";
import {IRights} from "../src/interfaces/IRights.sol";
import {IStreams} from "../src/interfaces/IStreams.sol";
import {Artefacts} from "./utils/Artefacts.sol";
import {Intruder} from "./utils/Intruder.sol";
import {HookToken} from "./utils/OddTokens.sol";
import {SetsFixture} from "./utils/SetsFixture.sol";

/// @notice Guards.tree: each test lets a stranger in at one place, by the compiler's list of what there is to call.
contract GuardsTest is SetsFixture, Artefacts {
    Intruder internal intruder;
    HookToken internal token;
    uint256 internal work;

    function setUp() public override {
        super.setUp();
        intruder = new Intruder();
        token = new HookToken();
        vm.prank(owner);
        rights.allowAsset(address(token), true);
        work = mintWork(1);
        fund(company, 1_000_000 * USDC);
    }

    function letIn(address target, string memory artefact) internal {
        intruder.prepare(target, selectorsOf(artefact));
    }

    /// @dev That nothing answered but what needs no guard, in whatever order.
    function assertOnly(string[] memory expected) internal view {
        assertGt(intruder.visits(), 0, "was never called");
        bytes4[] memory found = intruder.unguarded();
        for (uint256 i; i < found.length; ++i) {
            bool isExpected;
            for (uint256 j; j < expected.length; ++j) {
                isExpected = isExpected || found[i] == bytes4(keccak256(bytes(expected[j])));
            }
            assertTrue(isExpected, string.concat(vm.toString(abi.encodePacked(found[i])), " takes no guard"));
        }
        assertEq(found.length, expected.length, "more guards than expected");
    }

    function test_Rights() external {
        letIn(address(rights), "Rights.sol:Rights");
        giveShares(artist, address(intruder), work, 1);
        assertOnly(
            named(
                "acceptCreator(uint256)|allowAsset(address,bool)|authoriseEdge(address,bool)|hold(uint256)|"
                "setApprovalForAll(address,bool)|setCourt(address)|setPayout(address)|transferCreator(uint256,address)|"
                "acceptOwnership()|renounceOwnership()|transferOwnership(address)"
            )
        );
    }

    bytes32 internal constant ERC6492_SUFFIX = 0x6492649264926492649264926492649264926492649264926492649264926492;
    string internal constant OFFERS = "cancelAll()|"
        "cancelLicenceOffer((uint256,address,(bytes32,uint32,uint40,bool,uint32,bool),uint128,uint32,uint16,uint40,address,uint64,uint256))|"
        "cancelShareOffer((uint256,address,uint32,uint128,uint128,uint16,uint40,address,uint64,uint256))|"
        "pauseSales(bool)|setFee(uint256,address)|acceptOwnership()|renounceOwnership()|transferOwnership(address)";

    function test_Market() external {
        letIn(address(market), "Market.sol:Market");
        buy(licenceOffer(work), address(intruder), 1);
        assertOnly(named(OFFERS));
    }

    /// @dev A signature for a wallet that is yet to be has Market call a stranger in the middle of a purchase.
    function test_MarketThroughASignature() external {
        letIn(address(market), "Market.sol:Market");
        IMarket.ShareOffer memory offer = shareOffer(work);
        offer.seller = vm.computeCreateAddress(address(intruder), vm.getNonce(address(intruder)));
        giveShares(artist, offer.seller, work, 10);
        (offer.shares, offer.price) = (10, 0);
        vm.prank(offer.seller);
        rights.setApprovalForAll(address(market), true);
        bytes memory inner = sign(artistKey, market.hashShareOffer(offer));
        bytes memory call = abi.encodeCall(intruder.deployWallet, (artist));
        bytes memory signature = abi.encodePacked(abi.encode(address(intruder), call, inner), ERC6492_SUFFIX);
        vm.prank(company);
        market.buyShares(offer, signature, company, 10, 0, byAllowance(company));
        assertOnly(named(OFFERS));
    }

    function test_Remix() external {
        letIn(address(remix), "Remix.sol:Remix");
        uint256 licence = grant(work, remixTerms(1000), fan);
        IRights.Draft memory draft = remixOf(one(work), 1000);
        draft.shares[1].amount -= 1;
        draft.shares = _with(draft.shares, IRights.Share(address(intruder), 1));
        IRemix.Parent[] memory parents = new IRemix.Parent[](1);
        parents[0].licenceId = licence;
        remix.register(draft, signed(fanKey, draft), parents);
        assertOnly(new string[](0));
    }

    function test_Collections() external {
        letIn(address(collections), "Collections.sol:Collections");
        (, ICollections.Edition memory edition) = membersOf(one(work), 1);
        IRights.Draft memory draft = draftOf(edition);
        draft.shares[0].amount -= 1;
        draft.shares = _with(draft.shares, IRights.Share(address(intruder), 1));
        collections.publish(draft, signed(curatorKey, draft), edition);
        assertOnly(
            named(
                "setOptIn(address,bool)|leaveCurator(uint256,address)|"
                "onERC1155Received(address,address,uint256,uint256,bytes)|"
                "onERC1155BatchReceived(address,address,uint256[],uint256[],bytes)"
            )
        );
    }

    function test_Invoices() external {
        IInvoices invoices = IInvoices(deployCode("Invoices.sol:Invoices", abi.encode(market)));
        letIn(address(invoices), "Invoices.sol:Invoices");
        IMarket.LicenceOffer memory offer = licenceOffer(work);
        IInvoices.Invoice memory invoice =
            IInvoices.Invoice(market.hashLicenceOffer(offer), address(intruder), 1, company, "salt");
        usdc.mint(invoices.addressOf(invoice), offer.price);
        invoices.settle(invoice, offer, signed(offer), new address[](0));
        assertOnly(new string[](0));
    }

    function test_Meter() external {
        IMeter meter = IMeter(deployCode("Meter.sol:Meter", abi.encode(rights)));
        letIn(address(meter), "Meter.sol:Meter");
        IMeter.ChannelConfig memory channel = IMeter.ChannelConfig({
            payer: address(intruder),
            payerAuthorizer: address(0),
            receiver: fan,
            receiverAuthorizer: fan,
            token: address(token),
            withdrawDelay: 1 hours,
            salt: 0
        });
        _pays(address(meter));
        vm.prank(company);
        meter.deposit(channel, 100, byAllowance(company));
        vm.prank(fan);
        meter.refund(channel, 50);
        assertOnly(new string[](0));
    }

    function test_Streams() external {
        IStreams streams = IStreams(deployCode("Streams.sol:Streams", abi.encode(rights, market)));
        vm.prank(owner);
        rights.authoriseEdge(address(streams), true);
        IStreams.StreamOffer memory offer;
        (offer.workId, offer.seller) = (mintWorkIn(address(token), 2), artist);
        (offer.terms.scopes, offer.price, offer.period) = (1, 1, 1 days);
        bytes memory signature = sign(artistKey, streams.hashStreamOffer(offer));
        token.mint(address(intruder), 100);
        vm.startPrank(address(intruder));
        token.approve(address(streams), 100);
        uint256 id = streams.open(
            offer, signature, company, 100, IPayments.Payment(IPayments.Method.ALLOWANCE, address(intruder), "")
        );
        vm.stopPrank();
        letIn(address(streams), "Streams.sol:Streams"); // now: what it was given has called it too
        vm.prank(company);
        streams.stop(id);
        assertOnly(
            named(
                "cancelAllOffers()|giveNotice(uint256)|prefer(uint256)|"
                "cancelOffer((uint256,address,(bytes32,uint32,uint40,bool,uint32,bool),uint128,uint40,uint16,uint40,address,uint64,uint256))"
            )
        );
    }

    function named(string memory list) internal pure returns (string[] memory) {
        return vm.split(list, "|");
    }

    function _pays(address edge) private {
        token.mint(company, 100);
        vm.prank(company);
        token.approve(edge, 100);
    }

    function _with(IRights.Share[] memory shares, IRights.Share memory last)
        private
        pure
        returns (IRights.Share[] memory list)
    {
        list = new IRights.Share[](shares.length + 1);
        for (uint256 i; i < shares.length; ++i) {
            list[i] = shares[i];
        }
        list[shares.length] = last;
    }
}
