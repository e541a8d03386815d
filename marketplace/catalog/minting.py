"""What a wallet is asked to send to make a work of a draft: `Rights.create`, and the draft's EIP-712 digest."""

from dataclasses import dataclass
from typing import Any

from eth_utils import to_checksum_address

from marketplace.catalog.errors import CannotMint
from marketplace.catalog.models import Draft
from marketplace.chain import contracts, signatures
from marketplace.chain.deployments import Deployment
from marketplace.chain.eip712 import TypedData, fields, to_contract
from marketplace.chain.rpc import RpcError, RpcUnavailable, get_rpc

ROYALTY_BPS = 500  # ERC-2981: what a resale elsewhere should bring the work
DRAFT_TYPE = fields(
    "address creator, address asset, bytes32 content, bytes32 metadata, uint16 royaltyBps, address operator, "
    "uint64 deadline, uint256 salt, Share[] shares"
)
SHARE_TYPE = fields("address holder, uint32 amount")


@dataclass(frozen=True, slots=True)
class Mint:
    """A draft as the contract takes it."""

    fields: dict[str, Any]  # Rights.Draft
    deployment: Deployment

    @property
    def typed_data(self) -> TypedData:
        """What the creator signs where somebody else is to send it (`Rights.createFor`)."""
        message = {name: str(value) if isinstance(value, int) else value for name, value in self.fields.items()}
        message["shares"] = [{**share, "amount": str(share["amount"])} for share in self.fields["shares"]]
        return to_contract(self.deployment, "Rights", {"Draft": DRAFT_TYPE, "Share": SHARE_TYPE}, "Draft", message)

    @property
    def hash(self) -> str:
        """What `Rights.hashDraft` answers: the EIP-712 digest, which `WorkCreated` carries."""
        return signatures.digest(self.typed_data)

    @property
    def transaction(self) -> dict[str, Any]:
        """{to, data, value}, for the creator to send."""
        return {"to": self.deployment.rights, "data": contracts.calldata("Rights", "create", [self.fields]), "value": 0}


def mint_of(draft: Draft, *, metadata: str, deployment: Deployment) -> Mint:
    """A finished draft, with its salt, for the contract. `metadata`: digest of its document.

    The market becomes the creator's operator at birth, so that selling shares needs no approval later.
    """
    original = draft.original
    assert original is not None  # nothing is missing
    struct = {
        "creator": draft.account.address,
        "asset": deployment.usdc,
        "content": original.digest,
        "metadata": metadata,
        "royaltyBps": ROYALTY_BPS,
        "operator": deployment.market,
        "deadline": 0,
        "salt": int(draft.salt, 16),
        "shares": [{"holder": holder, "amount": amount} for holder, amount in draft.shares if amount],
    }
    return Mint(struct, deployment)


def check_with_chain(mint: Mint) -> None:
    """Asks the contract for its hash of the draft, and whether it would take it. Says nothing if no node answers.

    Raises CannotMint, saying why the contract would refuse.
    """
    call = {"from": mint.fields["creator"], "to": mint.deployment.rights, "data": mint.transaction["data"]}
    try:
        expected = contracts.view("Rights", "hashDraft", [mint.fields])
        if expected != mint.hash:
            raise CannotMint(
                "The contract that this site works with is another one than it was made for, so nothing was sent. "
                "Please tell us.",
                "wrong-contract",
            )
        get_rpc().call("eth_call", call, "latest")
    except RpcUnavailable:
        return  # the wallet's own node will tell
    except RpcError as error:
        if refusal := contracts.revert("Rights", error):
            raise CannotMint(_in_words(refusal, mint)) from error


def _in_words(refusal: contracts.Reverted, mint: Mint) -> str:
    if refusal.name == "AssetNotAllowed":
        return "The contract does not take new works in this currency just now. Nothing was sent. Try again later."
    suspects = []
    if refusal.name == "ERC1155InvalidReceiver":
        suspects = [refusal.args_[0]]
    elif not refusal.name:  # a contract that answers nothing to the question whether it takes tokens
        holders = [share["holder"] for share in mint.fields["shares"]]
        codes = get_rpc().batch([("eth_getCode", [holder, "latest"]) for holder in holders])
        suspects = [holder for holder, code in zip(holders, codes, strict=True) if code not in ("0x", None)]
    if suspects:
        return (
            f"{', '.join(map(to_checksum_address, suspects))} is a contract that cannot hold shares. Give its part to "
            f"another address, then mint again."
        )
    return f"The contract would refuse this work ({refusal}), so nothing was sent. Look at the draft again."
