"""Collections on a real chain, by the project's own client: a thousand works published, sold as one, and paid."""

import hashlib
from collections.abc import Iterable
from typing import Any

import pytest

from marketplace.catalog import editions
from marketplace.catalog.editions import Consent, Edition
from marketplace.chain import contracts
from marketplace.chain.contracts import View
from marketplace.chain.deployments import deployment
from marketplace.chain.dev.accounts import Person
from marketplace.chain.rpc import get_rpc
from tests.catalog.wallets import (
    ARTIST,
    COLLABORATOR,
    COMPANY,
    CURATOR,
    FAN,
    SHARES,
    TRAIN,
    USDC,
    buy,
    draft,
    kept,
    minted,
    revenue,
    send,
    sign,
    work_of,
)

FOR_MEMBERS = 900_000  # shares


def many_works(creator: Person, count: int) -> list[int]:
    """`count` works, many a block, from an account that anvil itself has the key of."""
    rpc = get_rpc()
    first = contracts.view("Rights", "workCount") + 1
    nonce = int(rpc.call("eth_getTransactionCount", creator.address, "latest"), 16)
    sender = {"from": creator.address, "gas": hex(400_000)}
    drafts = [draft(creator).transaction for _ in range(count)]
    rpc.call("evm_setAutomine", False)
    try:
        rpc.batch(
            [
                ("eth_sendTransaction", [{**sender, "nonce": hex(nonce + n), "to": t["to"], "data": t["data"]}])
                for n, t in enumerate(drafts)
            ]
        )
        while int(rpc.call("txpool_status")["pending"], 16):
            rpc.call("evm_mine")
    finally:
        rpc.call("evm_setAutomine", True)
    assert contracts.view("Rights", "workCount") == first + count - 1
    return list(range(first, first + count))


def later() -> None:
    """A second passes: what is agreed in the second of a publication is for the next one."""
    get_rpc().batch([("evm_increaseTime", [1]), ("evm_mine", [])])


def publish(edition: Edition) -> int:
    """The curator signs, the company sends and pays the gas; the edition's id."""
    shares = {CURATOR.address: SHARES - FOR_MEMBERS, deployment().address_of("Collections"): FOR_MEMBERS}
    content = "0x" + hashlib.sha256(edition.listing).hexdigest()
    mint = draft(CURATOR, shares, salt=edition.draft_salt, content=content)
    send(COMPANY, editions.publication(mint, sign(CURATOR, mint.typed_data), edition))
    return work_of(mint)


def consent(person: Person, work_id: int, *, min_part: int = 0) -> Consent:
    typed_data = Consent(min_part).typed_data(deployment(), work_id=work_id, curator=CURATOR.address)
    return Consent(min_part, signature=sign(person, typed_data))


def send_all(transactions: Iterable[dict[str, Any]]) -> int:
    return len([send(FAN, transaction) for transaction in transactions])


def revenues(work_ids: list[int]) -> list[int]:
    return contracts.views([View("Rights", "revenueOf", [work_id]) for work_id in work_ids])


