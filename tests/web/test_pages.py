"""Every page answers what its address promises, to whom it may, and keeps to the site's own rules."""

import re

import pytest
from django.urls import reverse

from marketplace.chain.models import Chain, Intent
from tests import factories
from tests.factories import address
from tests.web.conftest import account, addresses

ARTIST, FAN, COMPANY = address("artist"), address("fan"), address("company")


PUBLIC = (
    "home", "explore", "work", "work-holders", "work-activity", "sign-in", "offer", "offer-buy", "shares-buy",
    "transaction", "fees", "how-it-works",
)  # fmt: skip
FOR_ARTIST = (
    "create", "create-describe", "create-shares", "create-check", "offer-new", "shares-sell", "studio", "portfolio",
    "library", "activity", "intent",
)  # fmt: skip


def rules(html: str) -> None:
    """What the Content-Security-Policy and the reader's tools ask of every page."""
    assert not re.search(r"<[^>]+\sstyle\s*=", html), "no inline style"
    assert "<style" not in html
    assert not re.search(r"<script(?![^>]*\ssrc=)", html), "no inline script"
    assert not re.search(r"<[^>]+\son[a-z]+\s*=", html), "no inline handler"
    assert "http://127.0.0.1:9" not in html
    for picture in re.findall(r"<img[^>]*>", html):
        assert re.search(r'\salt="', picture), picture
    ids = re.findall(r'\sid="([^"]+)"', html)
    assert len(ids) == len(set(ids)), [one for one in ids if ids.count(one) > 1]
    [heading] = re.findall(r"<h1[^>]*>(.*?)</h1>", html, re.DOTALL)
    assert heading.strip()
    for tag in ("main", "header", "footer"):
        assert f"<{tag}" in html


@pytest.mark.parametrize("name", PUBLIC)
def test_anybody_can_read(name, world, visitor):
    answer = visitor.get(addresses(world)[name])
    assert answer.status_code == 200
    rules(answer.content.decode())


@pytest.mark.parametrize("name", FOR_ARTIST)
def test_the_artist_reads_their_own(name, world, artist):
    answer = artist.get(addresses(world)[name])
    assert answer.status_code == 200
    rules(answer.content.decode())


@pytest.mark.parametrize("name", ["certificate", "library"])
def test_the_company_reads_its_own(name, world, company):
    answer = company.get(addresses(world)[name])
    assert answer.status_code == 200
    rules(answer.content.decode())


@pytest.mark.parametrize("name", [*FOR_ARTIST, "certificate"])
def test_who_is_not_signed_in_is_asked_to(name, world, visitor):
    answer = visitor.get(addresses(world)[name])
    assert answer.status_code == 302
    assert answer.url.startswith(reverse("web:sign-in") + "?next=")


@pytest.mark.parametrize("name", ["create-describe", "create-shares", "create-check", "intent", "certificate"])
def test_nobody_reads_what_is_another_s(name, world, fan):
    assert fan.get(addresses(world)[name]).status_code == 404


def test_only_the_creator_offers_licences(world, fan):
    answer = fan.get(addresses(world)["offer-new"])
    assert answer.status_code == 403
    assert "Only the creator" in answer.content.decode()


@pytest.mark.parametrize(
    "path",
    [
        "/works/nothing-999999999999999999999999/",
        "/works/999/offer/",
        "/offers/0x" + "ab" * 32 + "/",
        "/shares/0x" + "ab" * 32 + "/buy/",
        "/tx/0x" + "ab" * 32 + "/",
        "/tx/0x12/",
        "/library/99999999999999999999/certificate/",
        "/create/00000000-0000-0000-0000-000000000000/describe/",
        "/create/not-a-uuid/describe/",
    ],
)
def test_what_does_not_exist_is_not_found(path, artist):
    answer = artist.get(path)
    assert answer.status_code == 404
    assert "Nothing hangs here" in answer.content.decode()


def test_a_step_that_does_not_exist_is_not_found(world, artist):
    assert artist.get(reverse("web:create-step", args=[world["draft"].pk, "burn"])).status_code == 404


@pytest.mark.parametrize("name", ["work", "work-holders", "work-activity"])
def test_a_wrong_slug_leads_to_the_right_one(name, world, visitor):
    answer = visitor.get(reverse(f"web:{name}", args=["wrong", world["work"].token_id]))
    assert answer.status_code == 302
    assert answer.url == addresses(world)[name]


