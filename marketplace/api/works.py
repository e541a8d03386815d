"""Works, their offers, holders and payments."""

from typing import Annotated

from django.conf import settings
from django.http import Http404, HttpRequest
from django.utils.timezone import now
from ninja import Query, Router, Schema
from ninja.pagination import paginate
from pydantic import Field

from marketplace.api import shapes
from marketplace.api.paging import Cursors
from marketplace.api.schemas import Address, HolderOut, OfferOut, PaymentOut, RevenueOut, WorkOut
from marketplace.catalog.models import Work
from marketplace.licensing.models import Offer
from marketplace.royalties import portfolio
from marketplace.royalties.models import Payment

router = Router(tags=["works"])


class WorkFilter(Schema):
    creator: Address | None = None
    q: str = ""


def visible_work(work_id: int) -> Work:
    """A work of this site's chain. Raises Http404."""
    work = Work.objects.visible().filter(key=Work.key_of(settings.CHAIN_ID, work_id)).first()
    if work is None:
        raise Http404(f"There is no work {work_id} here.")
    return work


@router.get("/works", response=list[WorkOut], operation_id="works_list")
@paginate(Cursors, ordering=("-created", "-token_id"), page_size=24, max_page_size=100)
def list_works(request: HttpRequest, wanted: Query[WorkFilter]):
    """Works, the newest first. `creator`: by this account only. `q`: words in the title."""
    works = Work.objects.visible().pictured()
    if wanted.creator:
        works = works.filter(creator=wanted.creator.lower())
    if wanted.q:
        works = works.search(wanted.q)
    return works


@router.get("/works/{int:work_id}", response=WorkOut, operation_id="works_one")
def one_work(request: HttpRequest, work_id: int):
    """One work, by its number in `Rights`."""
    return visible_work(work_id)


@router.get("/works/{int:work_id}/offers", response=list[OfferOut], operation_id="offers_list")
def list_offers(request: HttpRequest, work_id: int, licensee: Address | None = None):
    """Licence offers that `licensee` (or anybody) could buy now, the cheapest first.

    Each comes with what its seller signed, so that a program can buy it from the contract without this site.
    """
    offers = Offer.objects.open(at=now()).filter(work=visible_work(work_id)).open_to(licensee or "")
    return [shapes.offer(offer) for offer in offers.select_related("work", "terms").order_by("price", "digest")]


@router.get("/works/{int:work_id}/holders", response=list[HolderOut], operation_id="holders_list")
def list_holders(request: HttpRequest, work_id: int):
    """Everybody who holds shares of a work or earned by it, the largest holder first."""
    return [shapes.holder(holder) for holder in portfolio.holders(visible_work(work_id))]


@router.get("/works/{int:work_id}/revenue", response=list[RevenueOut], operation_id="revenue_list")
def list_revenue(request: HttpRequest, work_id: int, limit: Annotated[int, Field(ge=1, le=500)] = 50):
    """Money that arrived for a work, the latest first, and how each arrival was split among its holders."""
    work = visible_work(work_id)
    return [shapes.revenue(event, work.asset) for event in portfolio.revenue_events(work, limit=limit)]


@router.get("/works/{int:work_id}/payments", response=list[PaymentOut], operation_id="payments_list")
@paginate(Cursors, ordering=("-at", "-pk"), page_size=50, max_page_size=500)
def list_payments(request: HttpRequest, work_id: int):
    """What a work's holders were paid, the latest first. "deferred": the asset refused; it waits for the holder.
    "passed-on": it became revenue of other works."""
    return Payment.objects.filter(work=visible_work(work_id)).select_related("log__chain")
