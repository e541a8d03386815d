"""What a deployment is made of: one line a contract, each after those that it is told of."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Part:
    """A contract of ours. All that its constructor takes is addresses."""

    name: str  # of the contract and of its ABI
    told: tuple[str, ...] = ()  # the constructor's arguments: parts by name, or "governor"
    edge: bool = False  # whether Rights lets it grant licences and bring money to works

    @property
    def key(self) -> str:
        """Its name in the deployment file."""
        return self.name.lower()


TIMELOCK = Part("Timelock", ("governor",))
PARTS = (
    TIMELOCK,
    Part("Rights", ("Timelock",)),
    Part("Market", ("Rights", "Timelock"), edge=True),
    Part("Meter", ("Rights",), edge=True),
    Part("Streams", ("Rights", "Market"), edge=True),
    Part("Invoices", ("Market",)),
    Part("Remix", ("Rights",)),
    Part("Collections", ("Rights",)),
)

# Money of the local chain. Elsewhere the chain's own tokens take their places.
TEST_USDC = Part("TestUSDC", ("governor",))
TEST_WETH = Part("TestWETH")
