"""Integers wider than a database's, exact on both."""

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marketplace.chain.fields import UINT256_MAX, UintField
from marketplace.chain.sums import total, totals_by
from marketplace.royalties.models import Revenue
from tests.factories import RevenueFactory, WorkFactory, address

EDGES = [0, 1, 2**53 + 1, 2**63 - 1, 2**63, 2**64, 2**128 - 1, 2**128, 10**77, UINT256_MAX]

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("amount", EDGES)
def test_an_amount_comes_back_as_it_went_in(amount):
    row = RevenueFactory(amount=amount)
    assert Revenue.objects.get(pk=row.pk).amount == amount
    assert Revenue.objects.filter(amount=amount).count() == 1
    assert Revenue.objects.values_list("amount", flat=True).get() == amount


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=200)
@given(amount=st.integers(0, UINT256_MAX))
def test_any_amount_survives_the_database(amount):
    field = UintField()
    with connection.cursor() as cursor:
        stored = field.get_db_prep_value(amount, connection)
        cursor.execute(f"SELECT CAST(%s AS {field.db_type(connection)})", [stored])
        back = field.from_db_value(cursor.fetchone()[0], None, connection)
    assert back == amount


def test_amounts_sort_and_compare_as_numbers():
    for amount in EDGES:
        RevenueFactory(amount=amount)
    assert list(Revenue.objects.order_by("amount").values_list("amount", flat=True)) == EDGES
    assert Revenue.objects.filter(amount__gt=2**63 - 1).count() == len([n for n in EDGES if n > 2**63 - 1])
    assert Revenue.objects.filter(amount__lte=2**53 + 1).count() == 3
    assert Revenue.objects.filter(amount__in=[2**63, 2**64]).count() == 2


@pytest.mark.parametrize("amount", [-1, UINT256_MAX + 1])
def test_what_does_not_fit_is_refused(amount):
    with pytest.raises(ValidationError, match="256-bit"):
        RevenueFactory(amount=amount)


def test_sums_are_exact():
    work, other = WorkFactory(), WorkFactory()
    for amount in EDGES[:-1]:
        RevenueFactory(work=work, amount=amount)
    RevenueFactory(work=other, amount=7)
    assert total(Revenue.objects.filter(work=work), "amount") == sum(EDGES[:-1])
    assert totals_by(Revenue.objects.all(), "work", "amount") == {work.key: sum(EDGES[:-1]), other.key: 7}


def test_sums_may_be_wider_than_a_word():
    work = WorkFactory()
    for _ in range(3):
        RevenueFactory(work=work, amount=UINT256_MAX)
    assert total(Revenue.objects.all(), "amount") == 3 * UINT256_MAX


def test_the_sum_of_nothing_is_nothing():
    assert total(Revenue.objects.all(), "amount") == 0
    assert totals_by(Revenue.objects.all(), "work", "amount") == {}


def test_addresses_are_the_same_in_any_case():
    row = RevenueFactory(payer=address("somebody").upper().replace("0X", "0x"))
    row.refresh_from_db()
    assert row.payer == address("somebody")
    assert Revenue.objects.filter(payer=address("somebody").upper().replace("0X", "0x")).exists()
