"""The secrets of this installation, made once and kept in var/env, which the settings read."""

import os
import secrets
from pathlib import Path

from tools.stack.places import VAR

# Account 1 of anvil's well-known mnemonic: it exists, with test ether, on local chains only.
DEV_KEEPER_KEY = "0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d"


def ensure_keys() -> Path:
    """Writes var/env unless it is there, readable by its owner only. Returns its path."""
    path = VAR / "env"
    if not path.exists():
        VAR.mkdir(parents=True, exist_ok=True)
        lines = {
            "DEBUG": "1",
            "SECRET_KEY": secrets.token_urlsafe(48),
            "SITE_KEY": secrets.token_hex(32),  # losing it loses every encrypted original
            "KEEPER_PRIVATE_KEY": DEV_KEEPER_KEY,
        }
        fresh = path.with_suffix(".new")
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.writelines(f"{name}={value}\n" for name, value in lines.items())
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    return path
