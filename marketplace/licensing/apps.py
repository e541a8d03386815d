from django.apps import AppConfig


class LicensingConfig(AppConfig):
    name = "marketplace.licensing"
    label = "licensing"

    def ready(self) -> None:
        from marketplace.chain import intents
        from marketplace.licensing import actions, checkout, handlers  # noqa: F401 - handlers register themselves

        intents.register(actions.OFFER, on_signed=actions.publish_offer)
        intents.register(actions.CANCEL)
        intents.register(actions.CANCEL_ALL)
        intents.register(checkout.APPROVE)
        checkout.register(actions.PURCHASE, actions.purchase_calldata)
