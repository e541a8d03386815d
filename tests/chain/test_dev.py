"""The demo wallet's routes: on the local chain in DEBUG, and nowhere else."""

import json

import pytest
from django.test import Client
from eth_account import Account

from marketplace.chain.dev.accounts import DEPLOYER, KEEPER
from marketplace.chain.dev.views import ALLOWED, MOST_CALLS

pytestmark = pytest.mark.urls("tests.chain.dev_urls")


@pytest.fixture
def local(settings):
    settings.DEV_CHAIN = True


def call(client, body, **headers):
    content = body if isinstance(body, str) else json.dumps(body)
    return client.post("/dev/rpc", content, content_type="application/json", headers=headers)


def one(method, *params, number=1):
    return {"jsonrpc": "2.0", "id": number, "method": method, "params": list(params)}


def test_elsewhere_there_is_nothing(client, settings):
    settings.DEV_CHAIN = False
    assert client.get("/dev/accounts").status_code == 404
    assert call(client, one("eth_chainId")).status_code == 404


@pytest.mark.urls("marketplace.urls")
def test_elsewhere_they_are_not_even_mounted(client):
    assert client.get("/dev/accounts").status_code == 404
    assert call(client, one("eth_chainId")).status_code == 404


def test_the_people_and_their_keys(client, local):
    people = client.get("/dev/accounts").json()
    assert [person["name"] for person in people] == ["Ada Palette", "Ben Kiln", "Cortex Labs", "Dora", "Emil"]
    assert [person["role"] for person in people] == ["artist", "collaborator", "ai-company", "fan", "fan"]
    for person in people:
        assert Account.from_key(person["privateKey"]).address == person["address"]
    # anvil's and Hardhat's well-known accounts, by index
    assert DEPLOYER.address == "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266"
    assert KEEPER.address == "0x70997970C51812dc3A010C7d01b50e0d17dc79C8"
    assert people[0]["address"] == "0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC"


def test_parameters_that_are_nested_too_deep_are_refused(client, local):
    answer = call(client, '{"method": "eth_call", "params": ' + "[" * 900 + "]" * 900 + "}")
    assert answer.json()["error"] == {"code": -32600, "message": "These parameters are nested too deep."}


def test_calls_are_passed_on(client, local, anvil):
    assert call(client, one("eth_chainId", number="seven")).json() == {
        "jsonrpc": "2.0",
        "id": "seven",
        "result": "0x7a69",
    }


def test_batches_are_passed_on_in_order(client, local, anvil):
    answers = call(
        client, [one("eth_chainId", number=1), one("eth_mining", number=2), one("net_version", number=3)]
    ).json()
    assert [answer["id"] for answer in answers] == [1, 2, 3]
    assert answers[1]["error"]["code"] == -32601
    assert answers[2]["result"] == "31337"


@pytest.mark.parametrize(
    "method",
    [
        "eth_sendTransaction",
        "anvil_setBalance",
        "evm_revert",
        "eth_sign",
        "debug_traceCall",
        "eth_getLogs",
        "",
        "ETH_CHAINID",
    ],
)
def test_what_a_wallet_does_not_need_is_refused(client, local, anvil, method):
    assert method not in ALLOWED
    assert call(client, one(method)).json()["error"]["code"] == -32601


def test_errors_of_the_node_come_through_with_their_data(client, local, deployed):
    from marketplace.chain.contracts import calldata

    request = {"to": deployed.rights, "data": calldata("Rights", "sweep", [9])}
    error = call(client, one("eth_call", request, "latest")).json()["error"]
    assert error["code"] == 3
    assert error["data"].startswith("0x")


def test_a_node_that_is_away_is_an_error_in_words(client, local):
    error = call(client, one("eth_chainId")).json()["error"]
    assert error["code"] == -32603
    assert "does not answer" in error["message"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("{not json", 400),
        ([], 400),
        ([one("eth_chainId")] * (MOST_CALLS + 1), 400),
        (one("eth_chainId", "x" * 600_000), 413),
    ],
)
def test_bad_bodies_are_refused(client, local, body, status):
    answer = call(client, body)
    assert answer.status_code == status
    assert answer.json()["error"]["message"]


@pytest.mark.parametrize("body", [7, "text", {}, {"method": 7}, [7], {"method": "eth_chainId", "params": {"a": 1}}])
def test_bad_calls_are_refused_one_by_one(client, local, body):
    answer = call(client, json.dumps(body)).json()
    answer = answer[0] if isinstance(answer, list) else answer
    assert answer["error"]["code"] == -32600


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"sec-fetch-site": "same-origin"}, 200),
        ({"origin": "http://testserver"}, 200),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"sec-fetch-site": "none"}, 403),
        ({"origin": "https://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": "http://testserver:81"}, 403),
    ],
)
def test_only_pages_of_this_site_may_call(local, anvil, headers, status):
    client = Client(enforce_csrf_checks=True)
    assert call(client, one("eth_chainId"), **headers).status_code == status


def test_only_by_post(client, local):
    assert client.get("/dev/rpc").status_code == 405
    assert client.post("/dev/accounts").status_code == 405
