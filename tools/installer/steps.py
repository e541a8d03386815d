"""The steps of an installation, each stamped by the hash of what goes into it."""

import hashlib
import platform
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from tools.installer.foundry import CONFIG, PLATFORM, install_foundry
from tools.installer.python import install_python_packages, make_venv
from tools.installer.shell import BIN, ROOT, VENV, run

STAMPS = ROOT / ".tools" / "stamps"


@dataclass(frozen=True)
class Step:
    """`work` makes `output` from `inputs`: files, folders (all files under them) and plain words."""

    name: str
    title: str
    inputs: tuple[Path | str, ...]
    output: Path
    work: Callable[[TextIO], None]

    def is_done(self) -> bool:
        stamp = STAMPS / self.name
        return self.output.exists() and stamp.exists() and stamp.read_text() == digest(self.inputs)

    def do(self, log: TextIO) -> None:
        (STAMPS / self.name).unlink(missing_ok=True)
        before = digest(self.inputs)  # what changes while it is built is built again next time
        self.work(log)
        (STAMPS / self.name).write_text(before)


def digest(inputs: Iterable[Path | str]) -> str:
    """sha2-256 over words, names and contents. A missing file counts as such."""
    total = hashlib.sha256()
    for item in inputs:
        is_folder = isinstance(item, Path) and item.is_dir()
        for each in sorted(path for path in item.rglob("*") if path.is_file()) if is_folder else [item]:
            content = each.encode() if isinstance(each, str) else each.read_bytes() if each.exists() else b"-"
            total.update(f"{each}\0{len(content)}\0".encode())
            total.update(content)
    return total.hexdigest()


def install_node_packages(log: TextIO) -> None:
    run(log, ROOT / "tools/npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")


def build_contracts(log: TextIO) -> None:
    run(log, BIN / "forge", "build", "contracts/src")


def build_front_end(log: TextIO) -> None:
    run(log, ROOT / "tools/npm", "run", "--silent", "build")


# A checkout that moved, or another Python: everything again.
HERE = (str(ROOT), sys.version, platform.machine())
NODE_LOCK = (ROOT / "package.json", ROOT / "package-lock.json", ROOT / ".npmrc")
STEPS = [
    Step(
        "venv",
        "Virtual environment",
        (*HERE, ROOT / "requirements-bootstrap.lock"),
        VENV / "bin/uv",
        make_venv,
    ),
    Step(
        "python",
        "Python packages and Node",
        (*HERE, ROOT / "requirements-dev.lock"),
        BIN / "node",
        install_python_packages,
    ),
    Step(
        "node",
        "Node packages",
        (*HERE, *NODE_LOCK),
        ROOT / "node_modules/.package-lock.json",
        install_node_packages,
    ),
    Step(
        "foundry",
        "Foundry: anvil, forge, cast",
        (PLATFORM, CONFIG),
        BIN / "forge",
        install_foundry,
    ),
    Step(
        "contracts",
        "Contracts",
        (ROOT / "foundry.toml", ROOT / "contracts/src", ROOT / "tools/solc", CONFIG, *NODE_LOCK),
        ROOT / "contracts/out",
        build_contracts,
    ),
    Step(
        "frontend",
        "Front end",
        (
            *(ROOT / "frontend" / name for name in ("src", "tools", "vite.config.ts", "tsconfig.json")),
            *NODE_LOCK,
        ),
        ROOT / "frontend/dist/manifest.json",
        build_front_end,
    ),
]
