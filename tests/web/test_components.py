"""Components as strings of HTML: exact figures, safe markup, nothing that the Content-Security-Policy would refuse."""

import json
import re
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.template import Context, Template, TemplateSyntaxError
from django.template.loader import render_to_string
from django.test import RequestFactory, override_settings
from hypothesis import given
from hypothesis import strategies as st

from marketplace.chain import deployments
from marketplace.web.ui import assets, charts, figures, marks

USDC = SimpleNamespace(symbol="USDC", decimals=6)
ADA = "0x3c44cdddb6a900fa2b585dd299e03d12fa4293bc"
BEN = "0x90f79bf6eb2c4f870365e785982e1f101e93b906"
DIGEST = "0x" + "7f" * 32
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
TEMPLATES = settings.BASE_DIR / "frontend" / "templates"


@pytest.fixture(autouse=True)
def front_end(tmp_path: Path, monkeypatch):
    """A manifest such as Vite writes, so that these tests need no build."""
    built = {
        "src/icons/sprite.svg": {"file": "assets/sprite-1.svg"},
        "src/icons/favicon.svg": {"file": "assets/favicon-1.svg"},
        "_dom.js": {"file": "assets/dom-1.js"},
        "_http.js": {"file": "assets/http-1.js", "imports": ["_dom.js"]},
        "src/entries/app.ts": {"file": "assets/app-1.js", "css": ["assets/app-1.css"], "imports": ["_http.js"]},
        "src/entries/sign.ts": {"file": "assets/sign-1.js", "imports": ["_http.js", "_dom.js"]},
        "src/entries/demo-wallet.ts": {"file": "assets/demo-1.js", "css": ["assets/demo-1.css"]},
    }
    manifest = tmp_path / "manifest.json"
    manifest.write_text(json.dumps(built))
    monkeypatch.setattr(settings, "FRONTEND_MANIFEST", manifest)
    return manifest


def render(source: str, **context) -> str:
    return Template("{% load components %}" + source).render(Context(context))


def text_of(html: str) -> str:
    """What a reader sees, in one line."""
    words: list[str] = []
    parser = HTMLParser()
    parser.handle_data = words.append  # type: ignore[method-assign]
    parser.feed(html)
    return " ".join(" ".join(words).split())


# --- figures ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("amount", "decimals", "words"),
    [
        (0, 6, "0.00"),
        (1, 6, "0.000001"),
        (2_500_000_000, 6, "2,500.00"),
        (24_375_000, 6, "24.375"),
        (-1_250_000, 6, "\u22121.25"),
        (10**15 + 1, 18, "0.001000000000000001"),
        (7, 0, "7"),
        (1234, 1, "123.4"),
    ],
)
def test_an_amount_shows_every_digit_that_matters(amount, decimals, words):
    assert figures.decimal_text(amount, decimals, at_least=2) == words


@given(amount=st.integers(0, 2**256 - 1), decimals=st.integers(0, 36))
def test_an_amount_can_be_read_back_from_its_words(amount, decimals):
    whole, _, fraction = figures.decimal_text(amount, decimals, at_least=2).replace(",", "").partition(".")
    assert int(whole + fraction.ljust(decimals, "0")) == amount


@given(shares=st.integers(0, 1_000_000))
def test_a_percentage_is_a_whole_number_of_shares(shares):
    words = figures.percent_text(shares)
    whole, _, fraction = words.removesuffix("%").partition(".")
    assert int(whole) * 10_000 + int(fraction.ljust(4, "0")) == shares


def test_money_names_its_asset_and_marks_income():
    html = render("{% money amount asset sign=True %}", amount=24_375_000, asset=USDC)
    assert text_of(html) == "+24.375 USDC"
    assert 'value="24375000"' in html
    assert "+" not in render("{% money 0 asset sign=True %}", asset=USDC)


def test_money_in_an_unknown_token_is_counted_in_its_smallest_units(monkeypatch):
    def nowhere():
        raise deployments.NotDeployed

    monkeypatch.setattr(figures, "deployment", nowhere)
    assert figures.money_text(1500, ADA).split() == ["1,500", "0x3c44…93bc"]


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "for ever"), (365 * 86_400, "1 year"), (730 * 86_400, "2 years"), (90 * 86_400, "90 days"), (7200, "2 hours")],
)
def test_a_duration_in_words(seconds, words):
    assert figures.duration_text(seconds) == words


def test_until_ends_or_does_not():
    assert figures.until_text(int(NOON.timestamp())) == "until 23 Nov 2026"
    assert figures.until_text(2**40 - 1) == "for ever"


