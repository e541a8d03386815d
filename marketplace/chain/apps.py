from django.apps import AppConfig


class ChainConfig(AppConfig):
    name = "marketplace.chain"
    label = "chain"

    def ready(self) -> None:
        from marketplace.chain import actions  # noqa: F401 - delivers confirmations
