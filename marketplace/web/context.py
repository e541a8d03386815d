"""What the frame of every page needs."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from marketplace.chain.models import Intent
from marketplace.web.wording import chain_name


def site(request: HttpRequest) -> dict[str, Any]:
    """Which chain this site is on, and how many of the reader's own steps are still open."""

    def open_intents() -> int:
        user = getattr(request, "user", None)
        if user is None or not user.is_authenticated:
            return 0
        return Intent.objects.of(user.address).open().count()

    return {
        "site": {
            "chain_id": settings.CHAIN_ID,
            "chain_name": chain_name(settings.CHAIN_ID),
            "dev_chain": settings.DEV_CHAIN,
            "explorer_url": settings.CHAIN_EXPLORER_URL.rstrip("/"),
            "url": settings.SITE_URL,
            "open_intents": SimpleLazyObject(open_intents),  # asked for by pages only, not by fragments
        }
    }
