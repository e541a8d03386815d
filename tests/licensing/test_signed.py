"""What we compute of offers and payments is what the contracts compute, digest for digest."""

import secrets
from datetime import UTC, datetime

import pytest

from marketplace.chain import contracts, signatures
from marketplace.chain.deployments import deployment
from marketplace.content.canonical import canonical
from marketplace.licensing import payment, scopes, signed, terms
from marketplace.licensing.models import Offer, Terms
from marketplace.royalties import signed as shares
from marketplace.royalties.models import ShareOffer
from tests.factories import WorkFactory, address

DEADLINE = datetime(2030, 1, 2, 3, 4, 5, tzinfo=UTC)


def licence_offer(**changes) -> Offer:
    work = WorkFactory(token_id=secrets.randbelow(2**62))
    duration = changes.pop("duration", 86_400)
    remixes = changes.pop("remixes", terms.Remixes())
    document = terms.document(work, allowed=scopes.ALL, duration=duration, deployment=deployment(), remixes=remixes)
    agreed = Terms(
        digest=canonical(document).digest,
        document=document,
        scopes=scopes.ALL,
        duration=duration,
        remix_shares=remixes.shares,
        remix_approval=remixes.approval,
    )
    fields = {
        "price": 120_000_000,
        "max_units": 5,
        "max_fee_bps": 250,
        "deadline": DEADLINE,
        "licensee": address("buyer"),
        "counter": 3,
    }
    return Offer(work=work, seller=work.creator, terms=agreed, salt=payment.new_salt(), **{**fields, **changes})


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"deadline": None, "licensee": "", "max_units": 0, "duration": 0},
        {"remixes": terms.Remixes(shares=100_000, approval=True)},
        {"price": 2**90, "max_units": 2**32 - 1, "counter": 2**63 - 1, "max_fee_bps": 500},
    ],
)
def test_a_licence_offer_has_the_digest_that_the_market_gives_it(trade, changes):
    offer = licence_offer(**changes)
    ours = signatures.digest(signed.offer_typed_data(offer, deployment()))
    assert ours == contracts.view("Market", "hashLicenceOffer", [signed.offer_struct(offer)])


def test_a_share_offer_has_the_digest_that_the_market_gives_it(trade):
    work = WorkFactory()
    offer = ShareOffer(
        work=work,
        seller=work.creator,
        shares=100_000,
        price=2**100,
        max_revenue=2**95,
        max_fee_bps=500,
        deadline=DEADLINE,
        buyer=address("fan"),
        counter=1,
        salt=payment.new_salt(),
    )
    ours = signatures.digest(shares.offer_typed_data(offer, deployment()))
    assert ours == contracts.view("Market", "hashShareOffer", [shares.offer_struct(offer)])


def test_a_licence_id_is_the_one_that_rights_gives_it(trade):
    offer = licence_offer()
    work, agreed = offer.work.token_id, offer.terms
    assert signed.licence_id(work, agreed) == contracts.view("Rights", "licenceId", [work, signed.terms_struct(agreed)])


def test_a_payment_is_bound_to_its_purchase_as_the_market_binds_it(trade):
    digest, salt = payment.new_salt(), payment.new_salt()
    purpose = payment.purpose_of(digest, address("buyer"), 7)
    assert purpose == contracts.view("Market", "purposeOf", [digest, address("buyer"), 7])
    nonce = payment.authorization_nonce(purpose, salt)
    assert nonce == contracts.view("Market", "authorizationNonce", [purpose, salt])


def test_a_payment_is_signed_in_the_domain_of_the_token(trade):
    asset = deployment().asset(deployment().usdc)
    authorization = payment.Authorization.to_buy(purpose=payment.new_salt(), payer=address("a"), value=5, now=0)
    typed = authorization.typed_data(deployment(), asset)
    separator = contracts.view("TestUSDC", "DOMAIN_SEPARATOR", address=asset.address)
    assert "0x" + signatures.message_of(typed).header.hex() == separator
    assert payment.Authorization.from_json(authorization.as_json()) == authorization
