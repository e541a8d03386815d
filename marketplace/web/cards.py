"""Works as cards: what a gallery shows of each, read for all of them at once."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import timezone

from marketplace.accounts.models import Account
from marketplace.catalog.models import Work
from marketplace.licensing.models import Offer
from marketplace.web.pictures import Picture, picture_of

PREVIEWS = "metadata__upload__renditions__content"  # prefetch this for anything that shows a work


@dataclass(frozen=True, slots=True)
class Card:
    url: str
    title: str
    creator: str  # address
    creator_name: str
    picture: Picture | None
    price: int | None = None  # of the cheapest open offer to anyone, in the asset's smallest unit
    asset: str = ""
    note: str = ""


def alt_of(work: Work) -> str:
    return work.metadata.document.get("properties", {}).get("alt") or work.metadata.title


def cards_of(works: Iterable[Work]) -> list[Card]:
    """Cards in the order of `works` (with metadata and previews fetched); two more queries, however many there are."""
    works = list(works)
    prices: dict[str, int] = {}
    offers = Offer.objects.open(at=timezone.now()).open_to("").filter(work__in=[w.key for w in works])
    for work, price in offers.values_list("work_id", "price"):
        prices[work] = min(price, prices.get(work, price))
    names = Account.objects.names({w.creator for w in works})
    return [
        Card(
            url=work.get_absolute_url(),
            title=work.metadata.title,
            creator=work.creator,
            creator_name=names.get(work.creator, ""),
            picture=picture_of(work.metadata.upload, alt=alt_of(work)),
            price=prices.get(work.key),
            asset=work.asset,
            note="" if work.key in prices else "Not on offer",
        )
        for work in works
    ]
