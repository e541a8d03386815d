"""The embedded store: one file a block under a folder, no service to run.

    blocks/<two letters>/<cid>   a block, complete and flushed before it gets this name
    pins/<two letters>/<cid>     an empty file for each root that is kept; written last
    tmp/                         blocks that are being written
    lock                         shared by whoever adds, exclusive for whoever deletes

A pin is written only after every block under it and their folders are on disk, so a power cut leaves a file
entirely there or not there; blocks without a pin are no one's until `collect` removes them.
"""

import errno
import fcntl
import logging
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import uuid4

from marketplace.content import unixfs
from marketplace.content.cid import Cid
from marketplace.content.errors import BadCid, ContentError, Corrupt, NotFound, StoreFull, StoreUnavailable
from marketplace.content.store import Source, Stored, pieces
from marketplace.content.unixfs import DEFAULT_PROFILE, FileImporter, Profile

log = logging.getLogger(__name__)
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class EmbeddedStore:
    """A ContentStore in a folder. Any number of threads and processes of one machine may share it."""

    def __init__(self, root: Path, profile: Profile = DEFAULT_PROFILE):
        self.root = root
        self.profile = profile

    def add(self, source: Source) -> Stored:
        written: set[Cid] = set()
        try:
            with self._locked(fcntl.LOCK_SH):
                folders: set[Path] = set()

                def put(cid: Cid, block: bytes) -> None:
                    if self._put_block(cid, block):
                        written.add(cid)
                    folders.add(self.block_path(cid).parent)

                importer = FileImporter(put, self.profile)
                for piece in pieces(source):
                    importer.feed(piece)
                tree = importer.finish()
                # Also the folders of blocks that were here: whoever wrote them may not have come so far.
                self._keep(tree.cid, folders)
        except BaseException:
            self._forget(written)
            raise
        return Stored(tree.cid, tree.size, self.profile.name)

    def open(self, cid: Cid, offset: int = 0, length: int | None = None) -> Iterator[bytes]:
        return unixfs.read(self._get_block, cid, offset, length)

    def size(self, cid: Cid) -> int:
        return unixfs.file_size(self._get_block, cid)

    def has(self, cid: Cid) -> bool:
        with self._disk_errors():
            return self._pin_path(cid).exists()

    def pin(self, cid: Cid) -> None:
        with self._locked(fcntl.LOCK_SH):
            folders = set()
            for block in unixfs.walk(self._get_block, cid):
                if not self.block_path(block).exists():
                    raise NotFound(block)
                folders.add(self.block_path(block).parent)
            self._keep(cid, folders)

    def remove(self, cid: Cid) -> None:
        if not self.has(cid):
            return
        blocks: set[Cid] = set()
        with suppress(ContentError):  # what is damaged can be removed too
            blocks.update(unixfs.walk(self._get_block, cid))
        with self._disk_errors():
            self._pin_path(cid).unlink(missing_ok=True)
            _flush_folder(self._pin_path(cid).parent)
        self._forget(blocks)

    def collect(self) -> int:
        with self._locked(fcntl.LOCK_EX):
            for leftover in (self.root / "tmp").iterdir():
                leftover.unlink()
            return self._delete_unshared(set(self._cids("blocks")))

    def check(self) -> str:
        with self._locked(fcntl.LOCK_SH), self._disk_errors():
            with tempfile.TemporaryFile(dir=self.root / "tmp") as file:
                file.write(b"room for a block?")
                file.flush()
            free = shutil.disk_usage(self.root).free
        return f"embedded, {free / 2**30:.1f} GiB free"

    def _get_block(self, cid: Cid) -> bytes:
        with self._disk_errors():
            try:
                block = self.block_path(cid).read_bytes()
            except FileNotFoundError:
                raise NotFound(cid) from None
        if Cid.of_block(cid.codec, block) != cid:
            raise Corrupt(cid)
        return block

    def _put_block(self, cid: Cid, block: bytes) -> bool:
        """Writes a block unless it is here. A damaged one is replaced: adding a file again repairs it."""
        path = self.block_path(cid)
        with self._disk_errors():
            with suppress(FileNotFoundError):
                if path.read_bytes() == block:
                    return False
            self._write(path, block)
        return True

    def _keep(self, cid: Cid, folders: set[Path]) -> None:
        """Writes the pin, once everything that it stands for is on disk."""
        path = self._pin_path(cid)
        with self._disk_errors():
            for folder in folders | {self.root / "blocks"}:
                _flush_folder(folder)
            if not path.exists():
                self._write(path, b"")
            _flush_folder(path.parent)
            _flush_folder(self.root / "pins")

    def _write(self, path: Path, data: bytes) -> None:
        """Writes a file whole: nobody ever sees a part of it under this name."""
        path.parent.mkdir(exist_ok=True)
        part = self.root / "tmp" / uuid4().hex
        try:
            with part.open("xb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)
        except BaseException:
            part.unlink(missing_ok=True)
            raise

    def _forget(self, blocks: set[Cid]) -> None:
        """Frees the blocks of a file that was removed or could not be added, now or at the next `collect`."""
        if not blocks:
            return
        try:
            with self._locked(fcntl.LOCK_EX):
                self._delete_unshared(blocks)
        except ContentError:  # another file is damaged, so nobody can tell what it shares with this one
            log.warning("Blocks that nobody needs could not be freed in %s.", self.root, exc_info=True)

    def _delete_unshared(self, blocks: set[Cid]) -> int:
        """Deletes those blocks that no pin needs. Under the exclusive lock only: additions rely on blocks.

        Reads the inner nodes of every kept file, so it takes time in a large store. Deleting is rare.
        """
        for root in self._cids("pins"):
            if not blocks:
                return 0
            blocks.difference_update(unixfs.walk(self._get_block, root))
        with self._disk_errors():
            for cid in blocks:
                self.block_path(cid).unlink(missing_ok=True)
        return len(blocks)

    def _cids(self, kind: str) -> Iterable[Cid]:
        with self._disk_errors():
            for path in (self.root / kind).glob("??/*"):
                with suppress(BadCid):  # somebody else's file
                    yield Cid.parse(path.name)

    def block_path(self, cid: Cid) -> Path:
        """Where a block is, if it is here."""
        name = str(cid)
        return self.root / "blocks" / name[-3:-1] / name  # the last letter of a CID has few values

    def _pin_path(self, cid: Cid) -> Path:
        name = str(cid)
        return self.root / "pins" / name[-3:-1] / name

    @contextmanager
    def _locked(self, mode: int) -> Iterator[None]:
        """Holds the store's lock, which the system lets go when the process dies."""
        with self._disk_errors():
            for folder in ("blocks", "pins", "tmp"):
                (self.root / folder).mkdir(parents=True, exist_ok=True)
            handle = os.open(self.root / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, mode)
            yield
        finally:
            os.close(handle)

    @contextmanager
    def _disk_errors(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            if error.errno in _NO_ROOM:
                raise StoreFull(self.root) from error
            raise StoreUnavailable(
                f"The content store at {self.root} cannot be used: {error.strerror or error}."
            ) from error


def _flush_folder(folder: Path) -> None:
    """Makes the names in a folder survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
