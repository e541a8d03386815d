"""Licences, by who holds them."""

from django.http import HttpRequest
from ninja import Router
from ninja.pagination import paginate

from marketplace.api.paging import Cursors
from marketplace.api.schemas import Address, LicenceOut
from marketplace.licensing.models import Licence

router = Router(tags=["licences"])


@router.get("/licences", response=list[LicenceOut], operation_id="licences_list")
@paginate(Cursors, ordering=("-bought", "-pk"), page_size=50, max_page_size=500)
def list_licences(request: HttpRequest, licensee: Address):
    """Licences that an account bought, the latest first, as the chain records them."""
    return Licence.objects.held_by(licensee)
