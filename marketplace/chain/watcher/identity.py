"""Is this still the chain that we know? A local chain is easily replaced by a new one with the same id."""

from django.conf import settings

from marketplace.chain.models import Chain
from marketplace.chain.rpc import Rpc, to_int
from marketplace.chain.watcher.errors import BadAnswer, WrongChain


def identify(rpc: Rpc) -> Chain:
    """The chain at the node, by its id and its first block; remembered the first time. Raises BadAnswer, WrongChain."""
    chain_id, genesis = rpc.batch([("eth_chainId", []), ("eth_getBlockByNumber", ["0x0", False])])
    if to_int(chain_id) != settings.CHAIN_ID:
        raise WrongChain(
            f"The node at CHAIN_RPC_URL is on chain {to_int(chain_id)}; this site is for chain {settings.CHAIN_ID}. "
            "Set CHAIN_RPC_URL or CHAIN."
        )
    if genesis is None:
        raise BadAnswer("The node does not have block 0.")
    chain, _ = Chain.objects.get_or_create(pk=settings.CHAIN_ID, defaults={"genesis": genesis["hash"].lower()})
    if chain.genesis != genesis["hash"].lower():
        raise WrongChain(
            f"This is another chain {chain.pk} than the one in our database: its first block is {genesis['hash']}, "
            f"not {chain.genesis}. A local chain that was started afresh does that: `make reset` starts the site "
            "afresh too. Otherwise point CHAIN_RPC_URL back to the right node. Nothing was changed."
        )
    return chain
