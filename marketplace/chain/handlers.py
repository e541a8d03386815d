"""Which app makes facts of which event.

A handler runs in the watcher's transaction, in the order of the chain, and again whenever the journal is replayed:
it makes `Fact` rows by `get_or_create(log=…, item=…)`, it may ask for effects by `outbox.add(…, log=log)`, and it
asks neither the network nor the clock. It needs no inverse: the watcher deletes the facts of an orphaned log.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable

from django.db import InterfaceError, OperationalError

from marketplace.chain import abis
from marketplace.chain.decoding import Event, decoder_of
from marketplace.chain.deployments import Deployment
from marketplace.chain.models import LogEntry

Handler = Callable[[LogEntry, Event], None]

_handlers: dict[str, list[Handler]] = defaultdict(list)


class HandlerFailed(Exception):
    """A log that could not be taken in. `log` may be unsaved; the cause is chained."""

    def __init__(self, log: LogEntry, cause: Exception) -> None:
        super().__init__(f"{type(cause).__name__}: {cause}")
        self.log = log


def on(name: str) -> Callable[[Handler], Handler]:
    """Registers a handler of an event, e.g. `@on("Rights.WorkCreated")`. Several run in the order of registration."""

    def register(handler: Handler) -> Handler:
        _handlers[name].append(handler)
        return handler

    return register


def off(name: str, handler: Handler) -> None:
    """Takes a handler out again."""
    _handlers[name].remove(handler)


def check() -> None:
    """Raises UnknownContract if a handler waits for an event that no ABI has: it would never run."""
    for name, handlers in _handlers.items():
        if handlers:
            abis.event(name)


def dispatch(logs: Iterable[LogEntry], deployment: Deployment) -> None:
    """Gives logs to their handlers, in order. Raises HandlerFailed for the first that cannot be taken in."""
    for log in logs:
        try:
            decoder = decoder_of(log, deployment)
            wanted = _handlers.get(decoder.name) if decoder else None
            if decoder and wanted:  # what nobody makes a fact of cannot stop anything by being malformed
                event = decoder.decode(log.topics, log.data)
                for handler in wanted:
                    handler(log, event)
        except (InterfaceError, OperationalError):
            raise  # the database is away or busy; that says nothing about the log
        except Exception as error:
            raise HandlerFailed(log, error) from error
