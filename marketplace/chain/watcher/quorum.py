"""What cannot be undone is not done on the word of one node, where there are others."""

from collections import Counter

from marketplace.chain.rpc import RpcError, RpcUnavailable
from marketplace.chain.watcher.errors import BadAnswer, Behind, NodesDisagree
from marketplace.chain.watcher.identity import identify
from marketplace.chain.watcher.source import Source


def confirm(source: Source, number: int, block_hash: str) -> None:
    """Has another node say that it has this block as well; if one has another block, most of all have to.

    Nodes that do not answer, or are stuck below it, have no say: if none is left, the source's word is enough, as it
    is where there is one node. One that is behind is waited for: else a node that makes up blocks faster than the
    chain does would be believed. Raises BadAnswer if most have another block, NodesDisagree, Behind.
    """
    nodes = source.nodes
    if nodes is None:
        return
    votes = {source.rpc: block_hash}
    dissent = []
    awaited = []
    for node in nodes.others(source.rpc):
        try:
            if not node.is_ours:
                identify(node.probe)
                node.is_ours = True
            theirs = Source(node.probe, ()).headers([number])[0]
            if theirs is None:
                node.ask_head()
        except (RpcUnavailable, RpcError, BadAnswer) as error:
            nodes.put_aside(node, error)
            continue
        if theirs is None:
            if not node.is_stuck:
                awaited.append(node.rpc.host)
            continue
        votes[node.rpc] = theirs.hash
        if theirs.hash != block_hash:
            dissent.append(node)
            continue
        node.failures = 0
        if not dissent:
            return
    counted = Counter(votes.values())
    most, count = counted.most_common(1)[0]
    if 2 * count <= len(votes):
        said = ", ".join(f"{rpc.host} has {its}" for rpc, its in votes.items())
        raise NodesDisagree(
            f"The nodes disagree about block {number}: {said}. Nothing is changed until most of them agree. A node "
            "that is known to be wrong can be taken out of CHAIN_RPC_URL."
        )
    if most != block_hash:
        raise BadAnswer(f"{source.rpc.place} has another block {number} than most of the nodes.")
    if awaited and count == 1:
        raise Behind(f"Block {number} waits for another node to have it: {', '.join(awaited)}.")
    for node in dissent:
        if node.problem is None:
            nodes.put_aside(node, BadAnswer(f"It has another block {number} than most of the nodes."))
