"""Public content over HTTP, by its CID."""

import logging
import re
from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.http import parse_etags
from django.views.decorators.http import require_safe

from marketplace.content.cid import Cid
from marketplace.content.errors import BadCid, ContentError
from marketplace.content.models import Content
from marketplace.content.store import get_store

log = logging.getLogger(__name__)

# What a browser may show from our origin: nothing that can carry a script. All else is a download.
_SHOWN = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
    "image/avif": "avif",
    "image/gif": "gif",
    "application/json": "json",
    "text/plain": "txt",
}
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII)


@require_safe
def content(request: HttpRequest, cid: str) -> HttpResponseBase:
    """The bytes under a CID, if they are ours and public. Whole, or one range (RFC 9110, section 14)."""
    try:
        found = Content.objects.published().under(Cid.parse(cid)).first()
    except BadCid as error:
        return _sentence(404, f"{error} Check the address.")
    if found is None:
        return _sentence(404, "This site publishes nothing under this CID. Another IPFS gateway may.")

    if _names(request.headers.get("If-None-Match", ""), _etag(found)):
        return _with_headers(HttpResponse(status=304), found)

    wanted = _wanted_range(request, found)
    start, end = (wanted[0], min(wanted[1], found.size)) if wanted else (0, found.size)
    if wanted and start >= end:
        refusal = _sentence(416, f"This file has {found.size} bytes; the range that was asked for is outside.")
        refusal["Content-Range"] = f"bytes */{found.size}"
        return refusal

    response: HttpResponseBase = HttpResponse()
    if request.method != "HEAD":
        try:
            response = StreamingHttpResponse(_begun(get_store().open(found.root, start, end - start)))
        except ContentError:
            log.exception("Public content %s cannot be read.", found.cid)
            refusal = _sentence(503, "This file is ours, but its store cannot give it out now. Try again later.")
            refusal["Retry-After"] = "30"
            return refusal
    if wanted:
        response.status_code = 206
        response["Content-Range"] = f"bytes {start}-{end - 1}/{found.size}"
    response["Content-Length"] = str(end - start)
    return _with_headers(response, found)


def _with_headers(response: HttpResponseBase, found: Content) -> HttpResponseBase:
    """What is true of this content for ever, and what keeps a browser from running anything in it."""
    suffix = _SHOWN.get(found.mime)
    kind = found.mime if suffix else "application/octet-stream"
    response["Content-Type"] = f"{kind}; charset=utf-8" if kind == "text/plain" else kind
    response["Content-Disposition"] = (
        f'inline; filename="{found.cid}.{suffix}"' if suffix else f'attachment; filename="{found.cid}"'
    )
    response["Accept-Ranges"] = "bytes"
    response["ETag"] = _etag(found)
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


def _etag(found: Content) -> str:
    return f'"{found.cid}"'


def _wanted_range(request: HttpRequest, found: Content) -> tuple[int, int] | None:
    """First byte and byte after the last that were asked for; None for the whole file.

    As RFC 9110 allows, what is not one well-formed range of bytes is ignored, and so is any range of HEAD.
    """
    if request.method != "GET" or request.headers.get("If-Range", _etag(found)) != _etag(found):
        return None
    match = _RANGE.fullmatch(request.headers.get("Range", "").replace(" ", ""))
    if match is None or match.groups() == ("", ""):
        return None
    first, last = match.groups()
    if not first:  # the last so many bytes
        return max(0, found.size - int(last)), found.size
    if last and int(last) < int(first):
        return None
    return int(first), int(last) + 1 if last else found.size


def _names(header: str, etag: str) -> bool:
    """Whether an If-None-Match header names this ETag, strong or weak."""
    return any(tag in ("*", etag, f"W/{etag}") for tag in parse_etags(header))


def _begun(parts: Iterator[bytes]) -> Iterator[bytes]:
    """The same parts, the first already read: what cannot be read at all fails while a status can say so."""
    first = next(parts, b"")

    def rest() -> Iterator[bytes]:
        yield first
        yield from parts

    return rest()


def _sentence(status: int, text: str) -> HttpResponse:
    response = HttpResponse(text + "\n", status=status, content_type="text/plain; charset=utf-8")
    response["Cache-Control"] = "no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response
