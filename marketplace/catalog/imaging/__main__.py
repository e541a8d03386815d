"""The process that reads an uploaded file: one request as JSON in its argument, one answer as JSON on its output.

It limits itself before it looks at the file, so a hostile one costs what a large picture costs, and no more.
"""

import errno
import json
import mmap
import os
import resource
import shutil
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from . import location, picture
from .refusal import Refused, bomb
from .sniff import HEAD, sniff


def main(request: dict[str, Any]) -> dict[str, Any]:
    _limit(**request.pop("limits"))
    try:
        what = request.pop("do")
        return examine(**request) if what == "examine" else erase(**request)
    except Refused as refused:
        return {"refused": refused.code, "message": refused.message}
    except MemoryError:
        return {"refused": bomb().code, "message": bomb().message}
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            return {"full": True}
        raise


def examine(file: str, folder: str, max_pixels: int) -> dict[str, Any]:
    """Checks a picture and makes its previews. See `picture.examine`."""
    path = Path(file)
    with path.open("rb") as stream:
        mime = sniff(stream.read(HEAD))
        data = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
    has_position = location.has_position(data, mime)
    facts = picture.examine(path, data, mime, max_pixels=max_pixels, folder=Path(folder))
    return {"mime": mime, "has_position": has_position, **facts}


def erase(file: str, copy: str, mime: str) -> dict[str, Any]:
    """Writes a copy without the place where the picture was taken. See `location.erase`."""
    shutil.copyfile(file, copy)
    with Path(copy).open("r+b") as stream:
        data = mmap.mmap(stream.fileno(), 0)
        location.erase(data, mime)
        data.flush()
        os.fsync(stream.fileno())
    return {}


def _limit(memory: int, seconds: int, file_size: int) -> None:
    """Address space and file size in bytes, processor time in seconds. Where a system lacks one, the others hold."""
    limits = {
        resource.RLIMIT_AS: memory,
        resource.RLIMIT_CPU: seconds,
        resource.RLIMIT_FSIZE: file_size,
        resource.RLIMIT_CORE: 0,
    }
    for what, most in limits.items():
        with suppress(ValueError, OSError):
            resource.setrlimit(what, (most, most))


if __name__ == "__main__":
    json.dump(main(json.loads(sys.argv[1])), sys.stdout)
