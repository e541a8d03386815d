"""The main job, on a real chain: a work is minted, shares and a licence are sold, and everybody is paid to the unit."""

from django.core.management import call_command

from marketplace.chain.models import Intent
from marketplace.licensing.actions import prepare_purchase
from marketplace.licensing.models import Licence
from marketplace.royalties import keeper, portfolio
from marketplace.royalties.actions import prepare_share_offer, prepare_share_purchase
from marketplace.royalties.conservation import audit, audit_asset
from marketplace.royalties.models import Payout
from tests.licensing.market import ARTIST, COLLABORATOR, COMPANY, FAN, USDC, account

PRICE = 120 * USDC
FEE = PRICE * 250 // 10_000
REVENUE = PRICE - FEE


def test_a_licence_sale_pays_artist_collaborator_and_fan_exactly(trade):
    work = trade.mint(shares={ARTIST.address: 900_000, COLLABORATOR.address: 100_000})
    before = {who: trade.balance(who) for who in (ARTIST, COLLABORATOR, COMPANY, FAN)}

    # The artist sells 10 % of the work to a fan, who signs once.
    listing = prepare_share_offer(by=account(ARTIST), work=work, shares=200_000, price=50 * USDC)
    assert [intent.kind for intent in listing.intents] == ["royalties.offer"]  # approved at birth
    trade.sign(listing.next)
    listing.offer.refresh_from_db()
    purchase = prepare_share_purchase(by=account(FAN), offer=listing.offer, shares=100_000)
    assert purchase.quote.price == 25 * USDC
    trade.sign(purchase.next)
    trade.settle()
    assert trade.shares(work, FAN) == 100_000
    assert trade.balance(FAN) == before[FAN] - 25 * USDC
    share_fee = 25 * USDC * 250 // 10_000
    assert trade.balance(ARTIST) == before[ARTIST] + 25 * USDC - share_fee
    before = {who: trade.balance(who) for who in before}

    # The company buys a licence, with one signature and no gas.
    offer = trade.offer(work, price=PRICE)
    purchase = prepare_purchase(by=account(COMPANY), offer=offer)
    assert len(purchase.intents) == 1
    assert (purchase.quote.price, purchase.quote.fee, purchase.quote.network_fee) == (PRICE, FEE, 0)
    trade.sign(purchase.next)
    trade.settle()

    intent = Intent.objects.get(pk=purchase.next.pk)
    assert (intent.state, intent.relayed) == (Intent.State.FINAL, True)
    licence = Licence.objects.get()
    assert (licence.licensee, licence.price, licence.fee) == (COMPANY.address.lower(), PRICE, FEE)
    assert licence.log.tx_hash == intent.tx_hash

    # Everybody has been paid by the contract, to the unit.
    assert trade.balance(COMPANY) == before[COMPANY] - PRICE
    parts = {ARTIST: 800_000, COLLABORATOR: 100_000, FAN: 100_000}
    for who, shares in parts.items():
        assert trade.balance(who) == before[who] + REVENUE * shares // 1_000_000
    found = {holder.address: holder for holder in portfolio.holders(work)}
    assert {a: (h.shares, h.received, h.owed) for a, h in found.items()} == {
        who.address.lower(): (shares, REVENUE * shares // 1_000_000, 0) for who, shares in parts.items()
    }
    assert Payout.objects.get().state == Payout.State.SENT
    keeper.pay_due()
    assert Payout.objects.get().state == Payout.State.MINED
    assert keeper.due() == []

    checks = [audit(work), audit_asset(work.asset)]
    assert all(check.is_exact for check in checks), [check.problems for check in checks]
    [event] = portfolio.revenue_events(work)
    assert event.licence == licence
    assert event.revenue.amount == REVENUE == sum(split.amount for split in event.splits)
    assert {split.holder: split.payment.amount for split in event.splits} == {a: h.received for a, h in found.items()}

    # The records can be dropped and made again from the journal, with the same result, and nobody is paid twice.
    trade.watcher.release()
    call_command("chain", "rebuild")
    trade.deliver()
    assert {h.address: (h.shares, h.received, h.owed) for h in portfolio.holders(work)} == {
        address: (h.shares, h.received, h.owed) for address, h in found.items()
    }
    assert Payout.objects.count() == 1
    assert audit(work).is_exact
