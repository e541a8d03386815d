"""Clearing away what nobody went on with, and nothing else; finding what works from elsewhere say of themselves."""

import os
import time
from datetime import timedelta

import pytest
from django.utils import timezone

from marketplace.catalog import actions, housekeeping, tasks
from marketplace.catalog.models import Draft, Metadata, Rendition, Upload, Work
from marketplace.chain import contracts, transactions
from marketplace.chain.models import Chain
from marketplace.content.actions import store_json
from marketplace.content.canonical import canonical
from marketplace.content.models import Content, Original
from marketplace.content.store import get_store
from tests.catalog import pictures
from tests.catalog.conftest import unknown_work
from tests.factories import MetadataFactory, WorkFactory, address, word

pytestmark = pytest.mark.django_db


def let_pass(**time_) -> None:
    """Makes everything older."""
    for model in (Upload, Content, Original):
        model.objects.update(created=timezone.now() - timedelta(**time_))
    Draft.objects.exclude(discarded_at=None).update(discarded_at=timezone.now() - timedelta(**time_))


def everything_is_there(upload: Upload) -> bool:
    kept = [r.content for r in upload.renditions.select_related("content")] + [upload.original.content]
    return len(kept) == 4 and all(get_store().has(content.root) for content in kept)


def test_an_upload_that_nobody_used_for_a_day_is_cleared_with_all_that_it_stored(upload):
    stored = upload(pictures.jpeg(80, 60))
    kept = [content.root for content in Content.objects.all()]
    let_pass(hours=25)
    tasks.clear_abandoned_uploads()
    for model in (Upload, Rendition, Original, Content):
        assert not model.objects.exists()
    assert len(kept) == 4
    assert not any(get_store().has(root) for root in kept)
    assert upload(pictures.jpeg(80, 60)) != stored


def test_an_upload_of_today_stays(upload):
    stored = upload(pictures.jpeg(80, 60))
    let_pass(hours=23)
    tasks.clear_abandoned_uploads()
    assert everything_is_there(stored)


def test_what_a_draft_uses_stays_for_ever(draft):
    let_pass(days=1000)
    tasks.clear_abandoned_uploads()
    assert everything_is_there(draft.upload)


def test_what_published_metadata_uses_stays_for_ever(ada, finished, deployed):
    actions.prepare_mint(by=ada, draft=finished)
    actions.discard_draft(by=ada, draft=finished)
    let_pass(days=1000)
    tasks.clear_abandoned_uploads()
    assert everything_is_there(finished.upload)
    assert Metadata.objects.get().upload == finished.upload


def test_a_discarded_draft_goes_after_a_week_and_its_upload_with_it(ada, draft):
    actions.discard_draft(by=ada, draft=draft)
    let_pass(days=6)
    tasks.clear_abandoned_uploads()
    assert everything_is_there(draft.upload)
    let_pass(days=8)
    tasks.clear_abandoned_uploads()
    assert not Upload.objects.exists()


def test_what_two_uploads_share_stays_for_the_other(ada, ben, upload):
    mine, theirs = upload(pictures.jpeg(80, 60)), upload(pictures.jpeg(80, 60), by=ben)
    actions.start_draft(by=ben, upload=theirs)
    let_pass(days=2)
    tasks.clear_abandoned_uploads()
    assert list(Upload.objects.all()) == [theirs]
    assert mine.original == theirs.original
    assert everything_is_there(theirs)


def test_the_version_with_the_place_goes_once_the_other_is_a_work_for_good(ada, upload):
    draft = actions.start_draft(by=ada, upload=upload(pictures.gps_jpeg()))
    draft = actions.answer_location(by=ada, draft=draft, keep=False)
    with_place = draft.upload.original.content.root
    tasks.clear_abandoned_uploads()
    assert Original.objects.count() == 2

    work = WorkFactory(content=draft.original.digest, metadata=MetadataFactory(upload=draft.upload))
    let_pass(days=2)
    Chain.objects.update(final=work.log.block_number - 1)
    tasks.clear_abandoned_uploads()
    assert Original.objects.count() == 2

    Chain.objects.update(final=work.log.block_number)
    tasks.clear_abandoned_uploads()

    assert list(Original.objects.all()) == [draft.original]
    assert not get_store().has(with_place)
    assert get_store().has(draft.original.content.root)


def test_what_a_killed_request_stored_and_never_named_is_cleared_after_a_day(upload, ada, finished):
    upload(pictures.jpeg(90, 60))
    Upload.objects.exclude(draft=finished).delete()
    document = store_json({"name": "a document, which nothing refers to by its row"})
    let_pass(hours=23)
    tasks.clear_abandoned_uploads()
    assert Original.objects.count() == 2
    let_pass(hours=25)
    tasks.clear_abandoned_uploads()
    assert Original.objects.get() == finished.original
    assert everything_is_there(finished.upload)
    assert Content.objects.count() == 3 + 1 + 1
    assert get_store().has(document.root)


