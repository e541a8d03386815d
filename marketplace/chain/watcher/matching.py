"""Which intents the logs of a step fulfil. Runs in the watcher's transaction, after the handlers."""

from collections.abc import Sequence

from django.db.models import Q
from django.utils import timezone

from marketplace.chain import actions, intents
from marketplace.chain.models import Chain, Intent, LogEntry

State = Intent.State


def match(chain: Chain, logs: Sequence[LogEntry]) -> None:
    """Confirms the intent that each of these logs fulfils, if there is one: the oldest, but first the one that was
    sent as the log's own transaction."""
    topics = {log.topics[0] for log in logs if log.topics}
    unfulfilled = Intent.objects.filter(_may_come_true(), chain_id=chain.pk, event_topic__in=topics)
    wanted = set(unfulfilled.order_by().values_list("event_topic", flat=True).distinct())
    if not wanted:
        return
    taken = set(Intent.objects.filter(log__in=[log.pk for log in logs]).values_list("log", flat=True))
    for log in logs:
        if not log.topics or log.topics[0] not in wanted or log.pk in taken:
            continue
        found = [
            intent
            for intent in unfulfilled.matching(log.topics[0], intents.keys_of(log.topics)).select_for_update()
            if intent.state not in (State.FAILED, State.EXPIRED) or _is_the_same(intent, log)
        ]
        if found:
            # A wallet may have replaced the transaction that it told us of, so another hash does not rule one out.
            best = min(found, key=lambda intent: (intent.tx_hash != log.tx_hash, intent.created))
            actions.confirm(best, tx_hash=log.tx_hash, where=str(log.pk), log=log)


def finalise(chain: Chain) -> None:
    """Intents whose log the chain can no longer take back are final."""
    Intent.objects.filter(state=State.CONFIRMED, log__chain=chain, log__block_number__lte=chain.final).update(
        state=State.FINAL, changed=timezone.now()
    )


def _may_come_true() -> Q:
    """Also what we gave up on: the chain has the last word."""
    return Q(state__in=[*Intent.OPEN, State.FAILED, State.EXPIRED])


def _is_the_same(intent: Intent, log: LogEntry) -> bool:
    """Whether something that was given up came true after all, not another attempt at the same."""
    return intent.tx_hash == log.tx_hash or intent.reason == "dropped"
