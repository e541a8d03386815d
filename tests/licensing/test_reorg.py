"""A reorg takes back what it must, and nothing else."""

from django.utils import timezone

from marketplace.chain.models import Intent, LogEntry
from marketplace.licensing.actions import prepare_cancel, prepare_purchase
from marketplace.licensing.models import Cancellation, Licence, Offer
from marketplace.royalties.models import Payment, Revenue
from tests.licensing.market import ARTIST, COMPANY, account


def is_open(offer: Offer) -> bool:
    return Offer.objects.open(at=timezone.now()).filter(pk=offer.pk).exists()


def deep(settings):
    """A chain whose blocks may still change."""
    settings.CHAIN_SAFE_DEPTH, settings.CHAIN_FINAL_DEPTH = 12, 64


def test_a_reorg_takes_the_licence_back_and_opens_the_offer_again(trade, settings):
    deep(settings)
    offer = trade.offer(trade.mint(), max_units=1)
    trade.node.mine(1)
    head = trade.node.head()
    intent = trade.sign(prepare_purchase(by=account(COMPANY), offer=offer).next)
    trade.settle()
    assert Licence.objects.held_by(COMPANY.address).count() == 1
    assert Payment.objects.exists()
    assert not is_open(offer)

    trade.node.reorg(trade.node.head() - head)  # a real one: the sale's block is gone, and the payout's
    trade.catch_up()

    assert not Licence.objects.exists()
    assert not Revenue.objects.exists()
    assert not Payment.objects.exists()
    assert LogEntry.objects.orphaned().exists()  # stamped, never deleted
    assert is_open(offer)
    assert Intent.objects.get(pk=intent.pk).state == Intent.State.SUBMITTED


def test_a_reorg_takes_a_withdrawal_back(trade, settings):
    deep(settings)
    offer = trade.offer(trade.mint())
    trade.send(prepare_cancel(by=account(ARTIST), offer=offer))
    trade.settle()
    assert Cancellation.objects.count() == 1
    assert not is_open(offer)

    trade.node.reorg(1)
    trade.catch_up()
    assert is_open(offer)


def test_a_sale_that_a_reorg_moves_is_one_licence(trade, settings):
    deep(settings)
    offer = trade.offer(trade.mint())
    trade.node.mine(1)
    intent = trade.sign(prepare_purchase(by=account(COMPANY), offer=offer).next)
    trade.deliver()
    sale = trade.node.raw_of(Intent.objects.get(pk=intent.pk).tx_hash)
    trade.catch_up()
    first = Licence.objects.get()

    trade.node.reorg(2, [(sale, 0)])  # one block earlier than it was
    trade.settle()

    licence = Licence.objects.get()
    assert licence.log != first.log
    assert licence.log.tx_hash == first.log.tx_hash
    assert Intent.objects.get(pk=intent.pk).state == Intent.State.CONFIRMED
