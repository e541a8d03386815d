"""docs/contracts/privileges.md names every call that not everybody may make."""

import re

import pytest
from django.conf import settings

from marketplace.chain import abis
from marketplace.chain.parts import PARTS

SOURCES = sorted((settings.BASE_DIR / "contracts" / "src").glob("*.sol"))
PAGE = (settings.BASE_DIR / "docs" / "contracts" / "privileges.md").read_text()
GUARDS = r"onlyOwner|onlyEdge|onlyCourt|onlyRole|onlySelf|onlyRights|onlyInvoices|NotTheCourt"


def guarded():
    """(file, function) of each function that has a guard as a modifier or refuses callers by hand."""
    for path in SOURCES:
        for function in re.split(r"\n    (?=function )", path.read_text())[1:]:
            name = re.match(r"function (\w+)", function)[1]
            if re.search(rf"\b({GUARDS})\b", function.split("\n    }")[0]):
                yield path.stem, name


@pytest.mark.parametrize(("contract", "name"), sorted(set(guarded())))
def test_a_guarded_function_is_on_the_page(contract, name):
    assert re.search(rf"`(\w+\.)?{name}\b", PAGE), f"{contract}.{name} is missing"


def test_the_functions_that_are_known_to_be_guarded_are_found():
    found = set(guarded())
    assert {
        ("Rights", "allowAsset"),
        ("Rights", "grantLicence"),
        ("RoyaltySplitter", "hold"),
        ("Market", "setFee"),
    } <= found


def test_only_the_contracts_that_the_page_names_have_an_owner():
    owned = {part.name for part in PARTS if any(i["name"] == "owner" for i in abis.items(part.name, "function"))}
    governed = {part.name for part in PARTS if any(i["name"] == "hasRole" for i in abis.items(part.name, "function"))}
    assert (owned, governed) == ({"Rights", "Market"}, {"Timelock"})
    (line,) = [line for line in PAGE.splitlines() if line.endswith("have no owner and no settings.")]
    assert set(re.findall(r"[A-Z]\w+", line)) == {part.name for part in PARTS} - owned - governed


def test_what_ownership_and_the_timelock_bring_is_on_the_page():
    inherited = {"transferOwnership", "acceptOwnership", "renounceOwnership", "grantRole", "revokeRole", "renounceRole"}
    timelock = {"schedule", "scheduleBatch", "cancel", "execute", "executeBatch", "updateDelay"}
    names = {item["name"] for name in ("Rights", "Timelock") for item in abis.items(name, "function")}
    assert inherited | timelock <= names
    for name in inherited | timelock:
        assert f"`{name}`" in PAGE
