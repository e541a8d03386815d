import hashlib
import io
import os
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.db.models import ProtectedError

from marketplace.content import actions
from marketplace.content.cid import RAW, Cid
from marketplace.content.encryption import SiteKey
from marketplace.content.errors import SourceChanged, StoreUnavailable, WrongSiteKey
from marketplace.content.models import Content, Original
from marketplace.content.reading import open_original
from marketplace.content.store import get_store

pytestmark = pytest.mark.django_db
CHUNK = 1024 * 1024


@pytest.fixture
def upload(tmp_path):
    """A file as an artist sent it: its path and its bytes."""

    def write(data, name="upload"):
        (tmp_path / name).write_bytes(data)
        return tmp_path / name

    return write


def read(content):
    return b"".join(get_store().open(content.root))


def test_a_public_file_is_indexed_by_its_cid_and_digest():
    data = os.urandom(600_000)
    content = actions.store_public(io.BytesIO(data), "image/png")
    assert content.digest == "0x" + hashlib.sha256(data).hexdigest()
    assert (content.size, content.mime, content.public, content.profile) == (
        600_000,
        "image/png",
        True,
        "kubo-cidv1",
    )
    assert read(content) == data
    assert Content.objects.published().under(Cid.parse(content.root.base16)).get() == content


def test_the_same_bytes_twice_are_the_same_row_with_its_first_type():
    first = actions.store_public(b"hello", "text/plain")
    again = actions.store_public(iter([b"hel", b"lo"]), "text/html")
    assert (again.pk, again.mime) == (first.pk, "text/plain")
    assert Content.objects.count() == 1


def test_a_row_whose_bytes_were_lost_gets_them_back():
    content = actions.store_public(b"hello", "text/plain")
    get_store().remove(content.root)
    assert actions.store_public(b"hello", "text/plain") == content
    assert read(content) == b"hello"


def test_what_is_removed_is_gone_from_the_index_and_from_the_store():
    content = actions.store_public(b"hello", "text/plain")
    actions.remove(content)
    assert not Content.objects.exists()
    assert not get_store().has(Cid.of_block(RAW, b"hello"))


def test_what_is_removed_while_it_is_published_again_is_no_row_without_bytes(monkeypatch):
    content = actions.store_public(b"hello", "text/plain")
    store = get_store()
    add = store.add

    def overtaken(source):
        stored = add(source)
        actions.remove(content)
        return stored

    with monkeypatch.context() as patch:
        patch.setattr(store, "add", overtaken)
        with pytest.raises(StoreUnavailable, match="Store it again"):
            actions.store_public(b"hello", "text/plain")
    assert not Content.objects.exists()
    assert read(actions.store_public(b"hello", "text/plain")) == b"hello"


def test_an_original_is_removed_with_its_ciphertext_but_not_while_something_names_it(upload):
    original = actions.store_original(upload(b"hello"), "image/png", "x.png")
    ciphertext = original.content
    with pytest.raises(ProtectedError):
        actions.remove(ciphertext)
    assert get_store().has(ciphertext.root)
    actions.remove_original(original)
    assert not Content.objects.exists()
    assert not get_store().has(ciphertext.root)


def test_a_document_is_published_under_the_digest_that_goes_on_chain():
    content = actions.store_json({"b": 1, "a": "é"})
    assert read(content) == '{"a":"é","b":1}'.encode()
    assert content.root == Cid.of_digest(content.digest)
    assert (content.mime, content.public) == ("application/json", True)
    assert actions.store_json({"a": "é", "b": 1}) == content


def test_an_original_is_encrypted_before_it_is_stored(upload, settings):
    data = os.urandom(2 * CHUNK + 77)
    original = actions.store_original(upload(data), "image/jpeg", "boats.jpg")
    assert original.digest == "0x" + hashlib.sha256(data).hexdigest()
    assert (original.size, original.mime, original.filename) == (len(data), "image/jpeg", "boats.jpg")
    assert not original.content.public

    on_disk = b"".join(path.read_bytes() for path in settings.CONTENT_ROOT.rglob("*") if path.is_file())
    assert len(on_disk) > len(data)
    assert not any(data[i : i + 32] in on_disk for i in range(0, len(data) - 32, 100_000))
    assert b"".join(open_original(original)) == data
    assert b"".join(open_original(original, CHUNK - 5, 10)) == data[CHUNK - 5 : CHUNK + 5]


@pytest.mark.parametrize("size", [0, 1, CHUNK, CHUNK + 1])
def test_originals_of_any_size_come_back(upload, size):
    data = os.urandom(size)
    assert b"".join(open_original(actions.store_original(upload(data), "image/png", "x.png"))) == data


def test_the_same_original_twice_is_stored_once(upload):
    first = actions.store_original(upload(b"hello"), "image/png", "first.png")
    again = actions.store_original(upload(b"hello", "other"), "image/gif", "second.gif")
    assert (again.pk, again.filename, again.content_id) == (first.pk, "first.png", first.content_id)
    assert Content.objects.count() == 1


def test_an_upload_restores_an_original_that_the_store_lost(upload):
    first = actions.store_original(upload(b"hello"), "image/png", "first.png")
    get_store().remove(first.content.root)
    again = actions.store_original(upload(b"hello"), "image/png", "first.png")
    assert again.pk == first.pk
    assert b"".join(open_original(again)) == b"hello"
    assert Content.objects.get() == again.content


