"""Offering and buying: what the forms prepare, and each refusal beside its cause. The node does not answer here, so
everything comes from records; what the chain itself says is tested where it runs."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from marketplace.chain.models import Intent
from marketplace.licensing.models import Offer
from marketplace.royalties.accounting import SHARES
from marketplace.royalties.models import ShareOffer
from tests import factories
from tests.factories import address

ARTIST, FAN, COMPANY = address("artist"), address("fan"), address("company")
TERMS = {"preset": "train", "duration": "365", "price": "120.50"}


@pytest.fixture
def work():
    return factories.WorkFactory(shares=[(ARTIST, SHARES * 9 // 10), (FAN, SHARES // 10)])


def test_an_offer_is_prepared_for_its_creator_s_signature(artist, work):
    answer = artist.post(reverse("web:offer-new", args=[work.token_id]), TERMS)
    offer, intent = Offer.objects.get(), Intent.objects.get()
    assert answer.url == reverse("web:intent", args=[intent.pk])
    assert offer.price == 120_500_000
    assert intent.typed_data["message"]["price"] == "120500000"
    page = artist.get(answer.url).content.decode()
    assert "Sign the offer" in page
    assert "It is free" in page


def test_an_offer_with_every_limit(artist, work):
    limits = {"max_units": "5", "deadline": "2099-01-31", "licensee": COMPANY, "duration": "custom", "days": "90"}
    artist.post(reverse("web:offer-new", args=[work.token_id]), {**TERMS, **limits})
    offer = Offer.objects.get()
    assert (offer.max_units, offer.licensee, offer.terms.duration) == (5, COMPANY, 90 * 86_400)
    assert offer.deadline.year == 2099


def test_an_offer_that_allows_new_works_says_what_it_asks_of_them(artist, work, visitor):
    remix = {"preset": "remix", "remix_part": "10", "remix_approval": "on"}
    artist.post(reverse("web:offer-new", args=[work.token_id]), {**TERMS, **remix})
    offer, intent = Offer.objects.get(), Intent.objects.get()
    assert (offer.terms.remix_shares, offer.terms.remix_approval) == (100_000, True)
    assert intent.typed_data["message"]["terms"]["remixShares"] == "100000"
    assert intent.typed_data["message"]["terms"]["remixApproval"] is True
    Offer.objects.update(published=timezone.now(), signature="0x00")
    page = visitor.get(reverse("web:offer", args=[offer.digest])).content.decode()
    assert "10% of each, for this work’s holders" in page
    assert "They give 10 % of its shares to this work&#x27;s own address" in page
    assert "the creator signs for each" in page


def test_a_mistake_in_an_offer_keeps_all_that_was_typed(artist, work):
    typed = {**TERMS, "price": "a lot", "max_units": "7", "preset": "both"}
    answer = artist.post(reverse("web:offer-new", args=[work.token_id]), typed)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "error-summary" in page
    assert 'href="#id_price"' in page
    assert 'value="a lot"' in page
    assert 'value="7"' in page
    assert 'value="both" checked' in page
    assert not Offer.objects.exists()


def test_what_only_the_action_knows_is_shown_on_the_form(artist, work):
    answer = artist.post(reverse("web:offer-new", args=[work.token_id]), {**TERMS, "licensee": ARTIST})
    assert answer.status_code == 422
    assert "You cannot make an offer to yourself" in answer.content.decode()


def test_a_licence_is_bought_by_one_signature_that_says_what_it_pays(company, work):
    offer = factories.OfferFactory(work=work)
    answer = company.post(reverse("web:offer-buy", args=[offer.digest]), {"units": "2"})
    intent = Intent.objects.get()
    assert answer.url == reverse("web:intent", args=[intent.pk])
    assert intent.typed_data["message"]["value"] == "240000000"
    page = company.get(answer.url).content.decode()
    assert "240.00" in page
    assert "It is free" not in page
    assert "pays exactly this amount" in page


def test_a_licence_is_bought_in_two_steps_by_allowance(company, work):
    offer = factories.OfferFactory(work=work)
    answer = company.post(reverse("web:offer-buy", args=[offer.digest]), {"units": "1", "method": "allowance"})
    approve = Intent.objects.get(kind="licensing.approve")
    buy = Intent.objects.get(kind="licensing.purchase")
    assert answer.url == reverse("web:intent", args=[approve.pk])
    assert approve.context["next"] == str(buy.pk)
    assert reverse("web:intent", args=[buy.pk]) not in company.get(answer.url).content.decode(), "not before it is done"
    Intent.objects.filter(pk=approve.pk).update(state=Intent.State.CONFIRMED)
    assert reverse("web:intent", args=[buy.pk]) in company.get(answer.url).content.decode()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"deadline": factories.EPOCH}, "expired"),
        ({"max_units": 1}, "sold out"),
        ({"counter": 3}, "withdrawn"),
        ({"licensee": FAN}, "was made to"),
    ],
)
def test_an_offer_that_closed_meanwhile_is_refused_with_its_reason(changes, words, company, work):
    offer = factories.OfferFactory(work=work, **changes)
    factories.LicenceFactory(offer=offer)
    here = reverse("web:offer-buy", args=[offer.digest])
    page = company.get(here)
    assert words in page.content.decode()
    assert "Continue to signing" not in page.content.decode()
    answer = company.post(here, {"units": "1"})
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Intent.objects.exists()


@pytest.mark.parametrize("units", ["", "0", "-1", "two", "9" * 30, "1.5"])
def test_units_that_cannot_be_bought_are_refused(units, company, work):
    offer = factories.OfferFactory(work=work)
    answer = company.post(reverse("web:offer-buy", args=[offer.digest]), {"units": units})
    assert answer.status_code == 422
    assert not Intent.objects.exists()


def test_a_visitor_who_buys_is_led_to_sign_in_and_back(visitor, work):
    licence = reverse("web:offer-buy", args=[factories.OfferFactory(work=work).digest])
    assert visitor.post(licence, {"units": "1"}).url == f"{reverse('web:sign-in')}?next={licence}"
    shares = reverse("web:shares-buy", args=[factories.ShareOfferFactory(work=work).digest])
    assert visitor.post(shares, {"shares": "1"}).url == f"{reverse('web:sign-in')}?next={shares}"
    assert not Intent.objects.exists()


def test_an_offer_is_withdrawn_by_its_seller_only(artist, fan, work):
    offer = factories.OfferFactory(work=work)
    here = reverse("web:offer-cancel", args=[offer.digest])
    refused = fan.post(here)
    assert refused.status_code == 403
    assert "Only the one who signed this offer" in refused.content.decode()
    answer = artist.post(here)
    assert answer.url == reverse("web:intent", args=[Intent.objects.get().pk])


def test_selling_shares_while_the_network_is_away_keeps_the_form(artist, work):
    answer = artist.post(reverse("web:shares-sell", args=[work.token_id]), {"shares": "10", "price": "50"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "We cannot reach the network" in page
    assert 'value="50"' in page
    assert not ShareOffer.objects.exists()


def test_who_holds_nothing_is_told_so_instead_of_a_form(company, work):
    page = company.get(reverse("web:shares-sell", args=[work.token_id])).content.decode()
    assert "You hold no shares of this work" in page
    assert 'name="price"' not in page


def test_a_part_of_a_share_offer_is_bought_at_its_part_of_the_price(company, work):
    offer = factories.ShareOfferFactory(work=work, shares=100_000, price=50_000_000)
    here = reverse("web:shares-buy", args=[offer.digest])
    assert "50.00" in company.get(here).content.decode()
    page = company.get(here + "?shares=2.5").content.decode()
    assert "12.50" in page
    assert 'name="shares" value="2.5"' in page
    answer = company.post(here, {"shares": "2.5"})
    intent = Intent.objects.get()
    assert answer.url == reverse("web:intent", args=[intent.pk])
    assert intent.typed_data["message"]["value"] == "12500000"


@pytest.mark.parametrize("shares", ["", "0", "11", "all", "100.5"])
def test_shares_that_are_not_there_cannot_be_bought(shares, company, work):
    offer = factories.ShareOfferFactory(work=work)
    answer = company.post(reverse("web:shares-buy", args=[offer.digest]), {"shares": shares})
    assert answer.status_code == 422
    assert not Intent.objects.exists()


def test_a_seller_does_not_buy_from_themselves(artist, work):
    offer = factories.ShareOfferFactory(work=work)
    assert "your own offer" in artist.get(reverse("web:shares-buy", args=[offer.digest])).content.decode()


def test_shares_that_the_seller_no_longer_has_are_not_shown(visitor, work):
    offer = factories.ShareOfferFactory(work=work, seller=address("stranger"))
    assert reverse("web:shares-buy", args=[offer.digest]) not in visitor.get(work.get_absolute_url()).content.decode()


def test_claiming_asks_the_wallet_once_for_each_currency(fan, work):
    factories.RevenueFactory(work=work)
    answer = fan.post(reverse("web:portfolio-claim"))
    intent = Intent.objects.get(kind="royalties.claim")
    assert answer.url == reverse("web:intent", args=[intent.pk])
    assert "Claim my income" in fan.get(answer.url).content.decode()


def test_there_is_a_sentence_when_nothing_is_owed(fan, work):
    answer = fan.post(reverse("web:portfolio-claim"))
    assert answer.status_code == 409
    assert "There is nothing to claim" in answer.content.decode()


def test_what_was_kept_is_withdrawn_to_a_wallet_of_one_s_choice(fan, work):
    factories.PaymentFactory(work=work, holder=FAN, kind="deferred")
    answer = fan.post(reverse("web:portfolio-withdraw"), {"to": "somewhere"})
    assert answer.status_code == 409
    assert "Give the address of a wallet" in answer.content.decode()
    answer = fan.post(reverse("web:portfolio-withdraw"), {"to": address("other wallet")})
    intent = Intent.objects.get()
    assert answer.url == reverse("web:intent", args=[intent.pk])
    assert address("other wallet")[2:] in intent.transaction["data"]


def test_an_offer_of_long_ago_can_still_be_read(visitor, work):
    offer = factories.OfferFactory(work=work, deadline=timezone.now() - timedelta(days=1))
    assert "has expired" in visitor.get(reverse("web:offer", args=[offer.digest])).content.decode()


def test_all_offers_are_withdrawn_by_one_transaction(artist, work, fan):
    for price in ("1", "2"):
        artist.post(reverse("web:offer-new", args=[work.token_id]), {**TERMS, "price": price})
    Offer.objects.update(published=timezone.now(), signature="0x00")
    assert "Withdraw all offers" in artist.get(reverse("web:studio")).content.decode()
    answer = artist.post(reverse("web:offers-cancel"))
    intent = Intent.objects.get(kind="licensing.cancel-all")
    assert answer.url == reverse("web:intent", args=[intent.pk])
    assert intent.account == ARTIST
    assert "Withdraw all offers" not in fan.get(reverse("web:studio")).content.decode()


@pytest.mark.parametrize("key", ["", "0x" + "4f" * 32])
def test_the_portfolio_says_when_payments_do_not_come_by_themselves(fan, work, settings, key):
    settings.KEEPER_PRIVATE_KEY = key  # with one, the node that would tell whether it has gas does not answer
    factories.RevenueFactory(work=work, amount=10_000_000)
    page = fan.get(reverse("web:portfolio")).content.decode()
    assert "cannot send payments by itself" in page
    assert "Claim it now" in page
