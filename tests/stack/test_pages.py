"""How a journey reads pages: as a browser would send their forms."""

import pytest

from tools.journey.pages import read

PAGE = """<!doctype html><title>A page
  of ours</title><svg><title>not this</title></svg>
<meta name="csrf-token" content="abc">
<a href="/works/one-1/">One</a><a href="?page=2">More</a><a>no address</a>
<form method="POST" action="/send/">
  <input type=hidden name="csrfmiddlewaretoken" value="xyz">
  <input name=title value="A &amp; B"><input name=row value=1><input name=row value=2>
  <textarea name=text>two
lines &lt;3</textarea>
  <select name=days><option value=1>one</option><option value=2 selected>two</option></select>
  <select name=unit><option value=a>a</option><option value=b>b</option></select>
  <input type=radio name=kind value=x><input type=radio name=kind value=y checked>
  <input type=radio name=open value=x><input type=checkbox name=agreed checked>
  <input type=submit name=never value=sent><button name=neither>go</button>
</form>
<form><input name=q></form>
<div role=alert>Something <b>is
 wrong</b><p>here<br>and there</div>
<div role=alert hidden>Not now</div>
<div class="field__errors other"><p>Too long</p></div>
"""


@pytest.fixture
def page():
    return read(PAGE, url="http://site.test/here/?a=1", status=200)


def test_what_it_is_called_and_links_to(page):
    assert page.title == "A page of ours"
    assert page.token == "abc"
    assert page.links == ["http://site.test/works/one-1/", "http://site.test/here/?page=2"]
    assert page.link("/works/") == "http://site.test/works/one-1/"


def test_a_form_holds_what_sending_it_unchanged_would_send(page):
    form = page.form("title", "text")
    assert (form.action, form.method) == ("http://site.test/send/", "post")
    assert form.fields == {
        "csrfmiddlewaretoken": "xyz",
        "title": "A & B",
        "row": ["1", "2"],
        "text": "two\nlines <3",
        "days": "2",
        "unit": "a",
        "kind": "y",
        "open": [],
        "agreed": "on",
    }


def test_a_form_without_action_goes_to_its_page(page):
    form = page.form("q")
    assert (form.action, form.method) == ("http://site.test/here/?a=1", "get")


def test_complaints_are_what_is_shown(page):
    assert page.complaints == ["Something is wrong here and there", "Too long"]
    assert page.trouble == "Something is wrong here and there · Too long"


def test_what_is_not_there_is_said_with_the_pages_own_complaint(page):
    with pytest.raises(LookupError, match=r"No form with price on http://site\.test/here/.*Too long"):
        page.form("price")
    with pytest.raises(LookupError, match="No link with /offers/"):
        page.link("/offers/")
