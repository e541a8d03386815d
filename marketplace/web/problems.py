"""The domain's refusals as people meet them: beside a form, as a page of their own, or as JSON for an island."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from marketplace.accounts.errors import ChainUnreachable, SignInError
from marketplace.catalog.errors import CatalogError, InvalidDraft
from marketplace.chain.actions import IntentError
from marketplace.chain.deployments import NotDeployed
from marketplace.chain.rpc import RpcUnavailable
from marketplace.chain.signatures import BadSignature
from marketplace.content.errors import ContentError, StoreFull, StoreUnavailable
from marketplace.licensing.errors import MarketError, Unavailable

# Errors whose words are for people. Anything else is our mistake and becomes a 500.
REFUSALS = (
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
_LATER = (ChainUnreachable, NotDeployed, RpcUnavailable, StoreFull, StoreUnavailable, Unavailable)


def sentence(error: Exception) -> str:
    """What was wrong and what to do."""
    if isinstance(error, RpcUnavailable):
        return "We cannot reach the network just now. Nothing was sent, nothing is lost. Try again in a minute."
    if isinstance(error, NotDeployed):
        return "This site is not connected to its contracts yet. Try again in a minute."
    return getattr(error, "message", "") or str(error) or "This is not yours to do."


def code_of(error: Exception) -> str:
    if isinstance(error, RpcUnavailable):
        return "node-down"
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
    """Middleware: a refusal that no form could show becomes a page that says it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
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
        except ValueError:
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
    """A text of a JSON body; "" where it is missing or is none."""
    value = body.get(name)
    return value if isinstance(value, str) else ""
