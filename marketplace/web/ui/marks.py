"""Marks drawn from bytes: the same address or digest always gives the same picture, so a change catches the eye."""

from hashlib import sha256
from math import cos, pi, sin

SERIES = 6  # chart colours, `--series-1` … `--series-6`


def identicon(address: str) -> tuple[str, int]:
    """A 5×5 mirrored pattern for an address: an SVG path in a 5×5 box, and the series colour (1…6) to fill it with."""
    bits = sha256(address.lower().encode()).digest()
    cells = [
        (x, y)
        for y in range(5)
        for x in range(5)
        if bits[y * 3 + min(x, 4 - x)] & 1  # the right half mirrors the left
    ]
    cells = cells or [(2, 2)]
    return "".join(f"M{x} {y}h1v1h-1z" for x, y in cells), bits[31] % SERIES + 1


def rosette(digest: str, lines: int = 3, points: int = 90) -> list[str]:
    """The engraved curves of a seal: `lines` closed SVG paths around (50, 50), shaped by a digest's bytes.

    Guilloche, as on banknotes: a circle whose radius swings; petals, swing and phase come from the digest.
    """
    seed = sha256(digest.lower().encode()).digest()
    curves = []
    for line in range(lines):
        petals = 7 + seed[line * 3] % 11
        swing = 3 + seed[line * 3 + 1] % 5
        phase = seed[line * 3 + 2] / 255 * 2 * pi
        radius = 27 + 4.5 * line
        path = []
        for point in range(points):
            angle = 2 * pi * point / points
            r = radius + swing * sin(petals * angle + phase)
            path.append(f"{50 + r * cos(angle):.1f} {50 + r * sin(angle):.1f}")
        curves.append("M" + "L".join(path) + "z")
    return curves
