"""Deploying: once, to the end, after any interruption, and never over something else."""

import json

import pytest
from django.core.management import CommandError, call_command

from marketplace.chain import create2, deploying, transactions
from marketplace.chain.artifacts import NotBuilt, artifact
from marketplace.chain.contracts import Reverted, View, calldata, decode_revert, view, views
from marketplace.chain.deploying import DeployError, deploy
from marketplace.chain.deployments import NotDeployed, deployment, path
from marketplace.chain.dev.accounts import DEPLOYER, PEOPLE
from marketplace.chain.parts import PARTS
from marketplace.chain.rpc import RpcError, RpcUnavailable, get_rpc
from tests.fixtures.chain import Anvil

ZERO = "0x" + "00" * 20


@pytest.fixture
def empty_chain(settings, tmp_path):
    """A chain with nothing on it, and no deployment file."""
    node = Anvil()
    settings.CHAIN_RPC_URL = node.url
    settings.DEPLOYMENTS_DIR = tmp_path / "deployments"
    yield node
    node.stop()


def run(deployer=DEPLOYER.account, **options):
    lines = []
    return deploy(deployer=deployer, say=lines.append, **options), lines


@pytest.fixture
def killed_after(monkeypatch):
    """A run that is killed when it wants to send one more than so many transactions. Whether it was."""

    def killed_run(survived):
        send, sent = transactions.send, []

        def limited(*args, **kwargs):
            if len(sent) == survived:
                raise KeyboardInterrupt
            sent.append(True)
            return send(*args, **kwargs)

        with monkeypatch.context() as patch:
            patch.setattr(transactions, "send", limited)
            try:
                run()
            except KeyboardInterrupt:
                return True
            return False

    return killed_run


def balances(usdc):
    return [view("TestUSDC", "balanceOf", [person.address], address=usdc) for person in PEOPLE]


def test_everything_is_in_place_afterwards(empty_chain, settings):
    did, lines = run()
    assert did
    found = deployment()
    assert found.chain_id == 31337
    assert found.fee_bps == settings.PROTOCOL_FEE_BPS == view("Market", "feeBps")
    assert view("Market", "feeRecipient") == found.governor == DEPLOYER.address.lower()
    assert set(found.contracts) == {part.name for part in PARTS}
    for part in PARTS:
        assert view("Rights", "isEdge", [found.contracts[part.name]]) == part.edge
    assert view("Market", "RIGHTS") == found.rights
    assert [view("Rights", "isAllowedAsset", [token]) for token in (found.usdc, found.weth)] == [True, True]
    usdc, weth = found.asset(found.usdc.upper().replace("0X", "0x")), found.asset(found.weth)
    assert (usdc.symbol, usdc.decimals, usdc.name, usdc.version) == ("USDC", 6, "USD Coin", "2")
    assert (weth.symbol, weth.decimals, weth.name, weth.version) == ("WETH", 18, "Wrapped Ether", "")
    assert balances(found.usdc) == [100_000_000, 0, 1_000_000_000_000, 5_000_000_000, 5_000_000_000]
    assert any("Ada Palette" in line for line in lines)


def test_reading_starts_with_the_block_in_which_rights_was_made(empty_chain):
    run()
    start = deployment().start_block
    codes = [empty_chain.call("eth_getCode", deployment().rights, hex(block)) for block in (start - 1, start)]
    assert codes[0] == "0x" != codes[1]


def test_reading_starts_early_if_the_node_has_forgotten(empty_chain, settings, monkeypatch):
    settings.CHAIN_START_BLOCK = 1
    rpc = get_rpc()
    call = rpc.call

    def forgetful(method, *params):
        if method == "eth_getCode" and params[1] != "latest":
            raise RpcError(-32000, "missing trie node")
        return call(method, *params)

    monkeypatch.setattr(rpc, "call", forgetful)
    run()
    assert deployment().start_block == 1


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
    empty_chain.send(accounts.dora, usdc, calldata("TestUSDC", "transfer", [accounts.emil.address, 5_000_000_000]))
    run()
    assert view("TestUSDC", "balanceOf", [accounts.dora.address], address=usdc) == 0


def test_it_goes_on_wherever_it_was_interrupted(empty_chain, killed_after):
    """Killed after each of its transactions in turn: the same end, in not one transaction more."""
    start = empty_chain.call("evm_snapshot")
    run()
    whole, transactions_of_all = path().read_text(), empty_chain.head()
    for survived in range(transactions_of_all):
        assert empty_chain.call("evm_revert", start)
        start = empty_chain.call("evm_snapshot")
        path().unlink()
        assert killed_after(survived)
        with pytest.raises(NotDeployed):
            deployment()
        run()
        assert path().read_text() == whole
        assert empty_chain.head() == transactions_of_all
        assert balances(deployment().usdc) == [person.usdc for person in PEOPLE]


def test_the_addresses_are_the_same_wherever_and_whoever_pays(empty_chain, accounts):
    run(governor=accounts.deployer.address)
    ours = deployment().contracts
    path().unlink()
    empty_chain.stop()
    empty_chain.start("--chain-id", "31337", "--disable-default-create2-deployer", "--timestamp", "1700000000")
    with pytest.raises(DeployError, match="has to announce"):
        run(deployer=accounts.keeper, governor=accounts.deployer.address)
    run(governor=accounts.deployer.address)
    assert deployment().contracts == ours


