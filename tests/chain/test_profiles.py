"""The chains by name: what the file says of them, what a site makes of it, and how the watcher keeps to it."""

import os
import runpy
import tomllib
from io import StringIO
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from eth_utils.address import to_checksum_address

from marketplace.chain import create2, profiles, transactions
from marketplace.chain.deployments import deployment
from marketplace.chain.dev.accounts import DEPLOYER
from marketplace.chain.models import Cursor
from marketplace.chain.profiles import PROFILES, Profile, chosen
from marketplace.chain.rpc import Rpc, get_rpc
from marketplace.chain.watcher.loop import Watcher

TABLES = tomllib.loads(Path(profiles.__file__).with_suffix(".toml").read_text())
SETTINGS = Path(profiles.__file__).parent.parent / "settings.py"

# EIP-155 numbers, as they stand in each chain's own documentation.
NUMBERS = {
    "anvil": 31337,
    "ethereum": 1, "sepolia": 11_155_111, "base": 8453, "base-sepolia": 84_532,
    "arbitrum": 42_161, "arbitrum-sepolia": 421_614, "optimism": 10, "op-sepolia": 11_155_420,
    "polygon": 137, "polygon-amoy": 80_002, "bnb": 56, "bnb-testnet": 97,
    "conflux": 1030, "conflux-testnet": 71, "aurora": 1_313_161_554, "aurora-testnet": 1_313_161_555,
    "monad": 143, "monad-testnet": 10_143, "avalanche": 43_114, "avalanche-fuji": 43_113,
    "hedera": 295, "hedera-testnet": 296,
}  # fmt: skip


@pytest.fixture
def settings_with(monkeypatch):
    """The site's settings, as they are in an environment that says this of the chain, and nothing else of it."""

    def settings_with(**environment):
        for name in [*os.environ]:
            if name.startswith("CHAIN") or name in ("USDC_ADDRESS", "TIMELOCK_DELAY"):
                monkeypatch.delenv(name)
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        return runpy.run_path(str(SETTINGS))

    return settings_with


def test_every_chain_has_its_number():
    assert {key: profile.chain_id for key, profile in PROFILES.items()} == NUMBERS


@pytest.mark.parametrize("key", PROFILES)
def test_a_profile_makes_sense(key):
    profile = PROFILES[key]
    assert [other.name for other in PROFILES.values()].count(profile.name) == 1
    assert profile.currency
    assert 2 <= len(profile.symbol) <= 6  # what wallets take
    assert (profile.safe_depth is None) == (profile.final_depth is None)
    assert (profile.safe_depth or 0) <= (profile.final_depth or 0)
    assert 0 <= profile.block_time <= 60
    assert 0.5 <= profile.poll_seconds <= 2
    assert 1 <= profile.max_range <= 10_000
    if profile.usdc:
        assert profile.usdc == to_checksum_address(profile.usdc)  # a mistyped digit would not pass


def test_no_two_chains_have_the_same_usdc():
    addresses = [profile.usdc for profile in PROFILES.values() if profile.usdc]
    assert len(addresses) == len(set(addresses)) == 14


def test_the_document_says_the_same_as_the_file():
    text = (SETTINGS.parent.parent / "docs" / "chains.md").read_text()
    rows = [[cell.strip(" `") for cell in line.split("|")[1:-1]] for line in text.splitlines() if "| `" in line]
    told = {row[0]: row[1:] for row in rows if row[0] in PROFILES}
    for key, profile in PROFILES.items():
        final = "by tag" if profile.final_depth is None else "at once"
        at_once = f"{profile.max_range:,}" if "max_range" in TABLES[key] else ""
        usdc = "yes" if profile.usdc else "a test token" if key == "anvil" else "–"
        assert told[key] == [str(profile.chain_id), profile.symbol, final, at_once, usdc]


def test_without_a_word_the_chain_is_the_local_one(settings_with):
    found = settings_with()
    assert found["CHAIN_ID"] == 31337
    assert (found["CHAIN_SAFE_DEPTH"], found["CHAIN_FINAL_DEPTH"]) == (0, 0)
    assert found["CHAIN_POLL_SECONDS"] == 0.5
    assert found["CHAIN_MAX_RANGE"] == 10_000
    assert found["CHAIN_PUBLIC_RPC_URLS"] == [found["CHAIN_RPC_URL"]] == ["http://127.0.0.1:8545"]
    assert (found["USDC_ADDRESS"], found["TIMELOCK_DELAY"]) == ("", 0)


