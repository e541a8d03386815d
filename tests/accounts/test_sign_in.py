"""Signing in with real signatures, and every way in which it must not work."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import eth_abi
import pytest
from django.db import connection
from django.utils import timezone
from eth_account import Account as Wallet
from eth_account.messages import encode_defunct
from siwe import SiweMessage
from web3.utils.address import get_create_address

from marketplace.accounts import actions, messages
from marketplace.accounts.errors import (
    AccountClosed,
    BadAddress,
    BadSignature,
    ChainUnreachable,
    Expired,
    ForeignDomain,
    MalformedMessage,
    NotYetValid,
    Replayed,
    SignInError,
    UnknownNonce,
    WrongChain,
)
from marketplace.accounts.models import Account, SignInNonce
from marketplace.chain import transactions
from tests.accounts.bytecode import reverting_with, wallet_of

pytestmark = pytest.mark.django_db
HOST = "127.0.0.1:8000"
ADA = Wallet.from_key("0x" + "a1" * 32)
BEN = Wallet.from_key("0x" + "b2" * 32)


@pytest.fixture(autouse=True)
def site(settings):
    settings.SITE_URL = "http://127.0.0.1:8000"
    settings.ALLOWED_HOSTS = ["127.0.0.1", "localhost"]


def signed(text: str, wallet=ADA) -> str:
    return "0x" + wallet.sign_message(encode_defunct(text=text)).signature.hex().removeprefix("0x")


def asked(*, session: str = "browser", host: str = HOST, address: str = ADA.address) -> str:
    """The message that the site asks this browser's wallet to sign."""
    nonce = actions.issue_nonce(session_key=session)
    return actions.prepare_message(address=address, nonce=nonce, host=host)


def answer(text: str, signature: str, *, session: str = "browser", host: str = HOST) -> Account:
    return actions.sign_in(message=text, signature=signature, session_key=session, host=host)


def changed(text: str, **fields) -> str:
    """The same message with other fields, as a foreign site or a broken wallet would make it."""
    message = SiweMessage.from_message(text)
    return message.model_copy(update=fields).prepare_message()


def test_a_wallet_signs_in_and_is_the_same_account_next_time():
    text = asked()
    first = answer(text, signed(text))
    again = asked()
    assert answer(again, signed(again)) == first
    assert first.address == ADA.address.lower()


def test_the_message_says_who_asks_for_what_and_for_how_long():
    text = asked()
    message = SiweMessage.from_message(text)
    assert text.startswith("127.0.0.1:8000 wants you to sign in with your Ethereum account:\n" + ADA.address)
    assert "costs nothing" in message.statement
    assert (message.uri, message.chain_id) == ("http://127.0.0.1:8000", 31337)
    assert message.expiration_time._datetime - message.issued_at._datetime == timedelta(minutes=10)


def test_every_name_of_the_site_works_and_names_itself():
    text = asked(host="localhost:8000")
    assert text.startswith("localhost:8000 wants")
    assert answer(text, signed(text), host="localhost:8000").address == ADA.address.lower()


def test_a_host_that_is_not_ours_cannot_ask_for_itself():
    text = asked(host="evil.example")
    assert text.startswith("127.0.0.1:8000 wants")


def test_a_message_for_another_site_is_refused_and_both_are_named():
    text = changed(asked(), domain="evil.example", uri="https://evil.example")
    with pytest.raises(ForeignDomain, match=r"for evil\.example, but this is 127\.0\.0\.1:8000"):
        answer(text, signed(text))


def test_a_message_for_another_address_of_this_site_is_refused():
    text = asked(host="localhost:8000")
    with pytest.raises(ForeignDomain):
        answer(text, signed(text), host=HOST)


def test_a_message_with_a_foreign_uri_is_refused():
    text = changed(asked(), uri="https://evil.example")
    with pytest.raises(ForeignDomain, match=r"evil\.example"):
        answer(text, signed(text))


