"""How fast is the content store? `python -m tests.bench.bench_content [MiB] [runs]`

Each row is timed over the same random bytes; plain sha2-256 of them is the yardstick, since no store with
verified content can be faster. Rows of Kubo appear where its binary is (`make kubo`).
"""

import hashlib
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

from marketplace.content import encryption
from marketplace.content.embedded import EmbeddedStore
from marketplace.content.kubo import KuboStore
from marketplace.content.store import ContentStore
from marketplace.content.unixfs import PROFILES, FileImporter
from tests.content import kubo

MIB = 1024 * 1024
KEY, DIGEST = bytes(32), bytes(32)


def pieces(data: bytes) -> Iterator[bytes]:
    for start in range(0, len(data), MIB):
        yield data[start : start + MIB]


def drain(parts: Iterator[bytes]) -> int:
    return sum(map(len, parts))


class Table:
    def __init__(self, mib: int, runs: int):
        self.mib, self.runs = mib, runs
        print(f"{mib} MiB of random bytes, {runs} runs each, {os.cpu_count()} cores\n")
        print(f"{'':46}{'median':>10}{'slowest':>10}{'fastest':>10}   MiB/s")

    def row(self, name: str, timed: Callable[[bytes], object], before: Callable[[bytes], object] | None = None) -> None:
        """Times `timed` over fresh bytes each run; `before` prepares them, not timed."""
        speeds = []
        for _ in range(self.runs):
            data = os.urandom(self.mib * MIB)
            if before:
                before(data)
            start = time.perf_counter()
            timed(data)
            speeds.append(self.mib / (time.perf_counter() - start))
        median, slowest, fastest = statistics.median(speeds), min(speeds), max(speeds)
        print(f"{name:46}{median:10.0f}{slowest:10.0f}{fastest:10.0f}", flush=True)


def import_only(profile) -> Callable[[bytes], object]:
    def run(data: bytes) -> None:
        importer = FileImporter(lambda cid, block: None, profile)
        for piece in pieces(data):
            importer.feed(piece)
        importer.finish()

    return run


def store_rows(table: Table, name: str, store: ContentStore) -> None:
    last = []

    def added(data: bytes) -> None:
        last[:] = [store.add(pieces(data)).cid]

    table.row(f"{name}: add", added)
    table.row(f"{name}: add what is there", added, before=added)
    table.row(f"{name}: read, verified", lambda data: drain(store.open(last[0])), before=added)


def encryption_rows(table: Table) -> None:
    sealed: list[bytes] = []

    def encrypt(data: bytes) -> None:
        sealed[:] = encryption.encrypt(pieces(data), key=KEY, digest=DIGEST)

    def decrypt(data: bytes) -> None:
        def read(start: int, count: int) -> list[bytes]:
            return sealed[:1] if start == 0 else sealed[1:]

        drain(encryption.decrypt(read, sum(map(len, sealed)), key=KEY, digest=DIGEST))

    table.row("encrypt an original", encrypt)
    table.row("decrypt an original", decrypt, before=encrypt)


def kubo_rows(table: Table, daemon: kubo.Daemon, folder: Path) -> None:
    for profile in PROFILES.values():
        store_rows(table, f"Kubo, {profile.name}", KuboStore(daemon.api, profile))
    file = folder / "file"
    options = ("--quieter", "--cid-version=1", "--raw-leaves", "--chunker=size-262144", str(file))
    table.row(
        "`ipfs add --only-hash` (same CID)",
        lambda data: daemon("add", "--only-hash", *options),
        file.write_bytes,
    )
    table.row("`ipfs add` (same CID)", lambda data: daemon("add", *options), file.write_bytes)


def main() -> None:
    given = [int(text) for text in sys.argv[1:3]]
    table = Table(*given, *(64, 5)[len(given) :])
    table.row("plain sha2-256", lambda data: hashlib.sha256(data).digest())
    for profile in PROFILES.values():
        table.row(f"importer alone, {profile.name}", import_only(profile))
    encryption_rows(table)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        for profile in PROFILES.values():
            store_rows(table, f"embedded, {profile.name}", EmbeddedStore(folder / profile.name, profile))
        ipfs = kubo.binary()
        if ipfs is None:
            print(f"\n{kubo.HOW_TO_BUILD}")
            return
        (folder / "kubo").mkdir()
        kubo_rows(table, stack.enter_context(kubo.running(ipfs, folder / "kubo")), folder)


if __name__ == "__main__":
    main()
