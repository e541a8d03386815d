"""`{% load components %}`: figures, marks, charts and assets for templates. The catalogue is frontend/COMPONENTS.md."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django import template
from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from marketplace.web.ui import assets, charts, figures, marks

register = template.Library()


# --- figures ----------------------------------------------------------------------------------------------------


@register.simple_tag
def money(amount: int, asset, sign: bool = False) -> SafeString:
    """An amount in smallest units of `asset` (an asset, or its address), exact; `sign` marks income with a plus."""
    known = figures.asset_of(asset)
    text = figures.decimal_text(int(amount), known.decimals, at_least=2)
    return format_html(
        '<data class="money" value="{}">{}{}<span class="money__asset">\u00a0{}</span></data>',
        amount,
        "+" if sign and int(amount) > 0 else "",
        text,
        known.symbol,
    )


@register.simple_tag
def percent(shares: int) -> SafeString:
    """Shares of a work as an exact percentage; the number of shares is its value."""
    return format_html('<data class="num" value="{}">{}</data>', shares, figures.percent_text(shares))


register.filter("short_hex", figures.short_hex)
register.simple_tag(figures.bytes_text, name="bytes")
register.simple_tag(figures.duration_text, name="duration")
register.simple_tag(figures.until_text, name="until")


@register.simple_tag
def when(moment: datetime, style: str = "datetime") -> SafeString:
    """A time, in UTC as sent; the island turns it into the reader's own zone. `style`: datetime, date, relative."""
    text = figures.date_text(moment) if style == "date" else figures.moment_text(moment)
    return format_html(
        '<local-time data-style="{}"><time datetime="{}">{}</time></local-time>', style, figures.iso(moment), text
    )


# --- addresses, digests, transactions ---------------------------------------------------------------------------


@register.simple_tag
def address(value: str, name: str = "", copy: bool = False, mark: bool = False, you: str = "") -> SafeString:
    """A wallet: its name if known, its short form always, the whole in the title and for screen readers."""
    if not value:
        return mark_safe("")
    is_you = bool(you) and you.lower() == value.lower()
    label = _("You") if is_you else name
    short = format_html(
        '<abbr class="address__hex" title="{}" aria-label="{}">{}</abbr>', value, value, figures.short_hex(value)
    )
    if settings.CHAIN_EXPLORER_URL:
        short = format_html('<a href="{}/address/{}">{}</a>', settings.CHAIN_EXPLORER_URL.rstrip("/"), value, short)
    return format_html(
        '<span class="address">{}{}{}{}</span>',
        identicon(value) if mark else "",
        format_html('<span class="address__name">{}</span> ', label) if label else "",
        short,
        render_to_string("components/copy_button.html", {"text": value}) if copy else "",
    )


@register.simple_tag
def identicon(value: str) -> SafeString:
    path, series = marks.identicon(value)
    return format_html(
        '<svg class="identicon series-{}" viewBox="-1 -1 7 7" aria-hidden="true"><path d="{}"/></svg>', series, path
    )


@register.simple_tag(name="hash")
def hash_(value: str, copy: bool = False) -> SafeString:
    """A digest or CID, shortened."""
    button = render_to_string("components/copy_button.html", {"text": value}) if copy else ""
    short = figures.short_hex(value, 10, 6)
    return format_html('<span class="hash"><code title="{}">{}</code>{}</span>', value, short, button)


@register.simple_tag
def tx(tx_hash: str, label: str = "") -> SafeString:
    """A link to a transaction: on our own page, or on the chain's explorer where one is set."""
    if settings.CHAIN_EXPLORER_URL:
        url = f"{settings.CHAIN_EXPLORER_URL.rstrip('/')}/tx/{tx_hash}"
    else:
        url = reverse("web:transaction", args=[tx_hash])
    text = label or figures.short_hex(tx_hash, 8, 4)
    return format_html(
        '<a class="tx" href="{}" title="{}">{}<span class="visually-hidden"> {}</span></a>',
        url,
        tx_hash,
        text,
        "" if label else _("transaction"),
    )


@register.simple_tag
def seal(digest: str) -> SafeString:
    """The gold seal of a deed: its engraving and its words come from the digest."""
    return render_to_string(
        "components/seal.html",
        {"curves": marks.rosette(digest), "digest": digest, "short": figures.short_hex(digest)},
    )


# --- states -----------------------------------------------------------------------------------------------------


def _badge(kind: str, icon_name: str, text: str) -> SafeString:
    return format_html('<span class="badge badge--{}">{}{}</span>', kind, icon(icon_name, size="s"), text)


@register.simple_tag
def finality(state: str) -> SafeString:
    """How settled an event is: `pending`, `safe` or `final`."""
    kinds = {
        "pending": ("warn", "clock", _("Confirming")),
        "safe": ("accent", "shield-check", _("Safe")),
        "final": ("good", "circle-check", _("Final")),
    }
    return _badge(*kinds[state])


@register.simple_tag
def intent_state(state: str) -> SafeString:
    """Where an intent stands; every state of chain.Intent has its words."""
    kinds = {
        "prepared": ("accent", "pencil", _("Waiting for your signature")),
        "signed": ("accent", "loader-circle", _("Signed")),
        "submitted": ("warn", "send", _("Sent")),
        "confirmed": ("good", "circle-check", _("Confirmed")),
        "final": ("good", "circle-check", _("Final")),
        "rejected": ("plain", "ban", _("Not signed")),
        "failed": ("bad", "circle-x", _("Failed")),
        "expired": ("plain", "clock", _("Expired")),
    }
    return _badge(*kinds[state])


