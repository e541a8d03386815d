"""Originals under lock: AES-256-GCM in chunks, one key for each original, wrapped by the site key.

The format, for whoever writes a decryptor, is in docs/content.md. In short, after STREAM (Hoang,
Reyhanitabar, Rogaway, Vizár 2015): a header, then chunks, each encrypted with a nonce of its number and of
whether it is the last, and authenticated together with the header and the original's digest. So no chunk can
be changed, moved, left out, added, or carried over from another original.
"""

import os
import struct
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from marketplace.content.errors import DecryptionFailed, WrongSiteKey

CHUNK = 1024 * 1024  # bytes of plaintext
_MAGIC = b"MINTMRK1"
_HEADER = struct.Struct(">8sI7s")  # magic, chunk, nonce prefix
_NONCE = struct.Struct(">7sI?")  # prefix, number of the chunk, whether it is the last
_TAG = 16
_MAX_CHUNK = 16 * CHUNK  # of a header that we believe: a chunk is held in memory
_KEY_NONCE = 12

ReadRange = Callable[[int, int], Iterable[bytes]]  # offset, length → the bytes there


def new_key() -> bytes:
    """A fresh key, for one original only: under it the nonces are counted, never drawn."""
    return AESGCM.generate_key(bit_length=256)


def encrypt(plain: Iterable[bytes], *, key: bytes, digest: bytes, chunk: int = CHUNK) -> Iterator[bytes]:
    """Ciphertext of an original, piece by piece, at the memory of two chunks.

    `digest`: sha2-256 of the original; without it nothing can be decrypted.
    """
    prefix = os.urandom(7)
    header = _HEADER.pack(_MAGIC, chunk, prefix)
    cipher = AESGCM(key)
    yield header
    number = 0
    waiting: bytes | None = None  # the last chunk is told from the others by what does not follow
    for piece in _regroup(plain, chunk):
        if waiting is not None:
            yield cipher.encrypt(_NONCE.pack(prefix, number, False), waiting, header + digest)
            number += 1
        waiting = piece
    yield cipher.encrypt(_NONCE.pack(prefix, number, True), waiting or b"", header + digest)


def decrypt(
    read: ReadRange, size: int, *, key: bytes, digest: bytes, offset: int = 0, length: int | None = None
) -> Iterator[bytes]:
    """The original's bytes from `offset` on, at most `length` of them, one checked chunk after the other.

    `read` gives ranges of the ciphertext, `size` is its length in bytes. Only the chunks that hold the range
    are read. Raises DecryptionFailed at the first chunk that is not what was encrypted: none of it is given.
    """
    if offset < 0 or (length is not None and length < 0):
        raise ValueError(f"A range starts at 0 or later and has a length of 0 or more, not {offset} and {length}.")
    header = b"".join(read(0, _HEADER.size))
    if len(header) != _HEADER.size:
        raise DecryptionFailed("The encrypted file is cut off in its header.")
    magic, chunk, prefix = _HEADER.unpack(header)
    if magic != _MAGIC or not 0 < chunk <= _MAX_CHUNK:
        raise DecryptionFailed("This is not a file that was encrypted here.")
    sealed = chunk + _TAG
    body = size - _HEADER.size
    count = max(1, -(-body // sealed))
    if body - (count - 1) * sealed < _TAG + (count > 1):  # only an empty file ends in an empty chunk
        raise DecryptionFailed("The encrypted file is cut off in its last part.")
    plain_size = body - count * _TAG
    end = plain_size if length is None else min(plain_size, offset + length)

    first = min(offset // chunk, count - 1)
    last = max(first, min((end - 1) // chunk, count - 1))
    start = first * sealed
    pieces = _regroup(read(_HEADER.size + start, min((last + 1) * sealed, body) - start), sealed)
    cipher = AESGCM(key)
    for number in range(first, last + 1):
        try:
            nonce = _NONCE.pack(prefix, number, number == count - 1)
            plain = cipher.decrypt(nonce, next(pieces, b""), header + digest)
        except InvalidTag:
            raise DecryptionFailed(
                f"Part {number + 1} of {count} of the encrypted file is not what was stored: it was changed, "
                "moved, cut, or belongs to another file."
            ) from None
        here = number * chunk
        if part := plain[max(0, offset - here) : max(0, end - here)]:
            yield part


@dataclass(frozen=True, slots=True)
class SiteKey:
    """The key that wraps the key of every original. From the environment, never stored."""

    secret: bytes = field(repr=False)  # 32 bytes

    def __post_init__(self) -> None:
        if len(self.secret) != 32:
            raise WrongSiteKey(f"SITE_KEY must be 32 bytes, 64 hex digits; it has {len(self.secret)} bytes.")

    @property
    def id(self) -> str:
        """Tells site keys apart, in 16 hex digits, and says nothing about the key."""
        return self._derive(b"mintmark site key: id", 8).hex()

    def wrap(self, key: bytes, *, digest: bytes) -> bytes:
        """An original's key under lock, usable for the original with this digest only."""
        nonce = os.urandom(_KEY_NONCE)
        return nonce + self._cipher().encrypt(nonce, key, digest)

    def unwrap(self, wrapped: bytes, *, key_id: str, digest: bytes) -> bytes:
        """The key that `wrap` put under lock. Raises WrongSiteKey if another one did, DecryptionFailed."""
        if key_id != self.id:
            raise WrongSiteKey(
                f"This original was locked with the site key {key_id}, and the site runs with {self.id}. "
                "Set SITE_KEY back to the old key, or run `manage.py rotate_site_key` with it."
            )
        try:
            return self._cipher().decrypt(wrapped[:_KEY_NONCE], wrapped[_KEY_NONCE:], digest)
        except (InvalidTag, ValueError):
            raise DecryptionFailed("The stored key of this original was changed, or belongs to another one.") from None

    def _cipher(self) -> AESGCM:
        return AESGCM(self._derive(b"mintmark site key: wrap originals' keys", 32))

    def _derive(self, purpose: bytes, length: int) -> bytes:
        return HKDF(hashes.SHA256(), length, salt=None, info=purpose).derive(self.secret)


def _regroup(pieces: Iterable[bytes], size: int) -> Iterator[bytes]:
    """The same bytes in pieces of `size`, the last one shorter."""
    buffer = bytearray()
    for piece in pieces:
        rest = memoryview(piece)
        while rest:
            room = size - len(buffer)
            buffer += rest[:room]
            rest = rest[room:]
            if len(buffer) == size:
                yield bytes(buffer)
                buffer.clear()
    if buffer:
        yield bytes(buffer)
