"""A draft is saved at every step, also half-finished, and says what it lacks."""

import pytest

from marketplace.catalog import actions, drafts
from marketplace.catalog.errors import AlreadyMinted, BeingMinted, Discarded, InvalidDraft, NotYours
from marketplace.catalog.models import Draft
from marketplace.catalog.shares import SHARES
from marketplace.chain.models import Intent
from tests.catalog import pictures
from tests.factories import IntentFactory, WorkFactory, word

pytestmark = pytest.mark.django_db


def test_a_new_draft_gives_the_artist_every_share(ada, draft):
    assert draft.shares == [[ada.address, SHARES]]


def test_each_text_is_saved_by_itself(ada, draft):
    actions.describe(by=ada, draft=draft, title="  Cof\u202efee ")
    actions.describe(by=ada, draft=draft, description="One\r\ntwo")
    draft.refresh_from_db()
    assert (draft.title, draft.description, draft.alt_text) == ("Coffee", "One\ntwo", "")


def test_what_is_right_is_saved_though_something_beside_it_is_wrong(ada, draft):
    with pytest.raises(InvalidDraft) as caught:
        actions.describe(by=ada, draft=draft, title="x" * 10_000, alt_text="A cup")
    assert set(caught.value.errors) == {"title"}
    draft.refresh_from_db()
    assert (draft.title, draft.alt_text) == ("", "A cup")


def test_a_text_can_be_emptied_again(ada, finished):
    assert actions.describe(by=ada, draft=finished, title="").title == ""


def test_a_split_is_saved_whole_or_not_at_all(ada, ben, draft):
    actions.split_shares(by=ada, draft=draft, rows=[(ada.address, 900_000), (ben.address, 100_000)])
    with pytest.raises(InvalidDraft):
        actions.split_shares(by=ada, draft=draft, rows=[(ada.address, 900_000)])
    draft.refresh_from_db()
    assert draft.shares == [[ada.address, 900_000], [ben.address, 100_000]]


def test_shares_cannot_be_given_to_our_own_contracts(ada, draft, deployed):
    for contract in (deployed.rights, deployed.market, deployed.usdc):
        with pytest.raises(InvalidDraft) as caught:
            actions.split_shares(by=ada, draft=draft, rows=[(contract, SHARES)])
        assert "a contract of this site" in caught.value.errors["shares-0-holder"]


def test_a_draft_says_all_that_it_lacks(ada, upload):
    draft = actions.start_draft(by=ada, upload=upload(pictures.gps_jpeg()))
    Draft.objects.update(shares=[])
    draft.refresh_from_db()
    assert list(drafts.missing(draft)) == ["location", "title", "alt_text", "shares"]
    assert list(drafts.missing(Draft(account=ada))) == ["upload", "title", "alt_text", "shares"]


def test_a_finished_draft_lacks_nothing(finished):
    assert drafts.missing(finished) == {}


STEPS = {
    "describe": lambda by, draft: actions.describe(by=by, draft=draft, title="Mine"),
    "split": lambda by, draft: actions.split_shares(by=by, draft=draft, rows=[(by.address, SHARES)]),
    "answer": lambda by, draft: actions.answer_location(by=by, draft=draft, keep=True),
    "discard": lambda by, draft: actions.discard_draft(by=by, draft=draft),
    "mint": lambda by, draft: actions.prepare_mint(by=by, draft=draft),
}


@pytest.mark.parametrize("step", STEPS)
def test_nobody_else_can_take_a_step(ben, finished, step):
    with pytest.raises(NotYours):
        STEPS[step](ben, finished)
    finished.refresh_from_db()
    assert (finished.title, finished.discarded_at) == ("Coffee", None)


@pytest.mark.parametrize("step", STEPS)
def test_a_minted_draft_leads_to_its_work(ada, finished, step):
    work = WorkFactory(draft_hash=word("its draft"), metadata__title="Coffee")
    Draft.objects.update(draft_hash=word("its draft"))
    with pytest.raises(AlreadyMinted) as caught:
        STEPS[step](ada, finished)
    assert caught.value.work == work


@pytest.mark.parametrize("step", STEPS)
def test_a_draft_on_its_way_to_the_chain_stays_as_it_is(ada, finished, step):
    intent = IntentFactory(
        kind=actions.MINT, subject=str(finished.pk), account=ada.address, state=Intent.State.SUBMITTED
    )
    with pytest.raises(BeingMinted):
        STEPS[step](ada, finished)
    intent.refresh_from_db()
    assert intent.state == Intent.State.SUBMITTED


@pytest.mark.parametrize("step", set(STEPS) - {"discard"})
def test_a_discarded_draft_takes_no_more_steps(ada, finished, step):
    actions.discard_draft(by=ada, draft=finished)
    with pytest.raises(Discarded):
        STEPS[step](ada, finished)


def test_discarding_twice_is_discarding_once(ada, draft):
    first = actions.discard_draft(by=ada, draft=draft)
    assert actions.discard_draft(by=ada, draft=draft).discarded_at == first.discarded_at


def test_after_discarding_the_same_picture_starts_afresh(ada, draft, upload):
    actions.discard_draft(by=ada, draft=draft)
    again = actions.start_draft(by=ada, upload=upload(pictures.jpeg(80, 60)))
    assert again != draft
    assert list(Draft.objects.open_of(ada)) == [again]


def test_open_drafts_are_ones_own_unminted_and_undiscarded_the_latest_first(ada, ben, upload):
    first = actions.start_draft(by=ada, upload=upload(pictures.jpeg(80, 60)))
    second = actions.start_draft(by=ada, upload=upload(pictures.jpeg(81, 60)))
    minted = actions.start_draft(by=ada, upload=upload(pictures.jpeg(82, 60)))
    actions.start_draft(by=ben, upload=upload(pictures.jpeg(83, 60), by=ben))
    Draft.objects.filter(pk=minted.pk).update(draft_hash=word("minted"))
    WorkFactory(draft_hash=word("minted"))
    actions.describe(by=ada, draft=first, title="Coffee")
    assert list(Draft.objects.open_of(ada)) == [first, second]
