"""Compares all money in our records with the contracts, to the unit: `manage.py audit [work number …]`."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from marketplace.catalog.models import Work
from marketplace.chain.deployments import NotDeployed, deployment
from marketplace.chain.rpc import RpcError, RpcUnavailable
from marketplace.royalties.conservation import Audit, audit, audit_asset


class Command(BaseCommand):
    help = "Compares all money in our records with the contracts, to the unit. Fails if one unit is off."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("works", nargs="*", type=int, help="numbers of works; all of them if none is given")

    def handle(self, *args: Any, works: list[int], **options: Any) -> None:
        chosen = Work.objects.filter(chain=settings.CHAIN_ID).order_by("token_id")
        if works:
            chosen = chosen.filter(token_id__in=works)
            if missing := set(works) - set(chosen.values_list("token_id", flat=True)):
                raise CommandError(f"There is no work {', '.join(map(str, sorted(missing)))} in our records.")
        try:
            found = [(f"work {work.token_id}", audit(work)) for work in chosen.iterator()]
            if not works:
                found += [(asset.symbol, audit_asset(asset.address)) for asset in deployment().assets.values()]
        except (NotDeployed, RpcUnavailable, RpcError) as error:
            raise CommandError(f"The contracts could not be asked: {error}") from error
        self._tell(found)

    def _tell(self, found: list[tuple[str, Audit]]) -> None:
        wrong = [f"{name}: {problem}" for name, each in found for problem in each.problems]
        for line in wrong:
            self.stderr.write(line)
        figures = sum(each.compared for _, each in found)
        if wrong:
            raise CommandError(
                f"{len(wrong)} of {figures} figures do not agree. If the watcher was still reading, try again; "
                "if not, rebuild the records: manage.py chain rebuild."
            )
        self.stdout.write(f"{figures} figures agree with the contracts, to the unit.")
