"""Somebody at the site: signs in, fills in forms, carries to the wallet what the site asks for."""

import re
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import urlsplit

import httpx

from tools.journey import pages
from tools.journey.pages import Form, Page
from tools.journey.wallet import Wallet

PATIENCE = 90.0  # seconds for what goes through chain, watcher and worker
OUTAGE = 30.0  # seconds that the site may be away, because it is being started again
DONE = ("confirmed", "final")
WORK = re.compile(r"/works/[\w-]+-(\d+)/$")


class Refused(Exception):
    """The site said no; its own words."""


class AlreadyMinted(Refused):
    """The file is a work already. `work` is the address of its page."""

    def __init__(self, work: str, words: str):
        super().__init__(words)
        self.work = work


@dataclass(frozen=True)
class Deed:
    """Something that was signed, and what came of it. `digest`: of a typed message. `tx_hash`: "" where none."""

    kind: str
    digest: str = ""
    tx_hash: str = ""


class Visitor:
    """A person with a name and, unless anonymous, a wallet. Their cookies are their own."""

    def __init__(self, site: str, wallet: Wallet | None = None, name: str = "somebody"):
        self.site, self.wallet, self.name = site, wallet, name
        # No proxy of the environment: it cannot reach a site on this machine.
        self._http = httpx.Client(base_url=site, follow_redirects=True, timeout=120, trust_env=False)
        self._token = ""  # of the last page, for what its islands post

    @property
    def address(self) -> str:
        """Of their wallet, with checksum."""
        return self._wallet.address

    # --- as a browser

    def get(self, path: str) -> Page:
        """A page. Raises Refused unless it is one."""
        return self._page(self._ask("GET", path))

    def json(self, path: str) -> Any:
        answer = self._ask("GET", path)
        if answer.is_error:
            raise Refused(f"{path}: {answer.status_code}")
        return answer.json()

    def status(self, path: str) -> int:
        """How the site answers to this address itself, without following where it sends us."""
        return self._ask("GET", path, follow_redirects=False).status_code

    def submit(self, form: Form, **values: str | list[str]) -> Page:
        """Sends a form with these values changed. Raises Refused with what the page complains about."""
        return self._page(self._send(form, {**form.fields, **values}))

    def post_json(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """What an island of the page sends. Raises Refused with the site's words."""
        headers = {"X-CSRFToken": self._token, "Referer": self.site}
        answer = self._ask("POST", path, json=body, headers=headers)
        is_json = answer.headers.get("content-type", "").startswith("application/json")
        if answer.is_error or not is_json:
            raise Refused(answer.json()["message"] if is_json else f"{path}: {answer.status_code}")
        return answer.json()

    # --- with the wallet

    def sign_in(self) -> None:
        """Sign-In with Ethereum (EIP-4361), as the button on /sign-in/ does it."""
        self.get("/sign-in/")
        asked = self.post_json("/sign-in/nonce", {"address": self.address})
        signature = self._wallet.sign_message(asked["message"])
        self.post_json("/sign-in/verify", {"message": asked["message"], "signature": signature, "next": "/"})

    def carry_out(self, page: Page) -> list[Deed]:
        """Signs what an intent's page asks for, and what follows from it, and waits until all of it is confirmed."""
        deeds = []
        following: str | None = self._intent_of(page)
        while following:
            deed, following = self._carry_out_one(following)
            deeds.append(deed)
        return deeds

    def _carry_out_one(self, intent: str) -> tuple[Deed, str | None]:
        digest, following, wanted = "", None, ""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            request = self.json(f"/intents/{intent}/request")
            if request["state"] in DONE:
                return Deed(request["kind"], digest, self._transaction_of(intent)), following
            if request["state"] in ("failed", "expired"):
                raise Refused(f"{request['kind']} {request['state']}: {self.get(f'/intents/{intent}/').trouble}")
            # A purchase that the site could not send comes back as a transaction for us to send.
            if request["state"] in ("prepared", "rejected") and request["method"] != wanted:
                wanted = request["method"]
                if request["transaction"]:
                    tx_hash = self._wallet.send(request["transaction"])
                    said = self.post_json(f"/intents/{intent}/sent", {"hash": tx_hash})
                else:
                    signature = self._wallet.sign_typed(request["typedData"])
                    digest = signature.digest
                    said = self.post_json(f"/intents/{intent}/signed", {"signature": signature.value})
                following = said["next"]
            time.sleep(0.2)
        raise TimeoutError(f"{request['kind']} is still {request['state']} after {PATIENCE:.0f} s")

    def _transaction_of(self, intent: str) -> str:
        """Its page names it, also where the site itself sent it."""
        links = self.get(f"/intents/{intent}/").links
        found = next(filter(None, (re.search(r"/tx/(0x[0-9a-f]{64})/", link) for link in links)), None)
        return found[1] if found else ""

    @staticmethod
    def _intent_of(page: Page) -> str:
        found = re.search(r"/intents/([0-9a-f-]{36})/", page.url)
        if not found:
            raise Refused(f"{page.url} asks for no signature. {page.trouble}")
        return found[1]

    @property
    def _wallet(self) -> Wallet:
        if self.wallet is None:
            raise Refused("An anonymous visitor has no wallet.")
        return self.wallet

    # --- what journeys are made of

    def upload(self, path: Path) -> Page:
        """The first step of making a work; the page of the second. Raises AlreadyMinted, Refused."""
        form = self.get("/create/").form("file")
        fields = {name: value for name, value in form.fields.items() if name != "file"}
        with path.open("rb") as file:
            answer = self._send(form, fields, file)
        page = self._read(answer)
        works = [link for link in page.links if WORK.search(link)]
        if page.status == 422 and works:
            raise AlreadyMinted(works[0], page.trouble)
        return self._page(answer)

    def download(self, path: str, to: Path) -> None:
        """Writes what is at this address into a file. Raises Refused."""
        with self._http.stream("GET", path) as answer, to.open("wb") as file:
            if answer.is_error:
                raise Refused(f"{path}: {answer.status_code}")
            for chunk in answer.iter_bytes():
                file.write(chunk)

    # --- underneath

    def _send(self, form: Form, fields: pages.Values, file: BinaryIO | None = None) -> httpx.Response:
        files = {"file": (Path(file.name).name, file)} if file else None
        return self._ask("POST", form.action, data=fields, files=files, headers={"Referer": self.site})

    def _ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        """Asks again while the site is away: every form of it can be sent twice."""
        deadline = time.monotonic() + OUTAGE
        while True:
            try:
                return self._http.request(method, path, **more)
            except httpx.TransportError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.5)
                for _, file in (more.get("files") or {}).values():
                    file.seek(0)

    def _page(self, answer: httpx.Response) -> Page:
        page = self._read(answer)
        if answer.is_error:
            raise Refused(page.trouble or f"{urlsplit(page.url).path}: {answer.status_code} {page.title}")
        return page

    def _read(self, answer: httpx.Response) -> Page:
        page = pages.read(answer.text, url=str(answer.url), status=answer.status_code)
        self._token = page.token or self._token
        return page
