"""Why a step did not go through."""

from marketplace.chain.rpc import RpcUnavailable


class BadAnswer(Exception):
    """The node contradicts itself or is behind. Nothing was taken in; asking again may help."""


class Behind(BadAnswer):
    """A node does not have yet what others had. Waiting helps."""


class NodesDisagree(Exception):
    """Nodes have different blocks at one height, and most of them no one block. Nothing was changed."""


class LeaseLost(Exception):
    """Another watcher has taken over. Nothing that this one was about to write was written."""


class Halt(Exception):
    """Going on could make what people see untrue. Nothing was changed; the message says what to do."""


class WrongChain(Halt, RpcUnavailable):
    """The node is on another chain. Where there is another node, it is the one to ask."""
