"""The stack that a journey runs against: the one that is up, or one that lives as long as the journey."""

import contextlib
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

from tools.progress import fail, say, step
from tools.stack import record
from tools.stack.places import LOGS, ROOT, shown

PATIENCE = 300.0  # seconds for a first start, with its pictures


@contextlib.contextmanager
def running_stack() -> Iterator[dict]:
    """The record of a stack that is ready: `url`, `rpc`. One that is not up yet is started, and stopped afterwards."""
    if found := record.running():
        if not found.get("ready"):
            with step("Waiting for `make up` to be ready"):
                found = _when_ready()
        yield found
        return
    LOGS.mkdir(parents=True, exist_ok=True)
    log = LOGS / "stack.log"
    command = [sys.executable, "-m", "tools.stack", "up", "--without-seed"]
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=ROOT, stdout=output, stderr=output, start_new_session=True)
    try:
        with step("Starting Mintmark for this"):
            found = _when_ready(process)
        yield found
    finally:
        process.send_signal(signal.SIGINT)
        process.wait()
        say(f"  Mintmark is stopped again ({shown(log)}).")


def _when_ready(process: subprocess.Popen | None = None) -> dict:
    deadline = time.monotonic() + PATIENCE
    while not (found := record.running()).get("ready"):
        if process and process.poll() is not None:
            fail((LOGS / "stack.log").read_text())
        if not process and not found:
            fail("`make up` ended before it was ready: look at what it said.")
        if time.monotonic() > deadline:
            fail(f"Mintmark was not ready after {PATIENCE:.0f} s. Its logs: {shown(LOGS)}/*.log")
        time.sleep(0.3)
    return found
