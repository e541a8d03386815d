"""Files and directories as trees of blocks, with Kubo's CIDs (UnixFS specification, balanced layout).

The importer is fed bytes and hands finished blocks to a function; the reader asks a function for blocks.
Neither knows where blocks live, so the embedded store, the Kubo store and the tests share both.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from marketplace.content.cid import DAG_PB, RAW, Cid
from marketplace.content.dagpb import MAX_BLOCK, Kind, Link, Node
from marketplace.content.errors import BadBlock, NotAFile

MAX_DEPTH = 16  # link levels; 5 hold 40 petabytes in our narrowest profile
_DIRECTORY_LIMIT = 256 * 1024  # from here on Kubo shards a directory (HAMT), which we do not

PutBlock = Callable[[Cid, bytes], None]
GetBlock = Callable[[Cid], bytes]


@dataclass(frozen=True, slots=True)
class Profile:
    """How a file is cut. Equal bytes have equal CIDs only within one profile: it is kept beside every CID."""

    name: str
    chunk: int  # bytes of a leaf
    width: int  # links of a node


PROFILES = {
    profile.name: profile
    for profile in (
        Profile("kubo-cidv1", chunk=256 * 1024, width=174),  # `ipfs add --cid-version=1 --raw-leaves`
        Profile("unixfs-v1-2025", chunk=1024 * 1024, width=1024),  # IPIP-0499
    )
}
DEFAULT_PROFILE = PROFILES["kubo-cidv1"]


@dataclass(frozen=True, slots=True)
class Tree:
    """A finished file or directory."""

    cid: Cid
    size: int  # bytes of the file; 0 for a directory
    tsize: int  # bytes of all its blocks, as links announce them


class FileImporter:
    """Cuts a file into blocks as its bytes come: `feed` them in order, then `finish`.

    Keeps one chunk and at most `width` links a level in memory, however long the file.
    Children are put before their parents, so the root comes last and names a complete tree.
    """

    def __init__(self, put: PutBlock, profile: Profile = DEFAULT_PROFILE):
        self._put = put
        self._profile = profile
        self._buffer = bytearray()
        self._levels: list[list[Tree]] = [[]]

    def feed(self, piece: bytes) -> None:
        """Takes the next bytes of the file, as many or as few as there are."""
        chunk = self._profile.chunk
        if not self._buffer and len(piece) == chunk:
            self._leaf(bytes(piece))  # the common case: no copy
            return
        rest = memoryview(piece)
        while rest:
            room = chunk - len(self._buffer)
            self._buffer += rest[:room]
            rest = rest[room:]
            if len(self._buffer) == chunk:
                self._leaf(bytes(self._buffer))
                self._buffer.clear()

    def finish(self) -> Tree:
        """Puts what is left and returns the root. An empty file is one empty block."""
        if self._buffer or not self._levels[0]:
            self._leaf(bytes(self._buffer))
        level = 0
        while level < len(self._levels) - 1 or len(self._levels[level]) > 1:
            self._push(level + 1, self._parent(self._levels[level]))
            level += 1
        return self._levels[level][0]

    def _leaf(self, chunk: bytes) -> None:
        cid = Cid.of_block(RAW, chunk)
        self._put(cid, chunk)
        self._push(0, Tree(cid, len(chunk), len(chunk)))

    def _push(self, level: int, tree: Tree) -> None:
        if level == len(self._levels):
            self._levels.append([])
        row = self._levels[level]
        if len(row) == self._profile.width:  # closed only when a sibling comes: a full row may still be the root's
            parent = self._parent(row)
            row.clear()
            self._push(level + 1, parent)
        row.append(tree)

    def _parent(self, children: list[Tree]) -> Tree:
        links = tuple(Link(child.cid, "", child.tsize) for child in children)
        return _put_node(self._put, Node(Kind.FILE, links, blocksizes=tuple(child.size for child in children)))


def import_directory(put: PutBlock, entries: Mapping[str, Tree], profile: Profile = DEFAULT_PROFILE) -> Tree:
    """Puts the node of a directory whose entries were imported before.

    Raises BadBlock for a name that no directory can hold, and for one so large that Kubo would shard it.
    """
    for name in entries:
        if not name or name in (".", "..") or "/" in name or "\0" in name:
            raise BadBlock(f"{name!r} cannot be the name of a directory's entry.")
    ordered = sorted(entries.items(), key=lambda entry: entry[0].encode())
    node = Node(Kind.DIRECTORY, tuple(Link(tree.cid, name, tree.tsize) for name, tree in ordered))
    by_block = profile.name == "unixfs-v1-2025"  # IPIP-0499 counts the whole block, Kubo's default names and CIDs
    size = len(node.encode()) if by_block else sum(len(name.encode()) + len(bytes(tree.cid)) for name, tree in ordered)
    if size > _DIRECTORY_LIMIT:
        raise BadBlock(f"A directory of {len(entries)} entries is too large for one node: split it.")
    return _put_node(put, node)


def _put_node(put: PutBlock, node: Node) -> Tree:
    block = node.encode()
    cid = Cid.of_block(DAG_PB, block)
    put(cid, block)
    size = 0 if node.kind is Kind.DIRECTORY else node.filesize
    return Tree(cid, size, len(block) + sum(link.tsize for link in node.links))


def file_size(get: GetBlock, cid: Cid) -> int:
    """Bytes of a file, from its root block alone. Raises NotAFile, BadBlock, and whatever `get` raises."""
    return _size(_part(get(cid), cid), cid)


def read(get: GetBlock, cid: Cid, offset: int = 0, length: int | None = None) -> Iterator[bytes]:
    """The bytes of a file from `offset` on, at most `length` of them, block by block.

    Only the blocks that hold them are asked for. The root is read at once, so a file that is not there is an
    error of this call and not of the first `next`. Raises NotAFile, BadBlock, and whatever `get` raises.
    """
    if offset < 0 or (length is not None and length < 0):
        raise ValueError(f"A range starts at 0 or later and has a length of 0 or more, not {offset} and {length}.")
    part = _part(get(cid), cid)
    end = _size(part, cid) if length is None else min(_size(part, cid), offset + length)
    return _read(get, part, offset, end, 0)


def walk(get: GetBlock, root: Cid) -> Iterator[Cid]:
    """Every block of a tree once, parents first. Leaves are named, not read."""
    seen = {root}
    queue = [(root, 0)]
    while queue:
        cid, depth = queue.pop()
        yield cid
        if cid.codec == RAW:
            continue
        if depth == MAX_DEPTH:
            raise BadBlock(f"{root} is more than {MAX_DEPTH} levels deep.")
        for link in Node.decode(get(cid)).links:
            if link.cid not in seen:
                seen.add(link.cid)
                queue.append((link.cid, depth + 1))


def _part(block: bytes, cid: Cid) -> bytes | Node:
    if cid.codec == DAG_PB:
        return Node.decode(block)
    if len(block) > MAX_BLOCK:
        raise BadBlock(f"{cid} has {len(block)} bytes, over the limit of {MAX_BLOCK} for a block.")
    return block


def _size(part: bytes | Node, cid: Cid) -> int:
    if isinstance(part, bytes):
        return len(part)
    if part.kind is Kind.DIRECTORY:
        raise NotAFile(f"{cid} is a directory, not a file.")
    return part.filesize


def _read(get: GetBlock, part: bytes | Node, start: int, end: int, depth: int) -> Iterator[bytes]:
    """Bytes [start, end) of a part of a file; both may lie outside of it."""
    data = part if isinstance(part, bytes) else part.data
    if start < min(end, len(data)):
        yield data[start:end] if start > 0 or end < len(data) else data
    if isinstance(part, bytes):
        return
    if depth == MAX_DEPTH:
        raise BadBlock(f"A file is more than {MAX_DEPTH} levels deep.")
    position = len(data)
    for link, size in zip(part.links, part.blocksizes, strict=True):
        if start < position + size and position < end:
            child = _part(get(link.cid), link.cid)
            if _size(child, link.cid) != size:
                raise BadBlock(f"{link.cid} has {_size(child, link.cid)} bytes where its parent announces {size}.")
            yield from _read(get, child, max(start - position, 0), end - position, depth + 1)
        position += size
