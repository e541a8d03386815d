"""The domain's refusals as people meet them: beside a form, as a page of their own, or as JSON for an island."""

import json
import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST
from django.views.defaults import page_not_found

from marketplace.accounts.errors import BadName, ChainUnreachable, SignInError
from marketplace.catalog.errors import Busy, CatalogError, DiskFull, InvalidDraft
from marketplace.chain.actions import IntentError
from marketplace.chain.deployments import NotDeployed
from marketplace.chain.rpc import RpcUnavailable
from marketplace.chain.signatures import BadSignature
from marketplace.content.errors import ContentError, StoreFull, StoreUnavailable
from marketplace.licensing.errors import MarketError, Unavailable

logger = logging.getLogger(__name__)

# Errors whose words are for people. Anything else is our mistake and becomes a 500.
REFUSALS = (
    BadName,
    CatalogError,
    ContentError,
    IntentError,
    MarketError,
    PermissionDenied,
    SignInError,
    BadSignature,
    NotDeployed,
    RpcUnavailable,
)
# What failed behind the scenes, in the order in which it is looked up: (code, words). Its own words are for operators.
_BEHIND: dict[type[Exception], tuple[str, str]] = {
    RpcUnavailable: (
        "node-down",
        "We cannot reach the network just now. Nothing was sent, nothing is lost. Try again in a minute.",
    ),
    NotDeployed: ("not-deployed", "This site is not connected to its contracts yet. Try again in a minute."),
    StoreFull: (
        "store-full",
        "We have no room for this just now, so it was not stored. All that was here before is safe. Try again later.",
    ),
    StoreUnavailable: (
        "store-unavailable",
        "We cannot reach our file store just now. Nothing is lost. Try again in a minute.",
    ),
    ContentError: (
        "content",
        "We cannot read our copy of this file, so you did not get it. Your rights are not affected. Please tell us.",
    ),
}
_LATER = (*_BEHIND, Busy, ChainUnreachable, DiskFull, Unavailable)


def _behind(error: Exception) -> tuple[str, str] | None:
    return next((words for kind, words in _BEHIND.items() if isinstance(error, kind)), None)


def sentence(error: Exception) -> str:
    """What was wrong and what to do. What failed behind the scenes is written to the log, for operators."""
    if behind := _behind(error):
        logger.warning("%s: %s", type(error).__name__, error)
        return behind[1]
    return getattr(error, "message", "") or str(error) or "This is not yours to do."


def code_of(error: Exception) -> str:
    if behind := _behind(error):
        return behind[0]
    return getattr(error, "code", "") or "refused"


def status_of(error: Exception) -> int:
    """503 if it may work later, 403 if it is not this person's to do, 409 if it does not fit how things stand."""
    if isinstance(error, _LATER):
        return 503
    return 403 if isinstance(error, PermissionDenied) else 409


@contextmanager
def shown_on(form: Form, fields: Mapping[str, str] = {}) -> Iterator[None]:
    """Puts a refusal on `form`: beside the field that it names or `fields` names for its code, or at its top."""
    try:
        yield
    except InvalidDraft as error:
        for field, text in error.errors.items():
            form.add_error(field if field in form.fields else None, text)
    except REFUSALS as error:
        form.add_error(fields.get(code_of(error)), sentence(error))


class Refusals:
    """Middleware: a refusal that no form could show, or something that is not there, becomes a page that says it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        ours = request.resolver_match is not None and request.resolver_match.app_name == "web"
        if ours and response.status_code == 405 and not response.content:
            says = "This address only takes what a button of a page sends. Go back to that page and use it there."
            allowed = response["Allow"]
            response = render(request, "web/refused.html", {"sentence": says, "status": 405}, status=405)
            response["Allow"] = allowed
        # Asked only where a view has asked: what is the same for everybody must not vary by cookie.
        personal = request.session.accessed and request.user.is_authenticated
        if personal and not response.has_header("Cache-Control"):
            response["Cache-Control"] = "private, no-store"  # Back, after signing out, must not show it to the next
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, Http404):
            return page_not_found(request, error)  # with DEBUG too, where Django would show how the site is built
        # A bare PermissionDenied has no words of its own: Django's 403 page has.
        if not isinstance(error, REFUSALS) or type(error) is PermissionDenied:
            return None
        status = status_of(error)
        return render(request, "web/refused.html", {"sentence": sentence(error), "status": status}, status=status)


def answers_json(view: Callable[..., dict[str, Any]]) -> Callable[..., HttpResponse]:
    """For POSTs of our islands: the view gets the JSON object that was sent as `body`, and returns one to answer.

    Refusals become `{"code", "message"}`.
    """

    @require_POST
    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            body = json.loads(request.body or b"{}")
        except (ValueError, RecursionError, RequestDataTooBig):
            body = None
        if not isinstance(body, dict):
            return _refusal("bad-json", "This was not understood. Reload the page.", 400)
        try:
            return JsonResponse(view(request, *args, body=body, **kwargs))
        except Http404:
            return _refusal("not-found", "This is not here. Sign in with the wallet that started it.", 404)
        except REFUSALS as error:
            return _refusal(code_of(error), sentence(error), status_of(error))

    return answer


def _refusal(code: str, message: str, status: int) -> JsonResponse:
    return JsonResponse({"code": code, "message": message}, status=status)


def text_in(body: Mapping[str, Any], name: str) -> str:
    """A text of a JSON body; "" where it is missing or is none. What no database can keep becomes "?" in it."""
    value = body.get(name)
    if not isinstance(value, str):
        return ""
    return value.replace("\0", "?").encode(errors="replace").decode()  # JSON can spell half a surrogate pair