def test_an_original_that_a_work_was_made_of_stays_though_its_upload_is_gone(upload):
    stored = upload(pictures.jpeg(90, 60))
    WorkFactory(content=stored.digest)
    stored.delete()
    let_pass(days=1000)
    tasks.clear_abandoned_uploads()
    assert Original.objects.filter(digest=stored.digest).exists()


def test_what_a_killed_request_left_is_cleared_after_an_hour(settings, left_over):
    settings.UPLOAD_ROOT.mkdir(parents=True)
    (settings.UPLOAD_ROOT / "old.part").write_bytes(b"x")
    (settings.UPLOAD_ROOT / "old.previews").mkdir()
    (settings.UPLOAD_ROOT / "old.previews" / "page.webp").write_bytes(b"x")
    (settings.UPLOAD_ROOT / "new.part").write_bytes(b"x")
    for name in ("old.part", "old.previews"):
        os.utime(settings.UPLOAD_ROOT / name, (time.time() - 3700,) * 2)
    tasks.clear_abandoned_uploads()
    assert [path.name for path in left_over()] == ["new.part"]


# --- works from elsewhere --------------------------------------------------------------------------------------------

DOCUMENT = {"name": "From elsewhere", "description": "Minted by hand.", "properties": {"alt": "A stone", "credit": ""}}


def minted_elsewhere(document: object, **fields) -> Work:
    return unknown_work(canonical(document).digest, **{"created": timezone.now(), **fields})


def test_a_work_minted_at_the_contract_itself_appears_once_its_document_is_there(deployed, anvil, accounts, catch_up):
    digest = canonical(DOCUMENT).digest
    mint = {
        "creator": accounts.ben.address, "asset": deployed.usdc, "content": word("a stone"), "metadata": digest,
        "royaltyBps": 0, "operator": "0x" + "0" * 40, "deadline": 0, "salt": 1,
        "shares": [{"holder": accounts.ben.address, "amount": 1_000_000}],
    }  # fmt: skip
    data = contracts.calldata("Rights", "create", [mint])
    transactions.wait(anvil.rpc, transactions.send(anvil.rpc, accounts.ben, to=deployed.rights, data=data))
    catch_up()
    work = Work.objects.get()
    assert (work.creator, work.content, work.metadata_id) == (accounts.ben.address.lower(), word("a stone"), digest)
    assert not Work.objects.visible().exists()
    tasks.find_metadata()
    assert not Work.objects.visible().exists()

    store_json(DOCUMENT)
    tasks.find_metadata()

    shown = Work.objects.visible().get()
    assert shown.metadata.title == "From elsewhere"
    assert shown.metadata.upload is None


def test_a_document_that_was_lost_from_the_database_is_found_again_with_its_pictures(ada, finished, deployed):
    actions.prepare_mint(by=ada, draft=finished)
    finished.refresh_from_db()
    digest = finished.metadata
    Metadata.objects.all().delete()
    unknown_work(digest, creator=ada.address, content=finished.original.digest, created=timezone.now())
    tasks.find_metadata()
    assert Work.objects.visible().get().metadata.upload == finished.upload


def test_nobody_gets_the_pictures_of_another(ada, finished):
    work = minted_elsewhere(DOCUMENT, creator=address("thief"), content=finished.original.digest)
    store_json(DOCUMENT)
    assert housekeeping.find_metadata(work).upload is None


@pytest.mark.parametrize("document", [
    [], "text", {}, {"name": ""}, {"name": 7}, {"name": "x" * 201}, {"name": "a\u202eb"},
    {"name": "A", "properties": []}, {"name": "A", "description": ["x"]}, {"name": "A", "description": "x" * 5001},
    {"name": "A", "properties": {"alt": {}}}, {"name": "A", "properties": {"content": []}},
    {"name": "A", "properties": {"creator": 1}}, {"name": "A", "extra": "\x00"}, {"name": "A", "image": {}},
], ids=range(15))  # fmt: skip
def test_a_document_that_our_pages_could_not_show_is_not_taken(document):
    work = minted_elsewhere(document)
    store_json(document)
    assert housekeeping.find_metadata(work) is None
    assert not Work.objects.visible().exists()


def test_works_of_long_ago_are_no_longer_looked_for():
    minted_elsewhere(DOCUMENT, created=timezone.now() - timedelta(days=8))
    assert not housekeeping.works_to_find().exists()
