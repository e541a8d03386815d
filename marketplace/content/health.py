"""Whether the content store works, for the status page."""

from typing import Any

from django.conf import settings

from marketplace.content.errors import ContentError
from marketplace.content.store import get_store


def check_store() -> dict[str, Any]:
    """`ok`, the kind of store, and what it says about itself or why it does not work."""
    try:
        return {"ok": True, "kind": settings.CONTENT_STORE, "detail": get_store().check()}
    except ContentError as error:
        return {"ok": False, "kind": settings.CONTENT_STORE, "detail": str(error)}
