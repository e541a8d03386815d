"""A file comes in: stored once, original encrypted, previews public, and nothing left lying about."""

import errno
import hashlib
import io
from concurrent.futures import ThreadPoolExecutor

import piexif
import pytest
from django.db import connection

from marketplace.catalog import actions, media, uploading
from marketplace.catalog.errors import AlreadyMinted, DiskFull, InvalidDraft, NotYours, TooLarge, UploadRefused
from marketplace.catalog.models import Draft, Rendition, Upload
from marketplace.content.embedded import EmbeddedStore
from marketplace.content.errors import StoreFull
from marketplace.content.models import Content, Original
from marketplace.content.reading import open_original
from marketplace.content.store import get_store
from tests.catalog import pictures
from tests.catalog.conftest import unknown_work
from tests.factories import MetadataFactory, WorkFactory

pytestmark = pytest.mark.django_db


def sha256(data: bytes) -> str:
    return "0x" + hashlib.sha256(data).hexdigest()


def plain(original: Original) -> bytes:
    return b"".join(open_original(original))


def test_a_picture_is_kept_byte_for_byte_and_encrypted(upload, settings):
    data = pictures.jpeg()
    stored = upload(data)
    assert stored.digest == stored.original.digest == sha256(data)
    assert plain(stored.original) == data
    assert not stored.original.content.public
    blocks = [path.read_bytes() for path in settings.CONTENT_ROOT.rglob("*") if path.is_file()]
    assert blocks
    assert not any(data[5000:5040] in block for block in blocks)


def test_its_previews_are_public_and_in_the_store(upload):
    stored = upload(pictures.jpeg(2000, 1000))
    shown = {(r.name, r.mime, r.width, r.height) for r in stored.renditions.all()}
    assert shown == {
        ("card", "image/webp", 640, 320), ("page", "image/webp", 1600, 800), ("page", "image/jpeg", 1600, 800),
    }  # fmt: skip
    for rendition in stored.renditions.select_related("content"):
        assert rendition.content.public
        assert rendition.content.mime == rendition.mime
        assert b"".join(get_store().open(rendition.content.root))


def test_nothing_plain_is_left_on_this_disk(upload, left_over):
    upload(pictures.gps_jpeg())
    assert left_over() == []


@pytest.mark.parametrize(("sent", "kept"), [
    ("photo.jpg", "photo.png"),
    ("photo.PNG", "photo.PNG"),
    ("C:\\Users\\ada\\photo.png", "photo.png"),
    ("../../etc/passwd", "passwd.png"),
    ("gnp.\u202egnp.exe", "gnp.gnp.exe.png"),
    ("a.b.tiff", "a.b.png"),
    (".png", "png.png"),
    ("", "original.png"),
])  # fmt: skip
def test_a_name_is_made_safe_and_its_ending_true(upload, sent, kept):
    stored = upload(pictures.png_of_size(8, 8), sent)
    assert (stored.mime, stored.filename) == ("image/png", kept)


def test_a_web_page_by_the_name_of_a_picture_is_refused_and_leaves_nothing(upload, left_over):
    with pytest.raises(UploadRefused) as caught:
        upload(pictures.HTML, "photo.jpg")
    assert caught.value.code == "wrong-type"
    assert not Upload.objects.exists()
    assert not Content.objects.exists()
    assert left_over() == []


def test_the_same_bytes_again_are_the_same_upload_and_draft(ada, upload):
    first = upload(pictures.jpeg(80, 60))
    second = upload(pictures.jpeg(80, 60), "again.jpg")
    assert first == second
    assert actions.start_draft(by=ada, upload=first) == actions.start_draft(by=ada, upload=second)
    assert Draft.objects.count() == Upload.objects.count() == Original.objects.count() == 1


def test_two_people_may_upload_the_same_bytes_and_the_store_keeps_them_once(ben, upload):
    mine, theirs = upload(pictures.jpeg(80, 60)), upload(pictures.jpeg(80, 60), by=ben)
    assert mine != theirs
    assert mine.original == theirs.original
    assert Content.objects.filter(public=True).count() == 3


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_the_same_moment_make_one_upload_and_one_draft(ada):
    data = pictures.jpeg(80, 60)

    def click(_: int):
        try:
            received = actions.receive_upload(by=ada, file=io.BytesIO(data), filename="a.jpg")
            return actions.start_draft(by=ada, upload=received).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as pool:
        assert len(set(pool.map(click, range(3)))) == 1
    assert Upload.objects.count() == 1
    assert Rendition.objects.count() == 3


def test_bytes_that_are_a_work_already_lead_to_it(upload):
    work = WorkFactory(content=sha256(pictures.jpeg(80, 60)), metadata__title="Coffee")
    with pytest.raises(AlreadyMinted, match="“Coffee”, minted on 1 November 2026") as caught:
        upload(pictures.jpeg(80, 60))
    assert caught.value.work == work


def test_bytes_whose_work_was_made_without_their_position_lead_to_it_too(upload):
    known = upload(pictures.gps_jpeg())
    work = WorkFactory(metadata=MetadataFactory(upload=known), content="0x" + "ab" * 32)
    with pytest.raises(AlreadyMinted) as caught:
        upload(pictures.gps_jpeg())
    assert caught.value.work == work


