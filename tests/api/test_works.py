"""What programs read of works."""

import json
from base64 import b64encode

import pytest
from eth_utils import to_checksum_address

from tests import factories
from tests.factories import address
from tests.web.conftest import site, visitor

__all__ = ["site", "visitor"]

API = "/api/v1"
pytestmark = pytest.mark.django_db


def results(client, path: str) -> list[dict]:
    answer = client.get(API + path)
    assert answer.status_code == 200, answer.content
    body = answer.json()
    return body["results"] if isinstance(body, dict) else body


@pytest.mark.parametrize(
    "cursor",
    ["zzz", "\0", "é", *(b64encode(c).decode() for c in (b"p=x", b"r=abc", b"o=-1", b"p=0001-01-01T00:00:00%2B23:59"))],
)
def test_a_cursor_that_is_none_is_refused_in_words(cursor, visitor) -> None:
    factories.WorkFactory()
    answer = visitor.get(f"{API}/works", {"cursor": cursor})
    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["errors"] == [
        {
            "at": "query.cursor",
            "message": "This is no cursor of ours. Take one from `next` or `previous`, or leave it out to start anew.",
        }
    ]


def test_works_are_listed_newest_first_with_their_evidence(visitor) -> None:
    old, new = factories.WorkFactory(), factories.WorkFactory()
    listed = results(visitor, "/works")
    assert [work["id"] for work in listed] == [new.token_id, old.token_id]
    first = listed[0]
    assert first["creator"] == to_checksum_address(new.creator)
    assert first["content_sha256"] == new.content
    assert first["evidence"] == {
        "transaction": new.log.tx_hash,
        "block": new.log.block_number,
        "log_index": 0,
        "finality": "final",
    }
    assert {p["name"] for p in first["previews"]} == {"card", "page"}
    assert first == visitor.get(f"{API}/works/{new.token_id}").json()


def test_a_page_of_works_costs_the_same_however_many_it_shows(visitor, django_assert_max_num_queries) -> None:
    for _ in range(12):
        factories.WorkFactory()
    with django_assert_max_num_queries(6):
        assert len(results(visitor, "/works")) == 12


def test_following_the_cursor_shows_each_work_once(visitor) -> None:
    made = {factories.WorkFactory().token_id for _ in range(7)}
    seen: list[int] = []
    path = f"{API}/works?page_size=3"
    while path:
        body = visitor.get(path).json()
        seen += [work["id"] for work in body["results"]]
        path = body["next"]
    assert sorted(seen) == sorted(made)


def test_works_are_found_by_creator_in_any_spelling_and_by_title(visitor) -> None:
    mine = factories.WorkFactory(creator=address("ada"), metadata__title="A red cup")
    factories.WorkFactory(metadata__title="A blue jug")
    for spelling in (address("ada"), to_checksum_address(address("ada"))):
        assert [w["id"] for w in results(visitor, f"/works?creator={spelling}")] == [mine.token_id]
    assert [w["id"] for w in results(visitor, "/works?q=RED")] == [mine.token_id]
    assert [w["id"] for w in results(visitor, "/works?q=R%00ED")] == [mine.token_id]


def test_an_address_with_a_wrong_checksum_is_refused_with_the_reason(visitor) -> None:
    right = to_checksum_address(address("ada"))
    at = next(i for i in range(41, 1, -1) if right[i].isalpha())
    wrong = right[:at] + right[at].swapcase() + right[at + 1 :]
    answer = visitor.get(f"{API}/works?creator={wrong}")
    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"
    assert "checksum" in answer.json()["errors"][0]["message"]


def test_a_work_that_is_not_there_is_a_problem_that_says_so(visitor) -> None:
    answer = visitor.get(f"{API}/works/999")
    assert (answer.status_code, answer.json()["code"]) == (404, "not-found")
    assert "999" in answer.json()["detail"]


def test_holders_have_exact_amounts_as_text(visitor) -> None:
    work = factories.WorkFactory(shares=[(address("artist"), 900_000), (address("ben"), 100_000)])
    factories.RevenueFactory(work=work, amount=9_007_199_254_740_993_000)  # JavaScript would lose the 3
    holders = results(visitor, f"/works/{work.token_id}/holders")
    assert [(h["address"], h["shares"], h["owed"]) for h in holders] == [
        (to_checksum_address(address("artist")), 900_000, "8106479329266893700"),
        (to_checksum_address(address("ben")), 100_000, "900719925474099300"),
    ]


def test_payments_and_revenue_say_where_they_stand_on_the_chain(visitor) -> None:
    work = factories.WorkFactory()
    factories.RevenueFactory(work=work, amount=117_000_000)
    paid = factories.PaymentFactory(work=work, amount=105_300_000)
    (payment,) = results(visitor, f"/works/{work.token_id}/payments")
    assert (payment["amount"], payment["evidence"]["transaction"]) == ("105300000", paid.log.tx_hash)
    (revenue,) = results(visitor, f"/works/{work.token_id}/revenue")
    assert (revenue["amount"], revenue["total"]) == ("117000000", "117000000")
    (part,) = revenue["parts"]
    assert (part["shares"], part["amount"], part["paid_in"]) == (1_000_000, "117000000", paid.log.tx_hash)


def test_licences_are_found_by_licensee_and_only_by_licensee(visitor) -> None:
    licence = factories.LicenceFactory(licensee=address("cortex"))
    (found,) = results(visitor, f"/licences?licensee={address('cortex')}")
    assert found["licence_id"] == licence.licence_id
    assert results(visitor, f"/licences?licensee={address('emil')}") == []
    assert visitor.get(f"{API}/licences").status_code == 422


def test_the_deployment_tells_a_program_all_it_needs(visitor, site) -> None:
    body = visitor.get(f"{API}/deployment").json()
    assert body["contracts"]["Market"] == to_checksum_address(site.market)
    assert body["assets"][0]["symbol"] == "USDC"
    abi = visitor.get(body["abis"]["Market"]).json()
    assert "buyLicence" in {item.get("name") for item in abi}
    assert visitor.get(f"{API}/abis/..%2F..%2Fsettings").status_code == 404


def test_without_contracts_the_deployment_is_a_problem_that_says_what_to_do(visitor, settings, tmp_path) -> None:
    settings.DEPLOYMENTS_DIR = tmp_path / "none"
    answer = visitor.get(f"{API}/deployment")
    assert (answer.status_code, answer.json()["code"]) == (503, "not-deployed")
    assert "deploy_contracts" in answer.json()["detail"]


def test_the_schema_names_every_operation(visitor) -> None:
    schema = json.loads(visitor.get(f"{API}/openapi.json").content)
    operations = {o["operationId"] for path in schema["paths"].values() for o in path.values()}
    assert operations == {
        "deployment", "abi", "works_list", "works_one", "offers_list", "holders_list", "revenue_list",
        "payments_list", "licences_list",
    }  # fmt: skip
    assert visitor.get(f"{API}/docs").status_code == 200


@pytest.mark.parametrize("path", ["/nope", "/works/-1", "/works/1/nope", "/abis/a/b"])
def test_an_address_that_the_api_does_not_have_is_a_problem_too(visitor, path) -> None:
    answer = visitor.get(API + path)
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")
    assert "/api/v1/docs" in answer.json()["detail"]
