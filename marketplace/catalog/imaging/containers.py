"""Where a picture file keeps EXIF and XMP: JPEG (ITU T.81, EXIF), PNG (3rd edition), WebP (RIFF), TIFF.

Each function walks the file's structure, so a file that breaks off is noticed too.
"""

import re
import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from .refusal import bomb, damaged, truncated
from .tiff import Tiff

MAX_UNPACKED = 16 * 2**20  # bytes of a compressed text in a PNG
_EXIF = re.compile(rb"Exif\x00\x00(?=II\*\x00|MM\x00\*)")
_MARKER = re.compile(rb"\xff+([^\x00\xff\xd0-\xd7])", re.DOTALL)  # in a scan: not stuffing, not a restart
_CLIP_POSITION = re.compile(rb"\xa9xyz|com\.apple\.quicktime\.location|loci\x00\x00\x00\x00")
_PROFILE = re.compile(rb"Raw profile type (?:exif|app1|xmp)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of metadata between two offsets of a file.

    `exif` is a TIFF structure, `xmp` may hold XMP properties, `packed` is a PNG text that hides `unpacked`, and
    `clip` is a video behind the picture, with a position that we cannot take out.
    """

    kind: Literal["exif", "xmp", "packed", "clip"]
    start: int
    end: int
    unpacked: bytes = b""
    chunk: int = -1  # of a PNG: where the chunk begins, whose checksum depends on this


def jpeg_blocks(data) -> Iterator[Block]:
    """Raises Refused if the picture does not end."""
    at = 2
    while True:
        marker, at, end = _jpeg_segment(data, at)
        if marker == 0xD9:
            yield from _loose_blocks(data, at)
            return
        if data[at : at + 6] == b"Exif\x00\x00":
            yield Block("exif", at + 6, end)
        elif marker == 0xED or data[at : at + 19] == b"http://ns.adobe.com":
            yield Block("xmp", at, end)
        at = end
        if marker == 0xDA:  # the scan's data follow, up to the next marker
            found = _MARKER.search(data, at)
            if not found:
                raise truncated()
            at = found.start()


def png_blocks(data) -> Iterator[Block]:
    """Raises Refused if a chunk or the end is missing."""
    at = 8
    while True:
        if at + 12 > len(data):
            raise truncated()
        size, kind = struct.unpack_from(">I4s", data, at)
        start, end = at + 8, at + 8 + size
        if end + 4 > len(data):
            raise truncated()
        if kind == b"eXIf":
            start += 6 if data[start : start + 6] == b"Exif\x00\x00" else 0
            yield Block("exif", start, end, chunk=at)
        elif kind in (b"iTXt", b"tEXt", b"zTXt"):
            yield _png_text(data, at, kind, start, end)
        elif kind == b"IEND":
            yield from _loose_blocks(data, end + 4)
            return
        at = end + 4


def webp_blocks(data) -> Iterator[Block]:
    """Raises Refused if the file is shorter than it says."""
    whole = 8 + struct.unpack_from("<I", data, 4)[0]
    if whole > len(data):
        raise truncated()
    at = 12
    while at + 8 <= whole:
        kind, size = struct.unpack_from("<4sI", data, at)
        start, end = at + 8, at + 8 + size
        if end > whole:
            raise truncated()
        if kind == b"EXIF":
            start += 6 if data[start : start + 6] == b"Exif\x00\x00" else 0
            yield Block("exif", start, end)
        elif kind == b"XMP ":
            yield Block("xmp", start, end)
        at = end + size % 2
    yield from _loose_blocks(data, whole)


def tiff_blocks(data) -> Iterator[Block]:
    yield Block("exif", 0, len(data))
    for start, end in Tiff(data, 0, len(data)).xmp():
        yield Block("xmp", start, end)


BLOCKS: dict[str, Callable[..., Iterator[Block]]] = {
    "image/jpeg": jpeg_blocks,
    "image/png": png_blocks,
    "image/webp": webp_blocks,
    "image/tiff": tiff_blocks,
}


def reseal(data, chunk: int) -> None:
    """Writes the checksum of a PNG chunk anew."""
    size = struct.unpack_from(">I", data, chunk)[0]
    end = chunk + 8 + size
    struct.pack_into(">I", data, end, zlib.crc32(data[chunk + 4 : end]))


def _jpeg_segment(data, at: int) -> tuple[int, int, int]:
    """A segment's marker, and where its contents begin and end."""
    if at + 2 > len(data):
        raise truncated()
    if data[at] != 0xFF:
        raise damaged("JPEG")
    while at + 1 < len(data) and data[at + 1] == 0xFF:  # padding
        at += 1
    if at + 2 > len(data):
        raise truncated()
    marker = data[at + 1]
    if marker == 0xD9 or marker == 0x01 or 0xD0 <= marker <= 0xD8:  # without contents
        return marker, at + 2, at + 2
    if at + 4 > len(data):
        raise truncated()
    end = at + 2 + struct.unpack_from(">H", data, at + 2)[0]
    if end > len(data):
        raise truncated()
    return marker, at + 4, end


def _png_text(data, at: int, kind: bytes, start: int, end: int) -> Block:
    keyword, _, text = bytes(data[start:end]).partition(b"\x00")
    packed = False
    if kind == b"iTXt" and len(text) > 2:
        packed = text[0] == 1
        text = text[2:].split(b"\x00", 2)[-1]  # after the language and the translated keyword
    elif kind == b"zTXt":
        packed, text = True, text[1:]
    if packed:
        text = _inflate(text)
    if _PROFILE.match(keyword):
        digits = b"".join(text.split()[2:])  # a name, a length, and then hexadecimal digits
        return Block("packed", start, end, _unhex(digits), at)
    return Block("packed", start, end, text, at) if packed else Block("xmp", start, end, chunk=at)


def _inflate(data: bytes) -> bytes:
    inflater = zlib.decompressobj()
    try:
        text = inflater.decompress(data, MAX_UNPACKED)
    except zlib.error:
        return b""  # says nothing to anybody
    if inflater.unconsumed_tail:
        raise bomb()
    return text


def _unhex(digits: bytes) -> bytes:
    try:
        return bytes.fromhex(digits.decode("ascii"))
    except ValueError:
        return b""


def _loose_blocks(data, start: int) -> Iterator[Block]:
    """What follows the end of a picture: more pictures (MPF), a clip (motion photo), or anything."""
    for found in _EXIF.finditer(data, start):
        yield Block("exif", found.end(), len(data))
    if start < len(data):
        yield Block("xmp", start, len(data))
        if _CLIP_POSITION.search(data, start):
            yield Block("clip", start, len(data))