@register.simple_tag
def standing(intent) -> SafeString:
    """An intent's state; of one whose event is in a block, how settled that is."""
    in_block = intent.state == "confirmed" and intent.log
    return finality(intent.log.finality) if in_block else intent_state(intent.state)


@register.simple_tag
def intent_stations(intent) -> list[dict[str, str]]:
    """Rows of a progress list for an intent that the wallet has answered: what is done, and what is waited for."""
    labels = [_("Signed in your wallet")]
    if intent.transaction or intent.relayed or intent.tx_hash:
        labels += [_("Sent to the network"), _("Confirmed in a block")]
    else:
        labels += [_("Taken up by us")]
    reached = {"signed": 1, "submitted": 2, "confirmed": len(labels), "final": len(labels), "failed": 1, "expired": 0}
    done = 2 if intent.state == "failed" and intent.tx_hash else reached[intent.state]
    here = "failed" if intent.state in ("failed", "expired") else "running"
    return [
        {"label": label, "state": "done" if at < done else here if at == done else "pending"}
        for at, label in enumerate(labels)
    ]


# --- charts -----------------------------------------------------------------------------------------------------


@register.simple_tag
def split_bar(parts: Sequence[Mapping]) -> SafeString:
    """Where a payment goes: `parts` of {label, amount, asset}, the asset the same for all."""
    places = charts.proportions([int(part["amount"]) for part in parts])
    rows = [{**part, "x": x, "width": width} for part, (x, width) in zip(parts, places, strict=True)]
    return render_to_string("components/charts/split_bar.html", {"rows": rows})


@register.simple_tag
def donut(slices: Sequence[Mapping], title: str = "", centre: str = "") -> SafeString:
    """Holders' parts of a work: `slices` of {label, value: shares, url?}."""
    drawn = charts.slices(slices, _("Others"))
    total = sum(each.length for each in drawn) or 1
    return render_to_string(
        "components/charts/donut.html",
        {"slices": drawn, "total": total, "title": title or _("Who holds the shares"), "centre": centre},
    )


@register.simple_tag
def holders_donut(holders: Sequence[Mapping]) -> SafeString:
    """The donut of `components/holders.html`: holders of {address, shares, name?}."""
    return donut(
        [
            {"label": holder.get("name") or figures.short_hex(holder["address"]), "value": holder["shares"]}
            for holder in holders
        ]
    )


@register.simple_tag
def area_chart(points: Sequence[tuple[datetime, int]], asset, title: str = "") -> SafeString:
    """A running total over time: (moment, total so far in smallest units), in order."""
    line, area = charts.steps(points)
    return render_to_string(
        "components/charts/area.html",
        {"points": points, "asset": asset, "line": line, "area": area, "title": title or _("Total over time")},
    )


@register.simple_tag
def bars(rows: Sequence[Mapping], asset, title: str = "") -> SafeString:
    """Amounts side by side: `rows` of {label, value, url?}; the longest bar is the largest amount."""
    top = max((int(row["value"]) for row in rows), default=0) or 1
    drawn = [{**row, "width": charts.WIDTH * int(row["value"]) / top} for row in rows]
    return render_to_string("components/charts/bars.html", {"rows": drawn, "asset": asset, "title": title})


# --- assets -----------------------------------------------------------------------------------------------------


@register.simple_tag
def icon(name: str, label: str = "", size: str = "m") -> SafeString:
    """An icon of the sprite: decorative unless `label` says what it means. `size`: s, m, l."""
    if name not in assets.icon_names():
        raise template.TemplateSyntaxError(f"Icon {name!r} is not in frontend/src/icons/used.json.")
    return format_html(
        '<svg class="icon icon--{}" {}><use href="{}#{}"/></svg>',
        size,
        format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"'),
        assets.built_url("src/icons/sprite.svg"),
        name,
    )


@register.simple_tag
def built(source: str) -> str:
    """URL of a built asset, by its source's path in `frontend/`."""
    return assets.built_url(source)


@register.simple_tag
def stylesheet_if_built() -> SafeString:
    """The style sheet for error pages: they must come up even where the build is what is broken."""
    try:
        url = assets.bundle("src/entries/app.ts").styles[0]
    except (assets.NotBuilt, IndexError):
        return mark_safe("")
    return format_html('<link rel="stylesheet" href="{}">', url)


@register.simple_tag
def entry(name: str) -> SafeString:
    """A bundle's tags. The one that signs brings the demo wallet with it, on the local dev chain only."""
    names = [name, "demo-wallet"] if name == "sign" and settings.DEV_CHAIN else [name]
    bundles = [assets.bundle(f"src/entries/{each}.ts") for each in names]
    styles = format_html_join("", '<link rel="stylesheet" href="{}">', ((url,) for b in bundles for url in b.styles))
    shared = format_html_join("", '<link rel="modulepreload" href="{}">', ((u,) for b in bundles for u in b.imports))
    scripts = format_html_join("", '<script type="module" src="{}"></script>', ((b.script,) for b in bundles))
    return styles + shared + scripts
