"""A real Kubo daemon of one's own: on loopback, with no peers, in a folder that is thrown away."""

import base64
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from marketplace.content.cid import Cid

ROOT = Path(__file__).resolve().parents[2]
HOW_TO_BUILD = "Kubo is not built yet. Build it with `make kubo` (minutes, once), or set KUBO_BIN to an `ipfs` binary."


def binary() -> Path | None:
    """The `ipfs` to test with, if there is one."""
    for candidate in (os.environ.get("KUBO_BIN"), ROOT / ".tools" / "bin" / "ipfs"):
        if candidate and Path(candidate).is_file():
            return Path(candidate)
    return None


def can_be_built() -> bool:
    return shutil.which("go") is not None


class Daemon:
    def __init__(self, ipfs: Path, repo: Path):
        self.ipfs = ipfs
        self.repo = repo
        self.env = {**os.environ, "IPFS_PATH": str(repo), "IPFS_TELEMETRY": "off", "HOME": str(repo)}
        self.api = ""

    def __call__(self, *args: str, **options) -> str:
        """Runs `ipfs …` on this daemon's repository."""
        return subprocess.run(
            [self.ipfs, *args], env=self.env, check=True, capture_output=True, text=True, **options
        ).stdout.strip()

    def block_file(self, cid: Cid) -> Path:
        """Where the daemon keeps a block (flatfs: folders by the next-to-last two letters)."""
        name = base64.b32encode(b"\x12\x20" + cid.digest).decode().rstrip("=")
        return self.repo / "blocks" / name[-3:-1] / f"{name}.data"


@contextmanager
def running(ipfs: Path, repo: Path) -> Iterator[Daemon]:
    daemon = Daemon(ipfs, repo)
    daemon("init", "--empty-repo")
    for name, value in {
        "Bootstrap": "[]",
        "Addresses.Swarm": "[]",
        "Addresses.API": '"/ip4/127.0.0.1/tcp/0"',
        "Addresses.Gateway": '"/ip4/127.0.0.1/tcp/0"',
        "Routing.Type": '"none"',
        "Discovery.MDNS.Enabled": "false",
        "Provide.Enabled": "false",
        "AutoConf.Enabled": "false",
        "AutoTLS.Enabled": "false",
        "DNS.Resolvers": "{}",
        "Routing.DelegatedRouters": "[]",
        "Ipns.DelegatedPublishers": "[]",
        # Another operator's defaults: ours are sent with every file, so these must not change a CID.
        "Import.UnixFSChunker": '"size-131072"',
        "Import.CidVersion": "0",
        "Import.UnixFSRawLeaves": "false",
    }.items():
        daemon("config", "--json", name, value)
    with (repo / "daemon.log").open("wb") as log:
        process = subprocess.Popen([ipfs, "daemon"], env=daemon.env, stdout=log, stderr=log)
    try:
        daemon.api = _api_of(repo, process) + "/http"
        yield daemon
    finally:
        process.terminate()
        process.wait(20)


def _api_of(repo: Path, process: subprocess.Popen) -> str:
    """The address that the daemon chose, once it answers there."""
    until = time.monotonic() + 60
    log = repo / "daemon.log"
    while time.monotonic() < until and process.poll() is None:
        if "Daemon is ready" in log.read_text():
            return (repo / "api").read_text().strip()
        time.sleep(0.05)
    process.kill()
    raise RuntimeError(f"Kubo did not start:\n{log.read_text()}")
