"""make demo IMAGE=photo.jpg: from a picture to a minted work, a bought licence and paid holders, each step checked.

Ends with 1 if one unit of money is not where it belongs, or the original gets into the wrong hands.
"""

import sys
import tempfile
import time
from pathlib import Path

import httpx

from tools.journey import acts
from tools.journey.acts import Description, Work
from tools.journey.ledger import Account, Ledger
from tools.journey.people import People, gather
from tools.journey.stack import running_stack
from tools.journey.statement import USDC, Statement
from tools.journey.visitor import AlreadyMinted, Refused, Visitor
from tools.journey.wallet import Node, NodeError
from tools.progress import fail, say

SHARE_PRICE = "25.000003"  # USDC, for a tenth of the shares; odd, so that nothing divides evenly
LICENCE_PRICE = "1234.567891"
PART = "10"  # percent of the shares
PAID_WITHIN = 60.0  # seconds


class Wrong(Exception):
    """Something is not as it has to be, in a sentence."""


class Demo:
    """One walk through it all."""

    def __init__(self, picture: Path, people: People, ledger: Ledger):
        self.picture, self.people, self.ledger = picture, people, ledger
        self.statement = Statement(people, ledger)
        self.steps = 0

    def run(self) -> None:
        """Raises Wrong, Refused, NodeError, TimeoutError."""
        artist, company = self.people.artist, self.people.company
        self.step("Five people sign in with their wallets")
        for person in self.people:
            person.sign_in()

        work = self.mint()
        self.statement.note_shares(work.number)
        self.sell_shares(work)

        self.step(f"{artist.name} signs a licence offer: to train a model, 1 year, {LICENCE_PRICE} USDC")
        offer = acts.offer_licence(artist, work, preset="train", days="365", price=LICENCE_PRICE)
        say(f"       offer {offer}")
        self.step(f"{company.name} buys the licence by one signature, which the site sends in")
        bought = acts.buy_licence(company, offer).tx_hash
        self.done(bought)
        self.check_price(bought, LICENCE_PRICE)

        self.step("The price is split, and the keeper pays everybody who holds shares")
        self.wait_for_payment(work)
        self.hand_over(self.find_licence(bought))

        if mistakes := self.statement.close(work.number):
            raise Wrong("the money does not add up:\n  " + "\n  ".join(mistakes))
        say("\n  Every balance on the chain is right to the unit.")

    def mint(self) -> Work:
        artist, collaborator = self.people.artist, self.people.collaborator
        size = self.picture.stat().st_size / 2**20
        self.step(f"{artist.name} uploads {self.picture.name} ({size:.1f} MB), splits the shares 90 / 10, mints")
        title = " ".join(self.picture.stem.replace("_", " ").replace("-", " ").split()).capitalize()[:200]
        words = Description(title or "Untitled", f"The picture {self.picture.name}", "Minted by make demo.")
        try:
            work, deed = acts.mint(artist, self.picture, words, [(artist, "90"), (collaborator, "10")])
        except AlreadyMinted as known:
            work = acts.work_at(known.work)
            say("       This very file is a work already, and a file is minted once: going on with that work.")
            self.done(self.check_creator(work))
        else:
            self.done(deed.tx_hash)
        say(f"       {artist.site}{work.path}")
        return work

    def check_creator(self, work: Work) -> str:
        """The transaction in which a work was minted. Raises Wrong if somebody else minted it."""
        created = (each for each in self.ledger.entries() if each.name == "WorkCreated")
        birth = next(each for each in created if each.values["workId"] == work.number)
        if birth.values["creator"] != self.people.artist.address:
            raise Wrong(f"this picture was minted by {birth.values['creator']}, who alone can license it.")
        return birth.tx_hash

    def sell_shares(self, work: Work) -> None:
        """Whoever holds most sells to a fan: that is the artist, until this was run often."""
        held = self.ledger.accounts(work.number)
        seller = max(self.people, key=lambda person: held.get(person.address, Account()).shares)
        buyer = next(fan for fan in (self.people.fan, self.people.other_fan) if fan is not seller)
        self.step(f"{seller.name} offers {PART} % of the shares for {SHARE_PRICE} USDC; {buyer.name} buys them")
        offer = acts.sell_shares(seller, work, percent=PART, price=SHARE_PRICE)
        bought = acts.buy_shares(buyer, offer, percent=PART).tx_hash
        self.done(bought)
        self.check_price(bought, SHARE_PRICE)

    def check_price(self, tx_hash: str, price: str) -> None:
        """Raises Wrong unless the purchase in this transaction cost what was asked."""
        sales = (each for each in self.statement.entries() if each.name in ("SharesPurchased", "LicencePurchased"))
        sale = next((each for each in sales if each.tx_hash == tx_hash), None)
        whole, decimals = price.split(".")
        if sale is None or sale.values["price"] != int(whole) * USDC + int(decimals):
            raise Wrong(f"transaction {tx_hash} is not a purchase for {price} USDC")

    def wait_for_payment(self, work: Work) -> None:
        """Until every holder has what they earned."""
        deadline = time.monotonic() + PAID_WITHIN
        late = ["nobody yet"]
        while late and time.monotonic() < deadline:
            time.sleep(0.2)
            accounts = self.ledger.accounts(work.number).items()
            late = [self.people.name_of(who) for who, account in accounts if account.received != account.due]
        if late:
            raise Wrong(f"not paid within {PAID_WITHIN:.0f} s: {', '.join(late)}")
        payments = (each for each in self.statement.entries() if each.name == "Paid")
        for tx_hash in dict.fromkeys(each.tx_hash for each in payments if work.number in each.values["workIds"]):
            self.done(tx_hash)

    def find_licence(self, tx_hash: str) -> str:
        """The address under /library/ of what was bought in this transaction."""
        company = self.people.company
        for link in company.get("/library/").links:
            if link.endswith("/certificate/") and any(tx_hash in each for each in company.get(link).links):
                return link.removesuffix("certificate/")
        raise Wrong("the licence is not in the library")

    def hand_over(self, licence: str) -> None:
        """The licensee gets the file, byte for byte; nobody else does."""
        company, stranger = self.people.company, self.people.other_fan
        self.step("A stranger and an anonymous visitor ask for the original, in vain")
        for who, visitor in ((stranger.name, stranger), ("Anonymous", Visitor(company.site))):
            answer = visitor.status(f"{licence}original")
            say(f"       {who}: {answer}")
            if answer == 200:
                raise Wrong(f"{who} could download the original")
        self.step(f"{company.name} downloads the original; it has a certificate")
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(folder) / "original"
            company.download(f"{licence}original", copy)
            if copy.read_bytes() != self.picture.read_bytes():
                raise Wrong("the download differs from the picture that was minted")
        say(f"       the same {self.picture.stat().st_size:,} bytes")
        say(f"       {licence}certificate/")

    def step(self, text: str) -> None:
        self.steps += 1
        say(f"  {self.steps}.  {text}")

    def done(self, tx_hash: str) -> None:
        say(f"       transaction {tx_hash}")


def main(picture: Path) -> None:
    """Runs the demo on a picture, on the stack that is up or on one for this."""
    if not picture.is_file():
        found = f"there is no file {picture}" if picture.name else "say which picture"
        fail(f"make demo IMAGE=photo.jpg: {found}.")
    with running_stack() as stack:
        node = Node(stack["rpc"])
        try:
            Demo(picture, gather(stack["url"], node), Ledger(stack["url"], node)).run()
        except (Refused, Wrong, NodeError, LookupError, TimeoutError) as problem:
            fail(f"The journey ended here: {problem}")
        except httpx.TransportError as problem:
            fail(f"The journey ended here: the site or the chain cannot be reached any more ({problem}).")
        except KeyboardInterrupt:
            sys.exit(130)


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "").expanduser())
