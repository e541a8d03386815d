"""Every write of content. Store first, then a short transaction: a row never names what is not on disk."""

import hashlib
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from marketplace.content import canonical, encryption
from marketplace.content.encryption import SiteKey
from marketplace.content.errors import SourceChanged, StoreUnavailable
from marketplace.content.models import Content, Original
from marketplace.content.store import Source, Stored, get_store, pieces


def store_public(source: Source, mime: str) -> Content:
    """Stores a file that anybody may read under `/ipfs/<cid>`. `mime` is taken as sniffed by the caller.

    Safe to repeat: the same bytes are the same row, which keeps the first `mime`.
    Raises StoreFull, StoreUnavailable.
    """
    hasher = hashlib.sha256()
    stored = get_store().add(_hashed(source, hasher))
    return _publish(stored, "0x" + hasher.hexdigest(), mime)


def store_json(document: Any) -> Content:
    """Publishes a document in its canonical form. `digest` of the row names it on chain.

    Safe to repeat. Raises NotCanonical, StoreFull, StoreUnavailable.
    """
    stored, digest = canonical.put_json(document, get_store())
    return _publish(stored, digest, "application/json")


def store_original(path: Path, mime: str, filename: str) -> Original:
    """Encrypts an uploaded file with a key of its own, and stores it. The file at `path` is only read.

    Safe to repeat: the same bytes are the same original, which keeps its first file name.
    Raises SourceChanged if the file is written to meanwhile, StoreFull, StoreUnavailable.
    """
    store = get_store()
    digest, size = _digest_of(path)
    known = Original.objects.of(digest).first()
    if known and store.has(known.content.root):
        return known

    key = encryption.new_key()
    hasher = hashlib.sha256()
    with path.open("rb") as file:
        plain = _unchanged(pieces(file), digest)
        stored = store.add(_hashed(encryption.encrypt(plain, key=key, digest=digest), hasher))
    site_key = SiteKey(settings.SITE_KEY)
    lock = {"wrapped_key": site_key.wrap(key, digest=digest), "key_id": site_key.id}

    try:
        with transaction.atomic():
            content = Content.objects.create(
                cid=str(stored.cid),
                digest="0x" + hasher.hexdigest(),
                profile=stored.profile,
                size=stored.size,
                mime="application/octet-stream",
                public=False,
            )
            lost = Original.objects.filter(pk=known.pk, content=known.content) if known else Original.objects.none()
            if known and lost.update(content=content, **lock):  # the store lost the file: this upload restores it
                known.content.delete()
            original, _ = Original.objects.get_or_create(
                digest="0x" + digest.hex(),
                defaults={
                    "content": content,
                    "filename": clean_filename(filename),
                    "mime": mime,
                    "size": size,
                    **lock,
                },
            )
            if original.content_id != content.pk:  # somebody uploaded the same file at the same time
                content.delete()
    except BaseException:
        store.remove(stored.cid)
        raise
    if original.content_id != content.pk:
        store.remove(stored.cid)
    return original


def remove(content: Content) -> None:
    """Keeps something no longer: neither its row nor its bytes. Raises ProtectedError if something names it."""
    with transaction.atomic():
        # Until the bytes are gone, whoever wants to refer to the row or to publish it again waits.
        Content.objects.select_for_update().get(pk=content.pk).delete()
        get_store().remove(content.root)


def remove_original(original: Original) -> None:
    """Keeps an original no longer. Raises ProtectedError if something names it."""
    with transaction.atomic():
        original.delete()
        remove(original.content)  # last: bytes do not come back with a transaction that fails


def rotate_site_key(old: SiteKey) -> int:
    """Wraps with today's site key the key of every original that `old` wraps. Returns how many.

    Neither files nor their keys change, so it may run while the site is up. Safe to repeat if interrupted.
    """
    new = SiteKey(settings.SITE_KEY)
    done = 0
    for original in Original.objects.locked_with(old.id).iterator():
        digest = original.digest_bytes
        key = old.unwrap(bytes(original.wrapped_key), key_id=original.key_id, digest=digest)
        done += (
            Original.objects.locked_with(old.id)
            .filter(pk=original.pk, content=original.content_id)
            .update(wrapped_key=new.wrap(key, digest=digest), key_id=new.id)
        )
    return done


def clean_filename(name: str) -> str:
    """A name that is safe to show and to save under: no folder, nothing invisible, at most 255 bytes."""
    name = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    name = "".join(letter for letter in name if unicodedata.category(letter)[0] != "C").strip(" .")
    stem, dot, suffix = name.rpartition(".")
    if not dot or len(suffix) > 10:
        stem, suffix = name, ""
    room = 255 - len((dot + suffix).encode()) if suffix else 255
    stem = stem.encode()[:room].decode(errors="ignore")
    return f"{stem}.{suffix}" if suffix else stem or "original"


def _publish(stored: Stored, digest: str, mime: str) -> Content:
    with transaction.atomic():
        content, _ = Content.objects.select_for_update().get_or_create(
            cid=str(stored.cid),
            defaults={
                "digest": digest,
                "profile": stored.profile,
                "size": stored.size,
                "mime": mime,
                "public": True,
            },
        )
    if not get_store().has(stored.cid):
        Content.objects.filter(pk=content.pk).delete()
        raise StoreUnavailable("The same file was being removed at this moment. Store it again.")
    return content


def _hashed(source: Source, hasher: Any) -> Iterator[bytes]:
    for piece in pieces(source):
        hasher.update(piece)
        yield piece


def _unchanged(source: Iterator[bytes], digest: bytes) -> Iterator[bytes]:
    """The same pieces, and an error in place of an end that does not match the digest."""
    hasher = hashlib.sha256()
    yield from _hashed(source, hasher)
    if hasher.digest() != digest:
        raise SourceChanged("The file changed while it was being stored. Upload it again.")


def _digest_of(path: Path) -> tuple[bytes, int]:
    hasher, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        for piece in _hashed(file, hasher):
            size += len(piece)
    return hasher.digest(), size
