// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPayments} from "./IPayments.sol";
import {IRights} from "./IRights.sol";

/// @title Signed offers and their purchase: licences of a work by its creator, shares of it by their holders.
/// @dev Offers are EIP-712 (domain "Mintmark Market", "1"), signed off-chain for free by an EOA or ERC-1271 wallet.
interface IMarket is IPayments {
    struct LicenceOffer {
        uint256 workId;
        address seller; // the work's creator
        IRights.Terms terms;
        uint128 price; // a unit, in the work's asset
        uint32 maxUnits; // 0 is no limit
        uint16 maxFeeBps; // the protocol fee is never more than this, whatever it becomes
        uint40 deadline; // unix time; 0 is never
        address licensee; // the only one who may hold it, or zero for anyone
        uint64 counter; // the seller's `counterOf` when signed
        uint256 salt;
    }

    struct ShareOffer {
        uint256 workId;
        address seller;
        uint32 shares;
        uint128 price; // for all of them; a part costs its share of that, rounded up
        uint128 maxRevenue; // void once the work has earned more than this
        uint16 maxFeeBps;
        uint40 deadline;
        address buyer; // or zero for anyone
        uint64 counter;
        uint256 salt;
    }

    /// @notice One of the offers in a basket.
    struct Item {
        LicenceOffer offer;
        bytes signature;
        uint256 units;
    }

    /// @notice Offers of works that all earn in one asset, and one payment for them.
    struct Basket {
        Item[] items;
        uint256 maxPrice; // the most that the payer will pay for all of them, fees included
        Payment payment;
    }

    /// @dev `price` is what the payer paid in all; `fee` is the part of it that is the protocol's.
    event LicencePurchased(
        bytes32 indexed offer,
        uint256 indexed workId,
        address indexed licensee,
        address payer,
        uint256 licenceId,
        uint256 units,
        uint256 price,
        uint256 fee,
        uint256 until
    );
    event SharesPurchased(
        bytes32 indexed offer,
        uint256 indexed workId,
        address indexed buyer,
        address seller,
        address payer,
        uint256 shares,
        uint256 price,
        uint256 fee,
        uint256 royalty
    );
    event OfferCancelled(bytes32 indexed offer, address indexed seller);
    event AllOffersCancelled(address indexed seller, uint256 counter);
    event FeeSet(uint256 feeBps, address recipient);
    event SalesPaused(bool paused);

    /// @notice Sales are paused. Claims, pushes, transfers and licences go on.
    error SalesArePaused();

    /// @notice Not a signature of the seller for this offer.
    error InvalidSignature(address seller, bytes32 offer);

    /// @notice The offer was open until `deadline`.
    error OfferExpired(uint256 deadline, uint256 time);

    /// @notice The seller withdrew this offer.
    error OfferWithdrawn(bytes32 offer);

    /// @notice The seller withdrew all offers of earlier counters.
    error CounterPassed(uint256 counter, uint256 current);

    /// @notice Fewer are left.
    error SoldOut(bytes32 offer, uint256 wanted, uint256 left);

    /// @notice Nothing to buy.
    error NothingWanted();

    /// @notice Licences are sold by the work's creator only.
    error SellerIsNotCreator(address seller, address creator);

    /// @notice The offer is for somebody else.
    error NotForYou(address recipient, address expected);

    /// @notice The work has earned more than the seller of these shares reckoned with.
    error RevenuePassed(uint256 revenue, uint256 maxRevenue);

    /// @notice It costs more than the payer agreed to.
    error PriceTooHigh(uint256 price, uint256 maxPrice);

    /// @notice Only the offer's seller may withdraw it.
    error NotTheSeller(address caller, address seller);

    /// @notice A protocol fee above the highest there may be.
    error FeeTooHigh(uint256 feeBps, uint256 maxBps);

    /// @notice A fee needs a recipient.
    error NoFeeRecipient();

    /// @notice Buys `units` of a licence for `licensee`: pays, splits and licences in this transaction.
    /// @param maxPrice The most that the payer will pay in all, fee included.
    /// @param holders Share holders to be paid in this same transaction; may be empty.
    function buyLicence(
        LicenceOffer calldata offer,
        bytes calldata signature,
        address licensee,
        uint256 units,
        uint256 maxPrice,
        Payment calldata payment,
        address[] calldata holders
    ) external payable returns (uint256 licenceId);

    /// @notice As `buyLicence`, of many offers at once: all of them or none. One basket, and one payment, for each asset.
    /// @param holders Share holders to be paid in this same transaction for all of the works; may be empty.
    function buyLicences(Basket[] calldata baskets, address licensee, address[] calldata holders)
        external
        payable
        returns (uint256[][] memory licenceIds);

    /// @notice Buys shares for `buyer`. Needs the seller's ERC-1155 approval of this contract. If the seller is not the
    /// work's creator, its ERC-2981 royalty goes to the work, whose holders before this sale earn it.
    function buyShares(
        ShareOffer calldata offer,
        bytes calldata signature,
        address buyer,
        uint256 shares,
        uint256 maxPrice,
        Payment calldata payment
    ) external payable;

    /// @notice Withdraws one offer for ever. Only its seller.
    function cancelLicenceOffer(LicenceOffer calldata offer) external;
    function cancelShareOffer(ShareOffer calldata offer) external;

    /// @notice Withdraws all offers that the caller has signed so far.
    function cancelAll() external returns (uint256 counter);

    /// @notice EIP-712 digests, which name offers everywhere.
    function hashLicenceOffer(LicenceOffer calldata offer) external view returns (bytes32);
    function hashShareOffer(ShareOffer calldata offer) external view returns (bytes32);

    /// @notice What a payment is for, in the sense of `authorizationNonce`: a quantity of an offer, for a recipient.
    function purposeOf(bytes32 offer, address recipient, uint256 quantity) external pure returns (bytes32);

    /// @notice What stands for the offer where a payment is for a basket; its quantity is then the number of items.
    function hashBasket(bytes32[] calldata offers, uint256[] calldata units) external pure returns (bytes32);

    /// @notice Units or shares of an offer sold so far, where there is a limit; max uint256 once cancelled.
    function filled(bytes32 offer) external view returns (uint256);
    function counterOf(address seller) external view returns (uint256);
    function feeBps() external view returns (uint256);
    function feeRecipient() external view returns (address);
    function salesPaused() external view returns (bool);
    function MAX_FEE_BPS() external view returns (uint256);
    function RIGHTS() external view returns (IRights);

    /// @notice Owner (a timelock): the fee, at most 500 bps, and who gets it.
    function setFee(uint256 newFeeBps, address recipient) external;

    /// @notice Owner: stops new sales. Claims, pushes, transfers and licences go on.
    function pauseSales(bool paused) external;
}
