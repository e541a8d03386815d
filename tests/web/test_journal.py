"""Logs of the contracts, encoded as a chain would, told in words."""

import json

import pytest
from django.conf import settings
from django.urls import reverse
from eth_abi import encode
from eth_utils import keccak

from marketplace.web.journal import LICENCE, WORDS, in_words
from tests import factories
from tests.factories import MARKET, RIGHTS, USDC, ZERO, address, word

ADDRESSES = {"Rights": RIGHTS, "Market": MARKET}


def item_of(name: str) -> dict:
    contract, event = name.split(".")
    abi = json.loads((settings.BASE_DIR / "contracts" / "abi" / f"{contract}.json").read_text())
    abi = abi if isinstance(abi, list) else abi["abi"]
    return next(item for item in abi if item["type"] == "event" and item["name"] == event)


def kind_of(part: dict) -> str:
    if part["type"].startswith("tuple"):
        return f"({','.join(map(kind_of, part['components']))}){part['type'][5:]}"
    return part["type"]


def sample(kind: str, part: dict):
    """A value of that type that means something."""
    if kind.endswith("[]"):
        return [1]
    if part["type"] == "tuple":
        return tuple(sample(kind_of(each), each) for each in part["components"])
    if kind == "address":
        return {"asset": USDC, "to": address("fan"), "from": address("artist")}.get(part["name"], address("artist"))
    if kind == "bool":
        return True
    if kind == "string":
        return "text"
    if kind.startswith("bytes"):
        return bytes.fromhex(word("bytes")[2:])
    return {"workId": 1, "id": 1, "until": 2**40 - 1, "value": 100_000, "shares": 100_000}.get(part["name"], 250)


def log_of(name: str, **values) -> factories.LogEntryFactory:
    item = item_of(name)
    kinds = [kind_of(part) for part in item["inputs"]]
    given = [values.get(p["name"], sample(k, p)) for p, k in zip(item["inputs"], kinds, strict=True)]
    topics = ["0x" + keccak(text=f"{item['name']}({','.join(kinds)})").hex()]
    rest = []
    for part, kind, value in zip(item["inputs"], kinds, given, strict=True):
        if not part["indexed"]:
            rest.append((kind, value))
        elif kind in ("string", "bytes"):
            topics.append("0x" + keccak(text=value).hex())
        else:
            topics.append("0x" + encode([kind], [value]).hex())
    data = "0x" + encode([k for k, _ in rest], [v for _, v in rest]).hex()
    return factories.LogEntryFactory(address=ADDRESSES[name.split(".")[0]], topics=topics, data=data)


@pytest.fixture
def work():
    return factories.WorkFactory(token_id=1, metadata__title="Morning & <Coffee>")


@pytest.mark.parametrize("name", WORDS)
def test_every_event_is_told(name, work):
    [told] = in_words([log_of(name)])
    assert "no words for" not in told["text"]
    assert "{" not in told["text"]
    assert "<Coffee>" not in told["text"], "titles are escaped"


@pytest.mark.parametrize(
    ("name", "values", "words"),
    [
        ("Rights.TransferSingle", {"from": ZERO}, "the first 10% of"),
        ("Rights.TransferSingle", {}, "10% of"),
        ("Rights.TransferSingle", {"from": ZERO, "id": LICENCE + 5, "value": 1}, "received 1 unit of a licence"),
        ("Rights.TransferSingle", {"id": LICENCE + 5, "value": 3}, "handed 3 units of a licence"),
        ("Rights.Paid", {"amounts": [1_500_000]}, "1.50\u00a0USDC from"),
        ("Rights.Deferred", {}, "could not be paid"),
        ("Rights.LicenceGranted", {}, "for ever"),
        ("Rights.ApprovalForAll", {"approved": False, "operator": MARKET}, "no longer allows"),
        ("Rights.Flowed", {"childId": 77, "amount": 2_000_000}, "of what work 77 earned went to"),
        ("Rights.Forwarded", {"amount": 2_000_000}, "passed 2.00\u00a0USDC from"),
        ("Rights.Escrowed", {"amount": 2_000_000}, "2.00\u00a0USDC arrived for"),
        ("Rights.Lifted", {"toWorkId": 77}, "went to work 77"),
        ("Rights.CreatorTransferStarted", {"to": ZERO}, "after all"),
        ("Rights.CreatorTransferred", {}, "handed"),
        ("Rights.Rescued", {"token": ZERO, "amount": 5 * 10**17}, "0.5 of the network’s own coin"),
        ("Rights.Rescued", {"token": USDC, "amount": 2_000_000}, "2.00\u00a0USDC"),
        ("Rights.PayoutSet", {"to": RIGHTS}, "keeps their earnings in the register"),
        ("Rights.CourtSet", {"court": ZERO}, "Nobody may hold"),
        ("Market.LicencePurchased", {"price": 120_000_000}, "for 120.00\u00a0USDC"),
        ("Market.SharesPurchased", {"shares": 125_000}, "bought 12.5%"),
        ("Market.FeeSet", {"feeBps": 250}, "2.5 %"),
        ("Market.SalesPaused", {"paused": False}, "opened again"),
    ],
)
def test_the_words_fit_what_happened(name, values, words, work):
    [told] = in_words([log_of(name, **values)])
    assert words in told["text"]


def test_a_transaction_names_works_and_people(work, visitor):
    artist = factories.AccountFactory(address=address("artist"), name="Ada")
    log = log_of("Rights.WorkCreated")
    page = visitor.get(reverse("web:transaction", args=[log.tx_hash])).content.decode()
    assert artist.name in page
    assert work.get_absolute_url() in page
    assert "Morning &amp; &lt;Coffee&gt;" in page


def test_a_work_that_is_not_here_is_called_by_its_number():
    [told] = in_words([log_of("Rights.Distributed", workId=77)])
    assert "work 77" in told["text"]


@pytest.mark.parametrize(
    "changes", [{"topics": ["0x" + "ab" * 32]}, {"data": "0x12"}, {"topics": []}, {"address": address("x")}]
)
def test_a_log_that_cannot_be_read_is_not_hidden(changes):
    log = log_of("Rights.Distributed")
    for name, value in changes.items():
        setattr(log, name, value)
    [told] = in_words([log])
    assert "no words for" in told["text"]


def test_a_reorganised_transaction_is_gone(work, visitor):
    from django.utils import timezone

    log = log_of("Rights.WorkCreated")
    log.orphaned_at = timezone.now()
    log.save()
    assert visitor.get(reverse("web:transaction", args=[log.tx_hash])).status_code == 404


def test_a_long_transaction_asks_the_database_a_few_times(work, django_assert_max_num_queries):
    logs = [log_of("Rights.Paid") for _ in range(20)]
    with django_assert_max_num_queries(2):
        in_words(logs)
