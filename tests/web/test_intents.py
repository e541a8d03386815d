"""What a wallet is asked for: each state in words, each report taken once, and nobody else's business."""

import json

import pytest
from django.urls import reverse
from eth_account import Account as Key
from eth_account.messages import encode_typed_data

from marketplace.accounts.models import Account
from marketplace.chain.models import Intent
from marketplace.web.steps import STEPS, told
from marketplace.web.wording import WALLET
from tests import factories
from tests.factories import USDC, address, word
from tests.web.conftest import account

State = Intent.State
TYPED = {
    "types": {
        "EIP712Domain": [{"name": "name", "type": "string"}],
        "Greeting": [{"name": "text", "type": "string"}],
    },
    "primaryType": "Greeting",
    "domain": {"name": "Test"},
    "message": {"text": "hello"},
}


def at(name: str, intent: Intent) -> str:
    return reverse(f"web:{name}", args=[intent.pk])


def post(client, url: str, body) -> tuple[int, dict]:
    answer = client.post(url, json.dumps(body), content_type="application/json")
    return answer.status_code, answer.json()


def an_intent(kind: str, **changes) -> Intent:
    subject = word("offer") if "offer" in kind or "purchase" in kind or "cancel" in kind else None
    return factories.IntentFactory(kind=kind, **({"subject": subject} if subject else {}), **changes)


@pytest.mark.parametrize("state", State.values)
@pytest.mark.parametrize("kind", STEPS)
def test_every_kind_in_every_state_has_a_page(kind, state, artist):
    intent = an_intent(kind, state=state, tx_hash=word("sent") if state in ("submitted", "confirmed", "final") else "")
    page = artist.get(at("intent", intent))
    assert page.status_code == 200
    html = page.content.decode()
    assert f'data-state="{state}"' in html
    assert ("data-sign>" in html) == (state in ("prepared", "rejected"))
    assert (at("intent-retry", intent) in html) == (state in ("failed", "expired"))
    assert (STEPS[kind].done in html) == (state in ("confirmed", "final"))
    if state in ("confirmed", "final"):
        assert f'href="{told(intent).next_url}"' in html


def test_every_kind_that_an_app_registers_has_a_page():
    from marketplace.chain.intents import _kinds

    assert set(_kinds) <= set(STEPS)


@pytest.mark.parametrize("code", WALLET)
def test_every_wallet_code_is_told_in_words(code, artist):
    state = State.PREPARED if code == "pending" else State.REJECTED
    intent = factories.IntentFactory(state=state, reason=code)
    words = WALLET[code].say.format(chain="the local test chain", account="")
    assert words[:40] in artist.get(at("intent", intent)).content.decode()


def test_htmx_gets_the_fragment_and_a_browser_the_page(artist):
    intent = factories.IntentFactory()
    fragment = artist.get(at("intent", intent), headers={"HX-Request": "true"}).content.decode()
    assert fragment.lstrip().startswith("<tx-step")
    assert "<html" not in fragment
    assert "<html" in artist.get(at("intent", intent)).content.decode()


def test_a_fragment_for_somebody_who_signed_out_reloads_the_page(visitor):
    intent = factories.IntentFactory()
    answer = visitor.get(at("intent", intent), headers={"HX-Request": "true"})
    assert answer.status_code == 204
    assert answer["HX-Refresh"] == "true"


def test_the_wallet_s_request_has_all_that_eip_1193_wants(artist, settings):
    settings.CHAIN_PUBLIC_RPC_URLS = ["https://rpc.example"]
    intent = factories.IntentFactory()
    request = artist.get(at("intent-request", intent)).json()
    assert request["method"] == "eth_sendTransaction"
    assert request["transaction"] == intent.transaction
    assert request["account"] == address("artist")
    assert request["chainId"] == 31337
    assert request["chain"]["chainId"] == "0x7a69"
    assert request["chain"]["rpcUrls"] == ["https://rpc.example"]
    signing = factories.IntentFactory(transaction=None, typed_data=TYPED)
    request = artist.get(at("intent-request", signing)).json()
    assert request["method"] == "eth_signTypedData_v4"
    assert request["typedData"] == TYPED


@pytest.mark.parametrize(
    ("chain_id", "name", "currency", "symbol"),
    [
        (31337, "the local test chain", "Ether", "ETH"),
        (137, "Polygon PoS", "POL", "POL"),
        (43114, "Avalanche C-Chain", "Avalanche", "AVAX"),
        (5, "chain 5", "Ether", "ETH"),
    ],
)
def test_a_wallet_that_adds_the_chain_is_told_what_gas_is_paid_in(chain_id, name, currency, symbol, artist):
    intent = factories.IntentFactory(chain_id=chain_id)
    chain = artist.get(at("intent-request", intent)).json()["chain"]
    assert (chain["chainId"], chain["chainName"]) == (hex(chain_id), name)
    assert chain["nativeCurrency"] == {"name": currency, "symbol": symbol, "decimals": 18}


def test_our_node_s_address_is_no_public_one(artist, settings):
    settings.CHAIN_RPC_URL = "https://node.example/secret-key"
    intent = factories.IntentFactory()
    assert "secret-key" not in artist.get(at("intent-request", intent)).content.decode()


def test_a_hash_is_taken_once_and_kept(artist):
    intent = factories.IntentFactory()
    assert post(artist, at("intent-sent", intent), {"hash": word("tx")}) == (200, {"state": "submitted", "next": None})
    assert post(artist, at("intent-sent", intent), {"hash": word("tx")}) == (200, {"state": "submitted", "next": None})
    intent.refresh_from_db()
    assert intent.tx_hash == word("tx")


