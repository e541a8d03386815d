"""What a reader's wallet is asked for: its page, its reports, and the list of all of it."""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from marketplace.chain import actions, profiles
from marketplace.chain.models import Intent, LogEntry
from marketplace.web import steps
from marketplace.web.journal import in_words
from marketplace.web.paging import latest_first
from marketplace.web.problems import answers_json, text_in
from marketplace.web.requests import SignedIn, posted_when_signed_in, when_signed_in
from marketplace.web.views.catalogue import reader_of


def mine(request: HttpRequest, intent_id: Any) -> Intent:
    """The reader's intent. Raises Http404 for anybody else's, as for none."""
    return get_object_or_404(Intent.objects.of(reader_of(request)), pk=intent_id)


@when_signed_in
@require_safe
def activity(request: SignedIn) -> HttpResponse:
    """Everything that the reader's wallet was asked for, what is open first."""
    all_mine = Intent.objects.of(request.user.address).select_related("log__chain")
    page = latest_first(request, all_mine, time="created")
    first = "before" not in request.GET
    opened = list(all_mine.open()) if first else []
    context = {
        "moves": any(each.moves for each in [*opened, *page.items]),
        "open": [steps.told(i) for i in opened],
        "rows": [steps.told(i) for i in page.items if not (first and i.state in Intent.OPEN)],
        "next_url": page.next_url,
    }
    return render(request, "web/activity.html", context)


@when_signed_in
@require_safe
def intent(request: SignedIn, intent_id: Any) -> HttpResponse:
    """The page of a request; for htmx, the part of it that changes."""
    told = steps.told(mine(request, intent_id))
    template = "web/_intent.html" if request.htmx else "web/intent.html"
    return render(request, template, {"intent": told.intent, "told": told})


@require_safe
def request_for_wallet(request: HttpRequest, intent_id: Any) -> HttpResponse:
    """What the wallet is to be asked, as EIP-1193 wants it."""
    found = mine(request, intent_id)
    chain = profiles.of_id(found.chain_id)
    can_be_signed = found.state in (Intent.State.PREPARED, Intent.State.REJECTED)
    return JsonResponse(
        {
            "id": str(found.pk),
            "version": found.version,
            "kind": found.kind,
            "state": found.state,
            "account": found.account,
            "chainId": found.chain_id,
            "chain": {
                "chainId": hex(found.chain_id),
                "chainName": f"Mintmark: {chain.name}" if settings.DEV_CHAIN else chain.name,
                "rpcUrls": settings.CHAIN_PUBLIC_RPC_URLS,
                "nativeCurrency": {"name": chain.currency, "symbol": chain.symbol, "decimals": 18},
            },
            "method": "eth_sendTransaction" if found.transaction else "eth_signTypedData_v4",
            "transaction": found.transaction if can_be_signed else None,
            "typedData": found.typed_data if can_be_signed else None,
            "reason": found.reason,
        }
    )


@answers_json
def sent(request: HttpRequest, intent_id: Any, *, body: dict[str, Any]) -> dict[str, Any]:
    found = mine(request, intent_id)
    return _state(actions.report_sent(intent=found, by=found.account, tx_hash=text_in(body, "hash")))


@answers_json
def signed(request: HttpRequest, intent_id: Any, *, body: dict[str, Any]) -> dict[str, Any]:
    found = mine(request, intent_id)
    return _state(actions.report_signed(intent=found, by=found.account, signature=text_in(body, "signature")))


@answers_json
def refused(request: HttpRequest, intent_id: Any, *, body: dict[str, Any]) -> dict[str, Any]:
    found = mine(request, intent_id)
    code, message = text_in(body, "code"), text_in(body, "message")
    return _state(actions.report_refused(intent=found, by=found.account, code=code, message=message))


@posted_when_signed_in
def retry(request: SignedIn, intent_id: Any) -> HttpResponse:
    found = mine(request, intent_id)
    actions.retry(intent=found, by=found.account)
    return redirect("web:intent", found.pk)


@require_safe
def transaction(request: HttpRequest, tx_hash: str) -> HttpResponse:
    """A transaction of ours in words, from the journal; one of the reader's that is still on its way, too."""
    logs = list(
        LogEntry.objects.canonical().filter(chain_id=settings.CHAIN_ID, tx_hash=tx_hash).select_related("chain")
    )
    waiting = None if logs else Intent.objects.of(reader_of(request)).filter(tx_hash=tx_hash).first()
    if not logs and waiting is None:
        raise Http404("This transaction has no record here: it is not one of ours, or not in a block yet.")
    context = {"tx_hash": tx_hash, "logs": logs, "rows": in_words(logs) if logs else [], "waiting": waiting}
    return render(request, "web/transaction.html", context)


def _state(intent: Intent) -> dict[str, Any]:
    return {"state": intent.state, "next": intent.context.get("next")}
