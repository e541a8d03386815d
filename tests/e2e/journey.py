"""The steps of the main job, as people do them in a browser."""

import re
from pathlib import Path

from playwright.sync_api import expect

from tests.e2e.people import Person


def upload(artist: Person, picture: Path) -> str:
    """Step 1: a picture becomes a draft. Returns the path of its second step."""
    artist.page.goto("/create/")
    artist.page.locator("input[type=file]").set_input_files(picture)
    artist.continue_("Continue")
    artist.page.wait_for_url("**/describe/")
    return artist.page.url


def describe(artist: Person, *, title: str, alt_text: str, description: str = "") -> None:
    artist.page.get_by_label("Title").fill(title)
    artist.page.get_by_label("Text alternative").fill(alt_text)
    artist.page.get_by_label("Description").fill(description)
    artist.continue_("Continue to shares")
    artist.page.wait_for_url("**/shares/")


def split(artist: Person, parts: dict[str, str]) -> None:
    """Step 3. `parts`: per cent by address."""
    add = artist.page.get_by_role("button", name="Add a person")
    rows = artist.page.locator("[data-rows] input[name=holder]")
    for _ in range(len(parts) - rows.count()):
        add.click()
    for place, (address, percent) in enumerate(parts.items()):
        rows.nth(place).fill(address)
        artist.page.locator("[data-rows] input[name=percent]").nth(place).fill(percent)
    artist.continue_("Continue to the review")
    artist.page.wait_for_url("**/check/")


def mint(artist: Person) -> int:
    """Step 4, to the end. Returns the work's number."""
    artist.continue_("Continue to minting")
    artist.page.wait_for_url("**/intents/**")
    artist.wallet_step()
    artist.wait_for("confirmed", "final")
    artist.page.get_by_role("link", name=re.compile("offer", re.I)).first.click()
    expect(artist.page.locator("h1")).to_have_text("Offer a licence")
    return work_on(artist)


def work_on(person: Person) -> int:
    """The number of the work that the page is about."""
    links = person.page.locator('main a[href*="/works/"]').evaluate_all("links => links.map(a => a.pathname)")
    numbers = [m[1] for link in links if (m := re.match(r"/works/[a-z0-9-]+-(\d+)/$", link))]
    assert numbers, f"no link to a work on {person.page.url}"
    return int(numbers[0])


def offer_licence(artist: Person, work_id: int, *, price: str) -> None:
    artist.page.goto(f"/works/{work_id}/offer/")
    artist.page.locator("input[name=preset]").first.check(force=True)
    artist.page.get_by_label("Price").fill(price)
    artist.continue_("Continue to signing")
    artist.page.wait_for_url("**/intents/**")
    artist.wallet_step()
    artist.wait_for("confirmed", "final")


def offer_shares(holder: Person, work_id: int, *, percent: str, price: str) -> None:
    holder.page.goto(f"/works/{work_id}/shares/sell/")
    holder.page.get_by_label("How much of the work").fill(percent)
    holder.page.get_by_label("Price for all of them").fill(price)
    holder.continue_("Continue to signing")
    holder.page.wait_for_url("**/intents/**")
    holder.wallet_step()
    holder.wait_for("confirmed", "final")


def open_work(person: Person, title: str) -> None:
    """From the catalogue, as a visitor finds it."""
    person.page.goto("/explore/")
    person.page.get_by_role("link", name=title).first.click()
    expect(person.page.locator("h1")).to_have_text(title)


def start_buying(person: Person, title: str, button: str) -> None:
    open_work(person, title)
    person.page.get_by_role("link", name=button).first.click()
    person.continue_("Continue to signing")
    person.page.wait_for_url("**/intents/**")


def buy_shares(fan: Person, title: str) -> None:
    start_buying(fan, title, "Buy shares")
    fan.wallet_step()
    fan.wait_for("confirmed", "final")


def buy_licence(buyer: Person, title: str) -> None:
    start_buying(buyer, title, "Buy this licence")
    buyer.wallet_step()
    buyer.wait_for("confirmed", "final")
