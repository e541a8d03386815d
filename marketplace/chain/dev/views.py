"""What the built-in demo wallet needs: its people, and a way to the local node through our origin."""

from typing import Any

import orjson
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from marketplace.chain.dev.accounts import PEOPLE
from marketplace.chain.rpc import RpcError, RpcUnavailable, get_rpc

ALLOWED = frozenset({
    "eth_accounts", "eth_blockNumber", "eth_call", "eth_chainId", "eth_estimateGas", "eth_feeHistory", "eth_gasPrice",
    "eth_getBalance", "eth_getBlockByNumber", "eth_getCode", "eth_getTransactionByHash", "eth_getTransactionCount",
    "eth_getTransactionReceipt", "eth_maxPriorityFeePerGas", "eth_sendRawTransaction", "net_version",
})  # fmt: skip
MOST_BYTES = 512 * 1024
MOST_CALLS = 50

PARSE_ERROR, INVALID_REQUEST, METHOD_NOT_FOUND, INTERNAL_ERROR = -32700, -32600, -32601, -32603  # JSON-RPC 2.0, 5.1


@require_GET
def accounts(request: HttpRequest) -> JsonResponse:
    """The people of the local chain, with their keys, which the whole world knows anyway."""
    _only_here()
    people = [{"name": p.name, "role": p.role, "address": p.address, "privateKey": p.private_key} for p in PEOPLE]
    return JsonResponse(people, safe=False)


@csrf_exempt  # a wallet has no form and no token; `_from_our_pages` asks the browser where the call comes from
@require_POST
def rpc(request: HttpRequest) -> HttpResponse:
    """JSON-RPC to the local node: single calls and batches, of the methods that a wallet needs."""
    _only_here()
    if not _from_our_pages(request):
        return _answer(_error(None, INVALID_REQUEST, "Only pages of this site may call this."), 403)
    if int(request.headers.get("content-length") or 0) > MOST_BYTES:
        return _answer(_error(None, INVALID_REQUEST, f"At most {MOST_BYTES} bytes."), 413)
    try:
        body = orjson.loads(request.body)
    except orjson.JSONDecodeError:
        return _answer(_error(None, PARSE_ERROR, "This is not JSON."), 400)
    if isinstance(body, list):
        if not 0 < len(body) <= MOST_CALLS:
            return _answer(_error(None, INVALID_REQUEST, f"A batch has 1 to {MOST_CALLS} calls."), 400)
        return _answer([_pass_on(call) for call in body])
    return _answer(_pass_on(body))


def _pass_on(call: Any) -> dict[str, Any]:
    if not isinstance(call, dict) or not isinstance(call.get("method"), str):
        return _error(None, INVALID_REQUEST, "A call is an object with a method.")
    number, method, params = call.get("id"), call["method"], call.get("params") or []
    if method not in ALLOWED:
        return _error(number, METHOD_NOT_FOUND, f"{method} is not passed on to the node.")
    if not isinstance(params, list):
        return _error(number, INVALID_REQUEST, "Parameters are a list.")
    try:
        return {"jsonrpc": "2.0", "id": number, "result": get_rpc().call(method, *params)}
    except RpcError as error:
        return _error(number, error.code, error.message, error.data)
    except RpcUnavailable as error:
        return _error(number, INTERNAL_ERROR, str(error))
    except orjson.JSONEncodeError:  # it reads deeper than it writes
        return _error(number, INVALID_REQUEST, "These parameters are nested too deep.")


def _only_here() -> None:
    if not settings.DEV_CHAIN:
        raise Http404


def _from_our_pages(request: HttpRequest) -> bool:
    """By what every current browser says of itself (Fetch Metadata), and by Origin for the others."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("origin")
    return origin is None or origin == f"{request.scheme}://{request.get_host()}"


def _error(number: Any, code: int, message: str, data: Any = None) -> dict[str, Any]:
    error = {"code": code, "message": message, **({} if data is None else {"data": data})}
    return {"jsonrpc": "2.0", "id": number, "error": error}


def _answer(body: Any, status: int = 200) -> HttpResponse:
    return HttpResponse(orjson.dumps(body), status=status, content_type="application/json")
