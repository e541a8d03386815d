"""What can go wrong with content. Each says what happened and, where one can do something, what."""


class ContentError(Exception):
    """Base of every error of the content store."""


class BadCid(ContentError, ValueError):
    """A text or bytes that is no CID of ours: only sha2-256, raw or dag-pb."""


class BadBlock(ContentError):
    """A block whose bytes are not what UnixFS allows, though they may hash to its CID."""


class NotAFile(ContentError):
    """A directory was asked for as if it were a file."""


class NotFound(ContentError):
    """The store does not hold this content, or not all of it."""

    def __init__(self, cid: object):
        super().__init__(f"{cid} is not in the content store.")
        self.cid = cid


class Corrupt(ContentError):
    """The store's bytes no longer match their CID: a damaged disk, or somebody else's hand."""

    def __init__(self, cid: object):
        super().__init__(f"The stored bytes of {cid} are damaged: they do not match its hash.")
        self.cid = cid


class StoreUnavailable(ContentError):
    """The store cannot be reached or does not answer as it should. Trying again later may help."""


class StoreFull(ContentError):
    """No room is left. Nothing of this file was kept, everything stored before is as it was."""

    def __init__(self, where: object):
        super().__init__(
            f"The content store at {where} is full; the file was not stored. Free some space, then try again."
        )


class DifferentCid(ContentError):
    """The daemon cut the same bytes into other blocks than we did: it ignores some setting of the profile."""


class NotCanonical(ContentError, ValueError):
    """A document that has no canonical JSON form, or one too long to be named by a single digest."""


class DecryptionFailed(ContentError):
    """Ciphertext that was changed, cut, reordered, or belongs to another original."""


class WrongSiteKey(ContentError):
    """An original's key was wrapped by another site key than the one that the site runs with."""


class SourceChanged(ContentError):
    """The file changed between hashing and storing."""
