"""Intents for tests, of the two kinds that the fixture `heard` registers."""

from typing import Any

from marketplace.chain import actions
from marketplace.chain.models import Intent

HASH = "0x" + "ab" * 32


def prepare(kind: str = "tests.kind", account: str = "0x" + "a1" * 20, **fields: Any) -> Intent:
    request = {"subject": "draft 7", "title": "Mint “Coffee”", "transaction": {"to": "0x" + "c0" * 20, "data": "0x12"}}
    return actions.prepare(kind=kind, account=account, **{**request, **fields})


def fresh(intent: Intent) -> Intent:
    return Intent.objects.get(pk=intent.pk)