@pytest.mark.parametrize(
    ("count", "words"), [(0, "0 B"), (999, "999 B"), (1000, "1 kB"), (24_100_000, "24.1 MB"), (3 * 10**12, "3000 GB")]
)
def test_sizes_of_files(count, words):
    assert figures.bytes_text(count).replace("\u00a0", " ") == words


def test_a_time_is_sent_in_utc_for_the_island_to_turn():
    html = render("{% when moment %}", moment=NOON)
    assert 'datetime="2026-11-23T12:00:00Z"' in html
    assert text_of(html) == "23 Nov 2026, 12:00 UTC"


# --- addresses and transactions ---------------------------------------------------------------------------------


def test_an_address_shows_its_name_its_ends_and_all_of_it_in_the_label():
    html = render("{% address a name=name %}", a=ADA, name="Ada <b>")
    assert "Ada &lt;b&gt;" in html
    assert text_of(html).endswith("0x3c44…93bc")
    assert f'aria-label="{ADA}"' in html


def test_the_readers_own_address_is_called_you():
    assert text_of(render("{% address a name='Ada' you=b %}", a=ADA, b=ADA.upper())) == "You 0x3c44…93bc"
    assert text_of(render("{% address a you='' %}", a=ADA)) == "0x3c44…93bc"


def test_a_transaction_links_to_our_page_or_to_the_explorer():
    assert f'href="/tx/{DIGEST}/"' in render("{% tx h %}", h=DIGEST)
    with override_settings(CHAIN_EXPLORER_URL="https://explorer.example/"):
        assert f'href="https://explorer.example/tx/{DIGEST}"' in render("{% tx h %}", h=DIGEST)


def test_a_mark_is_the_same_for_the_same_bytes_and_differs_for_others():
    assert marks.identicon(ADA) == marks.identicon(ADA.upper().replace("0X", "0x"))
    assert marks.identicon(ADA) != marks.identicon(BEN)
    assert marks.rosette(DIGEST) != marks.rosette("0x" + "80" * 32)


# --- charts -----------------------------------------------------------------------------------------------------


@given(st.lists(st.integers(0, 10**30), min_size=1, max_size=40))
def test_slices_of_a_donut_make_the_whole(values):
    drawn = charts.slices([{"label": str(n), "value": value} for n, value in enumerate(values)], "Others")
    assert sum(each.length for each in drawn) == sum(values)
    assert len(drawn) <= charts.LARGEST + 1
    assert all(a.start + a.length == b.start for a, b in pairwise(drawn))


def test_a_donut_names_each_part_beside_it():
    html = render("{% donut slices %}", slices=[{"label": "Ada", "value": 900_000}, {"label": "Ben", "value": 100_000}])
    assert text_of(html).endswith("Ada 90% Ben 10%")
    assert 'role="img"' in html


def test_a_total_holds_until_the_next_payment():
    line, area = charts.steps([(NOON, 0), (NOON + timedelta(days=1), 100)])
    assert line == "M0.0 300.0H961.5V0.0H1000"
    assert area.endswith("V300H0z")


@pytest.mark.parametrize("points", [[], [(NOON, 0)], [(NOON, 5), (NOON, 9)]])
def test_a_chart_of_little_or_nothing_is_still_drawn(points):
    html = render("{% area_chart points asset %}", points=points, asset=USDC)
    assert "nan" not in html and "inf" not in html


def test_a_chart_has_its_figures_in_a_table():
    points = [(NOON, 0), (NOON + timedelta(days=1), 310_000_000)]
    html = render("{% area_chart points asset %}", points=points, asset=USDC)
    assert "<details" in html and "310.00" in text_of(html)


def test_parts_of_a_bar_are_as_wide_as_their_amounts():
    html = render("{% split_bar parts %}", parts=[
        {"label": "Ada", "amount": 75, "asset": USDC}, {"label": "Ben", "amount": 25, "asset": USDC},
    ])  # fmt: skip
    assert re.findall(r'x="([\d.]+)" width="([\d.]+)"', html) == [("0.00", "750.00"), ("750.00", "250.00")]


# --- states -----------------------------------------------------------------------------------------------------


def test_every_state_of_an_intent_has_its_words():
    from marketplace.chain.models import Intent

    said = {text_of(render("{% intent_state s %}", s=state.value)) for state in Intent.State}
    assert len(said) == len(Intent.State)


def intent(state: str, **more):
    from marketplace.chain.models import Intent

    return Intent(**{"title": "Mint “Coffee”", "state": state, "transaction": {"to": ADA}, **more})


def tx_status(state: str, context: dict | None = None, **more) -> str:
    request = RequestFactory().get("/")
    return render_to_string("components/tx_status.html", {"intent": intent(state, **more), **(context or {})}, request)


