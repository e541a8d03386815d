"""Reading and writing of dag-pb blocks and the UnixFS record inside (IPLD dag-pb and UnixFS specifications).

Writing gives the canonical form, which is Kubo's. Reading takes blocks from outside too, so every length,
count and type is bounded and checked; what does not fit raises BadBlock.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum

from marketplace.content.cid import Cid
from marketplace.content.errors import BadBlock, BadCid

MAX_BLOCK = 2 * 2**20  # bytes; no IPFS implementation exchanges a larger block
MAX_LINKS = 16_384  # of a node; our own profiles write at most 1,024 for a file
_UINT64 = 2**64


@dataclass(frozen=True, slots=True)
class Link:
    cid: Cid
    name: str  # empty in a file
    tsize: int  # bytes of the block and all below it


class Kind(IntEnum):
    """UnixFS node types that we read. Metadata, symlinks and sharded directories are refused."""

    RAW = 0
    DIRECTORY = 1
    FILE = 2


@dataclass(frozen=True, slots=True)
class Node:
    """A dag-pb block with UnixFS inside: part of a file, or a directory."""

    kind: Kind
    links: tuple[Link, ...] = ()
    data: bytes = b""
    blocksizes: tuple[int, ...] = ()  # bytes of the file under each link

    @property
    def filesize(self) -> int:
        return len(self.data) + sum(self.blocksizes)

    def encode(self) -> bytes:
        """The block. Links come before data, as the specification orders them."""
        record = b"\x08" + _varint(self.kind)
        if self.data:
            record += _bytes_field(2, self.data)
        if self.kind is not Kind.DIRECTORY:
            record += b"\x18" + _varint(self.filesize)
            record += b"".join(b"\x20" + _varint(size) for size in self.blocksizes)
        links = b"".join(
            _bytes_field(
                2,
                _bytes_field(1, bytes(link.cid)) + _bytes_field(2, link.name.encode()) + b"\x18" + _varint(link.tsize),
            )
            for link in self.links
        )
        return links + _bytes_field(1, record)

    @classmethod
    def decode(cls, block: bytes) -> "Node":
        """Reads a block. Raises BadBlock if it is too large, malformed, or not a plain file or directory."""
        if len(block) > MAX_BLOCK:
            raise BadBlock(f"A block of {len(block)} bytes is over the limit of {MAX_BLOCK}.")
        links: list[Link] = []
        record: bytes | None = None
        for number, value in _fields(block):
            if number == 2 and isinstance(value, bytes):
                links.append(_decode_link(value))
            elif number == 1 and isinstance(value, bytes) and record is None:
                record = value
            else:
                raise BadBlock(f"A dag-pb node has no field {number} of this type, or not twice.")
            if len(links) > MAX_LINKS:
                raise BadBlock(f"A node with more than {MAX_LINKS} links is over the limit.")
        if record is None:
            raise BadBlock("A dag-pb node without a UnixFS record is neither a file nor a directory.")
        return _decode_record(record, tuple(links))


def _decode_link(data: bytes) -> Link:
    parts: dict[int, int | bytes] = {}
    for number, value in _fields(data):
        if number in parts:
            raise BadBlock(f"A link has its field {number} twice.")
        parts[number] = value
    match parts.get(1), parts.get(2, b""), parts.get(3, 0):
        case bytes() as cid, bytes() as name, int() as tsize if parts.keys() <= {1, 2, 3}:
            try:
                return Link(Cid.from_bytes(cid), name.decode(), tsize)
            except (BadCid, UnicodeDecodeError) as error:
                raise BadBlock(f"A link cannot be read: {error}") from None
    raise BadBlock("A link has no CID, or a field of a wrong type.")


def _decode_record(record: bytes, links: tuple[Link, ...]) -> Node:
    kind: int | None = None
    data = b""
    filesize: int | None = None
    blocksizes: list[int] = []
    for number, value in _fields(record):
        match number, value:
            case 1, int():
                kind = value
            case 2, bytes():
                data = value
            case 3, int():
                filesize = value
            case 4, int():
                blocksizes.append(value)
            case (7, int()) | (8, bytes()):
                pass  # mode and time of a file: allowed, not used
            case _:
                raise BadBlock(f"A UnixFS record with field {number} is not a plain file or directory.")
    if kind not in tuple(Kind):
        raise BadBlock(f"UnixFS type {kind} is not supported: only plain files and directories are.")
    node = Node(Kind(kind), links, data, tuple(blocksizes))
    if node.kind is Kind.DIRECTORY:
        if data or blocksizes:
            raise BadBlock("A directory holds bytes, as only a file may.")
    elif len(blocksizes) != len(links):
        raise BadBlock(f"A file's node has {len(links)} links but {len(blocksizes)} sizes.")
    elif node.filesize != (filesize or 0) or node.filesize >= _UINT64:
        raise BadBlock(f"A file's node says {filesize} bytes, its parts add up to {node.filesize}.")
    return node


def _fields(data: bytes) -> Iterator[tuple[int, int | bytes]]:
    """Protocol Buffers fields in order: number and value. Only the two wire types that dag-pb uses."""
    position = 0
    while position < len(data):
        tag, position = _read_varint(data, position)
        value, position = _read_varint(data, position)
        if tag & 7 == 0:
            yield tag >> 3, value
        elif tag & 7 == 2:
            end = position + value
            if end > len(data):
                raise BadBlock("A field runs past the end of its block.")
            yield tag >> 3, data[position:end]
            position = end
        else:
            raise BadBlock(f"Wire type {tag & 7} is not used in dag-pb.")


def _read_varint(data: bytes, position: int) -> tuple[int, int]:
    number = shift = 0
    while True:
        if position >= len(data):
            raise BadBlock("A number is cut off at the end of its block.")
        byte = data[position]
        position += 1
        number |= (byte & 0x7F) << shift
        if byte < 0x80:
            break
        shift += 7
        if shift > 63:
            raise BadBlock("A number has more than 64 bits.")
    if number >= _UINT64:
        raise BadBlock("A number has more than 64 bits.")
    return number, position


def _varint(number: int) -> bytes:
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def _bytes_field(number: int, value: bytes) -> bytes:
    return bytes([number << 3 | 2]) + _varint(len(value)) + value
