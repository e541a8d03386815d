"""Paying for an offer, of licences or of shares: what the buyer's wallet is asked for, and what the site does with it.

By authorisation, the buyer signs one message (ERC-3009) and the site sends the purchase in. If the site cannot, the
buyer is asked to send the same purchase. By allowance, the buyer approves the exact amount and then buys.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.utils import timezone
from eth_utils import to_checksum_address

from marketplace.accounts.models import Account
from marketplace.chain import actions as chain
from marketplace.chain import intents, outbox, relay
from marketplace.chain.contracts import Reverted, calldata
from marketplace.chain.decoding import event_topic
from marketplace.chain.deployments import Deployment, deployment
from marketplace.chain.models import Chain, Intent
from marketplace.chain.rpc import get_rpc
from marketplace.licensing import payment
from marketplace.licensing.money import in_words
from marketplace.licensing.payment import Authorization
from marketplace.licensing.quotes import Quote
from marketplace.licensing.reverts import explained
from marketplace.licensing.standing import TOKEN

logger = logging.getLogger(__name__)

MARGIN = 600  # seconds that a payment must still be good for, to be signed
RELAY = "licensing.relay"  # outbox topic
APPROVE = "licensing.approve"  # intent kind

Payment = tuple[int, str, bytes]  # IPayments.Payment
# (offer digest, recipient, quantity, most to pay, payment) → calldata of the market
Encoder = Callable[[str, str, int, int, Payment], str]

_encoders: dict[str, Encoder] = {}


@dataclass(frozen=True, slots=True)
class Purchase:
    """A purchase that is ready to be signed. `intents` in the order in which the wallet is asked."""

    quote: Quote
    intents: list[Intent]

    @property
    def next(self) -> Intent:
        """What the wallet is asked for first."""
        return self.intents[0]


def register(kind: str, encoder: Encoder) -> None:
    """Registers an intent kind whose transaction buys an offer, from its app's `AppConfig.ready`."""
    _encoders[kind] = encoder
    intents.register(kind, on_signed=_relay_soon, on_retry=_renew)


def prepare(
    *,
    kind: str,
    by: Account,
    digest: str,
    title: str,
    quote: Quote,
    event: intents.EventMatch,
) -> Purchase:
    """What `by` signs to buy `quote.quantity` of the offer `digest` for themselves. Safe to repeat.

    Raises LowBalance, LowGas if they are known not to have enough.
    """
    for shortfall in quote.shortfalls:
        raise shortfall
    deployed = deployment()
    context: dict[str, Any] = {
        "offer": digest,
        "quantity": quote.quantity,
        "price": str(quote.price),
        "asset": quote.asset.address,
    }
    common: dict[str, Any] = {"kind": kind, "account": by.address, "subject": digest, "title": title, "event": event}
    if quote.by_signature:
        begun = _begun(kind, by.address, digest, context)
        if begun and begun.typed_data is None:  # signed before; the buyer is to send it themselves
            return Purchase(quote, [begun])
        authorization = (
            Authorization.from_json(begun.context["authorization"]) if begun else _authorization(context, by.address)
        )
        context |= {"authorization": authorization.as_json(), "since": _head(deployed)}
        intent = chain.prepare(
            **common,
            typed_data=authorization.typed_data(deployed, quote.asset),
            context=context,
            expires=datetime.fromtimestamp(authorization.valid_before, UTC),
        )
        return Purchase(quote, [intent])

    data = _encoders[kind](digest, by.address, quote.quantity, quote.price, payment.by_allowance(by.address))
    buy = chain.prepare(**common, transaction={"to": deployed.market, "data": data}, context=context)
    if not quote.needs_approval or buy.state not in chain.UNSENT:
        return Purchase(quote, [buy])
    approve = chain.prepare(
        kind=APPROVE,
        account=by.address,
        subject=digest,
        title=f"Let the market take {in_words(quote.price, quote.asset)}",
        transaction={
            "to": quote.asset.address,
            "data": calldata(TOKEN, "approve", [to_checksum_address(deployed.market), quote.price]),
        },
        context={"next": str(buy.pk)},
    )
    return Purchase(quote, [approve, buy])