@pytest.mark.parametrize(
    ("state", "asks"), [("prepared", True), ("rejected", True), ("submitted", False), ("final", False)]
)
def test_only_what_waits_for_a_signature_can_be_signed(state, asks):
    assert ("data-sign>" in tx_status(state)) is asks


@pytest.mark.parametrize(
    ("state", "polls"), [("prepared", False), ("signed", True), ("submitted", True), ("final", False)]
)
def test_only_what_is_under_way_looks_again_by_itself(state, polls):
    assert ("every 1s" in tx_status(state)) is polls


def test_a_failure_says_why_and_offers_a_new_start():
    html = tx_status("failed", {"reason_text": "The network refused it."}, tx_hash=DIGEST)
    assert "The network refused it." in text_of(html)
    assert "/retry" in html and "csrfmiddlewaretoken" in html


@pytest.mark.parametrize(
    ("state", "more", "stations"),
    [
        ("submitted", {}, ["done", "done", "running"]),
        ("confirmed", {}, ["done", "done", "done"]),
        ("failed", {"tx_hash": DIGEST}, ["done", "done", "failed"]),
        ("expired", {}, ["failed", "pending", "pending"]),
        ("signed", {"transaction": None}, ["done", "running"]),
    ],
)
def test_the_stations_of_an_intent(state, more, stations):
    template = Template("{% load components %}{% intent_stations i as s %}{% for r in s %}{{ r.state }} {% endfor %}")
    assert template.render(Context({"i": intent(state, **more)})).split() == stations


# --- forms ------------------------------------------------------------------------------------------------------


def test_what_people_typed_comes_back_as_text():
    nasty = '"><script>alert(1)</script>'
    html = render_to_string(
        "components/split_editor.html",
        {"rows": [{"holder": nasty, "percent": nasty, "error": nasty}], "errors": [nasty]},
    )
    assert "<script" not in html


def test_a_split_can_be_entered_without_javascript():
    html = render_to_string("components/split_editor.html", {"rows": [{"holder": ADA, "percent": "90"}]})
    visible = html[: html.index("<template")]
    assert visible.count('name="holder"') == 2  # the one that there is, and one more to fill in


# --- assets -----------------------------------------------------------------------------------------------------


def test_a_bundle_brings_what_it_imports_once():
    html = render("{% entry 'app' %}")
    assert html.count("dom-1.js") == 1 and html.count("http-1.js") == 1
    assert '<link rel="stylesheet" href="/static/assets/app-1.css">' in html


@pytest.mark.parametrize("dev_chain", [True, False])
def test_the_demo_wallet_comes_on_the_dev_chain_only(dev_chain):
    with override_settings(DEV_CHAIN=dev_chain):
        assert ("demo-1.js" in render("{% entry 'sign' %}")) is dev_chain


def test_an_icon_that_is_not_in_the_sprite_is_an_error():
    with pytest.raises(TemplateSyntaxError, match=r"used\.json"):
        render("{% icon 'unheard-of' %}")


def test_a_missing_build_says_what_to_do(front_end):
    front_end.unlink()
    with pytest.raises(assets.NotBuilt, match="tools/install"):
        render("{% icon 'check' %}")


def test_error_pages_come_up_without_a_context_and_without_a_build(front_end):
    front_end.unlink()
    for code in (400, 403, 404, 500):
        assert str(code) in text_of(render_to_string(f"{code}.html"))


# --- what the Content-Security-Policy would refuse ----------------------------------------------------------------

ALL_TEMPLATES = sorted(TEMPLATES.rglob("*.html"))


@pytest.mark.parametrize("path", ALL_TEMPLATES, ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_a_template_has_no_inline_style_script_or_handler(path):
    source = re.sub(r"{% comment %}.*?{% endcomment %}|{%.*?%}", "", path.read_text(), flags=re.S)
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:|hx-on", source)
    assert not re.search(r"<script(?![^>]*\ssrc=)(?![^>]*application/(ld\+)?json)", source)


@pytest.mark.parametrize("path", ALL_TEMPLATES, ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_a_template_names_icons_that_are_there(path):
    named = set(re.findall(r'{% icon "([\w-]+)"', path.read_text()))
    named |= set(re.findall(r'\bicon="([\w-]+)"', path.read_text()))
    assert named <= assets.icon_names()


def test_the_sprite_holds_no_icon_that_nothing_shows():
    shown = "".join(
        path.read_text() for path in [*ALL_TEMPLATES, *(settings.BASE_DIR / "marketplace" / "web").rglob("*.py")]
    )
    assert {name for name in assets.icon_names() if not re.search(rf"""["']{name}["']""", shown)} == set()
