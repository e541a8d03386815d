"""`/healthz`: is this installation doing its work? For load balancers, uptime checks and people."""

from django.conf import settings
from django.http import HttpRequest, JsonResponse

from marketplace.chain.health import check_chain, check_queue
from marketplace.content.health import check_store


def healthz(request: HttpRequest) -> JsonResponse:
    """200 when every part works and the index is close to the head of the chain; 503, with the reasons, when not."""
    parts = {"chain": check_chain(), "queue": check_queue(), "store": check_store()}
    healthy = all(part["ok"] for part in parts.values())
    return JsonResponse({"ok": healthy, "site": settings.SITE_URL, **parts}, status=200 if healthy else 503)
