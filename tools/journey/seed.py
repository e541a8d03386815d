"""python -m tools.journey.seed SITE NODE: fills an empty site with its first works, by walking the real journey.

Can be interrupted and repeated at any place: each act is looked for on the chain or on the site before it is done.
"""

import re
import sys
from pathlib import Path

import httpx
from PIL import Image

from tools.journey import acts
from tools.journey.acts import Work
from tools.journey.catalogue import CATALOGUE, Piece
from tools.journey.ledger import Ledger
from tools.journey.people import People, gather
from tools.journey.visitor import AlreadyMinted, Refused
from tools.journey.wallet import Node, NodeError
from tools.progress import fail, step
from tools.stack.places import ROOT, VAR

PICTURES = ROOT / "tools" / "pictures"
MARK = VAR / "seeded"


class Seed:
    """One run over the catalogue."""

    def __init__(self, people: People, ledger: Ledger):
        self.people, self.ledger = people, ledger

    def run(self) -> None:
        """Raises Refused, NodeError, TimeoutError."""
        for person in self.people:
            person.sign_in()
            acts.introduce(person)
        for piece in CATALOGUE:
            with step(f"Minting “{piece.words.title}”"):
                self.tell(piece)

    def tell(self, piece: Piece) -> None:
        """A picture's story, as far as it has not happened yet."""
        artist, fan, company = self.people.artist, self.people.fan, self.people.company
        work = self.mint(piece)
        if piece.sold_to_fan and not self.happened("SharesPurchased", work):
            part, price = piece.sold_to_fan.percent, piece.sold_to_fan.price
            acts.buy_shares(fan, self.share_offer(work, part, price), percent=part)
        open_offers = artist.json(f"/api/v1/works/{work.number}/offers")
        prices = {int(offer["price"]) for offer in open_offers}
        for offer in piece.licences:
            if int(offer.price) * 10**6 not in prices:
                acts.offer_licence(artist, work, preset=offer.preset, days=offer.days, price=offer.price)
        if piece.licensed and not self.happened("LicencePurchased", work):
            wanted = int(piece.licences[0].price) * 10**6
            open_offers = artist.json(f"/api/v1/works/{work.number}/offers")
            acts.buy_licence(company, next(o["digest"] for o in open_offers if int(o["price"]) == wanted))
        if piece.shares_on_sale:
            self.share_offer(work, piece.shares_on_sale.percent, piece.shares_on_sale.price)

    def mint(self, piece: Piece) -> Work:
        rest = 100 - int(piece.artists_part)
        shares = [(self.people.artist, piece.artists_part)]
        shares += [(self.people.collaborator, str(rest))] if rest else []
        try:
            return acts.mint(self.people.artist, copy_of(PICTURES / piece.picture), piece.words, shares)[0]
        except AlreadyMinted as known:
            return acts.work_at(known.work)

    def share_offer(self, work: Work, percent: str, price: str) -> str:
        """The digest of the open share offer on the work's page, or of a new one."""
        links = self.people.fan.get(work.path).links
        found = next(filter(None, (re.search(r"/shares/(0x[0-9a-f]{64})/buy/", link) for link in links)), None)
        return found[1] if found else acts.sell_shares(self.people.artist, work, percent=percent, price=price)

    def happened(self, event: str, work: Work) -> bool:
        return any(each.name == event and each.values["workId"] == work.number for each in self.ledger.entries())


def copy_of(picture: Path) -> Path:
    """The picture as WebP: the files in tools/pictures themselves stay unminted, for whoever tries them out."""
    copy = VAR / "seed" / f"{picture.stem}.webp"
    if not copy.exists():
        copy.parent.mkdir(parents=True, exist_ok=True)
        image = Image.open(picture)
        fresh = copy.with_suffix(".new")
        image.save(fresh, "WEBP", quality=92, icc_profile=image.info.get("icc_profile"))
        fresh.replace(copy)
    return copy


def main(site: str, node_url: str) -> None:
    if MARK.exists():
        return
    node = Node(node_url)
    try:
        Seed(gather(site, node), Ledger(site, node)).run()
    except (Refused, NodeError, LookupError, TimeoutError, httpx.TransportError) as problem:
        fail(f"  {problem}")
    MARK.touch()


if __name__ == "__main__":
    main(*sys.argv[1:])
