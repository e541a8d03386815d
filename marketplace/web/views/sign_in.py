"""Signing in with a wallet (EIP-4361) and out again."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from marketplace.accounts import actions
from marketplace.web.forms import NameForm
from marketplace.web.problems import answers_json, shown_on, text_in
from marketplace.web.requests import SignedIn, when_signed_in


def safe_next(request: HttpRequest, wanted: str) -> str:
    """`wanted` if it is a page of this site, else the front page."""
    ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if ours else reverse("web:home")


@require_safe
def sign_in(request: HttpRequest) -> HttpResponse:
    following = safe_next(request, request.GET.get("next", ""))
    if request.user.is_authenticated:
        return redirect(following)
    return render(request, "web/sign_in.html", {"next": following})


@answers_json
def nonce(request: HttpRequest, *, body: dict[str, Any]) -> dict[str, Any]:
    if not request.session.session_key:
        request.session.create()
    value = actions.issue_nonce(session_key=request.session.session_key or "")
    message = actions.prepare_message(address=text_in(body, "address"), nonce=value, host=request.get_host())
    return {"nonce": value, "message": message}


@answers_json
def verify(request: HttpRequest, *, body: dict[str, Any]) -> dict[str, Any]:
    account = actions.sign_in(
        message=text_in(body, "message"),
        signature=text_in(body, "signature"),
        session_key=request.session.session_key or "",
        host=request.get_host(),
    )
    login(request, account)
    return {"next": safe_next(request, text_in(body, "next"))}


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    return redirect("web:home")


@when_signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: SignedIn) -> HttpResponse:
    form = NameForm(request.POST or None, initial={"name": request.user.name})
    if request.method == "POST" and form.is_valid():
        with shown_on(form, {"bad-name": "name"}):
            actions.rename(by=request.user, name=form.cleaned_data["name"])
            messages.success(request, "Saved. This is how you are called from now on.")
            return redirect("web:settings")
    return render(request, "web/settings.html", {"form": form}, status=422 if form.errors else 200)
