"""`manage.py chain status | rebuild`"""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from marketplace.chain import rebuilding
from marketplace.chain.deployments import NotDeployed
from marketplace.chain.handlers import HandlerFailed
from marketplace.chain.health import check_chain, check_queue
from marketplace.chain.watcher.loop import describe


class Command(BaseCommand):
    help = "status: where the watcher is. rebuild: makes all facts again from the journal, and compares checksums."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", choices=["status", "rebuild"])

    def handle(self, *args: Any, what: str, **options: Any) -> None:
        if what == "status":
            self._status()
        else:
            self._rebuild()

    def _status(self) -> None:
        for name, value in describe().items():
            self.stdout.write(f"{name:>12}: {value}")
        chain = check_chain()
        for node in chain.get("nodes", []):
            state = f"at block {node['head']}" if node["ok"] else self.style.WARNING(node["problem"])
            self.stdout.write(f"{'node':>12}: {node['node']} {state}")
        for check in (chain, check_queue()):
            for problem in check["problems"]:
                self.stdout.write(self.style.WARNING(problem))

    def _rebuild(self) -> None:
        before = rebuilding.checksums()
        try:
            after = rebuilding.rebuild()
        except (rebuilding.WatcherAtWork, NotDeployed, HandlerFailed) as error:
            raise CommandError(f"{error} Nothing was changed.") from error
        for table, value in after.items():
            changed = "" if before[table] == value else f"  (was {before[table]})"
            self.stdout.write(f"{table:>28}: {value}{changed}")
        same = before == after
        self.stdout.write("The same as before." if same else "The facts were not what the journal says; now they are.")
