"""Forms. They read what people typed; whether it is allowed is for the actions to say, in one place for all doors."""

from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from itertools import zip_longest
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from marketplace.chain.deployments import Asset
from marketplace.licensing.scopes import REMIX, SCOPES, bits_of
from marketplace.licensing.terms import MAX_DURATION_DAYS, MAX_REMIX_SHARES, NOTHING_ASKED, PRESETS, Remixes
from marketplace.web.fields import AmountField, PercentField, WalletField

TEXTAREA = {"rows": 4}


class NameForm(forms.Form):
    name = forms.CharField(
        label="Name",
        required=False,
        help_text="Stands beside your wallet's address wherever it is shown. Leave empty for the address alone.",
        widget=forms.TextInput(attrs={"autocomplete": "nickname"}),
    )


class UploadForm(forms.Form):
    file = forms.FileField(
        label="Picture",
        help_text="JPEG, PNG, WebP or TIFF. We keep it exactly as it is, encrypted, and show smaller previews of it.",
        error_messages={
            "required": "Choose a picture first.",
            "empty": "This file is empty. Choose one with a picture in it.",
            "invalid": "The file did not arrive whole. Send it again.",
        },
    )

    def __init__(self, *args: Any, refused: str = "", **kwargs: Any) -> None:
        """`refused`: why a file was not kept while it arrived (see `uploads`); to the form it is missing."""
        super().__init__(*args, **kwargs)
        if refused:
            self.fields["file"].error_messages["required"] = refused


class DescribeForm(forms.Form):
    """Nothing is required here: a draft is saved half-finished. The review says what is missing."""

    title = forms.CharField(label="Title", required=False, error_messages={"required": "Give the work a title."})
    description = forms.CharField(
        label="Description",
        required=False,
        widget=forms.Textarea(attrs=TEXTAREA),
        help_text="What it is, how it was made, what people should know.",
    )
    alt_text = forms.CharField(
        label="Text alternative",
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="For people who cannot see the picture: say in a sentence or two what it shows.",
    )
    credit = forms.CharField(
        label="Credit line",
        required=False,
        help_text="Who to name beside the work. Your wallet's address is always named.",
    )


class LocationForm(forms.Form):
    keep = forms.TypedChoiceField(
        choices=[("remove", "remove"), ("keep", "keep")],
        coerce=lambda value: value == "keep",
        error_messages={"required": "Choose what happens with the place.", "invalid_choice": "Choose one of the two."},
    )


class SharesForm:
    """Rows of holders and percentages, as many as were sent. Not a formset: order and count are the artist's."""

    def __init__(self, data: Any) -> None:
        typed = zip_longest(data.getlist("holder"), data.getlist("percent"), fillvalue="")
        self.rows = [
            {"holder": holder.strip(), "percent": percent.strip()}
            for holder, percent in typed
            if holder.strip() or percent.strip()
        ]
        self.errors: list[str] = []
        self.cleaned: list[tuple[str, int]] = []  # (address as typed, shares of 1,000,000)

    def is_valid(self) -> bool:
        """Reads every row; one that cannot be read gets its `error`."""
        percent = PercentField(error_messages={"required": "Write this holder's part in percent."})
        for row in self.rows:
            try:
                self.cleaned.append((row["holder"], percent.clean(row["percent"])))
            except ValidationError as error:
                row["error"] = " ".join(error.messages)
        if any("error" in row for row in self.rows):
            self.errors.append("Some parts could not be read; each row says why.")
        return not self.errors

    def take(self, errors: Mapping[str, str]) -> list[str]:
        """Puts the errors of `catalog.shares` to their rows; returns those that are about all of them."""
        together = []
        for field, text in errors.items():
            _, _, place = field.partition("shares-")
            if place:
                self.rows[int(place.partition("-")[0])]["error"] = text
            else:
                together.append(text)
        return together or ["Some rows need another look; each says why."]


