"""Kinds of intents, and how an event of the journal finds the intent that it fulfils.

An app registers each kind of thing that it asks wallets for. `on_signed(intent)` runs in the transaction that takes the
signature; what it returns, if anything, is the next intent to sign. `on_confirmed(intent)` runs through the outbox once
the event is in the journal, at least once, and again if a reorg moves it to another block. `on_retry(intent)` renews
a request whose time ran out, in the transaction that takes it up again. All are safe to call twice.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from marketplace.chain import abis
from marketplace.chain.models import Intent
from marketplace.chain.values import attribute

ANY = "*"
CONFIRMED = "chain.intent-confirmed"  # outbox topic

EventMatch = tuple[str, Mapping[str, Any] | Sequence[Any]]


@dataclass(frozen=True)
class Kind:
    """One kind of intent, e.g. "catalog.mint"."""

    name: str
    on_signed: Callable[[Intent], Intent | None] | None = None
    on_confirmed: Callable[[Intent], None] | None = None
    on_retry: Callable[[Intent], None] | None = None


_kinds: dict[str, Kind] = {}


def register(
    name: str,
    *,
    on_signed: Callable[[Intent], Intent | None] | None = None,
    on_confirmed: Callable[[Intent], None] | None = None,
    on_retry: Callable[[Intent], None] | None = None,
) -> None:
    """Registers a kind, from its app's `AppConfig.ready`."""
    _kinds[name] = Kind(name, on_signed, on_confirmed, on_retry)


def kind(name: str) -> Kind:
    """A registered kind. Raises LookupError."""
    try:
        return _kinds[name]
    except KeyError:
        raise LookupError(f"No app registered the intent kind {name!r}.") from None


def has_hook(name: str) -> bool:
    """Whether a kind wants to hear of its confirmation. One that no app knows any more does not."""
    return name in _kinds and _kinds[name].on_confirmed is not None


def match(event: EventMatch) -> tuple[str, str]:
    """(topic, key) by which the journal's event will find its intent.

    `event`: its full name with the indexed arguments that make it this one, by name
    (`("Rights.WorkCreated", {"draft": digest})`) or all of them in order, None for any.
    Raises UnknownContract, ValueError.
    """
    name, wanted = event
    item = abis.event(name)
    indexed = [part for part in item["inputs"] if part["indexed"]]
    names = [attribute(part["name"]) for part in indexed]
    if isinstance(wanted, Mapping):
        values = {attribute(key): value for key, value in wanted.items()}
        if unknown := set(values) - set(names):
            raise ValueError(f"{name} is indexed by {', '.join(names)}, not by {', '.join(sorted(unknown))}.")
        ordered = [values.get(each) for each in names]
    else:
        ordered = list(wanted)
        if len(ordered) != len(names):
            raise ValueError(f"{name} is indexed by {', '.join(names)}: give a value or None for each, or name them.")
    if not any(value is not None for value in ordered):
        raise ValueError(f"Any {name} would match: say which one is meant.")
    return abis.topic(item), ":".join(ANY if value is None else word(value) for value in ordered)


def keys_of(topics: Sequence[str]) -> list[str]:
    """Every key that a log with these topics fulfils: each indexed word itself, or any."""
    return [":".join(words) for words in product(*((topic.lower(), ANY) for topic in topics[1:]))]


def word(value: int | str) -> str:
    """An indexed value as its topic: 32 bytes, 0x-prefixed. Raises ValueError."""
    if isinstance(value, int):
        return f"0x{value:064x}"
    digits = value.lower().removeprefix("0x")
    if len(digits) not in (40, 64):
        raise ValueError(f"{value!r} is neither an integer, an address nor a 32-byte word.")
    int(digits, 16)
    return f"0x{digits:0>64}"
