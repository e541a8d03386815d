"""What the front-end build made: hashed names by their source names, from Vite's manifest."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings
from django.templatetags.static import static

ICONS_USED = settings.BASE_DIR / "frontend" / "src" / "icons" / "used.json"


class NotBuilt(Exception):
    """The front end has not been built, or not with this file."""

    def __init__(self, name: str):
        super().__init__(f"{name} is not in {manifest_path()}: build the front end with `tools/install`.")


def manifest_path() -> Path:
    return Path(settings.FRONTEND_MANIFEST)


@cache
def _manifest(path: Path, changed: int) -> dict[str, dict]:
    return json.loads(path.read_text())


def _entry(source: str) -> tuple[dict[str, dict], dict]:
    path = manifest_path()
    try:
        manifest = _manifest(path, path.stat().st_mtime_ns)  # a new build is seen without a restart
        return manifest, manifest[source]
    except (FileNotFoundError, KeyError) as error:
        raise NotBuilt(source) from error


def built_url(source: str) -> str:
    """URL of a built asset by the path of its source within `frontend/`. Raises NotBuilt."""
    return static(_entry(source)[1]["file"])


@dataclass(frozen=True)
class Bundle:
    """What a page must load for one entry. `imports`: chunks that it needs at once, not the lazy ones."""

    script: str
    styles: list[str]
    imports: list[str]


def bundle(source: str) -> Bundle:
    """The URLs of an entry. Raises NotBuilt."""
    manifest, entry = _entry(source)
    waiting, imported = list(entry.get("imports", [])), []
    while waiting:
        chunk = manifest[waiting.pop(0)]
        if chunk["file"] not in imported:
            imported.append(chunk["file"])
            waiting += chunk.get("imports", [])
    return Bundle(
        script=static(entry["file"]),
        styles=[static(path) for path in entry.get("css", [])],
        imports=[static(path) for path in imported],
    )


@cache
def icon_names() -> frozenset[str]:
    """Icons that the sprite holds."""
    return frozenset(json.loads(ICONS_USED.read_text()))
