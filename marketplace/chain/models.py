"""What the site keeps of a chain: the journal of its logs, the watcher's place in it, and what users are doing on it.

The journal is the one source of every fact about rights and money. A projection in another app is a `Fact`: a row
that carries its log and can be deleted and made again from it.
"""

import hashlib
import json
import uuid

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from marketplace.chain.fields import AddressField, Bytes32Field
from marketplace.chain.querysets import IntentQuerySet, LogEntryQuerySet, OutboxQuerySet


class Chain(models.Model):
    """A chain that this site watches."""

    id = models.BigIntegerField(primary_key=True)  # EIP-155
    genesis = Bytes32Field()  # hash of block 0; another one means another chain, or one that was reset
    head = models.BigIntegerField(default=0)  # as the node last reported them
    safe = models.BigIntegerField(default=0)
    final = models.BigIntegerField(default=0)
    checked_at = models.DateTimeField(null=True)
    halted = models.TextField(blank=True)  # why the watcher refuses to go on, and what to do


class Block(models.Model):
    """A canonical block: a window near the head for finding reorgs, and every block with a log of ours."""

    chain = models.ForeignKey(Chain, on_delete=models.CASCADE)
    number = models.BigIntegerField()
    hash = Bytes32Field()
    parent = Bytes32Field()
    time = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["chain", "number"], name="one_block_a_height")]


class LogEntry(models.Model):
    """A log of one of our contracts, as the chain gave it. Never deleted: a reorg stamps it orphaned."""

    chain = models.ForeignKey(Chain, on_delete=models.PROTECT)
    block_number = models.BigIntegerField()
    block_hash = Bytes32Field()
    block_time = models.DateTimeField()
    tx_hash = Bytes32Field(db_index=True)
    tx_index = models.IntegerField()
    log_index = models.IntegerField()
    address = AddressField()
    topics = models.JSONField()  # list of 0x-prefixed words
    data = models.TextField()  # 0x-prefixed bytes
    orphaned_at = models.DateTimeField(null=True)

    objects = LogEntryQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["chain", "block_hash", "log_index"], name="a_log_is_kept_once"),
        ]
        indexes = [
            models.Index(
                fields=["chain", "block_number", "log_index"],
                condition=Q(orphaned_at=None),
                name="canonical_logs",
            )
        ]

    @property
    def finality(self) -> str:
        """`pending`, `safe` or `final`, by what the node last said."""
        if self.block_number <= self.chain.final:
            return "final"
        return "safe" if self.block_number <= self.chain.safe else "pending"


class Fact(models.Model):
    """Something that a log says. Made by a handler in the watcher's transaction; deleted with its log's orphaning."""

    log = models.ForeignKey(LogEntry, on_delete=models.PROTECT, related_name="+")
    item = models.IntegerField(default=0)  # some logs say several things

    class Meta:
        abstract = True
        constraints = [models.UniqueConstraint(fields=["log", "item"], name="one_%(class)s_a_log_item")]


class Cursor(models.Model):
    """How far a chain has been read. Only the holder of the current epoch may move it."""

    chain = models.OneToOneField(Chain, on_delete=models.CASCADE, primary_key=True)
    next_block = models.BigIntegerField()
    parent_hash = Bytes32Field(blank=True)  # that `next_block` must have; empty where not known yet
    range = models.IntegerField(default=500)  # blocks a request, learnt
    epoch = models.BigIntegerField(default=0)  # fencing number: grows with each new owner
    owner = models.CharField(max_length=100, blank=True)
    leased_until = models.DateTimeField(default=timezone.now)


class Quarantine(models.Model):
    """A log that its handler could not take in. Money fails closed: the watcher stops before it, and says so.

    It is not in the journal yet, so a reorg that takes it off the chain takes nothing else with it.
    """

    chain = models.ForeignKey(Chain, on_delete=models.CASCADE)
    block_number = models.BigIntegerField()
    block_hash = Bytes32Field()
    log_index = models.IntegerField()
    tx_hash = Bytes32Field()
    error = models.TextField()
    attempts = models.IntegerField(default=1)
    created = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["chain", "block_hash", "log_index"], name="a_log_is_quarantined_once"),
        ]


