"""People at a browser, each with their own wallet and their own cookies."""

import re

from eth_account import Account
from playwright.sync_api import Browser, BrowserContext, Page, expect

MNEMONIC = "test test test test test test test test test test test junk"  # anvil's, public
Account.enable_unaudited_hdwallet_features()
SOON = 20_000  # ms: a block, the watcher, and a poll of the page


def key(index: int) -> str:
    return Account.from_mnemonic(MNEMONIC, account_path=f"m/44'/60'/0'/0/{index}").key.hex()


class Person:
    """Somebody who uses the demo wallet."""

    index = {"Ada Palette": 2, "Ben Kiln": 3, "Cortex Labs": 4, "Dora": 5, "Emil": 6}

    def __init__(self, browser: Browser, base_url: str, name: str, **context: object) -> None:
        self.name = name
        self.address = Account.from_key(key(self.index[name])).address
        self.context: BrowserContext = browser.new_context(base_url=base_url, locale="en-GB", **context)
        self.context.set_default_timeout(SOON)
        self.page: Page = self.context.new_page()
        self.complaints: list[str] = []  # what the page said to the console, and hosts that are not ours
        self._listen(self.page, base_url)

    def _listen(self, page: Page, base_url: str) -> None:
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda m: self.complaints.append(m.text) if m.type == "error" else None)
        page.on(
            "request",
            lambda r: None if r.url.startswith((base_url, "data:", "blob:")) else self.complaints.append(r.url),
        )

    def sign_in(self) -> None:
        self.page.goto("/sign-in/")
        self.page.get_by_role("button", name="Mintmark demo wallet").click()
        self.page.locator(f'[data-demo-wallet="account:{self.address}" i]').click()
        with self.page.expect_navigation():
            self.approve()

    def approve(self) -> None:
        """Says yes in the wallet's window."""
        self.page.locator('dialog[open] [data-demo-wallet="approve"]').click()

    def reject(self) -> None:
        self.page.locator('dialog[open] [data-demo-wallet="reject"]').click()

    def continue_(self, name: str | re.Pattern[str]) -> None:
        self.page.get_by_role("button", name=name).click()

    def wallet_step(self) -> None:
        """On an intent's page: presses its button and approves in the wallet."""
        self.page.locator("tx-step [data-sign]").click()
        self.approve()

    def wait_for(self, *states: str) -> None:
        """Until the intent on the page is in one of these states."""
        wanted = ", ".join(f'tx-step[data-state="{state}"]' for state in states)
        self.page.locator(wanted).wait_for(timeout=SOON)

    def carry_through(self, *states: str) -> None:
        """As a patient person after an accident: looks, and signs again if asked again, until it is done."""
        for _ in range(200):
            step = self.page.locator("tx-step")
            if step.get_attribute("data-state") in states:
                return
            if self.page.locator("dialog[open]").count():
                self.approve()
            elif step.locator("[data-sign]:enabled").count() and not step.locator("[data-busy]:visible").count():
                step.locator("[data-sign]").click()
            self.page.wait_for_timeout(200)
        raise AssertionError(f"{self.page.url} stayed {step.get_attribute('data-state')}")

    def sees(self, text: str | re.Pattern[str]) -> None:
        expect(self.page.locator("main")).to_contain_text(text, timeout=SOON)

    def sees_after_reload(self, path: str, text: str | re.Pattern[str], *, tries: int = 30) -> None:
        """Opens a page until it says this."""
        for _ in range(tries):
            self.page.goto(path)
            main = self.page.locator("main").inner_text()
            if re.search(text, main) if isinstance(text, re.Pattern) else text in main:
                return
            self.page.wait_for_timeout(500)
        raise AssertionError(f"{path} never said {text!r}; it says:\n{main}")
