import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from marketplace.accounts.models import Account
from marketplace.catalog import actions
from marketplace.catalog.models import Draft, Metadata, Upload, Work
from tests.catalog import pictures
from tests.factories import MetadataFactory, WorkFactory


def unknown_work(metadata: str, **fields: Any) -> Work:
    """A work on the chain whose metadata, of this digest, nobody gave us."""
    work = WorkFactory(metadata=MetadataFactory(digest=metadata), **fields)
    Metadata.objects.filter(digest=metadata).delete()
    return Work.objects.get(pk=work.pk)


@pytest.fixture(autouse=True)
def own_files(settings, tmp_path):
    """Whatever the site keeps, a test keeps its own."""
    settings.CONTENT_STORE = "embedded"
    settings.CONTENT_ROOT = tmp_path / "content"
    settings.UPLOAD_ROOT = tmp_path / "uploads"


@pytest.fixture
def ada(db, accounts) -> Account:
    return Account.objects.at(accounts.ada.address)


@pytest.fixture
def ben(db, accounts) -> Account:
    return Account.objects.at(accounts.ben.address)


@pytest.fixture
def upload(ada) -> Callable[..., Upload]:
    """Sends bytes as Ada, or as somebody else."""

    def send(data: bytes, filename: str = "picture.jpg", by: Account = ada) -> Upload:
        return actions.receive_upload(by=by, file=io.BytesIO(data), filename=filename)

    return send


@pytest.fixture
def draft(ada, upload) -> Draft:
    """A draft of a small picture, with nothing said about it yet."""
    return actions.start_draft(by=ada, upload=upload(pictures.jpeg(80, 60)))


@pytest.fixture
def finished(ada, draft) -> Draft:
    """A draft with all that a work needs."""
    return actions.describe(by=ada, draft=draft, title="Coffee", alt_text="A cup of coffee", credit="Ada")


@pytest.fixture
def left_over(settings) -> Callable[[], list[Path]]:
    """What lies in UPLOAD_ROOT beside the locks."""
    return lambda: [path for path in settings.UPLOAD_ROOT.glob("*") if path.suffix != ".lock"]
