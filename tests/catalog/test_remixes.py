"""Remixes on a real chain, by the project's own client: registered gaslessly, and their parents paid by flow."""

import pytest

from marketplace.catalog import remixes
from marketplace.catalog.remixes import Parent
from marketplace.chain import contracts
from marketplace.chain.deployments import deployment
from marketplace.chain.rpc import RpcError
from tests.catalog.wallets import (
    ARTIST,
    COLLABORATOR,
    COMPANY,
    FAN,
    REMIX,
    SHARES,
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

pytestmark = pytest.mark.usefixtures("anvil")


def address_of(work_id: int) -> str:
    return contracts.view("Rights", "addressOf", [work_id])


def owed(work_id: int, holder: str) -> int:
    return contracts.view("Rights", "owed", [work_id, holder])


def test_a_remix_is_registered_and_its_parents_are_paid_through_two_generations():
    parent = minted(ARTIST)
    licence = buy(FAN, parent, ARTIST, 10 * USDC, scopes=REMIX, remixShares=200_000, remixApproval=True)
    before = revenue(parent)

    # The fan signs a draft, the artist approves it, and somebody else pays for the transaction.
    mint = draft(FAN, {address_of(parent): 200_000, FAN.address: 800_000})
    approval = sign(ARTIST, remixes.approval_typed_data(deployment(), draft=mint.hash, parent_id=parent))
    send(COMPANY, remixes.registration(mint, sign(FAN, mint.typed_data), [Parent(licence, approval)]))
    child = work_of(mint)
    assert contracts.view("Rights", "creatorOf", [child]) == FAN.address.lower()
    assert contracts.view("Remix", "parentsOf", [child]) == [parent]

    # A remix of the remix, and of the first work as well.
    second = buy(COLLABORATOR, child, FAN, 10 * USDC, scopes=REMIX, remixShares=300_000)
    other = buy(COLLABORATOR, parent, ARTIST, 10 * USDC, scopes=REMIX, remixShares=1)
    shares = {address_of(child): 300_000, address_of(parent): 100_000, COLLABORATOR.address: 600_000}
    mint = draft(COLLABORATOR, shares)
    parents = [Parent(second), Parent(other)]
    send(COMPANY, remixes.registration(mint, sign(COLLABORATOR, mint.typed_data), parents))
    grandchild = work_of(mint)
    assert remixes.branches([grandchild]) == [(grandchild, child), (grandchild, parent), (child, parent)]

    buy(COMPANY, grandchild, COLLABORATOR, 100 * USDC)
    before, of_child = revenue(parent), revenue(child)
    earned = revenue(grandchild)
    assert earned == 100 * USDC * 9_750 // 10_000
    send(COMPANY, remixes.flow(deployment(), [grandchild]))
    assert revenue(child) == of_child + earned * 300_000 // SHARES
    to_parent = earned * 100_000 // SHARES + revenue(child) * 200_000 // SHARES
    assert revenue(parent) == before + to_parent
    assert owed(parent, ARTIST.address) == revenue(parent)
    reserves, balance = kept()
    assert reserves == balance

    # Again: nothing is left to move.
    send(COMPANY, remixes.flow(deployment(), [grandchild]))
    assert revenue(parent) == before + to_parent


def test_whoever_brings_the_draft_to_the_chain_first_takes_nothing_away():
    parent = minted(ARTIST)
    licence = buy(FAN, parent, ARTIST, USDC, scopes=REMIX, remixShares=500_000)
    mint = draft(FAN, {address_of(parent): 500_000, FAN.address: 500_000})
    signature = sign(FAN, mint.typed_data)
    data = contracts.calldata("Rights", "createFor", [mint.fields, signature])
    send(COMPANY, {"to": mint.deployment.rights, "data": data})
    assert contracts.view("Remix", "parentsOf", [work_of(mint)]) == []
    send(FAN, remixes.registration(mint, signature, [Parent(licence)]))
    send(FAN, remixes.registration(mint, "0x", [Parent(licence)]))
    assert contracts.view("Remix", "parentsOf", [work_of(mint)]) == [parent]


def test_without_a_licence_there_is_no_remix():
    parent = minted(ARTIST)
    licence = buy(COMPANY, parent, ARTIST, USDC, scopes=REMIX)
    mint = draft(FAN, {address_of(parent): 1, FAN.address: 999_999})
    with pytest.raises(RpcError) as refused:
        send(FAN, remixes.registration(mint, sign(FAN, mint.typed_data), [Parent(licence)]))
    reason = contracts.revert("Remix", refused.value)
    assert reason is not None
    assert (reason.name, reason.args_) == ("NotLicensed", (licence, FAN.address.lower(), 0))
    assert work_of(mint) == 0


def test_works_that_are_no_remixes_have_no_branches():
    assert remixes.branches([minted(ARTIST)]) == []
    assert remixes.branches([]) == []
