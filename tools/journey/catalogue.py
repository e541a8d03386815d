"""The first catalogue: six real pictures, what their artist says of them, and what happens to them.

Credits and licences: tools/pictures/CREDITS.md.
"""

from dataclasses import dataclass

from tools.journey.acts import Description


@dataclass(frozen=True)
class LicenceOffer:
    """`preset` as on the offer's form; `days`: "0" is for ever; `price` in USDC."""

    preset: str
    days: str
    price: str


@dataclass(frozen=True)
class ShareOffer:
    """`percent` of all shares, for `price` USDC together."""

    percent: str
    price: str


@dataclass(frozen=True)
class Piece:
    """A picture of tools/pictures and its story, in the order of the fields."""

    picture: str
    words: Description
    artists_part: str = "100"  # percent; the collaborator has the rest
    sold_to_fan: ShareOffer | None = None
    licences: tuple[LicenceOffer, ...] = ()
    licensed: bool = False  # the AI company buys the first of them
    shares_on_sale: ShareOffer | None = None


CATALOGUE = (
    Piece(
        "camera.png",
        Description(
            "The cameraman",
            "A man in a dark coat bends over a film camera on a tripod, on a wide lawn; towers and a dome far behind.",
            "A photographer at work on a cold, clear day. Black and white, one exposure.",
            "Lav Varshney, CC0",
        ),
        licences=(LicenceOffer("reference", "365", "40"),),
    ),
    Piece(
        "hubble_deep_field.jpg",
        Description(
            "eXtreme Deep Field",
            "Hundreds of galaxies on black: spirals, ellipses and specks in white, orange, blue and red.",
            "The farthest look into space of its time: ten years of the Hubble telescope's exposures of one small "
            "patch of sky, added up.",
            "NASA, public domain",
        ),
        artists_part="50",
        licences=(LicenceOffer("both", "0", "950"), LicenceOffer("reference", "365", "60")),
    ),
    Piece(
        "astronaut.png",
        Description(
            "Eileen Collins",
            "A smiling woman in an orange space suit, her helmet before her; a flag and a model of a shuttle behind.",
            "The first woman to command a Space Shuttle, in her launch suit.",
            "NASA, public domain",
        ),
        licences=(LicenceOffer("remix", "0", "120"),),
        shares_on_sale=ShareOffer("20", "180"),
    ),
    Piece(
        "rocket.jpg",
        Description(
            "DSCOVR, before the launch",
            "A white rocket stands between four steel towers at dusk; lamps around it shine like stars.",
            "A Falcon 9 waits to carry the Deep Space Climate Observatory a million miles towards the Sun.",
            "SpaceX, public domain",
        ),
        artists_part="80",
        sold_to_fan=ShareOffer("15", "90"),
        licences=(LicenceOffer("train", "1095", "640"),),
        licensed=True,
    ),
    Piece(
        "chelsea.png",
        Description(
            "Chelsea",
            "The face of a tabby cat, close up, with green eyes and a pink nose, looking past the camera.",
            "She held still for one picture.",
            "Stefan van der Walt, CC0",
        ),
        licences=(LicenceOffer("train", "365", "75"), LicenceOffer("reference", "365", "25")),
        shares_on_sale=ShareOffer("10", "30"),
    ),
    Piece(
        "coffee.png",
        Description(
            "Espresso, late morning",
            "A cup of espresso on a red saucer with a spoon, on a table of worn brown wood, in warm light.",
            "From the bar at Pikolo, before the crowd.",
            "Rachel Michetti, courtesy of Pikolo Espresso Bar, CC0",
        ),
        artists_part="90",
        sold_to_fan=ShareOffer("10", "55"),
        licences=(LicenceOffer("train", "365", "250"), LicenceOffer("both", "0", "1200")),
        licensed=True,
    ),
)
