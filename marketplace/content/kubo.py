"""The content store of a Kubo daemon, through its RPC."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import ipfshttpclient
import requests
from ipfshttpclient import exceptions

from marketplace.content import unixfs
from marketplace.content.cid import Cid
from marketplace.content.errors import (
    ContentError,
    Corrupt,
    DifferentCid,
    NotFound,
    StoreFull,
    StoreUnavailable,
)
from marketplace.content.store import Source, Stored, pieces
from marketplace.content.unixfs import DEFAULT_PROFILE, FileImporter, Profile

# The client passes urllib3 an argument that urllib3 3 will refuse: hence `urllib3<3` in requirements.in.
warnings.filterwarnings("ignore", "The 'strict' parameter is no longer needed", FutureWarning)

_CONNECT_TIMEOUT = 5  # seconds
_ANSWER_TIMEOUT = 60  # seconds without a byte; a large file is flushed to disk before the daemon answers


class KuboStore:
    """A ContentStore in a Kubo daemon. Blocks are read from the daemon's own disk, never fetched by a read.

    `api` is a multiaddr. Nothing is asked of the daemon until the first call.
    """

    def __init__(self, api: str, profile: Profile = DEFAULT_PROFILE):
        self.api = api
        self.profile = profile
        try:
            # Not `connect()`: it refuses every daemon of the last years for its version number.
            self._client = ipfshttpclient.Client(api, session=True, timeout=(_CONNECT_TIMEOUT, _ANSWER_TIMEOUT))
        except exceptions.AddressError:
            raise StoreUnavailable(
                f"KUBO_API is {api!r}, which is not an address like /ip4/127.0.0.1/tcp/5001/http."
            ) from None

    def add(self, source: Source) -> Stored:
        importer = FileImporter(lambda cid, block: None, self.profile)
        failure: list[BaseException] = []

        def watched() -> Iterator[bytes]:
            try:
                for piece in pieces(source):
                    importer.feed(piece)
                    yield piece
            except Exception as error:
                failure.append(error)  # the HTTP library would take it for an error of the daemon
                raise

        try:
            with self._answering():
                # `add_bytes`, not `add`: that one writes its own defaults over these options. All are named,
                # so that the daemon's configuration cannot change the CID.
                answer = self._client.add_bytes(
                    watched(),
                    opts={
                        "cid-version": "1",
                        "hash": "sha2-256",
                        "raw-leaves": "true",
                        "trickle": "false",
                        "chunker": f"size-{self.profile.chunk}",
                        "max-file-links": str(self.profile.width),
                        "cid-base": "base32",
                        "pin": "true",
                    },
                )
        except StoreFull:
            with suppress(ContentError):
                self.collect()  # the daemon still has the blocks of what it could not finish
            raise
        except StoreUnavailable:
            if failure:
                raise failure[0] from None
            raise
        tree = importer.finish()
        if Cid.parse(answer) != tree.cid:
            with self._answering():
                self._client.pin.rm(answer)
            raise DifferentCid(
                f"The IPFS daemon at {self.api} stored a file as {answer}; in profile {self.profile.name} "
                f"it is {tree.cid}. Nothing was kept. Use a current Kubo."
            )
        return Stored(tree.cid, tree.size, self.profile.name)

    def open(self, cid: Cid, offset: int = 0, length: int | None = None) -> Iterator[bytes]:
        return unixfs.read(self._get_block, cid, offset, length)

    def size(self, cid: Cid) -> int:
        return unixfs.file_size(self._get_block, cid)

    def has(self, cid: Cid) -> bool:
        try:
            with self._answering(cid):
                self._client.pin.ls(cid, type="recursive")
        except NotFound:
            return False
        return True

    def pin(self, cid: Cid) -> None:
        with self._answering(cid):
            self._client.pin.add(cid, offline=True)

    def remove(self, cid: Cid) -> None:
        try:
            with self._answering(cid):
                self._client.pin.rm(cid)
        except NotFound:
            return

    def collect(self) -> int:
        with self._answering():
            return sum("Key" in freed for freed in self._client.repo.gc())

    def check(self) -> str:
        with self._answering():
            return f"Kubo {self._client.version(timeout=_CONNECT_TIMEOUT)['Version']}"

    def _get_block(self, cid: Cid) -> bytes:
        with self._answering(cid):
            block = self._client.block.get(cid, offline=True)  # online, a CID that nobody has is waited for
        if Cid.of_block(cid.codec, block) != cid:  # the daemon itself does not look, unless told to
            raise Corrupt(cid)
        return block

    @contextmanager
    def _answering(self, cid: Cid | None = None) -> Iterator[None]:
        """Turns the client's errors into ours. `cid`: what a "not found" of the daemon is about."""
        try:
            yield
        except exceptions.ErrorResponse as error:
            message = str(error)
            if "no space left" in message:
                raise StoreFull(self.api) from error
            if cid and ("not found" in message or "could not find" in message or "not pinned" in message):
                raise NotFound(cid) from error
            raise StoreUnavailable(f"The IPFS daemon at {self.api} refused: {message}.") from error
        except (exceptions.TimeoutError, requests.Timeout) as error:
            raise StoreUnavailable(f"The IPFS daemon at {self.api} did not answer in time. Try again later.") from error
        except (exceptions.Error, requests.RequestException) as error:
            raise StoreUnavailable(
                f"The IPFS daemon at {self.api} cannot be reached. Start it, or correct KUBO_API."
            ) from error