def test_a_work_that_cannot_be_shown_is_named_by_its_number(upload):
    unknown_work("0x" + "cd" * 32, content=sha256(pictures.jpeg(80, 60)), token_id=77)
    with pytest.raises(AlreadyMinted, match="number 77"):
        upload(pictures.jpeg(80, 60))


def test_only_the_one_who_uploaded_it_may_start_its_draft(ben, upload):
    with pytest.raises(NotYours):
        actions.start_draft(by=ben, upload=upload(pictures.jpeg(80, 60)))


# --- limits and full disks ------------------------------------------------------------------------------------------


class Endless(io.RawIOBase):
    """A stream that does not end, and counts what was read of it."""

    read_bytes = 0

    def readinto(self, buffer) -> int:
        self.read_bytes += len(buffer)
        return len(buffer)

    def readable(self) -> bool:
        return True


def test_a_file_that_is_too_large_is_refused_while_it_comes_and_leaves_nothing(ada, settings, left_over):
    settings.UPLOAD_MAX_BYTES = 5 * 2**20
    stream = Endless()
    with pytest.raises(TooLarge, match="larger than 5 MB"):
        actions.receive_upload(by=ada, file=stream, filename="a.jpg")
    assert stream.read_bytes <= 6 * 2**20
    assert left_over() == []


def full(*args, **kwargs):
    raise OSError(errno.ENOSPC, "No space left on device")


def test_a_disk_that_fills_up_while_the_file_comes_loses_nothing(upload, monkeypatch, left_over):
    upload(pictures.jpeg(80, 60))
    monkeypatch.setattr(uploading.os, "fsync", full)
    with pytest.raises(DiskFull, match="Nothing that was here before is lost"):
        upload(pictures.jpeg(90, 60))
    monkeypatch.undo()
    assert left_over() == []
    assert upload(pictures.jpeg(90, 60)).original


def test_a_disk_that_fills_up_while_previews_are_written_says_so(tmp_path, settings):
    """The limit on what the process may write stands for a disk that ends there."""
    file = pictures.saved(tmp_path, pictures.jpeg())
    settings.UPLOAD_MAX_BYTES = 2_000
    with pytest.raises(DiskFull):
        media.examine(file, tmp_path)


def test_a_store_that_fills_up_says_so_and_nothing_is_half_there(upload, monkeypatch, left_over):
    def store_is_full(self, source):
        raise StoreFull("here")

    monkeypatch.setattr(EmbeddedStore, "add", store_is_full)
    with pytest.raises(DiskFull):
        upload(pictures.jpeg(90, 60))
    assert not Upload.objects.exists()
    assert left_over() == []


# --- where it was taken ---------------------------------------------------------------------------------------------


@pytest.fixture
def with_place(ada, upload) -> Draft:
    return actions.start_draft(by=ada, upload=upload(pictures.gps_jpeg()))


def test_previews_never_say_where(upload):
    stored = upload(pictures.gps_jpeg())
    assert stored.has_location
    for rendition in stored.renditions.select_related("content"):
        data = b"".join(get_store().open(rendition.content.root))
        assert b"Exif" not in data
        assert b"GPS" not in data
        assert b"Kamera" not in data


def test_no_makes_a_copy_without_the_place_the_original(ada, with_place, left_over):
    draft = actions.answer_location(by=ada, draft=with_place, keep=False)
    without = plain(draft.original)
    assert piexif.load(without)["GPS"] == {}
    assert piexif.load(without)["0th"][piexif.ImageIFD.Make] == b"Kamera"
    assert draft.original.digest == sha256(without) != draft.upload.digest
    assert draft.original.size == len(pictures.gps_jpeg())
    assert left_over() == []


def test_yes_keeps_every_byte(ada, with_place):
    draft = actions.answer_location(by=ada, draft=with_place, keep=True)
    assert plain(draft.original) == pictures.gps_jpeg()


def test_the_answer_can_be_changed_both_ways(ada, with_place):
    for keep in (True, False, True, False):
        draft = actions.answer_location(by=ada, draft=with_place, keep=keep)
        assert draft.keep_location is keep
        assert bool(piexif.load(plain(draft.original))["GPS"]) is keep
    assert Original.objects.count() == 2


def test_a_place_that_cannot_be_taken_out_is_told_beside_its_question(ada, upload):
    clip = pictures.jpeg(40, 30) + b"\xa9xyz+52.5200+013.4050/"
    draft = actions.start_draft(by=ada, upload=upload(clip))
    with pytest.raises(InvalidDraft) as caught:
        actions.answer_location(by=ada, draft=draft, keep=False)
    assert "keep the position" in caught.value.errors["location"]
    assert actions.answer_location(by=ada, draft=draft, keep=True).original.digest == sha256(clip)


def test_without_a_place_there_is_nothing_to_answer(ada, draft):
    assert actions.answer_location(by=ada, draft=draft, keep=False).keep_location is None
