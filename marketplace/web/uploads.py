"""Taking in a file that may be too large for us: the reader gets an answer instead of a cut connection."""

import errno
from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import StopUpload, TemporaryFileUploadHandler
from django.http import HttpRequest

from marketplace.catalog.errors import DiskFull, TooLarge, UploadRefused

_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def refusal_of(request: HttpRequest) -> str:
    """Why a file of this request was not kept while it arrived; "" if none was refused."""
    request.FILES  # noqa: B018 - reads the body, if nobody has yet
    refused: UploadRefused | None = getattr(request, "upload_refused", None)
    return refused.message if refused else ""


class BoundedUploadHandler(TemporaryFileUploadHandler):
    """Streams a file to disk. Past UPLOAD_MAX_BYTES, or when the disk is full, keeps nothing and reads on to the end.

    `request.upload_refused` then says why; the form's fields before the file arrive all the same.
    """

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        try:
            super().new_file(*args, **kwargs)
        except OSError as error:
            self._give_up(error)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if start + len(raw_data) > settings.UPLOAD_MAX_BYTES:
            self._refuse(TooLarge(settings.UPLOAD_MAX_BYTES))
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
        self._refuse(DiskFull())

    def _refuse(self, why: UploadRefused) -> None:
        self.request.upload_refused = why  # type: ignore[union-attr]  # ours, for `refusal_of`
        raise StopUpload(connection_reset=False)
