"""Every change of an intent: what an account means to do, is asked to sign, and has reported back.

Each is safe to repeat. A report that comes late, or twice, never takes an intent back from where the journal put it.
"""

import re
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.db import transaction as database
from django.utils import timezone

from marketplace.chain import intents, outbox, signatures
from marketplace.chain.models import Intent

State = Intent.State
DONE = (State.CONFIRMED, State.FINAL)
UNSENT = (State.PREPARED, State.REJECTED, State.FAILED, State.EXPIRED)

# What a wallet, or the page beside it, says when nothing was signed or sent. web.wording has a sentence for each.
REFUSALS = (
    "rejected", "pending", "wrong-chain", "wrong-account", "no-wallet", "low-funds", "node-down", "unknown-chain",
    "failed",
)  # fmt: skip


class NotYours(PermissionDenied):
    """Only the account that an intent belongs to may report on it."""


class IntentError(Exception):
    """`code` for programs, `message` for the person whose intent it is."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def prepare(
    *,
    kind: str,
    account: str,
    subject: str,
    title: str,
    transaction: dict[str, Any] | None = None,
    typed_data: dict[str, Any] | None = None,
    context: dict[str, Any] | None = None,
    event: intents.EventMatch | None = None,
    expires: datetime | None = None,
) -> Intent:
    """What `account` is to sign next for `subject`: the intent it already has open, or a new one.

    `transaction`: {to, data, value}, value in wei. `typed_data`: EIP-712. `event`: the one that will fulfil it (see
    `intents.match`). `expires`: UTC. The request of an open one is renewed unless it is already signed or on its way.
    """
    intents.kind(kind)  # an unknown one is a slip of ours, and better seen now than when its event comes
    topic, key = intents.match(event) if event else ("", "")
    request = {
        "title": title[:200],
        "transaction": transaction and _transaction(transaction),
        "typed_data": typed_data,
        "context": context or {},
        "event_topic": topic,
        "event_key": key,
        "expires": expires,
    }
    who = {"kind": kind, "account": account.lower(), "subject": subject, "chain_id": settings.CHAIN_ID}
    with database.atomic():
        _one_at_a_time(f"intent {kind} {account.lower()} {subject}")
        intent = Intent.objects.select_for_update().filter(**who).open().order_by("-created").first()
        if intent is None:
            return Intent.objects.create(**who, **request)
        if intent.state in (State.PREPARED, State.REJECTED):
            _set(intent, state=State.PREPARED, reason="", detail="", **request)
        return intent


def report_sent(*, intent: Intent, by: str, tx_hash: str) -> Intent:
    """The wallet sent the transaction. Raises NotYours, IntentError."""
    _must_own(intent, by)
    if not re.fullmatch(r"0x[0-9a-fA-F]{64}", tx_hash):
        raise IntentError("bad-hash", "That is not a transaction hash: 0x and 64 hex digits belong here.")
    with database.atomic():
        intent = _fresh(intent)
        if intent.transaction is None:
            raise IntentError("not-a-transaction", "This step is a message to sign; there is no transaction to send.")
        if intent.state not in DONE:  # a hash that replaces another is a speed-up or a cancellation by the wallet
            _set(intent, state=State.SUBMITTED, tx_hash=tx_hash.lower(), reason="", detail="")
            database.on_commit(_review)
        return intent


def report_signed(*, intent: Intent, by: str, signature: str) -> Intent:
    """The wallet signed the message. The next intent's id, if there is one, is in `context["next"]`.

    Raises NotYours, IntentError, BadSignature (EIP-712; ERC-1271 for contract wallets), RpcUnavailable.
    """
    _must_own(intent, by)
    if intent.typed_data is None:
        raise IntentError("not-a-message", "This step is a transaction to send; there is no message to sign.")
    signatures.verify(intent.typed_data, signature, signer=intent.account)
    signed = intent.typed_data
    with database.atomic():
        intent = _fresh(intent)
        if intent.typed_data != signed:
            raise IntentError("changed", "The request has changed since you signed it. Please look at it again.")
        if intent.state not in UNSENT:
            return intent
        _must_be_in_time(intent)
        _set(intent, state=State.SIGNED, signature=signature.lower(), reason="", detail="")
        on_signed = intents.kind(intent.kind).on_signed
        following = on_signed(intent) if on_signed else None
        intent.refresh_from_db()  # the app may have changed it by another name
        if following is not None and following.pk != intent.pk:
            _set(intent, context={**intent.context, "next": str(following.pk)})
        return intent


def report_refused(*, intent: Intent, by: str, code: str, message: str = "") -> Intent:
    """The wallet did not sign or send, and why (one of REFUSALS). Raises NotYours, IntentError."""
    _must_own(intent, by)
    if code not in REFUSALS:
        raise IntentError("bad-code", f"{code!r} is none of {', '.join(REFUSALS)}.")
    with database.atomic():
        intent = _fresh(intent)
        if intent.state in (State.PREPARED, State.REJECTED):
            # "pending": the wallet still shows an earlier request, so this one may yet be answered.
            state = State.PREPARED if code == "pending" else State.REJECTED
            _set(intent, state=state, reason=code, detail=message[:500])
        return intent


def retry(*, intent: Intent, by: str) -> Intent:
    """Takes up again what was rejected, failed or expired. Raises NotYours, IntentError if its time has run out."""
    _must_own(intent, by)
    with database.atomic():
        intent = _fresh(intent)
        if intent.state not in UNSENT or intent.state == State.PREPARED:
            return intent
        on_retry = intents.kind(intent.kind).on_retry
        if on_retry:
            on_retry(intent)
            intent.refresh_from_db()
        _must_be_in_time(intent)
        _set(intent, state=State.PREPARED, reason="", detail="", tx_hash="", signature="", relayed=False)
        return intent


def report_relayed(*, intent: Intent, tx_hash: str) -> Intent:
    """The site sent the transaction for the account, on its signature."""
    with database.atomic():
        intent = _fresh(intent)
        if intent.state not in DONE:
            _set(intent, state=State.SUBMITTED, tx_hash=tx_hash.lower(), relayed=True, reason="", detail="")
        return intent


def ask_to_send(*, intent: Intent, transaction: dict[str, Any], reason: str = "", detail: str = "") -> Intent:
    """What could not be relayed becomes a transaction that the account sends itself, on the same signature."""
    with database.atomic():
        intent = _fresh(intent)
        if intent.state not in DONE:
            _set(
                intent, state=State.PREPARED, transaction=_transaction(transaction), typed_data=None,
                tx_hash="", relayed=False, reason=reason, detail=detail[:500],
            )  # fmt: skip
        return intent


def fail(*, intent: Intent, reason: str, detail: str = "") -> Intent:
    """It did not come true, and why. It can be taken up again.

    Void if another transaction was sent for it meanwhile: `intent` is as it was when that became known.
    """
    with database.atomic():
        now = _fresh(intent)
        if now.state not in DONE and now.tx_hash == intent.tx_hash:
            _set(now, state=State.FAILED, reason=reason, detail=detail[:2000])
        return now


def void(*, intent: Intent) -> Intent:
    """What it asked for no longer holds, so it must not be signed or taken up again. One on its way goes on."""
    with database.atomic():
        intent = _fresh(intent)
        if intent.state in UNSENT:
            _set(intent, state=State.EXPIRED, reason="changed", detail="", expires=timezone.now())
        return intent


def confirm(intent: Intent, *, tx_hash: str, where: str, **fields: Any) -> None:
    """It came true. In the caller's transaction. `where`: what tells this confirmation from one in another block."""
    _set(intent, state=State.CONFIRMED, tx_hash=tx_hash, reason="", detail="", **fields)
    if intents.has_hook(intent.kind):
        outbox.add(
            intents.CONFIRMED, key=f"{intent.pk}:{where}", payload={"intent": str(intent.pk)}, log=fields.get("log")
        )


