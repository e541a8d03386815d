"""Amounts, shares, addresses and times as people read them. Exact: no figure here is ever rounded."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from marketplace.chain.deployments import NotDeployed, deployment

SHARES = 1_000_000  # of every work
FOR_EVER = 2**40 - 1  # unix time that the contracts read as "no end"
DAY = 86_400
NBSP = "\u00a0"


class Asset(Protocol):
    """What an amount is counted in."""

    @property
    def symbol(self) -> str: ...

    @property
    def decimals(self) -> int: ...


@dataclass(frozen=True)
class UnknownAsset:
    """A token that this deployment does not name: counted in its smallest units, called by its address."""

    symbol: str
    decimals: int = 0


def asset_of(asset: Asset | str) -> Asset:
    """`asset` itself, or the deployment's asset at that address."""
    if not isinstance(asset, str):
        return asset
    try:
        return deployment().asset(asset)
    except (NotDeployed, KeyError):
        return UnknownAsset(short_hex(asset))


def decimal_text(amount: int, decimals: int, at_least: int = 0) -> str:
    """`amount` / 10^`decimals` in full: thousands apart, `at_least` decimals, no other trailing zeros."""
    whole, fraction = divmod(abs(amount), 10**decimals)
    digits = str(fraction).zfill(decimals).rstrip("0") if decimals else ""
    digits = digits.ljust(min(at_least, decimals), "0")
    text = f"{whole:,}" + (f".{digits}" if digits else "")
    return f"\u2212{text}" if amount < 0 else text


def coin_text(amount: int, token: str) -> str:
    """An amount of a token, or of native coin where `token` is the zero address."""
    return f"{decimal_text(amount, 18)} of the network’s own coin" if int(token, 16) == 0 else money_text(amount, token)


def money_text(amount: int, asset: Asset | str) -> str:
    """`2,500.00 USDC` for 2_500_000_000 units of a token with 6 decimals."""
    known = asset_of(asset)
    return decimal_text(int(amount), known.decimals, at_least=2) + NBSP + known.symbol


def percent_text(shares: int) -> str:
    """`12.5%` for 125,000 of the 1,000,000 shares of a work."""
    return decimal_text(int(shares), 4) + "%"


def short_hex(value: str, head: int = 6, tail: int = 4) -> str:
    """`0x12ab…89cd`: enough to compare with what a wallet shows."""
    return value if len(value) <= head + tail + 1 else f"{value[:head]}…{value[-tail:]}"


def bytes_text(count: int) -> str:
    """`24.1 MB`, in powers of 1000 as shops and cameras count. For reading; never for deciding."""
    size = float(count)
    for unit in ("B", "kB", "MB", "GB"):
        if size < 1000 or unit == "GB":
            break
        size /= 1000
    return f"{size:.1f}".removesuffix(".0") + NBSP + unit


def duration_text(seconds: int) -> str:
    """`1 year`, `90 days`; 0 is for ever. Days are the smallest unit that terms are sold in."""
    if not seconds:
        return _("for ever")
    days, rest = divmod(int(seconds), DAY)
    if rest:
        hours = seconds // 3600
        return ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours}
    if days % 365 == 0:
        years = days // 365
        return ngettext("%(n)d year", "%(n)d years", years) % {"n": years}
    return ngettext("%(n)d day", "%(n)d days", days) % {"n": days}


def until_text(unix_time: int) -> str:
    """`until 23 Nov 2027`, or `for ever`."""
    if int(unix_time) >= FOR_EVER:
        return _("for ever")
    return _("until %(date)s") % {"date": date_text(datetime.fromtimestamp(int(unix_time), UTC))}


def date_text(moment: datetime) -> str:
    """`23 Nov 2026`, in UTC."""
    return date_format(localtime(moment, UTC), "j M Y")


def moment_text(moment: datetime) -> str:
    """`23 Nov 2026, 06:07 UTC`."""
    return date_format(localtime(moment, UTC), "j M Y, H:i") + " UTC"


def iso(moment: datetime) -> str:
    """RFC 3339 in UTC, for `<time datetime>`."""
    return localtime(moment, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