def test_a_message_for_another_chain_is_refused_and_both_are_named():
    text = changed(asked(), chain_id=1)
    with pytest.raises(WrongChain, match="network 1, but this site works on network 31337"):
        answer(text, signed(text))


def test_a_signature_works_once():
    text = asked()
    answer(text, signed(text))
    with pytest.raises(Replayed, match="works only once"):
        answer(text, signed(text))


def test_a_message_that_this_site_never_asked_for_is_refused():
    text = changed(asked(), nonce="aaaaaaaaaaaaaaaaa")
    with pytest.raises(UnknownNonce):
        answer(text, signed(text))


def test_a_message_asked_for_in_another_browser_is_refused():
    text = asked(session="hers")
    with pytest.raises(UnknownNonce):
        answer(text, signed(text), session="mine")
    with pytest.raises(UnknownNonce):
        answer(text, signed(text), session="")


def test_a_nonce_needs_a_session():
    with pytest.raises(ValueError, match="session"):
        actions.issue_nonce(session_key="")


def test_after_ten_minutes_the_nonce_has_expired():
    text = asked()
    SignInNonce.objects.update(created=timezone.now() - timedelta(minutes=10))
    with pytest.raises(Expired, match="within 10 minutes"):
        answer(text, signed(text))


def test_a_message_that_says_it_has_expired_is_refused_whatever_the_nonce():
    text = changed(asked(), expiration_time="2026-01-01T00:00:00Z")
    with pytest.raises(Expired):
        answer(text, signed(text))


def test_a_message_for_later_is_refused():
    text = changed(asked(), not_before="2999-01-01T00:00:00Z", expiration_time=None)
    with pytest.raises(NotYetValid):
        answer(text, signed(text))


@pytest.mark.parametrize("text", ["", "Sign in please", "x" * 100_000, "\x00", "1\n" * 400])
def test_what_is_no_sign_in_message_is_refused_quickly(text):
    with pytest.raises(MalformedMessage):
        answer(text, "0x")


def test_a_message_without_a_nonce_is_malformed():
    text = asked()
    cut = "\n".join(line for line in text.split("\n") if not line.startswith("Nonce:"))
    with pytest.raises(MalformedMessage):
        answer(cut, signed(cut))


def test_a_refused_answer_spends_nothing():
    text = asked()
    with pytest.raises(ChainUnreachable):
        answer(text, signed(text, BEN))
    assert answer(text, signed(text)).address == ADA.address.lower()


def test_a_prepared_message_needs_a_real_address():
    with pytest.raises(BadAddress):
        actions.prepare_message(address="0x12", nonce="abcdefgh12345678", host=HOST)


def test_a_closed_account_stays_out_and_its_nonce_unspent():
    Account.objects.create(address=ADA.address, is_active=False)
    text = asked()
    with pytest.raises(AccountClosed):
        answer(text, signed(text))
    assert SignInNonce.objects.filter(used_at=None).exists()


def test_old_nonces_are_cleared_when_new_ones_are_asked_for():
    asked()
    SignInNonce.objects.update(created=timezone.now() - timedelta(days=2))
    asked()
    assert SignInNonce.objects.count() == 1


def test_every_refusal_has_a_code_of_its_own_and_says_what_to_do():
    errors = [
        BadAddress(), MalformedMessage(), UnknownNonce(), Replayed(), Expired(10), NotYetValid(),
        ForeignDomain("a", "b"), WrongChain(1, 2), BadSignature("0x"), ChainUnreachable("0x"), AccountClosed(),
    ]  # fmt: skip
    assert {type(error) for error in errors} == set(SignInError.__subclasses__())
    assert len({error.code for error in errors}) == len(errors)
    assert all(error.message.count(". ") >= 1 or ":" in error.message for error in errors)


