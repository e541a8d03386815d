"""Where the stack finds and keeps things. VAR_DIR and DEPLOYMENTS_DIR move its state, as the site's."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VAR = Path(os.environ.get("VAR_DIR") or ROOT / "var")
LOGS = VAR / "log"
DEPLOYMENTS = Path(os.environ.get("DEPLOYMENTS_DIR") or ROOT / "contracts" / "deployments")
TOOLS_BIN = ROOT / ".tools" / "bin"


def shown(path: Path) -> str:
    """A path as people like to read it: from the checkout's root where it lies there."""
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)
