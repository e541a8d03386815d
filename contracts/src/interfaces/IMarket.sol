// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IRights} from "./IRights.sol";

/// @title Signed offers and their purchase: licences of a work by its creator, shares of it by their holders.
/// @dev Offers are EIP-712 (domain "Mintmark Market", "1"), signed off-chain for free by an EOA or ERC-1271 wallet.
interface IMarket {
    /// @notice How a buyer pays. ALLOWANCE: ERC-20 allowance to this contract; `data` is empty.
    /// PERMIT (ERC-2612): abi.encode(uint256 deadline, uint8 v, bytes32 r, bytes32 s), the value being the cost.
    /// AUTHORIZATION (ERC-3009 receiveWithAuthorization): abi.encode(uint256 validAfter, uint256 validBefore,
    /// bytes32 salt, bytes signature); its nonce is `authorizationNonce`, so a relayer cannot redirect it.
    enum Method {
        ALLOWANCE,
        PERMIT,
        AUTHORIZATION
    }

    struct Payment {
        Method method;
        address payer; // the caller, unless by AUTHORIZATION
        bytes data;
    }

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
        uint256 fee
    );
    event OfferCancelled(bytes32 indexed offer, address indexed seller);
    event AllOffersCancelled(address indexed seller, uint256 counter);
    event FeeSet(uint256 feeBps, address recipient);
    event FeeWithdrawn(address indexed recipient, address indexed asset, uint256 amount);
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

    /// @notice Only the caller's money, unless another signed an ERC-3009 authorisation.
    error PayerIsNotCaller(address payer, address caller);

    /// @notice Less arrived than the price.
    error PaidTooLittle(uint256 paid, uint256 price);

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
    ) external returns (uint256 licenceId);

    /// @notice Buys shares for `buyer`. Needs the seller's ERC-1155 approval of this contract.
    function buyShares(
        ShareOffer calldata offer,
        bytes calldata signature,
        address buyer,
        uint256 shares,
        uint256 maxPrice,
        Payment calldata payment
    ) external;

    /// @notice Withdraws one offer for ever. Only its seller.
    function cancelLicenceOffer(LicenceOffer calldata offer) external;
    function cancelShareOffer(ShareOffer calldata offer) external;

    /// @notice Withdraws all offers that the caller has signed so far.
    function cancelAll() external returns (uint256 counter);

    /// @notice EIP-712 digests, which name offers everywhere.
    function hashLicenceOffer(LicenceOffer calldata offer) external view returns (bytes32);
    function hashShareOffer(ShareOffer calldata offer) external view returns (bytes32);

    /// @notice The ERC-3009 nonce that pays `amount` for `quantity` of an offer to `recipient`, and for nothing else.
    function authorizationNonce(bytes32 offer, address recipient, uint256 quantity, bytes32 salt)
        external
        pure
        returns (bytes32);

    /// @notice Units or shares of an offer sold so far; max uint256 once cancelled.
    function filled(bytes32 offer) external view returns (uint256);
    function counterOf(address seller) external view returns (uint256);
    function feeBps() external view returns (uint256);
    function feeRecipient() external view returns (address);
    function salesPaused() external view returns (bool);
    function MAX_FEE_BPS() external view returns (uint256);
    function RIGHTS() external view returns (IRights);

    /// @notice The protocol fee of share sales lies here until anyone sends it to the recipient.
    function withdrawFee(address asset) external returns (uint256 amount);

    /// @notice Owner (a timelock): the fee, at most 500 bps, and who gets it.
    function setFee(uint256 newFeeBps, address recipient) external;

    /// @notice Owner: stops new sales. Claims, pushes, transfers and licences go on.
    function pauseSales(bool paused) external;
}
