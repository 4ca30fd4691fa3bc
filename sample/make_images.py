"""Draw the small pictures of the sample feeds: `python sample/make_images.py [FOLDER]`.

Every picture is a simple shape in one clear dominant colour on a plain background (transparent in the PNG
files), so that a test can say what must be seen. `broken.jpg` is cut in the middle on purpose.
"""

import io
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw

SIDE = 480  # pixels, pictures are square
SCALE = 2  # drawn larger and reduced, which smooths the edges
MAX_BYTES = 15_000
BROKEN = "broken.jpg"

Colour = tuple[int, int, int]
Painter = Callable[[ImageDraw.ImageDraw, Colour], None]

WHITE: Colour = (255, 255, 255)
INK: Colour = (70, 70, 80)
PAPER: Colour = (238, 238, 240)


@dataclass(frozen=True, slots=True)
class Picture:
    """One file to draw; the extension of `name` decides the format."""

    name: str
    paint: Painter
    colour: Colour


def darker(colour: Colour, by: float = 0.75) -> Colour:
    red, green, blue = (int(part * by) for part in colour)
    return red, green, blue


def box(draw: ImageDraw.ImageDraw, colour: Colour) -> None:
    """A medicine box with a label and a cross."""
    draw.polygon([(180, 250), (260, 190), (780, 190), (780, 640), (700, 700)], fill=darker(colour))
    draw.rectangle((180, 250, 700, 760), fill=colour)
    draw.rectangle((230, 470, 650, 640), fill=WHITE)
    draw.rectangle((270, 510, 560, 530), fill=INK)
    draw.rectangle((270, 570, 470, 590), fill=INK)
    draw.rectangle((415, 300, 465, 430), fill=WHITE)
    draw.rectangle((375, 340, 505, 390), fill=WHITE)


def bottle(draw: ImageDraw.ImageDraw, colour: Colour) -> None:
    """A bottle with a cap and a label."""
    draw.rounded_rectangle((400, 110, 560, 220), 20, fill=darker(colour, 0.5))
    draw.rectangle((420, 220, 540, 310), fill=colour)
    draw.rounded_rectangle((300, 290, 660, 860), 60, fill=colour)
    draw.rectangle((300, 520, 660, 680), fill=WHITE)
    draw.rectangle((350, 570, 610, 590), fill=INK)
    draw.rectangle((350, 620, 540, 640), fill=INK)


def spray(draw: ImageDraw.ImageDraw, colour: Colour) -> None:
    """A nasal spray: a bottle with a narrow nozzle."""
    draw.polygon([(455, 90), (505, 90), (530, 330), (430, 330)], fill=PAPER, outline=INK)
    draw.rectangle((370, 330, 590, 400), fill=darker(colour))
    draw.rounded_rectangle((330, 390, 630, 860), 50, fill=colour)
    draw.rectangle((330, 560, 630, 690), fill=WHITE)
    draw.rectangle((380, 610, 580, 630), fill=INK)


def tube(draw: ImageDraw.ImageDraw, colour: Colour) -> None:
    """A tube of cream standing on its cap."""
    draw.rectangle((270, 100, 690, 140), fill=darker(colour))
    draw.polygon([(270, 140), (690, 140), (600, 740), (360, 740)], fill=colour)
    draw.rounded_rectangle((390, 740, 570, 860), 20, fill=darker(colour, 0.6))
    draw.rectangle((370, 320, 590, 340), fill=INK)
    draw.rectangle((390, 380, 570, 400), fill=INK)


def tablet_tube(draw: ImageDraw.ImageDraw, colour: Colour) -> None:
    """A tube of effervescent tablets with one tablet beside it."""
    draw.rounded_rectangle((300, 130, 560, 240), 30, fill=WHITE, outline=INK, width=4)
    draw.rounded_rectangle((310, 230, 550, 850), 40, fill=colour)
    draw.rectangle((350, 480, 510, 500), fill=INK)
    draw.ellipse((610, 740, 780, 850), fill=darker(colour, 0.9))


def jar(draw: ImageDraw.ImageDraw, colour: Colour) -> None:
    """A cream jar with a lid."""
    draw.rounded_rectangle((220, 300, 740, 440), 30, fill=darker(colour))
    draw.rounded_rectangle((240, 440, 720, 740), 70, fill=colour)
    draw.rectangle((330, 570, 630, 590), fill=INK)


def shirt(draw: ImageDraw.ImageDraw, colour: Colour) -> None:
    """A short-sleeved shirt with a collar."""
    sleeves = [(340, 180), (620, 180), (860, 320), (780, 470), (480, 280), (180, 470), (100, 320)]
    draw.polygon(sleeves, fill=colour)
    draw.rectangle((270, 230, 690, 830), fill=colour)
    draw.polygon([(390, 180), (570, 180), (480, 300)], fill=darker(colour, 0.6))
    draw.line((480, 300, 480, 420), fill=WHITE, width=6)


