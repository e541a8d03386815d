"""Pages ask the database the same number of times, however much there is."""

import pytest
from django.urls import reverse

from marketplace.royalties.accounting import SHARES
from tests import factories
from tests.factories import address
from tests.web.conftest import addresses

ARTIST, FAN = address("artist"), address("fan")


@pytest.mark.parametrize("count", [2, 20])
def test_explore_asks_the_same_however_many_works(count, visitor, django_assert_max_num_queries):
    for work in factories.WorkFactory.create_batch(count):
        factories.OfferFactory(work=work)
    with django_assert_max_num_queries(8):
        visitor.get(reverse("web:explore"))


@pytest.mark.parametrize("count", [2, 20])
def test_a_work_asks_the_same_however_much_happened(count, world, visitor, django_assert_max_num_queries):
    for n in range(count):
        factories.PaymentFactory(work=world["work"], holder=address(f"holder {n}"))
        factories.ShareTransferFactory(work=world["work"], recipient=address(f"holder {n}"), amount=10)
    for name, most in (("work", 16), ("work-holders", 14), ("work-activity", 16)):
        with django_assert_max_num_queries(most):
            visitor.get(addresses(world)[name])


@pytest.mark.parametrize("count", [2, 20])
def test_one_s_own_pages_ask_the_same_however_much_one_has(count, artist, fan, company, django_assert_max_num_queries):
    for _ in range(count):
        work = factories.WorkFactory(shares=[(ARTIST, SHARES * 9 // 10), (FAN, SHARES // 10)])
        offer = factories.OfferFactory(work=work)
        factories.LicenceFactory(offer=offer)
        factories.RevenueFactory(work=work)
        factories.PaymentFactory(work=work, holder=FAN)
        factories.ShareOfferFactory(work=work, seller=FAN)
        factories.IntentFactory()
    for client, name, most in (
        (artist, "studio", 22),
        (fan, "portfolio", 24),
        (company, "library", 16),
        (artist, "activity", 7),
    ):
        with django_assert_max_num_queries(most):
            assert client.get(reverse(f"web:{name}")).status_code == 200
