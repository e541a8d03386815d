"""Why something on the market cannot be done, in the user's words, with what to do about it.

Each error has a stable `code` for pages and the API. What is refused to a person is also a PermissionDenied.
"""

from django.core.exceptions import PermissionDenied

from marketplace.chain.deployments import Asset
from marketplace.licensing.money import in_words


class MarketError(Exception):
    """Base of everything that can go wrong with offers, purchases and licences. `message` is for the user."""

    code = "market"

    def __init__(self, message: str):
        super().__init__(message)
        self.message = message


class Refused(MarketError, PermissionDenied):
    """Not this account's to do."""


# --- making an offer ----------------------------------------------------------------------------------------------


class UnknownScope(MarketError):
    code = "unknown-scope"

    def __init__(self, what: str):
        super().__init__(f"We do not know a use called {what}. Choose from the uses that the form lists.")


class BadTerms(MarketError):
    """A price, duration, limit or deadline that no offer can have."""

    code = "bad-terms"


class NotTheCreator(Refused):
    code = "not-the-creator"

    def __init__(self) -> None:
        super().__init__("Only the creator of this work can offer licences for it. Sign in with their wallet.")


class NotTheSeller(Refused):
    code = "not-the-seller"

    def __init__(self) -> None:
        super().__init__("Only the one who signed this offer can withdraw it. Sign in with their wallet.")


# --- buying -------------------------------------------------------------------------------------------------------


class OfferNotOpen(MarketError):
    """Base of the reasons for which the contract would refuse an offer."""

    code = "offer-not-open"


class OfferUnpublished(OfferNotOpen):
    code = "offer-unpublished"

    def __init__(self) -> None:
        super().__init__("This offer is not signed yet, so it cannot be bought. Its creator has to sign it first.")


class OfferExpired(OfferNotOpen):
    code = "offer-expired"

    def __init__(self) -> None:
        super().__init__("This offer has expired. Nothing was charged. Look at the work's page for a newer one.")


class OfferCancelled(OfferNotOpen):
    code = "offer-cancelled"

    def __init__(self) -> None:
        super().__init__(
            "The seller has withdrawn this offer. Nothing was charged. Look at the work's page for a newer one."
        )


class SoldOut(OfferNotOpen):
    code = "sold-out"

    def __init__(self, left: int = 0):
        left_words = f"Only {left:,} are left of this offer: buy that many or fewer." if left else "It is sold out."
        super().__init__(f"{left_words} Nothing was charged.")
        self.left = left


class NotForYou(OfferNotOpen):
    code = "not-for-you"

    def __init__(self, licensee: str):
        super().__init__(f"This offer was made to {licensee} alone. Sign in with that wallet, or ask the seller.")


class OwnWork(OfferNotOpen):
    code = "own-work"

    def __init__(self) -> None:
        super().__init__("This is your own offer: there is nothing that you would gain by buying it.")


class SalesPaused(OfferNotOpen):
    code = "sales-paused"

    def __init__(self) -> None:
        super().__init__("Sales are paused on the contract for now. Nothing was charged. Try again later.")


class AlreadyLicensed(OfferNotOpen):
    code = "already-licensed"

    def __init__(self) -> None:
        super().__init__("You hold this licence already, and it never ends. There is nothing left to buy.")


class BadUnits(MarketError):
    code = "bad-units"


class LowBalance(MarketError):
    """The payer has too little of the asset. `missing` is exact, in its smallest unit."""

    code = "low-usdc"

    def __init__(self, missing: int, asset: Asset):
        super().__init__(f"You need {in_words(missing, asset)} more to pay for this. Nothing was charged.")
        self.missing = missing
        self.asset = asset


class LowGas(MarketError):
    """The sender has too little of the chain's coin for the network fee. `missing` is in wei."""

    code = "low-gas"

    def __init__(self, missing: int):
        super().__init__(
            "Your wallet has too little of the network's own coin for the network fee. Nothing was charged. "
            "Add a little of it and try again."
        )
        self.missing = missing


class PaymentVoid(MarketError):
    """The signed payment cannot be used: too late, used before, or not for this."""

    code = "payment-void"

    def __init__(self, why: str):
        super().__init__(f"{why} Nothing was charged. Start the purchase again and sign a new payment.")


class PaymentRefused(MarketError):
    """The token will not move this payer's money."""

    code = "payment-refused"

    def __init__(self) -> None:
        super().__init__(
            "The payment token refuses to move money of this wallet. Nothing was charged. Use another wallet."
        )


class PriceRose(MarketError):
    code = "price-rose"

    def __init__(self) -> None:
        super().__init__(
            "It costs more than you agreed to. Nothing was charged. Look at the new price and start again."
        )


class SellerCannotDeliver(OfferNotOpen):
    code = "seller-cannot-deliver"

    def __init__(self) -> None:
        super().__init__(
            "The seller no longer holds these shares, or no longer lets the market move them. Nothing was charged."
        )


class EarnedMore(OfferNotOpen):
    code = "earned-more"

    def __init__(self) -> None:
        super().__init__(
            "The work has earned more since these shares were offered, so the offer is void. Nothing was charged. "
            "Wait for the seller's next offer."
        )


class ContractRefused(MarketError):
    """A refusal that we have no sentence of its own for. `name`: the contract's word for it."""

    code = "contract-refused"

    def __init__(self, name: str):
        known = f" It says “{name}”." if name else ""
        super().__init__(
            f"The contract would refuse this, so nothing was sent.{known} Start again from the work's page."
        )
        self.name = name


class ShortOfMoney(MarketError):
    """The token says that the payer has too little; it does not say how much too little."""

    code = "low-usdc"

    def __init__(self) -> None:
        super().__init__("The wallet has too little to pay for this. Nothing was charged. Add to it and start again.")


class Unavailable(MarketError):
    """The chain could not be asked, and this must not go on without it."""

    code = "node-down"

    def __init__(self) -> None:
        super().__init__(
            "We cannot reach the network just now. Nothing was sent, nothing is lost. Try again in a minute."
        )


# --- a licence's original -----------------------------------------------------------------------------------------


class NotTheLicensee(Refused):
    code = "not-the-licensee"

    def __init__(self) -> None:
        super().__init__("The original goes to the licensee only. Sign in with the wallet that holds this licence.")


class NotFinalYet(Refused):
    code = "not-final"

    def __init__(self) -> None:
        super().__init__(
            "The purchase is not final yet: the network could still take it back. The original waits for you here."
        )


class LicenceExpired(Refused):
    code = "licence-expired"

    def __init__(self) -> None:
        super().__init__("This licence has ended. Buy it again from the work's page to download the original.")


class LicenceUndone(Refused):
    code = "licence-undone"

    def __init__(self) -> None:
        super().__init__(
            "The network took this purchase back, so it gives no right and your money is where it was. Buy it again."
        )


class OriginalMissing(MarketError):
    code = "original-missing"

    def __init__(self) -> None:
        super().__init__(
            "This site does not keep the original of this work. Your licence is valid all the same: ask its creator."
        )
