"""Several nodes of one chain, for tests, and ways to them that can be made to fail."""

import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx

from marketplace.chain.nodes import Nodes
from tests.fixtures.chain import Anvil

NOBODY = "http://127.0.0.1:1/v1/a-secret-key"


class Proxy:
    """A way to a node that can be made to fail. `asked`: the methods of each request."""

    def __init__(self, target: str) -> None:
        self.target = target
        self.asked: list[list[str]] = []
        self.change: Callable[[str, dict[str, Any]], Any] | None = None  # of an answer, by what was asked for
        self.loses = False  # answers: the node gets the question, and nobody the answer
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
                status, content = proxy.answer(body)
                self.send_response(status)
                self.send_header("content-length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *args: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/v1/a-secret-key"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def answer(self, body: Any) -> tuple[int, bytes]:
        calls = body if isinstance(body, list) else [body]
        self.asked.append([call["method"] for call in calls])
        answers = httpx.post(self.target, json=body, trust_env=False).json()
        if self.loses:
            return 502, b""
        if self.change is not None:
            for call, answer in zip(calls, answers if isinstance(answers, list) else [answers], strict=True):
                self.change(" ".join([call["method"], *map(str, call["params"][:1])]), answer)
        return 200, json.dumps(answers).encode()

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()


def same_chain(node: Anvil) -> Anvil:
    """Another node, with the chain that this one has now."""
    genesis = node.call("eth_getBlockByNumber", "0x0", False)
    other = Anvil("--timestamp", str(int(genesis["timestamp"], 16)))  # anvil's first block has the time of its start
    other.call("anvil_loadState", node.call("anvil_dumpState"))
    return other


def problems(rpc: Nodes) -> list[str]:
    return [str(each.problem or "") for each in rpc.nodes]
