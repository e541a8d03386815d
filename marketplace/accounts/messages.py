"""Sign-In with Ethereum (EIP-4361): the message that a wallet is asked to sign, and its verification."""

from datetime import datetime, timedelta
from urllib.parse import urlsplit

import requests
from django.conf import settings
from django.http.request import split_domain_port, validate_host
from eth_utils import is_address, to_checksum_address
from siwe import (
    ChainIdMismatch,
    ExpiredMessage,
    InvalidSignature,
    ISO8601Datetime,
    NotYetValidMessage,
    SiweMessage,
)
from web3 import HTTPProvider
from web3.exceptions import Web3Exception

from marketplace.accounts.errors import (
    BadAddress,
    BadSignature,
    ChainUnreachable,
    Expired,
    ForeignDomain,
    MalformedMessage,
    NotYetValid,
    WrongChain,
)
from marketplace.chain.rpc import get_rpc

VALID_FOR = timedelta(minutes=10)
STATEMENT = "Sign in to Mintmark. This costs nothing and sends no transaction."
MAX_MESSAGE = 1_000  # characters; the grammar's parser takes seconds for longer nonsense
MAX_SIGNATURE = 16_384  # characters; those of contract wallets carry calls (ERC-6492)
RPC_TIMEOUT = 5  # seconds


def origin_of(host: str) -> tuple[str, str]:
    """The domain and the URI that messages must carry for a request to `host` (its Host header, with port).

    People open one site by several names (localhost, 127.0.0.1), and a wallet compares the message's domain with the
    address bar. A host that is not ours (ALLOWED_HOSTS) gets the site's own name, so it can never ask for itself.
    """
    site = urlsplit(settings.SITE_URL)
    hostname, _ = split_domain_port(host)
    if not hostname or not validate_host(hostname, settings.ALLOWED_HOSTS):
        return site.netloc, settings.SITE_URL
    return host, f"{site.scheme}://{host}"


def message_text(*, address: str, nonce: str, host: str, at: datetime) -> str:
    """The message for `address` to sign, issued at `at` (UTC). Raises BadAddress."""
    if not is_address(address):
        raise BadAddress
    domain, uri = origin_of(host)
    return SiweMessage(
        domain=domain,
        address=to_checksum_address(address),
        statement=STATEMENT,
        uri=uri,
        version="1",
        chain_id=settings.CHAIN_ID,
        nonce=nonce,
        issued_at=ISO8601Datetime.from_datetime(at, timespec="seconds"),
        expiration_time=ISO8601Datetime.from_datetime(at + VALID_FOR, timespec="seconds"),
    ).prepare_message()


def parse(text: str) -> SiweMessage:
    """Reads a message. Raises MalformedMessage, also for one that would not be written back as it came."""
    if len(text) > MAX_MESSAGE:
        raise MalformedMessage
    try:
        message = SiweMessage.from_message(text)
    except ValueError as error:  # of the grammar, or of a field
        raise MalformedMessage from error
    if message.prepare_message() != text:  # what is verified is what is written back
        raise MalformedMessage
    return message


def check_addressee(message: SiweMessage, host: str) -> None:
    """Checks that the message was meant for this site and this chain. Raises ForeignDomain, WrongChain."""
    domain, uri = origin_of(host)
    if message.domain != domain:
        raise ForeignDomain(message.domain, domain)
    if message.uri != uri:
        raise ForeignDomain(message.uri, domain)
    if message.chain_id != settings.CHAIN_ID:
        raise WrongChain(message.chain_id, settings.CHAIN_ID)


def verify(message: SiweMessage, signature: str, *, nonce: str, host: str, at: datetime) -> None:
    """Checks the times and the signature: of the account itself, or of a contract wallet (ERC-1271, ERC-6492).

    Raises Expired, NotYetValid, BadSignature, and ChainUnreachable where only the chain could tell; the signature
    of an ordinary account is checked without it.
    """
    domain, uri = origin_of(host)
    if len(signature) > MAX_SIGNATURE:
        raise BadSignature(message.address)
    try:
        message.verify(
            signature,
            strict=True,  # otherwise what is not passed is not checked
            domain=domain,
            uri=uri,
            chain_id=settings.CHAIN_ID,
            nonce=nonce,
            timestamp=at,
            provider=_provider(),
        )
    except ExpiredMessage as error:
        raise Expired(minutes=VALID_FOR.seconds // 60) from error
    except NotYetValidMessage as error:
        raise NotYetValid from error
    except InvalidSignature as error:
        raise BadSignature(message.address) from error
    except (ChainIdMismatch, Web3Exception, requests.RequestException) as error:  # no node, or not this chain's
        raise ChainUnreachable(message.address) from error


def _provider() -> HTTPProvider:
    provider = HTTPProvider(get_rpc().url, request_kwargs={"timeout": RPC_TIMEOUT}, exception_retry_configuration=None)
    # A contract could otherwise make us fetch any address that it names (ERC-3668).
    provider.global_ccip_read_enabled = False
    return provider
