"""A line for each step on the terminal: what is being done, and how long it took."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

WIDTH = 46


def say(text: str = "", end: str = "\n") -> None:
    """A line of text, at once. Nobody there to read it, because the terminal was closed, is no reason to fail."""
    try:
        print(text, end=end, flush=True)
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@contextmanager
def step(title: str) -> Iterator[None]:
    """Shows `title` while the block runs, then its seconds; or `failed`, and lets the error through."""
    say(f"  {title + ' …':<{WIDTH}}", end="")
    begun = time.monotonic()
    try:
        yield
    except BaseException as error:
        say(" stopped" if isinstance(error, (KeyboardInterrupt, SystemExit)) else " failed")
        raise
    say(f"{time.monotonic() - begun:7.1f} s")


def fail(message: str) -> NoReturn:
    """Ends the program with a sentence for a person instead of a traceback."""
    sys.exit(f"\n{message}")
