"""The site's settings for tests: nothing of this installation's own state, no service but the one under test.

DATABASE_URL chooses the database, as ever: `tools/with-postgres` sets it; without it, SQLite.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

_folder = tempfile.mkdtemp(prefix="mintmark-tests-")
Path(_folder, "static").mkdir()
atexit.register(shutil.rmtree, _folder, ignore_errors=True)
os.environ |= {
    "VAR_DIR": _folder,
    "DEPLOYMENTS_DIR": f"{_folder}/deployments",
    "SECRET_KEY": "for tests only",
    "SITE_KEY": "00" * 32,
    "DEBUG": "0",
    "CHAIN_RPC_URL": "http://127.0.0.1:1",  # nobody is there: a test that needs a node asks for `anvil`
    "REDIS_URL": "redis://127.0.0.1:1/0",
}

from marketplace.settings import *  # noqa: E402, F403

CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
CELERY_BROKER_URL = "memory://"  # what is sent stays unread: a test calls the task itself
