from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from marketplace.chain import intents
from marketplace.chain.deployments import Deployment
from tests.chain.intents import prepare
from tests.chain.several import Proxy, same_chain
from tests.chain.traffic import Traffic
from tests.fixtures.chain import Anvil


@pytest.fixture
def traffic(anvil: Anvil, deployed: Deployment, accounts: SimpleNamespace) -> Traffic:
    return Traffic(anvil, deployed, accounts)


@pytest.fixture
def settles_at(settings: Any) -> Any:
    """Gives the local chain a finality of its own: a reorg below it is believed."""

    def set_depths(*, safe: int, final: int) -> None:
        settings.CHAIN_SAFE_DEPTH = safe
        settings.CHAIN_FINAL_DEPTH = final

    return set_depths


@pytest.fixture
def heard(monkeypatch):
    """Two kinds of intents for tests, and what their app heard."""
    heard = []

    def on_signed(intent):
        heard.append(("signed", intent.subject))
        return (
            prepare("tests.second", intent.account, subject=f"{intent.subject}, then")
            if intent.context.get("two")
            else None
        )

    monkeypatch.setitem(
        intents._kinds,
        "tests.kind",
        intents.Kind("tests.kind", on_signed=on_signed, on_confirmed=lambda i: heard.append(("confirmed", i.subject))),
    )
    monkeypatch.setitem(intents._kinds, "tests.second", intents.Kind("tests.second"))
    return heard


@pytest.fixture
def proxy(anvil: Anvil) -> Iterator[Callable[..., Proxy]]:
    """Makes ways to a node."""
    made: list[Proxy] = []

    def make(node: Anvil = anvil) -> Proxy:
        made.append(Proxy(node.url))
        return made[-1]

    yield make
    for each in made:
        each.stop()


@pytest.fixture
def node() -> Iterator[Callable[..., Anvil]]:
    """Makes other nodes; `of`: with the chain that this one has now."""
    made: list[Anvil] = []

    def make(*options: str, of: Anvil | None = None) -> Anvil:
        made.append(Anvil(*options) if of is None else same_chain(of))
        return made[-1]

    yield make
    for each in made:
        each.stop()
