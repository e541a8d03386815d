from django.apps import AppConfig


class RoyaltiesConfig(AppConfig):
    name = "marketplace.royalties"
    label = "royalties"

    def ready(self) -> None:
        from marketplace.chain import intents
        from marketplace.licensing import checkout
        from marketplace.royalties import actions, handlers, keeper  # noqa: F401 - handlers, keeper register themselves

        intents.register(actions.OFFER, on_signed=actions.publish_share_offer)
        for kind in (actions.CANCEL, actions.APPROVE, actions.CLAIM, actions.WITHDRAW):
            intents.register(kind)
        checkout.register(actions.PURCHASE, actions.purchase_calldata)
