"""What may be written into a draft, and what it lacks to become a work."""

from collections.abc import Callable

from marketplace import text
from marketplace.catalog.errors import InvalidDraft
from marketplace.catalog.models import Draft
from marketplace.catalog.shares import SHARES

FIELDS: dict[str, tuple[str, int, Callable[[str], str]]] = {
    # field: its name for people, characters at most, how it is cleaned
    "title": ("title", 200, text.line),
    "description": ("description", 5_000, text.paragraphs),
    "alt_text": ("text alternative", 1_000, text.line),
    "credit": ("credit line", 200, text.line),
}


def clean(texts: dict[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """The texts that can be stored, cleaned, and a sentence for each of the others, by field."""
    good: dict[str, str] = {}
    errors: dict[str, str] = {}
    for field, value in texts.items():
        name, limit, cleaner = FIELDS[field]
        cleaned = cleaner(value)
        if len(cleaned) > limit:
            errors[field] = f"The {name} has {len(cleaned):,} characters; {limit:,} is the most. Shorten it."
        elif cleaned and text.is_blank(cleaned):
            errors[field] = f"The {name} has only characters that nobody can see. Write it anew."
        else:
            good[field] = cleaned
    return good, errors


def missing(draft: Draft) -> dict[str, str]:
    """What a draft still needs before it can be minted: a sentence by field, in the order of the steps."""
    lacks: dict[str, str] = {}
    if draft.upload is None:
        lacks["upload"] = "Upload a picture first."
    elif draft.upload.has_location and draft.keep_location is None:
        lacks["location"] = "The file says where it was taken. Choose whether that stays in the original."
    if not draft.title:
        lacks["title"] = "Give the work a title."
    if not draft.alt_text:
        lacks["alt_text"] = "Say in a sentence or two what the picture shows, for people who cannot see it."
    if sum(amount for _, amount in draft.shares) != SHARES:
        lacks["shares"] = "Split the shares so that they make 100 %."
    return lacks


def require(errors: dict[str, str], kind: type[InvalidDraft] = InvalidDraft) -> None:
    """Raises `kind` if there are any."""
    if errors:
        raise kind(errors)
