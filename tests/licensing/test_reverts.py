import pytest

from marketplace.chain import abis
from marketplace.chain.contracts import Reverted
from marketplace.licensing import errors
from marketplace.licensing.reverts import explained

# What a purchase can run into through no fault of ours; all else would be a mistake in what we prepared.
EXPECTED = {
    ("SalesArePaused", ()): errors.SalesPaused,
    ("InvalidSignature", ("0x", "0x")): errors.OfferCancelled,
    ("OfferExpired", (1, 2)): errors.OfferExpired,
    ("OfferWithdrawn", ("0x",)): errors.OfferCancelled,
    ("CounterPassed", (0, 1)): errors.OfferCancelled,
    ("SoldOut", ("0x", 5, 2)): errors.SoldOut,
    ("SellerIsNotCreator", ("0x1", "0x2")): errors.OfferCancelled,
    ("NotForYou", ("0x1", "0x2")): errors.NotForYou,
    ("RevenuePassed", (2, 1)): errors.EarnedMore,
    ("PriceTooHigh", (2, 1)): errors.PriceRose,
    ("NothingWanted", ()): errors.BadUnits,
    ("InsufficientBalance", ()): errors.ShortOfMoney,
    ("AuthorizationExpired", (1, 2)): errors.PaymentVoid,
    ("AuthorizationUsedOrCanceled", ("0x", "0x")): errors.PaymentVoid,
    ("InvalidAuthorization", ("0x",)): errors.PaymentVoid,
    ("Blacklisted", ("0x",)): errors.PaymentRefused,
    ("ERC1155InsufficientBalance", ("0x", 1, 2, 3)): errors.SellerCannotDeliver,
    ("ERC1155MissingApprovalForAll", ("0x", "0x")): errors.SellerCannotDeliver,
}


@pytest.mark.parametrize("revert", EXPECTED, ids=lambda revert: revert[0])
def test_every_refusal_of_a_purchase_has_words_of_its_own(revert):
    name, arguments = revert
    items = [item for contract in abis.contracts() for item in abis.items(contract, "error") if item["name"] == name]
    assert any(len(item["inputs"]) == len(arguments) for item in items)  # the contracts still say it this way
    error = explained(Reverted(name, arguments))
    assert type(error) is EXPECTED[revert]
    assert "charged" in error.message or error.code in ("bad-units", "not-for-you")


def test_what_is_left_is_told():
    assert explained(Reverted("SoldOut", ("0x", 5, 2))).left == 2


@pytest.mark.parametrize(
    ("sentence", "error"),
    [
        ("ERC20: transfer amount exceeds balance", errors.ShortOfMoney),
        ("ERC20: transfer amount exceeds allowance", errors.PaymentVoid),
        ("FiatTokenV2: authorization is used or canceled", errors.PaymentVoid),
        ("FiatTokenV2: authorization is expired", errors.PaymentVoid),
        ("FiatTokenV2: invalid signature", errors.PaymentVoid),
        ("Blacklistable: account is blacklisted", errors.PaymentRefused),
    ],
)
def test_usdc_refuses_in_sentences_and_is_understood(sentence, error):
    assert type(explained(Reverted("Error", (sentence,)))) is error


def test_an_unknown_refusal_is_told_as_the_contract_told_it():
    assert "“Gremlins”" in explained(Reverted("Gremlins")).message
    assert "“no luck today”" in explained(Reverted("Error", ("no luck today",))).message
    assert explained(Reverted("")).code == "contract-refused"
