"""Why something about shares or their income cannot be done, in the user's words, with what to do about it."""

from marketplace.licensing.errors import MarketError
from marketplace.royalties.accounting import percent


class NotAHolder(MarketError):
    """Fewer shares than are to be sold. `held`: of SHARES."""

    code = "too-few-shares"

    def __init__(self, held: int):
        have = f"You hold {percent(held)} % of this work." if held else "You hold no shares of this work."
        super().__init__(f"{have} You can sell at most what you hold.")
        self.held = held


class NothingOwed(MarketError):
    code = "nothing-owed"

    def __init__(self) -> None:
        super().__init__("Everything that you have earned so far was paid to you. There is nothing to claim.")


class NothingDeferred(MarketError):
    code = "nothing-deferred"

    def __init__(self) -> None:
        super().__init__("Nothing is kept for you: every payment to you went through.")


class BadRecipient(MarketError):
    code = "bad-recipient"

    def __init__(self) -> None:
        super().__init__("Money cannot be sent there. Give the address of a wallet that you control.")
