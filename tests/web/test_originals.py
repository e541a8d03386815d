"""The original goes to its licensee, byte for byte, once the purchase is final; to everybody else goes a sentence."""

import io

import pytest
from django.urls import reverse
from django.utils import timezone

from marketplace.chain.models import Chain
from marketplace.content.actions import store_original
from marketplace.licensing.models import Download
from tests import factories

BYTES = bytes(range(256)) * 5_000  # several chunks of ciphertext


@pytest.fixture
def licence(tmp_path):
    file = tmp_path / "file"
    file.write_bytes(BYTES)
    original = store_original(file, "image/png", "Kaffee für „zwei“.png")
    upload = factories.UploadFactory(original=original)
    work = factories.WorkFactory(metadata__upload=upload, content=original.digest)
    return factories.LicenceFactory(offer=factories.OfferFactory(work=work))


def at(licence) -> str:
    return reverse("web:original", args=[licence.number])


def test_the_licensee_gets_the_file_as_it_was_uploaded(licence, company):
    answer = company.get(at(licence))
    assert answer.status_code == 200
    assert b"".join(answer.streaming_content) == BYTES
    assert answer["Content-Length"] == str(len(BYTES))
    assert answer["Content-Disposition"].startswith("attachment;")
    assert "Kaffee%20f%C3%BCr" in answer["Content-Disposition"]
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert Download.objects.count() == 1
    assert at(licence) in company.get(reverse("web:library")).content.decode()


def test_who_is_not_signed_in_is_asked_to(licence, visitor):
    assert visitor.get(at(licence)).url == f"{reverse('web:sign-in')}?next={at(licence)}"


def test_nobody_else_learns_that_there_is_one(licence, artist, fan):
    for client in (artist, fan):
        assert client.get(at(licence)).status_code == 404
    assert not Download.objects.exists()


def test_a_purchase_that_is_not_final_waits(licence, company):
    Chain.objects.update(final=0, safe=0)
    answer = company.get(at(licence))
    assert answer.status_code == 403
    assert "not final yet" in answer.content.decode()
    library = company.get(reverse("web:library")).content.decode()
    assert "as soon as the purchase is final" in library
    assert at(licence) not in library


def test_a_licence_that_ended_says_so(licence, company):
    licence.until = int(timezone.now().timestamp()) - 1
    licence.save()
    answer = company.get(at(licence))
    assert answer.status_code == 403
    assert "This licence has ended" in answer.content.decode()
    assert "This licence has ended" in company.get(reverse("web:library")).content.decode()


def test_a_work_whose_file_is_elsewhere_says_so(company):
    licence = factories.LicenceFactory(offer=factories.OfferFactory(work__content=factories.word("elsewhere")))
    answer = company.get(at(licence))
    assert answer.status_code == 409
    assert "does not keep the original" in answer.content.decode()


def test_a_name_cannot_break_out_of_its_header(licence, company):
    original = licence.work.metadata.upload.original
    original.filename = 'a".exe\r\nSet-Cookie: x=1'
    original.save()
    answer = company.get(at(licence))
    assert answer.status_code == 200
    assert "\n" not in answer["Content-Disposition"]
    assert "x" not in answer.cookies


def test_the_file_is_streamed_and_never_whole_in_memory(licence, company):
    pieces = list(company.get(at(licence)).streaming_content)
    assert len(pieces) > 1
    assert max(map(len, pieces)) < len(BYTES)
    assert io.BytesIO(b"".join(pieces)).getbuffer().nbytes == len(BYTES)
