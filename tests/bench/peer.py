"""Ponder, on the same chain and the same PostgreSQL, doing the least that an indexer of transfers does.

`tests/bench/ponder` is its project: one row a transfer, and one balance a holder. It is installed on first use.
"""

import os
import shutil
import signal
import socket
import subprocess
import time
from contextlib import closing
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

from django.db import connection

ROOT = Path(__file__).resolve().parent.parent.parent
PROJECT = Path(__file__).resolve().parent / "ponder"
PLACE = ROOT / ".tools" / "ponder"
LONGEST = 900.0  # seconds that a run may take


class PeerFailed(Exception):
    """Ponder ended, or did not read everything; the message is what it said last."""


def install() -> None:
    shutil.copytree(PROJECT, PLACE, dirs_exist_ok=True)
    if not (PLACE / "node_modules").exists():
        subprocess.run([ROOT / "tools" / "npm", "ci", "--no-audit", "--no-fund"], cwd=PLACE, check=True)


def read_all(*, rpc: str, rights: str, last_block: int, expected: int, lanes: int) -> float:
    """Seconds from Ponder's start until it says that it has read all. Raises PeerFailed unless it has."""
    for schema in ("peer", "ponder_sync"):
        _sql(f"DROP SCHEMA IF EXISTS {schema} CASCADE")
    port = _free_port()
    environment = os.environ | {
        "CHAIN_RPC_URL": rpc,
        "DATABASE_URL": _url(),
        "RIGHTS": rights,
        "END_BLOCK": str(last_block),
        "LANES": str(lanes),
        "PONDER_TELEMETRY_DISABLED": "true",
        "CI": "1",
    }
    command = [ROOT / ".tools" / "bin" / "node", "node_modules/ponder/dist/esm/bin/ponder.js", "start"]
    log = PLACE / "run.log"
    with log.open("wb") as out:
        start = time.perf_counter()
        process = subprocess.Popen(
            [*command, "--schema", "peer", "--port", str(port), "--log-level", "info"],
            cwd=PLACE,
            env=environment,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
        try:
            while not _is_ready(port):
                if process.poll() is not None or time.perf_counter() - start > LONGEST:
                    raise PeerFailed(log.read_text()[-2000:])
                time.sleep(0.02)
            seconds = time.perf_counter() - start
            found = _sql("SELECT count(*) FROM peer.transfer")
            if found < expected:
                raise PeerFailed(f"Ponder has {found} transfers, of {expected}.")
            return seconds
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait()


def _is_ready(port: int) -> bool:
    try:
        with urlopen(f"http://127.0.0.1:{port}/ready", timeout=2) as answer:
            return bool(answer.status == 200)
    except (HTTPError, URLError, OSError):
        return False


def _free_port() -> int:
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _url() -> str:
    at = connection.settings_dict
    return f"postgres://{at['USER']}:{at['PASSWORD']}@{at['HOST']}:{at['PORT']}/{at['NAME']}"


def _sql(statement: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return int(cursor.fetchone()[0]) if cursor.description else 0
