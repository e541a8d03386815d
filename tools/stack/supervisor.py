"""Starts the stack in order, minds it, and stops it."""

import json
import signal
import time
from collections.abc import Callable
from http.client import HTTPException
from urllib.error import HTTPError

from tools.progress import say, step
from tools.stack import record
from tools.stack.chain import LOST, LostChain
from tools.stack.child import Child
from tools.stack.places import DEPLOYMENTS, LOGS, shown
from tools.stack.ports import opener
from tools.stack.services import Services

TICK = 0.1
PATIENCE = 90.0  # seconds until a start that nobody answers counts as failed
GRACE = 6.0  # seconds that programs have to end by themselves


class Stop(KeyboardInterrupt):
    """Somebody asked the stack to end."""


class StartFailed(Exception):
    """What did not start, with the end of its log, in words."""


class Supervisor:
    """Chooses ports when made. `up()` starts everything and returns an exit code when all has ended."""

    def __init__(self) -> None:
        self.services = Services()
        self.children: list[Child] = []  # in the order of their start
        self.ready = False
        self.asked = 0  # how often somebody asked to stop: the second time means at once

    def up(self, *, seed: bool) -> int:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:  # nohup
                signal.signal(number, self._asked_to_stop)
        try:
            self._boot(seed=seed)
            while True:
                self._tend()
        except Stop:
            return 0
        except LostChain:
            say(f"\n{LOST}")
            return 1
        except StartFailed as failure:
            say(f"\n{failure}")
            return 1
        finally:
            self._stop()

    # --- starting

    def _boot(self, *, seed: bool) -> None:
        services = self.services
        self._note()
        if services.web_port != services.wanted_port:
            say(f"  Port {services.wanted_port} is taken by another program: using {services.web_port}.")
        with step("Redis and the local chain"):
            redis, chain = self._start(services.redis()), self._start(services.anvil())
            self._until(lambda: redis.says("Ready to accept connections"), redis)
            self._until(lambda: chain.says("Listening on") and services.chain.is_up(), chain)
        with step("Database and contracts"):
            DEPLOYMENTS.mkdir(parents=True, exist_ok=True)
            self._run(
                services.command("migrate", "migrate", "--no-input"), services.command("deploy", "deploy_contracts")
            )
        with step("Web, worker and watcher"):
            web = self._start(services.web())
            self._start(services.worker())
            self._start(services.watcher())
            self._until(self._is_healthy, web)
        self._note()
        if seed:
            self._seed()
        self.ready = True
        self._note()
        self._announce()

    def _seed(self) -> None:
        """The first pictures are minted by the product's own journey, so everything has to run already."""
        child = self._start(self.services.seed())
        while child.running:
            self._tend()
        self.children.remove(child)
        if child.failed:
            say(f"  Not all of the first pictures could be minted: it {child.ended}. `make up` tries again.")

    def _start(self, child: Child) -> Child:
        self.children.append(child)
        child.start()
        return child

    def _run(self, *commands: Child) -> None:
        """Runs them side by side to their end. Raises StartFailed if one does not end well."""
        for command in commands:
            self._start(command)
        while any(command.running for command in commands):
            self._tick()
            self.services.chain.save()
        for command in commands:
            self.children.remove(command)
            if command.failed:
                raise _failure(command)

    def _until(self, answers: Callable[[], bool], child: Child) -> None:
        deadline = time.monotonic() + PATIENCE
        while not answers():
            for each in self.children:
                if not each.running:
                    raise _failure(each)
            if time.monotonic() > deadline:
                raise _failure(child, f"did not answer well within {PATIENCE:.0f} s")
            self._tick()
            self.services.chain.save()

    def _is_healthy(self) -> bool:
        """Raises StartFailed if the site says what waiting will not cure, LostChain if the chain is behind it."""
        try:
            with opener.open(f"{self.services.url}/healthz", timeout=3) as answer:
                chain = json.load(answer)["chain"]
        except HTTPError as error:  # 503: some part is still catching up
            if halted := json.load(error).get("chain", {}).get("halted"):
                raise StartFailed(halted) from error
            return False
        except (OSError, HTTPException):  # nobody there yet
            return False
        if chain["indexed"] > self.services.chain.height():
            raise LostChain
        return True

    def _announce(self) -> None:
        say(f"\n  Mintmark is at {self.services.url}\n")
        say("  Sign in with the demo wallet as Ada Palette (artist), Ben Kiln (collaborator), Cortex Labs")
        say("  (AI company), Dora or Emil (fans), or with MetaMask.")
        say(f"  Logs: {shown(LOGS)}/*.log. Ctrl-C stops everything, and `make up` goes on from there;")
        say("  `make reset` forgets it all.\n")

    # --- minding

    def _tick(self) -> None:
        time.sleep(TICK)
        if self.asked:
            raise Stop

    def _tend(self) -> None:
        """A look at everything: saves the chain, starts again what died."""
        self._tick()
        self.services.chain.save()
        for child in self.children:
            if child.process is None:
                if time.monotonic() >= child.again_at:
                    child.start()
                    self._note()
            elif not child.running and not child.once:
                how, pause = child.ended, child.bury()
                say(f"  {child.name} {how}: starting it again in {pause:.1f} s. Its log: {_log_of(child)}")

    def _note(self) -> None:
        record.write(self.children, url=self.services.url, rpc=self.services.chain.url, ready=self.ready)

    # --- stopping

    def _asked_to_stop(self, number: int, frame: object) -> None:
        self.asked += 1

    def _stop(self) -> None:
        """Ends first what talks to the chain and Redis, then these."""
        say("  Stopping …")
        foundations = [child for child in self.children if child.name in ("redis", "chain")]
        self._end([child for child in self.children if child not in foundations])
        if any(child.name == "chain" and child.running for child in foundations):
            self.services.chain.save(force=True)
        self._end(foundations)
        record.RECORD.unlink(missing_ok=True)
        say("  Stopped.")

    def _end(self, children: list[Child]) -> None:
        for child in children:
            child.signal(signal.SIGTERM)
        deadline = time.monotonic() + GRACE
        while any(child.running for child in children) and time.monotonic() < deadline and self.asked < 2:
            time.sleep(TICK / 2)
        for child in children:
            child.signal(signal.SIGKILL)  # also what a program left of its group
            if child.process:
                child.process.wait()


def _failure(child: Child, how: str = "") -> StartFailed:
    return StartFailed(f"{child.name} {how or child.ended}. The end of {_log_of(child)}:\n{child.tail()}")


def _log_of(child: Child) -> str:
    return shown(child.log) if child.log else "above"
