"""Signing in through the site's own addresses, with real signatures."""

import json

import pytest
from django.test import Client
from django.urls import reverse
from eth_account import Account as Key
from eth_account.messages import encode_defunct

from marketplace.accounts.models import Account

KEY = Key.from_key("0x" + "42" * 32)


def post(client: Client, name: str, body: dict) -> tuple[int, dict]:
    answer = client.post(reverse(f"web:{name}"), json.dumps(body), content_type="application/json")
    return answer.status_code, answer.json()


def ask(client: Client) -> str:
    status, answer = post(client, "sign-in-nonce", {"address": KEY.address})
    assert status == 200
    assert answer["nonce"] in answer["message"]
    return answer["message"]


def signed(message: str) -> dict:
    signature = KEY.sign_message(encode_defunct(text=message)).signature.hex()
    return {"message": message, "signature": "0x" + signature.removeprefix("0x")}


@pytest.fixture
def browser() -> Client:
    return Client(headers={"host": "localhost"})


def test_one_signature_signs_in_and_leads_on(browser):
    assert post(browser, "sign-in-verify", {**signed(ask(browser)), "next": "/studio/"}) == (200, {"next": "/studio/"})
    assert browser.get("/studio/").status_code == 200
    assert Account.objects.get().address == KEY.address.lower()
    assert browser.get(reverse("web:sign-in") + "?next=/library/").url == "/library/"


@pytest.mark.parametrize("wanted", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "", 7])
def test_nobody_is_led_away_from_the_site(wanted, browser):
    assert post(browser, "sign-in-verify", {**signed(ask(browser)), "next": wanted}) == (200, {"next": "/"})


def test_a_signature_works_once(browser):
    proof = signed(ask(browser))
    assert post(browser, "sign-in-verify", proof)[0] == 200
    browser.post(reverse("web:sign-out"))
    status, answer = post(browser, "sign-in-verify", proof)
    assert status == 409
    assert answer["message"].endswith(".")


def test_a_message_of_another_browser_does_not_sign_in(browser):
    stolen = signed(ask(Client(headers={"host": "localhost"})))
    status, answer = post(browser, "sign-in-verify", stolen)
    assert (status, answer["code"]) == (409, "unknown-nonce")
    assert browser.get("/studio/").status_code == 302


@pytest.mark.parametrize(
    ("body", "code"),
    [({}, "bad-address"), ({"address": "0x12"}, "bad-address"), ({"address": 7}, "bad-address")],
)
def test_a_wallet_without_an_address_is_told(body, code, browser):
    status, answer = post(browser, "sign-in-nonce", body)
    assert (status, answer["code"]) == (409, code)


@pytest.mark.parametrize("body", [{}, {"message": "hello", "signature": "0x"}, {"message": None, "signature": 1}])
def test_nonsense_is_refused_in_words(body, browser):
    status, answer = post(browser, "sign-in-verify", body)
    assert status == 409
    assert "sign in again" in answer["message"].lower()


def test_signing_out(browser):
    post(browser, "sign-in-verify", signed(ask(browser)))
    assert browser.post(reverse("web:sign-out")).url == "/"
    assert browser.get("/studio/").status_code == 302


def test_the_page_asks_for_a_wallet_and_keeps_where_one_wanted_to_go(browser):
    page = browser.get(reverse("web:sign-in") + "?next=/studio/").content.decode()
    assert "<wallet-connect" in page
    assert 'data-next="/studio/"' in page
    assert "evil" not in browser.get(reverse("web:sign-in") + "?next=https://evil.example").content.decode()
