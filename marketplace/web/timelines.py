"""What happened to a work, in sentences, the latest first."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString

from marketplace.accounts.models import Account
from marketplace.catalog.models import Handover, Work
from marketplace.chain.models import LogEntry
from marketplace.licensing.models import Licence
from marketplace.royalties.models import Payment, Rescue, ShareSale
from marketplace.royalties.portfolio import Income
from marketplace.royalties.querysets import PaymentQuerySet
from marketplace.web.templatetags.components import address
from marketplace.web.ui.figures import coin_text, percent_text

LENGTH = 60  # rows
Kind = Payment.Kind
PAYMENTS: dict[str, tuple[str, str]] = {  # {kind: (icon, sentence)}
    Kind.PAID: ("hand-coins", "{} was paid their part"),
    Kind.DEFERRED: ("clock", "{} could not be paid; it is kept for them"),
    Kind.PASSED_ON: ("split", "The part of {} became revenue of other works"),
}
KEPT: dict[str, str] = {Kind.DEFERRED: ", kept until you withdraw it", Kind.PASSED_ON: ", passed on to other works"}


def row(icon: str, text: SafeString, log: LogEntry, **more: Any) -> dict[str, Any]:
    """A row of `components/timeline.html` that stands on a log. `more`: amount and asset, or a url."""
    return {
        "icon": icon,
        "text": text,
        "at": log.block_time,
        "tx_hash": log.tx_hash,
        "finality": log.finality,
        "place": (log.block_number, log.log_index),
        **more,
    }


def work_timeline(work: Work) -> list[dict[str, Any]]:
    """The birth of a work, its sales, its payments and who sells its licences since. 7 queries."""
    licences = list(work.licences.select_related("log__chain").order_by("-bought")[:LENGTH])
    sales = list(work.share_sales.select_related("log__chain").order_by("-at")[:LENGTH])
    payments = list(work.payments.select_related("log__chain").order_by("-at")[:LENGTH])
    rescues = list(work.rescues.select_related("log__chain").order_by("-at")[:LENGTH])
    handovers = list(work.handovers.select_related("log__chain").latest_first()[:LENGTH])
    people = {work.creator, *(each.recipient for each in (*rescues, *handovers))}
    for licence in licences:
        people.add(licence.licensee)
    for sale in sales:
        people.update((sale.buyer, sale.seller))
    people.update(payment.holder for payment in payments)
    names = Account.objects.names(people)

    rows = [
        row(
            "stamp",
            format_html("{} minted this work", address(work.creator, name=names.get(work.creator, ""))),
            work.log,
        ),
        *(_licence(licence, work, names) for licence in licences),
        *(_sale(sale, work, names) for sale in sales),
        *(_payment(payment, names) for payment in payments),
        *(_rescue(rescue, names) for rescue in rescues),
        *(_handover(handover, names) for handover in handovers),
    ]
    return latest(rows)


def latest(rows: Iterable[dict[str, Any]], length: int = LENGTH) -> list[dict[str, Any]]:
    """The latest rows in the order of the chain."""
    return sorted(rows, key=lambda r: r["place"], reverse=True)[:length]


def _licence(licence: Licence, work: Work, names: dict[str, str]) -> dict[str, Any]:
    who = address(licence.licensee, name=names.get(licence.licensee, ""))
    return row(
        "scroll-text", format_html("{} bought a licence", who), licence.log, amount=licence.price, asset=work.asset
    )


def _sale(sale: ShareSale, work: Work, names: dict[str, str]) -> dict[str, Any]:
    text = format_html(
        "{} bought {} of the shares from {}",
        address(sale.buyer, name=names.get(sale.buyer, "")),
        percent_text(sale.shares),
        address(sale.seller, name=names.get(sale.seller, "")),
    )
    return row("split", text, sale.log, amount=sale.price, asset=work.asset)


def _rescue(rescue: Rescue, names: dict[str, str]) -> dict[str, Any]:
    who = address(rescue.recipient, name=names.get(rescue.recipient, ""))
    what = coin_text(rescue.amount, rescue.token)
    return row("hand-coins", format_html("{} that was sent to this work’s address went to {}", what, who), rescue.log)


def _handover(handover: Handover, names: dict[str, str]) -> dict[str, Any]:
    who = address(handover.recipient, name=names.get(handover.recipient, ""))
    return row("user-round-pen", format_html("{} sells its licences from here on", who), handover.log)


def _payment(payment: Payment, names: dict[str, str]) -> dict[str, Any]:
    who = address(payment.holder, name=names.get(payment.holder, ""))
    icon, words = PAYMENTS[payment.kind]
    return row(icon, format_html(words, who), payment.log, amount=payment.amount, asset=payment.asset)


def income_timeline(income: Iterable[Income]) -> list[dict[str, Any]]:
    """Payments to somebody, each with the sales that it was for."""
    return [_income(each) for each in income]


def _income(each: Income) -> dict[str, Any]:
    payment = each.payment
    work = format_html('<a href="{}"><cite>{}</cite></a>', payment.work.get_absolute_url(), payment.work.metadata.title)
    sold = [source for source in each.sources if source.licence]
    parts = sorted({percent_text(split.shares) for source in each.sources for split in source.splits})
    why = format_html(" for {} of {}", " and ".join(parts), _sales(len(sold))) if sold else ""
    text = format_html("{}{}{}", work, why, KEPT.get(payment.kind, ""))
    icon, _ = PAYMENTS[payment.kind]
    return row(icon, text, payment.log, amount=payment.amount, asset=payment.asset)


def _sales(count: int) -> str:
    return "a licence sale" if count == 1 else f"{count} licence sales"


def income_points(payments: PaymentQuerySet, length: int = 200) -> list[dict[str, Any]]:
    """For each asset, the latest `length` points of all that was paid: for `area_chart`. One query."""
    by_asset: dict[str, list[tuple[datetime, int]]] = {}
    for asset, at, amount in payments.order_by("at", "pk").values_list("asset", "at", "amount"):
        points = by_asset.setdefault(asset, [])
        points.append((at, amount + (points[-1][1] if points else 0)))
    return [{"asset": asset, "points": points[-length:]} for asset, points in by_asset.items() if len(points) > 1]
