"""The site's addresses. Names are kebab-case and stand in the namespace `web`."""

from django.urls import path, register_converter

from marketplace.web.views import catalogue, create, info, intents, mine, shares, sign_in, trade


class Word32:
    """A 32-byte word in an address: an offer's digest, a transaction's hash."""

    regex = "0x[0-9a-fA-F]{64}"

    def to_python(self, value: str) -> str:
        return value.lower()

    def to_url(self, value: str) -> str:
        return value


register_converter(Word32, "word32")
app_name = "web"

urlpatterns = [
    path("", catalogue.home, name="home"),
    path("explore/", catalogue.explore, name="explore"),
    path("works/<slug:slug>-<int:token_id>/", catalogue.work, name="work"),
    path("works/<slug:slug>-<int:token_id>/holders/", catalogue.work_holders, name="work-holders"),
    path("works/<slug:slug>-<int:token_id>/activity/", catalogue.work_activity, name="work-activity"),
    # Signing in
    path("sign-in/", sign_in.sign_in, name="sign-in"),
    path("sign-in/nonce", sign_in.nonce, name="sign-in-nonce"),
    path("sign-in/verify", sign_in.verify, name="sign-in-verify"),
    path("sign-out", sign_in.sign_out, name="sign-out"),
    path("settings/", sign_in.settings, name="settings"),
    # Making a work
    path("create/", create.upload, name="create"),
    path("create/<uuid:draft_id>/discard", create.discard, name="create-discard"),
    path("create/<uuid:draft_id>/<slug:step>/", create.step, name="create-step"),
    # Licences
    path("works/<int:token_id>/offer/", trade.offer_new, name="offer-new"),
    path("offers/<word32:digest>/", trade.offer, name="offer"),
    path("offers/<word32:digest>/terms.json", trade.offer_json, name="offer-json"),
    path("offers/<word32:digest>/buy/", trade.offer_buy, name="offer-buy"),
    path("offers/cancel", trade.offers_cancel, name="offers-cancel"),
    path("offers/<word32:digest>/cancel", trade.offer_cancel, name="offer-cancel"),
    # Shares
    path("works/<int:token_id>/shares/sell/", shares.sell, name="shares-sell"),
    path("shares/<word32:digest>/buy/", shares.buy, name="shares-buy"),
    path("shares/<word32:digest>/cancel", shares.cancel, name="shares-cancel"),
    # What is mine
    path("studio/", mine.studio, name="studio"),
    path("portfolio/", mine.portfolio, name="portfolio"),
    path("portfolio/claim", mine.claim, name="portfolio-claim"),
    path("portfolio/withdraw", mine.withdraw, name="portfolio-withdraw"),
    path("library/", mine.library, name="library"),
    path("library/<int:number>/certificate/", mine.certificate, name="certificate"),
    path("library/<int:number>/original", mine.original, name="original"),
    # What the reader's wallet is asked for
    path("activity/", intents.activity, name="activity"),
    path("intents/<uuid:intent_id>/", intents.intent, name="intent"),
    path("intents/<uuid:intent_id>/request", intents.request_for_wallet, name="intent-request"),
    path("intents/<uuid:intent_id>/sent", intents.sent, name="intent-sent"),
    path("intents/<uuid:intent_id>/signed", intents.signed, name="intent-signed"),
    path("intents/<uuid:intent_id>/refused", intents.refused, name="intent-refused"),
    path("intents/<uuid:intent_id>/retry", intents.retry, name="intent-retry"),
    path("tx/<word32:tx_hash>/", intents.transaction, name="transaction"),
    # To read
    path("fees/", info.fees, name="fees"),
    path("how-it-works/", info.how_it_works, name="how-it-works"),
    path("styleguide/", info.styleguide, name="styleguide"),
    path("robots.txt", info.robots, name="robots"),
]
