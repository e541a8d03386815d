"""`{% load styleguide %}`: what `/styleguide` shows the components with. Only that page, under DEBUG, loads it."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

from django import forms, template
from django.utils.html import format_html

from marketplace.web.ui.assets import built_url

register = template.Library()

USDC = SimpleNamespace(symbol="USDC", decimals=6)
DIGEST = "0x7f1c2a9be04d5533a8e7610f9d2c4b86517e3fa0c9d8b7a6e5f4031221304a5b"
ADA, BEN, DORA = (f"0x{letter * 4}{'1234567890abcdef' * 2}{letter * 4}" for letter in "abd")
NOW = datetime(2026, 11, 23, 6, 7, tzinfo=UTC)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


class SampleForm(forms.Form):
    title = forms.CharField(help_text="As it should stand on the work's page.", initial="Coffee, early")
    price = forms.CharField(label="Price", initial="250", widget=forms.TextInput(attrs={"inputmode": "decimal"}))
    alt_text = forms.CharField(
        label="Description for people who cannot see it",
        widget=forms.Textarea,
        help_text="What is to be seen, in a sentence or two.",
    )
    gps = forms.BooleanField(
        label="Keep the place where it was taken in the original", help_text="Previews never carry it."
    )
    original = forms.FileField()


def _picture(name: str, width: int, height: int) -> SimpleNamespace:
    return SimpleNamespace(
        src=built_url(f"src/styleguide/{name}.svg"), sources=[], width=width, height=height, alt="A sample picture"
    )


def _intent(state: str, **more) -> SimpleNamespace:
    defaults = {"id": "00000000-0000-4000-8000-000000000000", "title": "Mint “Coffee, early”", "state": state}
    return SimpleNamespace(**{**defaults, "transaction": {"to": ADA}, "relayed": False, "tx_hash": "", **more})


@register.simple_tag
def samples() -> dict:
    """One of everything."""
    wide, tall, square = _picture("wide", 1600, 1000), _picture("tall", 1000, 1400), _picture("square", 1200, 1200)
    form = SampleForm({"title": "", "price": "250", "alt_text": "A cup."})
    cards = [
        {"url": "#", "title": "Coffee, early", "creator": ADA, "creator_name": "Ada Palette", "picture": wide,
         "price": 250_000_000, "asset": USDC},
        {"url": "#", "title": "The long way over the dunes, and back again by another", "creator": BEN,
         "creator_name": "", "picture": tall, "price": 1_250_500_000, "asset": USDC, "badge": "New"},
        {"url": "#", "title": "Kiln", "creator": BEN, "creator_name": "Ben Kiln", "picture": square},
        {"url": "#", "title": "Without a preview", "creator": DORA, "creator_name": "Dora", "note": "Being prepared"},
    ]  # fmt: skip
    return {
        "asset": USDC, "ada": ADA, "ben": BEN, "dora": DORA, "digest": DIGEST, "now": NOW,
        "wide": wide, "tall": tall, "cards": cards, "bound": form, "form": SampleForm(),
        "holders": [
            {"address": ADA, "name": "Ada Palette", "shares": 765_000},
            {"address": BEN, "name": "Ben Kiln", "shares": 135_000},
            {"address": DORA, "name": "", "shares": 100_000},
        ],
        "parts": [
            {"label": "Ada Palette, 76.5%", "amount": 186_468_750, "asset": USDC},
            {"label": "Ben Kiln, 13.5%", "amount": 32_906_250, "asset": USDC},
            {"label": "Dora, 10%", "amount": 24_375_000, "asset": USDC},
            {"label": "Mintmark, 2.5% of the price", "amount": 6_250_000, "asset": USDC},
        ],
        "costs": [
            {"label": "Training licence, 1 year", "amount": 250_000_000, "asset": USDC},
            {"label": "Our fee", "amount": 0, "asset": USDC, "note": "Paid by the seller, out of the price"},
        ],
        "network": [{"label": "Network fee", "text": "none: we send it for you", "note": "Not ours"}],
        "grants": [
            {"text": "Train a model on it", "allowed": True},
            {"text": "Train a model that makes pictures", "allowed": True},
            {"text": "Use it as input: retrieval, reference", "allowed": False},
            {"text": "Publish it or derivatives of it", "allowed": False},
        ],
        "facts": [
            {"label": "Price", "value": "250.00 USDC a year"},
            {"label": "Runs", "value": "1 year from the purchase"},
            {"label": "Open until", "value": "23 Feb 2027"},
            {"label": "Who may buy", "value": "Anyone"},
        ],
        "steps": [
            {"label": "Upload", "state": "done", "url": "#"}, {"label": "Describe", "state": "done", "url": "#"},
            {"label": "Shares", "state": "current"}, {"label": "Check & mint", "state": "todo"},
            {"label": "Offer", "state": "todo"},
        ],
        "progress": [
            {"label": "Uploaded", "state": "done", "detail": "24.1 MB"},
            {"label": "Stored, and copied 2 of 2 times", "state": "done"},
            {"label": "Waiting for your signature", "state": "running"},
            {"label": "Confirmed in a block", "state": "pending"},
            {"label": "Something that went wrong", "state": "failed", "action_url": "#", "action_label": "Try again"},
        ],
        "rows": [
            {"icon": "scroll-text", "text": format_html("<strong>Cortex Labs</strong> bought a training licence"),
             "at": NOW, "tx_hash": DIGEST, "finality": "pending", "amount": 250_000_000, "asset": USDC},
            {"icon": "chart-pie", "text": "Dora bought 10% of the shares", "at": NOW - 5 * MINUTE, "tx_hash": DIGEST,
             "finality": "safe", "amount": 40_000_000, "asset": USDC},
            {"icon": "stamp", "text": "Minted by Ada Palette", "at": NOW - DAY, "tx_hash": DIGEST, "finality": "final"},
        ],
        "points": [(NOW - 20 * DAY, 0), (NOW - 14 * DAY, 60_000_000), (NOW - 9 * DAY, 310_000_000),
                   (NOW - 3 * DAY, 345_500_000), (NOW, 595_500_000)],
        "bars": [{"label": "Coffee, early", "value": 595_500_000, "url": "#"}, {"label": "Kiln", "value": 120_000_000},
                 {"label": "Dunes", "value": 8_250_000}],
        "tabs": [{"label": "About", "url": "#", "current": True}, {"label": "Holders", "url": "#", "count": 3},
                 {"label": "Activity", "url": "#", "count": 12}],
        "choices": [
            {"value": "train", "label": "Train a model", "icon": "brain",
             "description": "The buyer may train on it, and keep the model.",
             "detail": "Most asked for", "checked": True},
            {"value": "input", "label": "Reference", "icon": "search",
             "description": "The buyer may look it up and quote from it."},
        ],
        "split": [{"holder": ADA, "percent": "90"},
                  {"holder": BEN, "percent": "9.5", "error": "This address is in the list twice."}],
        "people": [{"address": ADA, "name": "Ada Palette"}, {"address": BEN, "name": "Ben Kiln"}],
        "prepared": _intent("prepared"), "rejected": _intent("rejected"),
        "submitted": _intent("submitted", tx_hash=DIGEST), "confirmed": _intent("final", tx_hash=DIGEST),
        "failed": _intent("failed", tx_hash=DIGEST),
        "states": ["prepared", "signed", "submitted", "confirmed", "final", "rejected", "failed", "expired"],
    }  # fmt: skip
