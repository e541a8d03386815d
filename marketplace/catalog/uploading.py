"""From a request's stream to a file on this disk that we know byte for byte."""

import errno
import hashlib
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from marketplace.catalog.errors import DiskFull, TooLarge
from marketplace.content.actions import clean_filename

PIECE = 2**20  # bytes
NO_ROOM = {errno.ENOSPC, errno.EDQUOT}
SUFFIXES = {
    "image/jpeg": (".jpg", ".jpeg", ".jpe", ".jfif"),
    "image/png": (".png",),
    "image/webp": (".webp",),
    "image/tiff": (".tif", ".tiff"),
}


@dataclass(frozen=True, slots=True)
class Spool:
    """A file that arrived whole."""

    path: Path
    digest: str  # sha2-256, 0x-prefixed
    size: int  # bytes


@contextmanager
def spooled(file: BinaryIO) -> Iterator[Spool]:
    """Writes a stream to UPLOAD_ROOT while hashing it, a megabyte in memory at a time; removes it afterwards.

    On disk (fsync) when this enters. Raises TooLarge, DiskFull; then nothing is left of it.
    """
    with scratch() as path:
        hasher, size = hashlib.sha256(), 0
        with no_room_is_said(), path.open("wb") as target:
            while piece := file.read(PIECE):
                size += len(piece)
                if size > settings.UPLOAD_MAX_BYTES:
                    raise TooLarge(settings.UPLOAD_MAX_BYTES)
                hasher.update(piece)
                target.write(piece)
            target.flush()
            os.fsync(target.fileno())
        yield Spool(path, "0x" + hasher.hexdigest(), size)


@contextmanager
def scratch() -> Iterator[Path]:
    """A path of its own under UPLOAD_ROOT; what is put there is removed afterwards."""
    with no_room_is_said():
        settings.UPLOAD_ROOT.mkdir(parents=True, exist_ok=True)
    path = settings.UPLOAD_ROOT / f"{uuid.uuid4()}.part"
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)


@contextmanager
def no_room_is_said() -> Iterator[None]:
    """Turns the system's error for a full disk into DiskFull."""
    try:
        yield
    except OSError as error:
        if error.errno in NO_ROOM:
            raise DiskFull from error
        raise


def named_as(filename: str, mime: str) -> str:
    """The name that a file came with, safe to show, with an ending that is true: "me.jpg" holding a PNG is "me.png"."""
    name = clean_filename(filename)
    endings = SUFFIXES[mime]
    if name.lower().endswith(endings):
        return name
    stem, dot, suffix = name.rpartition(".")
    if not dot or f".{suffix.lower()}" not in {ending for every in SUFFIXES.values() for ending in every}:
        stem = name
    return clean_filename(f"{stem or 'original'}{endings[0]}")
