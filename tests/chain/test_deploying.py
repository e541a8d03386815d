"""Deploying: once, to the end, after any interruption, and never over something else."""

import json

import pytest
from django.core.management import CommandError, call_command

from marketplace.chain import deploying, transactions
from marketplace.chain.artifacts import NotBuilt, artifact
from marketplace.chain.contracts import Reverted, View, decode_revert, view, views
from marketplace.chain.deploying import DeployError, deploy
from marketplace.chain.deployments import NotDeployed, deployment, path
from marketplace.chain.dev.accounts import DEPLOYER, PEOPLE
from marketplace.chain.rpc import RpcUnavailable, get_rpc
from tests.fixtures.chain import Anvil


@pytest.fixture
def empty_chain(settings, tmp_path):
    """A chain with nothing on it, and no deployment file."""
    node = Anvil()
    settings.CHAIN_RPC_URL = node.url
    settings.DEPLOYMENTS_DIR = tmp_path / "deployments"
    yield node
    node.stop()


def run(**options):
    lines = []
    return deploy(deployer=DEPLOYER.account, say=lines.append, **options), lines


def balances(usdc):
    return [view("TestUSDC", "balanceOf", [person.address], address=usdc) for person in PEOPLE]


def test_everything_is_in_place_afterwards(empty_chain, settings):
    did, lines = run()
    assert did
    found = deployment()
    assert found.chain_id == 31337
    assert found.start_block == 1
    assert found.fee_bps == settings.PROTOCOL_FEE_BPS == view("Market", "feeBps")
    assert view("Market", "RIGHTS") == found.rights
    assert view("Market", "feeRecipient") == found.deployer == DEPLOYER.address.lower()
    assert view("Rights", "isEdge", [found.market]) and view("Rights", "isAllowedAsset", [found.usdc])
    asset = found.asset(found.usdc.upper().replace("0X", "0x"))
    assert (asset.symbol, asset.decimals, asset.name, asset.version) == ("USDC", 6, "USD Coin", "2")
    assert balances(found.usdc) == [100_000_000, 0, 1_000_000_000_000, 5_000_000_000, 5_000_000_000]
    assert any("Ada Palette" in line for line in lines)


def test_a_second_run_does_nothing(empty_chain):
    run()
    head, written = empty_chain.head(), path().read_text()
    did, lines = run()
    assert not did
    assert (empty_chain.head(), path().read_text()) == (head, written)
    assert "nothing to do" in lines[0]


def test_money_that_was_spent_is_not_given_again(empty_chain, accounts):
    run()
    usdc = deployment().usdc
    from marketplace.chain.contracts import calldata

    empty_chain.send(accounts.dora, usdc, calldata("TestUSDC", "transfer", [accounts.emil.address, 5_000_000_000]))
    run()
    assert view("TestUSDC", "balanceOf", [accounts.dora.address], address=usdc) == 0


@pytest.mark.parametrize("survived", range(1, 10))
def test_it_goes_on_where_it_was_interrupted(empty_chain, monkeypatch, survived):
    """Killed after each of its transactions in turn: no contract is deployed twice, nobody is given money twice."""
    sent = []
    send = transactions.send

    def killed_after(*args, **kwargs):
        if len(sent) == survived:
            raise KeyboardInterrupt
        sent.append(send(*args, **kwargs))
        return sent[-1]

    monkeypatch.setattr(transactions, "send", killed_after)
    with pytest.raises(KeyboardInterrupt):
        run()
    assert not path().exists()
    with pytest.raises(NotDeployed):
        deployment()
    monkeypatch.setattr(transactions, "send", send)
    run()
    found = deployment()
    assert balances(found.usdc) == [person.usdc for person in PEOPLE]
    # A contract whose address was not written down before the kill is the only thing that may be there twice.
    assert empty_chain.head() <= 11
    assert not path().with_suffix(".partial").exists()


def test_a_new_local_chain_is_deployed_to_again(empty_chain):
    run()
    empty_chain.stop()
    empty_chain.start()
    did, lines = run()
    assert did
    assert "new one" in lines[0]
    assert view("Rights", "isEdge", [deployment().market])


def test_a_new_local_chain_that_is_half_deployed_is_finished(empty_chain, monkeypatch):
    """The new contracts get the addresses of the old file: that file must not make it look done."""
    run()
    empty_chain.stop()
    empty_chain.start()
    send, sent = transactions.send, []

    def twice(*args, **kwargs):
        if len(sent) == 2:
            raise KeyboardInterrupt
        sent.append(True)
        return send(*args, **kwargs)

    monkeypatch.setattr(transactions, "send", twice)
    with pytest.raises(KeyboardInterrupt):
        run()
    monkeypatch.setattr(transactions, "send", send)
    did, _ = run()
    assert did
    assert view("Rights", "isEdge", [deployment().market])


