"""What is the reader's own: the works they made, the shares they hold, the licences they bought."""

from typing import Any
from urllib.parse import quote as quoted

from django.db.models import prefetch_related_objects
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from marketplace.accounts.models import Account
from marketplace.catalog.models import Draft
from marketplace.licensing import actions as licensing
from marketplace.licensing.library import library as bought_by
from marketplace.licensing.models import Licence, Offer
from marketplace.royalties import actions as royalties
from marketplace.royalties import portfolio as shares
from marketplace.royalties.keeper import keeper_status
from marketplace.royalties.models import Payment, ShareOffer
from marketplace.web.cards import PREVIEWS, alt_of
from marketplace.web.deeds import certificate_of, licence_name
from marketplace.web.pictures import picture_of
from marketplace.web.requests import SignedIn, posted_when_signed_in, when_signed_in
from marketplace.web.timelines import income_points, income_timeline

INCOME_ROWS = 30


def _with_pictures(works: list) -> dict[str, Any]:
    """{work key: picture}; 4 queries."""
    prefetch_related_objects(works, PREVIEWS)
    return {work.key: picture_of(work.metadata.upload, alt=alt_of(work)) for work in works}


@when_signed_in
@require_safe
def studio(request: SignedIn) -> HttpResponse:
    """What the reader made: works and what they earn, drafts, offers."""
    me = request.user.address
    earnings = shares.studio(me)
    totals = _totals(me, [e.mine for e in earnings])
    works = [e.work for e in earnings]
    pictures = _with_pictures(works)
    unsettled = shares.unsettled_revenue_of(works)
    offers = Offer.objects.filter(seller=me).open(at=timezone.now()).select_related("terms", "work__metadata")
    context = {
        "works": [{"earnings": e, "picture": pictures[e.work.key]} for e in earnings],
        "revenue": _revenue_by_asset(earnings, unsettled),
        "totals": totals,
        "moves": _moves(totals) or bool(unsettled) or any(work.log.finality != "final" for work in works),
        "licences_sold": sum(e.licences for e in earnings),
        "drafts": Draft.objects.open_of(request.user).select_related("upload"),
        "offers": [{"offer": o, "name": licence_name(o.terms.scopes)} for o in offers.order_by("-published")],
        "income": income_timeline(shares.income(me, limit=INCOME_ROWS)),
    }
    return render(request, "web/studio.html", context)


def _totals(me: str, parts: list[shares.Holding]) -> dict[str, dict[str, int]]:
    """{asset: {"received", "waiting", "owed", "unsettled"}}; a reorg could still undo the last, a part of the first."""
    unsettled = shares.unsettled_of(me)
    totals = shares.totals_by_asset(parts)
    return {asset: {**sums, "unsettled": unsettled.get(asset, 0)} for asset, sums in totals.items()}


def _moves(totals: dict[str, dict[str, int]]) -> bool:
    """Whether what these figures say may be another in a moment."""
    return any(sums["owed"] or sums["unsettled"] for sums in totals.values())


def _revenue_by_asset(earnings: list[shares.Earnings], unsettled: dict[str, int]) -> dict[str, dict[str, int]]:
    """{asset: {"all", "unsettled"}}, the second of which a reorg could still undo."""
    sums: dict[str, dict[str, int]] = {}
    for each in earnings:
        asset = each.work.asset
        sums.setdefault(asset, {"all": 0, "unsettled": unsettled.get(asset, 0)})["all"] += each.revenue
    return sums


@when_signed_in
@require_safe
def portfolio(request: SignedIn) -> HttpResponse:
    """What the reader holds, what it earned, and what can be claimed."""
    me = request.user.address
    holdings = shares.holdings(me)
    totals = _totals(me, holdings)
    pictures = _with_pictures([h.work for h in holdings])
    offers = ShareOffer.objects.filter(seller=me).open(at=timezone.now()).select_related("work__metadata")
    owes = any(sums["owed"] for sums in totals.values())
    context = {
        "holdings": [{"holding": h, "picture": pictures[h.work.key]} for h in holdings],
        "totals": totals,
        "owes": owes,
        "moves": _moves(totals),
        "keeper_rests": owes and not keeper_status().is_ready,
        "kept": shares.deferred_of(me),
        "offers": offers.order_by("-published"),
        "income": income_timeline(shares.income(me, limit=INCOME_ROWS)),
        "charts": income_points(Payment.objects.to(me)),
    }
    return render(request, "web/portfolio.html", context)


@posted_when_signed_in
def claim(request: SignedIn) -> HttpResponse:
    return _ask(royalties.prepare_claim(by=request.user))


@posted_when_signed_in
def withdraw(request: SignedIn) -> HttpResponse:
    """Pays out what an asset refused to pay to the reader, to another wallet of theirs."""
    return _ask(royalties.prepare_withdraw_deferred(by=request.user, to=request.POST.get("to", "").strip()))


def _ask(intents: list) -> HttpResponse:
    """To the only request, or to the list of them."""
    return redirect("web:intent", intents[0].pk) if len(intents) == 1 else redirect("web:activity")


@when_signed_in
@require_safe
def library(request: SignedIn) -> HttpResponse:
    held = bought_by(request.user.address)
    pictures = _with_pictures([h.licence.work for h in held])
    now = timezone.now()
    context = {
        "rows": [
            {
                "held": h,
                "licence": h.licence,
                "name": licence_name(h.terms.scopes) if h.terms else "Licence",
                "picture": pictures[h.licence.work.key],
                "runs": h.is_running(now),
                "can_download": h.has_original and h.is_running(now) and h.licence.log.finality == "final",
            }
            for h in held
        ],
        "moves": any(h.has_original and h.licence.log.finality != "final" for h in held),
    }
    return render(request, "web/library.html", context)


def my_licence(request: SignedIn, number: int) -> Licence:
    """A purchase of the reader's. Raises Http404 for anybody else's, as for none."""
    bought = Licence.objects.select_related("work__metadata__upload", "work__chain", "work__log", "log__chain")
    return get_object_or_404(bought.filter(licensee=request.user.address), log__pk=number)


@when_signed_in
@require_safe
def certificate(request: SignedIn, number: int) -> HttpResponse:
    licence = my_licence(request, number)
    offer = Offer.objects.select_related("terms").filter(digest=licence.offer_digest).first()
    names = Account.objects.names({licence.licensee, licence.work.creator})
    prefetch_related_objects([licence.work], PREVIEWS)
    context = {
        "licence": licence,
        "picture": picture_of(licence.work.metadata.upload, alt=alt_of(licence.work)),
        "licensee_name": names.get(licence.licensee, ""),
        "creator_name": names.get(licence.work.creator, ""),
        **certificate_of(licence, offer),
    }
    return render(request, "web/certificate.html", context)


@when_signed_in
@require_safe
def original(request: SignedIn, number: int) -> HttpResponseBase:
    """The file itself, byte for byte as it was minted, for its licensee."""
    handed = licensing.open_original(by=request.user, licence=my_licence(request, number))
    response = StreamingHttpResponse(handed.stream, content_type=handed.original.mime)
    response["Content-Length"] = handed.original.size
    # RFC 6266: the name in UTF-8 for those who read it, and something plain for the rest.
    response["Content-Disposition"] = (
        f"attachment; filename=\"original\"; filename*=UTF-8''{quoted(handed.original.filename)}"
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
