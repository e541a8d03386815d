"""Every step from a file to a work that waits for its wallet. Each can be repeated; a second click finds what the first
made. Files and network first, then a short transaction.
"""

import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from marketplace.accounts.models import Account
from marketplace.catalog import drafts, media, metadata, minting, uploading
from marketplace.catalog.errors import (
    AlreadyMinted,
    BeingMinted,
    Discarded,
    DiskFull,
    InvalidDraft,
    NotYours,
    Unfinished,
    UploadGone,
    UploadRefused,
)
from marketplace.catalog.models import Draft, Metadata, Rendition, Upload, Work
from marketplace.catalog.shares import SHARES, Row, split
from marketplace.chain import actions as chain
from marketplace.chain.deployments import NotDeployed, deployment
from marketplace.chain.models import Intent
from marketplace.content.actions import store_json, store_original, store_public
from marketplace.content.errors import StoreFull
from marketplace.content.models import Content, Original
from marketplace.content.reading import open_original

MINT = "catalog.mint"  # intent kind


def receive_upload(*, by: Account, file: BinaryIO, filename: str) -> Upload:
    """Takes a file in: checked by its content, previews made, the original encrypted, all of it stored.

    `file` is read once, to its end. The same bytes again are the same upload.
    Raises UploadRefused (TooLarge, DiskFull, Busy, or with the code of `imaging`), AlreadyMinted, StoreUnavailable.
    """
    with uploading.spooled(file) as spool:
        _refuse_minted(spool.digest)
        known = Upload.objects.filter(account=by, digest=spool.digest).first()
        if known:
            return known
        with _stored(), tempfile.TemporaryDirectory(dir=settings.UPLOAD_ROOT, suffix=".previews") as folder:
            picture = media.examine(spool.path, Path(folder))
            contents = [_store_preview(preview) for preview in picture.previews]
            name = uploading.named_as(filename, picture.mime)
            original = store_original(spool.path, picture.mime, name)
    with transaction.atomic():
        upload, is_new = Upload.objects.get_or_create(
            account=by,
            digest=spool.digest,
            defaults={
                "filename": name,
                "mime": picture.mime,
                "size": spool.size,
                "width": picture.width,
                "height": picture.height,
                "has_location": picture.has_location,
                "original": original,
            },
        )
        if is_new:
            Rendition.objects.bulk_create(
                Rendition(upload=upload, name=p.name, mime=p.mime, width=p.width, height=p.height, content=content)
                for p, content in zip(picture.previews, contents, strict=True)
            )
    return upload


def start_draft(*, by: Account, upload: Upload) -> Draft:
    """The draft of an upload: the open one, to go on with, or a new one in which the artist holds every share.

    Raises NotYours, AlreadyMinted, UploadGone.
    """
    if upload.account_id != by.pk:
        raise NotYours
    _refuse_minted(upload.digest)
    with transaction.atomic():
        if not Upload.objects.select_for_update().filter(pk=upload.pk).exists():
            raise UploadGone
        known = Draft.objects.open_of(by).filter(upload=upload).first()
        return known or Draft.objects.create(account=by, upload=upload, shares=[[by.address, SHARES]])


def describe(*, by: Account, draft: Draft, **texts: str) -> Draft:
    """Saves `title`, `description`, `alt_text`, `credit`: those that are given. Empty ones are fine until the mint.

    Raises NotYours, Discarded, AlreadyMinted, BeingMinted; InvalidDraft once those that are valid have been saved.
    """
    good, errors = drafts.clean(texts)
    with _changing(by, draft) as fresh:
        for field, value in good.items():
            setattr(fresh, field, value)
    drafts.require(errors)
    return fresh


def split_shares(*, by: Account, draft: Draft, rows: list[Row]) -> Draft:
    """Saves who will hold which part: (address, shares of 1,000,000) each, all of them together.

    Raises NotYours, Discarded, AlreadyMinted, BeingMinted; InvalidDraft, after which the draft is as it was.
    """
    try:
        ours = deployment()
        contracts = [ours.rights, ours.market, *ours.assets]
    except NotDeployed:
        contracts = []
    shares = split(rows, creator=by.address, contracts=contracts)
    with _changing(by, draft) as fresh:
        fresh.shares = [list(row) for row in shares]
    return fresh


def answer_location(*, by: Account, draft: Draft, keep: bool) -> Draft:
    """The artist says whether the place where it was taken stays in the original. The answer can be changed.

    "No" makes a copy without it the original: every other byte is the same, the digest is another.
    Raises NotYours, Discarded, AlreadyMinted, BeingMinted, DiskFull, Busy; InvalidDraft for `location` if the place
    cannot be taken out.
    """
    with transaction.atomic():
        fresh = _owned(by, draft)
    upload = fresh.upload
    if upload is None or not upload.has_location:
        return fresh
    if not keep and upload.without_location is None:
        without = _without_location(upload)
        _refuse_minted(without.digest)
        Upload.objects.filter(pk=upload.pk).update(without_location=without)
    with _changing(by, draft) as fresh:
        fresh.keep_location = keep
    return fresh


