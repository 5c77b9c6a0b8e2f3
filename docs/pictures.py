"""Make the pictures of the documentation: `python docs/pictures.py`, into docs/pictures/.

They are kept in the repository; run this after a change that they should show.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import torch
from PIL import Image, ImageDraw
from torch import Tensor

from drawkit import draw, restyle, sketch, trace
from drawkit.engine import Step
from drawkit.raster import Paths, rasterize
from drawkit.raster.reference import flatten, half_plane_share

HERE = Path(__file__).parent / "pictures"
INK, PAINT, ARROW = "#555555", "#4c78a8", "#e45756"
"""Legible on white and on black: the pages have a dark side too."""
CURVE = torch.tensor([[4.0, 18.0], [10.0, -6.0], [20.0, 26.0], [28.0, 5.0]])
"""The control points of the stroke that is shown, in px of a picture of 32 x 24."""
WIDTH, HEIGHT, RADIUS = 32, 24, 2.5


def steps() -> None:
    """The best drawing so far, after 1, 10, 190 and 250 steps."""
    wanted, seen = (1, 10, 190, 250), list[Image.Image]()

    def look(step: Step) -> None:
        if step.index in wanted:
            seen.append(step.drawing().image(256).convert("RGB"))

    draw("a house", settings={"optimize.score_every": 1}, on_step=look)
    strip(seen).save(HERE / "steps.png", optimize=True)


def sketches() -> None:
    """A photo and a drawing, and each in 4, 8, 16 and 32 strokes."""
    rows = []
    for name in ("pixels/coffee.jpg", "gallery/a-cat.png"):
        path = HERE.parents[1] / "examples" / name
        with Image.open(path) as given:
            shown = [given.convert("RGB")]
        shown += [sketch(path, strokes=count).image(512) for count in (4, 8, 16, 32)]
        rows.append(strip([fitted(picture, 190) for picture in shown]))
    sheet = Image.new("RGB", (max(row.width for row in rows), 2 * 190 + 8), "white")
    for at, row in enumerate(rows):
        sheet.paste(row.convert("RGB"), (0, at * 198))
    sheet.quantize(64, dither=Image.Dither.NONE).save(HERE / "sketches.png", optimize=True)


def restyled() -> None:
    """Two drawings, and each at five strengths on the way to other words."""
    rows = []
    for name, words in (("a-cat", "a black cat"), ("a-red-apple", "a green apple")):
        path = HERE.parents[1] / "examples" / "gallery" / name
        with Image.open(path.with_suffix(".png")) as given:
            shown = [given.convert("RGB")]
        for strength in (0.2, 0.4, 0.6, 0.8, 1.0):
            shown.append(restyle(path.with_suffix(".svg"), words, strength=strength).image(512))
        rows.append(strip([fitted(picture, 160) for picture in shown]))
    sheet = Image.new("RGB", (rows[0].width, len(rows) * 168 - 8), "white")
    for at, row in enumerate(rows):
        sheet.paste(row.convert("RGB"), (0, at * 168))
    sheet.quantize(128, dither=Image.Dither.NONE).save(HERE / "restyled.png", optimize=True)


def restyled_pictures() -> None:
    """A sprite and a photo, and what they become."""
    there = HERE.parents[1] / "examples" / "pixels"
    heart, cup = there / "game-sprites" / "heart.png", there / "coffee.jpg"
    with Image.open(heart) as sprite, Image.open(cup) as photo:
        large = sprite.convert("RGBA").resize((256, 256), Image.Resampling.NEAREST)
        white = Image.new("RGBA", large.size, "white")
        shown = [Image.alpha_composite(white, large), photo.convert("RGB")]
    green = restyle(heart, "a green heart", from_="a red heart", strength=0.6, steps=40)
    shown.insert(1, green.image(256))
    for strength in (0.6, 0.9):
        blue = restyle(cup, "a blue cup", from_="a cup", strength=strength, steps=50)
        shown.append(blue.image(512))
    strip([fitted(picture, 190) for picture in shown], colors=128).save(
        HERE / "restyled-pictures.png", optimize=True
    )


def fitted(picture: Image.Image, side: int) -> Image.Image:
    """A picture in the middle of a white square."""
    small = picture.convert("RGB")
    small.thumbnail((side, side))
    square = Image.new("RGB", (side, side), "white")
    square.paste(small, ((side - small.width) // 2, (side - small.height) // 2))
    return square


def strip(pictures: list[Image.Image], gap: int = 8, colors: int = 64) -> Image.Image:
    """Pictures of one height side by side on white, in few colours, so that the file is small."""
    width = sum(picture.width for picture in pictures) + gap * (len(pictures) - 1)
    sheet = Image.new("RGB", (width, pictures[0].height), "white")
    left = 0
    for picture in pictures:
        sheet.paste(picture, (left, 0))
        left += picture.width + gap
    return sheet.quantize(colors, dither=Image.Dither.NONE)


def traced() -> None:
    """A photo, and what 8, 16, 64 and 256 shapes make of it."""
    with Image.open(HERE.parents[1] / "examples" / "pixels" / "coffee.jpg") as file:
        photo = file.convert("RGB").crop((60, 0, 316, 256)).resize((256, 256))
    shown = [trace(photo, count).image(256).convert("RGB") for count in (8, 16, 64, 256)]
    sheet = strip([photo, *shown], colors=128)
    sheet.save(HERE / "traced.png", optimize=True)


def traced_flat() -> None:
    """A small logo and an emoji, their pixels enlarged, and traced."""
    logo = Image.new("RGB", (768, 512), "white")
    pen = ImageDraw.Draw(logo)
    pen.rectangle([40, 40, 360, 472], fill="#d62828")
    pen.polygon([(200, 90), (330, 420), (70, 420)], fill="white")
    pen.ellipse([400, 80, 736, 416], fill="#003049")
    pen.polygon([(568, 120), (700, 340), (436, 340)], fill="#fcbf49")
    face = Image.new("RGBA", (512, 512), (0, 0, 0, 0))
    pen = ImageDraw.Draw(face)
    pen.ellipse([16, 16, 496, 496], fill="#ffcc22", outline="#aa7700", width=24)
    for left in (144, 304):
        pen.ellipse([left, 160, left + 64, 256], fill="#332211")
    pen.chord([128, 224, 384, 432], 10, 170, fill="white", outline="#332211", width=20)
    shown = []
    for large, size in ((logo, (72, 48)), (face, (48, 48))):
        small = large.resize(size, Image.Resampling.BOX)
        wide = size[0] * 5
        for one in (small.resize((wide, 240), 0), trace(small, 16).image(wide).resize((wide, 240))):
            sheet = Image.new("RGBA", one.size, "white")
            sheet.alpha_composite(one.convert("RGBA"))
            shown.append(sheet.convert("RGB"))
    strip(shown).save(HERE / "traced-flat.png", optimize=True)


def stroke(points: Tensor) -> Paths:
    """The stroke as the rasterizer takes it."""
    return Paths(
        points=points,
        segments=torch.tensor([1]),
        closed=torch.tensor([False]),
        radius=torch.tensor([RADIUS]),
        stroke=torch.tensor([[0.3, 0.47, 0.66, 1.0]]),
        fill=torch.zeros(1, 4),
        stroked=torch.tensor([True]),
        filled=torch.tensor([False]),
        even_odd=torch.tensor([False]),
    )


def coverage() -> None:
    """The pixels of the stroke, enlarged."""
    picture = rasterize(stroke(CURVE), WIDTH, HEIGHT)
    levels = (picture[..., :3] * 255).round().byte().numpy()
    large = Image.fromarray(levels).resize((WIDTH * 16, HEIGHT * 16), Image.Resampling.NEAREST)
    large.quantize(64, dither=Image.Dither.NONE).save(HERE / "coverage.png", optimize=True)


def flattened() -> None:
    """The curve, its control points, and the three lines that would replace it."""
    start, end = flatten(CURVE, 3)
    chain = " ".join(f"{x:.2f},{y:.2f}" for x, y in [*start.tolist(), end[-1].tolist()])
    handles = " ".join(f"{x:g},{y:g}" for x, y in CURVE.tolist())
    (x0, y0), *rest = CURVE.tolist()
    curve = " ".join(f"{x:g},{y:g}" for x, y in rest)
    parts = [
        f'<polyline points="{handles}" fill="none" stroke="{INK}" stroke-width=".15" '
        'stroke-dasharray=".6 .4"/>',
        f'<path d="M{x0:g},{y0:g} C{curve}" fill="none" stroke="{PAINT}" stroke-width=".5"/>',
        f'<polyline points="{chain}" fill="none" stroke="{ARROW}" stroke-width=".3"/>',
        *(f'<circle cx="{x:g}" cy="{y:g}" r=".5" fill="{INK}"/>' for x, y in CURVE.tolist()),
    ]
    svg("flattened.svg", "0 -7 32 34", 480, parts)


def half_planes() -> None:
    """A square cut by an edge at three depths, with the share that is covered."""
    nx, ny = torch.tensor(0.8), torch.tensor(0.6)
    parts = []
    for column, depth in enumerate((-0.45, 0.1, 0.5)):
        share = float(half_plane_share(torch.tensor(depth), nx, ny))
        corners = " ".join(f"{x:.3f},{y:.3f}" for x, y in cut(depth, 0.8, 0.6))
        parts.append(
            f'<g transform="translate({column * 1.5 + 0.75} .7)">'
            f'<polygon points="{corners}" fill="{PAINT}"/>'
            f'<rect x="-.5" y="-.5" width="1" height="1" fill="none" stroke="{INK}" '
            'stroke-width=".02"/>'
            f'<text y=".75" font-size=".18" text-anchor="middle" fill="{INK}" '
            f'font-family="sans-serif">d = {depth:g}, share {share:.3f}</text></g>'
        )
    svg("half-planes.svg", "0 0 4.5 1.6", 540, parts)


def cut(depth: float, nx: float, ny: float) -> Iterator[tuple[float, float]]:
    """The corners of the unit square's part with nx x + ny y <= depth."""
    corners = [(-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5)]
    for (x, y), (to_x, to_y) in zip(corners, corners[1:] + corners[:1], strict=True):
        here, there = depth - nx * x - ny * y, depth - nx * to_x - ny * to_y
        if here >= 0:
            yield x, y
        if here * there < 0:
            t = here / (here - there)
            yield x + t * (to_x - x), y + t * (to_y - y)


