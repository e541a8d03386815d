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


def when_signed_in(view: Callable[..., Any]) -> Callable[..., Any]:
    """For what shows what is the reader's own. Others sign in first, and come back.

    A page that asks for a part of itself is loaded again instead: a sign-in page has no place in the middle of another.
    """

    @wraps(view)
    def answer(request: Visit, *args: Any, **kwargs: Any) -> Any:
        if request.user.is_authenticated:
            return view(request, *args, **kwargs)
        if request.htmx:
            return HttpResponse(status=204, headers={"HX-Refresh": "true"})
        return redirect_to_login(request.get_full_path())

    return answer


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
    """A request behind `when_signed_in`."""

    user: "Account"
