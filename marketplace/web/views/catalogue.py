"""Works for everybody: the front page, the catalogue, and a work with its tabs."""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from marketplace.accounts.models import Account
from marketplace.catalog.models import Work
from marketplace.content.cid import Cid
from marketplace.licensing.models import Offer
from marketplace.licensing.terms import PRESETS
from marketplace.royalties import portfolio
from marketplace.royalties.models import Escrow, Revenue, ShareOffer
from marketplace.web.cards import PREVIEWS, alt_of, cards_of
from marketplace.web.deeds import offer_summaries, share_offer_summaries
from marketplace.web.paging import latest_first
from marketplace.web.pictures import picture_of
from marketplace.web.timelines import work_timeline


def reader_of(request: HttpRequest) -> str:
    """The address of whoever is signed in, or ""."""
    return request.user.address if request.user.is_authenticated else ""


def visible_work(token_id: int) -> Work:
    """The work of this number on this site's chain. Raises Http404."""
    works = Work.objects.visible().select_related("metadata__upload").prefetch_related(PREVIEWS)
    found = works.filter(key=Work.key_of(settings.CHAIN_ID, token_id)).first()
    if found is None:
        raise Http404(f"There is no work number {token_id} here.")
    return found


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    newest = Work.objects.visible().prefetch_related(PREVIEWS).newest()[:8]
    return render(request, "web/home.html", {"cards": cards_of(newest)})


@require_safe
def explore(request: HttpRequest) -> HttpResponse:
    """Works, newest first; `q` searches titles, `use` keeps those that are on offer for that use."""
    words = request.GET.get("q", "").replace("\0", "").strip()[:200]
    preset = next((p for p in PRESETS if p.key == request.GET.get("use")), None)
    works = Work.objects.visible().prefetch_related(PREVIEWS)
    if words:
        works = works.search(words)
    if preset:
        works = works.filter(key__in=Offer.objects.open(at=timezone.now()).allowing(preset.scopes).values("work_id"))
    page = latest_first(request, works, time="created")
    context = {
        "cards": cards_of(page.items),
        "next_url": page.next_url,
        "words": words,
        "uses": PRESETS,
        "use": preset,
        "narrowed": bool(words or preset),
    }
    return render(request, "web/explore.html", context)


@require_safe
def work(request: HttpRequest, slug: str, token_id: int) -> HttpResponse:
    found = visible_work(token_id)
    if slug != found.slug:
        return redirect("web:work", found.slug, token_id)
    now, reader = timezone.now(), reader_of(request)
    holders = portfolio.holders(found)
    offers = Offer.objects.filter(work=found.key).open(at=now).open_to(reader).select_related("terms")
    shares = ShareOffer.objects.filter(work=found.key).open(at=now).open_to(reader)
    context = {
        **_frame(request, found, holders, "web:work"),
        "offers": offer_summaries(offers, found),
        "share_offers": share_offer_summaries(shares, found, {h.address: h.shares for h in holders}),
        "earned": Revenue.objects.total_of(found.key),
        "held_until": Escrow.objects.hold_of(found.key),
    }
    return render(request, "web/work.html", context)


@require_safe
def work_holders(request: HttpRequest, slug: str, token_id: int) -> HttpResponse:
    found = visible_work(token_id)
    if slug != found.slug:
        return redirect("web:work-holders", found.slug, token_id)
    holders = portfolio.holders(found)
    context = {**_frame(request, found, holders, "web:work-holders"), "earned": Revenue.objects.total_of(found.key)}
    return render(request, "web/work_holders.html", context)


@require_safe
def work_activity(request: HttpRequest, slug: str, token_id: int) -> HttpResponse:
    found = visible_work(token_id)
    if slug != found.slug:
        return redirect("web:work-activity", found.slug, token_id)
    context = {**_frame(request, found, portfolio.holders(found), "web:work-activity"), "rows": work_timeline(found)}
    return render(request, "web/work_activity.html", context)


def _frame(request: HttpRequest, work: Work, holders: list[portfolio.Holder], tab: str) -> dict[str, Any]:
    """What every tab of a work shows."""
    here = [work.slug, work.token_id]
    holding = [h for h in holders if h.shares]
    names = Account.objects.names({work.creator, *(h.address for h in holders)})
    reader = reader_of(request)
    return {
        "work": work,
        "document": work.metadata.document,
        "properties": work.metadata.document.get("properties", {}),
        "picture": picture_of(work.metadata.upload, alt=alt_of(work)),
        "creator_name": names.get(work.creator, ""),
        "is_licensor": bool(reader) and reader == work.licensor,
        "reader": reader,
        "my_shares": next((h.shares for h in holders if h.address == reader), 0),
        "people": [{"holder": h, "name": names.get(h.address, "")} for h in holders],
        "holders": [{"address": h.address, "name": names.get(h.address, ""), "shares": h.shares} for h in holding],
        "metadata_url": reverse("content:content", args=[Cid.of_digest(work.metadata_id)]),
        "metadata_cid": str(Cid.of_digest(work.metadata_id)),
        "tabs": [
            {"label": "About", "url": reverse("web:work", args=here), "current": tab == "web:work"},
            {
                "label": "Holders",
                "url": reverse("web:work-holders", args=here),
                "current": tab == "web:work-holders",
                "count": len(holding),
            },
            {
                "label": "Activity",
                "url": reverse("web:work-activity", args=here),
                "current": tab == "web:work-activity",
            },
        ],
    }
