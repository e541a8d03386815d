"""A stack of the tests' own, in a folder with a space in its name."""

from collections.abc import Iterator

import pytest

from tests.e2e.stack import Stack


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    stack = Stack(tmp_path_factory.mktemp("a stack"))
    stack.start()
    yield stack
    stack.stop()