def test_a_chain_without_the_factory_gets_it(empty_chain):
    empty_chain.stop()
    empty_chain.start("--disable-default-create2-deployer")
    assert empty_chain.call("eth_getCode", create2.FACTORY, "latest") == "0x"
    _, lines = run()
    assert lines[0] == "Put the factory of contracts on this chain"
    assert empty_chain.call("eth_getCode", create2.FACTORY, "latest") == create2.FACTORY_CODE


def test_a_chain_that_refuses_the_factory_is_told(empty_chain):
    empty_chain.stop()
    empty_chain.start("--disable-default-create2-deployer")
    empty_chain.call("anvil_setNonce", create2.FACTORY_MAKER, "0x1")  # its one transaction was used up
    with pytest.raises(DeployError, match="Ask whoever runs the chain"):
        run()


def test_another_program_in_place_of_the_factory_is_not_used(empty_chain):
    empty_chain.call("anvil_setCode", create2.FACTORY, "0x6001")
    with pytest.raises(DeployError, match="not the factory"):
        run()


def test_a_new_local_chain_is_deployed_to_again(empty_chain):
    run()
    empty_chain.stop()
    empty_chain.start()
    did, lines = run()
    assert did
    assert "new one" in lines[0]
    assert view("Rights", "isEdge", [deployment().market])


def test_a_new_local_chain_that_is_half_deployed_is_finished(empty_chain, killed_after):
    """The new contracts get the addresses of the old file: that file must not make it look done."""
    run()
    empty_chain.stop()
    empty_chain.start()
    assert killed_after(2)
    with pytest.raises(NotDeployed):
        deployment()
    did, _ = run()
    assert did
    assert view("Rights", "isEdge", [deployment().market])


class TestTheOwner:
    """The timelock owns the contracts; the governor speaks for it; nobody else has a say."""

    def test_is_the_timelock_alone(self, empty_chain):
        run()
        found = deployment()
        timelock = found.contracts["Timelock"]
        for name in ("Rights", "Market"):
            assert view(name, "owner") == timelock
            assert view(name, "pendingOwner") == ZERO
        admin = view("Timelock", "DEFAULT_ADMIN_ROLE")
        roles = [view("Timelock", role) for role in ("PROPOSER_ROLE", "CANCELLER_ROLE", "EXECUTOR_ROLE")]
        assert [view("Timelock", "hasRole", [role, found.governor]) for role in (*roles, admin)] == [
            True, True, False, False,
        ]  # fmt: skip
        assert view("Timelock", "hasRole", [roles[2], ZERO])  # whoever likes may do what was announced
        assert view("Timelock", "hasRole", [admin, timelock])

    def test_waits_once_the_set_up_is_done(self, empty_chain, settings, accounts):
        settings.TIMELOCK_DELAY = 48 * 3600
        run()
        assert view("Timelock", "getMinDelay") == 48 * 3600
        with pytest.raises(DeployError, match=r"can be done from .* UTC: run this again then"):
            run(treasury=accounts.ben.address)
        written = path().read_text()
        with pytest.raises(DeployError, match="can be done from"):  # announced once
            run(treasury=accounts.ben.address)
        assert path().read_text() == written
        empty_chain.call("evm_increaseTime", hex(48 * 3600))
        empty_chain.mine()
        did, lines = run(deployer=accounts.keeper, governor=accounts.deployer.address, treasury=accounts.ben.address)
        assert did
        assert lines == ["Set the protocol fee to 2.5 %"]
        assert view("Market", "feeRecipient") == accounts.ben.address.lower()

    def test_can_do_the_same_thing_twice(self, empty_chain, accounts):
        run()
        for treasury in (accounts.ben, accounts.deployer, accounts.ben):
            run(treasury=treasury.address)
            assert view("Market", "feeRecipient") == treasury.address.lower()

    def test_is_told_what_to_announce_if_another_pays(self, empty_chain, accounts):
        with pytest.raises(DeployError, match="has to announce") as refused:
            run(deployer=accounts.keeper, governor=accounts.ben.address)
        words = str(refused.value).split()
        timelock, data = words[words.index("timelock,") + 1].rstrip(","), words[-1]
        empty_chain.send(accounts.ben, timelock, data)
        did, _ = run(deployer=accounts.keeper, governor=accounts.ben.address)
        assert did
        assert deployment().governor == accounts.ben.address.lower()
        assert view("Market", "owner") == timelock


def test_other_contracts_at_these_addresses_are_left_alone(empty_chain):
    run()
    empty_chain.call("anvil_setCode", deployment().rights, "0x6001")
    written = path().read_text()
    with pytest.raises(DeployError, match="not the contract that is built here"):
        run()
    assert path().read_text() == written


def test_a_file_that_names_other_contracts_is_left_alone(empty_chain, accounts):
    run()
    written = path().read_text()
    with pytest.raises(DeployError, match=r"Timelock at 0x.* is not the contract that is built here.*make reset"):
        run(governor=accounts.ben.address)
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
