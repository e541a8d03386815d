"""The five steps from a file to a work: each saves what it is given, and nothing typed is lost."""

import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from marketplace.catalog.models import Draft
from marketplace.chain.models import Intent
from marketplace.royalties.accounting import SHARES
from tests import factories
from tests.factories import address
from tests.web.conftest import account

ARTIST, BEN = address("artist"), address("ben")


def picture(colour: str = "teal", kind: str = "PNG") -> SimpleUploadedFile:
    buffer = io.BytesIO()
    Image.new("RGB", (320, 200), colour).save(buffer, kind)
    return SimpleUploadedFile("my picture.png", buffer.getvalue(), "image/png")


def words_of(answer) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


@pytest.fixture
def draft():
    return factories.DraftFactory(
        account=account("artist"), title="", alt_text="", description="", shares=[[ARTIST, SHARES]]
    )


def step(draft: Draft, name: str) -> str:
    return reverse("web:create-step", args=[draft.pk, name])


def test_a_picture_becomes_a_work_ready_to_mint(artist):
    answer = artist.post(reverse("web:create"), {"file": picture()})
    draft = Draft.objects.get()
    assert answer.url == step(draft, "describe")
    page = words_of(artist.get(answer.url))
    assert "/ipfs/" in page

    answer = artist.post(step(draft, "describe"), {"title": "Teal", "alt_text": "A teal rectangle"})
    assert answer.url == step(draft, "shares")
    assert f'value="{ARTIST}"' in words_of(artist.get(answer.url))

    answer = artist.post(step(draft, "shares"), {"holder": [ARTIST, BEN, ""], "percent": ["90", "10 %", ""]})
    assert answer.url == step(draft, "check")
    assert Draft.objects.get().shares == [[ARTIST, 900_000], [BEN, 100_000]]
    page = words_of(artist.get(answer.url))
    assert "A teal rectangle" in page
    assert "90%" in page
    assert "Continue to minting" in page

    answer = artist.post(step(draft, "check"))
    intent = Intent.objects.get()
    assert answer.url == reverse("web:intent", args=[intent.pk])
    assert intent.kind == "catalog.mint"
    page = words_of(artist.get(answer.url))
    assert "Mint “Teal”" in page
    assert "data-sign>" in page


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (SimpleUploadedFile("empty.png", b""), "This file is empty"),
        (SimpleUploadedFile("notes.png", b"dear diary, this is no picture" * 50, "image/png"), "picture"),
        (SimpleUploadedFile("x.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>"), "SVG"),
        (None, "Choose a picture first"),
    ],
    ids=["empty", "text", "svg", "none"],
)
def test_what_is_no_picture_is_refused_beside_the_field(file, words, artist):
    answer = artist.post(reverse("web:create"), {"file": file} if file else {})
    assert answer.status_code == 422
    page = words_of(answer)
    assert words in page
    assert "error-summary" in page
    assert not Draft.objects.exists()


def test_a_file_that_is_too_large_is_refused_and_the_page_answers(artist, settings):
    settings.UPLOAD_MAX_BYTES = 100_000
    answer = artist.post(reverse("web:create"), {"file": SimpleUploadedFile("huge.png", b"x" * 300_000)})
    assert answer.status_code == 422
    assert "larger than" in words_of(answer)
    assert "Choose a picture first" not in words_of(answer)


