"""What people do at the site, each through the pages that are there for it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tools.journey.visitor import WORK, Deed, Refused, Visitor


@dataclass(frozen=True)
class Description:
    """What an artist says of a picture."""

    title: str
    alt_text: str
    description: str = ""
    credit: str = ""


@dataclass(frozen=True)
class Work:
    """A minted work: its number in Rights, and its page."""

    number: int
    path: str


def work_at(address: str) -> Work:
    """The work whose page has this address."""
    found = WORK.search(address)
    if not found:
        raise Refused(f"{address} is not a work's page.")
    return Work(int(found[1]), found[0])


def introduce(person: Visitor) -> None:
    """Says what they want to be called, as their settings page asks it."""
    person.submit(person.get("/settings/").form("name"), name=person.name)


def mint(
    artist: Visitor, picture: Path, words: Description, shares: Sequence[tuple[Visitor, str]]
) -> tuple[Work, Deed]:
    """Upload, describe, split the shares (holder, percent), check, mint. Raises AlreadyMinted, Refused."""
    page = artist.upload(picture)
    form = page.form("title", "alt_text")
    if form.has("keep"):
        form.fields["keep"] = "keep"  # the file says where it was taken; licensees get it byte for byte
    page = artist.submit(form, title=words.title, alt_text=words.alt_text,
                         description=words.description, credit=words.credit)  # fmt: skip
    holders = {"holder": [holder.address for holder, _ in shares], "percent": [percent for _, percent in shares]}
    page = artist.submit(page.form("holder", "percent"), **holders)
    draft = re.search(r"/create/[0-9a-f-]{36}/", page.url)
    assert draft, page.url
    check = next(form for form in page.forms if form.method == "post" and draft[0] in form.action)
    deeds = artist.carry_out(artist.submit(check))
    offer_step = artist.get(f"{draft[0]}offer/")
    return work_at(offer_step.link("/works/")), deeds[-1]


def offer_licence(artist: Visitor, work: Work, *, preset: str, days: str, price: str) -> str:
    """Signs a licence offer; returns its digest. `days`: "365", "1095" or "0" for ever; `price`: in whole units."""
    form = artist.get(f"/works/{work.number}/offer/").form("preset", "duration", "price")
    return artist.carry_out(artist.submit(form, preset=preset, duration=days, price=price))[-1].digest


def sell_shares(holder: Visitor, work: Work, *, percent: str, price: str) -> str:
    """Signs a share offer; returns its digest. `price`: of all of them, in whole units."""
    form = holder.get(f"/works/{work.number}/shares/sell/").form("shares", "price")
    return holder.carry_out(holder.submit(form, shares=percent, price=price))[-1].digest


def buy_licence(buyer: Visitor, digest: str) -> Deed:
    """Buys one unit, by one signature."""
    page = buyer.get(f"/offers/{digest}/buy/")
    form = next(form for form in page.forms if form.method == "post" and form.has("units"))
    return buyer.carry_out(buyer.submit(form))[-1]


def buy_shares(buyer: Visitor, digest: str, *, percent: str) -> Deed:
    """Buys a part of a share offer, by one signature. `percent` of the whole work."""
    page = buyer.get(f"/shares/{digest}/buy/?shares={percent}")
    form = next(form for form in page.forms if form.method == "post" and form.has("shares"))
    return buyer.carry_out(buyer.submit(form))[-1]
