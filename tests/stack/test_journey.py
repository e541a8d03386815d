"""`make demo` and the first catalogue, on a real stack."""

import io
import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from PIL import Image

from tests.catalog.pictures import exif, scene
from tests.e2e.stack import ROOT, Stack
from tools.journey.catalogue import CATALOGUE
from tools.journey.ledger import Ledger
from tools.journey.people import gather
from tools.journey.statement import Statement
from tools.journey.wallet import Node
from tools.stack.chain import CHAIN_ID

PICTURES = ROOT / "tools" / "pictures"


def demo(stack: Stack, picture: Path) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "tools.journey.demo", str(picture)]
    return subprocess.run(command, cwd=ROOT, env=stack.env, capture_output=True, text=True, check=False, timeout=200)


def camera_jpeg() -> bytes:
    """24 megapixels, as a camera writes them: turned, and with the place where it was taken."""
    stream = io.BytesIO()
    scene(6000, 4000).save(stream, "JPEG", quality=92, exif=exif(gps=True, orientation=6))
    return stream.getvalue()


def png_of_16_bits() -> bytes:
    stream = io.BytesIO()
    scene(800, 600, "L").convert("I;16").save(stream, "PNG")
    return stream.getvalue()


def cmyk_jpeg() -> bytes:
    stream = io.BytesIO()
    scene(800, 600, "CMYK").save(stream, "JPEG", quality=90)
    return stream.getvalue()


def transparent_webp() -> bytes:
    image = scene(800, 600).convert("RGBA")
    image.putalpha(Image.linear_gradient("L").resize(image.size))
    stream = io.BytesIO()
    image.save(stream, "WEBP", quality=85)
    return stream.getvalue()


FORMATS = {
    "a camera's 24 MP.jpg": camera_jpeg,
    "16 bits.png": png_of_16_bits,
    "cmyk.jpg": cmyk_jpeg,
    "transparent.webp": transparent_webp,
}


@pytest.mark.parametrize("name", FORMATS)
def test_demo_walks_the_whole_journey_on(name, stack, tmp_path):
    picture = tmp_path / name
    picture.write_bytes(FORMATS[name]())
    done = demo(stack, picture)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Every balance on the chain is right to the unit." in done.stdout
    assert f"the same {picture.stat().st_size:,} bytes" in done.stdout
    assert done.stdout.count("transaction 0x") >= 4
    # What the table says, by the rules alone: 2.5 % fee rounded down, and 80/10/10 of the rest.
    assert "−1,234.567891" in done.stdout
    assert done.stdout.count("+962.962955") == 1
    assert done.stdout.count("+120.370369") == 2


def test_demo_goes_on_with_a_picture_that_is_a_work_already(stack, tmp_path):
    first, second = (demo(stack, PICTURES / "coffee.png") for _ in range(2))
    assert "is a work already" not in first.stdout
    assert second.returncode == 0, second.stdout + second.stderr
    assert "This very file is a work already" in second.stdout
    assert "Ada Palette                     80 %        70 %" in second.stdout
    assert "Every balance on the chain is right to the unit." in second.stdout


def test_demo_ends_with_the_sites_own_words_for_what_is_no_picture(stack, tmp_path):
    text = tmp_path / "notes.jpg"
    text.write_text("not a picture at all\n" * 100)
    done = demo(stack, text)
    assert done.returncode == 1
    assert "The journey ended here: " in done.stderr
    assert "picture" in done.stderr.split("The journey ended here: ")[1]


@pytest.fixture(scope="module")
def walked(stack) -> Stack:
    """A stack on which somebody was paid."""
    done = demo(stack, PICTURES / "chelsea.png")
    assert done.returncode == 0, done.stdout + done.stderr
    return stack


