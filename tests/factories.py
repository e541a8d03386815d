"""Rows as the watcher, the actions and the uploads would have made them, for tests of what reads them.

Every fact hangs on a real journal line of its own. Nothing here talks to a chain or to the content store.
"""

import hashlib
from datetime import UTC, datetime, timedelta

import factory
from django.conf import settings
from django.utils import timezone
from factory.django import DjangoModelFactory

from marketplace.accounts.models import Account
from marketplace.catalog.models import Draft, Metadata, Rendition, Upload, Work
from marketplace.chain.deployments import Asset, Deployment
from marketplace.chain.models import Chain, Intent, LogEntry
from marketplace.content.canonical import canonical
from marketplace.content.cid import Cid
from marketplace.content.models import Content, Original
from marketplace.licensing import terms
from marketplace.licensing.models import FOR_EVER, Licence, Offer, Terms
from marketplace.licensing.signed import licence_id
from marketplace.royalties.accounting import SHARES, ZERO
from marketplace.royalties.models import Payment, Revenue, ShareOffer, ShareSale, ShareTransfer, Withdrawal

USDC = "0x" + "05dc" * 10  # the asset of factory-made works
EPOCH = datetime(2026, 11, 1, 12, tzinfo=UTC)


def word(seed: str) -> str:
    """A 32-byte word that is the same each time for `seed`."""
    return "0x" + hashlib.sha256(seed.encode()).hexdigest()


def address(seed: str) -> str:
    """A wallet address that is the same each time for `seed`."""
    return word(f"address {seed}")[:42]


RIGHTS, MARKET = address("rights"), address("market")
DEPLOYMENT = Deployment(
    chain_id=31337,
    contracts={"Rights": RIGHTS, "Market": MARKET},
    usdc=USDC,
    weth=None,
    assets={USDC: Asset(USDC, "USDC", 6, "USD Coin", "2")},
    start_block=0,
    fee_bps=250,
    governor=address("governor"),
)


class ChainFactory(DjangoModelFactory):
    class Meta:
        model = Chain
        django_get_or_create = ("id",)

    id = factory.LazyFunction(lambda: settings.CHAIN_ID)
    genesis = word("genesis")
    head = 1_000_000
    safe = 1_000_000
    final = 1_000_000
    checked_at = factory.LazyFunction(timezone.now)


class LogEntryFactory(DjangoModelFactory):
    class Meta:
        model = LogEntry

    chain = factory.SubFactory(ChainFactory)
    block_number = factory.Sequence(lambda n: n + 1)
    block_hash = factory.LazyAttribute(lambda o: word(f"block {o.block_number}"))
    block_time = factory.LazyAttribute(lambda o: EPOCH + timedelta(seconds=12 * o.block_number))
    tx_hash = factory.LazyAttribute(lambda o: word(f"transaction {o.block_number}"))
    tx_index = 0
    log_index = 0
    address = address("contract")
    topics = factory.LazyFunction(list)
    data = "0x"


class AccountFactory(DjangoModelFactory):
    class Meta:
        model = Account
        django_get_or_create = ("address",)

    address = factory.Sequence(lambda n: address(f"account {n}"))


class ContentFactory(DjangoModelFactory):
    class Meta:
        model = Content

    cid = factory.Sequence(lambda n: str(Cid.of_digest(word(f"content {n}"))))
    profile = "kubo"
    size = 40_000
    mime = "image/webp"
    public = True


class OriginalFactory(DjangoModelFactory):
    class Meta:
        model = Original

    digest = factory.Sequence(lambda n: word(f"original {n}"))
    content = factory.SubFactory(ContentFactory, public=False, mime="application/octet-stream")
    filename = "coffee.png"
    mime = "image/png"
    size = 466_706
    wrapped_key = b"k" * 60
    key_id = "test"


