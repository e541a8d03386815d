"""Positions in XMP packets (ISO 16684-1): found and blanked out in place, so that a packet keeps its length."""

import re

_NAME = rb"[\w.-]+:(?:gps[\w.-]*|lat|long)"  # exif:GPSLatitude, drone-dji:GpsLatitude, geo:lat
_POSITION = re.compile(
    rb":(?:gps[\w.-]*(?:lat|lon|pos|coord)[\w.-]*|lat|long)(?:\s*=|[\s/>])"
    rb"|(?:g\x00p\x00s|\x00g\x00p\x00s)\x00",  # UTF-16, which is found and cannot be blanked
    re.IGNORECASE,
)
_PROPERTIES = [
    re.compile(rb"<(" + _NAME + rb")(?:\s[^<>]*)?/>", re.IGNORECASE),
    re.compile(rb"<(" + _NAME + rb")(?:\s[^<>]*)?>.*?</\1\s*>", re.IGNORECASE | re.DOTALL),
    re.compile(rb"\s" + _NAME + rb"\s*=\s*(?:\"[^\"]*\"|'[^']*')", re.IGNORECASE),
]


def has_position(data, start: int, end: int) -> bool:
    """Whether a packet between two offsets says where."""
    return bool(_POSITION.search(data, start, end))


def erase_gps(data, start: int, end: int) -> None:
    """Overwrites every GPS property between two offsets with blanks."""
    for pattern in _PROPERTIES:
        for found in list(pattern.finditer(data, start, end)):
            data[found.start() : found.end()] = b" " * (found.end() - found.start())
