"""The audit finds money that is off by one unit, whoever miscounted."""

import pytest
from django.core.management import CommandError, call_command
from hypothesis import HealthCheck, given
from hypothesis import settings as effort
from hypothesis import strategies as st

from marketplace.chain.dev.accounts import DEPLOYER
from marketplace.licensing.actions import prepare_purchase
from marketplace.royalties import keeper
from marketplace.royalties.conservation import audit, audit_asset
from marketplace.royalties.models import Payment, Revenue, ShareTransfer
from tests.licensing.market import ARTIST, COLLABORATOR, COMPANY, FAN, OTHER_FAN, account

PEOPLE = (ARTIST, COLLABORATOR, FAN, OTHER_FAN)


@pytest.fixture
def sold(trade):
    work = trade.mint(shares={ARTIST.address: 900_000, COLLABORATOR.address: 100_000})
    trade.sign(prepare_purchase(by=account(COMPANY), offer=trade.offer(work)).next)
    trade.settle()
    return work


def test_a_quiet_market_is_exact(sold):
    assert audit(sold).is_exact
    assert audit(sold).compared >= 8
    assert audit_asset(sold.asset).is_exact


@pytest.mark.parametrize("model", [Payment, Revenue])
def test_one_unit_more_or_less_is_found(sold, model):
    row = model.objects.first()
    for change in (1, -1):
        model.objects.filter(pk=row.pk).update(amount=row.amount + change)
        assert not audit(sold).is_exact
        assert not audit_asset(sold.asset).is_exact


def test_a_share_that_is_counted_twice_is_found(sold):
    row = ShareTransfer.objects.first()
    ShareTransfer.objects.filter(pk=row.pk).update(amount=row.amount + 1)
    assert any("shares of all holders" in problem for problem in audit(sold).problems)


def test_the_command_checks_all_works_and_fails_if_one_unit_is_off(sold, capsys):
    call_command("audit")
    assert "agree with the contracts, to the unit" in capsys.readouterr().out
    Payment.objects.filter(pk=Payment.objects.first().pk).update(amount=1)
    with pytest.raises(CommandError, match="do not agree"):
        call_command("audit", sold.token_id)
    assert f"work {sold.token_id}: owed to" in capsys.readouterr().err
    with pytest.raises(CommandError, match="no work 77"):
        call_command("audit", 77)


def test_the_command_says_so_if_the_node_is_away(sold, settings):
    settings.CHAIN_RPC_URL = "http://127.0.0.1:9"
    with pytest.raises(CommandError, match="could not be asked"):
        call_command("audit")


moves = st.tuples(st.sampled_from(PEOPLE), st.sampled_from(PEOPLE), st.integers(1, 400_000))
forwards = st.tuples(st.sampled_from(PEOPLE), st.integers(1, 100))  # so much of what they are owed, in per cent


@effort(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.one_of(st.integers(1, 10_000_000), moves, forwards, st.just("court"), st.none()), min_size=3, max_size=8
    )
)
def test_whatever_happens_records_and_contract_agree(trade, story):
    """Sales, transfers, payouts, holds, and money that is passed on, in any order."""
    trade.govern("Rights", "setCourt", [DEPLOYER.address])
    held = False
    work = trade.mint(shares={ARTIST.address: 500_000, COLLABORATOR.address: 500_000})
    other = trade.mint()
    for event in story:
        if event is None:
            keeper.pay_due()
        elif isinstance(event, int):
            purchase = prepare_purchase(by=account(COMPANY), offer=trade.offer(work, price=event))
            trade.sign(purchase.next)
            trade.deliver()
        elif event == "court":
            trade.call(DEPLOYER, "Rights", *(("lift", [work.token_id] * 2) if held else ("hold", [work.token_id])))
            held = not held
        elif len(event) == 2:
            holder, part = event
            half = trade.owed(work, holder) * part // 200
            args = [work.token_id, [other.token_id, work.token_id], [half, half]]
            trade.call(holder, "Rights", "forward", args)
        else:
            giver, taker, shares = event
            if trade.shares(work, giver) >= shares:
                args = [giver.address, taker.address, work.token_id, shares, "0x"]
                trade.call(giver, "Rights", "safeTransferFrom", args)
        trade.catch_up()
        assert audit(work).problems + audit_asset(work.asset).problems == []
    keeper.pay_due()
    trade.catch_up()
    assert [trade.owed(work, who) for who in PEOPLE] == [0] * len(PEOPLE)
    assert audit(work).problems + audit_asset(work.asset).problems == []
