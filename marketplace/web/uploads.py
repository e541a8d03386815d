"""Taking in a file that may be too large for us: the reader gets an answer instead of a cut connection."""

import errno
from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import StopUpload, TemporaryFileUploadHandler

_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class BoundedUploadHandler(TemporaryFileUploadHandler):
    """Streams a file to disk. Past UPLOAD_MAX_BYTES, or when the disk is full, keeps nothing and reads on to the end.

    `request.upload_refused` then says "too-large" or "disk-full"; the fields before the file arrive all the same.
    """

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        try:
            super().new_file(*args, **kwargs)
        except OSError as error:
            self._give_up(error)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if start + len(raw_data) > settings.UPLOAD_MAX_BYTES:
            self._refuse("too-large")
        try:
            super().receive_data_chunk(raw_data, start)
        except OSError as error:
            self._give_up(error)

    def file_complete(self, file_size: int) -> Any:
        try:
            return super().file_complete(file_size)
        except OSError as error:  # the last bytes are flushed here
            self._give_up(error)

    def _give_up(self, error: OSError) -> None:
        if error.errno not in _NO_ROOM:
            raise error
        self._refuse("disk-full")

    def _refuse(self, why: str) -> None:
        self.request.upload_refused = why
        raise StopUpload(connection_reset=False)
