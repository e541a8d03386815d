"""Remixes: what a parent's creator signs to approve one, and the calls that register it and pay its parents.

A client of the contract `Remix`. It sends nothing: it makes messages for wallets and transactions, and reads the chain.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from marketplace.catalog.minting import Mint
from marketplace.chain.contracts import View, calldata, views
from marketplace.chain.deployments import Deployment
from marketplace.chain.eip712 import TypedData, fields, to_contract

APPROVAL_TYPE = fields("bytes32 draft, uint256 parentId")

Transaction = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Parent:
    """A licence by which the remix's creator may remix a work."""

    licence_id: int
    approval: str = "0x"  # signature of `approval_typed_data`, where the licence's terms ask for one


def approval_typed_data(deployment: Deployment, *, draft: str, parent_id: int) -> TypedData:
    """What the creator of a parent signs to approve a remix. `draft`: `Mint.hash`."""
    message = {"draft": draft, "parentId": str(parent_id)}
    return to_contract(deployment, "Remix", {"Approval": APPROVAL_TYPE}, "Approval", message)


def registration(mint: Mint, signature: str, parents: Sequence[Parent]) -> Transaction:
    """Mints a remix and records its parents; anybody may send it. `signature`: its creator's, of `mint.typed_data`.

    The draft gives each parent's address the shares that its terms ask, and one at least. If it is a work already, the
    signature is not looked at, and parents that are missing are added.
    """
    entries = [{"licenceId": parent.licence_id, "approval": parent.approval} for parent in parents]
    data = calldata("Remix", "register", [mint.fields, signature, entries])
    return {"to": mint.deployment.address_of("Remix"), "data": data, "value": 0}


def branches(work_ids: Iterable[int]) -> list[tuple[int, int]]:
    """(child, parent) for all works that are above these, in the order in which money moves up through all of them.

    Raises RpcUnavailable, RpcError.
    """
    found: dict[int, list[int]] = {}
    while new := sorted(set(work_ids) - set(found)):
        answers = views([View("Remix", "parentsOf", [work_id]) for work_id in new])
        found.update(zip(new, answers, strict=True))
        work_ids = [parent for parents in answers for parent in parents]
    # A parent is an earlier work than its remix: so the latest works are the leaves.
    return [(child, parent) for child in sorted(found, reverse=True) for parent in found[child]]


def flow(deployment: Deployment, work_ids: Iterable[int]) -> Transaction:
    """Moves what works have earned for those above them, to the top; anybody may send it."""
    pairs = [{"childId": child, "parentId": parent} for child, parent in branches(work_ids)]
    return {"to": deployment.rights, "data": calldata("Rights", "flow", [pairs]), "value": 0}
