"""From a finished draft to a work on a real chain."""

import hashlib
import json

import pytest
from eth_utils import to_checksum_address
from hypothesis import HealthCheck, given
from hypothesis import settings as limits
from hypothesis import strategies as st

from marketplace.catalog import actions, minting
from marketplace.catalog.errors import AlreadyMinted, BeingMinted, CannotMint, Unfinished
from marketplace.catalog.minting import Mint
from marketplace.catalog.models import Draft, Metadata, Work
from marketplace.catalog.shares import SHARES
from marketplace.chain import actions as chain
from marketplace.chain import contracts, transactions
from marketplace.chain.models import Intent
from marketplace.content.cid import Cid
from marketplace.content.store import get_store
from tests.accounts.bytecode import creation_of
from tests.catalog import pictures

pytestmark = pytest.mark.django_db


def send(anvil, wallet, intent) -> str:
    """As the browser does: the wallet sends what the intent asks for, and reports the hash."""
    request = intent.transaction
    tx_hash = anvil.send(wallet, request["to"], request["data"], int(request["value"], 16))
    chain.report_sent(intent=intent, by=wallet.address, tx_hash=tx_hash)
    return tx_hash


def test_a_draft_becomes_a_work_with_its_split(ada, ben, finished, deployed, anvil, accounts, catch_up):
    rows = [(ada.address, 900_000), (ben.address, 100_000)]
    actions.split_shares(by=ada, draft=finished, rows=rows)
    intent = actions.prepare_mint(by=ada, draft=finished)
    assert (intent.state, intent.title) == (Intent.State.PREPARED, "Mint “Coffee”")

    tx_hash = send(anvil, accounts.ada, intent)
    catch_up()

    finished.refresh_from_db()
    work = finished.work
    assert work.creator == ada.address
    assert work.content == finished.original.digest
    assert work.metadata.title == "Coffee"
    assert work.asset == deployed.usdc
    assert work.log.tx_hash == tx_hash
    assert work in Work.objects.visible()
    intent.refresh_from_db()
    assert intent.state in (Intent.State.CONFIRMED, Intent.State.FINAL)

    for holder, amount in rows:
        assert contracts.view("Rights", "balanceOf", [holder, work.token_id]) == amount
    assert contracts.view("Rights", "isApprovedForAll", [ada.address, deployed.market])
    assert contracts.view("Rights", "workOf", [finished.draft_hash]) == work.token_id
    assert contracts.view("Rights", "uri", [work.token_id]) == "ipfs://" + Cid.of_digest(work.metadata_id).base16


def test_the_document_is_public_canonical_and_says_what_it_must(ada, finished, deployed, settings):
    settings.SITE_URL = "https://market.example"
    actions.describe(by=ada, draft=finished, description="Hot.\nBlack.")
    intent = actions.prepare_mint(by=ada, draft=finished)
    finished.refresh_from_db()

    data = b"".join(get_store().open(Cid.of_digest(finished.metadata)))
    document = json.loads(data)
    assert "0x" + hashlib.sha256(data).hexdigest() == finished.metadata
    assert Metadata.objects.get(digest=finished.metadata).document == document
    upload = finished.upload
    image = upload.renditions.get(name="page", mime="image/jpeg")
    assert document["name"] == "Coffee"
    assert document["description"] == "Hot.\nBlack."
    assert document["image"] == f"ipfs://{image.content.cid}"
    assert document["external_url"] == "https://market.example"
    properties = document["properties"]
    assert properties["schema"] == "mintmark/work@1"
    assert (properties["alt"], properties["credit"]) == ("A cup of coffee", "Ada")
    assert properties["creator"] == to_checksum_address(ada.address)
    assert properties["content"] == {
        "sha256": upload.digest[2:], "mime": "image/jpeg", "size": upload.size, "width": 80, "height": 60,
        "filename": "picture.jpg",
    }  # fmt: skip
    assert {(p["name"], p["mime"]) for p in properties["previews"]} == {
        ("card", "image/webp"), ("page", "image/webp"), ("page", "image/jpeg"),
    }  # fmt: skip
    assert finished.metadata[2:] in intent.transaction["data"]


