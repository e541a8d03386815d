"""How fast is the watcher? `python -m tests.bench.bench_watcher [events] [runs]`, on the database of DATABASE_URL.

Real transfers of shares on a local chain, in dense blocks and in sparse ones, read from the first to the last: into the
journal alone, and with every projection. The yardstick is the same logs fetched and parsed and then thrown away: no
reader of this chain can be faster. On PostgreSQL, Ponder reads the same chain into the same server, from its own start
until it says it is ready. Rows are counted in the database, and their checksum is that of a rebuild.
"""

import logging
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest import mock

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
import django

django.setup()

from django.apps import apps  # noqa: E402
from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402

from marketplace.chain import handlers, rebuilding  # noqa: E402
from marketplace.chain.deployments import deployment  # noqa: E402
from marketplace.chain.models import Chain, Cursor, Fact, LogEntry  # noqa: E402
from marketplace.chain.rpc import Rpc, to_int  # noqa: E402
from marketplace.chain.watcher import ranges  # noqa: E402
from marketplace.chain.watcher.loop import Watcher  # noqa: E402
from marketplace.chain.watcher.source import Source  # noqa: E402
from marketplace.royalties.models import ShareTransfer as Transfers  # noqa: E402
from tests.bench import peer  # noqa: E402
from tests.bench.traffic import Scatter  # noqa: E402
from tests.fixtures.chain import Anvil, _deploy  # noqa: E402

WORKS = 10
DENSE = 500  # events a block
SPARSE = 100  # blocks for each that has DENSE events


class CountingRpc(Rpc):
    """Counts requests, and the calls in them."""

    requests = calls = 0

    def _post(self, body: object) -> object:
        self.requests += 1
        self.calls += len(body) if isinstance(body, list) else 1
        return super()._post(body)


@contextmanager
def chain_with(events: int, gap: int) -> Iterator[Anvil]:
    """A chain with so many transfers, in blocks of DENSE, each followed by `gap` empty ones."""
    anvil = Anvil("--gas-limit", "1000000000000", "--prune-history", "--transaction-block-keeper", "1000000")
    anvil.rpc = Rpc(anvil.url, timeout=600)  # seconds; it mines many blocks at once
    with TemporaryDirectory() as folder:
        try:
            settings.CHAIN_RPC_URL, settings.DEPLOYMENTS_DIR = anvil.url, Path(folder)
            _deploy(anvil, settings.DEPLOYMENTS_DIR)
            anvil.call("evm_setAutomine", False)
            scatter = Scatter(anvil, deployment(), works=WORKS)
            for start in range(0, events, DENSE):
                scatter.block(min(DENSE, events - start))
                if gap:
                    anvil.mine(gap)
            anvil.mine(70)  # so that all of it is final
            yield anvil
        finally:
            anvil.stop()


def forget() -> None:
    """An empty database, without making its tables anew."""
    tables = [LogEntry, Cursor, Chain, *(m for m in apps.get_models() if issubclass(m, Fact))]
    names = ", ".join(connection.ops.quote_name(m._meta.db_table) for m in tables)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"TRUNCATE {names} RESTART IDENTITY CASCADE")
        else:
            cursor.execute("PRAGMA foreign_keys = OFF")
            for model in [*tables, *(apps.get_app_config("chain").get_models())]:
                cursor.execute(f"DELETE FROM {connection.ops.quote_name(model._meta.db_table)}")
            cursor.execute("PRAGMA foreign_keys = ON")


def fetch_only(rpc: CountingRpc) -> int:
    """The yardstick: all logs, fetched in ranges as the watcher begins with, parsed and thrown away."""
    source = Source(rpc, deployment().watched)
    head = source.tip().head.number
    count = 0
    for first in range(0, head + 1, ranges.START):
        last = min(first + ranges.START - 1, head)
        count += len(
            rpc.call("eth_getLogs", {"fromBlock": hex(first), "toBlock": hex(last), "address": source.addresses})
        )
    return count


def everything(rpc: CountingRpc) -> int:
    forget()
    watcher = Watcher(rpc)
    watcher.catch_up()
    watcher.release()
    return LogEntry.objects.count()


def journal_only(rpc: CountingRpc) -> int:
    with mock.patch.object(handlers, "dispatch"):
        return everything(rpc)


def ponder(lanes: int) -> Callable[[CountingRpc], int]:
    def run(rpc: CountingRpc) -> int:
        head = to_int(rpc.call("eth_blockNumber"))
        transfers = Transfers.objects.count()
        peer.read_all(rpc=rpc.url, rights=deployment().rights, last_block=head - 1, expected=transfers, lanes=lanes)
        return transfers

    return run


def row(name: str, runs: int, timed: Callable[[CountingRpc], int]) -> None:
    speeds = []
    for _ in range(runs):
        rpc = CountingRpc(settings.CHAIN_RPC_URL)
        start = time.perf_counter()
        count = timed(rpc)
        speeds.append(count / (time.perf_counter() - start))
    median, slowest, fastest = statistics.median(speeds), min(speeds), max(speeds)
    asked = f"{rpc.requests:10}{rpc.calls:10}" if rpc.requests > 1 else ""
    print(f"{name:40}{median:10,.0f}{slowest:10,.0f}{fastest:10,.0f}{asked}", flush=True)


def main(events: int, runs: int) -> None:
    logging.disable(logging.INFO)
    subprocess.run(["forge", "build", "--quiet", "contracts/src", "contracts/bench/Crowd.sol"], check=True)
    connection.creation.create_test_db(verbosity=0)
    try:
        print(f"{events:,} transfers of shares, {runs} runs each, {connection.vendor}, {os.cpu_count()} cores\n")
        for name, gap in (("dense", 0), ("sparse", SPARSE - 1)):
            with chain_with(events, gap):
                head = f"{name}: events a second"
                print(f"{head:40}{'median':>10}{'slowest':>10}{'fastest':>10}{'requests':>10}{'calls':>10}")
                row("fetched and parsed, nothing kept", runs, fetch_only)
                row("journal", runs, journal_only)
                row("journal and every projection", runs, everything)
                if connection.vendor == "postgresql":
                    peer.install()
                    row("Ponder 0.16.10, as it comes", runs, ponder(1))
                    row("Ponder 0.16.10, 32 lanes", runs, ponder(32))
                made = rebuilding.checksums()["all"]
                print(f"facts: {made}; rebuilt from the journal: {rebuilding.rebuild()['all']}\n", flush=True)
        print(f"most memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")
    finally:
        connection.creation.destroy_test_db(settings.DATABASES["default"]["NAME"], verbosity=0)


if __name__ == "__main__":
    main(*(int(each) for each in [*sys.argv[1:], "100000", "3"][:2]))
