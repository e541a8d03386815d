// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IMarket} from "./IMarket.sol";
import {IRights} from "./IRights.sol";

/// @title A purchase as an address, which any plain transfer can pay.
/// @notice An exchange's withdrawal, a multisig, an x402 "exact" payment: whoever sends the money in, and however, at this
/// address it can only buy that licence for that licensee, or go back. So a bare ERC-3009 authorisation to it may be used
/// by any stranger first: the buyer has the licence all the same.
/// @dev Not an edge, and without privileges: it buys from Market as anybody does. Nobody owns it.
interface IInvoices {
    /// @notice What an address stands for. Each different one has its own.
    struct Invoice {
        bytes32 offer; // digest of a LicenceOffer
        address licensee;
        uint128 units;
        address refundTo; // whose the money is until it has bought, and what is left over
        bytes32 salt;
    }

    event InvoiceSettled(
        address indexed account, bytes32 indexed offer, address indexed licensee, uint256 units, uint256 price
    );
    event InvoiceRefunded(address indexed account, address indexed asset, address indexed to, uint256 amount);

    /// @notice The invoice is for another offer.
    error OfferDiffers(bytes32 offer, bytes32 expected);

    /// @notice An invoice needs somebody to send money back to.
    error NobodyToRefund();

    /// @notice Only whom the invoice refunds may take the money back while it can still buy.
    error NotTheRefundee(address caller, address refundTo);

    /// @notice The offer can still be bought with this money.
    error OfferStillStands(bytes32 offer);

    /// @notice The address to pay. Nobody controls it: what arrives there can only buy, or go back.
    function addressOf(Invoice calldata invoice) external view returns (address);

    /// @notice Whether the licence was bought.
    function isSettled(address account) external view returns (bool);

    /// @notice Buys the licence with what has arrived; what is over goes back. Anyone. A settled invoice is a no-op.
    /// @dev Reverts as Market does if it does not sell, and with IPayments.PaidTooLittle before all has arrived. If the
    /// asset refuses whom to refund, the rest stays for `refund`.
    /// @param holders Share holders to be paid in this same transaction; may be empty.
    function settle(
        Invoice calldata invoice,
        IMarket.LicenceOffer calldata offer,
        bytes calldata signature,
        address[] calldata holders
    ) external;

    /// @notice Sends what lies at the address to `to`. Only `refundTo`, at any time. Nothing is a no-op.
    function refund(Invoice calldata invoice, address asset, address to) external returns (uint256 amount);

    /// @notice Sends what the invoice has no use for to `refundTo`: all that comes after it was settled, any asset but the
    /// work's, and all once the offer can no longer be bought (cancelled, expired, sold out, or by another creator).
    /// Anyone. Nothing is a no-op.
    function refundUnused(Invoice calldata invoice, IMarket.LicenceOffer calldata offer, address asset)
        external
        returns (uint256 amount);

    function MARKET() external view returns (IMarket);
    function RIGHTS() external view returns (IRights);
}