@pytest.mark.parametrize("name", ["offer-cancel", "shares-cancel", "portfolio-claim", "portfolio-withdraw", "sign-out"])
def test_what_changes_something_is_never_a_get(name, world, artist):
    args = {"offer-cancel": [world["offer"].digest], "shares-cancel": [world["share_offer"].digest]}.get(name, [])
    assert artist.get(reverse(f"web:{name}", args=args)).status_code == 405


def test_posts_need_a_token(world):
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    strict.force_login(account("artist"))
    answer = strict.post(reverse("web:portfolio-claim"))
    assert answer.status_code == 403
    assert "Nothing was changed" in answer.content.decode()


# --- what the pages say -------------------------------------------------------------------------------------------


def test_a_work_says_what_it_costs_and_who_holds_it(world, visitor):
    page = visitor.get(addresses(world)["work"]).content.decode()
    assert "Coffee" in page
    assert "120.00" in page
    assert "Buy this licence" in page
    assert "Train generative AI" in page
    assert 'property="og:image"' in page
    holders = visitor.get(addresses(world)["work-holders"]).content.decode()
    assert "90%" in holders
    assert "10%" in holders


@pytest.mark.parametrize(
    ("name", "tab"), [("work", "About"), ("work-holders", "Holders"), ("work-activity", "Activity")]
)
def test_a_work_s_tabs_say_which_one_is_open(name, tab, world, visitor):
    page = visitor.get(addresses(world)[name]).content.decode()
    tabs = page[page.index('aria-label="About this work"') :]
    assert re.search(r'aria-current="page"[^>]*>\s*(\w+)', tabs)[1] == tab


def test_what_was_paid_is_shown_with_its_transaction(world, artist, fan, visitor):
    payments = world["work"].payments.select_related("log")
    to_artist, to_fan = payments.get(holder=ARTIST).log.tx_hash, payments.filter(holder=FAN).first().log.tx_hash
    assert reverse("web:transaction", args=[to_artist]) in artist.get(reverse("web:studio")).content.decode()
    assert reverse("web:transaction", args=[to_fan]) in fan.get(reverse("web:portfolio")).content.decode()
    history = visitor.get(addresses(world)["work-activity"]).content.decode()
    assert reverse("web:transaction", args=[to_artist]) in history
    assert reverse("web:transaction", args=[to_fan]) in history


def test_pages_where_shares_change_hands_tell_the_truth_about_income(world, artist, visitor):
    truth = "Income that arrives while you hold shares is yours. What arrived before stays with the seller."
    for name in ("work", "work-holders", "shares-buy"):
        assert truth in visitor.get(addresses(world)[name]).content.decode(), name
    for name in ("shares-sell", "portfolio", "create-shares"):
        assert truth in artist.get(addresses(world)[name]).content.decode(), name


def test_an_offer_is_told_in_three_layers(world, visitor):
    page = visitor.get(addresses(world)["offer"]).content.decode()
    assert "Use the work to train or fine-tune models" in page  # plain words
    assert "The price was paid once and in full" in page  # the terms
    assert "mintmark/terms@1" in page  # for machines
    document = visitor.get(reverse("web:offer-json", args=[world["offer"].digest])).json()
    assert document["digest"] == world["offer"].digest
    assert document["terms"] == world["offer"].terms.document


def test_an_offer_that_is_not_signed_is_its_seller_s_alone(world, visitor, artist):
    unsigned = factories.OfferFactory(work=world["work"], published=None, signature="")
    here = reverse("web:offer", args=[unsigned.digest])
    assert visitor.get(here).status_code == 404
    assert "Not signed yet" in artist.get(here).content.decode()
    assert artist.get(reverse("web:offer-json", args=[unsigned.digest])).status_code == 404


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"deadline": factories.EPOCH}, "has expired"),
        ({"max_units": 1}, "All of these licences are sold"),
        ({"counter": 7}, "has withdrawn this offer"),
    ],
)
def test_a_closed_offer_says_why(changes, words, world, visitor):
    offer = factories.OfferFactory(work=world["work"], **changes)
    factories.LicenceFactory(offer=offer)
    page = visitor.get(reverse("web:offer", args=[offer.digest])).content.decode()
    assert words in page
    assert "Buy this licence" not in page


