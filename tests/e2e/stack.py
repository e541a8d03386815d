"""The whole product, started as `make up` starts it, on state of its own."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx

ROOT = Path(__file__).resolve().parents[2]
WAIT = 120.0  # seconds; a first start migrates and deploys


class Stack:
    """`python -m tools.stack` with its state in `folder`."""

    def __init__(self, folder: Path) -> None:
        self.var = folder / "var"
        self.env = {
            **{k: v for k, v in os.environ.items() if k not in SETTINGS},
            "VAR_DIR": str(self.var),
            "DEPLOYMENTS_DIR": str(folder / "deployments"),
        }
        self.log = folder / "up.log"
        self.process: subprocess.Popen | None = None

    def start(self) -> None:
        """Starts it and waits until it is healthy. Fails with the end of its output if it is not."""
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tools.stack", "up", "--without-seed"],
                cwd=ROOT,
                env=self.env,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.wait_until_healthy()

    def stop(self) -> None:
        """One Ctrl-C."""
        if self.process:
            os.killpg(self.process.pid, signal.SIGINT)
            self.process.wait(30)
            self.process = None

    @property
    def record(self) -> dict:
        return json.loads((self.var / "stack.json").read_text())

    @property
    def url(self) -> str:
        return self.record["url"]

    @property
    def rpc_url(self) -> str:
        return self.record["rpc"]

    def wait_until_healthy(self) -> None:
        deadline = time.monotonic() + WAIT
        while time.monotonic() < deadline:
            assert self.process is not None
            assert self.process.poll() is None, f"The stack ended by itself:\n{self.log.read_text()[-3000:]}"
            try:
                if httpx.get(self.url + "/healthz", timeout=5).status_code == 200:
                    return
            except (httpx.HTTPError, FileNotFoundError, KeyError, ValueError):
                pass
            time.sleep(0.25)
        raise AssertionError(f"The stack was not healthy after {WAIT:.0f} s:\n{self.log.read_text()[-3000:]}")

    def kill(self, *words: str) -> list[int]:
        """`kill -9` of every process of this stack whose command line has all these words. Returns their ids."""
        killed = []
        for pid in self.pids():
            try:
                command = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
            except FileNotFoundError:
                continue
            if all(word in command for word in words):
                os.kill(pid, signal.SIGKILL)
                killed.append(pid)
        return killed

    def pids(self) -> list[int]:
        """All descendants of the supervisor."""
        assert self.process is not None
        parents: dict[int, list[int]] = {}
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = stat.read_text().rpartition(")")[2].split()
            except FileNotFoundError:
                continue
            parents.setdefault(int(fields[1]), []).append(int(stat.parent.name))
        found, waiting = [], [self.process.pid]
        while waiting:
            children = parents.get(waiting.pop(), [])
            found += children
            waiting += children
        return found


SETTINGS = {
    "DJANGO_SETTINGS_MODULE", "SECRET_KEY", "SITE_KEY", "DEBUG", "VAR_DIR", "DEPLOYMENTS_DIR", "DATABASE_URL",
    "REDIS_URL", "CHAIN_RPC_URL", "SITE_URL", "KEEPER_PRIVATE_KEY",
}  # fmt: skip  # of the test session; the stack makes its own