@pytest.mark.parametrize("off", [-1, 1])
def test_a_single_unit_too_much_or_too_little_is_found(off, walked, monkeypatch):
    node = Node(walked.rpc_url)
    people, ledger = gather(walked.url, node), Ledger(walked.url, node)
    numbers = [entry.values["workId"] for entry in ledger.entries() if entry.name == "WorkCreated"]
    statement = Statement(people, ledger)
    assert statement.close(numbers[-1]) == []

    true_balance, ben = ledger.balance, people.collaborator.address
    monkeypatch.setattr(ledger, "balance", lambda who: true_balance(who) + (off if who == ben else 0))
    (mistake,) = statement.close(numbers[-1])
    assert mistake.startswith("Ben Kiln has ")


def test_what_a_holder_is_due_is_found_if_it_was_not_paid(walked, monkeypatch):
    node = Node(walked.rpc_url)
    people, ledger = gather(walked.url, node), Ledger(walked.url, node)
    entries = ledger.entries()
    number = next(e.values["workId"] for e in reversed(entries) if e.name == "Distributed")
    last = max(i for i, e in enumerate(entries) if e.name == "Paid" and number in e.values["workIds"])
    monkeypatch.setattr(ledger, "entries", lambda since=None: [] if since else entries[:last] + entries[last + 1 :])
    mistakes = Statement(people, ledger).close(number)
    assert any("earned" in mistake and "received" in mistake for mistake in mistakes)


def seed(stack: Stack) -> subprocess.Popen:
    command = [sys.executable, "-m", "tools.journey.seed", stack.url, stack.rpc_url]
    return subprocess.Popen(command, cwd=ROOT, env=stack.env, stdout=subprocess.PIPE, text=True)


def test_seeding_goes_on_where_it_was_interrupted(stack):
    ledger = Ledger(stack.url, Node(stack.rpc_url))

    def minted() -> list[dict]:
        return [e.values for e in ledger.entries() if e.name == "WorkCreated"]

    before = len(minted())
    first = seed(stack)
    while len(minted()) < before + 2:
        assert first.poll() is None
        time.sleep(0.05)
    first.send_signal(signal.SIGKILL)
    first.wait()
    assert not (stack.var / "seeded").exists()

    second = seed(stack)
    said, _ = second.communicate(timeout=200)
    assert second.returncode == 0, said
    works = minted()[before:]
    assert len(works) == len(CATALOGUE) == len({work["content"] for work in works})
    bought = [entry.name for entry in ledger.entries() if entry.values.get("workId") in {w["workId"] for w in works}]
    assert bought.count("LicencePurchased") == sum(piece.licensed for piece in CATALOGUE)
    assert bought.count("SharesPurchased") == sum(bool(piece.sold_to_fan) for piece in CATALOGUE)
    for piece in CATALOGUE:
        assert piece.words.title in said

    begun = time.monotonic()
    third = seed(stack)
    assert third.communicate(timeout=30)[0] == ""
    assert time.monotonic() - begun < 10


def test_every_seeded_picture_has_a_credit():
    credits = (PICTURES / "CREDITS.md").read_text()
    for piece in CATALOGUE:
        assert (PICTURES / piece.picture).is_file()
        assert f"| {piece.picture} |" in credits
        assert piece.words.credit


def test_demo_starts_a_stack_of_its_own_and_stops_it_on_postgresql(tmp_path):
    """Nothing runs, and the database is PostgreSQL: the same journey."""
    fresh = Stack(tmp_path / "another stack")
    command = [ROOT / "tools/with-postgres", sys.executable, "-m", "tools.journey.demo", PICTURES / "rocket.jpg"]
    done = subprocess.run(
        list(map(str, command)), cwd=ROOT, env=fresh.env, capture_output=True, text=True, check=False, timeout=280
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Starting Mintmark for this …" in done.stdout
    assert "Every balance on the chain is right to the unit." in done.stdout
    assert not (fresh.var / "db.sqlite3").exists()
    assert not (fresh.var / "stack.json").exists(), "it is stopped again"
    deployed = json.loads((Path(fresh.env["DEPLOYMENTS_DIR"]) / f"{CHAIN_ID}.json").read_text())
    assert deployed["chainId"] == CHAIN_ID
