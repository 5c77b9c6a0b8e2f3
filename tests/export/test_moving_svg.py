"""SVG of films: what a browser shows at many times is what the film shows."""

from __future__ import annotations

import re
from pathlib import Path as FilePath

import numpy as np
import pytest
import resvg_py
from film_samples import growing, moved_cells, seen_by_a_camera
from lxml import etree
from PIL import Image
from programs import needs, shot

from drawkit.export._frames import Pictures
from drawkit.export.anim import film_text
from drawkit.export.png import PngConfig
from drawkit.scene.film import Film

SIZE = (120, 80)


def test_no_script_and_still_on_request() -> None:
    text = film_text(growing())
    assert "<script" not in text
    assert "prefers-reduced-motion:reduce" in text
    root = etree.fromstring(text.encode())
    assert {e.get("class") for e in root.iterfind("{*}g")} == {"moving", "still"}
    animated = {e.get("attributeName") for e in root.iter("{*}animate")}
    assert animated == {"d", "display", "fill", "fill-opacity", "stroke-dashoffset"}
    for animation in root.iter("{*}animate"):
        times = [float(part) for part in animation.get("keyTimes").split(";")]
        assert len(times) == len(animation.get("values").split(";"))
        assert times == sorted(times)
        assert times[0] == 0
        assert times[-1] <= 1
        assert animation.get("fill") == "freeze"
        if animation.get("calcMode") == "spline":
            assert len(animation.get("keySplines").split(";")) == len(times) - 1


def test_programs_without_animation_show_the_end() -> None:
    film = growing()
    png = resvg_py.svg_to_bytes(
        svg_string=film_text(film), width=SIZE[0], background="#ffffe6", skip_system_fonts=True
    )
    (FilePath("/dev/null")).exists()
    import io

    seen = np.asarray(Image.open(io.BytesIO(bytes(png))).convert("RGB"), float)
    last = Pictures(film.first, PngConfig(size=120)).of(film.frames[-1].scene)
    assert np.abs(seen - last[..., :3]).mean() < 0.5


def at_its_time(svg: str, number: int, seconds: float) -> str:
    """The SVG in a page, held at a time."""
    body = re.sub(r"^<\?xml[^>]*>\s*", "", svg)
    hold = f"s=document.querySelectorAll('svg')[{number}];s.pauseAnimations();"
    hold += f"s.setCurrentTime({seconds})"
    return f"<div style='float:left;font-size:0'>{body}</div><script>{{let {hold}}}</script>"


@needs("chromium")
@pytest.mark.slow
@pytest.mark.parametrize(
    "film", [growing(), moved_cells(), seen_by_a_camera()], ids=["paths", "cells", "camera"]
)
def test_a_browser_shows_the_film_frame_by_frame(tmp_path: FilePath, film: Film) -> None:
    first = film.first
    svg = film_text(film)
    side = (round(first.width), round(first.height))
    times = np.cumsum([0.0, *film.durations])[:-1] / 1000 + 0.001
    bodies = [at_its_time(svg, n, t) for n, t in enumerate(times)]
    page = shot(tmp_path, "".join(bodies), (side[0] * len(bodies), side[1]))
    with Image.open(page) as image:
        row = np.asarray(image.convert("RGBA"), float)
    drawn = Pictures(first, PngConfig(size=max(side)))
    for number, frame in enumerate(film.frames):
        ours = drawn.of(frame.scene).astype(float)
        theirs = row[: side[1], number * side[0] : (number + 1) * side[0]]
        if first.background.color is not None and first.grid is None:
            paper = 255 * np.array(first.background.color)
            theirs = theirs[..., :3] * theirs[..., 3:] / 255 + paper * (1 - theirs[..., 3:] / 255)
        if ours.shape[:2] != theirs.shape[:2]:
            ours = ours[: theirs.shape[0], : theirs.shape[1]]
        assert np.abs(ours[..., :3] - theirs[..., :3]).mean() < 3


@needs("chromium")
@pytest.mark.slow
def test_it_plays_in_an_img_and_stands_still_on_request(tmp_path: FilePath) -> None:
    film = growing()
    ours = Pictures(film.first, PngConfig(size=SIZE[0]))

    def seen(start: float, *flags: str) -> np.ndarray:
        """As an <img> shows it first, where its clock stands at `start`."""
        svg = film_text(film).replace("<animate ", f'<animate begin="-{start}s" ')
        svg = svg.replace('dur="1.5s"', 'dur="150s"').replace(f"-{start}s", f"-{start * 100}s")
        (tmp_path / "film.svg").write_text(svg)
        picture = shot(tmp_path, "<img src=film.svg width=120 height=80>", SIZE, "", *flags)
        rgba = np.asarray(Image.open(picture).convert("RGBA"), float)[: SIZE[1], : SIZE[0]]
        paper = np.array([255, 255, 230])
        return rgba[..., :3] * rgba[..., 3:] / 255 + paper * (1 - rgba[..., 3:] / 255)

    middle = ours.of(film.frames[6].scene)[..., :3]
    last = ours.of(film.frames[-1].scene)[..., :3]
    assert np.abs(seen(0.5) - middle).mean() < 3
    assert np.abs(middle.astype(float) - last).mean() > 4
    assert np.abs(seen(0.5, "--force-prefers-reduced-motion") - last).mean() < 3
