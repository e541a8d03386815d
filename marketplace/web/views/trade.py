"""Licences: offering them, reading their deeds, buying them."""

import json
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from marketplace.accounts.models import Account
from marketplace.catalog.models import Work
from marketplace.chain.deployments import deployment
from marketplace.licensing import actions, quotes
from marketplace.licensing.errors import NotTheCreator
from marketplace.licensing.models import Offer
from marketplace.licensing.scopes import SCOPES
from marketplace.licensing.signed import offer_document
from marketplace.licensing.terms import PRESETS
from marketplace.royalties import portfolio
from marketplace.web.cards import PREVIEWS, alt_of
from marketplace.web.deeds import facts_of, grants_of, licence_name, split_of, standing_of
from marketplace.web.forms import OfferForm, UnitsForm
from marketplace.web.pictures import picture_of
from marketplace.web.problems import REFUSALS, sentence, shown_on
from marketplace.web.requests import SignedIn, posted_when_signed_in, when_signed_in
from marketplace.web.views.catalogue import reader_of, visible_work


def known_offer(request: HttpRequest, digest: str) -> Offer:
    """A published offer, or the reader's own that they have not signed yet. Raises Http404."""
    offers = Offer.objects.select_related("terms", "work__metadata__upload", "work__chain", "work__log")
    found = offers.prefetch_related(f"work__{PREVIEWS}").filter(digest=digest).first()
    if found is None or (found.published is None and found.seller != reader_of(request)):
        raise Http404("There is no such offer here.")
    return found


@when_signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def offer_new(request: SignedIn, token_id: int) -> HttpResponse:
    return ask_for_offer(request, visible_work(token_id))


def ask_for_offer(request: SignedIn, work: Work, **more: Any) -> HttpResponse:
    """The form of a licence offer, also as the wizard's last step. `more` goes to the template."""
    if not request.user.controls(work.licensor):
        raise NotTheCreator
    asset = deployment().asset(work.asset)
    form = OfferForm(request.POST or None, asset=asset)
    if form.is_valid():
        data = form.cleaned_data
        with shown_on(form, {"unknown-scope": "scopes"}):
            _, intent = actions.prepare_offer(
                by=request.user,
                work=work,
                scopes=data["scope_bits"],
                duration_days=data["duration_days"],
                remixes=data["remixes"],
                price=data["price"],
                max_units=data["max_units"] or 0,
                deadline=data["deadline"],
                licensee=data["licensee"],
            )
            return redirect("web:intent", intent.pk)
    chosen = form["preset"].value() or PRESETS[0].key
    context = {
        "work": work,
        "picture": picture_of(work.metadata.upload, alt=alt_of(work)),
        "form": form,
        "asset": asset,
        "presets": [
            {"value": p.key, "label": p.name, "description": p.summary, "checked": p.key == chosen} for p in PRESETS
        ]
        + [
            {
                "value": "custom",
                "label": "Choose the uses yourself",
                "description": "Tick them below.",
                "checked": chosen == "custom",
            }
        ],
        "scopes": [
            {
                "value": s.key,
                "label": s.name,
                "description": s.allows,
                "checked": s.key in (form["scopes"].value() or []),
            }
            for s in SCOPES
        ],
        **more,
    }
    return render(request, "web/offer_new.html", context, status=422 if form.errors else 200)


@require_safe
def offer(request: HttpRequest, digest: str) -> HttpResponse:
    """The deed of an offer: plain words, the full terms, and the same for machines."""
    found = known_offer(request, digest)
    creator_name = Account.objects.names({found.seller}).get(found.seller, "")
    context = {
        "offer": found,
        "work": found.work,
        "terms": found.terms,
        "document": found.terms.document,
        "machine": json.dumps(found.terms.document, indent=2, ensure_ascii=False),
        "name": licence_name(found.terms.scopes),
        "grants": grants_of(found.terms.scopes),
        "facts": facts_of(found),
        "creator_name": creator_name,
        "picture": picture_of(found.work.metadata.upload, alt=alt_of(found.work)),
        "standing": standing_of(found, at=timezone.now()),
        "is_seller": reader_of(request) == found.seller,
    }
    return render(request, "web/offer.html", context)


@require_safe
def offer_json(request: HttpRequest, digest: str) -> HttpResponse:
    """The signed offer as a document: with it, anyone can buy from the contract without this site."""
    found = known_offer(request, digest)
    if found.published is None:
        raise Http404("This offer is not signed yet.")
    return JsonResponse(offer_document(found, deployment()), json_dumps_params={"ensure_ascii": False})


@require_http_methods(["GET", "HEAD", "POST"])
def offer_buy(request: HttpRequest, digest: str) -> HttpResponse:
    """The checkout of a licence: all that it costs and who gets what, before anything is signed."""
    found = known_offer(request, digest)
    if request.method == "POST" and not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    form = UnitsForm(request.POST or ({"units": request.GET["units"]} if "units" in request.GET else {"units": "1"}))
    method = payment_method(request)
    quote, refusal = None, ""
    if form.is_valid():
        units = form.cleaned_data["units"]
        if request.method == "POST" and request.user.is_authenticated:
            with shown_on(form, {"bad-units": "units", "sold-out": "units"}):
                purchase = actions.prepare_purchase(by=request.user, offer=found, units=units, method=method)
                return redirect("web:intent", purchase.next.pk)
        try:
            quote = quotes.quote(found, units, reader_of(request), method=method)
        except REFUSALS as error:
            refusal = sentence(error)
    return render(
        request,
        "web/offer_buy.html",
        {**_checkout(found, quote), "form": form, "refusal": refusal, "method": method},
        status=422 if form.errors else 200,
    )


def payment_method(request: HttpRequest) -> str:
    """By one signature, unless the reader asked for the other way."""
    asked = request.POST.get("method") or request.GET.get("method")
    return quotes.ALLOWANCE if asked == quotes.ALLOWANCE else quotes.AUTHORIZATION


def _checkout(offer: Offer, quote: quotes.Quote | None) -> dict[str, Any]:
    work = offer.work
    context: dict[str, Any] = {
        "offer": offer,
        "work": work,
        "name": licence_name(offer.terms.scopes),
        "grants": [grant for grant in grants_of(offer.terms.scopes) if grant["allowed"]],
        "picture": picture_of(work.metadata.upload, alt=alt_of(work)),
        "quote": quote,
    }
    if quote:
        holders = portfolio.holders(work)
        names = Account.objects.names({h.address for h in holders})
        context["split"] = split_of(quote.price, fee=quote.fee, asset=work.asset, holders=holders, names=names)
        context["shortfalls"] = [error.message for error in quote.shortfalls]
    return context


@posted_when_signed_in
def offers_cancel(request: SignedIn) -> HttpResponse:
    """Withdraws all offers of the reader's, of licences and of shares, in one transaction."""
    return redirect("web:intent", actions.prepare_cancel_all(by=request.user).pk)


@posted_when_signed_in
def offer_cancel(request: SignedIn, digest: str) -> HttpResponse:
    intent = actions.prepare_cancel(by=request.user, offer=known_offer(request, digest))
    return redirect("web:intent", intent.pk)
