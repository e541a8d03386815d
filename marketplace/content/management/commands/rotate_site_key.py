import sys
from getpass import getpass
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from marketplace.content import actions
from marketplace.content.encryption import SiteKey
from marketplace.content.errors import ContentError


class Command(BaseCommand):
    help = (
        "Locks every original with today's SITE_KEY that was locked with an older one. Set the new SITE_KEY "
        "first, restart the site, then give the old key (64 hex digits) here: it is asked for, or read from "
        "standard input."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        text = getpass("The old site key: ") if sys.stdin.isatty() else sys.stdin.readline()
        try:
            old = SiteKey(bytes.fromhex(text.strip()))
        except ValueError:
            raise CommandError("The old site key must be 64 hex digits.") from None
        except ContentError as error:
            raise CommandError(str(error)) from None
        try:
            count = actions.rotate_site_key(old)
        except ContentError as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"{count} originals are now locked with today's site key.")
