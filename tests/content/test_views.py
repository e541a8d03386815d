import os

import pytest
from django.urls import reverse

from marketplace.content import actions
from marketplace.content.cid import RAW, Cid
from marketplace.content.store import get_store

pytestmark = pytest.mark.django_db
DATA = os.urandom(700_000)


@pytest.fixture
def picture():
    return actions.store_public(DATA, "image/webp")


def body(response):
    return b"".join(response) if response.streaming else response.content


def test_public_content_is_served_with_what_it_is_and_for_good(client, picture):
    response = client.get(picture.get_absolute_url())
    assert response.status_code == 200
    assert body(response) == DATA
    headers = response.headers
    assert headers["Content-Type"] == "image/webp"
    assert headers["Content-Length"] == "700000"
    assert headers["ETag"] == f'"{picture.cid}"'
    assert headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert headers["Content-Disposition"] == f'inline; filename="{picture.cid}.webp"'
    assert headers["Accept-Ranges"] == "bytes"
    assert "Vary" not in headers or "Cookie" not in headers["Vary"]


def test_the_address_is_the_one_that_ipfs_uses(client, picture):
    assert reverse("content:content", args=[picture.cid]) == f"/ipfs/{picture.cid}"
    assert body(client.get(f"/ipfs/{picture.root.base16}")) == DATA


def test_head_tells_the_same_without_the_bytes(client, picture):
    got, head = client.get(picture.get_absolute_url()), client.head(picture.get_absolute_url())
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers == got.headers


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=0-499999", 0, 500_000),
        ("bytes=262143-262144", 262_143, 262_145),
        ("bytes=600000-", 600_000, 700_000),
        ("bytes=600000-99999999", 600_000, 700_000),
        ("bytes=-5", 699_995, 700_000),
        ("bytes=-99999999", 0, 700_000),
        ("bytes= 1-2", 1, 3),
    ],
)
def test_a_range_is_answered_with_that_part(client, picture, asked, start, end):
    response = client.get(picture.get_absolute_url(), headers={"Range": asked})
    assert response.status_code == 206
    assert response.headers["Content-Range"] == f"bytes {start}-{end - 1}/700000"
    assert response.headers["Content-Length"] == str(end - start)
    assert body(response) == DATA[start:end]


@pytest.mark.parametrize("asked", ["bytes=700000-", "bytes=900000-900001", "bytes=-0"])
def test_a_range_outside_is_told_the_size(client, picture, asked):
    response = client.get(picture.get_absolute_url(), headers={"Range": asked})
    assert response.status_code == 416
    assert response.headers["Content-Range"] == "bytes */700000"
    assert b"has 700000 bytes" in response.content


@pytest.mark.parametrize(
    "asked",
    [
        "bytes=5-2",
        "bytes=-",
        "bytes=0-1,5-6",
        "lines=0-5",
        "bytes=a-b",
        "bytes=" + "9" * 5000 + "-",
        "bytes=٣-٤",
    ],
)
def test_what_is_not_one_range_gets_the_whole_file(client, picture, asked):
    response = client.get(picture.get_absolute_url(), headers={"Range": asked})
    assert (response.status_code, len(body(response))) == (200, 700_000)


def test_a_range_goes_with_the_version_that_the_browser_has(client, picture):
    for etag, status in ((f'"{picture.cid}"', 206), ('"another"', 200), (f'W/"{picture.cid}"', 200)):
        headers = {"Range": "bytes=0-4", "If-Range": etag}
        assert client.get(picture.get_absolute_url(), headers=headers).status_code == status


def test_a_range_of_head_is_ignored(client, picture):
    response = client.head(picture.get_absolute_url(), headers={"Range": "bytes=0-4"})
    assert (response.status_code, response.headers["Content-Length"]) == (200, "700000")


