"""What only the Kubo store promises: the daemon's configuration, network and errors change nothing."""

import json
import os
import socket
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import ipfshttpclient
import pytest

from marketplace.content import kubo as kubo_module
from marketplace.content import unixfs
from marketplace.content.cid import Cid
from marketplace.content.errors import DifferentCid, StoreFull, StoreUnavailable
from marketplace.content.kubo import KuboStore
from marketplace.content.unixfs import PROFILES, FileImporter, Tree, import_directory
from tests.content import kubo

CHUNK = 256 * 1024


@pytest.mark.kubo
@pytest.mark.parametrize("profile", PROFILES.values(), ids=PROFILES)
@pytest.mark.parametrize("extra", [-1, 0, 1])
def test_the_daemon_gives_our_cids_in_every_profile(daemon, profile, extra):
    data = os.urandom(2 * profile.chunk + extra)
    assert KuboStore(daemon.api, profile).add(data).profile == profile.name


@pytest.mark.kubo
@pytest.mark.parametrize("options", [(), ("--cid-version=1", "--raw-leaves=false"), ("--cid-version=1", "--trickle")])
def test_files_that_others_added_in_their_way_are_read(daemon, tmp_path, options):
    data = os.urandom(700_000)
    (tmp_path / "file").write_bytes(data)
    cid = Cid.parse(daemon("add", "--quieter", *options, str(tmp_path / "file")))
    store = KuboStore(daemon.api)
    store.pin(cid)  # for the daemon, a pin of version 0 is another one
    assert store.has(cid)
    assert store.size(cid) == len(data)
    assert b"".join(store.open(cid)) == data
    assert b"".join(store.open(cid, 300_000, 10)) == data[300_000:300_010]


@pytest.mark.kubo
def test_a_directory_has_kubos_cid(daemon, tmp_path):
    """Names in UTF-8 order, hidden files too, a directory in a directory, an empty one."""

    def put(cid, block):
        pass

    def imported(folder: Path) -> Tree:
        entries = {}
        for path in folder.iterdir():
            if path.is_dir():
                entries[path.name] = imported(path)
            else:
                importer = FileImporter(put)
                importer.feed(path.read_bytes())
                entries[path.name] = importer.finish()
        return import_directory(put, entries)

    top = tmp_path / "top"
    (top / "inner" / "empty").mkdir(parents=True)
    for name, size in {"b": 3, "B": 0, "é": 10, "🐟.txt": 300_000, ".hidden": 5, "inner/z": 2}.items():
        (top / name).write_bytes(os.urandom(size))
    options = ["--cid-version=1", "--raw-leaves", "--hidden", "--chunker=size-262144", "--quieter", "-r"]
    assert daemon("add", *options, str(top)) == str(imported(top).cid)


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def test_no_daemon_is_a_clear_error():
    store = KuboStore(f"/ip4/127.0.0.1/tcp/{free_port()}/http")
    cid = Cid.of_digest(bytes(32))
    for use in (
        lambda: store.add(b"hello"),
        lambda: store.open(cid),
        lambda: store.has(cid),
        store.check,
        store.collect,
    ):
        with pytest.raises(StoreUnavailable, match="cannot be reached"):
            use()


@pytest.mark.parametrize("api", ["", "localhost:5001", "http://127.0.0.1:5001", "/ip4/127.0.0.1/udp/5001"])
def test_an_address_that_is_none_is_a_clear_error(api):
    with pytest.raises(StoreUnavailable, match="not an address like"):
        KuboStore(api)


@contextmanager
def answering(answers):
    """A server with answers to `/api/v0/<path>`: a status and JSON, or a function. Notes what it is asked."""
    asked = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            while (size := int(self.rfile.readline(), 16)) if self.headers["Transfer-Encoding"] else 0:
                self.rfile.read(size + 2)
            asked.append(self.path.removeprefix("/api/v0/"))
            answer = answers[self.path.removeprefix("/api/v0/").split("?")[0]]
            if callable(answer):
                return answer(self)
            body = json.dumps(answer[1]).encode()
            self.send_response(answer[0])
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            return self.wfile.write(body)

        def log_message(self, *args):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield KuboStore(f"/ip4/127.0.0.1/tcp/{server.server_port}/http"), asked
        server.shutdown()


