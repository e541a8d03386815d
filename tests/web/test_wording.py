"""Every answer of a wallet, a contract and the network has words."""

import json
from pathlib import Path

import pytest
from django.conf import settings

from marketplace.chain.actions import REFUSALS
from marketplace.web.journal import WORDS
from marketplace.web.wording import CONTRACT, NETWORK, WALLET, words_for

ABIS = {
    path.stem: json.loads(path.read_text()) for path in sorted((settings.BASE_DIR / "contracts" / "abi").glob("*.json"))
}


def names(kind: str, contracts: set[str]) -> set[tuple[str, str]]:
    """(contract, name) of each error or event."""
    return {
        (contract, item["name"])
        for contract, abi in ABIS.items()
        if contract in contracts
        for item in (abi if isinstance(abi, list) else abi["abi"])
        if item["type"] == kind
    }


def test_every_error_of_the_contracts_has_words():
    assert len(ABIS) >= 3
    assert {name for _, name in names("error", set(ABIS))} - set(CONTRACT) == set()


def test_every_event_of_our_contracts_has_words():
    events = {f"{contract}.{name}" for contract, name in names("event", {"Rights", "Market"})}
    assert events == set(WORDS)


def test_every_code_that_a_browser_may_report_has_words():
    assert set(REFUSALS) <= set(WALLET)


def test_the_eleven_wallet_cases_have_words():
    cases = {
        "no-wallet", "rejected", "pending", "wrong-chain", "unknown-chain", "wrong-account", "low-funds",
        "would-revert", "dropped", "reverted", "node-down",
    }  # fmt: skip
    assert cases <= set(WALLET) | set(NETWORK)


@pytest.mark.parametrize("table", [WALLET, NETWORK, CONTRACT], ids=["wallet", "network", "contract"])
def test_words_are_sentences_that_can_be_filled_in(table):
    for reason in table:
        words = words_for(reason, chain_id=31337, account="0x12…89")
        assert words.say.endswith(".")
        assert words.do == "" or words.do.endswith(".")
        assert words.tone in ("info", "warn", "bad")
        assert "{" not in str(words)
        assert "gas" not in str(words).lower().split(), "say network fee"


def test_an_unknown_reason_is_not_hidden():
    assert "NeverSeenBefore" in str(words_for("NeverSeenBefore", chain_id=1))


def test_a_cancelled_prompt_is_no_error():
    assert words_for("rejected", chain_id=1).tone == "info"
    assert words_for("rejected", chain_id=1).say == "You cancelled. Nothing was sent."


def test_a_wrong_network_is_named():
    assert "Base" in str(words_for("wrong-chain", chain_id=8453))


def test_reasons_that_the_code_gives_have_words():
    """Codes in `reason="…"` anywhere in the project."""
    import re

    given = set()
    for path in Path(settings.BASE_DIR, "marketplace").rglob("*.py"):
        given.update(re.findall(r'reason="([a-z-]+)"', path.read_text()))
    assert given
    assert given <= set(WALLET) | set(NETWORK)
