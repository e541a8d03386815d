"""Reading an uploaded picture, in a process of its own: a hostile file can take that process, and nothing else.

The process gets no secret, no connection and no environment; it has limits on memory, time and what it writes.
"""

import fcntl
import json
import logging
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from marketplace.catalog.errors import Busy, DiskFull, UploadRefused
from marketplace.catalog.imaging.refusal import bomb

logger = logging.getLogger(__name__)

ROOM = 512 * 2**20  # bytes of address space for the program itself
PIXEL = 20  # bytes for each of UPLOAD_MAX_PIXELS: what the hungriest decoder needs, and a copy
SECONDS = 60  # of processor time
PATIENCE = 120  # seconds by the clock
READERS = 2  # at a time, in all processes of this machine
WAIT = 30  # seconds for a reader to be free


@dataclass(frozen=True, slots=True)
class Preview:
    name: str  # "card", "page"
    mime: str
    width: int  # pixels
    height: int
    file: Path


@dataclass(frozen=True, slots=True)
class Picture:
    """What a file turned out to hold."""

    mime: str
    width: int  # pixels, as it is to be seen
    height: int
    has_location: bool  # it says where it was taken (EXIF GPS, XMP)
    previews: list[Preview]


def examine(file: Path, folder: Path) -> Picture:
    """Checks a picture by its content and writes its previews into `folder`: sRGB, upright, without any metadata.

    Raises UploadRefused with the code of `imaging`'s refusal, Busy, DiskFull.
    """
    answer = _ask("examine", file=file, folder=str(folder), max_pixels=settings.UPLOAD_MAX_PIXELS)
    return Picture(
        mime=answer["mime"],
        width=answer["width"],
        height=answer["height"],
        has_location=answer["has_position"],
        previews=[Preview(**{**preview, "file": folder / preview["file"]}) for preview in answer["previews"]],
    )


def erase_location(file: Path, copy: Path, mime: str) -> None:
    """Writes a copy that no longer says where the picture was taken. All other bytes are the same: no new encoding.

    Raises UploadRefused where that cannot be done, Busy, DiskFull.
    """
    _ask("erase", file=file, copy=str(copy), mime=mime)


def _ask(what: str, *, file: Path, **request: Any) -> dict[str, Any]:
    request = {"do": what, "file": str(file), **request}
    limits = {
        "memory": ROOM + PIXEL * settings.UPLOAD_MAX_PIXELS + 2 * settings.UPLOAD_MAX_BYTES,
        "seconds": SECONDS,
        "file_size": 2 * settings.UPLOAD_MAX_BYTES,
    }
    with _reader():
        try:
            # The folder is the package's parent, so that it starts without the site's own code (0.1 s, not 0.6 s).
            done = subprocess.run(
                [sys.executable, "-m", "imaging", json.dumps({**request, "limits": limits})],
                cwd=Path(__file__).parent,
                env={},
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=PATIENCE,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise _too_hard() from None
    try:
        answer = json.loads(done.stdout)
    except ValueError:  # a limit stopped it, or it fell over
        said = done.stderr[-2000:].decode(errors="replace")
        logger.warning("Reading %s ended with %s: %s", file, done.returncode, said)
        raise _too_hard() from None
    if "refused" in answer:
        raise UploadRefused(answer["message"], answer["refused"])
    if "full" in answer:
        raise DiskFull
    return answer


def _too_hard() -> UploadRefused:
    refusal = bomb()
    return UploadRefused(refusal.message, refusal.code)


@contextmanager
def _reader() -> Iterator[None]:
    """One of the few places for reading a picture: each may need a lot of memory. Freed even if we are killed."""
    settings.UPLOAD_ROOT.mkdir(parents=True, exist_ok=True)
    end = time.monotonic() + WAIT
    while True:
        for number in range(READERS):
            with (settings.UPLOAD_ROOT / f"reader-{number}.lock").open("w") as place:
                try:
                    fcntl.flock(place, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    continue
                yield
                return
        if time.monotonic() > end:
            raise Busy
        time.sleep(0.05)
