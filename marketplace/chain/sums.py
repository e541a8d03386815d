"""Exact sums over `UintField` columns, on both databases."""

from collections import defaultdict
from collections.abc import Hashable

from django.db import connections, models


def total(rows: models.QuerySet, field: str) -> int:
    """The exact sum of `field` over `rows`, in its smallest unit; 0 for none."""
    if connections[rows.db].vendor == "postgresql":
        return int(rows.order_by().aggregate(total=models.Sum(field))["total"] or 0)
    return sum(rows.order_by().values_list(field, flat=True).iterator())


def totals_by(rows: models.QuerySet, key: str, field: str) -> dict[Hashable, int]:
    """The exact sum of `field` for each value of `key` in `rows`."""
    if connections[rows.db].vendor == "postgresql":
        pairs = rows.order_by().values_list(key).annotate(total=models.Sum(field))
        return {k: int(v) for k, v in pairs}
    sums: dict[Hashable, int] = defaultdict(int)
    for k, v in rows.order_by().values_list(key, field).iterator():
        sums[k] += v
    return dict(sums)
