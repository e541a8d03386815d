"""Pages of a long list by key and not by number: page 1,000 costs what page 1 costs, and nothing shifts meanwhile."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.db.models import Field, Q, QuerySet
from django.http import HttpRequest
from django.utils.dateparse import parse_datetime

PAGE = 24


@dataclass(frozen=True, slots=True)
class Page:
    items: list[Any]
    next_url: str  # "" on the last page


def latest_first(request: HttpRequest, rows: QuerySet, *, time: str, size: int = PAGE) -> Page:
    """The page of `rows` that `?before=` asks for, the latest first by the field `time`, then by primary key.

    A `before` that cannot be read starts from the top.
    """
    order = [f"-{time}", "-pk"]
    cursor = _read(request.GET.get("before", ""), rows.model._meta.pk)
    if cursor:
        moment, key = cursor
        rows = rows.filter(Q(**{f"{time}__lt": moment}) | Q(**{time: moment, "pk__lt": key}))
    items = list(rows.order_by(*order)[: size + 1])
    if len(items) <= size:
        return Page(items, "")
    items = items[:size]
    kept = {name: value for name, value in request.GET.items() if name != "before" and value}
    before = f"{getattr(items[-1], time).isoformat()}~{items[-1].pk}"
    return Page(items, f"{request.path}?{urlencode({**kept, 'before': before})}")


def _read(text: str, pk: Field) -> tuple[datetime, Any] | None:
    moment, _, key = text.partition("~")
    try:
        parsed = parse_datetime(moment)
        if parsed is None or parsed.tzinfo is None or not key or "\0" in key:  # PostgreSQL knows no NUL
            return None
        return parsed.astimezone(UTC), pk.to_python(key)
    except (ValueError, OverflowError, ValidationError):  # no moment, one that UTC cannot count, no key
        return None
