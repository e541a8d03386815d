// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPayments} from "../../src/interfaces/IPayments.sol";
import {IRights} from "../../src/interfaces/IRights.sol";
import {IStreams} from "../../src/interfaces/IStreams.sol";
import {Fixture} from "./Fixture.sol";

/// @notice Streams beside Rights and Market, a work that is licensed for 1 USDC a day, and a company that has money.
abstract contract StreamsFixture is Fixture {
    IStreams internal streams;
    uint256 internal work;
    IStreams.StreamOffer internal offer;

    function setUp() public virtual override {
        super.setUp();
        streams = IStreams(deployCode("Streams.sol:Streams", abi.encode(rights, market)));
        vm.prank(owner);
        rights.authoriseEdge(address(streams), true);
        work = mintWork(1);
        offer = streamOffer(work);
        usdc.mint(company, 1_000_000 * USDC);
        vm.prank(company);
        usdc.approve(address(streams), type(uint256).max);
    }

    function streamTerms() internal pure returns (IRights.Terms memory terms) {
        terms.document = keccak256("terms");
        terms.scopes = 1 | 2;
    }

    function streamOffer(uint256 workId) internal view returns (IStreams.StreamOffer memory) {
        return IStreams.StreamOffer({
            workId: workId,
            seller: artist,
            terms: streamTerms(),
            price: uint128(30 * USDC),
            period: 30 days,
            maxFeeBps: 500,
            deadline: 0,
            licensee: address(0),
            counter: 0,
            salt: 1
        });
    }

    function signed(IStreams.StreamOffer memory offer_) internal view returns (bytes memory) {
        return sign(artistKey, streams.hashStreamOffer(offer_));
    }

    /// @notice The company opens a stream for itself, by allowance.
    function openFor(uint256 deposit) internal returns (uint256 streamId) {
        return openAs(company, company, deposit);
    }

    function openAs(address payer, address licensee, uint256 deposit) internal returns (uint256 streamId) {
        bytes memory signature = signed(offer);
        vm.prank(payer);
        return streams.open(offer, signature, licensee, deposit, byAllowance(payer));
    }

    function topUpAs(address payer, uint256 streamId, uint256 amount) internal {
        address licensee = streams.streamOf(streamId).licensee;
        vm.prank(payer);
        streams.topUp(streamId, licensee, amount, byAllowance(payer));
    }

    function stopAs(address caller, uint256 streamId) internal returns (uint256 refund) {
        vm.prank(caller);
        return streams.stop(streamId);
    }

    /// @notice A payer with money, who lets streams take it.
    function newPayer(string memory name, uint256 amount) internal returns (address payer) {
        payer = makeAddr(name);
        usdc.mint(payer, amount);
        vm.prank(payer);
        usdc.approve(address(streams), type(uint256).max);
    }

    function byAuthorizationFor(bytes32 purpose, uint256 amount, bytes32 salt)
        internal
        view
        returns (IPayments.Payment memory)
    {
        uint256 validBefore = block.timestamp + 1 hours;
        bytes32 message = keccak256(
            abi.encode(
                usdc.RECEIVE_WITH_AUTHORIZATION_TYPEHASH(),
                company,
                address(streams),
                amount,
                uint256(0),
                validBefore,
                streams.authorizationNonce(purpose, salt)
            )
        );
        bytes memory data = abi.encode(uint256(0), validBefore, salt, sign(companyKey, usdcDigest(message)));
        return IPayments.Payment(IPayments.Method.AUTHORIZATION, company, data);
    }
}
