"""Offers and licences as pages show them: what they allow, in words, and their facts in rows."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse

from marketplace.catalog.models import Work
from marketplace.licensing.models import Licence, Offer, Terms
from marketplace.licensing.scopes import ALL, REMIX, SCOPES, Scope
from marketplace.licensing.terms import PRESETS
from marketplace.royalties.accounting import SHARES
from marketplace.royalties.models import ShareOffer
from marketplace.royalties.portfolio import Holder
from marketplace.royalties.signed import part_price
from marketplace.web.templatetags.components import address, finality, hash_, money, when
from marketplace.web.ui.figures import duration_text, percent_text, short_hex, until_text

LARGEST = 8  # holders named in a split; the rest stand together


def scopes_in(bits: int) -> list[Scope]:
    """The uses that we have words for, of those that `bits` allow. A foreign offer may have others."""
    return [scope for scope in SCOPES if bits & scope.bit]


def grants_of(bits: int) -> list[dict[str, Any]]:
    """Every use there is, with whether `bits` allow it: a licence is as much about what it does not allow."""
    return [{"text": s.allows if bits & s.bit else s.forbids, "allowed": bool(bits & s.bit)} for s in SCOPES]


def licence_name(bits: int) -> str:
    """What a licence is called: its preset, or its uses."""
    preset = next((p for p in PRESETS if p.scopes == bits), None)
    if preset:
        return preset.name
    names = [scope.name for scope in scopes_in(bits & ALL)]
    return names[0] if len(names) == 1 else f"{len(names)} uses" if names else "No uses"


@dataclass(frozen=True, slots=True)
class OfferSummary:
    """A licence offer on a work's page."""

    name: str
    url: str
    buy_url: str
    price: int
    asset: str
    duration: int  # seconds, 0 is for ever
    scopes: list[Scope]
    not_allowed: list[Scope]
    offer: Offer


def offer_summaries(offers: Iterable[Offer], work: Work) -> list[OfferSummary]:
    """Offers (with terms), the cheapest first."""
    return [
        OfferSummary(
            name=licence_name(offer.terms.scopes),
            url=reverse("web:offer", args=[offer.digest]),
            buy_url=reverse("web:offer-buy", args=[offer.digest]),
            price=offer.price,
            asset=work.asset,
            duration=offer.terms.duration,
            scopes=scopes_in(offer.terms.scopes),
            not_allowed=[s for s in SCOPES if not offer.terms.scopes & s.bit],
            offer=offer,
        )
        for offer in sorted(offers, key=lambda offer: (offer.price, offer.created))
    ]


@dataclass(frozen=True, slots=True)
class ShareOfferSummary:
    """Shares for sale on a work's page."""

    offer: ShareOffer
    buy_url: str
    shares: int  # that can be bought now
    price: int  # of those, fee included
    asset: str


def share_offer_summaries(
    offers: Iterable[ShareOffer], work: Work, balances: dict[str, int]
) -> list[ShareOfferSummary]:
    """Open share offers (with `sold`) that their sellers can still deliver, the best price for a share first.

    `balances`: {holder: shares} of the work.
    """
    found = []
    for offer in offers:
        shares = min(offer.shares - offer.sold, balances.get(offer.seller, 0))
        if shares > 0:
            price = part_price(offer.price, offer.shares, shares)
            url = reverse("web:shares-buy", args=[offer.digest])
            found.append(ShareOfferSummary(offer, url, shares, price, work.asset))
    return sorted(found, key=lambda s: (s.offer.price / s.offer.shares, s.offer.created))


@dataclass(frozen=True, slots=True)
class Standing:
    """How an offer stands by our records: a state of `components/deed.html`, and a sentence for it."""

    state: str
    text: str = ""

    @property
    def is_open(self) -> bool:
        return self.state == "open"


def standing_of(offer: Offer, *, at: datetime) -> Standing:
    """Whether `offer` can be bought at `at` (UTC), and if not, why."""
    if offer.published is None:
        return Standing("unsigned", "Not signed yet: nobody can buy it.")
    if Offer.objects.open(at=at).filter(pk=offer.pk).exists():
        return Standing("open")
    if offer.deadline and offer.deadline <= at:
        return Standing("expired", "This offer has expired.")
    if offer.max_units and Licence.objects.units_of(offer.digest) >= offer.max_units:
        return Standing("sold-out", "All of these licences are sold.")
    return Standing("cancelled", "Its creator has withdrawn this offer. Licences bought before stay valid.")


def facts_of(offer: Offer) -> list[dict[str, Any]]:
    """The facts of a licence offer, in rows."""
    terms = offer.terms
    rows = [
        {"label": "Price", "value": money(offer.price, offer.work.asset)},
        {"label": "Lasts", "value": duration_text(terms.duration)},
        {"label": "Exclusive", "value": "No: others may buy the same"},
        {"label": "Can be handed on", "value": "Yes" if terms.transferable else "No"},
        *_remix_rows(terms),
        {"label": "For sale", "value": f"At most {offer.max_units:,}" if offer.max_units else "No limit"},
    ]
    if offer.deadline:
        rows.append({"label": "On offer until", "value": when(offer.deadline)})
    if offer.licensee:
        rows.append({"label": "Only for", "value": address(offer.licensee)})
    return rows


def _remix_rows(terms: Terms) -> list[dict[str, Any]]:
    """What is asked of those who make new works from this one, if they may."""
    if not terms.scopes & REMIX.bit:
        return []
    part = f"{percent_text(terms.remix_shares)} of each, for this work’s holders" if terms.remix_shares else "No part"
    return [
        {"label": "Asked of new works", "value": part},
        {"label": "New works need a yes", "value": "Yes: the creator signs for each" if terms.remix_approval else "No"},
    ]


def split_of(
    amount: int, *, fee: int, asset: str, holders: Iterable[Holder], names: dict[str, str]
) -> list[dict[str, Any]]:
    """Where `amount` goes, for `split_bar`: each holder's part of what is left after the fee, then the fee.

    The contract rounds each part down to a whole smallest unit and keeps the rest of the division for its holder.
    """
    rest = amount - fee
    parts = [
        (names.get(holder.address) or short_hex(holder.address), rest * holder.shares // SHARES)
        for holder in holders
        if holder.shares
    ]
    if len(parts) > LARGEST:
        others = parts[LARGEST:]
        parts[LARGEST:] = [(f"{len(others)} others", sum(part for _, part in others))]
    if fee:
        parts.append(("Fee of this site", fee))
    return [{"label": label, "amount": part, "asset": asset} for label, part in parts]


def certificate_of(licence: Licence, offer: Offer | None) -> dict[str, Any]:
    """What the certificate of a purchase says. `offer` (with terms) is None if it was made elsewhere."""
    work = licence.work
    bits = offer.terms.scopes if offer else 0
    rows = [
        {"label": "Valid", "value": until_text(licence.until)},
        {"label": "Units", "value": f"{licence.units:,}"},
        {"label": "Price paid", "value": money(licence.price, work.asset)},
        {"label": "Licence number", "value": hash_(hex(int(licence.licence_id)))},
        {"label": "Fingerprint of the work", "value": hash_(work.content)},
        {"label": "Settled", "value": finality(licence.log.finality)},
    ]
    return {
        "title": licence_name(bits) if offer else "Licence",
        "grants": grants_of(bits) if offer else [],
        "facts": rows,
        "digest": offer.terms.digest if offer else licence.offer_digest,
        "verify_url": settings.SITE_URL + reverse("web:transaction", args=[licence.log.tx_hash]),
    }
