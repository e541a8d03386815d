from django.apps import AppConfig


class CatalogConfig(AppConfig):
    name = "marketplace.catalog"
    label = "catalog"

    def ready(self) -> None:
        from marketplace.catalog import handlers  # noqa: F401 - registers them
        from marketplace.catalog.actions import MINT
        from marketplace.chain import intents

        intents.register(MINT)
