"""What the middleware makes of a request, for the type checker."""

from typing import TYPE_CHECKING

from django.http import HttpRequest

if TYPE_CHECKING:
    from django_htmx.middleware import HtmxDetails

    from marketplace.accounts.models import Account


class Visit(HttpRequest):
    """Any request: `htmx` says whether a fragment of the page is wanted."""

    htmx: "HtmxDetails"


class SignedIn(Visit):
    """A request behind `login_required`."""

    user: "Account"