@pytest.mark.django_db(transaction=True)
def test_one_of_two_answers_at_the_same_moment_wins():
    text = asked()
    signature = signed(text)

    def attempt(_: int) -> str:
        try:
            return answer(text, signature).address
        except Replayed:
            return "replayed"
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        outcomes = sorted(pool.map(attempt, range(4)))
    assert outcomes == sorted([ADA.address.lower(), "replayed", "replayed", "replayed"])


# --- what only the chain can tell ---------------------------------------------------------------------------------


def test_an_ordinary_wallet_signs_in_while_the_node_is_down(settings):
    settings.CHAIN_RPC_URL = "http://127.0.0.1:1"
    text = asked()
    assert answer(text, signed(text)).address == ADA.address.lower()


def test_a_foreign_signature_with_the_node_down_says_that_it_could_not_ask(settings):
    settings.CHAIN_RPC_URL = "http://127.0.0.1:1"
    text = asked()
    with pytest.raises(ChainUnreachable, match="cannot reach the network"):
        answer(text, signed(text, BEN))


@pytest.mark.parametrize("signature", ["0x", "0x1234", "not hex", "0x" + "11" * 65, "0x" + "00" * 20_000])
def test_what_is_no_signature_is_refused(anvil, signature):
    text = asked()
    with pytest.raises(BadSignature, match=ADA.address):
        answer(text, signature)


def test_somebody_elses_signature_is_refused(anvil):
    text = asked()
    with pytest.raises(BadSignature):
        answer(text, signed(text, BEN))


def test_a_node_of_another_chain_is_not_believed(anvil, settings):
    settings.CHAIN_ID = 1
    text = asked()
    with pytest.raises(ChainUnreachable):
        answer(text, signed(text, BEN))


@pytest.fixture
def contract_wallet(anvil, accounts) -> str:
    """The address of a contract wallet (ERC-1271) that accepts Ada's signature."""
    tx_hash = transactions.send(anvil.rpc, accounts.deployer, to=None, data=wallet_of(ADA.address))
    return transactions.wait(anvil.rpc, tx_hash)["contractAddress"]


def test_a_contract_wallet_signs_in_with_its_owners_signature(contract_wallet):
    text = asked(address=contract_wallet)
    assert answer(text, signed(text)).address == contract_wallet.lower()


def test_a_contract_wallet_refuses_a_strangers_signature(contract_wallet):
    text = asked(address=contract_wallet)
    with pytest.raises(BadSignature):
        answer(text, signed(text, BEN))


def test_a_contract_cannot_send_us_to_an_address_of_its_choice(anvil, accounts):
    """ERC-3668: a contract may ask its caller to fetch a URL and come back. We are not to be used for that."""
    visits = []

    class Trap(BaseHTTPRequestHandler):
        def do_GET(self):
            visits.append(self.path)
            self.send_error(404)

        do_POST = do_GET

    with HTTPServer(("127.0.0.1", 0), Trap) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}/{{sender}}/{{data}}"
        revert = bytes.fromhex("556f1830")  # OffchainLookup(address,string[],bytes,bytes4,bytes)
        nonce = int(anvil.call("eth_getTransactionCount", accounts.deployer.address, "latest"), 16)
        trap = get_create_address(accounts.deployer.address, nonce)
        types = ["address", "string[]", "bytes", "bytes4", "bytes"]
        lookup = revert + eth_abi.encode(types, [trap, [url], b"\x01", b"\x12\x34\x56\x78", b""])
        tx_hash = transactions.send(anvil.rpc, accounts.deployer, to=None, data=reverting_with(lookup))
        assert transactions.wait(anvil.rpc, tx_hash)["contractAddress"] == trap.lower()
        text = asked(address=trap)
        with pytest.raises(BadSignature):
            answer(text, signed(text))
        server.shutdown()
    assert visits == []


def test_the_parser_is_given_no_more_than_it_reads_in_a_moment():
    assert len(asked()) < messages.MAX_MESSAGE / 2