def test_the_checkout_shows_the_whole_cost_and_who_gets_what(world, company):
    page = company.get(addresses(world)["offer-buy"]).content.decode()
    assert "You pay" in page
    assert "120.00" in page
    assert "Fee of this site" in page
    assert "3.00" in page  # 2.5 % of 120
    assert "105.30" in page  # 90 % of the rest
    assert "11.70" in page


def test_the_checkout_counts_units(world, company):
    page = company.get(addresses(world)["offer-buy"] + "?units=3").content.decode()
    assert "360.00" in page
    bad = company.get(addresses(world)["offer-buy"] + "?units=none")
    assert bad.status_code == 422
    assert "Write a whole number" in bad.content.decode()


def test_a_visitor_at_the_checkout_is_led_to_sign_in_and_back(world, visitor):
    page = visitor.get(addresses(world)["offer-buy"]).content.decode()
    assert f"{reverse('web:sign-in')}?next={addresses(world)['offer-buy']}" in page


def test_an_artist_is_told_that_the_offer_is_their_own(world, artist):
    page = artist.get(addresses(world)["offer-buy"]).content.decode()
    assert "This is your own offer" in page


def test_explore_searches_and_filters(world, visitor):
    cat = factories.WorkFactory(metadata__title="Chelsea the Cat", metadata__words="chelsea the cat")
    explore = reverse("web:explore")
    assert "Chelsea" in visitor.get(explore).content.decode()
    found = visitor.get(explore, {"q": "CHELSEA"}).content.decode()
    assert cat.get_absolute_url() in found
    assert world["work"].get_absolute_url() not in found
    for_training = visitor.get(explore, {"use": "train"}).content.decode()
    assert world["work"].get_absolute_url() in for_training
    assert cat.get_absolute_url() not in for_training
    assert "Nothing fits" in visitor.get(explore, {"q": "unicorn"}).content.decode()
    assert cat.get_absolute_url() in visitor.get(explore, {"q": "chel\0sea"}).content.decode()
    assert visitor.get(explore, {"q": "%_\\'\" <script>" * 99, "use": "nonsense"}).status_code == 200


@pytest.mark.parametrize(
    "before",
    [
        "", "x", "~", "2026-13-45T00:00~a", "2026-01-01T00:00:00~1", "\x00~\x00", "2026-01-01T00:00:00Z~\x00",
        "0001-01-01T00:00:00+23:59~1", "9999-12-31T23:59:59-23:59~1",
    ],
)  # fmt: skip
def test_a_broken_place_in_the_list_starts_from_the_top(before, world, visitor):
    assert world["work"].get_absolute_url() in visitor.get(reverse("web:explore"), {"before": before}).content.decode()


def test_explore_goes_on_page_by_page_until_all_were_seen(visitor):
    works = factories.WorkFactory.create_batch(30)
    seen, here = [], reverse("web:explore")
    while here:
        page = visitor.get(here).content.decode()
        seen += re.findall(r'href="(/works/[^"]+/)"', page)
        found = re.search(r'href="(/explore/\?before=[^"]+)"', page)
        here = found[1].replace("&amp;", "&") if found else ""
    assert sorted(seen) == sorted(w.get_absolute_url() for w in works)


def test_the_portfolio_offers_to_claim_what_is_owed_and_to_withdraw_what_is_kept(world, fan):
    page = fan.get(reverse("web:portfolio")).content.decode()
    assert "Claim it now" in page  # 10 % of 117 is 11.70; 11.00 were booked
    assert "0.70" in page
    assert "Kept for you" in page
    assert "1.00" in page


def looks_again(client, name: str) -> bool:
    """Soon, not just now and then."""
    page = client.get(reverse(f"web:{name}")).content.decode()
    return bool(re.search(r'id="live" hx-get="[^"]+" hx-trigger="every [35]s"', page))


def test_pages_look_again_while_something_is_on_its_way(world, fan, artist, company):
    assert looks_again(fan, "portfolio")
    factories.PaymentFactory(work=world["work"], holder=FAN, amount=700_000)
    assert not looks_again(fan, "portfolio")
    assert not looks_again(artist, "studio")
    factories.RevenueFactory(work=world["work"], total=2 * 117_000_000)
    assert looks_again(artist, "studio")
    assert not looks_again(company, "library")


