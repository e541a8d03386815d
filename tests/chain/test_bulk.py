"""Rows that are written by the thousand are the rows that Django would have written."""

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, transaction

from marketplace.chain import bulk, outbox
from marketplace.chain.models import LogEntry, Outbox
from marketplace.royalties.models import Payment
from tests.factories import ChainFactory, LogEntryFactory

pytestmark = pytest.mark.django_db

ADDRESS = "0xAbCdEf0000000000000000000000000000000001"


@pytest.fixture
def log():
    return LogEntryFactory()


def payment(log, item, **values):
    return Payment(
        **{
            "log": log,
            "item": item,
            "work_id": "31337-1",
            "holder": ADDRESS,
            "recipient": ADDRESS,
            "asset": ADDRESS,
            "amount": 2**200 + item,
            "kind": Payment.Kind.PAID,
            "at": datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
            **values,
        }
    )


def read(pk):
    return Payment.objects.filter(pk=pk).values().get()


def test_what_is_read_back_is_what_django_would_have_kept(log):
    bulk.insert([payment(log, 0), payment(log, 1)])
    mine, others = Payment.objects.order_by("item")
    ours = payment(log, 2)
    ours.save()
    by_django = read(ours.pk) | {"id": None, "item": None, "amount": None}
    assert read(mine.pk) | {"id": None, "item": None, "amount": None} == by_django
    assert mine.holder == ADDRESS.lower()
    assert (mine.amount, others.amount) == (2**200, 2**200 + 1)
    assert list(Payment.objects.filter(holder=ADDRESS.lower(), at=mine.at).order_by("item"))[:2] == [mine, others]


def test_rows_of_several_models_go_in_together(log):
    bulk.insert([payment(log, 0), outbox.effect("t", key="k", payload={"a": [1, "é"]}, log=log), payment(log, 1)])
    assert Payment.objects.count() == 2
    row = Outbox.objects.get()
    assert (row.payload, row.log, row.delivered_at) == ({"a": [1, "é"]}, log, None)


def test_nothing_is_nothing():
    bulk.insert([])
    bulk.number([])


def test_a_row_that_is_there_already_is_an_error(log):
    bulk.insert([payment(log, 0)])
    with pytest.raises(IntegrityError), transaction.atomic():
        bulk.insert([payment(log, 1), payment(log, 0)])
    assert Payment.objects.count() == 1


def test_numbers_are_taken_once(log):
    chain = log.chain
    first = [LogEntryFactory.build(chain=chain, log_index=i) for i in range(3)]
    bulk.number(first)
    bulk.insert(first)
    by_django = LogEntryFactory(chain=chain, log_index=10)
    second = [LogEntryFactory.build(chain=chain, log_index=20 + i) for i in range(2)]
    bulk.number(second)
    bulk.insert(second)
    keys = [each.pk for each in (log, *first, by_django, *second)]
    assert len(set(keys)) == len(keys) == LogEntry.objects.count()
    assert {each.pk: each.log_index for each in LogEntry.objects.all()} == {
        each.pk: each.log_index for each in (log, *first, by_django, *second)
    }


def test_the_first_number_of_an_empty_table():
    ChainFactory()
    rows = [LogEntryFactory.build(log_index=0)]
    bulk.number(rows)
    assert rows[0].pk >= 1
