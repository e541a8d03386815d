"""Shares of a work's income: selling and buying them."""

from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from marketplace.accounts.models import Account
from marketplace.chain.deployments import deployment
from marketplace.licensing.quotes import Quote
from marketplace.royalties import actions, portfolio, quotes
from marketplace.royalties.models import Revenue, ShareOffer
from marketplace.royalties.signed import part_price
from marketplace.web.cards import PREVIEWS, alt_of
from marketplace.web.fields import format_decimal
from marketplace.web.forms import BuySharesForm, SellSharesForm
from marketplace.web.pictures import picture_of
from marketplace.web.problems import REFUSALS, sentence, shown_on
from marketplace.web.requests import SignedIn, posted_when_signed_in, when_signed_in
from marketplace.web.views.catalogue import reader_of, visible_work
from marketplace.web.views.trade import payment_method


def known_offer(request: HttpRequest, digest: str) -> ShareOffer:
    """A published share offer, or the reader's own that they have not signed yet. Raises Http404."""
    offers = ShareOffer.objects.with_sold().select_related("work__metadata__upload", "work__chain", "work__log")
    found = offers.prefetch_related(f"work__{PREVIEWS}").filter(digest=digest).first()
    if found is None or (found.published is None and found.seller != reader_of(request)):
        raise Http404("There is no such offer here.")
    return found


@when_signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def sell(request: SignedIn, token_id: int) -> HttpResponse:
    work = visible_work(token_id)
    asset = deployment().asset(work.asset)
    form = SellSharesForm(request.POST or None, asset=asset)
    if form.is_valid():
        with shown_on(form, {"too-few-shares": "shares"}):
            listing = actions.prepare_share_offer(by=request.user, work=work, **form.cleaned_data)
            return redirect("web:intent", listing.next.pk)
    mine = next((h for h in portfolio.holders(work) if h.address == request.user.address), None)
    context = {
        "work": work,
        "picture": picture_of(work.metadata.upload, alt=alt_of(work)),
        "form": form,
        "asset": asset,
        "my_shares": mine.shares if mine else 0,
        "earned": Revenue.objects.total_of(work.key),
    }
    return render(request, "web/shares_sell.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def buy(request: HttpRequest, digest: str) -> HttpResponse:
    """The checkout of shares."""
    found = known_offer(request, digest)
    if request.method == "POST" and not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    left = max(0, found.shares - found.sold)
    typed = request.POST or ({"shares": request.GET["shares"]} if "shares" in request.GET else None)
    form = BuySharesForm(typed, initial={"shares": left})
    method = payment_method(request)
    quote, refusal = None, ""
    if typed is None or form.is_valid():
        shares = form.cleaned_data["shares"] if form.is_bound else left
        if request.method == "POST" and request.user.is_authenticated:
            with shown_on(form, {"bad-units": "shares", "sold-out": "shares"}):
                purchase = actions.prepare_share_purchase(by=request.user, offer=found, shares=shares, method=method)
                return redirect("web:intent", purchase.next.pk)
        try:
            quote = quotes.quote(found, shares, reader_of(request), method=method)
        except REFUSALS as error:
            refusal = sentence(error)
    context = {
        "offer": found,
        "work": found.work,
        "left": left,
        "left_price": part_price(found.price, found.shares, left),
        "seller_name": Account.objects.names({found.seller}).get(found.seller, ""),
        "picture": picture_of(found.work.metadata.upload, alt=alt_of(found.work)),
        "earned": Revenue.objects.total_of(found.work_id),
        "form": form,
        "refusal": refusal,
        "method": method,
        **_checkout(found, quote),
    }
    return render(request, "web/shares_buy.html", context, status=422 if form.errors else 200)


def _checkout(offer: ShareOffer, quote: Quote | None) -> dict[str, Any]:
    if quote is None:
        return {"quote": None}
    asset = offer.work.asset
    royalty = quotes.royalty_of(offer.work, offer.seller, quote.price)
    parts = [{"label": "Seller", "amount": quote.price - quote.fee - royalty, "asset": asset}]
    if royalty:
        parts.append({"label": "Holders of this work", "amount": royalty, "asset": asset})
    if quote.fee:
        parts.append({"label": "Fee of this site", "amount": quote.fee, "asset": asset})
    text = format_decimal(quote.quantity, places=4)
    return {
        "quote": quote,
        "shares_text": text,
        "split": parts,
        "shortfalls": [error.message for error in quote.shortfalls],
    }


@posted_when_signed_in
def cancel(request: SignedIn, digest: str) -> HttpResponse:
    intent = actions.prepare_share_cancel(by=request.user, offer=known_offer(request, digest))
    return redirect("web:intent", intent.pk)
