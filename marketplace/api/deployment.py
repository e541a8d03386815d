"""Where the contracts are, and how to talk to them without this site."""

from typing import Any

from django.http import Http404, HttpRequest
from ninja import Router

from marketplace.api.schemas import DeploymentOut
from marketplace.chain import abis
from marketplace.chain.deployments import deployment

router = Router(tags=["deployment"])


@router.get("/deployment", response=DeploymentOut, operation_id="deployment")
def read_deployment(request: HttpRequest):
    """Chain id, contracts, assets, and where each ABI is."""
    here = deployment()
    contracts = {"Rights": here.rights, "Market": here.market}
    return {
        "chain_id": here.chain_id,
        "contracts": contracts,
        "assets": list(here.assets.values()),
        "start_block": here.start_block,
        "abis": {name: request.build_absolute_uri(f"/api/v1/abis/{name}") for name in contracts},
    }


@router.get("/abis/{contract}", response=list[dict[str, Any]], operation_id="abi")
def read_abi(request: HttpRequest, contract: str):
    """The ABI of a contract."""
    if contract not in abis.contracts():  # also keeps paths out
        raise Http404(f"There is no ABI of that name; there is one of each of {', '.join(abis.contracts())}.")
    return abis.abi(contract)
