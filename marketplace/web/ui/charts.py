"""Geometry of the charts. Templates in `components/charts/` draw it; words and figures stand beside it as HTML.

Plots use a 1000×300 box that is stretched to its place, so no text lives inside: it would be stretched too.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate

WIDTH, HEIGHT = 1000, 300
LARGEST = 5  # slices of their own in a donut; the rest is one


@dataclass(frozen=True)
class Slice:
    """A part of a whole. `start` and `length` run along the ring, whose full length is the total."""

    label: str
    value: int
    url: str
    series: int
    start: int
    length: int


def slices(parts: Sequence[Mapping], rest_label: str) -> list[Slice]:
    """The largest parts in order, the others together as the last. Nothing worth 0 is drawn."""
    ordered = sorted((part for part in parts if int(part["value"]) > 0), key=lambda part: -int(part["value"]))
    if len(ordered) > LARGEST + 1:
        rest = sum(int(part["value"]) for part in ordered[LARGEST:])
        ordered = [*ordered[:LARGEST], {"label": rest_label, "value": rest}]
    starts = accumulate((int(part["value"]) for part in ordered), initial=0)
    return [
        Slice(str(part["label"]), int(part["value"]), part.get("url", ""), series, start, int(part["value"]))
        for series, (part, start) in enumerate(zip(ordered, starts, strict=False), start=1)
    ]


def proportions(values: Sequence[int], width: int = WIDTH) -> list[tuple[float, float]]:
    """(x, width) of each value side by side along `width`. All zero: nothing has a width."""
    total = sum(values) or 1
    starts = accumulate(values, initial=0)
    return [(width * start / total, width * value / total) for value, start in zip(values, starts, strict=False)]


def steps(points: Sequence[tuple[datetime, int]]) -> tuple[str, str]:
    """(line, area) paths of a total that jumps at each point and holds until the next.

    Money arrives at moments: a slope between two payments would show income that nobody had.
    """
    if not points:
        return "", ""
    first, last = points[0][0].timestamp(), points[-1][0].timestamp()
    span = ((last - first) or 1) * 1.04  # room in which the last step is seen to hold
    top = max(amount for _, amount in points) or 1
    path: list[str] = []
    for moment, amount in points:
        x = WIDTH * (moment.timestamp() - first) / span
        y = HEIGHT - HEIGHT * amount / top
        path.append(f"M{x:.1f} {y:.1f}" if not path else f"H{x:.1f}V{y:.1f}")
    line = "".join(path) + f"H{WIDTH}"
    return line, f"{line}V{HEIGHT}H0z"
