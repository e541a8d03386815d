"""Which app makes facts of which event.

A handler is given, in the chain's order, the events of its kinds that a step of the watcher has read, and yields what
follows from them: `Fact` rows, not saved, and effects (`outbox.effect`). Handlers run in the order of their apps, and
each finds what those before it made. They run in the watcher's transaction and again whenever the journal is replayed,
so they ask neither the network nor the clock. They need no inverse: the watcher deletes the facts of an orphaned log.
"""

from collections.abc import Callable, Iterable, Sequence

from django.db import InterfaceError, OperationalError, transaction

from marketplace.chain import abis, bulk, outbox
from marketplace.chain.decoding import Event, decoder_of
from marketplace.chain.deployments import Deployment
from marketplace.chain.models import Fact, LogEntry, Outbox

Events = Sequence[tuple[LogEntry, Event]]
Handler = Callable[[Events], Iterable[Fact | Outbox]]

_handlers: dict[Handler, tuple[str, ...]] = {}


class HandlerFailed(Exception):
    """A log that could not be taken in. `log` may be unsaved; the cause is chained."""

    def __init__(self, log: LogEntry, cause: Exception) -> None:
        super().__init__(f"{type(cause).__name__}: {cause}")
        self.log = log


def on(*names: str) -> Callable[[Handler], Handler]:
    """Registers a handler of events by their full names, e.g. `@on("Rights.WorkCreated")`."""

    def register(handler: Handler) -> Handler:
        _handlers[handler] = names
        return handler

    return register


def off(handler: Handler) -> None:
    """Takes a handler out again."""
    del _handlers[handler]


def check() -> None:
    """Raises UnknownContract if a handler waits for an event that no ABI has: it would never run."""
    for names in _handlers.values():
        for name in names:
            abis.event(name)


def dispatch(logs: Sequence[LogEntry], deployment: Deployment) -> None:
    """Gives logs to their handlers and saves what these make of them, in the caller's transaction.

    Raises HandlerFailed for the first log that cannot be taken in.
    """
    try:
        with transaction.atomic():
            _take_in(logs, deployment)
    except (InterfaceError, OperationalError):
        raise  # the database is away or busy; that says nothing about a log
    except Exception:
        # One by one, to find out which. What comes before it is rolled back with the caller's transaction.
        for log in logs:
            try:
                _take_in([log], deployment)
            except (InterfaceError, OperationalError):
                raise
            except Exception as error:
                raise HandlerFailed(log, error) from error


def _take_in(logs: Sequence[LogEntry], deployment: Deployment) -> None:
    wanted = {name for names in _handlers.values() for name in names}
    by_name: dict[str, list[tuple[int, LogEntry, Event]]] = {name: [] for name in wanted}
    for place, log in enumerate(logs):
        decoder = decoder_of(log, deployment)
        if decoder and decoder.name in wanted:  # what nobody makes a fact of cannot stop anything by being malformed
            by_name[decoder.name].append((place, log, decoder.decode(log.topics, log.data)))

    effects: list[Outbox] = []
    for handler, names in _handlers.items():
        found = [each for name in names for each in by_name[name]]
        if not found:
            continue
        if len(names) > 1:
            found.sort(key=_place)
        rows = list(handler([(log, event) for _, log, event in found]))
        effects += [row for row in rows if isinstance(row, Outbox)]
        bulk.insert(row for row in rows if not isinstance(row, Outbox))  # before the next, which may ask for them
    outbox.add_all(effects)


def _place(found: tuple[int, LogEntry, Event]) -> int:
    return found[0]
