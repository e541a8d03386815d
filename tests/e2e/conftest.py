"""A running Mintmark, a browser, and people in it."""

import io
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from tests.e2e.ledger import Ledger
from tests.e2e.people import Person
from tests.e2e.stack import ROOT, Stack

PICTURES = ROOT / "tools" / "pictures"


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    stack = Stack(tmp_path_factory.mktemp("a stack"))
    stack.start()
    yield stack
    stack.stop()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    chromium = subprocess.run(
        [sys.executable, ROOT / "tools" / "browser"], capture_output=True, text=True, check=False
    ).stdout.strip()
    assert chromium, "These tests need Chromium, and `tools/browser` could not install one. See its output."
    with sync_playwright() as playwright:
        # No sandbox: the tests may run as root, and open nothing but our own pages.
        running = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        yield running
        running.close()


@pytest.fixture
def ledger(stack: Stack) -> Ledger:
    return Ledger(stack.url, stack.rpc_url)


@pytest.fixture
def meet(stack: Stack, browser: Browser, request: pytest.FixtureRequest) -> Iterator[Callable[..., Person]]:
    """`meet("Ada Palette")`: a person at a browser of their own; `signed_in=True` unless told otherwise.

    At the end nobody's page may have complained (`tolerated`: words of complaints that the test provoked).
    """
    people: list[tuple[Person, tuple[str, ...]]] = []

    def make(name: str, *, signed_in: bool = True, tolerated: tuple[str, ...] = (), **context: object) -> Person:
        person = Person(browser, stack.url, name, **context)
        people.append((person, tolerated))
        if signed_in:
            person.sign_in()
        return person

    yield make
    complaints = [
        f"{person.name}: {complaint}"
        for person, tolerated in people
        for complaint in person.complaints
        if not any(words in complaint for words in tolerated)
    ]
    for person, _ in people:
        person.context.close()
    assert not complaints, complaints


@pytest.fixture
def picture(tmp_path: Path) -> Callable[[str, int], Path]:
    """`picture("coffee.png", 3)`: a real picture that no other test has minted; `number` makes it its own."""

    def make(name: str, number: int) -> Path:
        image = Image.open(PICTURES / name).convert("RGB")
        image = image.crop((number, 0, image.width, image.height))
        data = io.BytesIO()
        image.save(data, "PNG")
        path = tmp_path / f"{Path(name).stem} {number}.png"
        path.write_bytes(data.getvalue())
        return path

    return make
