"""Is the chain's side of this site at work? For /healthz and `manage.py chain status`."""

from datetime import timedelta
from typing import Any

import redis
from django.conf import settings
from django.db import DatabaseError
from django.utils import timezone

from marketplace.chain import nodes
from marketplace.chain.models import Chain, Cursor, Outbox
from marketplace.chain.rpc import Rpc, RpcError, RpcUnavailable, to_int, urls

PATIENCE = 2.0  # seconds for each service to answer
STALE = timedelta(seconds=30)  # since the watcher's last look at the chain
LAG = 50  # blocks that the index may be behind
WAITING = timedelta(minutes=5)  # that an effect which is due may lie in the outbox


def check_chain() -> dict[str, Any]:
    """The node, and how far the watcher is: {ok, head, indexed, lag, safe, final, halted, problems}.

    `nodes`, where there are several: [{node, ok, head, problem}]. While one of them works, the site does.
    """
    report: dict[str, Any] = {"ok": False, "chain_id": settings.CHAIN_ID, "problems": []}
    problems: list[str] = report["problems"]
    if len(urls()) > 1:
        report["nodes"] = nodes.describe()
        report["head"] = max((each["head"] for each in report["nodes"] if each["ok"]), default=None)
        if report["head"] is None:
            problems += [each["problem"] for each in report["nodes"]]
    else:
        node = Rpc(settings.CHAIN_RPC_URL, timeout=PATIENCE)
        try:
            report["head"] = to_int(node.call("eth_blockNumber"))
        except (RpcUnavailable, RpcError) as error:
            report["head"] = None
            problems.append(str(error))
        finally:
            node.close()
    try:
        chain = Chain.objects.filter(pk=settings.CHAIN_ID).first()
        cursor = Cursor.objects.filter(chain=settings.CHAIN_ID).first()
    except DatabaseError as error:
        problems.append(f"The database does not answer: {error}")
        return report
    if chain is None or cursor is None:
        problems.append("The watcher has not read anything yet.")
        return report
    report.update(indexed=cursor.next_block - 1, safe=chain.safe, final=chain.final, halted=chain.halted or None)
    report["lag"] = None if report["head"] is None else max(0, report["head"] - report["indexed"])
    if chain.halted:
        problems.append(chain.halted)
    if chain.checked_at is None or timezone.now() - chain.checked_at > STALE:
        problems.append("The watcher has not looked at the chain for a while: is it running?")
    if report["lag"] is not None and report["lag"] > LAG:
        problems.append(f"The index is {report['lag']} blocks behind the chain.")
    report["ok"] = not problems
    return report


def check_queue() -> dict[str, Any]:
    """The broker, and what waits in the outbox: {ok, broker, waiting, oldest_seconds, problems}."""
    report: dict[str, Any] = {"ok": False, "broker": False, "problems": []}
    problems: list[str] = report["problems"]
    try:
        client = redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=PATIENCE, socket_timeout=PATIENCE)
        report["broker"] = bool(client.ping())
        client.close()
    except redis.RedisError as error:
        problems.append(f"The broker does not answer: {error}")
    now = timezone.now()
    try:
        report["waiting"] = Outbox.objects.waiting().count()
        due = Outbox.objects.deliverable(at=now).order_by("due").first()
    except DatabaseError as error:
        problems.append(f"The database does not answer: {error}")
        return report
    report["oldest_seconds"] = round((now - due.due).total_seconds(), 1) if due else 0
    if due and now - due.due > WAITING:
        problems.append(f"An effect ({due.topic}) has been due for {now - due.due}: is a worker running?")
    report["ok"] = not problems
    return report
