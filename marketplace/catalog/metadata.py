"""A work's metadata: the document that a wallet, a market or an archive reads (ERC-1155 metadata JSON), and ours."""

from typing import Any

import orjson
from django.conf import settings
from eth_utils import to_checksum_address

from marketplace.catalog import drafts
from marketplace.catalog.models import Draft

SCHEMA = "mintmark/work@1"
IMAGE = ("page", "image/jpeg")  # the preview that everything can show


def document(draft: Draft) -> dict[str, Any]:
    """The document of a finished draft (see `drafts.missing`). The same draft always has the same document."""
    upload, original = draft.upload, draft.original
    assert upload is not None and original is not None  # nothing is missing
    previews = [
        {"name": r.name, "cid": r.content.cid, "mime": r.mime, "width": r.width, "height": r.height}
        for r in upload.renditions.select_related("content").order_by("name", "mime")
    ]
    image = next(p for p in previews if (p["name"], p["mime"]) == IMAGE)
    return {
        "name": draft.title,
        "description": draft.description,
        "image": f"ipfs://{image['cid']}",
        "external_url": settings.SITE_URL,
        "properties": {
            "schema": SCHEMA,
            "alt": draft.alt_text,
            "credit": draft.credit,
            "creator": to_checksum_address(draft.account.address),
            "content": {
                "sha256": original.digest.removeprefix("0x"),
                "mime": upload.mime,
                "size": original.size,
                "width": upload.width,
                "height": upload.height,
                "filename": upload.filename,
            },
            "previews": previews,
            "created": draft.created.strftime("%Y-%m-%dT%H:%M:%SZ"),
        },
    }


def read(data: bytes) -> dict[str, Any]:
    """Somebody else's document, if it can be shown as it is: of our shape, with texts that a draft could have.

    Raises ValueError, saying why not.
    """
    document = orjson.loads(data)
    if not isinstance(document, dict) or b"\\u0000" in data:  # which no database text can hold
        raise ValueError("not a JSON object, or with a NUL")
    properties = document.setdefault("properties", {})
    if not isinstance(properties, dict) or not isinstance(properties.get("content", {}), dict):
        raise ValueError("properties, or their content, are no objects")
    texts = {
        "title": document.get("name", ""),
        "description": document.get("description", ""),
        "alt_text": properties.get("alt", ""),
        "credit": properties.get("credit", ""),
    }
    others = [document.get("image", ""), document.get("external_url", ""), properties.get("creator", "")]
    if not all(isinstance(value, str) for value in [*texts.values(), *others]):
        raise ValueError("a text is no text")
    good, errors = drafts.clean(texts)
    if errors or good != texts or not texts["title"]:
        raise ValueError("texts that this site would not take")
    return document
