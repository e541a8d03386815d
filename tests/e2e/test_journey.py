"""The main job in a browser, with separate artist, collaborator, fan and buyer, checked on chain to the unit."""

import hashlib
import re

from playwright.sync_api import expect

from tests.e2e import journey

USDC = 1_000_000
TITLE = "Coffee, early"


def test_a_picture_becomes_a_work_is_licensed_and_pays_its_holders(meet, ledger, picture) -> None:
    file = picture("coffee.png", 1)
    ada, ben = meet("Ada Palette"), meet("Ben Kiln")
    dora, cortex = meet("Dora"), meet("Cortex Labs")
    emil = meet("Emil", tolerated=("status of 403", "status of 404"))

    journey.upload(ada, file)
    journey.describe(ada, title=TITLE, alt_text="A cup of coffee on a red saucer.", description="The first of the day.")
    journey.split(ada, {ada.address: "90", ben.address: "10"})
    ada.sees("90%")
    work = journey.mint(ada)
    assert (ledger.shares(work, ada.address), ledger.shares(work, ben.address)) == (900_000, 100_000)

    journey.offer_licence(ada, work, price="250")
    journey.offer_shares(ada, work, percent="10", price="50")

    had = {person.name: ledger.money(person.address) for person in (ada, dora)}
    journey.buy_shares(dora, TITLE)
    assert ledger.shares(work, dora.address) == 100_000
    assert ledger.money(dora.address) == had["Dora"] - 50 * USDC
    assert ledger.money(ada.address) == had["Ada Palette"] + 48_750_000  # less the fee of 2.5 %

    people = (ada, ben, dora, cortex)
    had = {person.name: ledger.money(person.address) for person in people}
    journey.start_buying(cortex, TITLE, "Buy this licence")
    cortex.page.go_back()
    cortex.sees("250.00")  # the total stands there before anything is signed
    cortex.page.go_forward()
    cortex.wallet_step()  # the only prompt: one signature
    cortex.wait_for("confirmed", "final")

    # 250 USDC less the fee of 2.5 % is 243.75 USDC: 80 %, 10 % and 10 % of it, by the keeper, within seconds.
    paid = {"Ada Palette": 195_000_000, "Ben Kiln": 24_375_000, "Dora": 24_375_000, "Cortex Labs": -250 * USDC}
    address = f"/works/coffee-early-{work}/"
    ben.sees_after_reload("/portfolio/", "24.375")
    dora.sees_after_reload("/portfolio/", "24.375")
    ada.sees_after_reload("/studio/", "195.00")
    assert {person.name: ledger.money(person.address) - had[person.name] for person in people} == paid
    assert [ledger.owed(work, person.address) for person in people] == [0, 0, 0, 0]

    # The work's page says so to a visitor too, with its transactions.
    emil.page.goto(address + "activity/")
    for amount in ("250.00", "195.00", "24.375"):
        emil.sees(amount)
    assert emil.page.locator('main a[href^="/tx/0x"]').count() >= 3
    emil.page.goto(address + "holders/")
    emil.sees("80%")

    # The licensee has the original, byte for byte, and a certificate; nobody else has either.
    cortex.page.goto("/library/")
    with cortex.page.expect_download() as download:
        cortex.page.get_by_role("link", name="Download the original").first.click()
    assert hashlib.sha256(download.value.path().read_bytes()).digest() == hashlib.sha256(file.read_bytes()).digest()
    original = cortex.page.get_by_role("link", name="Download the original").first.get_attribute("href")
    certificate = cortex.page.get_by_role("link", name="Certificate").first.get_attribute("href")
    cortex.page.goto(certificate)
    cortex.sees(TITLE)
    for path in (original, certificate):
        assert emil.context.request.get(path).status in (403, 404)
        assert ada.context.request.get(path).status in (403, 404)
    assert (
        "sign-in"
        in emil.page.context.browser.new_context(base_url=cortex.page.url)
        .request.get(cortex.page.url.split("/library")[0] + original)
        .url
    )

    # All of it can be found again.
    cortex.page.goto("/activity/")
    expect(cortex.page.locator("main")).to_contain_text(re.compile("licen[cs]e", re.I))


def test_nothing_is_lost_between_the_steps(meet, ledger, picture) -> None:
    ada = meet("Ada Palette")
    describe = journey.upload(ada, picture("camera.png", 2))

    # What is typed is saved as it is typed: the tab may close.
    ada.page.get_by_label("Title").fill("Camera")
    ada.page.get_by_label("Text alternative").fill("A man and his camera.")
    with ada.page.expect_response(lambda r: r.request.method == "POST" and r.url == describe):
        ada.page.keyboard.press("Tab")
    ada.page.wait_for_timeout(300)
    ada.page.close()
    ada.page = ada.context.new_page()
    ada.page.goto("/studio/")
    ada.page.get_by_role("link", name=re.compile("Camera")).first.click()
    if not ada.page.url.endswith("/describe/"):
        ada.page.goto(describe)
    expect(ada.page.get_by_label("Title")).to_have_value("Camera")
    ada.continue_("Continue to shares")
    journey.split(ada, {ada.address: "100"})

    # A rejected signature is an answer, not a failure; a reload finds the same request.
    ada.continue_("Continue to minting")
    ada.page.wait_for_url("**/intents/**")
    ada.page.locator("tx-step [data-sign]").click()
    ada.reject()
    ada.wait_for("rejected")
    ada.sees("You cancelled")
    here = ada.page.url
    ada.page.reload()
    ada.wait_for("rejected")
    ada.page.locator("tx-step [data-sign]").dblclick()  # the second click waits for the first
    ada.page.locator("dialog[open]").wait_for()
    ada.page.wait_for_timeout(500)
    expect(ada.page.locator("dialog[open]")).to_have_count(1)
    ada.approve()
    # The tab closes at once; the watcher does not need it.
    ada.page.wait_for_timeout(500)
    ada.page.close()
    ada.page = ada.context.new_page()
    ada.page.goto(here)
    ada.wait_for("confirmed", "final")

    # The same picture has one birth certificate.
    ada.page.goto("/create/")
    ada.page.locator("input[type=file]").set_input_files(picture("camera.png", 2))
    ada.continue_("Continue")
    ada.sees("a work already")