class UploadFactory(DjangoModelFactory):
    """A picture with its two previews."""

    class Meta:
        model = Upload
        skip_postgeneration_save = True

    account = factory.SubFactory(AccountFactory)
    original = factory.SubFactory(OriginalFactory)
    digest = factory.LazyAttribute(lambda o: o.original.digest)
    filename = "coffee.png"
    mime = "image/png"
    size = 466_706
    width = 600
    height = 400

    @factory.post_generation
    def renditions(self, create, extracted, **kwargs):
        for name, width in (("card", 640), ("page", 1600)):
            RenditionFactory(upload=self, name=name, width=width, height=width * self.height // self.width)


class RenditionFactory(DjangoModelFactory):
    class Meta:
        model = Rendition

    mime = "image/webp"
    content = factory.SubFactory(ContentFactory)


class DraftFactory(DjangoModelFactory):
    class Meta:
        model = Draft

    account = factory.SubFactory(AccountFactory)
    upload = factory.SubFactory(UploadFactory, account=factory.SelfAttribute("..account"))
    title = "Coffee"
    description = "A cup of coffee on a wooden table."
    alt_text = "A white cup of coffee seen from above"


class MetadataFactory(DjangoModelFactory):
    class Meta:
        model = Metadata

    digest = factory.Sequence(lambda n: word(f"metadata {n}"))
    title = "Coffee"
    upload = factory.SubFactory(UploadFactory)
    document = factory.LazyAttribute(
        lambda o: {
            "name": o.title,
            "description": f"{o.title}, as the artist describes it.",
            "image": "ipfs://" + o.upload.renditions.filter(name="page").first().content.cid,
            "properties": {
                "schema": "mintmark/work@1",
                "alt": f"{o.title}, seen from above",
                "credit": "Rachel Michetti",
                "content": {
                    "sha256": o.upload.digest[2:],
                    "mime": o.upload.mime,
                    "size": o.upload.size,
                    "width": o.upload.width,
                    "height": o.upload.height,
                    "filename": o.upload.filename,
                },
                "previews": [],
                "created": "2026-11-01T12:00:00Z",
            },
        }
    )


class FactFactory(DjangoModelFactory):
    class Meta:
        abstract = True

    log = factory.SubFactory(LogEntryFactory)


class WorkFactory(FactFactory):
    """A minted work. `shares` is [(holder, amount), …]; the creator holds all of them otherwise."""

    class Meta:
        model = Work
        skip_postgeneration_save = True

    chain = factory.SelfAttribute("log.chain")
    token_id = factory.Sequence(lambda n: n + 1)
    key = factory.LazyAttribute(lambda o: Work.key_of(o.chain.id, o.token_id))
    creator = factory.LazyAttribute(lambda o: address("artist"))
    asset = USDC
    metadata = factory.SubFactory(MetadataFactory)
    content = factory.LazyAttribute(lambda o: o.metadata.upload.digest)
    draft_hash = factory.LazyAttribute(lambda o: word(f"draft {o.token_id}"))
    royalty_bps = 500
    created = factory.SelfAttribute("log.block_time")

    @factory.post_generation
    def shares(self, create, extracted, **kwargs):
        for holder, amount in extracted or [(self.creator, SHARES)]:
            ShareTransferFactory(work=self, sender=ZERO, recipient=holder, amount=amount)


class ShareTransferFactory(FactFactory):
    class Meta:
        model = ShareTransfer

    work = factory.SubFactory(WorkFactory)
    sender = factory.LazyAttribute(lambda o: o.work.creator)
    recipient = factory.LazyAttribute(lambda o: address("fan"))
    amount = SHARES // 10
    mark = factory.LazyAttribute(lambda o: Revenue.objects.total_of(o.work.key))
    at = factory.SelfAttribute("log.block_time")


class RevenueFactory(FactFactory):
    class Meta:
        model = Revenue

    work = factory.SubFactory(WorkFactory)
    payer = factory.LazyAttribute(lambda o: address("market"))
    amount = 117_000_000
    total = factory.SelfAttribute("amount")
    at = factory.SelfAttribute("log.block_time")


class PaymentFactory(FactFactory):
    class Meta:
        model = Payment

    work = factory.SubFactory(WorkFactory)
    holder = factory.LazyAttribute(lambda o: address("artist"))
    recipient = factory.SelfAttribute("holder")
    asset = factory.SelfAttribute("work.asset")
    amount = 105_300_000
    kind = Payment.Kind.PAID
    at = factory.SelfAttribute("log.block_time")


class WithdrawalFactory(FactFactory):
    class Meta:
        model = Withdrawal

    holder = factory.LazyAttribute(lambda o: address("artist"))
    recipient = factory.SelfAttribute("holder")
    asset = USDC
    amount = 1_000_000
    at = factory.SelfAttribute("log.block_time")


class TermsFactory(DjangoModelFactory):
    """Terms as `licensing.actions` writes them, for `work`."""

    class Meta:
        model = Terms
        django_get_or_create = ("digest",)
        exclude = ("work",)

    work = factory.SubFactory(WorkFactory)
    scopes = terms.PRESETS[0].scopes
    duration = 365 * terms.DAY
    document = factory.LazyAttribute(
        lambda o: terms.document(o.work, allowed=o.scopes, duration=o.duration, deployment=DEPLOYMENT)
    )
    digest = factory.LazyAttribute(lambda o: canonical(o.document).digest)


class OfferFactory(DjangoModelFactory):
    """A published licence offer. `scopes` and `duration` make its terms."""

    class Meta:
        model = Offer
        exclude = ("scopes", "duration")

    scopes = terms.PRESETS[0].scopes
    duration = 365 * terms.DAY
    work = factory.SubFactory(WorkFactory)
    terms = factory.SubFactory(
        TermsFactory,
        work=factory.SelfAttribute("..work"),
        scopes=factory.SelfAttribute("..scopes"),
        duration=factory.SelfAttribute("..duration"),
    )
    digest = factory.Sequence(lambda n: word(f"offer {n}"))
    seller = factory.SelfAttribute("work.creator")
    licence_id = factory.LazyAttribute(lambda o: str(licence_id(o.work.token_id, o.terms)))
    price = 120_000_000
    max_fee_bps = 500
    counter = 0
    salt = factory.Sequence(lambda n: word(f"salt {n}"))
    signature = "0x" + "11" * 65
    published = factory.LazyFunction(timezone.now)


class LicenceFactory(FactFactory):
    """A purchase of `offer` by `licensee`."""

    class Meta:
        model = Licence
        exclude = ("offer",)

    offer = factory.SubFactory(OfferFactory)
    offer_digest = factory.SelfAttribute("offer.digest")
    work = factory.SelfAttribute("offer.work")
    licence_id = factory.SelfAttribute("offer.licence_id")
    licensee = factory.LazyAttribute(lambda o: address("company"))
    payer = factory.SelfAttribute("licensee")
    units = 1
    price = factory.SelfAttribute("offer.price")
    fee = factory.LazyAttribute(lambda o: o.price * 250 // 10_000)
    until = FOR_EVER
    bought = factory.SelfAttribute("log.block_time")


class ShareOfferFactory(DjangoModelFactory):
    """Shares that the work's creator offers, signed."""

    class Meta:
        model = ShareOffer

    digest = factory.Sequence(lambda n: word(f"share offer {n}"))
    work = factory.SubFactory(WorkFactory)
    seller = factory.SelfAttribute("work.creator")
    shares = SHARES // 10
    price = 50_000_000
    max_revenue = 2**108 - 1
    max_fee_bps = 500
    counter = 0
    salt = factory.Sequence(lambda n: word(f"share salt {n}"))
    signature = "0x" + "11" * 65
    published = factory.LazyFunction(timezone.now)


class ShareSaleFactory(FactFactory):
    class Meta:
        model = ShareSale

    offer_digest = factory.Sequence(lambda n: word(f"share offer of sale {n}"))
    work = factory.SubFactory(WorkFactory)
    seller = factory.SelfAttribute("work.creator")
    buyer = factory.LazyAttribute(lambda o: address("fan"))
    payer = factory.SelfAttribute("buyer")
    shares = SHARES // 10
    price = 50_000_000
    fee = 1_250_000
    royalty = 0
    at = factory.SelfAttribute("log.block_time")


class IntentFactory(DjangoModelFactory):
    class Meta:
        model = Intent

    kind = "catalog.mint"
    account = factory.LazyAttribute(lambda o: address("artist"))
    chain_id = factory.LazyFunction(lambda: settings.CHAIN_ID)
    subject = factory.Faker("uuid4")  # of the draft
    title = "Mint “Coffee”"
    transaction = factory.LazyFunction(lambda: {"to": address("contract"), "data": "0x1234", "value": "0x0"})
