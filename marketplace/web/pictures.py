"""Pictures as the components want them: sources by format, best first, with their sizes."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse

from marketplace.catalog.models import Rendition, Upload

THUMB = 56  # pixels wide
BEST_FIRST = ("image/avif", "image/webp", "image/jpeg", "image/png")


@dataclass(frozen=True, slots=True)
class Picture:
    src: str  # the fallback, for what reads no `sources`
    width: int  # of the largest
    height: int
    alt: str
    sources: list[dict[str, str]] = field(default_factory=list)  # {"type", "srcset"}
    small: str = ""  # the smallest, for a row of a table

    @property
    def thumb(self) -> dict[str, Any]:
        """The picture at the width of a table's row: `src`, and its size in pixels."""
        return {"src": self.small or self.src, "width": THUMB, "height": max(1, THUMB * self.height // self.width)}


def picture_of(upload: Upload | None, *, alt: str) -> Picture | None:
    """The previews of an upload as one picture; None if it has none. Reads `upload.renditions` (prefetch it)."""
    by_mime: dict[str, list[Rendition]] = defaultdict(list)
    for rendition in upload.renditions.all() if upload else ():
        by_mime[rendition.mime].append(rendition)
    if not by_mime:
        return None
    ordered = {mime: sorted(by_mime[mime], key=lambda r: r.width) for mime in BEST_FIRST if mime in by_mime}
    most_read = list(ordered)[-1]  # the oldest format is the one that everything reads
    largest = ordered[most_read][-1]
    return Picture(
        src=_address(largest),
        width=largest.width,
        height=largest.height,
        alt=alt,
        small=_address(ordered[most_read][0]),
        sources=[
            {"type": mime, "srcset": ", ".join(f"{_address(r)} {r.width}w" for r in renditions)}
            for mime, renditions in ordered.items()
        ],
    )


def _address(rendition: Rendition) -> str:
    return reverse("content:content", args=[rendition.content.cid])
