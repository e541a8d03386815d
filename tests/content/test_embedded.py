"""What only the embedded store promises: its files, its disk, its repair."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from marketplace.content.cid import RAW, Cid
from marketplace.content.embedded import EmbeddedStore
from marketplace.content.errors import BadBlock, Corrupt, StoreFull, StoreUnavailable
from marketplace.content.unixfs import PROFILES
from tests.content.kubo import ROOT

CHUNK = 256 * 1024


def files(store, kind):
    return [path for path in (store.root / kind).rglob("*") if path.is_file()]


@pytest.fixture
def store(tmp_path):
    return EmbeddedStore(tmp_path / "store")


def test_each_block_is_a_file_and_the_root_has_a_pin(store):
    stored = store.add(bytes(CHUNK) + b"x")
    assert len(files(store, "blocks")) == 3
    assert [path.name for path in files(store, "pins")] == [str(stored.cid)]
    assert files(store, "tmp") == []


def test_the_2025_profile_cuts_larger_blocks(tmp_path):
    data = os.urandom(3 * CHUNK)
    store = EmbeddedStore(tmp_path, PROFILES["unixfs-v1-2025"])
    stored = store.add(data)
    assert (stored.profile, stored.cid) == ("unixfs-v1-2025", Cid.of_block(RAW, data))
    assert store.add(data).cid != EmbeddedStore(tmp_path).add(data).cid
    assert b"".join(store.open(stored.cid)) == data


@pytest.mark.parametrize("damage", [lambda block: block[:-1], lambda block: b"", lambda block: block + b"x"])
def test_adding_a_file_again_repairs_its_damaged_blocks(store, damage):
    data = os.urandom(2 * CHUNK)
    cid = store.add(data).cid
    path = store.block_path(Cid.of_block(RAW, data[CHUNK:]))
    path.write_bytes(damage(path.read_bytes()))
    assert store.add(data).cid == cid
    assert b"".join(store.open(cid)) == data


def test_while_one_file_is_damaged_nothing_is_freed_that_it_may_share(store, caplog):
    shared = os.urandom(2 * CHUNK)
    one, other = store.add(shared + b"one").cid, store.add(shared + b"other").cid
    root = store.block_path(other)
    whole = root.read_bytes()
    root.write_bytes(whole[:-1])
    store.remove(one)
    assert not store.has(one)
    assert "could not be freed" in caplog.text
    with pytest.raises(Corrupt):
        store.collect()
    root.write_bytes(whole)
    assert b"".join(store.open(other)) == shared + b"other"
    assert store.collect() == 2  # the last leaf and the root of the removed file


def test_a_damaged_file_can_be_removed(store):
    cid = store.add(os.urandom(2 * CHUNK)).cid
    store.block_path(cid).write_bytes(b"rust")
    store.remove(cid)
    assert not store.has(cid)
    store.collect()
    assert files(store, "blocks") == []


def test_a_folder_where_a_store_cannot_be_says_so(tmp_path):
    (tmp_path / "file").write_text("not a folder")
    store = EmbeddedStore(tmp_path / "file")
    for use in (lambda: store.add(b"hello"), store.check, store.collect):
        with pytest.raises(StoreUnavailable, match="cannot be used: "):
            use()


def test_a_block_over_the_limit_is_not_read_as_a_file(store):
    block = bytes(3 * 2**20)
    cid = Cid.of_block(RAW, block)
    store.block_path(cid).parent.mkdir(parents=True)
    store.block_path(cid).write_bytes(block)
    with pytest.raises(BadBlock, match="over the limit"):
        store.open(cid)


_SHARE_BLOCKS = """
import os, sys
from pathlib import Path
from marketplace.content.embedded import EmbeddedStore
store, shared = EmbeddedStore(Path(sys.argv[1])), bytes(700_000)
for _ in range(15):
    passing = os.urandom(100)
    cids = [store.add(shared + passing).cid, store.add(shared).cid]
    for cid, data in zip(cids, [shared + passing, shared]):
        assert b"".join(store.open(cid)) == data
    store.remove(cids[0])
    assert b"".join(store.open(cids[1])) == shared
"""


def test_processes_that_add_and_remove_what_they_share_do_not_disturb_each_other(store):
    run = [sys.executable, "-c", _SHARE_BLOCKS, str(store.root)]
    writers = [subprocess.Popen(run, cwd=ROOT, stderr=subprocess.PIPE, text=True) for _ in range(3)]
    told = [writer.communicate()[1] for writer in writers]
    assert told == [""] * 3
    assert len(files(store, "pins")) == 1
    assert store.collect() == 0


@contextmanager
def tiny_disk(folder: Path) -> Iterator[bool]:
    """Six megabytes of real disk where this machine lets us mount one; says whether it did."""
    folder.mkdir()
    mounted = False
    with suppress(OSError, subprocess.CalledProcessError):
        mount = ["mount", "-t", "tmpfs", "-o", "size=6m", "mintmark-test", str(folder)]
        subprocess.run(mount, check=True, capture_output=True)
        mounted = True
    try:
        yield mounted
    finally:
        if mounted:
            subprocess.run(["umount", str(folder)], check=True)


# Where no disk can be mounted, the limit on the size of a file stands in: the same path in the store.
_FILL = """
import json, os, resource, sys
from pathlib import Path
from marketplace.content.embedded import EmbeddedStore
from marketplace.content.errors import StoreFull
store = EmbeddedStore(Path(sys.argv[1]))
small = store.add(b"small").cid
if sys.argv[2] == "limit":
    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
try:
    store.add(os.urandom(500_000) for _ in range(40))
except StoreFull as error:
    told = str(error)
again = str(store.add(b"small again").cid)
blocks = sorted(path.name for path in (store.root / "blocks").rglob("*") if path.is_file())
print(json.dumps({"told": told, "kept": [str(small), again], "blocks": blocks,
    "tmp": len(list((store.root / "tmp").iterdir())), "small": b"".join(store.open(small)).decode()}))
"""


@pytest.mark.parametrize("way", ["disk", "limit"])
def test_a_full_disk_is_a_clear_error_and_leaves_nothing_half_written(tmp_path, way):
    with tiny_disk(tmp_path / "disk") as mounted:
        way = way if mounted else "limit"
        filled = subprocess.run(
            [sys.executable, "-c", _FILL, str(tmp_path / "disk"), way],
            cwd=ROOT,
            check=True,
            capture_output=True,
            text=True,
        )
    result = json.loads(filled.stdout)
    assert result["told"].startswith(f"The content store at {tmp_path / 'disk'} is full")
    assert result["blocks"] == sorted(result["kept"])
    assert result["tmp"] == 0
    assert result["small"] == "small"


def test_a_full_disk_is_found_by_the_status_page_before_an_upload_is(tmp_path):
    with tiny_disk(tmp_path / "disk") as mounted:
        store = EmbeddedStore(tmp_path / "disk")
        assert store.check().startswith("embedded, ")
        if mounted:
            with suppress(OSError), (tmp_path / "disk" / "filler").open("wb", buffering=0) as filler:
                while filler.write(bytes(4096)):
                    pass
            with pytest.raises(StoreFull):
                store.check()
