"""Four style pictures, made by rule: a woodcut, an ink wash, dots of colour and a flat poster.

    python pictures.py

Each is about how it is made, not about what it shows. They are drawkit's own, under its licence.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFilter

SIDE = 336

Plane = npt.NDArray[np.float64]


def grid() -> tuple[Plane, Plane]:
    """Rows and columns of the sheet, 0..1."""
    rows, columns = np.indices((SIDE, SIDE)) / SIDE
    return rows, columns


def woodcut() -> Image.Image:
    """Hills and sky in level cuts, broad where it is dark; a sun left uncut."""
    y, x = grid()
    hill = y > 0.55 + 0.13 * np.sin(6.4 * x)
    cuts = 50 * (y + np.where(hill, 0.07 * np.sin(7.5 * x), 0.03 * np.sin(3 * x)))
    tone = np.where(hill, 0.62 - 0.25 * np.sin(9 * x + 11 * y), 0.22 + 0.2 * y)
    tone[(x - 0.71) ** 2 + (y - 0.25) ** 2 < 0.015] = 0
    ink = np.abs(cuts % 1 - 0.5) < tone / 2
    return Image.fromarray(np.where(ink[..., None], (22, 18, 15), (241, 230, 207)).astype(np.uint8))


def ink_wash() -> Image.Image:
    """Wet patches of grey over one another."""
    random = np.random.default_rng(0)
    sheet = Image.new("L", (SIDE, SIDE), 246)
    for _ in range(60):
        middle, radius = random.uniform(0, SIDE, 2), random.uniform(0.03, 0.2) * SIDE
        angles = np.linspace(0, 2 * np.pi, 13, endpoint=False)
        out = random.uniform(0.6, 1.3, (2, 13)) * radius
        across, down = (
            middle[0] + out[0] * np.cos(angles),
            middle[1] + 0.6 * out[1] * np.sin(angles),
        )
        patch = Image.new("L", (SIDE, SIDE), 0)
        points = list(zip(across.tolist(), down.tolist(), strict=True))
        ImageDraw.Draw(patch).polygon(points, fill=int(random.uniform(20, 110)))
        soft = patch.filter(ImageFilter.GaussianBlur(random.uniform(1.5, 7)))
        sheet = Image.composite(Image.new("L", (SIDE, SIDE), 30), sheet, soft)
    return sheet.convert("RGB")


def dots() -> Image.Image:
    """Round dabs on cream: blues and gold above, greens and red below."""
    random = np.random.default_rng(1)
    large = Image.new("RGB", (4 * SIDE, 4 * SIDE), (238, 226, 190))
    draw = ImageDraw.Draw(large)
    above = ((60, 110, 190), (110, 160, 215), (240, 200, 120), (40, 70, 150))
    below = ((70, 130, 60), (150, 170, 60), (200, 90, 50), (40, 90, 70))
    for _ in range(5200):
        x, y = random.uniform(0, 1, 2)
        inks = above if y < 0.5 + 0.09 * np.sin(7.5 * x) else below
        radius = random.uniform(2.2, 3.4) * 4
        box = [4 * SIDE * x - radius, 4 * SIDE * y - radius]
        draw.ellipse((*box, box[0] + 2 * radius, box[1] + 2 * radius), fill=inks[pick(random)])
    return large.resize((SIDE, SIDE), Image.Resampling.LANCZOS)


def pick(random: np.random.Generator) -> int:
    """One of four, the first ones more often."""
    return int(random.choice(4, p=[0.4, 0.3, 0.15, 0.15]))


def poster() -> Image.Image:
    """A sun over three hills in five flat inks."""
    large = 2 * SIDE
    sheet = Image.new("RGB", (large, large), (17, 60, 74))
    draw = ImageDraw.Draw(sheet)
    areas = [
        ([(0, 0.7), (0.35, 0.35), (0.75, 0.8), (0, 1)], (30, 122, 120)),
        ([(0.3, 1), (0.7, 0.5), (1, 0.75), (1, 1)], (244, 190, 90)),
        ([(0, 0.86), (1, 0.86), (1, 1), (0, 1)], (250, 236, 205)),
    ]
    draw.ellipse([large * at for at in (0.5, 0.1, 0.9, 0.5)], fill=(240, 92, 52))
    for points, ink in areas:
        draw.polygon([(large * x, large * y) for x, y in points], fill=ink)
    return sheet.resize((SIDE, SIDE), Image.Resampling.LANCZOS)


if __name__ == "__main__":
    for make in (woodcut, ink_wash, dots, poster):
        make().save(f"{make.__name__.replace('_', '-')}.png", optimize=True)
