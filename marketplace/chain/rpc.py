"""JSON-RPC 2.0 to an Ethereum node, raw: pooled HTTP and orjson, no formatting between the node and us."""

import itertools
import os
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

import httpx
import orjson
from django.conf import settings

Call = tuple[str, Sequence[Any]]

LOOPBACK = {"127.0.0.1", "localhost", "::1"}


class RpcUnavailable(Exception):
    """The node did not answer, or answered something that is not JSON-RPC. Trying again may help."""


class RpcError(Exception):
    """The node answered, with an error.

    `code` and `message` are the node's; `data` carries a revert's bytes (0x-prefixed) where the node gives them.
    """

    def __init__(self, code: int, message: str, data: Any = None) -> None:
        super().__init__(f"{message} ({code})")
        self.code = code
        self.message = message
        self.data = data


class Rpc:
    """One node. Safe to share between threads, not between processes (see `get_rpc`)."""

    def __init__(self, url: str, timeout: float = 10.0) -> None:
        """`timeout`: seconds for each request."""
        self.url = url
        self._ids = itertools.count(1)
        # A proxy from the environment is for the outside world; it cannot reach this machine's own node.
        outside = urlsplit(url).hostname not in LOOPBACK
        self._http = httpx.Client(timeout=timeout, trust_env=outside, headers={"content-type": "application/json"})

    def call(self, method: str, *params: Any) -> Any:
        """The result of one call. Raises RpcError, RpcUnavailable."""
        answer = self._post(self._request((method, params)))
        if not isinstance(answer, dict):
            raise RpcUnavailable(f"{self.place} answered a batch to a single call.")
        return _result(answer)

    def batch(self, calls: Sequence[Call]) -> list[Any]:
        """The results of several calls, in their order, in one request.

        Raises RpcError for the first that failed, RpcUnavailable.
        """
        return [unwrap(answer) for answer in self.try_batch(calls)]

    def try_batch(self, calls: Sequence[Call]) -> list[Any]:
        """As `batch`, with an RpcError in the place of each result that failed. Raises RpcUnavailable."""
        if not calls:
            return []
        requests = [self._request(call) for call in calls]
        answers = self._post(requests)
        if isinstance(answers, dict):  # some nodes refuse a whole batch with one error
            _result(answers)
            raise RpcUnavailable(f"{self.place} answered a batch with a single result.")
        by_id = {answer.get("id"): answer for answer in answers if isinstance(answer, dict)}
        results: list[Any] = []
        for request in requests:
            answer = by_id.get(request["id"])
            if answer is None:
                raise RpcUnavailable(f"{self.place} left out an answer of a batch.")
            try:
                results.append(_result(answer))
            except RpcError as error:
                results.append(error)
        return results

    def close(self) -> None:
        self._http.close()

    @property
    def host(self) -> str:
        """Enough to find the node, without the key that a provider's path may hold."""
        return urlsplit(self.url).netloc.rpartition("@")[2]

    @property
    def place(self) -> str:
        return f"The node at {self.host}"

    def _request(self, call: Call) -> dict[str, Any]:
        method, params = call
        return {"jsonrpc": "2.0", "id": next(self._ids), "method": method, "params": list(params)}

    def _post(self, body: Any) -> Any:
        content = orjson.dumps(body)
        try:
            response = self._http.post(self.url, content=content)
        except (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError):
            # A kept connection that the node has closed since, by a restart for one: a fresh one tells.
            response = self._post_once_more(content)
        except httpx.HTTPError as error:
            raise RpcUnavailable(f"{self.place} does not answer: {error or type(error).__name__}.") from error
        try:
            answer = orjson.loads(response.content)
        except orjson.JSONDecodeError as error:
            raise RpcUnavailable(f"{self.place} answered HTTP {response.status_code}, not JSON.") from error
        is_rpc = isinstance(answer, list) or (isinstance(answer, dict) and ("result" in answer or "error" in answer))
        if response.status_code == 429 or response.status_code >= 500 or not is_rpc:
            raise RpcUnavailable(f"{self.place} answered HTTP {response.status_code}.")
        return answer

    def _post_once_more(self, content: bytes) -> httpx.Response:
        try:
            return self._http.post(self.url, content=content)
        except httpx.HTTPError as error:
            raise RpcUnavailable(f"{self.place} does not answer: {error or type(error).__name__}.") from error


def get_rpc() -> Rpc:
    """The node of this site, or its nodes as one (`settings.CHAIN_RPC_URL`), with connections kept open."""
    return _shared(settings.CHAIN_RPC_URL, os.getpid())


def urls() -> list[str]:
    """Of the site's nodes, the one to be preferred first."""
    return re.findall(r"[^\s,]+", settings.CHAIN_RPC_URL)


@lru_cache(maxsize=8)
def _shared(setting: str, pid: int) -> Rpc:
    """Per process: a forked worker must not write to its parent's sockets."""
    from marketplace.chain.nodes import Nodes  # is made of this module's

    places = urls()
    return Nodes(places) if len(places) > 1 else Rpc(setting.strip(" ,"))


def unwrap(answer: Any) -> Any:
    """A result of `try_batch`, or its error raised."""
    if isinstance(answer, RpcError):
        raise answer
    return answer


def _result(answer: dict[str, Any]) -> Any:
    error = answer.get("error")
    if error is None:
        return answer.get("result")
    if not isinstance(error, dict):
        raise RpcError(0, str(error))
    raise RpcError(int(error.get("code") or 0), str(error.get("message") or "no message"), error.get("data"))


def to_int(quantity: Any) -> int:
    """An integer from a node's hex quantity. Raises RpcUnavailable if it is none."""
    try:
        return int(quantity, 16)
    except (TypeError, ValueError) as error:
        raise RpcUnavailable(f"The node answered {quantity!r} where a hex number belongs.") from error
