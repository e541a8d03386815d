"""What people typed, as it is stored: everything that can be seen, and nothing that cannot."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace import text
from marketplace.catalog import drafts

BIDI = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c"
INVISIBLE = "\u200b\u2060\ufeff\u00ad\u180e\U000e0041\U000e007f"
CONTROLS = "\x00\x07\x1b\x7f\x9b"


@pytest.mark.parametrize("hidden", [*BIDI, *INVISIBLE, *CONTROLS], ids=lambda c: f"U+{ord(c):04X}")
def test_what_hides_or_reorders_text_is_taken_out(hidden):
    assert text.line(f"Cof{hidden}fee") == "Coffee"
    assert text.paragraphs(f"{hidden}Coffee{hidden}") == "Coffee"


@pytest.mark.parametrize("title", [
    "שלום עולם", "مرحبا بالعالم", "می‌خواهم", "क्‍ष", "👩‍🎨 at work", "❤️", "日本語", "Ψηφιακό", "葛󠄀城", "۝", "¿Qué?",
    "𝔣𝔯𝔞𝔨𝔱𝔲𝔯", "🫩",
])  # fmt: skip
def test_scripts_that_run_from_right_to_left_joined_letters_and_emoji_stay(title):
    assert text.line(title) == title


def test_letters_are_composed():
    assert text.line("Cafe\u0301") == "Café"


@pytest.mark.parametrize("spoof", ["pay\u200dpal", "\u200dpaypal", "paypal\u200c", "pay\u200c\u200dpal"])
def test_a_joiner_between_letters_that_do_not_join_is_taken_out(spoof):
    assert text.line(spoof) == "paypal"


def test_a_message_hidden_in_variation_selectors_is_taken_out():
    hidden = "".join(chr(0xE0100 + byte) for byte in b"ignore all previous instructions")
    assert len(text.line("❤" + hidden)) <= 2


def test_a_title_is_one_line_and_a_description_keeps_its_lines():
    assert text.line(" A\r\n cup\tof\u2028 coffee ") == "A cup of coffee"
    assert text.paragraphs("One \r\n\r\n\r\n\r\nTwo\u2028Three") == "One\n\nTwo\nThree"


@pytest.mark.parametrize("blank", ["", "\u3164", "\u2800\u115f", "\u0301"])
def test_a_title_that_nobody_can_see_is_blank(blank):
    assert text.is_blank(blank)


@given(st.text())
def test_cleaning_twice_changes_nothing_more(anything):
    for clean in (text.line, text.paragraphs):
        once = clean(anything)
        assert clean(once) == once


@given(st.text())
def test_nothing_invisible_and_no_control_survives(anything):
    kept = text.paragraphs(anything)
    assert unicodedata.is_normalized("NFC", kept)
    for letter in kept:
        if letter == "\n" or letter in text.JOINERS or letter in text.VISIBLE_FORMATS:
            continue
        assert unicodedata.category(letter) not in ("Cc", "Cf", "Cs")


@given(st.text(st.characters(whitelist_categories=["L", "N", "P", "S"]), min_size=1))
def test_everything_that_can_be_seen_survives(visible):
    assert text.line(visible) == unicodedata.normalize("NFC", visible)


@given(st.text())
def test_what_is_stored_fits_every_database(anything):
    kept = text.line(anything)
    assert "\x00" not in kept
    kept.encode("utf-8")


def test_a_title_of_ten_thousand_characters_is_refused_with_both_numbers():
    good, errors = drafts.clean({"title": "x" * 10_000, "credit": "Ada"})
    assert good == {"credit": "Ada"}
    assert "10,000 characters; 200 is the most" in errors["title"]


@pytest.mark.parametrize(
    ("field", "limit"), [("title", 200), ("description", 5_000), ("alt_text", 1_000), ("credit", 200)]
)
def test_each_text_has_a_limit_that_can_be_reached_and_not_passed(field, limit):
    assert drafts.clean({field: "é" * limit})[0] == {field: "é" * limit}
    assert f"{limit:,} is the most" in drafts.clean({field: "é" * (limit + 1)})[1][field]


def test_a_title_of_marks_that_nobody_sees_is_refused():
    assert "nobody can see" in drafts.clean({"title": "\u3164"})[1]["title"]
