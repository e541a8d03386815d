"""Where things are in the checkout, and how the installer runs other programs."""

import os
import subprocess
from pathlib import Path
from typing import TextIO

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
BIN = ROOT / ".tools" / "bin"


class Problem(Exception):
    """What stops the installation, and what to do about it, in a sentence."""


def run(log: TextIO, *command: str | Path, **more: str) -> None:
    """Runs a command in the checkout, all it says going to the log. Raises CalledProcessError."""
    log.write("$ " + " ".join(map(str, command)) + "\n")
    subprocess.run(
        [str(part) for part in command],
        cwd=ROOT,
        env=environment() | more,
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT,
        check=True,
    )


def environment() -> dict[str, str]:
    """The caller's environment, with what is installed here first on PATH."""
    env = dict(os.environ)
    env["PATH"] = os.pathsep.join([str(BIN), str(VENV / "bin"), env.get("PATH", os.defpath)])
    for name in ("VIRTUAL_ENV", "PYTHONHOME", "PYTHONPATH"):
        env.pop(name, None)
    env.setdefault("NODE_USE_SYSTEM_CA", "1")  # as for git and pip, a company's own certificate counts
    env.setdefault("UV_SYSTEM_CERTS", "1")
    if not os.access(env.get("HOME") or "/nonexistent", os.W_OK):
        home = ROOT / ".tools" / "home"  # uv, npm and forge keep caches there
        home.mkdir(parents=True, exist_ok=True)
        env["HOME"] = str(home)
    return env


def link(name: Path, target: Path) -> None:
    """A relative symbolic link, replaced at once: whoever runs it meanwhile never finds it missing."""
    name.parent.mkdir(parents=True, exist_ok=True)
    fresh = name.with_name(name.name + ".new")
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(os.path.relpath(target, name.parent))
    fresh.replace(name)