@pytest.mark.parametrize("known", ['"{}"', 'W/"{}"', '"other", "{}"', "*"])
def test_what_the_browser_has_is_not_sent_again(client, picture, known):
    response = client.get(picture.get_absolute_url(), headers={"If-None-Match": known.format(picture.cid)})
    assert (response.status_code, response.content) == (304, b"")
    assert response.headers["ETag"] == f'"{picture.cid}"'
    assert "immutable" in response.headers["Cache-Control"]


def test_another_version_is_sent(client, picture):
    headers = {"If-None-Match": '"bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku"'}
    assert client.get(picture.get_absolute_url(), headers=headers).status_code == 200


@pytest.mark.parametrize(
    "mime",
    ["text/html", "image/svg+xml", "application/xhtml+xml", "text/xml", "application/pdf", "text/javascript"],
)
def test_what_could_carry_a_script_is_a_download_of_plain_bytes(client, mime):
    content = actions.store_public(b"<script>alert(1)</script>", mime)
    headers = client.get(content.get_absolute_url()).headers
    assert headers["Content-Type"] == "application/octet-stream"
    assert headers["Content-Disposition"] == f'attachment; filename="{content.cid}"'
    assert headers["Content-Security-Policy"] == "sandbox; default-src 'none'"


def test_text_and_json_are_shown_as_such(client):
    assert client.get(actions.store_public(b"plain", "text/plain").get_absolute_url()).headers["Content-Type"] == (
        "text/plain; charset=utf-8"
    )
    assert client.get(actions.store_json({"a": 1}).get_absolute_url()).headers["Content-Type"] == "application/json"


def test_an_empty_file_is_served(client):
    response = client.get(actions.store_public(b"", "text/plain").get_absolute_url())
    assert (response.status_code, body(response), response.headers["Content-Length"]) == (200, b"", "0")


def refused(client, cid):
    response = client.get(f"/ipfs/{cid}")
    assert response.status_code == 404
    assert response.headers["Content-Type"].startswith("text/plain")
    assert response.headers["Cache-Control"] == "no-store"
    return response.content.decode()


def test_what_is_not_ours_is_refused_even_if_the_store_has_it(client):
    stored = get_store().add(b"somebody else's")
    assert refused(client, stored.cid) == "This site publishes nothing under this CID. Another IPFS gateway may.\n"
    assert "publishes nothing" in refused(client, Cid.of_block(RAW, b"unknown"))


def test_an_encrypted_original_is_not_public(client, tmp_path):
    (tmp_path / "upload").write_bytes(b"the original")
    original = actions.store_original(tmp_path / "upload", "image/png", "x.png")
    assert "publishes nothing" in refused(client, original.content.cid)


def test_what_is_no_cid_is_told_why(client):
    assert "is not a CID in base32" in refused(client, "hello")
    assert "too long" in refused(client, "b" + "a" * 300)


def test_nothing_can_be_changed_here(client, picture):
    for method in (client.post, client.put, client.delete):
        assert method(picture.get_absolute_url()).status_code == 405


def test_a_store_that_cannot_read_is_a_sentence_and_not_half_a_picture(client, picture, settings, caplog):
    get_store().remove(picture.root)
    response = client.get(picture.get_absolute_url())
    assert response.status_code == 503
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["Retry-After"] == "30"
    assert b"ours, but its store cannot give it out now" in response.content
    assert picture.cid in caplog.text


def test_a_large_file_is_streamed_and_not_held_in_memory(client):
    content = actions.store_public((bytes(1024 * 1024) for _ in range(20)), "image/png")
    response = client.get(content.get_absolute_url())
    assert response.streaming
    assert max(map(len, response)) <= 256 * 1024


@pytest.mark.kubo
def test_content_in_kubo_is_served_the_same(client, settings, daemon):
    settings.CONTENT_STORE, settings.KUBO_API = "kubo", daemon.api
    picture = actions.store_public(DATA, "image/webp")
    assert body(client.get(picture.get_absolute_url())) == DATA
    response = client.get(picture.get_absolute_url(), headers={"Range": "bytes=262140-262150"})
    assert (response.status_code, body(response)) == (206, DATA[262_140:262_151])
