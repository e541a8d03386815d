from tests.licensing.node import market_node, trade  # noqa: F401 - fixtures
