"""Amounts as they are written in sentences. Pages have their own, richer, formatting."""

from marketplace.chain.deployments import Asset


def in_words(amount: int, asset: Asset) -> str:
    """An exact amount with its symbol: 1_250_000 of a 6-decimal USDC is "1.25 USDC". No rounding, no float."""
    whole, part = divmod(amount, 10**asset.decimals)
    decimals = str(part).zfill(asset.decimals).rstrip("0") if part else ""
    if decimals:
        decimals = "." + decimals.ljust(2, "0")
    return f"{whole:,}{decimals} {asset.symbol}"