def test_other_contracts_at_these_addresses_are_left_alone(empty_chain):
    run()
    empty_chain.call("anvil_setCode", deployment().rights, "0x6001")
    written = path().read_text()
    with pytest.raises(DeployError, match="not the contract that is built here"):
        run()
    assert path().read_text() == written


def test_the_wrong_chain_is_refused(empty_chain, settings):
    settings.CHAIN_ID = 1
    with pytest.raises(DeployError, match="on chain 31337; this site is for chain 1"):
        run()


def test_an_existing_token_is_taken_if_named(empty_chain, accounts):
    run()
    usdc = deployment().usdc
    path().unlink()
    before = balances(usdc)
    run(usdc=usdc, treasury=accounts.ben.address)
    assert deployment().usdc == usdc
    assert view("Market", "feeRecipient") == accounts.ben.address.lower()
    assert balances(usdc) == before


def test_elsewhere_the_token_must_be_named(empty_chain, settings, monkeypatch):
    settings.CHAIN_ID = 1
    monkeypatch.setattr(deploying._Job, "check_chain", lambda self: None)
    with pytest.raises(DeployError, match="USDC_ADDRESS"):
        run()


def test_the_command(empty_chain, capsys, monkeypatch):
    call_command("deploy_contracts")
    assert "Wrote 31337.json" in capsys.readouterr().out
    monkeypatch.setenv("DEPLOYER_PRIVATE_KEY", DEPLOYER.private_key)
    call_command("deploy_contracts")
    assert "nothing to do" in capsys.readouterr().out


def test_the_command_says_what_is_missing(settings, tmp_path, monkeypatch):
    settings.DEPLOYMENTS_DIR = tmp_path
    with pytest.raises(CommandError, match="does not answer"):  # no node
        call_command("deploy_contracts")
    settings.CHAIN_ID = 1
    monkeypatch.delenv("DEPLOYER_PRIVATE_KEY", raising=False)
    with pytest.raises(CommandError, match="DEPLOYER_PRIVATE_KEY"):
        call_command("deploy_contracts")


def test_contracts_that_were_not_built_are_told(settings, tmp_path):
    settings.BASE_DIR = tmp_path
    with pytest.raises(NotBuilt, match="not compiled"):
        artifact.__wrapped__("Rights")


def test_a_deployment_is_recognised_whatever_its_immutable_values(empty_chain):
    run()
    code = get_rpc().call("eth_getCode", deployment().market, "latest")
    market = artifact("Market")
    assert market.is_at(code)
    assert code.lower() != market.runtime.lower()  # there are immutables
    assert not artifact("Rights").is_at(code)
    assert not market.is_at("0x")
    assert not market.is_at(code[:-2] + ("00" if code[-2:] != "00" else "01"))


class TestCalls:
    def test_many_views_are_one_request(self, deployed, accounts, monkeypatch):
        rpc = get_rpc()
        requests = []
        post = rpc._post
        monkeypatch.setattr(rpc, "_post", lambda body: requests.append(body) or post(body))
        answers = views(
            [
                View("Rights", "workCount"),
                View("Market", "feeBps"),
                View("TestUSDC", "balanceOf", [accounts.cortex.address], deployed.usdc),
            ]
        )
        assert answers == [0, 250, 10**12]
        assert len(requests) == 1

    def test_a_revert_is_named(self, deployed):
        with pytest.raises(Reverted) as reverted:
            view("Rights", "royaltyInfo", [77, 1])
        assert (reverted.value.name, reverted.value.args_) == ("UnknownWork", (77,))

    def test_a_contract_that_is_not_there_is_told(self, deployed):
        with pytest.raises(RpcUnavailable, match="does not decode"):
            view("TestUSDC", "balanceOf", [deployed.market], address="0x" + "12" * 20)

    @pytest.mark.parametrize(
        ("data", "expected"),
        [
            ("0x08c379a0" + f"{32:064x}" + f"{5:064x}" + "68656c6c6f" + "00" * 27, ("Error", ("hello",))),
            ("0x4e487b71" + f"{0x11:064x}", ("Panic", ("overflow",))),
            ("0x4e487b71" + f"{0x99:064x}", ("Panic", (0x99,))),
            ("0x", ("", ())),
            ("0xdeadbeef", ("", ())),
            ("0x08c379a0", ("Error", ())),
        ],
    )
    def test_reverts_of_every_kind(self, data, expected):
        assert decode_revert("Market", data) == expected

    def test_errors_of_the_contracts_behind_are_known(self):
        from marketplace.chain import abis

        item = next(each for each in abis.items("TestUSDC", "error") if each["name"] == "Blacklisted")
        data = abis.selector(item) + f"{1:064x}"
        assert decode_revert("Market", data) == ("Blacklisted", (f"0x{1:040x}",))


def test_the_deployment_file_is_read_again_when_it_changes(empty_chain):
    run()
    assert deployment().fee_bps == 250
    changed = json.loads(path().read_text()) | {"feeBps": 300}
    path().write_text(json.dumps(changed))
    assert deployment().fee_bps == 300
