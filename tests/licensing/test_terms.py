import pytest

from marketplace.chain.deployments import Asset, Deployment
from marketplace.content.canonical import canonical
from marketplace.licensing import scopes, terms
from marketplace.licensing.errors import BadTerms, UnknownScope
from tests.factories import WorkFactory

pytestmark = pytest.mark.django_db

RIGHTS, MARKET, USDC = ("0x" + digit * 40 for digit in "123")
DEPLOYMENT = Deployment(
    chain_id=31337,
    contracts={"Rights": RIGHTS, "Market": MARKET},
    usdc=USDC,
    weth=None,
    assets={USDC: Asset(USDC, "USDC", 6, "USD Coin", "2")},
    start_block=0,
    fee_bps=250,
    governor=RIGHTS,
)
YEAR = 365 * terms.DAY


def document(allowed=scopes.AI_TRAIN.bit, duration=YEAR, work=None, remixes=terms.NOTHING_ASKED):
    return terms.document(
        work or WorkFactory(), allowed=allowed, duration=duration, deployment=DEPLOYMENT, remixes=remixes
    )


@pytest.mark.parametrize("preset", terms.PRESETS, ids=lambda preset: preset.key)
def test_the_document_allows_what_its_bits_say_and_denies_the_rest(preset):
    made = document(allowed=preset.scopes)

    allowed = {key for key, answer in made["usage"].items() if answer == "allow"}
    assert allowed == {scope["key"] for scope in made["scopes"]}
    assert scopes.bits_of(allowed) == preset.scopes == made["scopeBits"]
    for scope in scopes.SCOPES:  # each use is either allowed in words or forbidden in words, never both
        in_words = any(each["allows"] == scope.allows for each in made["scopes"])
        assert in_words != (scope.forbids in made["notAllowed"])


def test_the_same_rights_are_the_same_document():
    work = WorkFactory()
    first, again = canonical(document(work=work)), canonical(document(work=work))
    assert first.digest == again.digest
    assert first.digest != canonical(document(work=work, duration=2 * YEAR)).digest
    assert first.digest != canonical(document(work=WorkFactory())).digest


def test_the_document_names_the_work_and_who_licenses_it():
    work = WorkFactory()
    made = document(work=work)
    assert made["work"]["chain"] == "eip155:31337"
    assert made["work"]["token"] == str(work.token_id)
    assert "0x" + made["work"]["content"]["sha256"] == work.content
    assert made["licensor"].lower() == work.creator
    assert work.metadata.title in made["text"][0]
    assert made["transferable"] is False


def test_what_is_asked_of_remixes_stands_in_the_document():
    made = document(allowed=scopes.REMIX.bit, remixes=terms.Remixes(shares=125_000, approval=True))
    assert made["remix"] == {"shares": 125_000, "of": 1_000_000, "approval": True}
    assert any("12.5 % of its shares" in paragraph and "by a signature" in paragraph for paragraph in made["text"])
    free = document(allowed=scopes.REMIX.bit)
    assert free["remix"] == {"shares": 0, "of": 1_000_000, "approval": False}
    assert any("asks for no part" in paragraph and "Nobody need be asked." in paragraph for paragraph in free["text"])
    assert document()["remix"] is None
    assert len(document()["text"]) == len(free["text"]) - 1


def test_nothing_is_asked_of_remixes_that_are_not_allowed_nor_too_much_of_others():
    with pytest.raises(BadTerms, match="allows no new works"):
        document(remixes=terms.Remixes(approval=True))
    with pytest.raises(BadTerms, match="at most half"):
        document(allowed=scopes.REMIX.bit, remixes=terms.Remixes(shares=500_001))


def test_a_licence_for_ever_says_that_one_unit_is_enough():
    made = document(duration=0)
    assert made["duration"] == {"seconds": 0, "words": "for ever"}
    assert "one is enough" in made["units"]
    assert "It never ends." in made["text"][1]


def test_a_licence_that_allows_nothing_cannot_be_written():
    with pytest.raises(BadTerms, match="at least one use"):
        document(allowed=0)
    with pytest.raises(UnknownScope):
        document(allowed=1 << 20)


@pytest.mark.parametrize("days", [0, -1, terms.MAX_DURATION_DAYS + 1])
def test_a_duration_out_of_reason_is_refused(days):
    with pytest.raises(BadTerms, match="1 to 36,500 days"):
        terms.seconds(days)


def test_durations_are_counted_in_seconds():
    assert terms.seconds(None) == 0
    assert terms.seconds(1) == 86_400
    assert terms.duration_words(86_400) == "1 day"
    assert terms.duration_words(YEAR) == "365 days"