def test_a_daemon_that_cuts_files_in_its_own_way_is_found_out():
    """As with a version that ignores an option: the CID is refused, and what was stored is let go."""
    other = "QmbFMke1KXqnYyBBWxB74N4c5SBnJMVAiMNRcGu6x1AwQH"
    answers = {
        "add": (200, {"Name": "bytes", "Hash": other, "Size": "4"}),
        "pin/rm": (200, {"Pins": [other]}),
    }
    told = f"stored a file as {other}; in profile kubo-cidv1 it is bafkreibm6j"
    with answering(answers) as (store, asked), pytest.raises(DifferentCid, match=told):
        store.add(b"hello")
    assert asked[-1].startswith("pin/rm") and asked[-1].endswith(f"arg={other}")


def test_every_option_that_shapes_a_cid_is_sent():
    answers = {"add": (500, {"Message": "enough", "Code": 0, "Type": "error"})}
    with answering(answers) as (store, asked), pytest.raises(StoreUnavailable, match="refused: enough"):
        store.add(b"hello")
    for option in (
        "cid-version=1",
        "raw-leaves=true",
        "trickle=false",
        "chunker=size-262144",
        "max-file-links=174",
    ):
        assert option in asked[0]


def test_a_full_disk_of_the_daemon_is_a_full_store_and_what_it_left_is_freed():
    message = "write /data/ipfs/blocks/.temp/x: no space left on device"
    answers = {"add": (500, {"Message": message, "Code": 0, "Type": "error"}), "repo/gc": (200, {})}
    with answering(answers) as (store, asked), pytest.raises(StoreFull, match="is full"):
        store.add(b"hello")
    assert asked[-1].startswith("repo/gc")  # or the disk would stay full of a file that nobody keeps


def test_something_else_on_the_port_is_a_clear_error():
    def page(handler):
        handler.send_response(404)
        handler.end_headers()

    with answering({"version": page, "block/get": page}) as (store, _):
        for use in (store.check, lambda: store.open(Cid.of_digest(bytes(32)))):
            with pytest.raises(StoreUnavailable):
                use()


def test_a_daemon_that_never_answers_is_not_waited_for(monkeypatch):
    monkeypatch.setattr(kubo_module, "_ANSWER_TIMEOUT", 0.3)
    let_go = threading.Event()
    with answering({"block/get": lambda handler: let_go.wait(10), "add": lambda handler: let_go.wait(10)}) as (
        store,
        _,
    ):
        for use in (lambda: store.open(Cid.of_digest(bytes(32))), lambda: store.add(b"hello")):
            with pytest.raises(StoreUnavailable, match="did not answer in time"):
                use()
        let_go.set()


def test_a_daemon_that_dies_while_answering_is_a_clear_error():
    def half(handler):
        handler.send_response(200)
        handler.send_header("Content-Length", "1000")
        handler.end_headers()
        handler.wfile.write(b"half")
        handler.wfile.flush()
        handler.connection.shutdown(socket.SHUT_RDWR)

    with answering({"block/get": half}) as (store, _), pytest.raises(StoreUnavailable):
        store.open(Cid.of_digest(bytes(32)))


@pytest.mark.kubo
def test_the_trap_that_the_client_sets_is_avoided(daemon, tmp_path):
    """`Client.add` writes its own keywords over options, and gives leaves that are not raw: another CID."""
    (tmp_path / "file").write_bytes(b"hello")
    client = ipfshttpclient.Client(daemon.api)
    trapped = client.add(str(tmp_path / "file"), opts={"cid-version": "1", "raw-leaves": "true"})["Hash"]
    assert Cid.parse(trapped) != KuboStore(daemon.api).add(b"hello").cid
    assert b"".join(unixfs.read(KuboStore(daemon.api)._get_block, Cid.parse(trapped))) == b"hello"


@pytest.mark.kubo
def test_the_test_daemon_talks_to_nobody(daemon):
    """It is bound to loopback and has no peer to ask, so a test never depends on a network."""
    assert kubo.binary() is not None
    assert daemon.api.startswith("/ip4/127.0.0.1/tcp/")
    assert daemon("swarm", "peers") == ""
    assert daemon("bootstrap", "list") == ""
