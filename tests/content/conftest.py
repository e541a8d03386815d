from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from marketplace.content.cid import Cid
from marketplace.content.embedded import EmbeddedStore
from marketplace.content.store import ContentStore
from tests.content import kubo

_LEFT_OUT = pytest.StashKey[int]()


def pytest_collection_modifyitems(config, items):
    """Where Kubo can neither be found nor built, its half is left out, and the summary says so."""
    if kubo.binary() or kubo.can_be_built():
        return
    left_out = [item for item in items if item.get_closest_marker("kubo")]
    config.hook.pytest_deselected(items=left_out)
    config.stash[_LEFT_OUT] = len(left_out)
    items[:] = [item for item in items if not item.get_closest_marker("kubo")]


def pytest_terminal_summary(terminalreporter, config):
    if count := config.stash.get(_LEFT_OUT, 0):
        terminalreporter.write_line(f"Kubo not tested: no Go on this machine ({count} tests left out).", yellow=True)


@pytest.fixture(autouse=True)
def own_store(settings, tmp_path):
    """Whatever the site's store is, a test has its own."""
    settings.CONTENT_STORE = "embedded"
    settings.CONTENT_ROOT = tmp_path / "content"
    settings.CONTENT_PROFILE = "kubo-cidv1"
    settings.SITE_KEY = bytes(range(32))


@pytest.fixture(scope="session")
def daemon(tmp_path_factory) -> Iterator[kubo.Daemon]:
    ipfs = kubo.binary()
    if ipfs is None:
        pytest.fail(kubo.HOW_TO_BUILD, pytrace=False)
    with kubo.running(ipfs, tmp_path_factory.mktemp("kubo")) as running:
        yield running


@dataclass
class Kept:
    """A store, with a way to its blocks' files behind its back."""

    store: ContentStore
    block_file: Callable[[Cid], Path]
    where: tuple[str, str]  # kind, and folder or address: to open it from another process


@pytest.fixture(params=["embedded", pytest.param("kubo", marks=pytest.mark.kubo)])
def kept(request, tmp_path) -> Kept:
    if request.param == "kubo":
        from marketplace.content.kubo import KuboStore

        daemon = request.getfixturevalue("daemon")
        return Kept(KuboStore(daemon.api), daemon.block_file, ("kubo", daemon.api))
    store = EmbeddedStore(tmp_path / "store")
    return Kept(store, store.block_path, ("embedded", str(store.root)))


@pytest.fixture
def store(kept) -> ContentStore:
    return kept.store