@pytest.mark.parametrize("body", [{}, {"hash": 7}, {"hash": "0x12"}, {"hash": None}, {"hash": "z" * 66}])
def test_what_is_no_hash_is_refused(body, artist):
    intent = factories.IntentFactory()
    status, answer = post(artist, at("intent-sent", intent), body)
    assert status == 409
    assert answer["code"] == "bad-hash"
    assert "0x and 64 hex digits" in answer["message"]


@pytest.mark.parametrize("body", ["", "[]", "{", '"text"', "null"])
@pytest.mark.parametrize("name", ["intent-sent", "intent-signed", "intent-refused"])
def test_what_is_no_json_object_is_refused(name, body, artist):
    answer = artist.post(at(name, factories.IntentFactory()), body, content_type="application/json")
    assert answer.status_code in (400, 409)
    assert set(answer.json()) == {"code", "message"}


def test_a_refusal_keeps_everything_and_can_be_tried_again(artist):
    intent = factories.IntentFactory()
    status, answer = post(artist, at("intent-refused", intent), {"code": "rejected", "message": "User denied"})
    assert (status, answer["state"]) == (200, "rejected")
    page = artist.get(at("intent", intent)).content.decode()
    assert "You cancelled. Nothing was sent." in page
    assert "Try again" in page
    assert post(artist, at("intent-refused", intent), {"code": "boredom"})[0] == 409


def test_a_signature_is_checked(settings):
    key = Key.create()
    signer = factories.AccountFactory(address=key.address.lower())
    from django.test import Client

    client = Client()
    client.force_login(signer)
    intent = factories.IntentFactory(
        kind="licensing.approve", account=signer.address, subject=word("offer"), transaction=None, typed_data=TYPED
    )
    foreign = Key.create().sign_message(encode_typed_data(full_message=TYPED)).signature.hex()
    status, answer = post(client, at("intent-signed", intent), {"signature": "0x" + foreign})
    assert status in (409, 503), "only the node could tell whether that is a contract wallet"
    intent.refresh_from_db()
    assert intent.state == State.PREPARED
    mine = key.sign_message(encode_typed_data(full_message=TYPED)).signature.hex()
    status, answer = post(client, at("intent-signed", intent), {"signature": "0x" + mine.removeprefix("0x")})
    assert (status, answer["state"]) == (200, "signed")


@pytest.mark.parametrize("name", ["intent-sent", "intent-signed", "intent-refused"])
def test_nobody_reports_for_another(name, fan, visitor):
    intent = factories.IntentFactory()
    for client in (fan, visitor):
        status, answer = post(client, at(name, intent), {"hash": word("x"), "signature": "0x", "code": "rejected"})
        assert status == 404
        assert "Sign in with the wallet" in answer["message"]
        assert client.get(at("intent-request", intent)).status_code == 404
    intent.refresh_from_db()
    assert intent.state == State.PREPARED


def test_starting_again(artist, fan):
    intent = factories.IntentFactory(state=State.FAILED, reason="SoldOut")
    assert fan.post(at("intent-retry", intent)).status_code == 404
    assert artist.post(at("intent-retry", intent)).url == at("intent", intent)
    intent.refresh_from_db()
    assert intent.state == State.PREPARED
    assert artist.get(at("intent-retry", intent)).status_code == 405


def test_what_ran_out_of_time_says_how_to_start_again(artist):
    intent = factories.IntentFactory(state=State.EXPIRED, reason="expired", expires=factories.EPOCH)
    answer = artist.post(at("intent-retry", intent))
    assert answer.status_code == 409
    assert "run out of time" in answer.content.decode()


def test_activity_lists_everything_what_is_open_first(artist):
    for state in State.values:
        factories.IntentFactory(title=f"A step that is {state}", state=state)
    factories.IntentFactory(account=address("fan"), title="Somebody else’s")
    page = artist.get(reverse("web:activity")).content.decode()
    for state in State.values:
        assert page.count(f"A step that is {state}") == 1
    assert "Somebody else’s" not in page
    assert page.index("A step that is prepared") < page.index("A step that is final")


@pytest.mark.parametrize("key", ["x", "1", "\x00", "9" * 99])
def test_a_broken_place_in_the_activity_starts_from_the_top(key, artist):
    factories.IntentFactory(title="The only step", state=State.FINAL)
    page = artist.get(reverse("web:activity"), {"before": f"2026-01-01T00:00:00Z~{key}"})
    assert "The only step" in page.content.decode()


def test_activity_goes_on_page_by_page(artist):
    for n in range(30):
        factories.IntentFactory(title=f"Step number {n} of many", state=State.FINAL)
    first = artist.get(reverse("web:activity"))
    page = first.content.decode()
    assert page.count("of many") == 24
    following = page.split('href="/activity/?before=')[1].split('"')[0].replace("&amp;", "&")
    assert artist.get(f"/activity/?before={following}").content.decode().count("of many") == 6


def test_a_purchase_tells_its_price_before_anything_is_signed(artist):
    context = {"price": "120000000", "asset": USDC}
    intent = an_intent("licensing.purchase", context=context, transaction=None, typed_data=TYPED)
    page = artist.get(at("intent", intent)).content.decode()
    assert "120.00" in page
    assert page.index("120.00") < page.index("data-sign>")


def test_accounts_are_made_once(artist):
    assert Account.objects.at(address("artist").upper().replace("0X", "0x")) == account("artist")
