"""Many rows at once, as fast as the database takes them: COPY on PostgreSQL, one prepared statement on SQLite.

For rows that the watcher makes: no signals, no `auto_now`, no conflicts to look out for, and always in the caller's
transaction.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from operator import attrgetter
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections, models

from marketplace.chain.fields import AddressField, Bytes32Field


def insert(rows: Iterable[models.Model]) -> None:
    """Inserts unsaved rows, of one model or several, in the order in which each model first appears.

    Raises IntegrityError if one of them is there already.
    """
    by_model: dict[type[models.Model], list[models.Model]] = defaultdict(list)
    for row in rows:
        by_model[type(row)].append(row)
    for model, some in by_model.items():
        _insert(model, some)


def number(rows: Sequence[models.Model]) -> None:
    """Gives rows of one model the primary keys that they will be saved by, in their order."""
    if not rows:
        return
    meta = type(rows[0])._meta
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
                [meta.db_table, meta.pk.column, len(rows)],
            )
            keys: Iterable[int] = [key for (key,) in cursor.fetchall()]
        else:
            # A write lock is held: nobody else can take these. AUTOINCREMENT never gives a number twice.
            cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [meta.db_table])
            last = (cursor.fetchone() or (0,))[0]
            keys = range(last + 1, last + 1 + len(rows))
    for row, key in zip(rows, keys, strict=True):
        row.pk = key


def _insert(model: type[models.Model], rows: list[models.Model]) -> None:
    fields = [field for field in model._meta.concrete_fields if rows[0].pk is not None or not field.primary_key]
    columns = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
    table = connection.ops.quote_name(model._meta.db_table)
    values = _reader(fields)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            statement = f"COPY {table} ({columns}) FROM STDIN"
            with connection.wrap_database_errors, cursor.copy(statement) as copy:
                for row in rows:
                    copy.write_row(values(row))
        else:
            places = ", ".join(["%s"] * len(fields))
            cursor.executemany(
                f"INSERT INTO {table} ({columns}) VALUES ({places})",  # noqa: S608 - names of our own tables
                [values(row) for row in rows],
            )


def _reader(fields: Sequence[Any]) -> Callable[[models.Model], list[Any]]:
    """What a row's columns hold, as the database takes it. Django asks each field anew for each row, which costs more
    than all else here; most of them would give back what they were given."""
    attributes = attrgetter(*(field.attname for field in fields))
    converted = [(i, convert) for i, field in enumerate(fields) if (convert := _converter(field)) is not None]

    def values(row: models.Model) -> list[Any]:
        found = list(attributes(row))
        for i, convert in converted:
            found[i] = convert(found[i])
        return found

    return values


def _converter(field: Any) -> Callable[[Any], Any] | None:
    """None if the database takes the value as it is in Python."""
    if isinstance(field, AddressField | Bytes32Field):
        return str.lower
    as_it_is: tuple[type, ...] = (models.CharField, models.TextField, models.IntegerField, models.BooleanField)
    if connection.vendor == "postgresql":
        as_it_is += (models.DateTimeField,)
    if isinstance(field, as_it_is):
        return None
    database = connections[DEFAULT_DB_ALIAS]  # `connection` looks that up each time
    if isinstance(field, models.ForeignKey):
        return _converter(field.target_field)
    return lambda value: field.get_db_prep_save(value, database)
