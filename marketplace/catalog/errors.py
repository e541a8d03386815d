"""Why something cannot become a work, or not yet, in the artist's words: what was wrong and what to do.

Each error has a stable `code` for pages and the API. What is refused to a person is also a PermissionDenied.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied

if TYPE_CHECKING:
    from marketplace.catalog.models import Work


class CatalogError(Exception):
    """Base of everything that can go wrong on the way to a work. `message` is for the artist."""

    code = "catalog"

    def __init__(self, message: str, code: str = ""):
        super().__init__(message)
        self.message = message
        self.code = code or self.code


# --- an upload ----------------------------------------------------------------------------------------------------


class UploadRefused(CatalogError):
    """A file that is not taken. `code` tells why: see `imaging` for those that its content gives."""

    code = "upload-refused"


class TooLarge(UploadRefused):
    code = "too-large"

    def __init__(self, limit: int):
        super().__init__(
            f"This file is larger than {limit / 10**6:,.0f} MB, which is the most that we take. "
            f"Save it with fewer pixels or as a JPEG, and upload that."
        )


class DiskFull(UploadRefused):
    """The disk is full (ENOSPC). Nothing of this upload was kept."""

    code = "disk-full"

    def __init__(self) -> None:
        super().__init__(
            "We have no room for this file just now, so it was not stored. Nothing that was here before is lost. "
            "Try again later."
        )


class Busy(UploadRefused):
    code = "busy"

    def __init__(self) -> None:
        super().__init__("Many pictures are being read just now, so yours was not stored. Try again in a minute.")


class UploadGone(UploadRefused):
    """It was cleared away before a draft used it."""

    code = "upload-gone"

    def __init__(self) -> None:
        super().__init__("This upload was cleared away because it was not used for a day. Upload the picture again.")


# --- a draft ------------------------------------------------------------------------------------------------------


class NotYours(CatalogError, PermissionDenied):
    code = "not-yours"

    def __init__(self) -> None:
        super().__init__("This belongs to another account. Sign in with the wallet that it was uploaded with.")


class Discarded(CatalogError):
    code = "discarded"

    def __init__(self) -> None:
        super().__init__("You discarded this draft. Upload the picture again to start a new one.")


class InvalidDraft(CatalogError):
    """Fields that cannot be taken as they are. `errors` has a sentence for each; what was valid beside them is saved.

    Fields are `title`, `description`, `alt_text`, `credit`, `location`, `upload`, `shares`, and for the rows of shares
    `shares-<row>-holder` and `shares-<row>-amount`, counted from 0.
    """

    code = "invalid-draft"

    def __init__(self, errors: Mapping[str, str]):
        super().__init__(" ".join(errors.values()))
        self.errors = dict(errors)


class Unfinished(InvalidDraft):
    """A draft that lacks something that a work must have."""

    code = "unfinished"


class BeingMinted(CatalogError):
    code = "being-minted"

    def __init__(self) -> None:
        super().__init__(
            "This work is on its way to the network, so it cannot be changed now. Wait until it has arrived; should "
            "the network refuse it, you can change it again."
        )


class AlreadyMinted(CatalogError):
    """These bytes are a work already: `work`."""

    code = "already-minted"

    def __init__(self, work: "Work", title: str):
        name = f"“{title}”" if title else f"number {work.token_id}"
        day = f"{work.created.day} {work.created:%B %Y}"
        super().__init__(f"This picture is a work already: {name}, minted on {day}. Look at it there.")
        self.work = work


class CannotMint(CatalogError):
    """The contract would refuse this. Nothing was sent."""

    code = "would-revert"
