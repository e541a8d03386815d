"""The content store: bytes in, CID out. One protocol, two implementations with the same CIDs."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO, Protocol

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from marketplace.content.cid import Cid
from marketplace.content.unixfs import PROFILES, Profile

Source = bytes | BinaryIO | Iterable[bytes]
_PIECE = 1024 * 1024  # read from a file at a time; a multiple of every profile's chunk


@dataclass(frozen=True, slots=True)
class Stored:
    """What the store now keeps."""

    cid: Cid
    size: int  # bytes
    profile: str  # a name of unixfs.PROFILES


class ContentStore(Protocol):
    """A place that keeps files under their CIDs. Every method may raise StoreUnavailable."""

    def add(self, source: Source) -> Stored:
        """Stores a file and keeps it until it is removed. The same bytes again change nothing.

        All or nothing: when this returns, the file is on disk; when it raises (StoreFull, DifferentCid, the
        source's own error) or the machine dies, the store keeps what it kept before.
        """

    def open(self, cid: Cid, offset: int = 0, length: int | None = None) -> Iterator[bytes]:
        """The bytes of a file from `offset` on, at most `length` of them, in pieces of a block or less.

        Every block is checked against its CID before it is given out. Raises NotFound, Corrupt, NotAFile.
        """

    def size(self, cid: Cid) -> int:
        """Bytes of a file. Raises NotFound, Corrupt, NotAFile."""

    def has(self, cid: Cid) -> bool:
        """Whether the store keeps all of this, from `add` or `pin` until `remove`."""

    def pin(self, cid: Cid) -> None:
        """Keeps a tree whose blocks the store can get. Raises NotFound if it cannot get them all."""

    def remove(self, cid: Cid) -> None:
        """Keeps this no longer; not an error if it never did. What other files share with it stays."""

    def collect(self) -> int:
        """Frees blocks that nobody keeps, of removed files and interrupted additions. Returns how many."""

    def check(self) -> str:
        """Whether the store works, in a few words for the status page."""


def pieces(source: Source) -> Iterator[bytes]:
    """The bytes of a source, never more than a piece in memory where the source is a file."""
    if isinstance(source, bytes):
        yield source
    elif hasattr(source, "read"):
        while piece := source.read(_PIECE):
            yield piece
    else:
        yield from source


def get_store() -> ContentStore:
    """The store that the settings name: CONTENT_STORE is "embedded" (CONTENT_ROOT) or "kubo" (KUBO_API)."""
    return open_store(settings.CONTENT_STORE, settings.CONTENT_ROOT, settings.KUBO_API, settings.CONTENT_PROFILE)


@lru_cache(maxsize=8)  # by setting, so that a test's override is a store of its own
def open_store(kind: str, root: Path, kubo_api: str, profile_name: str) -> ContentStore:
    profile = PROFILES.get(profile_name)
    if profile is None:
        raise ImproperlyConfigured(f"CONTENT_PROFILE is {profile_name!r}; it must be one of {', '.join(PROFILES)}.")
    return _implementation(kind, root, kubo_api, profile)


def _implementation(kind: str, root: Path, kubo_api: str, profile: Profile) -> ContentStore:
    # Imported when needed: the client of the one costs 0.4 s, the locks of the other need POSIX.
    if kind == "embedded":
        from marketplace.content.embedded import EmbeddedStore

        return EmbeddedStore(root, profile)
    if kind == "kubo":
        from marketplace.content.kubo import KuboStore

        return KuboStore(kubo_api, profile)
    raise ImproperlyConfigured(f'CONTENT_STORE is {kind!r}; it must be "embedded" or "kubo".')