def test_a_name_and_a_node_are_all_that_a_site_needs(settings_with):
    found = settings_with(CHAIN="base", CHAIN_RPC_URL="https://node.example")
    assert found["CHAIN_ID"] == 8453
    assert (found["CHAIN_SAFE_DEPTH"], found["CHAIN_FINAL_DEPTH"]) == (None, None)
    assert found["CHAIN_POLL_SECONDS"] == 2
    assert found["USDC_ADDRESS"] == PROFILES["base"].usdc
    assert found["CHAIN_PUBLIC_RPC_URLS"] == []
    assert found["TIMELOCK_DELAY"] == 48 * 3600
    assert settings_with(CHAIN="monad")["CHAIN_MAX_RANGE"] == 100
    assert settings_with(CHAIN="hedera")["CHAIN_FINAL_DEPTH"] == 0


def test_what_is_said_by_itself_wins(settings_with):
    found = settings_with(
        CHAIN="hedera", CHAIN_SAFE_DEPTH="3", CHAIN_FINAL_DEPTH="9", CHAIN_POLL_SECONDS="7", CHAIN_MAX_RANGE="50",
        USDC_ADDRESS="0x01",
    )  # fmt: skip
    assert (found["CHAIN_SAFE_DEPTH"], found["CHAIN_FINAL_DEPTH"]) == (3, 9)
    assert (found["CHAIN_POLL_SECONDS"], found["CHAIN_MAX_RANGE"], found["USDC_ADDRESS"]) == (7, 50, "0x01")


def test_an_empty_variable_says_nothing(settings_with):
    found = settings_with(CHAIN="", USDC_ADDRESS="")
    assert (found["CHAIN_ID"], found["USDC_ADDRESS"]) == (31337, "")


def test_a_number_is_as_good_as_a_name():
    assert chosen("8453", None) == chosen("", 8453) == chosen("base", 8453) == PROFILES["base"]


def test_a_chain_that_nobody_described_is_read_by_its_node_s_tags():
    plain = Profile(chain_id=5, name="chain 5")
    assert chosen("5", None) == chosen("", 5) == plain
    assert (plain.safe_depth, plain.final_depth, plain.usdc) == (None, None, "")


def test_a_fork_keeps_all_but_the_number():
    fork = chosen("base", 73571)
    assert fork.chain_id == 73571
    assert fork.usdc == PROFILES["base"].usdc


@pytest.mark.parametrize("name", ["bsae", "Base", "-1", "8_453", "٨", " "])
def test_an_unknown_name_is_answered_with_those_that_there_are(name):
    with pytest.raises(ImproperlyConfigured) as refused:
        chosen(name, None)
    assert repr(name) in str(refused.value)
    assert all(key in str(refused.value) for key in PROFILES)


def test_one_site_cannot_be_for_two_chains():
    with pytest.raises(ImproperlyConfigured, match=r"CHAIN_ID says 1, which is Ethereum\. Leave CHAIN_ID out"):
        chosen("base", 1)


class NotingRpc(Rpc):
    """Asks the real node, and notes how many blocks it was asked for logs of at once."""

    def __init__(self, url):
        super().__init__(url)
        self.sizes = []

    def try_batch(self, calls):
        for method, parameters in calls:
            if method == "eth_getLogs" and "fromBlock" in (query := parameters[0]):
                self.sizes.append(int(query["toBlock"], 16) - int(query["fromBlock"], 16) + 1)
        return super().try_batch(calls)


@pytest.mark.django_db
def test_the_watcher_never_asks_for_more_blocks_than_the_chain_s_nodes_give(anvil, deployed, settings):
    anvil.mine(100)
    settings.CHAIN_MAX_RANGE = 7
    watcher = Watcher(rpc := NotingRpc(anvil.url))
    watcher.catch_up()
    watcher.release()
    assert max(rpc.sizes) == 7
    assert sum(rpc.sizes) == anvil.head() - deployed.start_block + 1
    assert Cursor.objects.get().range <= 7


@pytest.mark.django_db
def test_a_size_that_was_learnt_elsewhere_is_cut_too(anvil, deployed, settings):
    watcher = Watcher(rpc := NotingRpc(anvil.url))
    watcher.catch_up()
    Cursor.objects.update(range=900)
    anvil.mine(50)
    settings.CHAIN_MAX_RANGE, rpc.sizes = 20, []
    watcher.catch_up()
    watcher.release()
    assert rpc.sizes == [20, 20, 10]


def test_works_are_paid_in_the_chain_s_usdc_unless_another_is_named(fresh_anvil, settings, tmp_path):
    creation = create2.creation("TestUSDC", ["0x" + "07" * 20])  # told another address: at another address
    usdc = create2.address_of(creation)
    sent = transactions.send(get_rpc(), DEPLOYER.account, to=create2.FACTORY, data=create2.calldata(creation))
    transactions.wait(get_rpc(), sent, seconds=20)
    assert deployment().usdc != usdc

    settings.DEPLOYMENTS_DIR, settings.USDC_ADDRESS = tmp_path / "other", to_checksum_address(usdc)
    call_command("deploy_contracts", stdout=StringIO())
    assert deployment().usdc == usdc
