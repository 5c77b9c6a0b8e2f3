"""The pictures of the studio: the shelf of its styles, and the page itself.

python docs/studio_pictures.py shelf     # a few minutes
python docs/studio_pictures.py page      # needs the extra dev, and chromium
"""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from PIL import Image

from drawkit import Session
from drawkit.studio.shelf import STATIC
from drawkit.styles import style_names

__all__ = ["page", "shelf"]

PICTURES = Path(__file__).parent / "pictures"
SIDE, STEPS, SHOWN = 132, 100, "a mushroom"
WIDE, SMALL = {"width": 1440, "height": 960}, {"width": 390, "height": 844}


def shelf() -> None:
    """A mushroom in every style that ships, and in none."""
    session = Session()
    for name in ("", *style_names(Path("/"))):
        drawing = session.draw(SHOWN, style=name or (), steps=STEPS, seed=0)
        picture = drawing.image(4 * SIDE).convert("RGB").resize((SIDE, SIDE))
        picture.save(STATIC / "styles" / f"{name or 'plain'}.webp", quality=78, method=6)


def page() -> None:
    """Four tries, parts, pixels, and a small screen in the dark."""
    from playwright.sync_api import sync_playwright

    with _studio() as address, sync_playwright() as engine:
        browser = engine.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        tab: Any = browser.new_page(viewport=WIDE)
        tab.goto(address)
        _ask(tab, "Shapes", "a red apple", count="24")
        _ask(tab, "Pixels", "a heart", count="8", size="24")
        _hold(tab, ((8, 7), (9, 7), (8, 8), (9, 8), (10, 7), (8, 9)))
        _shoot(tab, "pixels", 1200)
        _ask(tab, "Strokes", "a cat", count="96", tries=4)
        _shoot(tab, "tries", 1200)
        for at in range(3):
            tab.get_by_test_id("layer").nth(at).get_by_test_id("lock-layer").click()
        tab.get_by_test_id("layer").nth(1).locator(".title").click()
        tab.locator(".paths button").first.click()
        _shoot(tab, "parts", 1200)
        tab.emulate_media(color_scheme="dark")
        tab.set_viewport_size(SMALL)
        tab.evaluate("document.querySelector('.sheets').scrollIntoView()")
        _shoot(tab, "small", SMALL["width"])
        browser.close()


def _ask(tab: Any, kind: str, words: str, *, tries: int = 1, count: str, size: str = "") -> None:
    """Draw, and wait for it."""
    tab.get_by_label(kind).first.check()
    for name, text in {"words": words, "count": count, "size": size}.items():
        tab.get_by_test_id(name).fill(text)
    tab.get_by_label("draft").check()
    tab.get_by_label(f"{tries} tr").first.check()
    tab.get_by_test_id("words").press("Enter")
    shown = tab.locator(f'[data-status=done][aria-label*="{words}"]')
    shown.nth(tries - 1).wait_for(timeout=300_000)


def _hold(tab: Any, cells: tuple[tuple[int, int], ...]) -> None:
    tab.get_by_test_id("tool-hold").check()
    grid = tab.get_by_test_id("cells")
    step = grid.bounding_box()["width"] / 24
    for x, y in cells:
        grid.click(position={"x": step * (x + 0.5), "y": step * (y + 0.5)})


def _shoot(tab: Any, name: str, width: int) -> None:
    tab.wait_for_timeout(1000)
    picture = Image.open(io.BytesIO(tab.screenshot())).convert("RGB")
    size = width, round(picture.height * width / picture.width)
    picture.resize(size).save(PICTURES / f"studio-{name}.webp", quality=80, method=6)


@contextmanager
def _studio() -> Iterator[str]:
    """A studio that knows no drawings yet."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "drawkit", "studio", "--no-open", "--folder", folder]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            found = re.search(r"http\S+", process.stdout.readline())
            assert found is not None
            yield found[0]
            process.terminate()


if __name__ == "__main__":
    {"shelf": shelf, "page": page}[sys.argv[1]]()
