"""What keeps the catalogue in order. Losing any of these calls delays, and loses nothing."""

import logging
import time

from celery import shared_task

from marketplace.catalog import housekeeping
from marketplace.content.errors import ContentError

logger = logging.getLogger(__name__)

ROUND = 30.0  # seconds; then the worker is free for other tasks, and beat calls again


@shared_task
def clear_abandoned_uploads() -> None:
    """Removes what nobody went on with: interrupted uploads, and those that no draft and no work uses."""
    housekeeping.clear_scratch()
    housekeeping.clear_drafts()
    housekeeping.clear_uploads()
    housekeeping.clear_contents()


@shared_task
def find_metadata() -> None:
    """Looks in the content store for the documents of works that were not minted here."""
    end = time.monotonic() + ROUND
    for work in housekeeping.works_to_find():
        if time.monotonic() > end:
            return
        try:
            housekeeping.find_metadata(work)
        except ContentError as error:
            logger.info("The metadata of work %s cannot be had now: %s", work.key, error)
