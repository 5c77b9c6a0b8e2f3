"""The drawings of `howto/prompts.md`, each by the command that the page shows for it.

    python docs/prompt_pictures.py

Takes some minutes. What a strip shows beside the command's own end is said there.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

from PIL import Image

from drawkit import draw

HERE = Path(__file__).parent
PHOTO = HERE.parent / "examples" / "pixels" / "coffee.jpg"
SIDE, COLORS = 160, 64
STROKES = 256


def drawn(prompt: str, side: int = SIDE, **options: object) -> Image.Image:
    """A drawing on white, its longer side so many px."""
    picture = draw(prompt, strokes=STROKES, **options).image(2 * side)  # type: ignore[arg-type]
    white = Image.new("RGBA", picture.size, "white")
    white.alpha_composite(picture)
    return white.convert("RGB").resize((picture.width // 2, picture.height // 2))


def on_the_way(prompt: str, steps: Sequence[int]) -> list[Image.Image]:
    """The best drawing so far after each of so many steps."""
    found: list[Image.Image] = []

    def watch(step: object) -> None:
        if step.index in steps:  # type: ignore[attr-defined]
            shown = step.drawing().png(SIDE)  # type: ignore[attr-defined]
            found.append(Image.open(io.BytesIO(shown)).convert("RGB"))

    draw(prompt, strokes=STROKES, on_step=watch)
    return found


def strip(name: str, pictures: Sequence[Image.Image]) -> None:
    """Pictures side by side, in few colours: small files."""
    gap = 8
    width = sum(picture.width for picture in pictures) + gap * (len(pictures) - 1)
    sheet = Image.new("RGB", (width, max(picture.height for picture in pictures)), "white")
    left = 0
    for picture in pictures:
        sheet.paste(picture, (left, (sheet.height - picture.height) // 2))
        left += picture.width + gap
    few = sheet.quantize(COLORS, dither=Image.Dither.NONE)
    few.save(HERE / "pictures" / f"prompt-{name}.png", optimize=True)
    print(name, flush=True)


def main() -> None:
    """Draw what is not there yet."""
    mixed = {"perceptor.recall": False}
    shares = [f"a smiling face:{1 - w:g} | a skull:{w:g}" for w in (0.25, 0.5, 0.75)]
    weights = ["a smiling face", *shares, "a skull"]
    stops = ["a cat:1:0.2", "a cat:1:0.35", "a cat"]
    photo = Image.open(PHOTO).convert("RGB")
    photo.thumbnail((SIDE, SIDE))
    pair = "a red house@[0,.3,.5,1] | a tree@[.5,0,1,1]"
    wide = "a sailboat@[0,0,.5,1] | the sun@[.7,0,1,.6]"
    makers = {
        "weights": lambda: [drawn(one, settings=mixed) for one in weights],
        "negative": lambda: [drawn(one) for one in ("an apple", "an apple | red:-0.5")],
        "stop": lambda: [drawn(one) for one in stops],
        "times": lambda: on_the_way("a sunflower@0%-50% | a snowman@50%-100%", (120, 150, 250)),
        "picture": lambda: [photo, drawn(f"@{PHOTO}")],
        "places": lambda: [drawn(pair), drawn(wide, 2 * SIDE, size=(320, 160))],
        "place-of-picture": lambda: [drawn(f"@{PHOTO}@[0,0,.5,1] | a cat@[.5,.2,1,1]")],
    }
    for name, make in makers.items():
        if not (HERE / "pictures" / f"prompt-{name}.png").exists():
            strip(name, make())


if __name__ == "__main__":
    main()