def discard_draft(*, by: Account, draft: Draft) -> Draft:
    """Puts a draft away. Its picture is cleared later; what was minted stays. Safe to repeat.

    Raises NotYours, AlreadyMinted, BeingMinted.
    """
    if draft.account_id == by.pk and Draft.objects.filter(pk=draft.pk, discarded_at__isnull=False).exists():
        return Draft.objects.get(pk=draft.pk)
    with _changing(by, draft) as fresh:
        fresh.discarded_at = timezone.now()
    return fresh


def prepare_mint(*, by: Account, draft: Draft) -> Intent:
    """Publishes the metadata of a finished draft and prepares `Rights.create` for the artist's wallet.

    An unchanged draft has the same intent; a changed one gets a new salt, and what was prepared before is void.
    Raises NotYours, Discarded, AlreadyMinted, BeingMinted, Unfinished, CannotMint, NotDeployed, StoreUnavailable.
    """
    with transaction.atomic():
        draft = _owned(by, draft)
        drafts.require(drafts.missing(draft), Unfinished)
        if not draft.salt:  # one for as long as the draft stays as it is
            draft.salt = "0x" + secrets.token_hex(32)
            Draft.objects.filter(pk=draft.pk).update(salt=draft.salt)
    upload, original = draft.upload, draft.original
    assert upload is not None and original is not None  # nothing is missing
    _refuse_minted(upload.digest)
    _refuse_minted(original.digest)
    document = metadata.document(draft)
    with _stored():
        digest = store_json(document).digest
    mint = minting.mint_of(draft, metadata=digest, deployment=deployment())
    minting.check_with_chain(mint)

    with transaction.atomic():
        fresh = _owned(by, draft)
        if fresh.salt != draft.salt:
            raise Unfinished({"title": "The draft was changed while it was prepared. Look at it again, then mint."})
        Metadata.objects.get_or_create(
            digest=digest, defaults={"document": document, "title": draft.title, "upload": upload}
        )
        if fresh.draft_hash != mint.hash:
            _void(fresh)
            Draft.objects.filter(pk=fresh.pk).update(metadata=digest, draft_hash=mint.hash)
        return chain.prepare(
            kind=MINT,
            account=by.address,
            subject=str(draft.pk),
            title=f"Mint “{draft.title}”",
            transaction=mint.transaction,
            event=("Rights.WorkCreated", {"draft": mint.hash}),
        )


@contextmanager
def _changing(by: Account, draft: Draft) -> Iterator[Draft]:
    """The draft as it is now, saved afterwards. If it really changed, what was prepared to mint it is void."""
    with transaction.atomic():
        fresh = _owned(by, draft)
        before = _state(fresh)
        yield fresh
        if _state(fresh) != before:
            _void(fresh)
            fresh.metadata = fresh.draft_hash = fresh.salt = ""
            fresh.save()


def _state(draft: Draft) -> tuple:
    return (
        draft.title, draft.description, draft.alt_text, draft.credit, draft.keep_location, draft.shares,
        draft.discarded_at,
    )  # fmt: skip


def _owned(by: Account, draft: Draft) -> Draft:
    """The draft as it is now, locked, if this account may still change it."""
    fresh = Draft.objects.select_for_update().get(pk=draft.pk)
    if fresh.account_id != by.pk:
        raise NotYours
    if fresh.discarded_at is not None:
        raise Discarded
    if work := fresh.work:
        raise _already_minted(work)
    if Intent.objects.filter(kind=MINT, subject=str(fresh.pk), state=Intent.State.SUBMITTED).exists():
        raise BeingMinted
    return fresh


def _void(draft: Draft) -> None:
    for intent in Intent.objects.filter(kind=MINT, subject=str(draft.pk)):
        chain.void(intent=intent)


def _refuse_minted(digest: str) -> None:
    if work := Work.objects.of_bytes(digest).order_by("created").first():
        raise _already_minted(work)


def _already_minted(work: Work) -> AlreadyMinted:
    title = Metadata.objects.filter(digest=work.metadata_id).values_list("title", flat=True).first()
    return AlreadyMinted(work, title or "")


def _without_location(upload: Upload) -> Original:
    assert upload.original is not None  # it is kept as long as there can be a draft
    with _stored(), uploading.scratch() as file, uploading.scratch() as copy:
        with file.open("wb") as target:
            for piece in open_original(upload.original):
                target.write(piece)
        try:
            media.erase_location(file, copy, upload.mime)
        except UploadRefused as refused:
            if refused.code == "location-stays":
                raise InvalidDraft({"location": refused.message}) from refused
            raise
        return store_original(copy, upload.mime, upload.filename)


def _store_preview(preview: media.Preview) -> Content:
    with preview.file.open("rb") as file:
        return store_public(file, preview.mime)


@contextmanager
def _stored() -> Iterator[None]:
    """Storing, with the one sentence for a full disk, whichever part of it was full."""
    with uploading.no_room_is_said():
        try:
            yield
        except StoreFull as error:
            raise DiskFull from error
