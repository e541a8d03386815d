"""Making a work, in five steps. Each is a page of its own and saves what it is given, also what is not right yet."""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from marketplace.catalog import actions
from marketplace.catalog.drafts import FIELDS, missing
from marketplace.catalog.errors import AlreadyMinted, InvalidDraft
from marketplace.catalog.models import Draft
from marketplace.chain.models import Intent
from marketplace.web import uploads
from marketplace.web.cards import Card
from marketplace.web.fields import format_decimal
from marketplace.web.forms import DescribeForm, LocationForm, SharesForm, UploadForm
from marketplace.web.pictures import picture_of
from marketplace.web.problems import REFUSALS, sentence, shown_on
from marketplace.web.requests import SignedIn, posted_when_signed_in, when_signed_in
from marketplace.web.views.catalogue import visible_work
from marketplace.web.views.trade import ask_for_offer

ACCEPT = "image/jpeg,image/png,image/webp,image/tiff"
STEPS = (
    ("upload", "Upload"),
    ("describe", "Describe"),
    ("shares", "Shares"),
    ("check", "Check and mint"),
    ("offer", "Licence offer"),
)
# Which step asks for what a draft may lack (`catalog.drafts.missing`).
ASKED_IN = {"title": "describe", "alt_text": "describe", "location": "describe", "shares": "shares", "upload": "upload"}


@when_signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: SignedIn) -> HttpResponse:
    """Step 1. A file makes a draft; the same file again leads back to the draft that it made."""
    form, minted = UploadForm(), None
    if request.method == "POST":
        form = UploadForm(request.POST, request.FILES, refused=uploads.refusal_of(request))
        if form.is_valid():
            file = form.cleaned_data["file"]
            try:
                received = actions.receive_upload(by=request.user, file=file, filename=file.name)
                draft = actions.start_draft(by=request.user, upload=received)
                return redirect("web:create-step", draft.pk, "describe")
            except AlreadyMinted as error:
                minted = error.work
                form.add_error("file", error.message)
            except REFUSALS as error:
                form.add_error("file", sentence(error))
    context = {
        "form": form,
        "minted": minted,
        "accept": ACCEPT,
        "max_bytes": settings.UPLOAD_MAX_BYTES,
        "drafts": Draft.objects.open_of(request.user).select_related("upload")[:10],
        "steps": stepper(None, "upload"),
    }
    return render(request, "web/create/upload.html", context, status=422 if form.errors else 200)


@when_signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def step(request: SignedIn, draft_id: Any, step: str) -> HttpResponse:
    """Steps 2 to 5 of a draft; a minted one has only the last left."""
    if step not in _STEPS:
        raise Http404("There is no such step.")
    drafts = Draft.objects.filter(account=request.user, discarded_at=None).select_related("upload")
    draft = get_object_or_404(drafts.prefetch_related("upload__renditions__content"), pk=draft_id)
    if step != "offer" and draft.work is not None:
        return redirect("web:create-step", draft.pk, "offer")
    return _STEPS[step](request, draft)


@posted_when_signed_in
def discard(request: SignedIn, draft_id: Any) -> HttpResponse:
    actions.discard_draft(by=request.user, draft=get_object_or_404(Draft, account=request.user, pk=draft_id))
    return redirect("web:create")


def _describe(request: SignedIn, draft: Draft) -> HttpResponse:
    form = DescribeForm(request.POST or None, initial={name: getattr(draft, name) for name in FIELDS})
    place = LocationForm(request.POST if "keep" in request.POST else None)
    place_errors: list[str] = []
    if request.method == "POST":
        form.is_valid()
        with shown_on(form):
            actions.describe(by=request.user, draft=draft, **form.cleaned_data)
        if place.is_valid():
            with shown_on(place):
                actions.answer_location(by=request.user, draft=draft, keep=place.cleaned_data["keep"])
        draft.refresh_from_db()
        if "autosave" in request.POST:
            status = 422 if form.errors else 200
            return render(request, "web/create/_saved.html", {"card": preview(draft)}, status=status)
        lacks = missing(draft)
        for field in form.fields.keys() & lacks.keys() - form.errors.keys():
            form.add_error(field, lacks[field])
        place_errors = [str(error) for errors in place.errors.values() for error in errors]
        if not place.is_bound and "location" in lacks:
            place_errors.append(lacks["location"])
        if not form.errors and not place_errors:
            return redirect("web:create-step", draft.pk, "shares")
    context = {
        "form": form,
        "place_errors": place_errors,
        "places": [
            {
                "value": "remove",
                "label": "Take the place out",
                "description": "Licensees get the picture without the position. Nothing else of the file changes.",
                "checked": draft.keep_location is False,
            },
            {
                "value": "keep",
                "label": "Leave it in",
                "description": "Whoever licenses the work can read where it was taken.",
                "checked": draft.keep_location is True,
            },
        ],
        "limits": {name: limit for name, (_, limit, _) in FIELDS.items()},
    }
    return _page(request, draft, "describe", context, bad=bool(form.errors or place_errors))


