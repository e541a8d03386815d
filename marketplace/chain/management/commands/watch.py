"""`manage.py watch`"""

import signal
import threading
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand

from marketplace.chain.rpc import get_rpc
from marketplace.chain.watcher.loop import Watcher

GRACE = 1.0  # seconds to end a step that is under way; nothing is lost by cutting it off


class _CutOff(BaseException):
    """The step took too long to end."""


class Command(BaseCommand):
    help = "Reads the chain into the database, for as long as it runs. Several may run: one works, the others stand by."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        stop = threading.Event()

        def end(signum: int, frame: FrameType | None) -> None:
            signal.setitimer(signal.ITIMER_REAL, GRACE)  # first: the event's own lock may be held just now
            stop.set()

        def cut_off(signum: int, frame: FrameType | None) -> None:
            raise _CutOff

        signal.signal(signal.SIGTERM, end)
        signal.signal(signal.SIGINT, end)
        signal.signal(signal.SIGALRM, cut_off)
        try:
            Watcher(get_rpc(), stop).run()
        except _CutOff:
            self.stderr.write("Stopped in the middle of a step; it will be done again from its start.")
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
