"""What every content store promises: the same tests for the embedded one and for a real Kubo daemon."""

import hashlib
import io
import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from marketplace.content.cid import DAG_PB, RAW, Cid
from marketplace.content.errors import Corrupt, NotFound
from marketplace.content.store import Stored
from marketplace.content.unixfs import DEFAULT_PROFILE, FileImporter
from tests.content.kubo import ROOT

CHUNK = DEFAULT_PROFILE.chunk
NOWHERE = Cid.of_block(RAW, b"stored by nobody, anywhere, ever")


def some_bytes(size):
    """Bytes that no other test has stored."""
    return os.urandom(size)


def tree_of(data):
    blocks = {}
    importer = FileImporter(blocks.__setitem__)
    importer.feed(data)
    return importer.finish(), list(blocks)


def read(store, cid, *args):
    return b"".join(store.open(cid, *args))


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 5 * CHUNK, 174 * CHUNK + 1])
def test_a_file_comes_back_under_the_cid_that_our_importer_gives(store, size):
    data = some_bytes(size)
    stored = store.add(data)
    assert stored == Stored(tree_of(data)[0].cid, size, "kubo-cidv1")
    assert store.has(stored.cid)
    assert store.size(stored.cid) == size
    assert hashlib.sha256(read(store, stored.cid)).digest() == hashlib.sha256(data).digest()


@pytest.mark.parametrize(
    ("data", "cid"),
    [
        (b"", "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku"),
        (b"hello", "bafkreibm6jg3ux5qumhcn2b3flc3tyu6dmlb4xa7u5bf44yegnrjhc4yeq"),
        (bytes(CHUNK * 174 + 1), "bafybeihqwzd3o6q6v3pmwhzjy22vokhr767burokmqemg63hptx2nqd7ym"),
    ],
    ids=["empty", "hello", "zeros"],
)
def test_golden_cids(store, data, cid):
    assert str(store.add(data).cid) == cid


def test_a_file_an_iterable_and_bytes_are_the_same(store, tmp_path):
    data = some_bytes(3 * CHUNK + 7)
    path = tmp_path / "file"
    path.write_bytes(data)
    with path.open("rb") as file:
        cids = {
            store.add(file).cid,
            store.add(io.BytesIO(data)).cid,
            store.add(data[i : i + 100_003] for i in range(0, len(data), 100_003)).cid,
            store.add(data).cid,
        }
    assert len(cids) == 1


@pytest.mark.parametrize(
    ("offset", "length"),
    [
        (0, None),
        (0, 10),
        (5, 0),
        (CHUNK - 3, 6),
        (CHUNK, CHUNK),
        (2 * CHUNK + 1, None),
        (10**9, 5),
        (3 * CHUNK, 10**9),
    ],
)
def test_a_range_is_a_slice(store, offset, length):
    data = some_bytes(4 * CHUNK + 100)
    cid = store.add(data).cid
    end = None if length is None else offset + length
    assert read(store, cid, offset, length) == data[offset:end]


def test_what_nobody_stored_is_not_found_and_not_waited_for(store):
    start = time.monotonic()
    assert not store.has(NOWHERE)
    for question in (store.open, store.size, store.pin):
        with pytest.raises(NotFound, match=f"{NOWHERE} is not in the content store"):
            question(NOWHERE)
        with pytest.raises(NotFound):
            question(Cid(DAG_PB, NOWHERE.digest))
    store.remove(NOWHERE)
    assert time.monotonic() - start < 5


def test_a_removed_file_is_gone_and_what_shares_its_blocks_is_not(store):
    shared = some_bytes(2 * CHUNK)
    one, other = store.add(shared + b"one").cid, store.add(shared + b"other").cid
    store.remove(one)
    assert not store.has(one)
    store.collect()
    with pytest.raises(NotFound):
        store.open(one)
    assert read(store, other) == shared + b"other"
    assert store.add(shared + b"one").cid == one
    assert read(store, one) == shared + b"one"


def test_collecting_keeps_everything_that_is_kept(store):
    kept = {store.add(data).cid: data for data in (some_bytes(10), some_bytes(CHUNK + 1), some_bytes(180 * CHUNK))}
    store.collect()
    for cid, data in kept.items():
        assert store.has(cid)
        assert read(store, cid) == data


def test_a_part_can_be_kept_when_the_whole_is_not(store):
    data = some_bytes(2 * CHUNK)
    part, whole = Cid.of_block(RAW, data[:CHUNK]), store.add(data).cid
    assert not store.has(part)
    store.pin(part)
    assert store.has(part)
    store.remove(whole)
    store.collect()
    assert read(store, part) == data[:CHUNK]
    with pytest.raises(NotFound):
        store.pin(whole)