@pytest.mark.parametrize("name", ["studio", "portfolio", "library", "activity"])
def test_an_open_page_whose_reader_was_signed_out_is_loaded_again(name, visitor):
    answer = visitor.get(reverse(f"web:{name}"), headers={"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Refresh"]) == (204, "true")


def test_money_that_a_reorg_could_undo_is_told_apart(world, fan, artist):
    def says(client, name: str) -> list[str]:
        page = client.get(reverse(f"web:{name}")).content.decode()
        return re.findall(r"of which .*?(\d[\d.]*)<.*? is not final yet", page)

    last = world["work"].revenue.get()
    factories.PaymentFactory(work=world["work"], holder=FAN, amount=700_000)  # all that is owed: nothing else moves
    assert says(fan, "portfolio") == says(artist, "studio") == []

    Chain.objects.update(final=last.log.block_number - 1)
    assert says(fan, "portfolio") == ["10.70"]  # what is only kept for them is not among what they received
    assert says(artist, "studio") == ["117.00", "105.30"]
    assert looks_again(fan, "portfolio")
    assert looks_again(artist, "studio")


def test_what_a_wallet_did_is_called_final_only_when_it_is(world, artist):
    log = factories.LogEntryFactory(block_number=2_000_000)
    intent = factories.IntentFactory(title="Mint “Kiln”", state="confirmed", log=log, tx_hash=log.tx_hash)
    for head, state in ((2_000_000, "Confirming"), (2_000_010, "Safe"), (2_000_090, "Final")):
        Chain.objects.update(head=head, safe=head - 5, final=head - 64)
        rows = artist.get(reverse("web:activity")).content.decode().split("<tr>")
        row = next(row for row in rows if "Kiln" in row)
        assert state in row
        assert state in artist.get(reverse("web:intent", args=[intent.pk])).content.decode()
    assert looks_again(artist, "activity")  # until the watcher has written down that it is final


def test_an_empty_account_is_shown_what_to_do(company):
    for name in ("studio", "portfolio", "library", "activity"):
        page = company.get(reverse(f"web:{name}")).content.decode()
        assert 'class="empty' in page, name


def test_open_steps_are_counted_in_the_head(world, artist):
    def counted() -> list[str]:
        page = artist.get(reverse("web:fees")).content.decode()
        return re.findall(r'(\d+)<span class="visually-hidden"> open', page)

    assert counted() == ["1"]
    Intent.objects.update(state=Intent.State.FINAL)
    assert counted() == ["0"]


def test_a_transaction_on_its_way_is_shown_to_its_sender_only(visitor, artist):
    sent = factories.IntentFactory(state=Intent.State.SUBMITTED, tx_hash=factories.word("sent"))
    here = reverse("web:transaction", args=[sent.tx_hash])
    assert "On its way" in artist.get(here).content.decode()
    assert visitor.get(here).status_code == 404


def test_a_minted_draft_has_only_its_offer_left(world, artist):
    draft = world["draft"]
    draft.draft_hash = world["work"].draft_hash
    draft.save()
    answer = artist.get(reverse("web:create-step", args=[draft.pk, "describe"]))
    assert answer.url == reverse("web:create-step", args=[draft.pk, "offer"])
    page = artist.get(answer.url).content.decode()
    assert "Offer a licence" in page
    rules(page)


def test_an_offer_step_before_the_mint_leads_back(world, artist):
    answer = artist.get(reverse("web:create-step", args=[world["draft"].pk, "offer"]))
    assert answer.url == reverse("web:create-step", args=[world["draft"].pk, "check"])


def test_robots_are_told_to_stay_out_of_what_is_private(visitor):
    answer = visitor.get("/robots.txt")
    assert answer["Content-Type"].startswith("text/plain")
    assert "Disallow: /intents/" in answer.content.decode()


def test_the_style_guide_is_for_makers(settings, visitor):
    settings.DEBUG = False
    assert visitor.get(reverse("web:styleguide")).status_code == 404


def test_an_error_page_needs_nothing(visitor, monkeypatch):
    from marketplace.web.views import catalogue

    def broken(*args, **kwargs):
        raise RuntimeError("out of paint")

    monkeypatch.setattr(catalogue, "cards_of", broken)
    visitor.raise_request_exception = False
    answer = visitor.get(reverse("web:home"))
    assert answer.status_code == 500
    assert "out of paint" not in answer.content.decode()
