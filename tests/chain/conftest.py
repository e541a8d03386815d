from types import SimpleNamespace
from typing import Any

import pytest

from marketplace.chain import intents
from marketplace.chain.deployments import Deployment
from tests.chain.intents import prepare
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
