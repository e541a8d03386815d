"""Pages to read, what machines ask for, and the pages of errors."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from marketplace.chain.deployments import NotDeployed, deployment


@require_safe
def fees(request: HttpRequest) -> HttpResponse:
    try:
        fee_bps = deployment().fee_bps
    except NotDeployed:
        fee_bps = settings.PROTOCOL_FEE_BPS
    price = 200_000_000  # an example, in millionths
    fee = price * fee_bps // 10_000
    rest = price - fee
    context = {
        "fee_percent_shares": fee_bps * 100,
        "price": price,
        "parts": [
            {"label": "Artist, 90 %", "amount": rest * 9 // 10},
            {"label": "Collaborator, 10 %", "amount": rest - rest * 9 // 10},
            {"label": "This site", "amount": fee},
        ],
    }
    return render(request, "web/fees.html", context)


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
        "This page was open for too long, or your browser does not keep our cookie, so we could not be sure that it was "
        "you. Nothing was changed. Go back, reload the page and try again."
    )
    if request.content_type == "application/json":
        return JsonResponse({"code": "csrf", "message": sentence}, status=403)
    return render(request, "web/refused.html", {"sentence": sentence, "status": 409}, status=403)
