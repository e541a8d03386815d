"""Pages of the API, by cursor: nothing shifts while somebody goes through them."""

from typing import Any

from django.core.exceptions import ValidationError as BadValue
from django.db import DataError
from django.db.models import QuerySet
from django.http import HttpRequest
from ninja.errors import ValidationError
from ninja.pagination import CursorPagination
from pydantic import ValidationError as BadShape


class Cursors(CursorPagination):
    """As ninja has it, but a cursor that did not come from here is refused in words."""

    def paginate_queryset(self, queryset: QuerySet, pagination: Any, request: HttpRequest, **params: Any) -> Any:
        """Raises ValidationError, for `api.errors`."""
        try:
            return super().paginate_queryset(queryset, pagination, request, **params)
        except (ValidationError, BadShape, BadValue, DataError, OverflowError) as error:
            words = "This is no cursor of ours. Take one from `next` or `previous`, or leave it out to start anew."
            raise ValidationError([{"loc": ("query", "cursor"), "msg": words}]) from error
