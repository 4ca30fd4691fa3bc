"""Pictures of goods, drawn: what is on them is known."""

from __future__ import annotations

from io import BytesIO

from PIL import Image, ImageDraw, ImageFilter, ImageFont

Colour = tuple[int, int, int] | str


def pack(
    dose: str = "500 mg",
    *,
    size: tuple[int, int] = (1000, 1000),
    colour: Colour = "#1E50BE",
    background: Colour = "white",
    brand: str = "PAROL",
) -> Image.Image:
    """A box with its brand and dose, in the middle of a plain background."""
    image = Image.new("RGB", size, background)
    draw = ImageDraw.Draw(image)
    width, height = size
    draw.rectangle((width // 5, height // 4, width * 4 // 5, height * 3 // 4), fill=colour)
    draw.text((width // 4, height // 3), brand, fill="white", font=ImageFont.load_default(size=height // 9))
    draw.text((width // 4, height // 2), dose, fill="white", font=ImageFont.load_default(size=height // 12))
    return image


def busy(size: tuple[int, int] = (1000, 1000), *, seed: int = 1) -> Image.Image:
    """Many patches of many colours up to the edge."""
    small = Image.new("RGB", (24, 24))
    value = seed
    for place in range(24 * 24):
        value = (value * 1103515245 + 12345) % 2**31
        small.putpixel((place % 24, place // 24), (value >> 8 & 255, value >> 16 & 255, value >> 20 & 255))
    return small.resize(size, Image.Resampling.BICUBIC)


def blurred(image: Image.Image, radius: int = 25) -> Image.Image:
    return image.filter(ImageFilter.GaussianBlur(radius))


def jpeg(image: Image.Image, quality: int = 90) -> bytes:
    buffer = BytesIO()
    image.save(buffer, format="JPEG", quality=quality)
    return buffer.getvalue()


def again(image: Image.Image, *, size: tuple[int, int] | None = None, quality: int = 60) -> Image.Image:
    """The same picture in another size and quality, as another shop would have it."""
    scaled = image if size is None else image.resize(size, Image.Resampling.LANCZOS)
    return Image.open(BytesIO(jpeg(scaled, quality))).convert("RGB")
