"""What people call themselves."""

import pytest

from marketplace.accounts.actions import NAME_MAX, rename
from marketplace.accounts.errors import BadName
from marketplace.accounts.models import Account

pytestmark = pytest.mark.django_db
ADA, BEN = "0x" + "aa" * 20, "0x" + "bb" * 20


def named(address: str, name: str) -> str:
    rename(by=Account.objects.at(address), name=name)
    return Account.objects.at(address).name


def test_a_name_is_kept_as_it_can_be_seen() -> None:
    assert named(ADA, "  Ada \u202e Palette\n") == "Ada Palette"
    assert named(ADA, "אדה") == "אדה"


def test_an_empty_name_is_the_address_alone_and_any_number_may_have_it() -> None:
    assert named(ADA, "") == named(BEN, " ") == ""


@pytest.mark.parametrize(
    "name", ["Ada Palette", "ada palette", "ADA  PALETTE", "Ada\u034f Palette", "Ada\u3164Palette", "Ａda Pàlette"]
)
def test_nobody_can_take_a_name_that_reads_as_somebody_elses(name: str) -> None:
    named(ADA, "Ada Palette")
    with pytest.raises(BadName, match="Somebody else"):
        named(BEN, name)
    assert named(ADA, name)  # who has it may write it differently


def test_nobody_speaks_for_the_site() -> None:
    with pytest.raises(BadName):
        named(ADA, "MintMark")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("0x3C44…93BC", "address"),
        ("\u2800\u3164", "nothing in it"),
        ("\u0410da Palette", "mixes alphabets"),
        ("x" * (NAME_MAX + 1), "at most 80"),
    ],
)
def test_a_name_that_misleads_is_refused(name: str, words: str) -> None:
    with pytest.raises(BadName, match=words):
        named(ADA, name)


def test_the_page_saves_a_name_and_says_why_not(client) -> None:
    assert client.get("/settings/").status_code == 302
    named(BEN, "Ben")
    client.force_login(Account.objects.at(ADA))
    answer = client.post("/settings/", {"name": "Ben"})
    assert answer.status_code == 422
    assert "Somebody else has that name" in answer.content.decode()
    answer = client.post("/settings/", {"name": "Ada Palette"}, follow=True)
    assert "Ada Palette" in answer.content.decode()
