"""Forms keep what was typed and say what they could not read."""

from datetime import UTC, datetime

import pytest
from django.http import QueryDict

from marketplace.licensing.scopes import ALL
from marketplace.licensing.terms import NOTHING_ASKED, PRESETS, Remixes
from marketplace.web.forms import OfferForm, SellSharesForm, SharesForm
from tests.factories import DEPLOYMENT, USDC, address

ASSET = DEPLOYMENT.assets[USDC]
GOOD = {"preset": "train", "duration": "365", "price": "120"}


def offer(**changes) -> OfferForm:
    return OfferForm({**GOOD, **changes}, asset=ASSET)


def test_a_preset_is_its_uses():
    form = offer()
    assert form.is_valid(), form.errors
    assert form.cleaned_data["scope_bits"] == PRESETS[0].scopes
    assert form.cleaned_data["duration_days"] == 365
    assert form.cleaned_data["price"] == 120_000_000


def test_uses_can_be_chosen_one_by_one():
    form = OfferForm(QueryDict("preset=custom&scopes=ai_train&scopes=remix&duration=0&price=1"), asset=ASSET)
    assert form.is_valid(), form.errors
    assert form.cleaned_data["scope_bits"] == 1 | 32
    assert form.cleaned_data["scope_bits"] & ~ALL == 0
    assert form.cleaned_data["duration_days"] is None


def test_what_is_asked_of_new_works_counts_only_where_they_are_allowed():
    asked = {"remix_part": "12.5", "remix_approval": "on"}
    form = offer(preset="remix", **asked)
    assert form.is_valid(), form.errors
    assert form.cleaned_data["remixes"] == Remixes(shares=125_000, approval=True)
    form = offer(preset="train", **asked)
    assert form.is_valid(), form.errors
    assert form.cleaned_data["remixes"] == NOTHING_ASKED
    form = offer(preset="remix")
    assert form.is_valid(), form.errors
    assert form.cleaned_data["remixes"] == NOTHING_ASKED


def test_a_deadline_is_the_end_of_its_day():
    form = offer(deadline="2099-01-31")
    assert form.is_valid(), form.errors
    assert form.cleaned_data["deadline"] == datetime(2099, 2, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"preset": ""}, "preset", "Choose what the licence is for"),
        ({"preset": "world-domination"}, "preset", "one of the cards"),
        ({"preset": "custom"}, "scopes", "at least one use"),
        ({"preset": "custom", "scopes": ["nonsense"]}, "scopes", "that are listed"),
        ({"duration": ""}, "duration", "how long"),
        ({"duration": "custom"}, "days", "how many days"),
        ({"duration": "custom", "days": "0"}, "days", "at least one day"),
        ({"duration": "custom", "days": "soon"}, "days", "whole number"),
        ({"duration": "custom", "days": "99999999"}, "days", "For ever"),
        ({"preset": "remix", "remix_part": "50.1"}, "remix_part", "at most half"),
        ({"preset": "remix", "remix_part": "some"}, "remix_part", "such as 10"),
        ({"price": ""}, "price", "Enter a price"),
        ({"price": "a lot"}, "price", "such as 120"),
        ({"max_units": "-1"}, "max_units", "At least one"),
        ({"max_units": "9999999999"}, "max_units", "no limit"),
        ({"deadline": "2001-01-01"}, "deadline", "That day is over"),
        ({"deadline": "9999-12-31"}, "deadline", "millennium"),
        ({"deadline": "tomorrow"}, "deadline", "like 2027-01-31"),
        ({"licensee": "0x1"}, "licensee", "not a wallet address"),
    ],
)
def test_each_mistake_in_an_offer_has_a_sentence_beside_its_field(changes, field, words):
    form = offer(**changes)
    assert not form.is_valid()
    assert words in " ".join(form.errors[field])
    assert set(form.errors) == {field}


def test_selling_shares_reads_percent_and_money():
    form = SellSharesForm({"shares": "12.5", "price": "1,000"}, asset=ASSET)
    assert form.is_valid(), form.errors
    assert form.cleaned_data == {"shares": 125_000, "price": 1_000_000_000, "deadline": None, "buyer": ""}


@pytest.mark.parametrize("field", ["shares", "price"])
@pytest.mark.parametrize("typed", ["", "0,5", "half", "-1"])
def test_selling_shares_refuses_what_is_no_number(field, typed):
    form = SellSharesForm({"shares": "10", "price": "50", field: typed}, asset=ASSET)
    assert not form.is_valid()
    assert set(form.errors) == {field}


def test_a_split_keeps_rows_as_typed_and_drops_empty_ones():
    a, b = address("a"), address("b")
    form = SharesForm(QueryDict(f"holder={a}&percent=90&holder={b}&percent=10&holder=&percent="))
    assert form.is_valid()
    assert form.cleaned == [(a, 900_000), (b, 100_000)]


def test_a_split_says_which_row_it_could_not_read():
    form = SharesForm(QueryDict(f"holder={address('a')}&percent=ninety&holder=Ben&percent=10"))
    assert not form.is_valid()
    assert "such as 10" in form.rows[0]["error"]
    assert form.rows[0]["percent"] == "ninety"
    assert "error" not in form.rows[1]


def test_a_split_puts_the_errors_of_the_catalogue_to_their_rows():
    form = SharesForm(QueryDict("holder=Ben&percent=10"))
    assert form.is_valid()
    together = form.take({"shares-0-holder": "No address.", "shares": "10 % is not 100 %."})
    assert form.rows[0]["error"] == "No address."
    assert together == ["10 % is not 100 %."]


def test_a_holder_without_a_percentage_is_not_dropped():
    from django.http import QueryDict

    form = SharesForm(QueryDict("holder=0xa&holder=0xb&percent=100"))
    assert not form.is_valid()
    assert [row["holder"] for row in form.rows] == ["0xa", "0xb"]