def test_a_full_disk_is_said(artist, monkeypatch):
    from django.core.files.uploadedfile import TemporaryUploadedFile

    def full(*args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(TemporaryUploadedFile, "write", full, raising=False)
    answer = artist.post(reverse("web:create"), {"file": picture()})
    assert answer.status_code == 422
    assert "no room for this file" in words_of(answer)


def test_the_same_file_again_goes_on_with_its_draft(artist):
    first = artist.post(reverse("web:create"), {"file": picture("navy")})
    again = artist.post(reverse("web:create"), {"file": picture("navy")})
    assert first.url == again.url
    assert Draft.objects.count() == 1


def test_a_file_that_is_a_work_leads_to_that_work(artist):
    artist.post(reverse("web:create"), {"file": picture("plum")})
    upload = Draft.objects.get().upload
    work = factories.WorkFactory(metadata__upload=upload, content=upload.digest)
    answer = artist.post(reverse("web:create"), {"file": picture("plum")})
    assert answer.status_code == 422
    assert work.get_absolute_url() in words_of(answer)


def test_what_is_missing_is_said_on_its_step_and_what_is_there_is_saved(artist, draft):
    answer = artist.post(step(draft, "describe"), {"title": "Coffee", "alt_text": "", "description": "Black."})
    assert answer.status_code == 422
    assert "for people who cannot see it" in words_of(answer)
    draft.refresh_from_db()
    assert (draft.title, draft.description) == ("Coffee", "Black.")


def test_a_title_that_is_too_long_stays_in_the_field(artist, draft):
    title = "T" * 10_000
    answer = artist.post(step(draft, "describe"), {"title": title, "alt_text": "A cup"})
    assert answer.status_code == 422
    assert title in answer.content.decode()
    assert "Shorten it" in words_of(answer)
    draft.refresh_from_db()
    assert draft.alt_text == "A cup"


def test_marks_that_turn_text_around_are_taken_out(artist, draft):
    artist.post(step(draft, "describe"), {"title": "Tit\u202ele", "alt_text": "A cup"})
    draft.refresh_from_db()
    assert draft.title == "Title"


def test_autosave_saves_halves_and_answers_with_the_preview(artist, draft):
    answer = artist.post(step(draft, "describe"), {"autosave": "1", "title": "Half"})
    assert answer.status_code == 200
    assert '<hx-partial hx-target="#preview">' in answer.content.decode()
    assert "Half" in answer.content.decode()
    draft.refresh_from_db()
    assert draft.title == "Half"


def test_the_place_where_it_was_taken_is_asked_for(artist, draft):
    draft.upload.has_location = True
    draft.upload.save()
    page = words_of(artist.get(step(draft, "describe")))
    assert "The file says where it was taken" in page
    typed = {"title": "Coffee", "alt_text": "A cup"}
    answer = artist.post(step(draft, "describe"), typed)
    assert answer.status_code == 422
    assert "Choose whether that stays in the original" in words_of(answer)
    assert artist.post(step(draft, "describe"), {**typed, "keep": "keep"}).url == step(draft, "shares")
    draft.refresh_from_db()
    assert draft.keep_location is True
    answer = artist.post(step(draft, "describe"), {**typed, "keep": "perhaps"})
    assert "Choose one of the two" in words_of(answer)


@pytest.mark.parametrize(
    ("holders", "percents", "words"),
    [
        ([ARTIST], ["90"], "10 % is missing"),
        ([ARTIST, BEN], ["90", "20"], "10 % too much"),
        ([ARTIST, "Ben"], ["90", "10"], "not a wallet"),
        ([ARTIST, ARTIST], ["90", "10"], "stands here twice"),
        ([ARTIST, BEN], ["ninety", "10"], "such as 10"),
        ([ARTIST, BEN], ["90", ""], "part in percent"),
        ([], [], "at least one holder"),
    ],
)
def test_a_split_that_does_not_work_keeps_its_rows_and_says_why(holders, percents, words, artist, draft):
    answer = artist.post(step(draft, "shares"), {"holder": holders, "percent": percents})
    assert answer.status_code == 422
    page = words_of(answer)
    assert words in page
    for typed in (*holders, *percents):
        assert f'value="{typed}"' in page or not typed
    draft.refresh_from_db()
    assert draft.shares == [[ARTIST, SHARES]]


def test_the_review_of_an_unfinished_draft_leads_to_what_is_missing(artist, draft):
    page = words_of(artist.get(step(draft, "check")))
    assert "Give the work a title" in page
    assert "Continue to minting" not in page
    answer = artist.post(step(draft, "check"))
    assert answer.status_code == 422
    assert "Give the work a title" in words_of(answer)
    assert not Intent.objects.exists()


def test_a_discarded_draft_is_gone(artist, draft):
    artist.post(reverse("web:create-discard", args=[draft.pk]))
    assert artist.get(step(draft, "describe")).status_code == 404
    assert not Draft.objects.open_of(account("artist")).exists()


def test_nobody_discards_another_s_draft(fan, draft):
    assert fan.post(reverse("web:create-discard", args=[draft.pk])).status_code == 404
    draft.refresh_from_db()
    assert draft.discarded_at is None


def test_a_draft_on_its_way_cannot_be_changed_and_says_so(artist, draft):
    draft.title, draft.alt_text = "Coffee", "A cup"
    draft.save()
    factories.IntentFactory(subject=str(draft.pk), state=Intent.State.SUBMITTED, tx_hash=factories.word("sent"))
    answer = artist.post(step(draft, "describe"), {"title": "Tea", "alt_text": "A cup"})
    assert answer.status_code == 422
    assert "on its way" in words_of(answer)
    assert "Follow it" in words_of(artist.get(step(draft, "check")))
