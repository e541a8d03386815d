"""What is refused, broken or away is said in words, with the right status, and never as a stack of code."""

import json

import pytest
from django.core.exceptions import PermissionDenied
from django.forms import CharField, Form
from django.http import Http404
from django.test import RequestFactory
from django.urls import reverse

from marketplace.accounts.errors import ChainUnreachable, ForeignDomain
from marketplace.catalog.errors import Busy, DiskFull, InvalidDraft, NotYours
from marketplace.chain.actions import IntentError
from marketplace.chain.deployments import NotDeployed
from marketplace.chain.rpc import RpcUnavailable
from marketplace.content.errors import Corrupt, StoreFull, StoreUnavailable, WrongSiteKey
from marketplace.licensing.errors import NotTheCreator, SoldOut, Unavailable
from marketplace.web.problems import answers_json, code_of, sentence, shown_on, status_of, text_in
from tests import factories


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (SoldOut(), 409, "sold-out"),
        (NotTheCreator(), 403, "not-the-creator"),
        (NotYours(), 403, "not-yours"),
        (Unavailable(), 503, "node-down"),
        (RpcUnavailable("http://127.0.0.1:8545 does not answer"), 503, "node-down"),
        (NotDeployed("Run: manage.py deploy_contracts."), 503, "not-deployed"),
        (StoreUnavailable("The content store cannot be used."), 503, "store-unavailable"),
        (StoreFull("/srv/content"), 503, "store-full"),
        (Corrupt("bafy"), 503, "content"),
        (WrongSiteKey("key 1 of /srv/keys"), 503, "content"),
        (DiskFull(), 503, "disk-full"),
        (Busy(), 503, "busy"),
        (ChainUnreachable("0x1"), 503, "node-down"),
        (ForeignDomain("evil.example", "mintmark.example"), 409, "foreign-domain"),
        (IntentError("expired", "Too late. Start again."), 409, "expired"),
        (PermissionDenied(), 403, "refused"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_every_refusal_has_a_sentence_a_code_and_a_status(error, status, code):
    assert (status_of(error), code_of(error)) == (status, code)
    words = sentence(error)
    assert words.endswith(".")
    for secret in ("127.0.0.1", "manage.py", "/srv/"):
        assert secret not in words


class Typed(Form):
    title = CharField()
    units = CharField()


def test_a_refusal_stands_beside_its_field_or_at_the_top():
    form = Typed({"title": "a", "units": "b"})
    assert form.is_valid()
    with shown_on(form, {"sold-out": "units"}):
        raise SoldOut(3)
    with shown_on(form):
        raise InvalidDraft({"title": "Too long.", "shares": "Not 100 %."})
    assert "Only 3 are left" in form.errors["units"][0]
    assert form.errors["title"] == ["Too long."]
    assert form.non_field_errors() == ["Not 100 %."]


def test_what_failed_behind_the_scenes_is_in_the_log(caplog):
    sentence(RpcUnavailable("http://127.0.0.1:8545 does not answer"))
    assert "127.0.0.1:8545" in caplog.text


def test_our_own_mistakes_are_not_dressed_up_as_refusals():
    with pytest.raises(ZeroDivisionError), shown_on(Typed({})):
        1 / 0  # noqa: B018


def test_json_answers_carry_code_and_message(settings):
    @answers_json
    def view(request, *, body):
        if text_in(body, "who") == "nobody":
            raise Http404
        raise SoldOut

    def ask(data: str):
        return view(RequestFactory().post("/", data, content_type="application/json"))

    assert ask("{}").status_code == 409
    assert b'"code": "sold-out"' in ask("{}").content
    assert ask('{"who": "nobody"}').status_code == 404
    assert ask("{").status_code == 400
    assert ask(b"\xff\xfe").status_code == 400
    assert ask('{"who":' + "[" * 100_000).status_code == 400
    assert ask('{"who": "' + "a" * settings.DATA_UPLOAD_MAX_MEMORY_SIZE + '"}').status_code == 400
    assert view(RequestFactory().get("/")).status_code == 405


def test_texts_of_an_island_can_be_stored_whatever_they_hold():
    body = json.loads('{"a": "\\u0000 \\ud800 \\ud83d\\ude00", "b": ["x"]}')
    assert text_in(body, "a") == "? ? \N{GRINNING FACE}"
    assert text_in(body, "b") == text_in(body, "c") == ""


def test_a_site_without_contracts_still_shows_what_it_has(artist, visitor, settings):
    offer = factories.OfferFactory()
    (settings.DEPLOYMENTS_DIR / f"{settings.CHAIN_ID}.json").unlink()
    for client, name, args in (
        (visitor, "explore", []),
        (visitor, "work", [offer.work.slug, offer.work.token_id]),
        (visitor, "offer", [offer.digest]),
        (visitor, "fees", []),
        (artist, "studio", []),
        (artist, "portfolio", []),
    ):
        assert client.get(reverse(f"web:{name}", args=args)).status_code == 200, name
    for name, args in (("offer-new", [offer.work.token_id]), ("shares-sell", [offer.work.token_id])):
        answer = artist.get(reverse(f"web:{name}", args=args))
        assert answer.status_code == 503
        assert "not connected to its contracts yet" in answer.content.decode()


def test_makers_see_the_same_page_for_what_is_not_there(visitor, settings):
    settings.DEBUG = True
    answer = visitor.get(reverse("web:work", args=["nothing", 999]))
    assert answer.status_code == 404
    assert "Nothing hangs here" in answer.content.decode()


def test_a_store_that_is_away_is_said_beside_the_picture(artist, monkeypatch):
    from tests.web.test_create import picture

    def away(*args, **kwargs):
        raise StoreUnavailable("The content store does not answer.")

    monkeypatch.setattr("marketplace.catalog.actions.store_public", away)
    answer = artist.post(reverse("web:create"), {"file": picture("olive")})
    assert answer.status_code == 422
    assert "Try again in a minute" in answer.content.decode()


SENT_BY_BUTTONS = ["/offers/cancel", f"/offers/0x{'ab' * 32}/cancel", "/portfolio/claim", "/portfolio/withdraw"]


@pytest.mark.parametrize("path", SENT_BY_BUTTONS)
def test_whoever_was_signed_out_meanwhile_comes_back_to_the_page_with_the_button(visitor, path):
    answer = visitor.post(path, headers={"referer": "http://testserver/studio/"})
    assert answer.url == "/sign-in/?next=/studio/"
    for foreign in ("https://evil.test/studio/", f"http://testserver{path}", ""):
        assert visitor.post(path, headers={"referer": foreign}).url == "/sign-in/?next=/"


@pytest.mark.parametrize("path", SENT_BY_BUTTONS)
def test_an_address_for_buttons_says_so_to_whoever_opens_it(artist, path):
    answer = artist.get(path)
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert "Go back to that page" in answer.content.decode()


def test_pages_of_somebody_signed_in_are_not_kept_by_their_browser(artist, visitor):
    assert artist.get("/library/")["Cache-Control"] == "private, no-store"
    assert not visitor.get("/explore/").has_header("Cache-Control")
