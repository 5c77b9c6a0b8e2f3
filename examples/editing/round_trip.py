"""There and back: draw, edit in Inkscape by script, go on around it, and compare.

python examples/editing/round_trip.py        (needs Inkscape 1.2 or newer)

Leaves the SVGs and sheet.png in this folder, and prints the figures of its README.
"""

import io
import subprocess
import sys
from pathlib import Path

from PIL import Image

from drawkit import Drawing, draw, rank, read_svg, resume
from drawkit.scene import Path as Stroke

WORDS = "a cat"
STROKES, STEPS = 96, 100


def darkness(stroke: Stroke) -> float:
    return sum(stroke.stroke[:3]) / stroke.stroke[3]


def edits(strokes: list[Stroke]) -> tuple[list[str], list[str]]:
    """What is done in Inkscape, as its actions, and the ids of what is locked."""
    dark = [stroke.id for stroke in sorted(strokes, key=darkness)]
    wide = [s.id for s in sorted(strokes, key=lambda s: -s.stroke_width) if s.id not in dark[:3]]
    moved, recoloured, deleted, copied, grouped = dark[:2], wide[:2], wide[2], wide[3], wide[4:6]
    lock = "object-set-attribute:sodipodi:insensitive,true"
    actions = [
        f"select-by-id:{','.join(moved)};transform-translate:-12,10;{lock};select-clear",
        f"select-by-id:{','.join(recoloured)};object-set-attribute:stroke,#3a6ea5;{lock};select-clear",
        f"select-by-id:{deleted};delete",
        f"select-by-id:{copied};duplicate;transform-translate:0,24;select-clear",
        f"select-by-id:{','.join(grouped)};selection-group;select-clear",
    ]
    return actions, [*moved, *recoloured]


def in_inkscape(source: Path, actions: list[str], result: Path, *, plain: bool) -> None:
    saved = f"export-filename:{result};export-plain-svg:{str(plain).lower()};export-do"
    command = ["inkscape", str(source), f"--actions={';'.join([*actions, saved])}"]
    subprocess.run(command, check=True, capture_output=True, timeout=300)


def score(file: Path) -> float:
    """Cosine of the picture of a file with the words."""
    return rank(WORDS, [file])[0].score


def picture(drawing: Drawing) -> Image.Image:
    with Image.open(io.BytesIO(drawing.png(360))) as shown:
        return shown.convert("RGB")


def main(folder: Path, strokes: int = STROKES, steps: int = STEPS) -> None:
    first = draw(WORDS, strokes=strokes, steps=steps)
    first.save(folder / "drawn.svg")
    actions, locked = edits(list(read_svg(folder / "drawn.svg").paths()))
    drawings = [first]
    print(
        "saved as  locked paths that are the same  others that moved  score: drawn, edited, gone on"
    )
    for plain in (False, True):
        kind = "plain" if plain else "inkscape"
        edited, result = folder / f"edited-{kind}.svg", folder / f"gone-on-{kind}.svg"
        in_inkscape(folder / "drawn.svg", actions, edited, plain=plain)
        # A plain SVG has lost Inkscape's locks, so those paths are named.
        last = resume(edited, steps=steps, frozen=locked if plain else [])
        last.save(result)
        before = {path.id: path for path in read_svg(edited).paths()}
        after = {path.id: path for path in read_svg(result).paths()}
        assert list(before) == list(after)
        same = [name for name in before if is_same(before[name], after[name])]
        kept = f"{len(set(same) & set(locked))} of {len(locked)}"
        others = f"{len(before) - len(same)} of {len(before) - len(locked)}"
        scores = ", ".join(f"{score(f):.3f}" for f in (folder / "drawn.svg", edited, result))
        print(f"{kind:9} {kept:35} {others:18} {scores}")
        if not plain:
            drawings += [Drawing(read_svg(edited)), last]
    sheet = Image.new("RGB", (360 * len(drawings), 360), "white")
    for at, drawing in enumerate(drawings):
        sheet.paste(picture(drawing), (360 * at, 0))
    sheet.quantize(192).save(folder / "sheet.png", optimize=True)


def is_same(one: Stroke, other: Stroke) -> bool:
    """Whether two are alike to the last digit."""
    points = (one.control_points == other.control_points).all()
    return bool(points) and (one.stroke, one.stroke_width) == (other.stroke, other.stroke_width)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
