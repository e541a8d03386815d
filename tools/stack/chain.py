"""The local chain: anvil, with its state kept on disk so that neither Ctrl-C nor kill -9 loses it.

anvil's own `--state-interval` rewrites its file in place, and a kill in the middle of that would leave half a
chain. So the state is asked for whenever there is a new block, and replaces the file at once. What anvil writes
when a signal ends it is a second chance, for when nobody was there to ask.
"""

import contextlib
import gzip
import json
import time
import urllib.request
from http.client import HTTPException
from pathlib import Path
from typing import Any

from tools.stack.places import TOOLS_BIN, VAR
from tools.stack.ports import opener

CHAIN_ID = 31337
STATE = VAR / "chain" / "state.json"
LEFT = VAR / "chain" / "left.json"  # by anvil itself, at its end
GENESIS = VAR / "chain" / "genesis"
LOST = (
    "The local chain is not the one that the database was filled from: its state, or the end of it, was lost.\n"
    "`make reset` forgets both; `make up` then starts afresh."
)


class LostChain(Exception):
    """What is running is another chain than the one that the database was filled from, or an earlier state of it."""


class LocalChain:
    """anvil on a port of this machine."""

    def __init__(self, port: int):
        self.port = port
        self.url = f"http://127.0.0.1:{port}"
        self._saved = ""  # hash of the newest block in the file
        self._next = 0.0

    @property
    def command(self) -> list[str]:
        STATE.parent.mkdir(parents=True, exist_ok=True)
        _take_up()
        command = [str(TOOLS_BIN / "anvil"), "--host", "127.0.0.1", "--port", str(self.port)]
        # Without pruning, anvil keeps each block's whole state and moves old ones to the user's home.
        command += ["--chain-id", str(CHAIN_ID), "--prune-history", "256", "--dump-state", str(LEFT)]
        return command + (["--load-state", str(STATE)] if STATE.exists() else [])

    def is_up(self) -> bool:
        """Whether it answers, as the chain that it should be. Raises LostChain if it is another one."""
        try:
            if int(self.call("eth_chainId"), 16) != CHAIN_ID:
                return False
            genesis = self.call("eth_getBlockByNumber", "0x0", False)["hash"]
        except (OSError, HTTPException, ValueError):
            return False
        if GENESIS.exists() and GENESIS.read_text() != genesis:
            raise LostChain
        self.save(force=True)
        GENESIS.write_text(genesis)
        return True

    def save(self, *, force: bool = False) -> None:
        """Writes the state if there is a new block. At most a third of the time goes into it."""
        begun = time.monotonic()
        if not force and begun < self._next:
            return
        with contextlib.suppress(OSError, HTTPException, ValueError):  # gone: whoever minds it starts it again
            newest = self.call("eth_getBlockByNumber", "latest", False)["hash"]
            if force or newest != self._saved:
                _write(gzip.decompress(bytes.fromhex(self.call("anvil_dumpState").removeprefix("0x"))))
                self._saved = newest
        self._next = time.monotonic() + max(0.25, 2 * (time.monotonic() - begun))

    def height(self) -> int:
        return int(self.call("eth_blockNumber"), 16)

    def call(self, method: str, *params):
        """A JSON-RPC call. Raises OSError if nobody answers, ValueError on an error answer."""
        body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}).encode()
        request = urllib.request.Request(self.url, body, {"Content-Type": "application/json"})
        with opener.open(request, timeout=5) as answer:
            said = json.load(answer)
        if "error" in said:
            raise ValueError(said["error"])
        return said["result"]


def _take_up() -> None:
    """Makes STATE what anvil can go on from: the newest that there is, with one block 0.

    anvil makes a block 0 of its own at each start and keeps it beside the one that it loads. The first is ours.
    """
    found = [state for state in map(_read, (STATE, LEFT)) if state]
    LEFT.unlink(missing_ok=True)
    if not found or not STATE.exists():
        return
    state = max(found, key=lambda state: int(state["best_block_number"]))
    numbered = [(int(block["header"]["number"], 16), block) for block in state["blocks"]]
    ours = min((block for number, block in numbered if number == 0), key=lambda b: int(b["header"]["timestamp"], 16))
    state["blocks"] = [block for number, block in numbered if number or block is ours]
    _write(json.dumps(state).encode())


def _read(path: Path) -> dict[str, Any] | None:
    """None for what is not there, or was not written to its end."""
    try:
        return json.loads(path.read_bytes())
    except (FileNotFoundError, ValueError):
        return None


def _write(state: bytes) -> None:
    fresh = STATE.with_suffix(".new")
    fresh.write_bytes(state)
    fresh.replace(STATE)