def test_a_file_that_changes_while_it_is_stored_is_refused_and_nothing_is_kept(upload, monkeypatch, settings):
    path = upload(b"first version")
    digest_of = actions._digest_of

    def then_it_changes(path):
        answer = digest_of(path)
        path.write_bytes(b"second version")
        return answer

    monkeypatch.setattr(actions, "_digest_of", then_it_changes)
    with pytest.raises(SourceChanged, match="Upload it again"):
        actions.store_original(path, "image/png", "x.png")
    assert not Original.objects.exists()
    assert not [path for path in settings.CONTENT_ROOT.rglob("*/*/*") if path.is_file()]


def test_if_the_database_fails_the_ciphertext_is_not_left_behind(upload, monkeypatch, settings):
    def fails(**kwargs):
        raise RuntimeError("the database went away")

    monkeypatch.setattr(Content.objects, "create", fails)
    with pytest.raises(RuntimeError, match="went away"):
        actions.store_original(upload(b"hello"), "image/png", "x.png")
    assert not [path for path in settings.CONTENT_ROOT.rglob("*/*/*") if path.is_file()]


def test_the_same_original_uploaded_twice_at_once_is_one_row_with_one_file(upload, monkeypatch, settings):
    path = upload(os.urandom(50_000))
    store = get_store()
    add, faster = store.add, []

    def overtaken(source):
        stored = add(source)
        if not faster:
            faster.append(None)
            faster[0] = actions.store_original(path, "image/png", "faster.png")
        return stored

    monkeypatch.setattr(store, "add", overtaken)
    original = actions.store_original(path, "image/png", "slower.png")
    assert original == faster[0]
    assert original.filename == "faster.png"
    assert Content.objects.get() == original.content
    assert b"".join(open_original(original)) == path.read_bytes()
    pins = [path.name for path in (settings.CONTENT_ROOT / "pins").rglob("*") if path.is_file()]
    assert pins == [original.content.cid]


@pytest.mark.django_db(transaction=True)
def test_many_uploads_of_the_same_original_are_one_row_with_one_file(upload, settings):
    path = upload(os.urandom(50_000))

    def store(number):
        try:
            return actions.store_original(path, "image/png", f"{number}.png").pk
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(store, range(12)))) == 1
    original = Original.objects.get()
    assert Content.objects.get() == original.content
    assert b"".join(open_original(original)) == path.read_bytes()
    assert len([pin for pin in (settings.CONTENT_ROOT / "pins").rglob("*") if pin.is_file()]) == 1


def test_with_another_site_key_an_original_stays_closed_and_says_why(upload, settings):
    original = actions.store_original(upload(b"hello"), "image/png", "x.png")
    settings.SITE_KEY = bytes(31) + b"\x07"
    with pytest.raises(WrongSiteKey, match="rotate_site_key"):
        open_original(original)


def test_changing_the_site_key_needs_no_file_to_be_stored_again(upload, settings):
    old = SiteKey(settings.SITE_KEY)
    originals = [actions.store_original(upload(bytes([n])), "image/png", "x.png") for n in range(3)]
    settings.SITE_KEY = bytes(31) + b"\x07"
    newer = actions.store_original(upload(b"after"), "image/png", "x.png")
    assert actions.rotate_site_key(old) == 3
    assert actions.rotate_site_key(old) == 0
    for n, original in enumerate(originals):
        original.refresh_from_db()
        assert b"".join(open_original(original)) == bytes([n])
    assert b"".join(open_original(newer)) == b"after"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("boats.jpg", "boats.jpg"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\me\\boats.jpg", "boats.jpg"),
        ("\u202egpj.stаob.exe", "gpj.stаob.exe"),  # right-to-left override
        ("a\r\nSet-Cookie: x.png", "aSet-Cookie: x.png"),
        ("..", "original"),
        ("", "original"),
        (".jpg", "jpg"),
        ("e\u0301.png", "é.png"),
        ("é" * 200 + ".png", "é" * 125 + ".png"),
        ("x" * 300, "x" * 255),
    ],
)
def test_a_file_name_is_made_safe(given, kept):
    assert actions.clean_filename(given) == kept
    assert len(actions.clean_filename(given).encode()) <= 255


def test_an_unknown_store_or_profile_is_named_in_the_error(settings):
    from django.core.exceptions import ImproperlyConfigured

    settings.CONTENT_PROFILE = "mine"
    with pytest.raises(ImproperlyConfigured, match="must be one of kubo-cidv1, unixfs-v1-2025"):
        get_store()
    settings.CONTENT_PROFILE, settings.CONTENT_STORE = "kubo-cidv1", "s3"
    with pytest.raises(ImproperlyConfigured, match='must be "embedded" or "kubo"'):
        get_store()


@pytest.mark.kubo
def test_originals_and_documents_in_kubo(upload, settings, daemon):
    settings.CONTENT_STORE, settings.KUBO_API = "kubo", daemon.api
    data = os.urandom(CHUNK + 5)
    original = actions.store_original(upload(data), "image/png", "x.png")
    assert b"".join(open_original(original, 10, CHUNK)) == data[10 : 10 + CHUNK]
    document = actions.store_json({"title": data[:16].hex()})
    assert daemon("cat", document.cid) == '{"title":"' + data[:16].hex() + '"}'
    assert document.root.codec == RAW
