import io
import os

import pytest
from django.core.management import CommandError, call_command

from marketplace.content import actions
from marketplace.content.health import check_store
from marketplace.content.reading import open_original
from marketplace.content.store import get_store

pytestmark = pytest.mark.django_db


def run(name, *args, monkeypatch=None, typed=""):
    if monkeypatch:
        monkeypatch.setattr("sys.stdin", io.StringIO(typed))
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command(name, *args, stdout=out, stderr=err)
    except CommandError as error:
        return f"{out.getvalue()}{err.getvalue()}failed: {error}"
    return out.getvalue()


@pytest.fixture
def original(tmp_path):
    (tmp_path / "upload").write_bytes(b"hello")
    return actions.store_original(tmp_path / "upload", "image/png", "x.png")


def test_the_site_key_is_changed_by_giving_the_old_one(original, settings, monkeypatch):
    old = settings.SITE_KEY
    settings.SITE_KEY = os.urandom(32)
    told = run("rotate_site_key", monkeypatch=monkeypatch, typed=f"{old.hex()}\n")
    assert told == "1 originals are now locked with today's site key.\n"
    original.refresh_from_db()
    assert b"".join(open_original(original)) == b"hello"


@pytest.mark.parametrize(
    ("typed", "told"), [("", "32 bytes"), ("xyz", "64 hex digits"), ("00" * 16, "it has 16 bytes")]
)
def test_what_is_no_site_key_is_refused(original, monkeypatch, typed, told):
    assert told in run("rotate_site_key", monkeypatch=monkeypatch, typed=typed)


def test_checking_reads_everything_that_is_ours(original):
    actions.store_public(os.urandom(600_000), "image/png")
    assert run("check_content").endswith("All 2 files are there and whole.\n")


def test_checking_names_what_is_missing_or_damaged(original):
    store = get_store()
    damaged, whole = (actions.store_public(os.urandom(600_000), "image/png") for _ in range(2))
    store.remove(original.content.root)
    store.block_path(damaged.root).write_bytes(b"rust")
    told = run("check_content")
    assert f"{damaged.cid} (image/png, 600000 bytes): The stored bytes of {damaged.cid} are damaged" in told
    assert f"{original.content.cid} is not in the content store" in told
    assert whole.cid not in told
    assert "failed: 2 of 3 files cannot be read" in told


def test_checking_keeps_again_what_somebody_let_go(original):
    content = actions.store_public(b"x" * 300_000, "image/png")
    pin = next(path for path in (get_store().root / "pins").rglob(content.cid))
    pin.unlink()
    assert run("check_content").endswith("All 2 files are there and whole.\n")
    assert get_store().has(content.root)


def test_collecting_frees_what_an_interrupted_addition_left(original):
    store = get_store()
    (store.root / "tmp" / "left").write_bytes(b"half a block")
    lost = store.add(os.urandom(10)).cid
    next((store.root / "pins").rglob(str(lost))).unlink()
    assert "1 blocks that nobody keeps were freed" in run("check_content", "--collect")
    assert list((store.root / "tmp").iterdir()) == []


def test_the_status_page_knows_whether_the_store_works(settings, tmp_path):
    answer = check_store()
    assert answer["ok"] and answer["kind"] == "embedded" and "GiB free" in answer["detail"]
    (tmp_path / "file").write_text("not a folder")
    settings.CONTENT_ROOT = tmp_path / "file"
    answer = check_store()
    assert not answer["ok"] and "cannot be used" in answer["detail"]