def coat(draw: ImageDraw.ImageDraw, colour: Colour) -> None:
    """A long coat with a belt."""
    left_sleeve = [(370, 110), (200, 210), (160, 600), (260, 610), (300, 250)]
    right_sleeve = [(590, 110), (760, 210), (800, 600), (700, 610), (660, 250)]
    draw.polygon(left_sleeve, fill=colour)
    draw.polygon(right_sleeve, fill=colour)
    draw.polygon([(370, 110), (590, 110), (670, 330), (700, 880), (260, 880), (290, 330)], fill=colour)
    draw.polygon([(400, 110), (560, 110), (480, 360)], fill=darker(colour, 0.6))
    draw.rectangle((285, 500, 676, 550), fill=darker(colour))


def shoe(draw: ImageDraw.ImageDraw, colour: Colour) -> None:
    """A low shoe seen from the side."""
    upper = [(150, 350), (330, 350), (470, 500), (760, 560), (840, 640), (840, 700), (150, 700)]
    draw.polygon(upper, fill=colour)
    draw.ellipse((140, 320, 340, 390), fill=darker(colour, 0.6))
    draw.rectangle((140, 690, 850, 730), fill=darker(colour, 0.4))
    draw.rectangle((140, 730, 320, 770), fill=darker(colour, 0.4))


def book(draw: ImageDraw.ImageDraw, colour: Colour) -> None:
    """A closed book with its title on the cover."""
    draw.rectangle((270, 160, 740, 850), fill=PAPER, outline=INK, width=4)
    draw.rectangle((230, 130, 700, 820), fill=colour)
    draw.rectangle((230, 130, 280, 820), fill=darker(colour))
    draw.rectangle((350, 300, 630, 330), fill=WHITE)
    draw.rectangle((350, 370, 560, 390), fill=WHITE)


def plate(draw: ImageDraw.ImageDraw, colour: Colour) -> None:
    """A round plate with a coloured rim."""
    draw.ellipse((130, 130, 830, 830), fill=colour)
    draw.ellipse((260, 260, 700, 700), fill=WHITE, outline=darker(colour), width=8)


def towel(draw: ImageDraw.ImageDraw, colour: Colour) -> None:
    """A folded striped towel with fringes."""
    draw.rectangle((200, 180, 760, 760), fill=colour)
    for top in (300, 360, 620):
        draw.rectangle((200, top, 760, top + 20), fill=WHITE)
    for left in range(200, 760, 40):
        draw.line((left + 10, 760, left + 10, 830), fill=colour, width=12)


PICTURES = (
    Picture("box-blue.webp", box, (40, 90, 200)),
    Picture("box-green.webp", box, (40, 150, 80)),
    Picture("bottle-brown.jpg", bottle, (120, 70, 30)),
    Picture("bottle-yellow.webp", bottle, (240, 210, 60)),
    Picture("spray-cyan.webp", spray, (30, 170, 210)),
    Picture("tube-orange.png", tube, (240, 130, 30)),
    Picture("tube-white.png", tube, (245, 245, 245)),
    Picture("tube-yellow.webp", tablet_tube, (245, 190, 20)),
    Picture("jar-pink.png", jar, (235, 150, 180)),
    Picture("shirt-navy.jpg", shirt, (25, 35, 90)),
    Picture("shirt-pink.webp", shirt, (240, 160, 190)),
    Picture("coat-camel.webp", coat, (193, 154, 107)),
    Picture("shoe-brown.jpg", shoe, (110, 65, 35)),
    Picture("book-red.webp", book, (190, 30, 40)),
    Picture("book-green.png", book, (30, 110, 70)),
    Picture("plate-blue.webp", plate, (30, 70, 180)),
    Picture("towel-turquoise.jpg", towel, (64, 200, 190)),
    Picture(BROKEN, coat, (140, 140, 145)),
)


def encode(picture: Picture) -> bytes:
    """The bytes of the file: PNG with a transparent background, JPEG and WebP on white."""
    suffix = Path(picture.name).suffix
    background = (0, 0, 0, 0) if suffix == ".png" else (*WHITE, 255)
    canvas = Image.new("RGBA", (SIDE * SCALE, SIDE * SCALE), background)
    picture.paint(ImageDraw.Draw(canvas), picture.colour)
    canvas = canvas.resize((SIDE, SIDE), Image.Resampling.LANCZOS)
    buffer = io.BytesIO()
    if suffix == ".png":
        canvas.save(buffer, "PNG", optimize=True)
    elif suffix == ".jpg":
        canvas.convert("RGB").save(buffer, "JPEG", quality=80)
    else:
        canvas.convert("RGB").save(buffer, "WEBP", quality=80)
    content = buffer.getvalue()
    return content[: len(content) // 2] if picture.name == BROKEN else content


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for picture in PICTURES:
        content = encode(picture)
        if len(content) > MAX_BYTES:
            raise SystemExit(f"{picture.name}: {len(content)} bytes, more than {MAX_BYTES}")
        (folder / picture.name).write_bytes(content)
    sys.stdout.write(f"{len(PICTURES)} pictures in {folder}\n")


if __name__ == "__main__":
    default = Path(__file__).parent / "supplier" / "images"
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else default)
