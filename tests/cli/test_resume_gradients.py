"""Gradients of paths that are drawn on with stay gradients, in the colours that were found."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from lxml import etree
from svg_oracle import by_resvg

from drawkit import read_svg, resume

Run = Callable[..., Any]
PAGE = """<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"
  viewBox="0 0 90 60" width="90" height="60">
  <style>.warm {{ stop-color: #a05030 }}</style>
  <defs>
    <linearGradient id="own"><stop class="warm"/>
      <stop offset="1" stop-color="#405060"/></linearGradient>
    <linearGradient id="colors"><stop stop-color="#30a050"/>
      <stop offset="1" style="stop-color:#503080;stop-opacity:.8"/></linearGradient>
    <radialGradient id="shared" xlink:href="#colors"/>
    <linearGradient id="stays"><stop stop-color="red"/><stop offset="1"/></linearGradient>
  </defs>
  <rect id="one" x="5" y="5" width="20" height="50" fill="url(#own)"/>
  <g style="fill:url(#shared)"><rect id="two" x="30" y="5" width="20" height="50"/>
    <rect id="three" x="55" y="5" width="10" height="50" fill-opacity="{share}"/></g>
  <rect id="locked" x="70" y="5" width="15" height="50" fill="url(#stays)"/>
</svg>
"""


def stops(root: Any, name: str) -> list[dict[str, str]]:
    (gradient,) = (e for e in root.iter() if e.get("id") == name)
    return [dict(child.attrib) for child in gradient]


def test_they_stay_gradients_of_the_colour_that_was_found(run: Run, folder: Path) -> None:
    for share in ("1", "0.7"):
        Path("page.svg").write_text(PAGE.format(share=share))
        fast = {"strokes.lr_color": 0.02}
        drawing = resume("page.svg", "a cat", frozen=["locked"], steps=4, cutouts=2, settings=fast)
        drawing.save("out.svg")
        before = {p.id: p.fill for p in read_svg("page.svg").paths()}
        wanted = {p.id: p.fill for p in drawing.scene.paths()}
        found = {p.id: p.fill for p in read_svg("out.svg").paths()}
        for name in ("one", "two", "three"):
            np.testing.assert_allclose(found[name], wanted[name], atol=0.006)
            assert np.abs(np.subtract(found[name], before[name])).max() > 0.01, name
        assert found["locked"] == before["locked"]
        root = etree.parse("out.svg").getroot()
        kinds = {
            e.get("id"): etree.QName(e).localname for e in root.iter() if "adient" in str(e.tag)
        }
        assert kinds == {
            "own": "linearGradient",
            "colors": "linearGradient",
            "shared": "radialGradient",
            "shared-2": "radialGradient",
            "shared-3": "radialGradient",
            "stays": "linearGradient",
        }
        for name in ("colors", "stays"):
            assert stops(root, name) == stops(etree.fromstring(PAGE.format(share=share)), name)
        picture = by_resvg(Path("out.svg").read_text())
        across = picture[30, 6:24, :3]
        assert np.abs(across[0] - across[-1]).max() > 0.2  # from one colour to another as it was


def test_going_on_again_and_again_adds_nothing(run: Run, folder: Path) -> None:
    Path("0.svg").write_text(PAGE.format(share=1))
    for at in range(3):
        resume(f"{at}.svg", "a cat", steps=2, cutouts=2).save(f"{at + 1}.svg")
    counts = [Path(f"{at}.svg").read_text().count("Gradient id") for at in range(4)]
    assert counts[1] == counts[2] == counts[3] <= counts[0] + 2


def test_a_gradient_without_stops_is_the_colour_behind_it(run: Run, folder: Path) -> None:
    """Where a colour stands behind its name, that is what is seen, moved and written."""
    Path("bare.svg").write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 60 60">'
        '<linearGradient id="bare"/>'
        '<path id="a" d="M5 5H50V50H5Z" fill="url(#bare) #a05030"/></svg>'
    )
    fast = {"strokes.lr_color": 0.02}
    drawing = resume("bare.svg", "a cat", steps=4, cutouts=2, settings=fast)
    drawing.save("bare-out.svg")
    (path,) = drawing.scene.paths()
    (found,) = read_svg("bare-out.svg").paths()
    np.testing.assert_allclose(found.fill, path.fill, atol=0.006)
    assert np.abs(np.subtract(found.fill[:3], (160 / 255, 80 / 255, 48 / 255))).max() > 0.01
