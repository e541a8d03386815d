"""The people of the local chain, at a site."""

from dataclasses import dataclass, fields

import httpx

from tools.journey.visitor import Visitor
from tools.journey.wallet import Node, Wallet


@dataclass(frozen=True)
class People:
    """Everybody that journeys need, each with a wallet and cookies of their own."""

    artist: Visitor
    collaborator: Visitor
    company: Visitor
    fan: Visitor
    other_fan: Visitor

    def __iter__(self):
        return (getattr(self, field.name) for field in fields(self))

    def name_of(self, address: str) -> str:
        """Their name, or the address shortened."""
        known = {person.address.lower(): person.name for person in self}
        return known.get(address.lower(), f"{address[:6]}…{address[-4:]}")


def gather(site: str, node: Node) -> People:
    """The demo accounts, as the site hands them to its demo wallet. Raises LookupError on any other chain."""
    answer = httpx.get(f"{site}/dev/accounts", timeout=30, trust_env=False)
    if answer.is_error:
        raise LookupError("This site has no demo accounts: journeys run on the local chain only.")
    accounts = {person["name"]: person["privateKey"] for person in answer.json()}
    visitors = [Visitor(site, Wallet(key, node), name) for name, key in accounts.items()]
    return People(*visitors)
