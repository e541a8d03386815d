"""What only the contracts' owner may do: announced to the timelock, and done once its delay has passed.

Calls are announced together and done in one transaction or not at all. The announcement is named by what is in it, so
a second run finds that of the first.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum
from itertools import count
from typing import Any

from marketplace.chain.contracts import calldata, view

NONE = "0x" + "00" * 32


class State(IntEnum):
    """Of an announcement, in the timelock's own numbers."""

    UNSET = 0
    WAITING = 1
    READY = 2
    DONE = 3


@dataclass(frozen=True)
class Call:
    """One thing to be done by the owner."""

    to: str
    contract: str
    function: str
    args: Sequence[Any]
    done: str  # what is said when it is


@dataclass(frozen=True)
class Operation:
    """Calls as one operation of a timelock."""

    timelock: str
    id: str
    arguments: tuple[Any, ...]

    @property
    def state(self) -> State:
        return State(view("Timelock", "getOperationState", [self.id], address=self.timelock))

    @property
    def ready_at(self) -> datetime:
        """When it may be done (UTC); meaningless before it was announced and after it was done."""
        return datetime.fromtimestamp(view("Timelock", "getTimestamp", [self.id], address=self.timelock), UTC)

    def announcement(self) -> str:
        """Calldata for a proposer."""
        delay = view("Timelock", "getMinDelay", address=self.timelock)
        return calldata("Timelock", "scheduleBatch", [*self.arguments, delay])

    def execution(self) -> str:
        """Calldata for anybody, once it is ready."""
        return calldata("Timelock", "executeBatch", self.arguments)


def operation(timelock: str, calls: Sequence[Call]) -> Operation:
    """The operation that does these calls in this order: the one that is under way, or else a new one."""
    targets = [call.to for call in calls]
    payloads = [calldata(call.contract, call.function, call.args) for call in calls]
    for salt in count():  # the same calls may have been done before, and undone since
        arguments = (targets, [0] * len(calls), payloads, NONE, f"0x{salt:064x}")
        name = view("Timelock", "hashOperationBatch", arguments, address=timelock)
        found = Operation(timelock, name, arguments)
        if found.state != State.DONE:
            return found
    raise AssertionError("unreachable")


def is_governor(timelock: str, account: str) -> bool:
    """Whether an account may announce."""
    role = view("Timelock", "PROPOSER_ROLE", address=timelock)
    return view("Timelock", "hasRole", [role, account], address=timelock)
