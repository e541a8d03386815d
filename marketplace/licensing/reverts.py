"""A contract's refusal of a purchase as one of our errors: the same words before a transaction is sent as after.

Names are those of Market, Rights and our test token; tokens that refuse with a sentence (USDC) are known by it.
"""

from collections.abc import Callable

from marketplace.chain.contracts import Reverted
from marketplace.licensing import errors
from marketplace.licensing.errors import MarketError

_LATE = "The signed payment came too late."
_USED = "The signed payment was used before."
_FOREIGN = "The signature of the payment is not the payer's."

_BY_NAME: dict[str, Callable[[tuple], MarketError]] = {
    "SalesArePaused": lambda _: errors.SalesPaused(),
    "InvalidSignature": lambda _: errors.OfferCancelled(),  # a seller's contract wallet that has changed its mind
    "OfferExpired": lambda _: errors.OfferExpired(),
    "OfferWithdrawn": lambda _: errors.OfferCancelled(),
    "CounterPassed": lambda _: errors.OfferCancelled(),
    "SoldOut": lambda args: errors.SoldOut(args[2]),
    "SellerIsNotCreator": lambda _: errors.OfferCancelled(),  # the work was handed to somebody else
    "NotForYou": lambda args: errors.NotForYou(args[1]),
    "NothingWanted": lambda _: errors.BadUnits("Choose how many to buy: at least one."),
    "RevenuePassed": lambda _: errors.EarnedMore(),
    "PriceTooHigh": lambda _: errors.PriceRose(),
    "InsufficientBalance": lambda _: errors.ShortOfMoney(),
    "InsufficientAllowance": lambda _: errors.PaymentVoid("The market may not take that much from this wallet yet."),
    "AuthorizationExpired": lambda _: errors.PaymentVoid(_LATE),
    "AuthorizationUsedOrCanceled": lambda _: errors.PaymentVoid(_USED),
    "InvalidAuthorization": lambda _: errors.PaymentVoid(_FOREIGN),
    "Blacklisted": lambda _: errors.PaymentRefused(),
    "ERC1155InsufficientBalance": lambda _: errors.SellerCannotDeliver(),
    "ERC1155MissingApprovalForAll": lambda _: errors.SellerCannotDeliver(),
}
_BY_SENTENCE: tuple[tuple[str, Callable[[], MarketError]], ...] = (
    ("amount exceeds balance", errors.ShortOfMoney),
    ("amount exceeds allowance", lambda: errors.PaymentVoid("The market may not take that much from this wallet yet.")),
    ("authorization is used", lambda: errors.PaymentVoid(_USED)),
    ("authorization is expired", lambda: errors.PaymentVoid(_LATE)),
    ("invalid signature", lambda: errors.PaymentVoid(_FOREIGN)),
    ("blacklisted", errors.PaymentRefused),
)


def explained(revert: Reverted) -> MarketError:
    """The error that tells a user about `revert`."""
    if make := _BY_NAME.get(revert.name):
        return make(revert.args_)
    if revert.name == "Error" and revert.args_:
        sentence = str(revert.args_[0]).lower()
        for part, error in _BY_SENTENCE:
            if part in sentence:
                return error()
        return errors.ContractRefused(str(revert.args_[0]))
    return errors.ContractRefused(revert.name)
