"""`kill -9` in the middle of the journey: the end is the same."""

import pytest

from tests.e2e import journey

VICTIMS = {"web": ("gunicorn",), "worker": ("celery",), "watcher": ("manage.py", "watch")}


@pytest.mark.parametrize("victim", VICTIMS)
def test_a_killed_process_changes_nothing_in_the_end(victim, meet, stack, ledger, picture) -> None:
    number = 10 + list(VICTIMS).index(victim)
    title = f"Rocket and the {victim}"
    # While the web is away, a poll of the page finds nobody: that may be said to the console, and to no one else.
    passing = ("Failed to load resource", "ERR_", "htmx")
    ada, ben = meet("Ada Palette", tolerated=passing), meet("Ben Kiln", tolerated=passing)
    cortex = meet("Cortex Labs", tolerated=passing)

    def kill() -> None:
        assert stack.kill(*VICTIMS[victim]), f"no {victim} ran"

    journey.upload(ada, picture("rocket.jpg", number))
    kill()
    stack.wait_until_healthy()
    ada.page.reload()
    journey.describe(ada, title=title, alt_text="A rocket rises from its pad.")
    journey.split(ada, {ada.address: "66.6666", ben.address: "33.3334"})

    ada.continue_("Continue to minting")
    ada.page.wait_for_url("**/intents/**")
    ada.wallet_step()
    kill()
    stack.wait_until_healthy()
    ada.page.reload()
    ada.carry_through("confirmed", "final")
    ada.page.get_by_role("link", name="offer").first.click()
    work = journey.work_on(ada)
    journey.offer_licence(ada, work, price="99.999999")

    had = {person.name: ledger.money(person.address) for person in (ada, ben, cortex)}
    journey.start_buying(cortex, title, "Buy this licence")
    cortex.wallet_step()
    kill()
    stack.wait_until_healthy()
    cortex.page.reload()
    cortex.carry_through("confirmed", "final")  # asked again only if the signature had not arrived

    # 99.999999 less 2.5 % rounded down is 97.5 USDC: exactly 66.6666 % and 33.3334 % of it.
    ben.sees_after_reload("/portfolio/", "32.500065")
    ada.sees_after_reload("/studio/", "64.999935")
    assert {person.name: ledger.money(person.address) - had[person.name] for person in (ada, ben, cortex)} == {
        "Ada Palette": 64_999_935,
        "Ben Kiln": 32_500_065,
        "Cortex Labs": -99_999_999,
    }