class Outbox(models.Model):
    """A side effect that must happen once its cause is settled enough. Written in the cause's own transaction."""

    class Finality(models.TextChoices):
        INSTANT = "instant"
        SAFE = "safe"
        FINAL = "final"

    topic = models.CharField(max_length=60)
    key = models.CharField(max_length=160)  # deduplicates within a topic
    payload = models.JSONField(default=dict)
    log = models.ForeignKey(LogEntry, null=True, on_delete=models.PROTECT, related_name="+")
    finality = models.CharField(max_length=8, choices=Finality, default=Finality.INSTANT)
    due = models.DateTimeField(default=timezone.now)
    attempts = models.IntegerField(default=0)
    claimed_until = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)  # its cause was orphaned first
    error = models.TextField(blank=True)
    created = models.DateTimeField(default=timezone.now)

    objects = OutboxQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["topic", "key"], name="an_effect_is_asked_for_once")]
        indexes = [
            models.Index(fields=["due"], condition=Q(delivered_at=None, withdrawn_at=None), name="waiting_effects")
        ]


class Intent(models.Model):
    """One thing that an account means to do with its wallet: sign a message, or send a transaction.

    prepared → signed → submitted → confirmed → final, or rejected / failed / expired with the reason. A rejected or
    expired one can be taken up again. A transaction is matched by its event in the journal (`event_topic`,
    `event_key`), whatever hash the wallet finally gave it; `tx_hash` only speeds that up and finds reverts.
    """

    class State(models.TextChoices):
        PREPARED = "prepared"
        SIGNED = "signed"
        SUBMITTED = "submitted"
        CONFIRMED = "confirmed"
        FINAL = "final"
        REJECTED = "rejected"
        FAILED = "failed"
        EXPIRED = "expired"

    OPEN = (State.PREPARED, State.SIGNED, State.SUBMITTED, State.REJECTED)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    kind = models.CharField(max_length=40)  # e.g. "catalog.mint"; see chain.intents.register
    account = AddressField(db_index=True)  # whose wallet is asked
    chain_id = models.BigIntegerField()
    subject = models.CharField(max_length=100)  # what it is about, in its app's words, e.g. a draft's id
    title = models.CharField(max_length=200)  # "Mint “Coffee”", as /activity lists it
    state = models.CharField(max_length=10, choices=State, default=State.PREPARED)
    transaction = models.JSONField(null=True)  # {to, data, value} for eth_sendTransaction
    typed_data = models.JSONField(null=True)  # EIP-712, for eth_signTypedData_v4
    context = models.JSONField(default=dict)  # what its app needs to go on once it is signed
    signature = models.TextField(blank=True)
    tx_hash = Bytes32Field(blank=True, db_index=True)
    relayed = models.BooleanField(default=False)  # sent by the site's own key, on the account's signature
    event_topic = Bytes32Field(blank=True)
    event_key = models.CharField(max_length=200, blank=True)  # indexed words of the event, joined by ":"
    log = models.ForeignKey(LogEntry, null=True, on_delete=models.SET_NULL, related_name="+")
    reason = models.CharField(max_length=60, blank=True)  # a code; web.wording has the sentence
    detail = models.TextField(blank=True)
    expires = models.DateTimeField(null=True)
    created = models.DateTimeField(default=timezone.now)
    changed = models.DateTimeField(auto_now=True)

    objects = IntentQuerySet.as_manager()

    class Meta:
        ordering = [F("created").desc()]
        indexes = [
            models.Index(fields=["event_topic", "event_key"], name="intent_by_event"),
            models.Index(fields=["chain_id", "state"], name="intent_by_state"),
        ]

    @property
    def moves(self) -> bool:
        """Whether it goes on, or may be undone, without its account doing anything."""
        return self.state in (self.State.SIGNED, self.State.SUBMITTED) or bool(
            self.state == self.State.CONFIRMED and self.tx_hash
        )

    @property
    def version(self) -> str:
        """Names what the wallet is asked for, so that a page that shows it can tell when another tab has changed it."""
        request = json.dumps([self.transaction, self.typed_data], sort_keys=True)
        return hashlib.sha256(request.encode()).hexdigest()[:16]


class RelayLock(models.Model):
    """Who is sending from an account of the site's own, so that no two transactions take the same nonce."""

    address = AddressField(primary_key=True)
    token = models.CharField(max_length=16, blank=True)
    held_until = models.DateTimeField(null=True)
