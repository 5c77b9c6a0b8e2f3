"""Recorded drawings: `python tests/recorded.py write FOLDER`, later `... compare FOLDER`.

Draws one small drawing of every kind, with no record in the files, and holds their bytes to those
that were written before: for changes to the code that must not change what is drawn. The bytes
hold on one machine, with the same packages; so they are not kept in the repository.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from PIL import Image, ImageDraw

PATHS = "--steps 12 --size 96 --threads 1 --quiet --metadata none --set perceptor.imagine=4"
CELLS = "--steps 12 --threads 1 --quiet --metadata none --set perceptor.imagine=4"
PLAIN = "--steps 12 --size 64 --threads 1 --quiet --metadata none --set perceptor.imagine=0"

TWO = "--model builtin:0.6 --model builtin:0.4"

CASES = {
    "strokes": f"clipdraw 'a cat' --strokes 64 {PATHS}",
    "strokes-plain": f"clipdraw 'a cat' --strokes 64 {PLAIN}",
    "shapes": f"clipdraw 'a house' --shapes 24 --strokes 0 {PATHS}",
    "both": f"clipdraw 'a fish' --shapes 12 --strokes 24 {PATHS}",
    "ink": f"clipdraw 'a cat' --strokes 48 --ink black --max-width 4 {PATHS}",
    "one-line": f"clipdraw 'a cat' --style one-line {PATHS}",
    "style": f"clipdraw 'a cat' --style crayon --set strokes.strokes=64 {PATHS}",
    "low-poly": f"clipdraw 'a tree' --style low-poly --set strokes.shapes=40 {PATHS}",
    "mixture": f"clipdraw 'a cat' --style ink:0.7 --style neon:0.3 {PATHS}",
    "style-picture": f"clipdraw 'a fish' --style-image hatched.png --strokes 80 {PATHS}",
    "flat-picture": f"clipdraw 'a fish' --style-image flat.png {PATHS}",
    "two-perceptors": f"clipdraw 'a cat' --strokes 24 {TWO} {PATHS}",
    "two-prompts": f"clipdraw 'a cat' --prompt 'a dog:-0.3' --strokes 24 {PATHS}",
    "wide": f"clipdraw 'a fish' --strokes 32 {PATHS.replace('96', '160x90')}",
    "tile": f"clipdraw 'a leaf' --strokes 32 --tile xy {PATHS}",
    "transparent": f"clipdraw 'a cat' --strokes 32 --background transparent {PATHS}",
    "init": f"clipdraw 'a cat' --strokes 32 --init start.png {PATHS}",
    "keep": f"clipdraw 'a cat' --strokes 32 --init start.png --keep 0.4 {PATHS}",
    "palette-strokes": f"clipdraw 'a cat' --strokes 32 --style linocut {PATHS}",
    "clipdraw-recipe": f"clipdraw 'a cat' --strokes 16 --set cutouts.recipe=clipdraw {PLAIN}",
    "pixels": f"pixeldraw 'a cat' --size 24 {CELLS}",
    "pixels-hex": f"pixeldraw 'a cat' --size 20 --cell hex {CELLS}",
    "pixels-diamond": f"pixeldraw 'a cat' --size 20 --cell diamond {CELLS}",
    "sprite": f"pixeldraw 'a chicken' --size 24 --transparent --outline auto {CELLS}",
    "pixels-palette": f"pixeldraw 'a cat' --size 24 --palette pico8 --dither bayer {CELLS}",
    "symmetry": f"pixeldraw 'a crown' --size 24 --symmetry x {CELLS}",
    "pixels-tile": f"pixeldraw 'bricks' --size 24 --tile xy {CELLS}",
    "freeze": f"pixeldraw 'a cat' --size 24 --init start.png --freeze mask.png --keep 0.5 {CELLS}",
    "pixels-style-picture": f"pixeldraw 'a fish' --size 24 --style-image flat.png {CELLS}",
    "animate": f"animate 'a chicken' --motion hop --size 20 {CELLS}",
    "sheet": "sheet set.toml -o sheet.png --quiet",
    "tileset": "tileset 'bricks' --ground 'blue water' --size 16 --quiet --steps 8 -o tiles.png",
    "pixelate": "pixelate start.png --size 32 --quiet",
}
SET = """
size = 16
steps = 8
metadata = "none"
[perceptor]
imagine = 4
[[sprite]]
prompt = "an apple"
[[sprite]]
prompt = "a chicken"
"""


def inputs(folder: Path) -> None:
    """The pictures and files that some of the drawings are made from."""
    start = Image.new("RGBA", (96, 96), "white")
    pen = ImageDraw.Draw(start)
    pen.ellipse((20, 25, 76, 80), fill="orange", outline="brown", width=3)
    pen.rectangle((40, 10, 56, 30), fill="green")
    start.save(folder / "start.png")
    mask = Image.new("L", (96, 96), 0)
    ImageDraw.Draw(mask).rectangle((0, 0, 48, 96), fill=255)
    mask.save(folder / "mask.png")
    hatched = Image.new("RGB", (160, 160), "#f3ead8")
    pen = ImageDraw.Draw(hatched)
    for at in range(-160, 160, 7):
        pen.line((at, 160, at + 160, 0), fill="#1d2430", width=2 + at % 3)
    hatched.save(folder / "hatched.png")
    flat = Image.new("RGB", (160, 160), "#f4c430")
    pen = ImageDraw.Draw(flat)
    pen.polygon([(0, 160), (80, 40), (160, 160)], fill="#17324d")
    pen.ellipse((90, 10, 150, 70), fill="#d9412f")
    flat.save(folder / "flat.png")
    (folder / "set.toml").write_text(SET)


def draw(name: str, folder: Path) -> None:
    """Draw one of the cases in a folder of its own; what it wrote stays there."""
    place = folder / name
    place.mkdir(parents=True)
    inputs(place)
    before = set(place.iterdir())
    environment = {**os.environ, "SOURCE_DATE_EPOCH": "0"}
    command = f"{sys.executable} -m drawkit {CASES[name]}"
    done = subprocess.run(
        ["bash", "-c", command], cwd=place, env=environment, capture_output=True, text=True
    )
    if done.returncode:
        (place / "failed.txt").write_text(done.stderr)
        print(f"{name}: exit {done.returncode}: {done.stderr.strip()[-200:]}", flush=True)
    for path in before:
        path.unlink()


def files(place: Path) -> dict[str, bytes]:
    """Name -> bytes of all that one case left."""
    return {
        str(path.relative_to(place)): path.read_bytes()
        for path in sorted(place.rglob("*"))
        if path.is_file() and ".drawkit" not in str(path.relative_to(place))
    }


def main() -> None:
    """Write or compare; names after the folder choose some of the cases."""
    what, folder, *names = sys.argv[1:]
    chosen = names or list(CASES)
    kept, new = Path(folder), Path(folder)
    if what == "compare":
        new = Path(f"{folder}.new")
        subprocess.run(["rm", "-rf", str(new)], check=True)
    with ThreadPoolExecutor(int(os.environ.get("JOBS", "2"))) as pool:
        list(pool.map(lambda name: draw(name, new), chosen))
    if what != "compare":
        return
    changed = [name for name in chosen if files(kept / name) != files(new / name)]
    for name in changed:
        old, fresh = files(kept / name), files(new / name)
        with contextlib.suppress(KeyError):
            wrong = [f for f in {**old, **fresh} if old.get(f) != fresh.get(f)]
            print(f"changed: {name}: {', '.join(wrong)}")
    print(f"{len(chosen) - len(changed)} of {len(chosen)} recorded drawings have the same bytes")
    sys.exit(bool(changed))


if __name__ == "__main__":
    main()
