"""The journal in words: what each log of a transaction says, for people without a block explorer."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from marketplace.accounts.models import Account
from marketplace.catalog.models import Work
from marketplace.chain.decoding import Event, MalformedLog, decode
from marketplace.chain.deployments import deployment
from marketplace.chain.models import LogEntry
from marketplace.royalties.accounting import ZERO
from marketplace.web.templatetags.components import address
from marketplace.web.timelines import row
from marketplace.web.ui.figures import coin_text, decimal_text, money_text, percent_text, until_text

LICENCE = 1 << 255  # token ids from here on are licences
REGISTER = "the register"
# Names of event arguments that are wallets.
ROLES = ("account", "buyer", "court", "creator", "from_", "holder", "licensee", "recipient", "recorder", "seller", "to")


@dataclass
class Reader:
    """Knows what works and wallets are called, and in what a work is paid."""

    works: dict[int, Work] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    contracts: dict[str, str] = field(default_factory=dict)

    def who(self, who: str) -> SafeString:
        return address(who, name=self.names.get(who) or self.contracts.get(who, ""))

    def work(self, number: int) -> SafeString:
        known = self.works.get(number)
        if known is None:
            return format_html("work {}", number)
        return format_html('<a href="{}"><cite>{}</cite></a>', known.get_absolute_url(), known.metadata.title)

    def money(self, amount: int, asset: str) -> str:
        return money_text(amount, asset)

    def money_of(self, amount: int, work: int) -> str:
        """An amount in the asset of a work."""
        known = self.works.get(work)
        return money_text(amount, known.asset) if known else f"{amount:,}"


Sentence = Callable[[Event, Reader], SafeString]


def _transfer(sender: str, recipient: str, number: int, amount: int, by: Reader) -> SafeString:
    if number >= LICENCE:
        if sender == ZERO:
            return format_html("{} received {} of a licence", by.who(recipient), _units(amount))
        return format_html("{} handed {} of a licence to {}", by.who(sender), _units(amount), by.who(recipient))
    if sender == ZERO:
        return format_html("{} received the first {} of {}", by.who(recipient), percent_text(amount), by.work(number))
    return format_html(
        "{} of {} went from {} to {}", percent_text(amount), by.work(number), by.who(sender), by.who(recipient)
    )


def _units(amount: int) -> str:
    return "1 unit" if amount == 1 else f"{amount:,} units"


def _batch(e: Event, by: Reader) -> SafeString:
    moved = zip(e.ids, e.values, strict=True)
    return format_html_join("; ", "{}", ((_transfer(e.from_, e.to, number, n, by),) for number, n in moved))


def _each_work(e: Event, by: Reader) -> SafeString:
    parts = zip(e.work_ids, e.amounts, strict=True)
    return format_html_join(", ", "{} from {}", ((by.money(n, e.asset), by.work(w)) for w, n in parts))


def _plain(text: str) -> Sentence:
    return lambda event, by: mark_safe(text)  # noqa: S308 - a constant of this module


# {event: (icon, sentence)}; every event of contracts/abi is here, and a test says so.
WORDS: dict[str, tuple[str, Sentence]] = {
    "Rights.WorkCreated": (
        "stamp",
        lambda e, by: format_html("{} minted {}", by.who(e.creator), by.work(e.work_id)),
    ),
    "Rights.Commit": (
        "clock",
        lambda e, by: format_html("The file was time-stamped for {}", by.who(e.recorder)),
    ),
    "Rights.URI": ("file-text", lambda e, by: format_html("The description of {} was published", by.work(e.id))),
    "Rights.TransferSingle": ("split", lambda e, by: _transfer(e.from_, e.to, e.id, e.value, by)),
    "Rights.TransferBatch": ("split", _batch),
    "Rights.LicenceDefined": (
        "scroll-text",
        lambda e, by: format_html("The terms of a licence of {} were written down", by.work(e.work_id)),
    ),
    "Rights.LicenceGranted": (
        "badge-check",
        lambda e, by: format_html(
            "{} is licensed for {} {}", by.who(e.licensee), by.work(e.work_id), until_text(e.until)
        ),
    ),
    "Rights.Distributed": (
        "banknote",
        lambda e, by: format_html("{} earned {}", by.work(e.work_id), by.money_of(e.amount, e.work_id)),
    ),
    "Rights.Paid": (
        "hand-coins",
        lambda e, by: format_html("{} was paid {}", by.who(e.holder), _each_work(e, by)),
    ),
    "Rights.Deferred": (
        "clock",
        lambda e, by: format_html(
            "{} could not be paid {}; it is kept until they withdraw it", by.who(e.holder), _each_work(e, by)
        ),
    ),
    "Rights.FeeBooked": (
        "percent",
        lambda e, by: format_html("Fee of this site: {}", by.money(e.amount, e.asset)),
    ),
    "Rights.Flowed": (
        "split",
        lambda e, by: format_html(
            "{} of what {} earned went to {}, which holds shares of it",
            by.money_of(e.amount, e.child_id),
            by.work(e.child_id),
            by.work(e.parent_id),
        ),
    ),
    "Rights.Forwarded": (
        "split",
        lambda e, by: format_html(
            "{} passed {} from {} on to other works",
            by.who(e.holder),
            by.money_of(e.amount, e.work_id),
            by.work(e.work_id),
        ),
    ),
    "Rights.Held": (
        "scale",
        lambda e, by: format_html(
            "What {} earns is held {}, while a dispute is settled", by.work(e.work_id), until_text(e.until)
        ),
    ),
    "Rights.Escrowed": (
        "clock",
        lambda e, by: format_html(
            "{} arrived for {} and is held", by.money_of(e.amount, e.work_id), by.work(e.work_id)
        ),
    ),
    "Rights.Lifted": (
        "scale",
        lambda e, by: format_html(
            "{} that was held for {} went to {}",
            by.money_of(e.amount, e.work_id),
            by.work(e.work_id),
            by.work(e.to_work_id),
        ),
    ),
    "Rights.CreatorTransferStarted": (
        "user-round-pen",
        lambda e, by: (
            format_html("{} offered to hand {} to {}", by.who(e.from_), by.work(e.work_id), by.who(e.to))
            if e.to != ZERO
            else format_html("{} keeps {} after all", by.who(e.from_), by.work(e.work_id))
        ),
    ),
    "Rights.CreatorTransferred": (
        "user-round-pen",
        lambda e, by: format_html("{} handed {} to {}", by.who(e.from_), by.work(e.work_id), by.who(e.to)),
    ),
    "Rights.Rescued": (
        "hand-coins",
        lambda e, by: format_html(
            "{} that lay at the address of {} went to {}",
            coin_text(e.amount, e.token),
            by.work(e.work_id),
            by.who(e.to),
        ),
    ),
    "Rights.CourtSet": (
        "scale",
        lambda e, by: (
            format_html("{} may now hold what works in dispute earn", by.who(e.court))
            if e.court != ZERO
            else mark_safe("Nobody may hold what works earn")
        ),
    ),
    "Rights.Withdrawn": (
        "hand-coins",
        lambda e, by: format_html("{} withdrew {}", by.who(e.holder), by.money(e.amount, e.asset)),
    ),
    "Rights.ApprovalForAll": (
        "key-round",
        lambda e, by: format_html(
            "{} allowed {} to hand over their shares when they sell"
            if e.approved
            else "{} no longer allows {} to hand over their shares",
            by.who(e.account),
            by.who(e.operator),
        ),
    ),
    "Rights.PayoutSet": (
        "wallet",
        lambda e, by: (
            format_html("{} keeps their earnings in the register", by.who(e.holder))
            if by.contracts.get(e.to) == REGISTER
            else format_html("{} has their earnings sent to {}", by.who(e.holder), by.who(e.to))
        ),
    ),
    "Rights.Swept": (
        "banknote",
        lambda e, by: format_html(
            "{} that was sent to the address of {} was counted", by.money(e.amount, e.asset), by.work(e.work_id)
        ),
    ),
    "Rights.AssetAllowed": (
        "banknote",
        lambda e, by: format_html("New works {} be paid in {}", "can" if e.allowed else "cannot", by.who(e.asset)),
    ),
    "Rights.EdgeAuthorised": (
        "scale",
        lambda e, by: format_html("{} {} grant licences", by.who(e.edge), "may" if e.authorised else "may no longer"),
    ),
    "Rights.OwnershipTransferStarted": ("scale", _plain("The contract is being handed to another operator")),
    "Rights.OwnershipTransferred": ("scale", _plain("The contract has another operator")),
    "Rights.EIP712DomainChanged": ("scale", _plain("The name under which messages are signed changed")),
    "Market.LicencePurchased": (
        "scroll-text",
        lambda e, by: format_html(
            "{} bought a licence of {} for {}",
            by.who(e.licensee),
            by.work(e.work_id),
            by.money_of(e.price, e.work_id),
        ),
    ),
    "Market.SharesPurchased": (
        "split",
        lambda e, by: format_html(
            "{} bought {} of {} from {} for {}",
            by.who(e.buyer),
            percent_text(e.shares),
            by.work(e.work_id),
            by.who(e.seller),
            by.money_of(e.price, e.work_id),
        ),
    ),
    "Market.OfferCancelled": ("ban", lambda e, by: format_html("{} withdrew an offer", by.who(e.seller))),
    "Market.AllOffersCancelled": ("ban", lambda e, by: format_html("{} withdrew all their offers", by.who(e.seller))),
    "Market.FeeSet": (
        "percent",
        lambda e, by: format_html("The fee of this site is now {} %", decimal_text(e.fee_bps, 2)),
    ),
    "Market.SalesPaused": (
        "ban",
        lambda e, by: format_html("Sales were {}", "paused" if e.paused else "opened again"),
    ),
    "Market.OwnershipTransferStarted": ("scale", _plain("The market is being handed to another operator")),
    "Market.OwnershipTransferred": ("scale", _plain("The market has another operator")),
    "Market.EIP712DomainChanged": ("scale", _plain("The name under which offers are signed changed")),
}


def in_words(logs: Iterable[LogEntry]) -> list[dict[str, Any]]:
    """A row of `components/timeline.html` for each log, in their order. Two queries. Raises NotDeployed."""
    at = deployment()
    read = []
    for log in logs:
        try:
            read.append((log, decode(log, at)))
        except MalformedLog:
            read.append((log, None))
    by = _reader([event for _, event in read if event])
    return [row(*_say(event, by), log) for log, event in read]


def _say(event: Event | None, by: Reader) -> tuple[str, SafeString]:
    if event is None or event.name not in WORDS:
        return "code", mark_safe("A record that this site has no words for")
    icon, sentence = WORDS[event.name]
    return icon, sentence(event, by)


def _reader(events: list[Event]) -> Reader:
    numbers: set[int] = set()
    people: set[str] = set()
    for event in events:
        people.update(getattr(event, role) for role in ROLES if hasattr(event, role))
        numbers.update(_works_in(event))
    keys = [Work.key_of(settings.CHAIN_ID, number) for number in numbers]
    works = {work.token_id: work for work in Work.objects.visible().filter(key__in=keys)}
    at = deployment()
    contracts = {at.rights: REGISTER, at.market: "the market"}
    return Reader(works, Account.objects.names(people), contracts)


def _works_in(event: Event) -> list[int]:
    one = [getattr(event, name, LICENCE) for name in ("work_id", "id", "child_id", "parent_id", "to_work_id")]
    many = [*getattr(event, "work_ids", ()), *getattr(event, "ids", ())]
    return [number for number in (*one, *many) if number < LICENCE]
