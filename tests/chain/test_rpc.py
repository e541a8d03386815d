"""JSON-RPC over HTTP, to nodes that answer well, badly, or not at all."""

import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from marketplace.chain.rpc import Rpc, RpcError, RpcUnavailable, get_rpc, to_int

Answer = Callable[[object], tuple[int, bytes]]


@pytest.fixture
def node():
    """A node that answers what a test says; `requests` has what it was asked."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            server.requests.append(body)
            if server.hang_up:
                server.hang_up -= 1
                self.close_connection = True
                self.connection.close()
                return
            status, content = server.answer(body)
            self.send_response(status)
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.requests, server.hang_up = [], 0
    server.answer = lambda body: (200, json.dumps({"jsonrpc": "2.0", "id": body["id"], "result": "0x1"}).encode())
    server.url = f"http://127.0.0.1:{server.server_port}/v1/a-secret-key"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def answers(node, status, content):
    node.answer = lambda body: (status, content if isinstance(content, bytes) else json.dumps(content).encode())


def test_a_result(node):
    assert Rpc(node.url).call("eth_chainId", 1, {"a": [2]}) == "0x1"
    assert node.requests == [{"jsonrpc": "2.0", "id": 1, "method": "eth_chainId", "params": [1, {"a": [2]}]}]


def test_null_is_a_result(node):
    answers(node, 200, {"jsonrpc": "2.0", "id": 1, "result": None})
    assert Rpc(node.url).call("eth_getTransactionReceipt", "0x") is None


def test_an_error_with_its_data(node):
    answers(node, 200, {"jsonrpc": "2.0", "id": 1, "error": {"code": 3, "message": "reverted", "data": "0x08c379a0"}})
    with pytest.raises(RpcError, match=r"reverted \(3\)") as raised:
        Rpc(node.url).call("eth_call")
    assert (raised.value.code, raised.value.data) == (3, "0x08c379a0")


@pytest.mark.parametrize("error", ["gone", {"message": None}, {"code": None, "message": "x"}])
def test_odd_errors_are_errors(node, error):
    answers(node, 200, {"jsonrpc": "2.0", "id": 1, "error": error})
    with pytest.raises(RpcError):
        Rpc(node.url).call("eth_call")


@pytest.mark.parametrize(
    ("status", "content"),
    [
        (200, b"<html>Welcome</html>"),
        (200, b""),
        (502, b"Bad Gateway"),
        (429, {"jsonrpc": "2.0", "id": 1, "error": {"code": -32005, "message": "slow down"}}),
        (200, {"message": "unauthorised"}),
        (200, "text"),
        (200, []),
    ],
)
def test_what_is_no_answer_is_told_without_the_key(node, status, content):
    answers(node, status, content)
    with pytest.raises(RpcUnavailable, match=r"127\.0\.0\.1") as raised:
        Rpc(node.url).call("eth_call")
    assert "secret" not in str(raised.value)


def test_nobody_there():
    with pytest.raises(RpcUnavailable, match="does not answer"):
        Rpc("http://127.0.0.1:1").call("eth_chainId")


def test_too_slow(node):
    import time

    node.answer = lambda body: time.sleep(1) or (200, b"{}")
    with pytest.raises(RpcUnavailable, match="does not answer"):
        Rpc(node.url, timeout=0.1).call("eth_chainId")


def test_a_connection_that_was_closed_meanwhile_is_opened_again(node):
    rpc = Rpc(node.url)
    rpc.call("eth_chainId")
    node.hang_up = 1
    assert rpc.call("eth_chainId") == "0x1"
    node.hang_up = 2  # and not for ever
    with pytest.raises(RpcUnavailable):
        rpc.call("eth_chainId")


class TestBatches:
    def reply(self, *results):
        return lambda body: (
            200,
            json.dumps(
                [{"jsonrpc": "2.0", "id": call["id"], **result} for call, result in zip(body, results, strict=True)][
                    ::-1
                ]
            ).encode(),
        )

    def test_answers_in_any_order_are_put_in_order(self, node):
        node.answer = self.reply({"result": "a"}, {"result": "b"}, {"result": None})
        assert Rpc(node.url).batch([("one", []), ("two", []), ("three", [])]) == ["a", "b", None]

    def test_one_that_failed(self, node):
        node.answer = self.reply({"result": "a"}, {"error": {"code": 1, "message": "no"}})
        found = Rpc(node.url).try_batch([("one", []), ("two", [])])
        assert found[0] == "a" and isinstance(found[1], RpcError)
        with pytest.raises(RpcError):
            Rpc(node.url).batch([("one", []), ("two", [])])

    def test_an_answer_that_is_left_out(self, node):
        node.answer = lambda body: (200, json.dumps([{"jsonrpc": "2.0", "id": body[0]["id"], "result": 1}]).encode())
        with pytest.raises(RpcUnavailable, match="left out"):
            Rpc(node.url).batch([("one", []), ("two", [])])

    def test_a_batch_that_is_refused_whole(self, node):
        answers(node, 200, {"jsonrpc": "2.0", "id": None, "error": {"code": -32600, "message": "batch too large"}})
        with pytest.raises(RpcError, match="batch too large"):
            Rpc(node.url).batch([("one", []), ("two", [])])
        answers(node, 200, {"jsonrpc": "2.0", "id": None, "result": "0x1"})
        with pytest.raises(RpcUnavailable, match="single result"):
            Rpc(node.url).batch([("one", []), ("two", [])])

    def test_nothing_to_ask(self, node):
        assert Rpc(node.url).batch([]) == []
        assert node.requests == []


def test_a_proxy_for_the_outside_world_is_not_asked_for_this_machine(node, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    assert Rpc(node.url).call("eth_chainId") == "0x1"


def test_one_client_a_process(settings):
    settings.CHAIN_RPC_URL = "http://127.0.0.1:2"
    assert get_rpc() is get_rpc()
    assert get_rpc().url == "http://127.0.0.1:2"


@pytest.mark.parametrize("bad", [None, "", "seven", 7, {}])
def test_what_is_no_quantity_is_told(bad):
    with pytest.raises(RpcUnavailable, match="hex number"):
        to_int(bad)
