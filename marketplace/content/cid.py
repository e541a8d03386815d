"""Content identifiers (CIDs): a sha2-256 digest with a codec, as text and as bytes (multiformats CID)."""

import base64
import binascii
import hashlib
from dataclasses import dataclass
from typing import Self

from marketplace.content.errors import BadCid

RAW = 0x55
DAG_PB = 0x70
_SHA2_256 = b"\x12\x20"  # multihash: function 0x12, 32 bytes
_V1_PREFIX = {RAW: b"\x01\x55" + _SHA2_256, DAG_PB: b"\x01\x70" + _SHA2_256}
_CODEC = {prefix: codec for codec, prefix in _V1_PREFIX.items()}
_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class Cid:
    """The name of a block, or of the tree under it.

    Version and base are spellings, not identity: `Qm…` (version 0), base16 and base32 of the same
    codec and digest are equal. We always write version 1 in base32, as Kubo does.
    """

    codec: int  # RAW or DAG_PB
    digest: bytes  # sha2-256, 32 bytes

    def __post_init__(self) -> None:
        if self.codec not in _V1_PREFIX:
            raise BadCid(f"Codec {self.codec:#x} is not supported: only raw (0x55) and dag-pb (0x70) are.")
        if len(self.digest) != 32:
            raise BadCid(f"A sha2-256 digest has 32 bytes, this one has {len(self.digest)}.")

    @classmethod
    def of_block(cls, codec: int, block: bytes) -> Self:
        """The CID of a block with these bytes."""
        return cls(codec, hashlib.sha256(block).digest())

    @classmethod
    def of_digest(cls, digest: bytes | str) -> Self:
        """The CID of the raw block with this sha2-256 digest, given as 32 bytes or as hex with or without 0x.

        The whole file only if it fits one block; see `canonical` for documents, which always do.
        """
        if isinstance(digest, bytes):
            return cls(RAW, digest)
        try:
            return cls(RAW, binascii.unhexlify(digest.removeprefix("0x")))
        except ValueError as error:
            if isinstance(error, BadCid):
                raise
            raise BadCid(f"{_shown(digest)} is not a sha2-256 digest in hex.") from None

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Reads a binary CID, version 0 or 1. Raises BadCid."""
        if len(data) == 34 and data[:2] == _SHA2_256:
            return cls(DAG_PB, bytes(data[2:]))
        codec = _CODEC.get(bytes(data[:4]))
        if codec is None or len(data) != 36:
            raise BadCid(f"{_shown(bytes(data).hex())} is not a CID of version 0 or 1, raw or dag-pb, with sha2-256.")
        return cls(codec, bytes(data[4:]))

    @classmethod
    def parse(cls, text: str) -> Self:
        """Reads a CID in base32 (`b…`), base16 (`f…`) or version 0 (`Qm…`).

        Strict: one spelling each, no blanks, no padding, no `ipfs://`. Raises BadCid, saying what is wrong.
        """
        if len(text) > 128:
            raise BadCid(f"{_shown(text)} is too long for a CID ({len(text)} characters).")
        try:
            if len(text) == 46 and text.startswith("Qm"):
                return cls.from_bytes(_base58_decode(text))
            match text[:1]:
                case "b":
                    data = _base32_decode(text[1:])
                case "f" if text == text.lower():
                    data = binascii.unhexlify(text[1:])
                case "F" if text == text.upper():
                    data = binascii.unhexlify(text[1:])
                case "B" if text == text.upper():
                    data = _base32_decode(text[1:].lower())
                case _:
                    raise BadCid(f"{_shown(text)} is not a CID in base32 (b…), base16 (f…) or version 0 (Qm…).")
        except ValueError as error:
            if isinstance(error, BadCid):
                raise
            raise BadCid(f"{_shown(text)} is not a CID: {error}.") from None
        if data[:1] != b"\x01":
            raise BadCid(f"{_shown(text)} is not a version 1 CID. A version 0 CID is written in base58: Qm….")
        return cls.from_bytes(data)

    def __bytes__(self) -> bytes:
        return _V1_PREFIX[self.codec] + self.digest

    def __str__(self) -> str:
        return "b" + base64.b32encode(bytes(self)).decode().rstrip("=").lower()

    @property
    def base16(self) -> str:
        """The spelling that a contract can build from a digest: `f01551220…` for a raw block."""
        return "f" + bytes(self).hex()


def digest_uri(digest: bytes | str) -> str:
    """`ipfs://f01551220…` for a sha2-256 digest, letter for letter what `Rights.uri` answers."""
    return "ipfs://" + Cid.of_digest(digest).base16


def _base32_decode(text: str) -> bytes:
    if text != text.lower() or "=" in text:
        raise BadCid(f"{_shown('b' + text)} mixes cases or is padded, which a base32 CID never is.")
    data = base64.b32decode(text.upper() + "=" * (-len(text) % 8))
    if base64.b32encode(data).decode().rstrip("=").lower() != text:
        raise BadCid(f"{_shown('b' + text)} is not the one way to write this CID in base32.")
    return data


def _base58_decode(text: str) -> bytes:
    number = 0
    for character in text:
        digit = _BASE58.find(character)
        if digit < 0:
            raise BadCid(f"{_shown(text)} has a character that base58 does not use: {character!r}.")
        number = number * 58 + digit
    return number.to_bytes(34, "big")  # 46 digits that start with Qm always fit


def _shown(text: str) -> str:
    """A text from outside, short and printable enough for an error message."""
    return repr(text if len(text) <= 80 else text[:77] + "…")
