"""The catalogue as it is read."""

from datetime import timedelta

import pytest

from marketplace.catalog.models import Rendition, Upload, Work
from tests.catalog.conftest import unknown_work
from tests.factories import (
    EPOCH,
    AccountFactory,
    DraftFactory,
    MetadataFactory,
    UploadFactory,
    WorkFactory,
    address,
    word,
)

pytestmark = pytest.mark.django_db


def work(title: str = "Coffee", **fields) -> Work:
    return WorkFactory(metadata__title=title, **fields)


def test_a_work_without_metadata_is_kept_and_not_shown():
    shown, hidden = work(), unknown_work(word("nobody has it"))
    assert list(Work.objects.visible()) == [shown]
    assert Work.objects.visible().count() == 1
    assert not Work.objects.visible().filter(pk=hidden.pk).exists()
    assert list(Work.objects.unknown()) == [hidden]


def test_somebody_elses_metadata_does_not_make_a_copy_look_genuine():
    metadata = MetadataFactory()
    metadata.document["properties"]["creator"] = address("ada").upper().replace("0X", "0x")
    metadata.save()
    genuine = WorkFactory(metadata=metadata, creator=address("ada"))
    WorkFactory(metadata=metadata, creator=address("thief"))
    assert list(Work.objects.visible()) == [genuine]


def test_the_newest_come_first():
    works = [work(created=EPOCH + timedelta(days=day)) for day in (2, 3, 1)]
    assert list(Work.objects.visible().newest()) == [works[1], works[0], works[2]]


def test_works_by_a_creator_whatever_the_case_of_their_address():
    mine = work(creator=address("ada"))
    work(creator=address("ben"))
    assert list(Work.objects.by(address("ada").upper().replace("0X", "0x"))) == [mine]


@pytest.mark.parametrize(("title", "query"), [
    ("Café Été", "cafe"), ("Café Été", "ÉTÉ cafÉ"), ("STRASSE", "straße"), ("ΣΊΣΥΦΟΣ", "σισυφοσ"),
    ("Ｃoffee", "coffee"), ("100% _real_", "100% _"), ("日本の猫", "猫"), ("שלום", "שלום"), ("Coffee", ""),
])  # fmt: skip
def test_a_search_finds_titles_whatever_their_case_and_accents(title, query):
    found = work(title)
    assert list(Work.objects.visible().search(query)) == [found]


@pytest.mark.parametrize("query", ["tea", "coffee tea", "%", "_", "C_ffee"])
def test_a_search_does_not_find_what_is_not_there(query):
    work("Coffee")
    assert not Work.objects.visible().search(query).exists()


def test_works_of_the_same_bytes_are_found_by_the_original_and_by_what_was_uploaded():
    upload = UploadFactory()
    found = WorkFactory(metadata=MetadataFactory(upload=upload), content=word("without its place"))
    assert Work.objects.of_bytes(word("without its place")).get() == found
    assert Work.objects.of_bytes(upload.digest).get() == found
    assert not Work.objects.of_bytes(word("other bytes")).exists()


def test_a_list_of_pictured_works_costs_the_same_however_long_it_is(django_assert_num_queries):
    def read() -> int:
        works = Work.objects.visible().newest().pictured()
        return sum(len([r.content.cid for r in w.metadata.upload.renditions.all()]) for w in works)

    for _ in range(2):
        work()
    with django_assert_num_queries(4):
        assert read() == 4
    for _ in range(8):
        work()
    with django_assert_num_queries(4):
        assert read() == 20


def test_uploads_that_nothing_refers_to_are_unused():
    unused = UploadFactory()
    DraftFactory()
    MetadataFactory()
    assert list(Upload.objects.unused()) == [unused]


def test_names_of_accounts_are_read_at_once(django_assert_num_queries):
    from marketplace.accounts.models import Account

    ada, _ = AccountFactory(name="Ada"), AccountFactory()
    with django_assert_num_queries(1):
        names = Account.objects.names([ada.address.upper().replace("0X", "0x"), address("nobody")])
    assert names == {ada.address: "Ada"}


def test_a_preview_belongs_to_its_upload():
    upload = UploadFactory()
    upload.delete()
    assert not Rendition.objects.exists()
