"""A line for each step on the terminal: what is being done, and how long it took."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

WIDTH = 46


def say(text: str = "") -> None:
    """One line of text, at once."""
    print(text, flush=True)


@contextmanager
def step(title: str) -> Iterator[None]:
    """Shows `title` while the block runs, then its seconds; or `failed`, and lets the error through."""
    print(f"  {title + ' …':<{WIDTH}}", end="", flush=True)
    begun = time.monotonic()
    try:
        yield
    except BaseException as error:
        print(" stopped" if isinstance(error, (KeyboardInterrupt, SystemExit)) else " failed", flush=True)
        raise
    print(f"{time.monotonic() - begun:7.1f} s", flush=True)


def fail(message: str) -> NoReturn:
    """Ends the program with a sentence for a person instead of a traceback."""
    sys.exit(f"\n{message}")
