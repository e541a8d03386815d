"""The accounts of a journey: who held what, who was paid what in which transaction, and whether it adds up."""

from dataclasses import dataclass

from tools.journey.ledger import SHARES, Account, Entry, Ledger
from tools.journey.people import People
from tools.progress import say

USDC = 10**6


@dataclass(frozen=True)
class Movement:
    """USDC that reached somebody, or left them (`amount` below zero), in smallest units."""

    address: str
    reason: str
    amount: int
    tx_hash: str


class Statement:
    """Opened before a journey, closed after it."""

    def __init__(self, people: People, ledger: Ledger):
        self.people, self.ledger = people, ledger
        self.opened_at = ledger.height()
        self.before = self._balances()
        self.shares: dict[str, int] = {}  # of the work in question, when `note_shares` was called

    def note_shares(self, work: int) -> None:
        self.shares = {holder: account.shares for holder, account in self.ledger.accounts(work).items()}

    def entries(self) -> list[Entry]:
        """What happened on the chain since."""
        return self.ledger.entries(since=self.opened_at + 1)

    def close(self, work: int) -> list[str]:
        """Prints the tables. Returns what does not add up: nothing, if every unit is where it belongs."""
        accounts, after = self.ledger.accounts(work), self._balances()
        movements = self._movements(work)
        self._print_shares(accounts)
        self._print_movements(movements)
        expected = {
            address: balance + sum(each.amount for each in movements if each.address == address)
            for address, balance in self.before.items()
        }
        self._print_balances(after, expected)
        return self._mistakes(work, accounts, expected, after)

    def _mistakes(
        self, work: int, accounts: dict[str, Account], expected: dict[str, int], after: dict[str, int]
    ) -> list[str]:
        name = self.people.name_of
        mistakes = [
            f"{name(address)} has {money(after[address])} USDC, and should have {money(balance)}"
            for address, balance in expected.items()
            if after[address] != balance
        ]
        mistakes += [
            f"{name(holder)} earned {money(account.due)} USDC by this work, and received {money(account.received)}"
            for holder, account in accounts.items()
            if account.due != account.received
        ]
        revenue = sum(
            entry.values["amount"]
            for entry in self.ledger.entries()
            if entry.name == "Distributed" and entry.values["workId"] == work
        )
        if sum(account.credit for account in accounts.values()) != revenue * SHARES:
            mistakes.append(f"the holders' parts do not make up the work's revenue of {money(revenue)} USDC")
        if sum(account.shares for account in accounts.values()) != SHARES:
            mistakes.append(f"the holders' shares are not {SHARES:,} together")
        return mistakes

    def _movements(self, work: int) -> list[Movement]:
        found = []
        for entry in self.entries():
            values, tx_hash = entry.values, entry.tx_hash
            if entry.name == "SharesPurchased":
                part, income = percent(values["shares"]), values["price"] - values["fee"]
                found.append(Movement(values["payer"], f"bought {part} of the shares", -values["price"], tx_hash))
                found.append(Movement(values["seller"], f"sold {part} of the shares", income, tx_hash))
            elif entry.name == "LicencePurchased":
                found.append(Movement(values["payer"], "bought a licence", -values["price"], tx_hash))
            elif entry.name == "Paid":
                for number, amount in zip(values["workIds"], values["amounts"], strict=True):
                    reason = "income" if number == work else f"income of work {number}"
                    found.append(Movement(values["to"], reason, amount, tx_hash))
        return [each for each in found if each.amount and each.address in self.before]

    def _balances(self) -> dict[str, int]:
        return {person.address: self.ledger.balance(person.address) for person in self.people}

    # --- on paper

    def _print_shares(self, accounts: dict[str, Account]) -> None:
        say(f"\n  {'Shares':<24}{'at first':>12}{'now':>12}")
        for holder, account in accounts.items():
            if account.shares or self.shares.get(holder):
                old, new = percent(self.shares.get(holder, 0)), percent(account.shares)
                say(f"  {self.people.name_of(holder):<24}{old:>12}{new:>12}")

    def _print_movements(self, movements: list[Movement]) -> None:
        say(f"\n  {'Paid':<16}{'for':<28}{'USDC':>18}  transaction")
        for each in movements:
            sign = "+" if each.amount > 0 else "−"
            amount = f"{sign}{money(abs(each.amount))}"
            say(f"  {self.people.name_of(each.address):<16}{each.reason:<28}{amount:>18}  {each.tx_hash}")

    def _print_balances(self, after: dict[str, int], expected: dict[str, int]) -> None:
        say(f"\n  {'USDC on the chain':<24}{'before':>20}{'after':>20}")
        for address, balance in after.items():
            verdict = "" if balance == expected[address] else f"   should be {money(expected[address])}"
            say(f"  {self.people.name_of(address):<24}{money(self.before[address]):>20}{money(balance):>20}{verdict}")


def money(amount: int) -> str:
    """USDC with all six decimals: nothing hides in a rounding."""
    whole, rest = divmod(amount, USDC)
    return f"{whole:,}.{rest:06d}"


def percent(shares: int) -> str:
    whole, rest = divmod(shares * 100, SHARES)
    return f"{whole}{f'.{rest:06d}'.rstrip('0') if rest else ''} %"
