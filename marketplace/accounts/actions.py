"""Signing in: the site asks once, the wallet answers once, within ten minutes, in the same browser."""

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from siwe import generate_nonce

from marketplace import text
from marketplace.accounts import messages
from marketplace.accounts.errors import AccountClosed, BadName, Expired, Replayed, UnknownNonce
from marketplace.accounts.models import Account, SignInNonce

RESERVED = {"mintmark"}  # nobody speaks for the site
NAME_MAX: int = Account._meta.get_field("name").max_length or 0
KEPT_FOR = timedelta(days=1)  # how long a used or expired nonce can still be told from an unknown one


def issue_nonce(*, session_key: str) -> str:
    """A new nonce for one sign-in from this session, which must have a key (`request.session.create()`)."""
    if not session_key:
        raise ValueError("A nonce is bound to a session, and this request has none yet.")
    now = timezone.now()
    SignInNonce.objects.filter(created__lt=now - KEPT_FOR).delete()
    return SignInNonce.objects.create(value=generate_nonce(), session_key=session_key, created=now).value


def prepare_message(*, address: str, nonce: str, host: str) -> str:
    """The text that the wallet at `address` is asked to sign (EIP-4361). `host` is the request's, with its port.

    Raises BadAddress.
    """
    return messages.message_text(address=address, nonce=nonce, host=host, at=timezone.now())


def sign_in(*, message: str, signature: str, session_key: str, host: str) -> Account:
    """The account whose wallet signed `message` (EIP-4361; ECDSA, ERC-1271 or ERC-6492). Spends the message's nonce.

    A refused attempt spends nothing, so that the same question can be answered by the right account.
    Raises a SignInError: MalformedMessage, UnknownNonce, Replayed, Expired, NotYetValid, ForeignDomain, WrongChain,
    BadSignature, ChainUnreachable, AccountClosed.
    """
    now = timezone.now()
    parsed = messages.parse(message)
    messages.check_addressee(parsed, host)
    nonce = SignInNonce.objects.filter(value=parsed.nonce, session_key=session_key).first() if session_key else None
    if nonce is None:
        raise UnknownNonce
    if nonce.used_at is not None:
        raise Replayed
    if nonce.created <= now - messages.VALID_FOR:
        raise Expired(minutes=messages.VALID_FOR.seconds // 60)
    messages.verify(parsed, signature, nonce=nonce.value, host=host, at=now)  # may ask the chain

    with transaction.atomic():
        # The condition decides between two requests that carry the same signature at the same time.
        if not SignInNonce.objects.filter(pk=nonce.pk, used_at=None).update(used_at=now):
            raise Replayed
        account = Account.objects.at(parsed.address)
        if not account.is_active:
            raise AccountClosed
    return account


def rename(*, by: Account, name: str) -> Account:
    """What an account wants to be called beside its address; "" for the address alone. Raises BadName."""
    name = text.line(name)
    if name and text.is_blank(name):
        raise BadName("That name has nothing in it that can be seen. Write one, or leave it empty.")
    if len(name) > NAME_MAX:
        raise BadName(f"A name has at most {NAME_MAX} characters; this one has {len(name)}.")
    if name.lower().startswith("0x"):
        raise BadName("A name that begins like an address could be taken for one. Choose another.")
    if text.mixes_scripts(name):
        raise BadName("That name mixes alphabets whose letters look alike. Write it in one of them.")
    looks = text.skeleton(name)
    taken = BadName("Somebody else has that name here, or one that looks like it. Choose another.")
    if looks in RESERVED or (name and Account.objects.filter(name_skeleton=looks).exclude(pk=by.pk).exists()):
        raise taken
    by.name, by.name_skeleton = name, looks
    try:
        with transaction.atomic():
            by.save(update_fields=["name", "name_skeleton"])
    except IntegrityError:
        raise taken from None
    return by