def test_preparing_twice_is_preparing_once(ada, finished, deployed):
    first = actions.prepare_mint(by=ada, draft=finished)
    second = actions.prepare_mint(by=ada, draft=finished)
    assert first == second
    assert first.transaction == second.transaction
    assert Intent.objects.count() == Metadata.objects.count() == 1


def test_saving_the_same_texts_again_changes_nothing(ada, finished, deployed):
    first = actions.prepare_mint(by=ada, draft=finished)
    actions.describe(by=ada, draft=finished, title="Coffee")
    assert actions.prepare_mint(by=ada, draft=finished).transaction == first.transaction


def test_a_change_voids_what_was_prepared(ada, finished, deployed):
    first = actions.prepare_mint(by=ada, draft=finished)
    draft = actions.describe(by=ada, draft=finished, title="Tea")
    assert (draft.metadata, draft.draft_hash, draft.salt) == ("", "", "")
    first.refresh_from_db()
    assert (first.state, first.reason) == (Intent.State.EXPIRED, "changed")
    with pytest.raises(chain.IntentError, match="start it again"):
        chain.retry(intent=first, by=ada.address)

    second = actions.prepare_mint(by=ada, draft=finished)
    assert second != first
    assert second.event_key != first.event_key
    assert second.title == "Mint “Tea”"


def test_a_rejected_signature_can_be_tried_again(ada, finished, deployed):
    intent = actions.prepare_mint(by=ada, draft=finished)
    chain.report_refused(intent=intent, by=ada.address, code="rejected")
    assert actions.prepare_mint(by=ada, draft=finished) == intent
    intent.refresh_from_db()
    assert intent.state == Intent.State.PREPARED


def test_while_it_is_on_its_way_nothing_changes_and_afterwards_it_is_a_work(ada, finished, anvil, accounts, catch_up):
    intent = actions.prepare_mint(by=ada, draft=finished)
    send(anvil, accounts.ada, intent)
    with pytest.raises(BeingMinted):
        actions.describe(by=ada, draft=finished, title="Tea")
    catch_up()
    with pytest.raises(AlreadyMinted):
        actions.describe(by=ada, draft=finished, title="Tea")
    with pytest.raises(AlreadyMinted):
        actions.prepare_mint(by=ada, draft=finished)


def test_a_mint_that_was_sent_after_the_draft_changed_is_found_by_its_bytes(
    ada, finished, upload, anvil, accounts, catch_up
):
    """The wallet still showed the older request, and its owner confirmed that one."""
    intent = actions.prepare_mint(by=ada, draft=finished)
    actions.describe(by=ada, draft=finished, title="Tea")
    anvil.send(accounts.ada, intent.transaction["to"], intent.transaction["data"])
    catch_up()

    assert Work.objects.visible().get().metadata.title == "Coffee"
    with pytest.raises(AlreadyMinted):
        actions.prepare_mint(by=ada, draft=finished)
    with pytest.raises(AlreadyMinted):
        upload(pictures.jpeg(80, 60))


def test_a_reorg_takes_the_work_back_and_the_draft_is_there(ada, finished, anvil, accounts, catch_up, settings):
    settings.CHAIN_SAFE_DEPTH, settings.CHAIN_FINAL_DEPTH = 5, 10
    anvil.mine(20)
    catch_up()
    intent = actions.prepare_mint(by=ada, draft=finished)
    send(anvil, accounts.ada, intent)
    catch_up()
    assert Work.objects.visible().count() == 1

    anvil.reorg(1)
    catch_up()

    assert not Work.objects.exists()
    assert Draft.objects.open_of(ada).get() == finished
    assert Metadata.objects.exists()


def test_an_unfinished_draft_is_told_what_it_lacks(ada, draft):
    with pytest.raises(Unfinished) as caught:
        actions.prepare_mint(by=ada, draft=draft)
    assert set(caught.value.errors) == {"title", "alt_text"}


