"""The supervisor behind `make up`: starting, minding, stopping, and what it says."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from tests.e2e.stack import ROOT, Stack
from tools.journey.wallet import Node

PROGRAMS = {
    "web": ("gunicorn", "marketplace.wsgi"),
    "worker": ("celery", "worker"),
    "watcher": ("manage.py", "watch"),
    "redis": ("redis-server",),
    "chain": ("anvil",),
}


def eventually(check, *, within: float = 30.0) -> None:
    deadline = time.monotonic() + within
    while not check():
        assert time.monotonic() < deadline, f"not within {within:.0f} s"
        time.sleep(0.1)


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def mine(node: Node) -> str:
    """A block with something in it; its hash."""
    sender, receiver, *_ = node.call("eth_accounts")
    tx_hash = node.call("eth_sendTransaction", {"from": sender, "to": receiver, "value": "0x1"})
    return node.receipt(tx_hash)["blockHash"]


def run(stack: Stack, *arguments: str) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "tools.stack", *arguments]
    return subprocess.run(command, cwd=ROOT, env=stack.env, capture_output=True, text=True, check=False, timeout=60)


def test_it_says_what_it_does_and_where_it_is(stack):
    eventually(lambda: "Ctrl-C stops everything" in stack.log.read_text())
    said = stack.log.read_text()
    assert f"Mintmark is at {stack.url}" in said
    for words in ("Redis and the local chain …", "Database and contracts …", "Ada Palette", "make reset"):
        assert words in said
    assert len(said.splitlines()) < 20, "progress, not a wall of logs"
    assert stack.record["ready"] is True


def test_the_site_knows_its_own_address(stack):
    assert httpx.get(f"{stack.url}/healthz").json()["site"] == stack.url


def test_secrets_are_made_once_and_for_the_owner_alone(stack):
    path = stack.var / "env"
    assert path.stat().st_mode & 0o777 == 0o600
    names = {line.split("=", 1)[0] for line in path.read_text().splitlines()}
    assert names == {"DEBUG", "SECRET_KEY", "SITE_KEY", "KEEPER_PRIVATE_KEY"}


def test_a_second_one_on_the_same_state_declines(stack):
    second = run(stack, "up")
    assert second.returncode == 1
    assert f"running in this checkout already, at {stack.url}" in second.stdout


def test_reset_declines_while_it_runs(stack):
    refused = run(stack, "reset")
    assert refused.returncode == 1
    assert "Ctrl-C where it was started stops it" in refused.stdout
    assert (stack.var / "db.sqlite3").exists()


@pytest.mark.parametrize("program", PROGRAMS)
def test_what_is_killed_is_started_again(stack, program):
    node = Node(stack.rpc_url)
    block = mine(node)
    time.sleep(2.5)  # the chain's state is on disk a second or so after a block
    before = set(stack.pids())
    assert stack.kill(*PROGRAMS[program])
    eventually(lambda: f"{program} was killed by SIGKILL: starting it again" in stack.log.read_text())
    eventually(lambda: len(set(stack.pids()) - before) >= 1)
    stack.wait_until_healthy()
    eventually(lambda: node.call("eth_getBlockByHash", block, False) is not None)


def test_visitors_wait_while_the_web_starts_again(stack):
    stack.kill(*PROGRAMS["web"])
    assert httpx.get(f"{stack.url}/healthz", timeout=30).status_code == 200


def test_nothing_outlives_a_supervisor_that_is_killed(stack):
    block = mine(Node(stack.rpc_url))
    time.sleep(2.5)
    children = stack.pids()
    stack.process.kill()
    stack.process.wait()
    eventually(lambda: not any(map(is_alive, children)), within=15)

    stack.start()
    assert Node(stack.rpc_url).call("eth_getBlockByHash", block, False) is not None
    assert httpx.get(f"{stack.url}/healthz").json()["chain"]["indexed"] >= 1


def test_one_ctrl_c_stops_everything_and_the_next_start_goes_on(stack):
    block = mine(Node(stack.rpc_url))  # not a second ago: the last state is saved on the way out
    secrets = (stack.var / "env").read_text()
    children = stack.pids()
    begun = time.monotonic()
    os.killpg(stack.process.pid, signal.SIGINT)
    assert stack.process.wait(20) == 0
    assert time.monotonic() - begun < 10
    assert not any(map(is_alive, children))
    assert not (stack.var / "stack.json").exists()

    stack.start()
    assert Node(stack.rpc_url).call("eth_getBlockByHash", block, False) is not None
    assert (stack.var / "env").read_text() == secrets


def test_closing_the_terminal_stops_everything(tmp_path):
    another = Stack(tmp_path / "a terminal")
    command = [sys.executable, "-m", "tools.stack", "up", "--without-seed"]
    process = subprocess.Popen(command, cwd=ROOT, env=another.env, stdout=subprocess.PIPE, text=True)
    while "Ctrl-C stops everything" not in process.stdout.readline():
        assert process.poll() is None
    children = [int(child) for child in another.record["processes"]]
    assert len(children) == 5
    process.stdout.close()  # what is said from now on is read by nobody
    process.send_signal(signal.SIGHUP)
    assert process.wait(20) == 0
    assert not any(map(is_alive, children))
    assert not (another.var / "stack.json").exists()


def test_a_second_ctrl_c_does_not_wait(stack):
    worker = next(pid for pid in stack.pids() if b"celery" in Path(f"/proc/{pid}/cmdline").read_bytes())
    os.kill(worker, signal.SIGSTOP)  # it will not end by itself
    children = stack.pids()
    os.kill(stack.process.pid, signal.SIGINT)
    time.sleep(1)
    assert stack.process.poll() is None
    begun = time.monotonic()
    os.kill(stack.process.pid, signal.SIGINT)
    assert stack.process.wait(20) == 0
    assert time.monotonic() - begun < 3
    assert not any(map(is_alive, children))
    stack.start()


def test_the_port_can_be_chosen(stack, monkeypatch):
    stack.stop()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    monkeypatch.setitem(stack.env, "PORT", str(port))
    stack.start()
    assert stack.url == f"http://127.0.0.1:{port}"


def test_a_busy_port_is_left_to_whoever_has_it(stack, monkeypatch):
    stack.stop()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        monkeypatch.setitem(stack.env, "PORT", str(port))
        stack.start()
    assert stack.url != f"http://127.0.0.1:{port}"
    assert f"Port {port} is taken by another program" in stack.log.read_text()
    assert httpx.get(f"{stack.url}/healthz").json()["site"] == stack.url


def test_a_chain_that_was_lost_is_said_so_and_reset_cures_it(stack):
    stack.stop()
    (stack.var / "chain" / "state.json").unlink()
    refused = run(stack, "up", "--without-seed")
    assert refused.returncode == 1
    assert "not the one that the database was filled from" in refused.stdout
    assert "make reset" in refused.stdout

    assert run(stack, "reset").returncode == 0
    assert not stack.var.exists()
    assert not list(Path(stack.env["DEPLOYMENTS_DIR"]).glob("*.json"))
    stack.start()


def test_a_chain_that_lost_its_last_blocks_is_said_so(stack):
    """For example from a backup: works that the database knows would not be there."""
    state = stack.var / "chain" / "state.json"
    stack.stop()
    old = state.read_bytes()
    stack.start()
    mine(Node(stack.rpc_url))
    eventually(lambda: httpx.get(f"{stack.url}/healthz").json()["chain"]["lag"] == 0)
    stack.stop()
    state.write_bytes(old)
    state.with_name("left.json").unlink()

    refused = run(stack, "up", "--without-seed")
    assert refused.returncode == 1
    assert "its state, or the end of it, was lost" in refused.stdout
    assert "make reset" in refused.stdout
    assert run(stack, "reset").returncode == 0
    stack.start()


def test_what_cannot_start_is_shown_with_the_end_of_its_log(stack):
    stack.stop()
    broken = {**stack.env, "DATABASE_URL": "postgres://nobody@127.0.0.1:1/nothing"}
    command = [sys.executable, "-m", "tools.stack", "up", "--without-seed"]
    failed = subprocess.run(command, cwd=ROOT, env=broken, capture_output=True, text=True, check=False, timeout=60)
    assert failed.returncode == 1
    assert "migrate ended with code 1. The end of" in failed.stdout
    assert "port 1 failed" in failed.stdout
    assert failed.stdout.rstrip().endswith("Stopped.")
    stack.start()


def test_only_its_own_leftovers_are_ended(tmp_path):
    """A process number that somebody else has by now is not ours."""
    ours, theirs = (subprocess.Popen(["sleep", "60"], start_new_session=True) for _ in range(2))
    code = (
        "import json, sys; from tools.stack import record\n"
        "ours, theirs = map(int, sys.argv[1:])\n"
        "begun = record.start_times([ours])[ours]\n"
        "record.VAR.mkdir(); record.RECORD.write_text(json.dumps({'processes': {ours: begun, theirs: 'long ago'}}))\n"
        "print(record.clear_leftovers())"
    )
    command = [sys.executable, "-c", code, str(ours.pid), str(theirs.pid)]
    env = {**os.environ, "VAR_DIR": str(tmp_path / "var")}
    try:
        done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=True)
        assert done.stdout.strip() == "1"
        assert ours.wait(5) == -signal.SIGTERM
        assert theirs.poll() is None
    finally:
        theirs.kill()
        theirs.wait()


def test_a_half_written_record_is_no_record(tmp_path):
    (tmp_path / "stack.json").write_text(json.dumps({"pid": 1})[:5])
    command = [sys.executable, "-c", "from tools.stack import record; print(record.running())"]
    env = {**os.environ, "VAR_DIR": str(tmp_path)}
    assert subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True).stdout.strip() == "{}"
