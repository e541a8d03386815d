"""Every page, as everybody gets it: nothing third-party, nothing to trip over, light and dark, wide and narrow."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.e2e import journey

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
PUBLIC = ["/", "/explore/", "/sign-in/", "/fees/", "/how-it-works/"]
MINE = ["/studio/", "/portfolio/", "/library/", "/activity/", "/create/"]


@pytest.fixture(scope="module")
def work(stack, browser, tmp_path_factory) -> int:
    """A work that is on offer, with shares for sale."""
    from PIL import Image

    from tests.e2e.conftest import PICTURES
    from tests.e2e.people import Person

    path = tmp_path_factory.mktemp("page") / "hubble.png"
    Image.open(PICTURES / "hubble_deep_field.jpg").crop((1, 0, 900, 800)).save(path)
    ada = Person(browser, stack.url, "Ada Palette")
    ada.sign_in()
    journey.upload(ada, path)
    journey.describe(ada, title="Deep field", alt_text="Galaxies.", description="Ten thousand galaxies.")
    journey.split(ada, {ada.address: "70", "0x90F79bf6EB2c4f870365E785982E1f101E93b906": "30"})
    number = journey.mint(ada)
    journey.offer_licence(ada, number, price="120")
    journey.offer_shares(ada, number, percent="5", price="20")
    ada.context.close()
    return number


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_pages_are_accessible_and_fit(meet, work, width, scheme) -> None:
    ada = meet("Ada Palette", color_scheme=scheme, viewport={"width": width, "height": 900}, reduced_motion="reduce")
    about = f"/works/deep-field-{work}/"
    ada.page.goto(about)
    links = ada.page.locator('main a[href^="/offers/"]').evaluate_all("a => a.map(each => each.pathname)")
    deed = next(link for link in links if link.count("/") == 3)
    pages = [*PUBLIC, *MINE, about, about + "holders/", about + "activity/", deed, deed + "buy/"]
    pages += [f"/works/{work}/offer/", f"/works/{work}/shares/sell/"]
    found = []
    for path in pages:
        answer = ada.page.goto(path)
        assert answer is not None
        assert answer.status == 200, path
        too_wide = ada.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        if too_wide > 0:
            found.append(f"{path}: {too_wide} px wider than the screen")
        results = Axe().run(ada.page, options=RULES)
        found += [f"{path}: {v['id']}: {v['nodes'][0]['html'][:120]}" for v in results.response["violations"]]
    assert not found, "\n".join(found)


def test_reading_needs_no_javascript(meet, work) -> None:
    visitor = meet("Emil", signed_in=False, java_script_enabled=False)
    visitor.page.goto("/explore/")
    visitor.page.get_by_role("link", name="Deep field").first.click()
    visitor.sees("120.00")
    visitor.page.get_by_role("link", name="Holders").first.click()
    visitor.sees("70%")
