"""One program of the stack: in a process group of its own, ended as a whole, started again when it dies."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

PR_SET_PDEATHSIG = 1  # prctl(2), Linux
LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None
LONGEST_PAUSE = 15.0  # seconds between attempts at a program that keeps dying
SETTLED = 30.0  # seconds of running after which its next death counts as the first


class Child:
    """A program and its log.

    `command` is asked at each start, and `pass_fds` stay open in it. A `log` of None leaves its output on the
    terminal. One that runs `once` is not started again.
    """

    def __init__(
        self,
        name: str,
        command: Callable[[], list[str]],
        *,
        env: dict[str, str],
        cwd: Path,
        log: Path | None,
        once: bool = False,
        pass_fds: Sequence[int] = (),
    ):
        self.name, self.command, self.env, self.cwd, self.log, self.once = name, command, env, cwd, log, once
        self.pass_fds = pass_fds
        self.process: subprocess.Popen | None = None
        self.deaths = 0
        self.started = self.again_at = 0.0
        if log:
            log.parent.mkdir(parents=True, exist_ok=True)
            if log.exists():
                log.replace(log.with_suffix(".log.1"))

    def start(self) -> None:
        """Starts it, in a session of its own: Ctrl-C in the terminal reaches the supervisor alone."""
        with contextlib.ExitStack() as closing:
            output = closing.enter_context(self.log.open("ab")) if self.log else None
            self.process = subprocess.Popen(
                self.command(),
                cwd=self.cwd,
                env=self.env,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT if output else None,
                start_new_session=True,
                pass_fds=self.pass_fds,
                preexec_fn=_end_with(os.getpid()),
            )
        self.started = time.monotonic()

    @property
    def running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    @property
    def ended(self) -> str:
        """How it ended, in words."""
        code = self.process.poll() if self.process else None
        if code is None:
            return "running"
        return f"ended with code {code}" if code >= 0 else f"was killed by {signal.Signals(-code).name}"

    @property
    def failed(self) -> bool:
        """Whether it has ended, and not well."""
        return self.process is not None and bool(self.process.poll())

    def bury(self) -> float:
        """Clears away what a dead one left running. Returns the seconds to wait until the next attempt."""
        self.signal(signal.SIGKILL)
        self.deaths = 1 if time.monotonic() - self.started > SETTLED else self.deaths + 1
        pause = min(0.5 * 2 ** (self.deaths - 1), LONGEST_PAUSE)
        self.again_at = time.monotonic() + pause
        self.process = None
        return pause

    def signal(self, number: int) -> None:
        """Sends a signal to its whole group; to nobody if all are gone."""
        if self.process:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, number)

    def says(self, phrase: str) -> bool:
        """Whether its log has this: the sign that its port is really its own."""
        return bool(self.log) and phrase in self.log.read_text(errors="replace")

    def tail(self, lines: int = 15) -> str:
        if not self.log or not self.log.exists():
            return ""
        return "\n".join("    " + line for line in self.log.read_text(errors="replace").splitlines()[-lines:])


def _end_with(parent: int) -> Callable[[], None]:
    """For the new process, before it becomes the program: end when the supervisor does, even by kill -9."""

    def arrange() -> None:
        if LIBC:
            LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
            if os.getppid() != parent:  # it ended in between
                os._exit(1)

    return arrange
