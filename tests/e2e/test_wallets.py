"""A wallet of somebody else's making does all that the demo wallet does, and every way it says no has its sentence."""

import re

import pytest
from eth_account import Account
from playwright.sync_api import expect

from tests.e2e import journey
from tests.e2e.fox import Fox, Refusal
from tests.e2e.people import key


@pytest.fixture
def fox(meet, stack):
    """Emil, who brought his own wallet."""
    emil = meet("Emil", signed_in=False)
    emil.fox = Fox(emil.context, stack.rpc_url, key(6))
    return emil


def sign_in(person) -> None:
    person.page.goto("/sign-in/")
    person.page.get_by_role("button", name="Test Fox").click()


def at_a_mint(person, file, title: str) -> None:
    """At the page that asks for the minting transaction."""
    journey.upload(person, file)
    journey.describe(person, title=title, alt_text="The cat.")
    journey.split(person, {person.address: "100"})
    person.continue_("Continue to minting")
    person.page.wait_for_url("**/intents/**")


def test_it_signs_in_mints_and_offers_with_one_prompt_each(fox, ledger, picture) -> None:
    sign_in(fox)
    fox.page.wait_for_url(re.compile(r"^(?!.*sign-in)"))
    at_a_mint(fox, picture("chelsea.png", 20), "Chelsea for a fox")
    fox.page.locator("tx-step [data-sign]").click()
    fox.wait_for("confirmed", "final")
    fox.page.get_by_role("link", name=re.compile("offer", re.I)).first.click()
    work = journey.work_on(fox)
    assert ledger.shares(work, fox.address) == 1_000_000
    fox.page.locator("input[name=preset]").first.check(force=True)
    fox.page.get_by_label("Price").fill("5")
    fox.continue_("Continue to signing")
    fox.page.wait_for_url("**/intents/**")
    fox.page.locator("tx-step [data-sign]").click()
    fox.wait_for("confirmed", "final")
    assert fox.fox.prompts() == ["personal_sign", "eth_sendTransaction", "eth_signTypedData_v4"]


def test_a_refused_sign_in_can_be_tried_again_at_once(fox) -> None:
    fox.fox.refuse["personal_sign"] = Refusal(4001, "User rejected the request.")
    sign_in(fox)
    fox.sees("You cancelled. Nothing was sent.")
    fox.fox.refuse.clear()
    fox.page.get_by_role("button", name="Test Fox").click()
    fox.page.wait_for_url(re.compile(r"^(?!.*sign-in)"))


NOES = {
    "a rejection": (4001, "User rejected the request.", "You cancelled"),
    "an open prompt": (-32002, "Request already pending.", "already has a request open"),
    "too little for the network fee": (-32000, "insufficient funds for gas * price + value", "network fee"),
    "a node that is away": (-32603, "Failed to fetch", "annot reach the network"),
    "no reason at all": (-32603, "Internal error", "did not"),
}


def test_each_no_has_its_sentence_and_a_way_on(fox, picture) -> None:
    sign_in(fox)
    fox.page.wait_for_url(re.compile(r"^(?!.*sign-in)"))
    at_a_mint(fox, picture("chelsea.png", 21), "Chelsea, refused")
    for said, (code, message, sentence) in NOES.items():
        fox.fox.refuse["eth_sendTransaction"] = Refusal(code, message)
        fox.page.locator("tx-step [data-sign]").click()
        expect(fox.page.locator("tx-step"), said).to_contain_text(sentence)
        assert message not in fox.page.locator("main").inner_text(), said  # nobody is shown a wallet's own words
        fox.page.reload()
    fox.fox.refuse.clear()
    fox.page.locator("tx-step [data-sign]").click()
    fox.wait_for("confirmed", "final")


def test_on_another_network_it_is_asked_to_switch_or_told_of_ours(fox, picture) -> None:
    sign_in(fox)
    fox.page.wait_for_url(re.compile(r"^(?!.*sign-in)"))
    at_a_mint(fox, picture("chelsea.png", 22), "Chelsea abroad")
    fox.fox.chain_id, fox.fox.knows = 1, {1}
    fox.fox.refuse["wallet_addEthereumChain"] = Refusal(4001, "User rejected the request.")
    fox.page.locator("tx-step [data-sign]").click()
    expect(fox.page.locator("tx-step")).to_contain_text("You cancelled")
    fox.fox.refuse.clear()
    fox.page.locator("tx-step [data-sign]").click()
    fox.wait_for("confirmed", "final")
    assert fox.fox.chain_id == 31337
    assert {"wallet_switchEthereumChain", "wallet_addEthereumChain"} <= set(fox.fox.asked)


def test_with_another_account_in_the_wallet_nothing_is_sent(fox, picture) -> None:
    sign_in(fox)
    fox.page.wait_for_url(re.compile(r"^(?!.*sign-in)"))
    at_a_mint(fox, picture("chelsea.png", 23), "Chelsea mixed up")
    fox.fox.account = Account.create()
    fox.page.locator("tx-step [data-sign]").click()
    fox.sees(re.compile("another account|signed in as|Switch", re.I))
    assert "eth_sendTransaction" not in fox.fox.asked
