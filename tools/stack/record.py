"""var/stack.json: what runs here; for a second `make up`, for `make demo`, and to clear up after a crash."""

import contextlib
import fcntl
import json
import os
import signal
import subprocess
import time
from collections.abc import Iterable
from pathlib import Path
from typing import TextIO

from tools.stack.child import Child
from tools.stack.places import VAR

RECORD = VAR / "stack.json"
LOCK = VAR / "stack.lock"


class AlreadyRunning(Exception):
    """Another supervisor holds this checkout's lock."""


def take_lock() -> TextIO:
    """Makes the caller the only stack on this state for as long as it keeps the file open."""
    VAR.mkdir(parents=True, exist_ok=True)
    lock = LOCK.open("a")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        raise AlreadyRunning from None
    return lock


def read() -> dict:
    """The record of the stack that runs, or ran, on this state; {} if none did."""
    with contextlib.suppress(FileNotFoundError, ValueError):
        return json.loads(RECORD.read_text())
    return {}


def running() -> dict:
    """The record of the stack that runs now; {} if none does. `ready` says whether it has everything."""
    try:
        take_lock().close()
    except AlreadyRunning:
        return read() or {"ready": False}  # it is about to write one
    return {}


def write(children: Iterable[Child], **facts) -> None:
    """Notes each child's process with its start time, so that a later start never ends a stranger's."""
    pids = [child.process.pid for child in children if child.running]
    times = start_times(pids)
    record = {"pid": os.getpid(), **facts, "processes": {str(pid): times.get(pid, "") for pid in pids}}
    fresh = RECORD.with_suffix(".new")
    fresh.write_text(json.dumps(record, indent=2))
    fresh.replace(RECORD)


def clear_leftovers() -> int:
    """Ends what a supervisor that was killed left behind. Returns how many groups that were."""
    noted = {int(pid): time for pid, time in read().get("processes", {}).items()}
    now = start_times(noted)
    groups = [pid for pid, begun in noted.items() if begun and now.get(pid) == begun]
    for number in (signal.SIGTERM, signal.SIGKILL):
        for pid in groups:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(pid, number)
        deadline = time.monotonic() + 5
        while start_times(groups) and time.monotonic() < deadline:
            time.sleep(0.1)
    RECORD.unlink(missing_ok=True)
    return len(groups)


def start_times(pids: Iterable[int]) -> dict[int, str]:
    """When each process started, which with its number names it for good. Without those that are gone."""
    found = {pid: _start_time(pid) for pid in pids}
    return {pid: begun for pid, begun in found.items() if begun}


def _start_time(pid: int) -> str:
    proc = Path("/proc")
    if (proc / "self/stat").exists():
        with contextlib.suppress(OSError):
            boot = (proc / "sys/kernel/random/boot_id").read_text().strip()
            fields = (proc / str(pid) / "stat").read_text().rpartition(")")[2].split()  # proc(5), from field 3
            return "" if fields[0] == "Z" else f"{boot} {fields[19]}"
        return ""
    command = ["ps", "-o", "lstart=", "-p", str(pid)]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
