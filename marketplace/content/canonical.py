"""Documents as canonical JSON (RFC 8785): one form, so one sha2-256 digest, so one CID."""

import hashlib
from dataclasses import dataclass
from typing import Any

import rfc8785

from marketplace.content.cid import Cid
from marketplace.content.errors import NotCanonical
from marketplace.content.store import ContentStore, Stored
from marketplace.content.unixfs import PROFILES

# One block in every profile. A longer file is a tree, whose CID a contract could not build from the digest.
MAX_DOCUMENT = min(profile.chunk for profile in PROFILES.values())


@dataclass(frozen=True, slots=True)
class Canonical:
    """A document's one form."""

    data: bytes
    digest: str  # sha2-256 of data, 0x and 64 hex digits: what contracts hold

    @property
    def cid(self) -> Cid:
        return Cid.of_digest(self.digest)


def canonical(document: Any) -> Canonical:
    """The canonical form of a document of dicts with text keys, lists, text, numbers, booleans and None.

    Raises NotCanonical for anything else, for an integer beyond 2^53 - 1 (JSON numbers are doubles: write
    amounts as text), and for a document over 256 KiB.
    """
    try:
        data = rfc8785.dumps(document)
    except (rfc8785.CanonicalizationError, RecursionError) as error:
        raise NotCanonical(f"The document has no canonical JSON form: {error}.") from error
    if len(data) > MAX_DOCUMENT:
        raise NotCanonical(f"The document has {len(data):,} bytes; {MAX_DOCUMENT:,} is the most. Shorten its texts.")
    return Canonical(data, "0x" + hashlib.sha256(data).hexdigest())


def put_json(document: Any, store: ContentStore) -> tuple[Stored, str]:
    """Stores a document in canonical form: what the store keeps, and the digest that names it on chain."""
    form = canonical(document)
    return store.add(form.data), form.digest