def _shares(request: SignedIn, draft: Draft) -> HttpResponse:
    errors: list[str] = []
    if request.method == "POST":
        form = SharesForm(request.POST)
        rows, errors = form.rows, form.errors
        if form.is_valid():
            try:
                actions.split_shares(by=request.user, draft=draft, rows=form.cleaned)
                return redirect("web:create-step", draft.pk, "check")
            except InvalidDraft as error:
                errors = form.take(error.errors)
            except REFUSALS as error:
                errors = [sentence(error)]
    else:
        held = draft.shares or [(request.user.address, 1_000_000)]
        rows = [{"holder": holder, "percent": format_decimal(amount, places=4)} for holder, amount in held]
    return _page(request, draft, "shares", {"rows": rows, "errors": errors}, bad=bool(errors))


def _check(request: SignedIn, draft: Draft) -> HttpResponse:
    errors = []
    if request.method == "POST":
        try:
            return redirect("web:intent", actions.prepare_mint(by=request.user, draft=draft).pk)
        except InvalidDraft as error:
            errors = list(error.errors.values())
        except REFUSALS as error:
            errors = [sentence(error)]
    on_its_way = (
        Intent.objects.of(request.user.address)
        .filter(kind=actions.MINT, subject=str(draft.pk))
        .exclude(state__in=(Intent.State.FAILED, Intent.State.EXPIRED))
    )
    context = {
        "lacks": [{"text": text, "url": _address(draft, ASKED_IN[field])} for field, text in missing(draft).items()],
        "shares": [{"address": holder, "shares": amount} for holder, amount in draft.shares],
        "errors": errors,
        "intent": on_its_way.order_by("-created").first(),
    }
    return _page(request, draft, "check", context, bad=bool(errors))


def _offer(request: SignedIn, draft: Draft) -> HttpResponse:
    """Step 5, once the work is on the chain."""
    if draft.work is None:
        return redirect("web:create-step", draft.pk, "check")
    return ask_for_offer(request, visible_work(draft.work.token_id), steps=stepper(draft, "offer"))


_STEPS = {"describe": _describe, "shares": _shares, "check": _check, "offer": _offer}


def _page(request: SignedIn, draft: Draft, name: str, context: dict[str, Any], *, bad: bool) -> HttpResponse:
    frame = {"draft": draft, "card": preview(draft), "steps": stepper(draft, name)}
    return render(request, f"web/create/{name}.html", {**frame, **context}, status=422 if bad else 200)


def _address(draft: Draft, name: str) -> str:
    return reverse("web:create") if name == "upload" else reverse("web:create-step", args=[draft.pk, name])


def stepper(draft: Draft | None, current: str) -> list[dict[str, str]]:
    """The five steps: done where nothing is missing, and links to those that can be gone to."""
    names = [name for name, _ in STEPS]
    minted = draft is not None and draft.work is not None
    open_steps = {ASKED_IN[field] for field in missing(draft)} if draft and not minted else set()
    found = []
    for name, label in STEPS:
        is_before = names.index(name) < names.index(current)
        state = "current" if name == current else "done" if is_before and name not in open_steps else "todo"
        reachable = draft and not minted and name in ("describe", "shares", "check")
        found.append({"label": label, "state": state, "url": _address(draft, name) if draft and reachable else ""})
    return found


def preview(draft: Draft) -> Card:
    """The draft as its card will look in the catalogue."""
    return Card(
        url=reverse("web:create-step", args=[draft.pk, "check"]),
        title=draft.title or "Untitled",
        creator=draft.account.address,
        creator_name=draft.account.name,
        picture=picture_of(draft.upload, alt=draft.alt_text or "Your picture"),
        note="Not minted yet",
    )