def gradient() -> None:
    """Where the control points are pulled when the stroke should look like another one."""
    wanted = rasterize(stroke(CURVE + torch.tensor([[0, 0], [0, 8], [0, -6], [0, 6.0]])), 32, 24)
    points = CURVE.clone().requires_grad_()
    (rasterize(stroke(points), WIDTH, HEIGHT) - wanted).square().sum().backward()
    assert points.grad is not None
    pull = -points.grad * (6 / points.grad.norm(dim=1).max())
    goal = Image.fromarray((wanted[..., :3] * 255).round().byte().numpy())
    goal.resize((WIDTH * 16, HEIGHT * 16), Image.Resampling.NEAREST).quantize(32).save(
        HERE / "wanted.png", optimize=True
    )
    (x0, y0), *rest = CURVE.tolist()
    curve = " ".join(f"{x:g},{y:g}" for x, y in rest)
    parts = [
        '<defs><marker id="tip" viewBox="0 0 4 4" refX="3" refY="2" markerWidth="4" '
        f'markerHeight="4" orient="auto"><path d="M0,0 L4,2 L0,4 z" fill="{ARROW}"/></marker>'
        "</defs>",
        f'<path d="M{x0:g},{y0:g} C{curve}" fill="none" stroke="{PAINT}" '
        f'stroke-width="{2 * RADIUS:g}" stroke-linecap="round"/>',
    ]
    for (x, y), (right, down) in zip(CURVE.tolist(), pull.tolist(), strict=True):
        parts += [
            f'<circle cx="{x:g}" cy="{y:g}" r=".5" fill="{INK}"/>',
            f'<line x1="{x:g}" y1="{y:g}" x2="{x + right:.2f}" y2="{y + down:.2f}" '
            f'stroke="{ARROW}" stroke-width=".4" marker-end="url(#tip)"/>',
        ]
    svg("gradient.svg", "0 -8 32 42", 480, parts)


def svg(name: str, view: str, width: int, parts: list[str]) -> None:
    """Write a small SVG; width: px on the page."""
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{view}" width="{width}">'
    (HERE / name).write_text("\n".join([head, *parts, "</svg>", ""]), encoding="utf-8")


if __name__ == "__main__":
    HERE.mkdir(exist_ok=True)
    coverage()
    flattened()
    half_planes()
    gradient()
    steps()
    sketches()
    restyled()
    restyled_pictures()
    traced()
    traced_flat()
