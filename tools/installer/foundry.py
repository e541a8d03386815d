"""Foundry's programs from npm, a package for each platform, at the version and hashes of tools/foundry.json.

They live in a folder of their own: the packages that choose a platform name some that not every registry has,
and `npm ci` of the project would remove what its lock does not name.
"""

import json
import platform
import shutil
import sys
from collections.abc import Iterable
from typing import TextIO

from tools.installer.shell import BIN, ROOT, Problem, link, run

CONFIG = ROOT / "tools" / "foundry.json"
FOLDER = ROOT / ".tools" / "foundry"
MACHINE = {"x86_64": "amd64", "aarch64": "arm64"}.get(platform.machine().lower(), platform.machine().lower())
PLATFORM = f"{sys.platform}-{MACHINE}"


def install_foundry(log: TextIO) -> None:
    """Puts anvil, forge and cast into .tools/bin. npm checks each package against its pinned hash."""
    _check_platform()
    config = json.loads(CONFIG.read_text())
    packages = {tool: f"@foundry-rs/{tool}-{PLATFORM}" for tool in config["tools"]}
    lock = lock_of(packages.values(), config["version"], config["integrity"])
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    (FOLDER / "package.json").write_text(json.dumps(lock["packages"][""]))
    command = "ci"
    if set(packages.values()) <= config["integrity"].keys():
        (FOLDER / "package-lock.json").write_text(json.dumps(lock))
    else:
        log.write(f"tools/foundry.json has no hashes for {PLATFORM}: npm checks the registry's own.\n")
        command = "install"
    run(log, ROOT / "tools/npm", command, "--prefix", FOLDER, "--ignore-scripts", "--no-audit", "--no-fund")
    for tool, package in packages.items():
        link(BIN / tool, FOLDER / "node_modules" / package / "bin" / tool)


def lock_of(names: Iterable[str], version: str, integrity: dict[str, str]) -> dict:
    """A package-lock.json of these packages that names no host."""
    root = {"name": "foundry", "private": True, "dependencies": dict.fromkeys(names, version)}
    packages: dict[str, dict] = {"": root}
    for name in root["dependencies"]:
        packages[f"node_modules/{name}"] = {"version": version, "integrity": integrity.get(name)}
    return {"name": "foundry", "lockfileVersion": 3, "requires": True, "packages": packages}


def _check_platform() -> None:
    if sys.platform not in ("linux", "darwin"):
        raise Problem("Mintmark's local stack runs on Linux and macOS; on Windows use WSL.")
    libc, version = platform.libc_ver()
    if sys.platform == "linux" and (libc != "glibc" or tuple(map(int, version.split("."))) < (2, 35)):
        found = f"{libc} {version}" if libc else "another C library"
        raise Problem(f"Foundry needs glibc 2.35 or newer (Debian 12, Ubuntu 22.04); this system has {found}.")