def test_the_place_must_be_answered_and_the_answer_is_what_is_minted(ada, upload, deployed):
    draft = actions.start_draft(by=ada, upload=upload(pictures.gps_jpeg()))
    actions.describe(by=ada, draft=draft, title="Berlin", alt_text="A street")
    with pytest.raises(Unfinished) as caught:
        actions.prepare_mint(by=ada, draft=draft)
    assert set(caught.value.errors) == {"location"}

    draft = actions.answer_location(by=ada, draft=draft, keep=False)
    intent = actions.prepare_mint(by=ada, draft=draft)
    assert draft.original.digest[2:] in intent.transaction["data"]
    assert draft.upload.digest[2:] not in intent.transaction["data"]

    draft = actions.answer_location(by=ada, draft=draft, keep=True)
    intent = actions.prepare_mint(by=ada, draft=draft)
    assert draft.upload.digest[2:] in intent.transaction["data"]


def test_bytes_that_became_a_work_meanwhile_are_not_minted_again(ada, ben, finished, upload, anvil, accounts, catch_up):
    theirs = actions.start_draft(by=ben, upload=upload(pictures.jpeg(80, 60), by=ben))
    actions.describe(by=ben, draft=theirs, title="Mine", alt_text="The same cup")
    send(anvil, accounts.ben, actions.prepare_mint(by=ben, draft=theirs))
    catch_up()
    with pytest.raises(AlreadyMinted, match="“Mine”"):
        actions.prepare_mint(by=ada, draft=finished)


@pytest.mark.parametrize("runtime", ["00", "5f5ffd"], ids=["a contract that answers nothing", "one that refuses"])
def test_a_holder_that_cannot_hold_shares_is_named_before_anything_is_sent(ada, finished, anvil, accounts, runtime):
    tx_hash = transactions.send(anvil.rpc, accounts.deployer, to=None, data=creation_of(runtime))
    mute = transactions.wait(anvil.rpc, tx_hash)["contractAddress"]
    actions.split_shares(by=ada, draft=finished, rows=[(ada.address, SHARES - 1), (mute, 1)])
    with pytest.raises(CannotMint, match=f"(?i){mute} is a contract that cannot hold shares"):
        actions.prepare_mint(by=ada, draft=finished)
    assert not Intent.objects.exists()


def test_with_the_node_away_a_mint_is_prepared_all_the_same(ada, finished, deployed, settings):
    expected = actions.prepare_mint(by=ada, draft=finished).transaction
    settings.CHAIN_RPC_URL = "http://127.0.0.1:1"
    assert actions.prepare_mint(by=ada, draft=finished).transaction == expected


def test_another_contract_at_that_address_is_noticed(ada, finished, deployed, monkeypatch):
    monkeypatch.setattr(minting.Mint, "hash", "0x" + "ab" * 32)
    with pytest.raises(CannotMint) as caught:
        actions.prepare_mint(by=ada, draft=finished)
    assert caught.value.code == "wrong-contract"


words = st.binary(min_size=32, max_size=32).map(lambda b: "0x" + b.hex())
addresses = st.binary(min_size=20, max_size=20).map(lambda b: "0x" + b.hex())


@limits(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    creator=addresses, asset=addresses, content=words, metadata=words, royalty=st.integers(0, 10_000),
    operator=addresses, deadline=st.integers(0, 2**64 - 1), salt=st.integers(0, 2**256 - 1),
    shares=st.lists(st.tuples(addresses, st.integers(0, 2**32 - 1)), max_size=5),
)  # fmt: skip
def test_our_hash_of_any_draft_is_the_contracts(
    deployed, creator, asset, content, metadata, royalty, operator, deadline, salt, shares
):
    fields = {
        "creator": creator, "asset": asset, "content": content, "metadata": metadata, "royaltyBps": royalty,
        "operator": operator, "deadline": deadline, "salt": salt,
        "shares": [{"holder": holder, "amount": amount} for holder, amount in shares],
    }  # fmt: skip
    assert Mint(fields, deployed).hash == contracts.view("Rights", "hashDraft", [fields])
