"""Pages to read, what machines ask for, and the pages of errors."""

from contextlib import suppress
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from marketplace.chain.deployments import Asset, NotDeployed, deployment
from marketplace.royalties.accounting import SHARES


@require_safe
def fees(request: HttpRequest) -> HttpResponse:
    context = {"fee_percent_shares": settings.PROTOCOL_FEE_BPS * SHARES // 10_000}
    with suppress(NotDeployed):  # then there is no currency for an example either
        deployed = deployment()
        context["fee_percent_shares"] = deployed.fee_bps * SHARES // 10_000
        context |= _example(deployed.asset(deployed.usdc), deployed.fee_bps)
    return render(request, "web/fees.html", context)


def _example(asset: Asset, fee_bps: int) -> dict[str, Any]:
    """A licence for 200 of an asset, with a collaborator who holds a tenth."""
    price = 200 * 10**asset.decimals
    fee = price * fee_bps // 10_000
    collaborator = (price - fee) // 10
    parts = [
        {"label": "Artist, 90 %", "amount": price - fee - collaborator, "asset": asset},
        {"label": "Collaborator, 10 %", "amount": collaborator, "asset": asset},
        {"label": "Fee of this site", "amount": fee, "asset": asset},
    ]
    return {"asset": asset, "price": price, "parts": parts}


@require_safe
def how_it_works(request: HttpRequest) -> HttpResponse:
    return render(request, "web/how_it_works.html")


@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    """Every component, for makers and for tests of the look."""
    if not settings.DEBUG:
        raise Http404
    return render(request, "styleguide.html")


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    return render(request, "web/robots.txt", content_type="text/plain; charset=utf-8")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A POST whose token does not fit: cookies are off, or the page was open while somebody else signed in."""
    sentence = (
        "This page was open for too long, or your browser does not keep our cookie, so we could not be sure that "
        "it was you. Nothing was changed. Go back, reload the page and try again."
    )
    if request.content_type == "application/json":
        return JsonResponse({"code": "csrf", "message": sentence}, status=403)
    return render(request, "web/refused.html", {"sentence": sentence, "status": 409}, status=403)
