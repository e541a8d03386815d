"""Each kind of thing that a wallet is asked for: what its page says, where it comes from and where it leads."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from marketplace.catalog import actions as catalog
from marketplace.chain.models import Intent
from marketplace.licensing import actions as licensing
from marketplace.licensing import checkout
from marketplace.royalties import actions as royalties
from marketplace.web.ui.figures import short_hex
from marketplace.web.wording import words_for

DONE = (Intent.State.CONFIRMED, Intent.State.FINAL)
Address = Callable[[Intent], str]


def _to(name: str, *extra: str) -> Address:
    """The page `name` of what the intent is about."""
    return lambda intent: reverse(name, args=[intent.subject, *extra])


def _page(name: str) -> Address:
    return lambda intent: reverse(name)


@dataclass(frozen=True, slots=True)
class Step:
    """`heading`, `lead`: of its page. `sign`: on the button. `done`: a sentence once it is confirmed.

    `back`, `following`: the pages before and after it, with their labels.
    """

    heading: str
    lead: str
    sign: str
    done: str
    back: Address
    back_label: str
    following: Address
    following_label: str


_STUDIO, _PORTFOLIO, _LIBRARY = _page("web:studio"), _page("web:portfolio"), _page("web:library")

STEPS = {
    catalog.MINT: Step(
        heading="Mint your work",
        lead="One transaction makes your work: its birth certificate and its shares. You pay the network fee only.",
        sign="Mint the work",
        done="Your work is live. Now say what may be done with it.",
        back=_to("web:create-step", "check"),
        back_label="Back to the review",
        following=_to("web:create-step", "offer"),
        following_label="Offer a licence",
    ),
    licensing.OFFER: Step(
        heading="Put the licence on sale",
        lead="Your signature puts the offer on sale. You can withdraw it later; licences bought until then stay valid.",
        sign="Sign the offer",
        done="Your offer is on sale.",
        back=_to("web:offer"),
        back_label="Read it again",
        following=_to("web:offer"),
        following_label="See the offer",
    ),
    licensing.PURCHASE: Step(
        heading="Buy the licence",
        lead="The price is split among all holders of the work in the moment in which you buy.",
        sign="Buy the licence",
        done="The licence is yours. The original and your certificate wait in your library.",
        back=_to("web:offer-buy"),
        back_label="Back to the checkout",
        following=_LIBRARY,
        following_label="Open my library",
    ),
    licensing.CANCEL: Step(
        heading="Withdraw the offer",
        lead="Nobody can buy this offer any more once this is confirmed. Licences bought before stay valid.",
        sign="Withdraw the offer",
        done="The offer is withdrawn.",
        back=_to("web:offer"),
        back_label="Keep it",
        following=_STUDIO,
        following_label="Back to my studio",
    ),
    licensing.CANCEL_ALL: Step(
        heading="Withdraw all offers",
        lead="All offers that you have signed so far become void, of licences and of shares.",
        sign="Withdraw all offers",
        done="All your offers are withdrawn.",
        back=_STUDIO,
        back_label="Keep them",
        following=_STUDIO,
        following_label="Back to my studio",
    ),
    checkout.APPROVE: Step(
        heading="Allow the payment",
        lead="First your wallet lets the market take exactly this price. The purchase itself comes next.",
        sign="Allow this amount",
        done="The market may take the price now. Go on to the purchase.",
        back=_page("web:activity"),
        back_label="My activity",
        following=_page("web:activity"),
        following_label="My activity",
    ),
    royalties.OFFER: Step(
        heading="Put the shares on sale",
        lead="Income that arrives until the shares are sold stays yours. The offer ends by itself when the work earns.",
        sign="Sign the offer",
        done="Your shares are for sale.",
        back=_PORTFOLIO,
        back_label="My portfolio",
        following=_PORTFOLIO,
        following_label="My portfolio",
    ),
    royalties.PURCHASE: Step(
        heading="Buy the shares",
        lead="Income that arrives while you hold shares is yours. What arrived before stays with the seller.",
        sign="Buy the shares",
        done="The shares are yours, and so is what the work earns from now on.",
        back=_to("web:shares-buy"),
        back_label="Back to the checkout",
        following=_PORTFOLIO,
        following_label="Open my portfolio",
    ),
    royalties.CANCEL: Step(
        heading="Withdraw the offer",
        lead="Nobody can buy these shares from you any more once this is confirmed.",
        sign="Withdraw the offer",
        done="The offer is withdrawn; the shares are still yours.",
        back=_PORTFOLIO,
        back_label="Keep it",
        following=_PORTFOLIO,
        following_label="My portfolio",
    ),
    royalties.APPROVE: Step(
        heading="Allow the market",
        lead="Once, before your first sale: the market may hand over shares, but only those that you offer.",
        sign="Allow the market",
        done="The market may hand over what you sell. Go on to the offer.",
        back=_PORTFOLIO,
        back_label="My portfolio",
        following=_PORTFOLIO,
        following_label="My portfolio",
    ),
    royalties.CLAIM: Step(
        heading="Claim your income",
        lead="The contract pays you all that your shares have earned. You pay the network fee.",
        sign="Claim my income",
        done="You were paid.",
        back=_PORTFOLIO,
        back_label="My portfolio",
        following=_PORTFOLIO,
        following_label="My portfolio",
    ),
    royalties.WITHDRAW: Step(
        heading="Withdraw your money",
        lead="The contract pays out what was kept for you. You pay the network fee.",
        sign="Withdraw it",
        done="It was paid out.",
        back=_PORTFOLIO,
        back_label="My portfolio",
        following=_PORTFOLIO,
        following_label="My portfolio",
    ),
}


@dataclass(frozen=True, slots=True)
class Told:
    """An intent with all that its page says about it."""

    intent: Intent
    heading: str
    lead: str
    reason_text: str
    cost: list[dict[str, Any]]
    sign_label: str
    done_text: str
    next_url: str
    next_label: str
    back_url: str
    back_label: str


def told(intent: Intent) -> Told:
    step = STEPS[intent.kind]
    is_done = intent.state in DONE
    following = intent.context.get("next")
    return Told(
        intent=intent,
        heading=step.heading,
        lead="" if is_done else step.lead,
        reason_text=_reason(intent),
        cost=_cost(intent),
        sign_label=step.sign,
        done_text=step.done,
        next_url=reverse("web:intent", args=[following]) if following else step.following(intent) if is_done else "",
        next_label="Go on" if following else step.following_label,
        back_url=step.back(intent),
        back_label=step.back_label,
    )


def _reason(intent: Intent) -> str:
    if not intent.reason:
        return ""
    return str(words_for(intent.reason, chain_id=intent.chain_id, account=short_hex(intent.account)))


def _cost(intent: Intent) -> list[dict[str, Any]]:
    """What this costs, for the table above the button."""
    rows: list[dict[str, Any]] = []
    if "price" in intent.context:
        rows.append({"label": "You pay", "amount": int(intent.context["price"]), "asset": intent.context["asset"]})
    if intent.transaction:
        rows.append(
            {"label": "Network fee", "text": "shown by your wallet", "note": "It goes to the network, not to us."}
        )
    elif rows:
        rows.append({"label": "Network fee", "text": "none", "note": "We send your purchase and pay for that."})
    return rows
