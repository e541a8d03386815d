"""Where a picture was taken, as its file may tell: found, and taken out without touching anything else."""

from . import xmp
from .containers import BLOCKS, Block, reseal
from .refusal import Refused
from .tiff import Tiff


def has_position(data, mime: str) -> bool:
    """Whether a file's EXIF or XMP says where it was taken (a GPS position). `data`: its bytes, or a memory map.

    City names that somebody typed, and what a camera's maker hides in notes of its own, are not looked at.
    Raises Refused if the file breaks off.
    """
    answers = [_has_position(data, block) for block in BLOCKS[mime](data)]  # all of them: the end must be there
    return any(answers)


def erase(data, mime: str) -> None:
    """Takes GPS out of a file, in place: a writable map keeps its length, and pixels keep their bytes.

    Raises Refused, after which the file may be half changed, if some of it cannot be taken out.
    """
    for block in list(BLOCKS[mime](data)):
        if not _has_position(data, block):
            continue
        if block.kind == "exif":
            Tiff(data, block.start, block.end).erase_gps()
        elif block.kind == "xmp":
            xmp.erase_gps(data, block.start, block.end)
        elif block.kind == "packed":
            _blank_out(data, block)
        if block.chunk >= 0:
            reseal(data, block.chunk)
    if has_position(data, mime):
        raise Refused(
            "location-stays",
            "This file keeps its position in a way that we cannot take out. Remove it with a picture program and "
            "upload that file, or keep the position.",
        )


def _has_position(data, block: Block) -> bool:
    if block.kind == "exif":
        return Tiff(data, block.start, block.end).has_position()
    if block.kind == "xmp":
        return xmp.has_position(data, block.start, block.end)
    if block.kind == "clip":
        return True
    text = block.unpacked
    exif = Tiff(text, text.find(b"Exif\x00\x00") + 6 if b"Exif\x00\x00" in text else 0, len(text))
    return exif.has_position() or xmp.has_position(text, 0, len(text))


def _blank_out(data, block: Block) -> None:
    """Turns a PNG's text into an empty comment of the same length: compressed text cannot be changed in place."""
    data[block.chunk + 4 : block.chunk + 8] = b"tEXt"
    comment = b"Comment\x00"
    data[block.start : block.end] = comment + b" " * (block.end - block.start - len(comment))
