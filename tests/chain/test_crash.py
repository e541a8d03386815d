"""kill -9 at every point of a step, and at any moment of a running watcher: what follows equals an undisturbed run."""

import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import BinaryIO

import pytest
from django.conf import settings as django_settings
from django.db import connection, connections

from marketplace.chain import handlers, outbox
from marketplace.chain.models import Cursor
from marketplace.chain.rpc import get_rpc
from marketplace.chain.watcher import journal, matching, rollback, step
from marketplace.chain.watcher.lease import Lease
from marketplace.chain.watcher.loop import Watcher
from tests.chain.state import everything, forget
from tests.fixtures.chain import ROOT

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def anvil(fresh_anvil):
    return fresh_anvil


PROMPTLY = 6  # seconds; it takes less than two where the processor is not shared with other suites


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def in_a_process_that_dies(patch: Callable[[], None]) -> None:
    """Runs a watcher in a process of its own, changed by `patch` so that it is killed somewhere."""
    connections.close_all()  # not to be shared with the child
    child = os.fork()
    if child == 0:
        try:
            patch()
            Watcher(get_rpc()).catch_up()
        finally:
            os._exit(1)  # it should not have come this far
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
    Cursor.objects.update(leased_until="2000-01-01T00:00Z")  # not to wait for it


def before(owner: object, name: str) -> Callable[[], None]:
    return lambda: setattr(owner, name, lambda *args, **kwargs: die())


def after(owner: object, name: str, calls: int = 1) -> Callable[[], None]:
    original = getattr(owner, name)
    left = [calls]

    def patched(*args, **kwargs):
        result = original(*args, **kwargs)
        left[0] -= 1
        if left[0] == 0:
            die()
        return result

    return lambda: setattr(owner, name, patched)


POINTS = {
    "before the commit": before(step, "commit"),
    "after the cursor moved": after(Lease, "advance"),
    "after the journal": after(journal, "keep"),
    "after the blocks": after(journal, "keep_blocks"),
    "before the handlers": before(handlers, "dispatch"),
    "after an effect was asked for": after(outbox, "add_all"),
    "after the handlers": after(handlers, "dispatch"),
    "after the intents": after(matching, "match"),
    "after the commit": after(step, "commit"),
    "after the second commit": after(step, "commit", calls=2),
}


@pytest.mark.parametrize("point", POINTS)
def test_killed_in_a_step(traffic, settles_at, point):
    settles_at(safe=1, final=3)  # both ways of reading: by range up to finality, by block above
    traffic.a_day()
    in_a_process_that_dies(POINTS[point])
    traffic.a_day()
    Watcher(get_rpc()).catch_up()
    survived = everything()

    forget()
    Watcher(get_rpc()).catch_up()
    assert survived == everything()


@pytest.mark.parametrize(
    "point",
    {
        "before the rollback": before(rollback, "roll_back"),
        "in the rollback": after(Lease, "advance"),
        "after the facts were deleted": before(rollback.Outbox.objects, "waiting"),
        "after the rollback": after(rollback, "roll_back"),
    }.items(),
    ids=lambda item: item[0],
)
def test_killed_in_a_repair(anvil, traffic, settles_at, point):
    settles_at(safe=1, final=20)
    traffic.a_day()
    watcher = Watcher(get_rpc())
    watcher.catch_up()
    watcher.release()
    anvil.reorg(4)
    traffic.mint()
    in_a_process_that_dies(point[1])
    Watcher(get_rpc()).catch_up()
    survived = everything()

    forget()
    Watcher(get_rpc()).catch_up()
    assert survived == everything()


@pytest.fixture
def start_watching(tmp_path) -> Iterator[Callable[[str], subprocess.Popen[bytes]]]:
    """Starts `manage.py watch` on this test's database and the node at a URL; none of them outlives the test."""
    started = []
    with (tmp_path / "watch.log").open("ab") as log:
        yield lambda url: started.append(watch_command(url, log)) or started[-1]
        for process in started:
            process.kill()
            process.wait()


def watch_command(url: str, log: BinaryIO) -> subprocess.Popen[bytes]:
    database = connection.settings_dict
    if connection.vendor == "sqlite":
        address = f"sqlite:///{database['NAME']}"
    else:
        who = f"{database['USER']}:{database['PASSWORD']}@" if database["PASSWORD"] else f"{database['USER']}@"
        address = f"postgres://{who}{database['HOST']}:{database['PORT']}/{database['NAME']}"
    return subprocess.Popen(
        [sys.executable, "manage.py", "watch"],
        cwd=ROOT,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "marketplace.settings",
            "DATABASE_URL": address,
            "CHAIN_RPC_URL": url,
            "DEPLOYMENTS_DIR": str(django_settings.DEPLOYMENTS_DIR),
            "CHAIN_POLL_SECONDS": "0.05",
        },
        stderr=log,
    )


def test_the_command_killed_at_any_moment(anvil, traffic, start_watching):
    """`manage.py watch` for real, killed five times while things happen."""
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    chance = random.Random(seed)
    for _ in range(5):
        process = start_watching(anvil.url)
        wait_until(lambda: Cursor.objects.filter(owner__gt="", next_block__gt=1).exists())
        for _ in range(chance.randrange(1, 4)):
            traffic.a_day()
        time.sleep(chance.random() * 0.3)
        process.kill()
        process.wait()
        Cursor.objects.update(leased_until="2000-01-01T00:00Z")
    Watcher(get_rpc()).catch_up()
    survived = everything()

    forget()
    Watcher(get_rpc()).catch_up()
    assert survived == everything()


@pytest.mark.parametrize("signum", [signal.SIGTERM, signal.SIGINT])
def test_the_command_stops_promptly_and_gives_the_lease_back(anvil, start_watching, signum):
    process = start_watching(anvil.url)
    wait_until(lambda: Cursor.objects.filter(owner__gt="", next_block__gt=1).exists())
    process.send_signal(signum)
    assert process.wait(timeout=PROMPTLY) == 0
    assert not Cursor.objects.get().owner


def test_the_command_stops_while_the_node_hangs(tmp_path, settings, start_watching):
    """A node that takes the connection and says nothing: the watcher is in the middle of a call."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings.DEPLOYMENTS_DIR = tmp_path / "deployments"
        settings.DEPLOYMENTS_DIR.mkdir()
        (settings.DEPLOYMENTS_DIR / "31337.json").write_text(
            '{"chainId": 31337, "rights": "0x1", "market": "0x2", "usdc": "0x3", "assets": [], "startBlock": 0,'
            ' "feeBps": 0, "governor": "0x0"}'
        )
        process = start_watching(f"http://127.0.0.1:{silent.getsockname()[1]}")
        silent.settimeout(30)
        held, _ = silent.accept()  # it is in the call now
        process.terminate()
        assert process.wait(timeout=PROMPTLY) == 0
        held.close()


def wait_until(condition: Callable[[], bool], seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)