@pytest.mark.usefixtures("anvil")
def test_a_collection_of_a_thousand_works_is_sold_and_everybody_is_paid_to_the_unit():
    works = many_works(ARTIST, 900) + many_works(COLLABORATOR, 100)
    # One creator has opted in; the other signs for each work.
    send(ARTIST, editions.opt_in(deployment(), CURATOR.address))
    later()
    edition = Edition({work_id: 1 + work_id % 7 for work_id in works})
    consents = {work_id: consent(COLLABORATOR, work_id, min_part=450_000) for work_id in works[900:]}
    edition_id = publish(edition)

    # What a licence of all costs to buy is an ordinary purchase.
    buy(COMPANY, edition_id, CURATOR, 1000 * USDC)
    earned = revenue(edition_id) * FOR_MEMBERS // SHARES
    assert earned == 1000 * USDC * 9_750 // 10_000 * 9 // 10
    assert send_all(editions.flow(deployment(), edition_id, edition, consents)) == 10

    total = edition.total_weight
    large = [work_id for work_id in works[900:] if edition.weights[work_id] * FOR_MEMBERS * 1000 // total >= 450_000]
    assert 0 < len(large) < 100  # those whose part is what their creator asked at least
    expected = {work_id: earned * edition.weights[work_id] // total for work_id in works[:900] + large}
    assert revenues(works) == [expected.get(work_id, 0) for work_id in works]
    assert_conserved(edition_id, works, earned)

    # The others agree after all; nobody who was paid is paid again.
    late = {work_id: consent(COLLABORATOR, work_id) for work_id in works[900:]}
    assert send_all(editions.recording(deployment(), edition_id, edition, late)) == 1
    send_all(editions.flow(deployment(), edition_id, edition))
    assert revenues(works) == [earned * edition.weights[work_id] // total for work_id in works]
    assert send_all(editions.flow(deployment(), edition_id, edition)) == 0

    # A second sale moves by id, without proofs; what rounding left the first time is in it.
    buy(FAN, edition_id, CURATOR, 333_333_333)
    earned = revenue(edition_id) * FOR_MEMBERS // SHARES
    send_all(editions.flow(deployment(), edition_id, edition))
    assert revenues(works) == [earned * edition.weights[work_id] // total for work_id in works]
    assert_conserved(edition_id, works, earned)

    # Each member's holder can have it, and a licence of the edition is one of each member.
    paid = contracts.views([View("Rights", "owed", [work_id, ARTIST.address]) for work_id in works[:900]])
    assert paid == revenues(works[:900])
    covers = [COMPANY.address, edition_id, TRAIN, edition.member(works[950])]
    assert contracts.view("Collections", "isLicensed", covers)
    assert not contracts.view("Collections", "isLicensed", [ARTIST.address, *covers[1:]])


def assert_conserved(edition_id: int, works: list[int], earned: int) -> None:
    """What the members' shares have earned is what members have got and what waits for them in Rights."""
    waiting = contracts.view("Rights", "owed", [edition_id, deployment().address_of("Collections")])
    assert sum(revenues(works)) + waiting == earned
    reserves, balance = kept()
    assert reserves == balance


@pytest.mark.usefixtures("anvil")
def test_a_work_that_leaves_is_paid_by_what_was_published_and_not_by_the_next_edition():
    works = [minted(ARTIST), minted(ARTIST)]
    send(ARTIST, editions.opt_in(deployment(), CURATOR.address))
    later()
    first = Edition(dict.fromkeys(works, 1))
    first_id = publish(first)
    send(ARTIST, editions.departure(deployment(), works[0], CURATOR.address))
    later()
    second = Edition(dict.fromkeys(works, 1), previous=first_id)
    second_id = publish(second)
    for edition_id in (first_id, second_id):
        buy(COMPANY, edition_id, CURATOR, 100 * USDC)
    half = 100 * USDC * 9_750 // 10_000 * 9 // 10 // 2
    send_all(editions.flow(deployment(), second_id, second))
    assert revenues(works) == [0, half]
    send_all(editions.flow(deployment(), first_id, first))
    assert revenues(works) == [half, 2 * half]


def test_an_edition_can_be_made_again_of_its_listing():
    edition = Edition({12: 3, 5: 1, 10**6: 2**40}, previous=4, salt=9)
    assert edition.listing == b"5,1\n12,3\n1000000,1099511627776\n"
    again = Edition.of_listing(edition.listing, previous=4, salt=9)
    assert again.struct == edition.struct
    assert again.draft_salt == edition.draft_salt


@pytest.mark.parametrize(
    "listing", [b"", b"5\n", b"5,1,2\n", b"a,1\n", b"12,3\n5,1\n", b"5,1\n5,1\n", b"5,01\n", b"5,1"]
)
def test_a_file_that_is_no_listing_is_refused(listing):
    with pytest.raises(ValueError):
        Edition.of_listing(listing, previous=0, salt=0)


@pytest.mark.parametrize("weights", [{}, {1: 0}, {1: -1, 2: 2}, {1: 2**64}, {1: 2**63, 2: 2**63}])
def test_weights_that_the_contract_cannot_take_are_refused(weights):
    with pytest.raises(ValueError):
        Edition(weights)


def test_a_hundred_thousand_members_have_one_root_and_short_proofs():
    edition = Edition({work_id: 1 + work_id % 3 for work_id in range(1, 100_001)}, salt=1)
    assert edition.struct[1:3] == (100_000, edition.total_weight)
    assert len(edition.member(54_321)["proof"]) in (16, 17)
    assert len(edition.listing) < 2**20
