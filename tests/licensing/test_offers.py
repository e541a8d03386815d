from datetime import timedelta

import pytest
from django.utils import timezone

from marketplace.catalog.models import Work
from marketplace.chain import actions, signatures
from marketplace.chain.deployments import deployment
from marketplace.chain.models import Intent
from marketplace.content.cid import Cid
from marketplace.content.models import Content
from marketplace.content.store import get_store
from marketplace.licensing import errors
from marketplace.licensing.actions import (
    prepare_cancel,
    prepare_cancel_all,
    prepare_offer,
    prepare_purchase,
    publish_offer,
)
from marketplace.licensing.models import Offer
from marketplace.licensing.signed import offer_typed_data
from tests.licensing.market import ARTIST, COMPANY, FAN, TRAIN, USDC, account


def is_open(offer: Offer) -> bool:
    return Offer.objects.open(at=timezone.now()).filter(pk=offer.pk).exists()


def test_an_offer_is_on_sale_once_its_creator_has_signed(trade):
    work = trade.mint()
    offer, intent = prepare_offer(by=account(ARTIST), work=work, scopes=TRAIN, price=5 * USDC)
    assert intent.typed_data == offer_typed_data(offer, deployment())
    assert intent.transaction is None  # free: nothing goes to the chain
    assert not is_open(offer)

    intent = trade.sign(intent)

    assert intent.state == Intent.State.CONFIRMED
    assert is_open(offer)


def test_terms_and_signed_offer_are_public_documents_under_their_digests(trade):
    offer = trade.offer(trade.mint())
    trade.deliver()
    offer.refresh_from_db()

    terms = Content.objects.get(cid=str(Cid.of_digest(offer.terms_id)))
    assert terms.public
    assert b"mintmark/terms@1" in b"".join(get_store().open(Cid.parse(terms.cid)))
    kept = Content.objects.get(cid=offer.document_cid)
    assert kept.public
    assert offer.signature.encode() in b"".join(get_store().open(Cid.parse(kept.cid)))


def test_a_second_click_finds_the_offer_that_the_first_made(trade):
    work = trade.mint()
    wanted = {"by": account(ARTIST), "work": work, "scopes": TRAIN, "price": 5 * USDC}
    first, intent = prepare_offer(**wanted)
    again, same = prepare_offer(**wanted)
    assert (again, same) == (first, intent)
    trade.sign(intent)
    assert prepare_offer(**wanted)[0] != first  # signed: from here on a further offer is another one


def test_only_the_creator_offers_licences(trade):
    with pytest.raises(errors.NotTheCreator, match="Only the creator"):
        prepare_offer(by=account(FAN), work=trade.mint(), scopes=TRAIN, price=1)


@pytest.mark.parametrize(
    ("terms", "says"),
    [
        ({"scopes": 0}, "at least one use"),
        ({"price": -1}, "zero or more"),
        ({"price": 2**128}, "amount of money that exists"),
        ({"max_units": -1}, "limited"),
        ({"max_units": 2**32}, "limited"),
        ({"duration_days": 0}, "from 1 to"),
        ({"deadline": timezone.now() - timedelta(seconds=1)}, "lies ahead"),
        ({"licensee": "0x123"}, "no wallet address"),
        ({"licensee": ARTIST.address}, "to yourself"),
    ],
)
def test_terms_that_no_offer_can_have_are_refused_in_words(trade, terms, says):
    with pytest.raises(errors.BadTerms, match=says):
        prepare_offer(**{"by": account(ARTIST), "work": trade.mint(), "scopes": TRAIN, "price": USDC, **terms})
    assert not Offer.objects.exists()


def test_another_wallets_signature_publishes_nothing(trade):
    offer, intent = prepare_offer(by=account(ARTIST), work=trade.mint(), scopes=TRAIN, price=1)
    with pytest.raises(signatures.BadSignature):
        trade.sign(intent, by=FAN)
    with pytest.raises(actions.NotYours):
        actions.report_signed(intent=intent, by=FAN.address, signature="0x00")
    assert not is_open(offer)


def test_a_signature_that_comes_twice_publishes_once(trade):
    offer, intent = prepare_offer(by=account(ARTIST), work=trade.mint(), scopes=TRAIN, price=1)
    trade.sign(intent)
    first = Offer.objects.get(pk=offer.pk).published
    trade.sign(intent)
    publish_offer(Intent.objects.get(pk=intent.pk))
    assert Offer.objects.get(pk=offer.pk).published == first


def test_a_creator_who_is_no_longer_the_one_of_the_work_publishes_nothing(trade):
    """The work was minted by a block that a reorg replaced with another work of that number."""
    work = trade.mint()
    _, intent = prepare_offer(by=account(ARTIST), work=work, scopes=TRAIN, price=1)
    Work.objects.filter(pk=work.pk).update(creator=FAN.address)
    with pytest.raises(errors.NotTheCreator):
        trade.sign(intent)
    assert not Offer.objects.exclude(published=None).exists()


def test_an_offer_of_a_work_that_became_somebody_elses_is_closed(trade):
    offer = trade.offer(trade.mint())
    Work.objects.filter(pk=offer.work_id).update(creator=FAN.address)
    assert not is_open(offer)


def test_a_withdrawn_offer_is_closed_for_everybody(trade):
    offer = trade.offer(trade.mint())
    with pytest.raises(errors.NotTheSeller):
        prepare_cancel(by=account(FAN), offer=offer)

    trade.send(prepare_cancel(by=account(ARTIST), offer=offer))
    with pytest.raises(errors.OfferCancelled):  # the contract knows before we have read the block
        prepare_purchase(by=account(COMPANY), offer=offer)
    trade.settle()

    assert not is_open(offer)
    with pytest.raises(errors.OfferCancelled):
        prepare_cancel(by=account(ARTIST), offer=offer)


def test_withdrawing_all_closes_what_was_signed_and_nothing_after(trade):
    work = trade.mint()
    old = trade.offer(work)
    intent = prepare_cancel_all(by=account(ARTIST))
    trade.send(intent)
    trade.settle()
    assert not is_open(old)
    with pytest.raises(errors.OfferCancelled):
        prepare_purchase(by=account(COMPANY), offer=old)

    new = trade.offer(work)
    assert new.counter == 1
    assert is_open(new)
    assert prepare_purchase(by=account(COMPANY), offer=new).quote.price == new.price


def test_offers_are_open_to_whom_they_were_made(trade):
    work = trade.mint()
    trade.offer(work, licensee=COMPANY.address)
    assert Offer.objects.open(at=timezone.now()).open_to(COMPANY.address).count() == 1
    assert Offer.objects.open(at=timezone.now()).open_to(FAN.address).count() == 0
    assert Offer.objects.open(at=timezone.now()).open_to("").count() == 0


def test_the_list_of_open_offers_is_one_query(trade, django_assert_num_queries):
    work = trade.mint()
    for price in range(3):
        trade.offer(work, price=price, deadline=timezone.now() + timedelta(days=1), max_units=2)
    with django_assert_num_queries(1):
        assert len(Offer.objects.open(at=timezone.now()).open_to("").select_related("work", "terms")) == 3
    assert not Offer.objects.open(at=timezone.now() + timedelta(days=2)).exists()
