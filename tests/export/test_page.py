"""Real units: the same picture, in its place on the sheet, as SVG and as PDF."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path as FilePath

import numpy as np
import numpy.typing as npt
import pytest
import resvg_py
from PIL import Image
from scenes import random_scene, small_grid_scene, small_scene

from drawkit.errors import ConfigError
from drawkit.export.pdf import pdf_bytes
from drawkit.export.png import PngConfig, png_bytes
from drawkit.export.svg import SvgConfig, svg_text
from drawkit.scene import Background, Scene

Floats = npt.NDArray[np.float64]

SCENES = {
    "random": random_scene(3),
    "painted": replace(random_scene(4), background=Background((0.9, 0.8, 0.7), painted=True)),
    "grid": small_grid_scene(),
    "hexagons": small_grid_scene(cell="hex"),
}


def shown(svg: str, width: int) -> Floats:
    """[H, W, 4], as resvg draws it."""
    png = bytes(resvg_py.svg_to_bytes(svg_string=svg, width=width, dpi=96, skip_system_fonts=True))
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGBA"), float)


@pytest.mark.parametrize("layers", ["role", "none", "color"])
@pytest.mark.parametrize("name", SCENES)
def test_the_drawing_lies_within_the_margins(name: str, layers: str) -> None:
    scene = SCENES[name]
    config = SvgConfig(layers=layers, page="200x300mm", margin="10mm")  # type: ignore[arg-type]
    page = shown(svg_text(scene, config), 800)  # 4 px a mm
    assert page.shape == (1200, 800, 4)
    alone = shown(svg_text(scene), 720)
    height = alone.shape[0]
    top = round((1200 - height) / 2)
    assert np.abs(page[top : top + height, 40:760] - alone).mean() < 1
    around = page.copy()
    around[top - 1 : top + height + 1, 39:761] = 0
    assert around.max() == 0  # what sticks out of the drawing is hidden
    loose = svg_text(scene, config).replace(' clip-path="url(#drawing-area)"', "")
    if name == "random":  # and there is something to hide
        beside = shown(loose, 800)
        beside[top - 1 : top + height + 1, 39:761] = 0
        assert beside.max() > 0


@pytest.mark.parametrize(
    ("page", "size"),
    [
        ("A4", ("210mm", "297mm")),
        ("a4-landscape", ("297mm", "210mm")),
        ("8.5x11in", ("215.9mm", "279.4mm")),
        ("21 x 29.7cm", ("210mm", "297mm")),
        ("letter", ("215.9mm", "279.4mm")),
    ],
)
def test_svg_and_pdf_have_the_same_size(page: str, size: tuple[str, str]) -> None:
    config = SvgConfig(page=page, margin="0.5in")
    svg = svg_text(small_scene(), config)
    assert f'width="{size[0]}" height="{size[1]}"' in svg.replace("\n", " ") or all(
        f'{key}="{value}"' in svg for key, value in zip(("width", "height"), size, strict=True)
    )
    box = re.search(rb"/MediaBox \[ *0 0 ([\d.]+) ([\d.]+) *\]", pdf_bytes(small_scene(), config))
    assert box is not None
    points = [float(side[:-2]) / 25.4 * 72 for side in size]
    assert [float(side) for side in box.groups()] == pytest.approx(points, abs=0.02)


def test_a_drawing_that_fills_the_page_is_not_cut() -> None:
    svg = svg_text(random_scene(3), SvgConfig(page="96x64mm"))
    assert "clip-path" not in svg
    assert 'viewBox="0 0 96 64"' in svg


def test_the_png_is_the_drawing_alone() -> None:
    config = SvgConfig(page="A4", margin="20mm")
    scene = random_scene(3)
    assert png_bytes(scene, PngConfig(size=96), config) == png_bytes(scene, PngConfig(size=96))


@pytest.mark.parametrize(
    ("page", "margin", "said"),
    [
        ("A9", None, "export.svg.page is 'A9'; allowed: A0, A1"),
        ("210x297", None, "a size such as 210x297mm"),
        ("0x10mm", None, "1 to 10000 mm a side"),
        ("1e3x10mm", None, "allowed"),
        ("nanxnanmm", None, "allowed"),
        (None, "10mm", "export.svg.margin is '10mm', which needs a page"),
        ("A4", "105mm", "which leaves nothing of a page of 210 x 297 mm"),
        ("A4", "-1mm", "allowed: a length such as 10mm"),
        ("A4", "inf", "allowed: a length"),
        ("A4", "10px", "allowed: a length"),
    ],
)
def test_bad_pages_are_one_line(page: str | None, margin: str | None, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        SvgConfig(page=page, margin=margin)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.skipif(shutil.which("inkscape") is None, reason="Inkscape is not installed")
@pytest.mark.slow
def test_inkscape_measures_the_same_millimetres(tmp_path: FilePath) -> None:
    file = tmp_path / "page.svg"
    scene = Scene(100, 100, small_scene().layers, Background((0, 0, 1), painted=True))
    file.write_text(svg_text(scene, SvgConfig(page="A4", margin="10mm")))
    done = subprocess.run(
        ["inkscape", "--query-id=paper", "-X", "-Y", "-W", "-H", str(file)],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    millimetres = [float(line) / 96 * 25.4 for line in done.stdout.split()]
    assert millimetres == pytest.approx([10, 53.5, 190, 190], abs=0.01)
