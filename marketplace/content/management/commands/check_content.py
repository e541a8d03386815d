from typing import Any

from django.core.management.base import BaseCommand, CommandError

from marketplace.content.errors import ContentError
from marketplace.content.models import Content
from marketplace.content.store import get_store


class Command(BaseCommand):
    help = "Reads everything that is ours from the content store, and says what is missing or damaged."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--collect", action="store_true", help="first free what nobody keeps")

    def handle(self, *args: Any, **options: Any) -> None:
        store = get_store()
        try:
            self.stdout.write(store.check())
            if options["collect"]:
                self.stdout.write(f"{store.collect()} blocks that nobody keeps were freed.")
        except ContentError as error:
            raise CommandError(str(error)) from None
        bad = count = 0
        for content in Content.objects.order_by("pk").iterator():
            count += 1
            try:
                if not store.has(content.root):
                    store.pin(content.root)  # kept from now on, if it is all there
                for _ in store.open(content.root):
                    pass
            except ContentError as error:
                bad += 1
                self.stderr.write(f"{content.cid} ({content.mime}, {content.size} bytes): {error}")
        if bad:
            raise CommandError(f"{bad} of {count} files cannot be read. Store them again, or restore a backup.")
        self.stdout.write(f"All {count} files are there and whole.")
