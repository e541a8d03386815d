"""Collections: many works sold as one. What creators and curators sign, and the calls that publish and pay.

A client of the contract `Collections`. It sends nothing: it makes messages for wallets and transactions, and reads the
chain. Every step is made of the list of members, which is public: so anybody can do it.
"""

import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from typing import Any

from eth_abi import encode
from eth_utils import keccak, to_checksum_address

from marketplace.catalog.merkle import MerkleTree, leaf_of
from marketplace.catalog.minting import Mint
from marketplace.chain.contracts import View, calldata, views
from marketplace.chain.deployments import Deployment
from marketplace.chain.eip712 import TypedData, fields, to_contract

CONSENT_TYPE = fields("uint256 workId, address curator, uint64 minPart, uint40 notBefore, uint40 notAfter")
EDITION_TYPE = "(bytes32,uint64,uint64,uint256,uint256)"
MOST = 2**64 - 1  # of a weight, and of all together
BATCH = 100  # members a transaction: some 6 million gas when they are new
FLOW = "flow(uint256,(uint256,uint64,uint64,uint40,uint40,bytes,bytes32[])[])"
FLOW_BY_ID = "flow(uint256,uint256[])"

Transaction = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Consent:
    """A creator's agreement that a curator puts a work into editions. Without a signature: by standing opt-in."""

    min_part: int = 0  # of all that an edition earns, in parts per billion
    not_before: int = 0  # unix seconds in which an edition may be published, both included
    not_after: int = 0  # 0 is no end
    signature: str = "0x"

    def typed_data(self, deployment: Deployment, *, work_id: int, curator: str) -> TypedData:
        """What the creator of the work signs."""
        message = {
            "workId": str(work_id),
            "curator": to_checksum_address(curator),
            "minPart": str(self.min_part),
            "notBefore": str(self.not_before),
            "notAfter": str(self.not_after),
        }
        return to_contract(deployment, "Collections", {"Consent": CONSENT_TYPE}, "Consent", message)


OPT_IN = Consent()


@dataclass(frozen=True)
class Edition:
    """The members of an edition and their weights, which nobody can change once it is published."""

    weights: Mapping[int, int]  # {work id: weight}
    previous: int = 0  # the edition that this one follows
    salt: int = field(default_factory=lambda: secrets.randbits(256))

    def __post_init__(self) -> None:
        """Raises ValueError for no members, and for weights that the contract cannot take."""
        if not self.weights or min(self.weights.values()) < 1 or self.total_weight > MOST:
            raise ValueError(f"An edition has members, each of a weight of at least 1, of {MOST} at most together.")

    @property
    def total_weight(self) -> int:
        return sum(self.weights.values())

    @cached_property
    def tree(self) -> MerkleTree:
        """Of (uint256 workId, uint64 weight), by work id."""
        return MerkleTree([leaf_of(_word(work_id) + _word(weight)) for work_id, weight in self._members.items()])

    @property
    def struct(self) -> tuple[bytes, int, int, int, int]:
        """`ICollections.Edition`."""
        return self.tree.root, len(self.weights), self.total_weight, self.previous, self.salt

    @property
    def draft_salt(self) -> int:
        """The salt that the edition's draft must have: so the curator's signature of the draft is one of all this."""
        return int.from_bytes(keccak(encode([EDITION_TYPE], [self.struct])))

    @property
    def listing(self) -> bytes:
        """The members as CSV, by work id: the edition's original file, of which anybody can build the tree."""
        return "".join(f"{work_id},{weight}\n" for work_id, weight in self._members.items()).encode()

    @classmethod
    def of_listing(cls, listing: bytes, *, previous: int, salt: int) -> "Edition":
        """Raises ValueError for a file that is no listing."""
        rows = [line.split(",") for line in listing.decode().splitlines()]
        edition = cls({int(work_id): int(weight) for work_id, weight in rows}, previous, salt)
        if edition.listing != listing:
            raise ValueError("This is not the list of an edition's members: sorted, each once, a line each.")
        return edition

    def member(self, work_id: int, consent: Consent = OPT_IN) -> dict[str, Any]:
        """`ICollections.Member`: a member and its proof. Raises KeyError for a work that is none."""
        return {
            "workId": work_id,
            "weight": self.weights[work_id],
            "minPart": consent.min_part,
            "notBefore": consent.not_before,
            "notAfter": consent.not_after,
            "signature": consent.signature,
            "proof": self.tree.proof(self._places[work_id]),
        }

    @cached_property
    def _members(self) -> dict[int, int]:
        return dict(sorted(self.weights.items()))

    @cached_property
    def _places(self) -> dict[int, int]:
        return {work_id: place for place, work_id in enumerate(self._members)}


def publication(mint: Mint, signature: str, edition: Edition) -> Transaction:
    """Publishes an edition; anybody may send it. `mint`: of a draft with `edition.draft_salt`, which gives the contract
    the members' shares; `signature`: the curator's, of `mint.typed_data`."""
    data = calldata("Collections", "publish", [mint.fields, signature, edition.struct])
    return {"to": mint.deployment.address_of("Collections"), "data": data, "value": 0}


def opt_in(deployment: Deployment, curator: str, *, on: bool = True) -> Transaction:
    """Agrees that a curator puts any of the sender's works into later editions, or no longer."""
    return _call(deployment, "setOptIn", [to_checksum_address(curator), on])


def departure(deployment: Deployment, work_id: int, curator: str) -> Transaction:
    """Takes a work out of a curator's later editions; for its creator to send."""
    return _call(deployment, "leaveCurator", [work_id, to_checksum_address(curator)])


def recording(
    deployment: Deployment, edition_id: int, edition: Edition, consents: Mapping[int, Consent]
) -> Iterator[Transaction]:
    """Proves members and their consent, {work id: consent}, before there is money; anybody may send it."""
    for part in _batches(consents, BATCH):
        members = [edition.member(work_id, consents[work_id]) for work_id in part]
        yield _call(deployment, "record", [edition_id, members])


def flow(
    deployment: Deployment, edition_id: int, edition: Edition, consents: Mapping[int, Consent] | None = None
) -> Iterator[Transaction]:
    """Moves to all members what is due to them; anybody may send it. Nothing due is nothing to send.

    `consents`: {work id: consent} of members that agreed by signature and are not on record yet.
    Raises RpcUnavailable, RpcError.
    """
    due: list[int] = []
    new: list[int] = []
    for part in _batches(edition.weights, 5 * BATCH):
        calls = [View("Collections", name, [edition_id, work_id]) for name in ("memberOf", "due") for work_id in part]
        answers = views(calls)
        for work_id, (weight, _), amount in zip(part, answers, answers[len(part) :], strict=False):
            if not weight:
                new.append(work_id)
            elif amount:
                due.append(work_id)
    for part in _batches(due, BATCH):
        yield _call(deployment, FLOW_BY_ID, [edition_id, part])
    for part in _batches(new, BATCH):
        members = [edition.member(work_id, (consents or {}).get(work_id, OPT_IN)) for work_id in part]
        yield _call(deployment, FLOW, [edition_id, members])


def _batches(items: Iterable[int], size: int) -> Iterator[list[int]]:
    rest = iter(items)
    while part := list(islice(rest, size)):
        yield part


def _call(deployment: Deployment, function: str, args: Sequence[Any]) -> Transaction:
    return {
        "to": deployment.address_of("Collections"),
        "data": calldata("Collections", function, args),
        "value": 0,
    }


def _word(number: int) -> bytes:
    return number.to_bytes(32)
