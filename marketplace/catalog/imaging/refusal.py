"""Why a file is not taken, in the user's words: what was wrong, and what to do."""

TAKEN = "JPEG, PNG, WebP or TIFF"


class Refused(Exception):
    """A file that cannot become a work as it is. `code` is stable; `message` is for the artist."""

    def __init__(self, code: str, message: str):
        super().__init__(message)
        self.code = code
        self.message = message


def truncated() -> Refused:
    return Refused(
        "truncated",
        "This file is incomplete: it breaks off before the picture ends. Copy it again from where you have it, and "
        "upload that copy.",
    )


def damaged(kind: str) -> Refused:
    return Refused(
        "damaged",
        f"This file begins like a {kind} but cannot be read as one. Open it in a picture program, save it again as "
        f"{TAKEN}, and upload that.",
    )


def bomb() -> Refused:
    return Refused(
        "bomb",
        "Reading this file took far more memory or time than a picture needs. It may be damaged, or made to do harm. "
        f"Save it again as {TAKEN} from a picture program, and upload that.",
    )