def _begun(kind: str, account: str, digest: str, context: dict[str, Any]) -> Intent | None:
    """The same purchase, begun before with a signed payment that is still good.

    A second click, or a page opened anew, goes on with that one: whatever became of the first, one payment is taken.
    """
    for intent in Intent.objects.of(account).open().filter(kind=kind, subject=digest, chain_id=settings.CHAIN_ID):
        authorization = intent.context.get("authorization")
        is_same = all(intent.context.get(name) == value for name, value in context.items())
        if authorization and is_same and authorization["valid_before"] > timezone.now().timestamp() + MARGIN:
            return intent
    return None


def _authorization(context: dict[str, Any], payer: str) -> Authorization:
    return Authorization.to_buy(
        purpose=payment.purpose_of(context["offer"], payer, context["quantity"]),
        payer=payer,
        value=int(context["price"]),
        now=int(timezone.now().timestamp()),
    )


def _head(deployed: Deployment) -> int:
    """The last block that we know of: an authorisation that was made now is used after it."""
    chain_row = Chain.objects.filter(pk=deployed.chain_id).first()
    return chain_row.head if chain_row else deployed.start_block


def _relay_soon(intent: Intent) -> None:
    outbox.add(RELAY, key=f"{intent.pk}:{intent.changed.isoformat()}", payload={"intent": str(intent.pk)})


def _renew(intent: Intent) -> None:
    """A signed payment that can no longer be used is replaced by a new one; one that still can be is kept.

    The token lets a nonce through once. So as long as the old one might still be taken, the buyer is asked to sign the
    same again and can never pay twice.
    """
    authorization = intent.context.get("authorization")
    if authorization is None:
        return
    spent = intent.reason in ("AuthorizationUsedOrCanceled", "AuthorizationExpired")
    old = Authorization.from_json(authorization)
    if old.valid_before > timezone.now().timestamp() and not spent:
        return
    deployed = deployment()
    fresh = _authorization(intent.context, intent.account)
    intent.context |= {"authorization": fresh.as_json(), "since": _head(deployed)}
    intent.typed_data = fresh.typed_data(deployed, deployed.asset(intent.context["asset"]))
    intent.transaction = None
    intent.expires = datetime.fromtimestamp(fresh.valid_before, UTC)
    intent.save(update_fields=["context", "typed_data", "transaction", "expires", "changed"])


@outbox.deliver(RELAY)
def relay_purchase(payload: dict[str, Any]) -> None:
    """Sends in a purchase that its buyer signed. Safe to repeat: the token lets each authorisation through once."""
    intent = Intent.objects.get(pk=payload["intent"])
    if intent.state != Intent.State.SIGNED:
        return  # sent already, or no longer wanted
    context = intent.context
    authorization = Authorization.from_json(context["authorization"])
    paid = authorization.payment(intent.signature)
    data = _encoders[intent.kind](context["offer"], authorization.payer, context["quantity"], authorization.value, paid)
    market = deployment().market
    try:
        tx_hash = relay.send(market, data)
    except relay.RelayRefused as error:
        _refused(intent, authorization, Reverted(error.name, error.args_))
    except (relay.RelayOff, relay.RelayPoor) as error:
        logger.warning("Cannot relay purchase %s; asking its buyer to send it. %s", intent.pk, error)
        chain.ask_to_send(
            intent=intent, transaction={"to": market, "data": data}, reason="relay-failed", detail=str(error)
        )
    else:
        chain.report_relayed(intent=intent, tx_hash=tx_hash)


def _refused(intent: Intent, authorization: Authorization, revert: Reverted) -> None:
    """The contract says no before anything is sent. If that is because an earlier attempt went through, all is well."""
    used_in = _transaction_that_used(authorization, intent.context)
    if used_in:
        chain.report_relayed(intent=intent, tx_hash=used_in)
        return
    chain.fail(intent=intent, reason=(revert.name or "would-revert")[:60], detail=explained(revert).message)


def _transaction_that_used(authorization: Authorization, context: dict[str, Any]) -> str | None:
    """The transaction in which the token let this authorisation through, if it did (ERC-3009 `AuthorizationUsed`)."""
    logs = get_rpc().call(
        "eth_getLogs",
        {
            "address": context["asset"],
            "fromBlock": hex(context["since"]),
            "topics": [
                event_topic(f"{TOKEN}.AuthorizationUsed"),
                intents.word(authorization.payer),
                authorization.nonce,
            ],
        },
    )
    return logs[0]["transactionHash"] if logs else None
