"""What every test stands on: an environment of its own, so that no test reads or writes a real installation.

Set before Django loads its settings. `DATABASE_URL` is taken from outside: the whole suite runs on either database.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

import pytest

_var = Path(tempfile.mkdtemp(prefix="mintmark-tests-"))
atexit.register(shutil.rmtree, _var, ignore_errors=True)

os.environ["VAR_DIR"] = str(_var)
os.environ.setdefault("SECRET_KEY", "only for tests")
os.environ.setdefault("SITE_KEY", "5e" * 32)
os.environ.setdefault("REDIS_URL", "redis://127.0.0.1:1/0")  # nobody is there: no test may need a broker
os.environ.setdefault("DEPLOYMENTS_DIR", str(_var / "deployments"))
os.environ.setdefault("CHAIN_RPC_URL", "http://127.0.0.1:1")  # nor a node, unless it asks for `anvil`

pytest_plugins = ["tests.fixtures.chain"]


@pytest.fixture(scope="session")
def django_db_modify_db_settings() -> None:
    """SQLite in a file, not in memory: threads and the processes that tests start see the same rows."""
    from django.conf import settings

    database = settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3"):
        database.setdefault("TEST", {})["NAME"] = str(_var / "test.sqlite3")
