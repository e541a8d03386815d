"""Who may send what; and what the middleware makes of a request, for the type checker."""

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

if TYPE_CHECKING:
    from django_htmx.middleware import HtmxDetails

    from marketplace.accounts.models import Account


def posted_when_signed_in(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For what a button of a page sends. Whoever has been signed out meanwhile comes back to that page."""

    @require_POST
    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated:
            return view(request, *args, **kwargs)
        page = urlsplit(request.headers.get("Referer", ""))
        ours = page.netloc == request.get_host() and page.path != request.path
        return redirect_to_login(page.path if ours else reverse("web:home"))

    return answer


class Visit(HttpRequest):
    """Any request: `htmx` says whether a fragment of the page is wanted."""

    htmx: "HtmxDetails"


class SignedIn(Visit):
    """A request behind `login_required`."""

    user: "Account"
