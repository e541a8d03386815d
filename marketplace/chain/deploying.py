"""Puts the contracts on a chain, sets them up, and writes down where they are.

Where a contract belongs follows from its code, and what is set up is read from the chain. So this may be stopped
after any transaction and run again, by anyone: it goes on with what is missing.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from eth_account.signers.local import LocalAccount

from marketplace.chain import contracts, create2, transactions
from marketplace.chain.artifacts import artifact
from marketplace.chain.deployments import path
from marketplace.chain.dev.accounts import PEOPLE
from marketplace.chain.governing import Call, State, is_governor, operation
from marketplace.chain.parts import PARTS, TEST_USDC, TEST_WETH, Part
from marketplace.chain.rpc import RpcError, get_rpc, to_int

LOCAL = 31337


class DeployError(Exception):
    """The contracts are not in place yet; the message says what to do."""


def deploy(
    *,
    deployer: LocalAccount,
    governor: str | None = None,
    treasury: str | None = None,
    usdc: str | None = None,
    weth: str | None = None,
    say: Callable[[str], None] = print,
) -> bool:
    """Does whatever is missing. Whether anything was.

    `deployer` pays the gas and may be anyone. `governor` speaks for the owner of the contracts, a timelock; `treasury`
    receives the protocol fee (by default: the deployer, the governor). `usdc`, `weth`: tokens that works can earn in;
    the first is needed on every chain but the local one, which gets test tokens and people with money. `say` is given
    a line per step. Raises DeployError, NotBuilt, NotMined, RpcError, RpcUnavailable.
    """
    job = _Job(deployer, (governor or deployer.address).lower(), say)
    job.check_chain()
    local = settings.CHAIN_ID == LOCAL
    if usdc is None and not local:
        raise DeployError("Say which token works are paid in: USDC_ADDRESS is the address of USDC on this chain.")
    is_new = job.is_new()

    for part in PARTS:
        job.put(part)
    gives_money = is_new and local and usdc is None
    usdc = usdc or job.put(TEST_USDC)
    weth = weth or (job.put(TEST_WETH) if local else None)
    tokens = {"usdc": usdc.lower()} | ({"weth": weth.lower()} if weth else {})
    job.govern(_missing(job.at, tokens, (settings.PROTOCOL_FEE_BPS, (treasury or job.at["governor"]).lower())))
    if gives_money:
        for person in PEOPLE:
            if contracts.view("TestUSDC", "balanceOf", [person.address], address=usdc) < person.usdc:
                job.send(usdc, contracts.calldata("TestUSDC", "mint", [person.address, person.usdc]))
                say(f"Gave {person.name} {person.usdc // 10**6:,} test USDC")
    job.write(tokens)
    if not job.did:
        say(f"Contracts are in place on chain {settings.CHAIN_ID}: nothing to do.")
    return job.did


def _missing(at: dict[str, str], tokens: dict[str, str], fee: tuple[int, str]) -> list[Call]:
    """What the owner has still to do. The delay comes last: after it, everything takes that long."""
    timelock, rights, market = at["Timelock"], at["Rights"], at["Market"]
    calls = []
    for key, token in tokens.items():
        if not contracts.view("Rights", "isAllowedAsset", [token], address=rights):
            calls.append(Call(rights, "Rights", "allowAsset", [token, True], f"Allowed {key.upper()} as payment"))
    for part in PARTS:
        if part.edge and not contracts.view("Rights", "isEdge", [at[part.name]], address=rights):
            done = f"Authorised {part.name} to grant licences"
            calls.append(Call(rights, "Rights", "authoriseEdge", [at[part.name], True], done))
    if fee != tuple(contracts.view("Market", name, address=market) for name in ("feeBps", "feeRecipient")):
        calls.append(Call(market, "Market", "setFee", fee, f"Set the protocol fee to {fee[0] / 100:g} %"))
    delay = settings.TIMELOCK_DELAY
    if contracts.view("Timelock", "getMinDelay", address=timelock) != delay:
        done = f"Set the timelock’s delay to {delay / 3600:g} hours"
        calls.append(Call(timelock, "Timelock", "updateDelay", [delay], done))
    return calls


class _Job:
    """One run: the chain, the key, and where things are."""

    def __init__(self, deployer: LocalAccount, governor: str, say: Callable[[str], None]) -> None:
        self.rpc = get_rpc()
        self.deployer = deployer
        self.say = say
        self.did = False
        self.at = {"governor": governor}
        for part in PARTS:
            self.at[part.name] = create2.address_of(self._creation(part))

    def check_chain(self) -> None:
        found = to_int(self.rpc.call("eth_chainId"))
        if found != settings.CHAIN_ID:
            raise DeployError(
                f"The node at CHAIN_RPC_URL is on chain {found}; this site is for chain {settings.CHAIN_ID}."
            )

    def is_new(self) -> bool:
        """Whether nothing was finished on this chain before. Raises DeployError if other contracts were."""
        written = _read(path())
        if not written:
            return True
        if settings.CHAIN_ID == LOCAL and self._code(written["rights"]) == "0x":
            self.say("The local chain is a new one: deploying again")
            path().unlink()  # first: the same addresses will hold code again long before all is in place
            return True
        remedy = "make reset" if settings.CHAIN_ID == LOCAL else f"move {path()} away to deploy afresh"
        for part in PARTS:
            found, belongs = written.get(part.key), self.at[part.name]
            if found not in (None, belongs):
                raise DeployError(
                    f"{part.name} at {found} is not the contract that is built here, which belongs at {belongs}. "
                    f"If that is meant: {remedy}."
                )
        return False

    def put(self, part: Part) -> str:
        """The address of a part, which is made now unless it is there. Raises DeployError."""
        creation = self._creation(part)
        address = create2.address_of(creation)
        if self._code(address) == "0x":
            self._put_factory()
            self.send(create2.FACTORY, create2.calldata(creation))
            self.say(f"Deployed {part.name} at {address}")
        if not artifact(part.name).is_at(self._code(address)):
            raise DeployError(f"{part.name} at {address} is not the contract that is built here. Do not use it.")
        return address

    def govern(self, calls: list[Call]) -> None:
        """Has the timelock do these calls. Raises DeployError if somebody else, or time, must come first."""
        if not calls:
            return
        wanted = operation(self.at["Timelock"], calls)
        if wanted.state == State.UNSET:
            if not is_governor(wanted.timelock, self.deployer.address):
                raise DeployError(
                    f"The governor, {self.at['governor']}, has to announce the set-up. Have them send this to the "
                    f"timelock, {wanted.timelock}, then run this again: {wanted.announcement()}"
                )
            self.send(wanted.timelock, wanted.announcement())
            self.say("Announced the set-up to the timelock")
        if wanted.state == State.WAITING:
            raise DeployError(
                f"The set-up can be done from {wanted.ready_at:%d %B %Y, %H:%M} UTC: run this again then."
            )
        self.send(wanted.timelock, wanted.execution())
        for call in calls:
            self.say(call.done)

    def send(self, to: str, data: str = "0x", value: int = 0) -> None:
        """Raises DeployError if it was reverted."""
        tx_hash = transactions.send(self.rpc, self.deployer, to=to, data=data, value=value)
        self.did = True
        self._check_mined(tx_hash)

    def write(self, tokens: dict[str, str]) -> None:
        before = _read(path())
        new = {
            "chainId": settings.CHAIN_ID,
            **{part.key: self.at[part.name] for part in PARTS},
            **tokens,
            "assets": [self._asset(key, address) for key, address in tokens.items()],
            "startBlock": before["startBlock"] if before else self._first_block(self.at["Rights"]),
            "feeBps": settings.PROTOCOL_FEE_BPS,
            "governor": self.at["governor"],
        }
        if new != before:
            _write(path(), new)
            self.did = True
            self.say(f"Wrote {path().name}")

    def _put_factory(self) -> None:
        code = self._code(create2.FACTORY)
        if code == create2.FACTORY_CODE:
            return
        if code != "0x":
            raise DeployError(f"{create2.FACTORY} on this chain is not the factory that makes contracts elsewhere.")
        funds = to_int(self.rpc.call("eth_getBalance", create2.FACTORY_MAKER, "latest"))
        if funds < create2.FACTORY_COST:
            self.send(create2.FACTORY_MAKER, value=create2.FACTORY_COST - funds)
        try:
            self._check_mined(self.rpc.call("eth_sendRawTransaction", create2.FACTORY_TRANSACTION))
        except RpcError as error:
            raise DeployError(
                f"The factory of contracts is not on this chain, and the node refuses the one transaction that puts it "
                f"at {create2.FACTORY} ({error}). Ask whoever runs the chain to put it there."
            ) from error
        self.say("Put the factory of contracts on this chain")

    def _first_block(self, address: str) -> int:
        """The block that a contract was made in: back from the newest in growing steps, then halving."""
        there = to_int(self.rpc.call("eth_blockNumber"))
        step, missing = 1, -1
        try:
            while there - step >= 0:
                if self._code(address, hex(there - step)) == "0x":
                    missing = there - step
                    break
                there, step = there - step, 2 * step
            while there - missing > 1:
                middle = (there + missing) // 2
                there, missing = (there, middle) if self._code(address, hex(middle)) == "0x" else (middle, missing)
        except RpcError:  # the node keeps no state that old: too early costs time, too late would lose events
            return settings.CHAIN_START_BLOCK
        return there

    def _asset(self, key: str, address: str) -> dict[str, Any]:
        """What is to be known of a token. Only of USDC is it sure that it takes signatures on every chain."""
        fields = ["symbol", "decimals", "name", *(["version"] if key == "usdc" else [])]
        found = {field: contracts.view("TestUSDC", field, address=address) for field in fields}
        return {"address": address, "version": "", **found}

    def _creation(self, part: Part) -> bytes:
        return create2.creation(part.name, [self.at[name] for name in part.told])

    def _code(self, address: str, block: str = "latest") -> str:
        return self.rpc.call("eth_getCode", address, block)

    def _check_mined(self, tx_hash: str) -> None:
        if to_int(transactions.wait(self.rpc, tx_hash, seconds=180)["status"]) == 0:
            raise DeployError(f"Transaction {tx_hash} was reverted. Nothing else was done; run this again.")


def _read(file: Path) -> dict[str, Any]:
    return json.loads(file.read_text()) if file.exists() else {}


def _write(file: Path, data: dict[str, Any]) -> None:
    """In one piece or not at all."""
    file.parent.mkdir(parents=True, exist_ok=True)
    new = file.with_name(f"{file.name}.new")
    new.write_text(json.dumps(data, indent=2) + "\n")
    new.replace(file)