def test_a_damaged_block_is_never_given_out(kept):
    data = some_bytes(4 * CHUNK)
    cid = kept.store.add(data).cid
    file = kept.block_file(Cid.of_block(RAW, data[2 * CHUNK : 3 * CHUNK]))
    block = bytearray(file.read_bytes())
    block[1000] ^= 1
    file.write_bytes(block)

    given = []
    with pytest.raises(Corrupt, match="damaged"):
        given.extend(kept.store.open(cid))
    assert b"".join(given) == data[: 2 * CHUNK]
    assert read(kept.store, cid, 3 * CHUNK) == data[3 * CHUNK :]


class SourceBroke(Exception):
    pass


@pytest.mark.parametrize("error", [SourceBroke, OSError, ConnectionError])
def test_a_source_that_breaks_off_leaves_nothing_and_its_error_is_the_callers(kept, error):
    data = some_bytes(3 * CHUNK)

    def source():
        yield data[: 2 * CHUNK + 5]
        raise error("the upload broke off")

    with pytest.raises(error, match="the upload broke off"):
        kept.store.add(source())
    begun, _ = tree_of(data[: 2 * CHUNK + 5])
    assert not kept.store.has(begun.cid)
    assert kept.store.add(data).size == 3 * CHUNK


def test_many_writers_at_once(store):
    """Some add the same file, some files that share blocks, some take files away again."""
    shared = some_bytes(3 * CHUNK)

    def life(number):
        mine = shared + str(number % 4).encode()
        passing = store.add(shared[:CHUNK] + some_bytes(50)).cid
        cid = store.add(io.BytesIO(mine)).cid
        store.remove(passing)
        assert read(store, cid) == mine
        return cid

    with ThreadPoolExecutor(8) as pool:
        cids = set(pool.map(life, range(24)))
    assert len(cids) == 4
    assert all(store.has(cid) for cid in cids)
    assert {read(store, cid)[:-1] for cid in cids} == {shared}


_ADD_FOR_EVER = """
import os, sys
from pathlib import Path
from marketplace.content.store import open_store
store = open_store(sys.argv[1], Path(sys.argv[2]), sys.argv[2], "kubo-cidv1")
while True:
    sys.stdout.write(f"{store.add(os.urandom(400_000)).cid}\\n")
    sys.stdout.flush()
"""


def test_killed_at_any_moment_a_writer_leaves_only_whole_files(kept):
    """`kill -9` of a process that adds file after file: what it reported is there, and nothing is broken."""
    before = some_bytes(CHUNK + 9)
    old = kept.store.add(before).cid
    reported = []
    for delay in (0.01, 0.05, 0.11, 0.17, 0.3):
        writer = subprocess.Popen(
            [sys.executable, "-c", _ADD_FOR_EVER, *kept.where], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        reported.append(writer.stdout.readline().strip())  # it runs
        time.sleep(delay)
        writer.send_signal(signal.SIGKILL)
        reported += writer.stdout.read().split("\n")[:-1]
        writer.wait()
    assert len(reported) >= 5
    for text in reported:
        assert len(read(kept.store, Cid.parse(text))) == 400_000
    kept.store.collect()
    for text in reported:
        assert kept.store.has(Cid.parse(text))
        assert len(read(kept.store, Cid.parse(text))) == 400_000
    assert read(kept.store, old) == before


_ADD_AND_HANG = """
import os, sys, time
from pathlib import Path
from marketplace.content.store import open_store
store = open_store(sys.argv[1], Path(sys.argv[2]), sys.argv[2], "kubo-cidv1")
data = Path(sys.argv[3]).read_bytes()
def source():
    yield data[:-1]
    print("half", flush=True)
    time.sleep(600)
store.add(source())
"""


def test_killed_in_the_middle_of_a_file_nothing_of_it_is_kept(kept, tmp_path):
    data = some_bytes(5 * CHUNK)
    (tmp_path / "file").write_bytes(data)
    writer = subprocess.Popen(
        [sys.executable, "-c", _ADD_AND_HANG, *kept.where, str(tmp_path / "file")],
        cwd=ROOT,
        stdout=subprocess.PIPE,
    )
    assert writer.stdout.readline() == b"half\n"
    writer.kill()
    writer.wait()

    cid = tree_of(data)[0].cid
    assert not kept.store.has(cid)
    with pytest.raises(NotFound):
        kept.store.open(cid)
    kept.store.collect()
    assert not kept.block_file(Cid.of_block(RAW, data[:CHUNK])).exists()
    assert kept.store.add(data).cid == cid
    assert read(kept.store, cid) == data


def test_readers_are_not_disturbed_by_writers(store):
    data = some_bytes(20 * CHUNK)
    cid = store.add(data).cid
    stop = threading.Event()

    def write():
        while not stop.is_set():
            store.remove(store.add(some_bytes(CHUNK)).cid)

    with ThreadPoolExecutor(2) as pool:
        writers = [pool.submit(write) for _ in range(2)]
        for _ in range(5):
            assert read(store, cid) == data
        stop.set()
        for writer in writers:
            writer.result()


def test_a_store_says_that_it_works(store):
    assert store.check().startswith(("embedded, ", "Kubo "))