class OfferForm(forms.Form):
    """A licence offer: which uses, how long, how much."""

    DURATIONS = (
        ("365", "1 year"),
        ("1095", "3 years"),
        ("0", "For ever"),
        ("custom", "Another number of days"),
    )

    preset = forms.ChoiceField(
        choices=[(p.key, p.name) for p in PRESETS] + [("custom", "Choose the uses yourself")],
        error_messages={"required": "Choose what the licence is for.", "invalid_choice": "Choose one of the cards."},
    )
    scopes = forms.MultipleChoiceField(
        required=False,
        choices=[(s.key, s.name) for s in SCOPES],
        error_messages={"invalid_choice": "Choose from the uses that are listed."},
    )
    duration = forms.ChoiceField(
        choices=DURATIONS,
        initial="365",
        error_messages={"required": "Choose how long it lasts.", "invalid_choice": "Choose how long it lasts."},
    )
    days = forms.IntegerField(
        label="Number of days",
        required=False,
        min_value=1,
        max_value=MAX_DURATION_DAYS,
        error_messages={
            "invalid": "Write a whole number of days.",
            "min_value": "A licence lasts at least one day.",
            "max_value": f"A licence lasts at most {MAX_DURATION_DAYS:,} days. Choose “For ever” for longer.",
        },
    )
    remix_part = PercentField(
        label="Your work’s part of each new work",
        required=False,
        help_text="In percent, at most 50. Those who hold your work then earn that part of what the new one earns. "
        "Leave empty to ask for none.",
    )
    remix_approval = forms.BooleanField(label="Ask me before each new work", required=False)
    max_units = forms.IntegerField(
        label="How many may be sold",
        required=False,
        min_value=1,
        max_value=2**31 - 1,
        help_text="Leave empty for no limit.",
        error_messages={
            "invalid": "Write a whole number, or leave this empty.",
            "min_value": "At least one has to be for sale. Leave this empty for no limit.",
            "max_value": "That is more than the contract can count. Leave this empty for no limit.",
        },
    )
    deadline = forms.DateField(
        label="On offer until",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="To the end of that day (UTC). Leave empty to keep it open until you withdraw it.",
        error_messages={"invalid": "Write the day like 2027-01-31."},
    )
    licensee = WalletField(
        label="Only for this wallet",
        required=False,
        help_text="Leave empty to offer it to everybody.",
    )

    def __init__(self, *args: Any, asset: Asset, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["price"] = AmountField(
            label="Price",
            symbol=asset.symbol,
            decimals=asset.decimals,
            zero=True,
            help_text="For one licence. It is split among everyone who holds shares at that moment. 0 gives it away.",
            error_messages={"required": "Enter a price."},
        )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        preset = next((p for p in PRESETS if p.key == data.get("preset")), None)
        if preset is not None:
            data["scope_bits"] = preset.scopes
        elif data.get("preset") == "custom" and "scopes" in data:
            data["scope_bits"] = bits_of(data["scopes"])
            if not data["scope_bits"]:
                self.add_error("scopes", "Choose at least one use.")
        part = data.get("remix_part") or 0
        if part > MAX_REMIX_SHARES:
            self.add_error("remix_part", "You can ask for at most half of each new work.")
        may_remix = data.get("scope_bits", 0) & REMIX.bit
        data["remixes"] = Remixes(part, data["remix_approval"]) if may_remix else NOTHING_ASKED
        if data.get("duration") == "custom":
            if data.get("days") is None and "days" not in self.errors:
                self.add_error("days", "Write how many days it lasts.")
            data["duration_days"] = data.get("days")
        elif "duration" in data:
            data["duration_days"] = int(data["duration"]) or None
        data["deadline"] = end_of_day(self, data.get("deadline"))
        return data


class UnitsForm(forms.Form):
    """How many units of a licence are bought."""

    units = forms.IntegerField(
        label="How many",
        initial=1,
        min_value=1,
        max_value=2**31 - 1,
        error_messages={
            "required": "Write how many you want.",
            "invalid": "Write a whole number.",
            "min_value": "Buy at least one.",
            "max_value": "That is more than anyone can sell.",
        },
    )


class SellSharesForm(forms.Form):
    deadline = forms.DateField(
        label="On offer until",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="To the end of that day (UTC). Leave empty to keep it open until you withdraw it.",
        error_messages={"invalid": "Write the day like 2027-01-31."},
    )
    buyer = WalletField(
        label="Only for this wallet", required=False, help_text="Leave empty to offer them to everybody."
    )

    def __init__(self, *args: Any, asset: Asset, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["shares"] = PercentField(
            label="How much of the work",
            help_text="In percent of all shares, for example 10.",
            error_messages={"required": "Write how many percent you sell."},
        )
        self.fields["price"] = AmountField(
            label="Price for all of them",
            symbol=asset.symbol,
            decimals=asset.decimals,
            help_text="Somebody who buys a part of them pays that part of the price.",
            error_messages={"required": "Enter a price."},
        )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        data["deadline"] = end_of_day(self, data.get("deadline"))
        return data


class BuySharesForm(forms.Form):
    shares = PercentField(label="How much of the work", error_messages={"required": "Write how many percent you buy."})


def end_of_day(form: forms.Form, day: Any) -> datetime | None:
    """The end of that day, UTC; an error on the form's `deadline` if it is past or later than the contract counts."""
    if day is None:
        return None
    if day.year > 2999:
        form.add_error("deadline", "Choose a day within this millennium or leave this empty.")
        return None
    moment = datetime.combine(day, time.min, UTC) + timedelta(days=1)
    if moment <= timezone.now():
        form.add_error("deadline", "That day is over. Choose a later one, or leave this empty.")
        return None
    return moment
