"""Transactions that the site itself sends: payouts, and purchases relayed on the buyer's signature.

The key pays gas and holds no right in any contract. One at a time: nonces are taken under a lock in the database, so
several workers can send from the same key.
"""

import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from eth_account import Account
from eth_account.signers.local import LocalAccount

from marketplace.chain import contracts, transactions
from marketplace.chain.models import RelayLock
from marketplace.chain.rpc import RpcError, RpcUnavailable, get_rpc

LEASE = timedelta(seconds=30)
PATIENCE = 20.0  # seconds to wait for others to send theirs
ATTEMPTS = 3


class RelayError(Exception):
    """The site could not send a transaction. The message is a sentence for people."""


class RelayOff(RelayError):
    """There is no key to send with."""


class RelayPoor(RelayError):
    """The key's account cannot pay the gas."""


class RelayRefused(RelayError):
    """The contract would refuse it, so it was not sent. `name`: the Solidity error."""

    def __init__(self, reverted: contracts.Reverted) -> None:
        super().__init__(f"The contract refuses this: {reverted}.")
        self.name = reverted.name
        self.args_ = reverted.args_


class RelayBusy(RelayError):
    """Node or lock did not answer in time. Trying again later may help."""


def is_on() -> bool:
    """Whether there is a key to send with."""
    return bool(settings.KEEPER_PRIVATE_KEY)


def address() -> str:
    """The account that pays the gas, lower-case. Raises RelayOff."""
    return _account().address.lower()


def send(to: str, data: str, value: int = 0) -> str:
    """Sends a transaction from the keeper's account; its hash, once the node has taken it. `value` in wei.

    Raises RelayOff, RelayPoor, RelayRefused, RelayBusy.
    """
    account = _account()
    rpc = get_rpc()
    with _alone(account.address):
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return transactions.send(rpc, account, to=to, data=data, value=value)
            except RpcUnavailable as error:
                raise RelayBusy(f"The chain cannot be reached now: {error}") from error
            except RpcError as error:
                if not _is_about_nonce(error) or attempt == ATTEMPTS:
                    raise _in_words(error, account) from error
    raise AssertionError("unreachable")


def _account() -> LocalAccount:
    if not is_on():
        raise RelayOff("The site has no key to send transactions with (KEEPER_PRIVATE_KEY).")
    return Account.from_key(settings.KEEPER_PRIVATE_KEY)


def _is_about_nonce(error: RpcError) -> bool:
    message = error.message.lower()
    return "nonce" in message or "replacement" in message


def _in_words(error: RpcError, account: LocalAccount) -> RelayError:
    message = error.message.lower()
    if "insufficient funds" in message:
        return RelayPoor(f"The keeper's account {account.address} cannot pay the gas: send it some native coin.")
    reverted = contracts.revert("Market", error)
    if reverted is not None:
        return RelayRefused(reverted)
    return RelayBusy(f"The node did not take the transaction: {error}")


@contextmanager
def _alone(address: str) -> Iterator[None]:
    """Holds the sending of one account. A lease, not a row lock: nothing talks to the network in a transaction."""
    key = address.lower()
    token = secrets.token_hex(8)
    RelayLock.objects.get_or_create(address=key)
    end = time.monotonic() + PATIENCE
    while True:
        now = timezone.now()
        free = Q(held_until=None) | Q(held_until__lt=now)
        if RelayLock.objects.filter(free, address=key).update(token=token, held_until=now + LEASE):
            break
        if time.monotonic() > end:
            raise RelayBusy("Others are sending from the keeper's account; it was not free in time.")
        time.sleep(0.02)
    try:
        yield
    finally:
        RelayLock.objects.filter(address=key, token=token).update(held_until=None)
