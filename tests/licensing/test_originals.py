"""The original goes to the licensee, once nothing can take the purchase back, and to nobody else."""

import pytest
from django.utils import timezone

from marketplace.content.actions import store_original
from marketplace.content.errors import ContentError
from marketplace.content.models import Original
from marketplace.content.store import get_store
from marketplace.licensing import errors
from marketplace.licensing.actions import open_original, prepare_purchase
from marketplace.licensing.library import library
from marketplace.licensing.models import Download, Licence, Offer
from tests.licensing.market import COMPANY, FAN, account

FILE = bytes(range(256)) * 10_000  # several chunks


@pytest.fixture
def licence(trade, tmp_path) -> Licence:
    path = tmp_path / "coffee.jpg"
    path.write_bytes(FILE)
    store_original(path, "image/jpeg", "coffee.jpg")
    offer = trade.offer(trade.mint(file=FILE), duration_days=30)
    trade.sign(prepare_purchase(by=account(COMPANY), offer=offer).next)
    trade.settle()
    return Licence.objects.held_by(COMPANY.address).get()


def test_the_licensee_gets_the_original_byte_for_byte_and_again(licence):
    for times in (1, 2):
        handover = open_original(by=account(COMPANY), licence=licence)
        assert b"".join(handover.stream) == FILE
        assert handover.original.filename == "coffee.jpg"
        assert Download.objects.filter(licence_log=licence.log, account=account(COMPANY)).count() == times


def test_an_original_that_cannot_be_read_was_not_handed_over(licence):
    get_store().remove(Original.objects.get(digest=licence.work.content).content.root)
    get_store().collect()
    with pytest.raises(ContentError):
        open_original(by=account(COMPANY), licence=licence)
    assert not Download.objects.exists()


def test_nobody_else_gets_it(licence):
    with pytest.raises(errors.NotTheLicensee):
        open_original(by=account(FAN), licence=licence)
    assert not Download.objects.exists()


def test_it_waits_until_the_purchase_is_final(licence):
    chain = licence.log.chain
    chain.final = licence.log.block_number - 1
    with pytest.raises(errors.NotFinalYet, match="not final yet"):
        open_original(by=account(COMPANY), licence=licence)


def test_a_purchase_that_was_taken_back_gives_nothing(licence):
    licence.log.orphaned_at = timezone.now()
    with pytest.raises(errors.LicenceUndone):
        open_original(by=account(COMPANY), licence=licence)


def test_a_licence_that_has_ended_gives_nothing_until_it_is_bought_again(licence, trade):
    Licence.objects.filter(pk=licence.pk).update(until=int(timezone.now().timestamp()) - 1)
    licence.refresh_from_db()
    with pytest.raises(errors.LicenceExpired, match="has ended"):
        open_original(by=account(COMPANY), licence=licence)
    trade.sign(prepare_purchase(by=account(COMPANY), offer=Offer.objects.get()).next)
    trade.settle()
    assert open_original(by=account(COMPANY), licence=licence)  # the later purchase lengthened the same right


def test_an_original_that_the_site_does_not_keep_is_told(trade):
    offer = trade.offer(trade.mint())
    trade.sign(prepare_purchase(by=account(COMPANY), offer=offer).next)
    trade.settle()
    with pytest.raises(errors.OriginalMissing, match="valid all the same"):
        open_original(by=account(COMPANY), licence=Licence.objects.get())


def test_the_library_tells_what_is_held_in_few_queries(licence, trade, django_assert_num_queries):
    trade.sign(prepare_purchase(by=account(COMPANY), offer=trade.offer(trade.mint())).next)
    trade.settle()
    with django_assert_num_queries(4):
        latest, first = library(COMPANY.address)
    assert first.licence == licence
    assert (first.has_original, latest.has_original) == (True, False)
    assert first.terms.document["usage"]["ai_train"] == "allow"
    assert first.is_running(timezone.now())
    assert first.until - licence.bought.timestamp() == 30 * 86_400
    assert library(FAN.address) == []