@outbox.deliver(intents.CONFIRMED)
def tell_app(payload: dict[str, Any]) -> None:
    """Runs the kind's `on_confirmed`, if the intent is still confirmed."""
    intent = Intent.objects.get(pk=payload["intent"])
    on_confirmed = intents.kind(intent.kind).on_confirmed
    if on_confirmed and intent.state in DONE:
        on_confirmed(intent)


def _transaction(request: dict[str, Any]) -> dict[str, Any]:
    """In the shape of eth_sendTransaction: value is a hex quantity."""
    value = request.get("value") or 0
    return {
        "to": request["to"].lower(),
        "data": request.get("data") or "0x",
        "value": value if isinstance(value, str) else hex(value),
    }


def _must_own(intent: Intent, by: str) -> None:
    if intent.account != by.lower():
        raise NotYours("This belongs to another wallet. Sign in with the wallet that started it.")


def _must_be_in_time(intent: Intent) -> None:
    if intent.expires is not None and intent.expires <= timezone.now():
        raise IntentError("expired", "This request has run out of time. Please start it again from its page.")


def _one_at_a_time(key: str) -> None:
    """Makes a second click wait for the first, until the transaction ends. SQLite has one writer anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])


def _fresh(intent: Intent) -> Intent:
    """As it is now, kept from others until the transaction ends."""
    return Intent.objects.select_for_update().get(pk=intent.pk)


def _set(intent: Intent, **fields: Any) -> None:
    for name, value in fields.items():
        setattr(intent, name, value)
    intent.save(update_fields=[*fields, "changed"])


def _review() -> None:
    from marketplace.chain.tasks import hint, review_intents

    hint(review_intents)
