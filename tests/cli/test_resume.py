"""`drawkit resume`: drawn, edited and drawn on, with all that must stay to the last digit."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from lxml import etree
from svg_oracle import by_resvg

from drawkit import read_svg, resume
from drawkit.errors import InputError

Run = Callable[..., Any]
NAMESPACES = (
    'xmlns="http://www.w3.org/2000/svg"'
    ' xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape"'
    ' xmlns:sodipodi="http://sodipodi.sourceforge.net/DTD/sodipodi-0.dtd"'
    ' xmlns:mine="urn:mine"'
)
FOX = f"""<?xml version="1.0"?>
<!-- made by hand -->
<svg {NAMESPACES} width="200mm" viewBox="10 10 100 80" mine:secret="7">
  <title>My fox</title>
  <defs><linearGradient id="g"><stop stop-color="red"/><stop offset="1"/></linearGradient></defs>
  <mine:note>keep this</mine:note>
  <g id="body" inkscape:label="the body" transform="translate(5 5) scale(.5)">
    <path id="back" d="m 20,120 80,-100 80,100" style="fill:none;stroke:#800;stroke-width:18"
      mine:a="b"><title>its back</title></path>
    <rect id="chest" x="80" y="80" width="60" height="40" fill="#fc0" opacity=".5"/>
  </g>
  <g id="eyes" inkscape:label="Eyes"><circle id="eye" cx="60" cy="50" r="6" fill="#123456"/></g>
  <g id="locked" sodipodi:insensitive="true"><path id="nose" d="M60 60l5 5h-10z"/></g>
  <g id="hidden" style="display:none"><path id="tail" d="M90 60l5 5h-10z"/></g>
  <text id="words">fox</text>
</svg>
"""
LITTLE = ("--steps", "3", "--cutouts", "2")


@pytest.fixture
def fox(folder: Path) -> Path:
    file = folder / "fox.svg"
    file.write_text(FOX)
    return file


def elements(file: Path) -> dict[str, etree._Element]:
    root = etree.fromstring(file.read_bytes())
    return {e.get("id"): e for e in root.iter() if isinstance(e.tag, str) and e.get("id")}


def same(one: etree._Element, other: etree._Element) -> bool:
    return dict(one.attrib) == dict(other.attrib) and one.tag == other.tag


def test_a_strangers_file_keeps_all_but_what_is_drawn(run: Run, folder: Path, fox: Path) -> None:
    done = run("resume", "fox.svg", "a fox", *LITTLE, "--freeze", "Eyes", "-o", "out.svg")
    assert done.code == 0, done.err
    assert "has no record" in done.err
    before, after = elements(fox), elements(folder / "out.svg")
    assert list(before) == list(after)
    for name in ("body", "eyes", "eye", "locked", "nose", "hidden", "tail", "words", "g"):
        assert same(before[name], after[name]), name
    for name in ("back", "chest"):
        assert not same(before[name], after[name]), name
        assert after[name].tag.endswith("}path")
    text = (folder / "out.svg").read_text()
    kept = ("<!-- made by hand -->", "<title>My fox</title>", "keep this", 'mine:secret="7"')
    for part in (*kept, "<title>its back</title>", 'mine:a="b"', ">fox</text>", 'width="200mm"'):
        assert part in text, part
    assert "x" not in after["chest"].attrib
    assert "fill:none" in after["back"].get("style")


def test_a_page_that_the_file_does_not_take_is_told(run: Run, folder: Path, fox: Path) -> None:
    words = ("resume", fox.name, "a fox", *LITTLE, "-o", "out.svg")
    for wish in ("page=A4", "layers=color", "margin=5mm"):
        done = run(*words, "--set", f"export.svg.{wish}")
        assert (done.code, done.out) == (2, "")
        named = f"export.svg.{wish.partition('=')[0]}"
        assert f"{named} is not for a drawing that goes on" in done.err.splitlines()[-1]
    plot = ("--set", "export.svg.page=A5", "--set", "export.svg.plotter=true")
    assert run(*words, *plot).code == 0  # which is a file of its own
    assert 'height="210mm"' in (folder / "out.svg").read_text()
    (folder / "drawkit.toml").write_text('[export.svg]\npage = "A4"\nlayers = "color"\n')
    done = run(*words, "--overwrite")
    assert done.code == 0, done.err
    told = [line for line in done.err.splitlines() if "keeps its own" in line]
    assert len(told) == 1
    assert told[0].endswith("no export.svg.layers, export.svg.page")
    (folder / "drawkit.toml").unlink()
    assert "keeps its own" not in run("resume", fox.name, "a fox", *LITTLE, "-o", "two.svg").err


def test_what_moved_moved_a_little(run: Run, folder: Path, fox: Path) -> None:
    assert run("resume", "fox.svg", "a fox", *LITTLE, "-o", "out.svg").code == 0
    before, after = by_resvg(FOX), by_resvg((folder / "out.svg").read_text())
    assert before.shape == after.shape
    assert 0.01 < np.abs(before - after).mean() * 255 < 10
    for path, again in zip(read_svg(fox).paths(), read_svg("out.svg").paths(), strict=True):
        assert np.abs(path.control_points - again.control_points).max() < 4


def test_its_own_file_goes_on_by_its_record(run: Run, folder: Path) -> None:
    words = ("clipdraw", "a cat | a dog:-0.5", "--strokes", "5", "--size", "48", *LITTLE)
    assert run(*words, "--seed", "5", "-o", "cat.svg").code == 0
    text = (folder / "cat.svg").read_text()
    edited = re.sub(r'(id="stroke-002"[^>]*stroke=)"#\w+"', r'\1"#123456"', text)
    edited = edited.replace('id="strokes"', 'id="strokes" mine="1"')
    (folder / "cat.svg").write_text(edited)
    done = run("resume", "cat.svg", *LITTLE, "--freeze", "stroke-002", "-o", "out.svg", "--json")
    assert done.code == 0, done.err
    assert '"seed": 5' in done.out
    assert "a dog" in done.out
    before, after = elements(folder / "cat.svg"), elements(folder / "out.svg")
    assert list(before) == list(after)
    assert same(before["stroke-002"], after["stroke-002"])
    assert not same(before["stroke-001"], after["stroke-001"])
    assert after["strokes"].get("mine") == "1"
    assert read_svg("out.svg").metadata.seed == 5
    again = run("resume", "out.svg", "a bird", *LITTLE, "--overwrite", "-o", "out.svg")
    assert again.code == 0, again.err
    assert read_svg("out.svg").metadata.prompts[0][0] == "a bird"


def test_new_strokes_go_on_top(run: Run, folder: Path, fox: Path) -> None:
    done = run("resume", "fox.svg", "a fox", *LITTLE, "--strokes", "+4", "-o", "out.svg")
    assert done.code == 0, done.err
    layer = read_svg("out.svg").layers[-1]
    assert (layer.name, layer.contents) == ("new strokes", "4 paths")
    points = np.concatenate([path.control_points for path in layer.paths])  # type: ignore[union-attr]
    assert (points > -60).all()
    assert (points < 160).all()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("fox.svg",), "'fox.svg' has no record of its words; say what to draw behind its name"),
        (("fox.svg", "a fox", "--freeze", "eyez"), "nothing in the file is called 'eyez'; did you"),
        (("fox.svg", "a fox", "--strokes", "64"), "--strokes takes new ones to add, +1 to +100000"),
        (("fox.svg", "a fox", "--set", "draw.size=64"), "draw.size is not for a drawing that goes"),
        (("fox.svg", "a fox", "--set", "strokes.ink=red"), "strokes.ink is not for a drawing that"),
        (("no.svg", "a fox"), "there is no file 'no.svg'"),
        (("bad.svg", "a fox"), "cannot read the SVG 'bad.svg': it is broken"),
    ],
)
def test_trouble_is_one_line(
    run: Run, folder: Path, fox: Path, words: tuple[str, ...], said: str
) -> None:
    (folder / "bad.svg").write_text("<svg")
    done = run("resume", *words, *LITTLE, "-o", "out.svg")
    assert (done.code, done.out) == (2, "")
    assert said in done.err.splitlines()[-1]
    assert not (folder / "out.svg").exists()


def test_inputs_are_looked_for_beside_the_file(run: Run, folder: Path) -> None:
    (folder / "mine.gpl").write_text("GIMP Palette\n255 0 0 red\n0 0 255 blue\n")
    words = ("clipdraw", "a cat", "--strokes", "4", "--size", "48", *LITTLE)
    assert run(*words, "--set", "strokes.palette=mine.gpl", "-o", "cat.svg").code == 0
    assert run("resume", "cat.svg", *LITTLE, "-o", "out.svg").code == 0
    (folder / "mine.gpl").unlink()
    done = run("resume", "cat.svg", *LITTLE, "-o", "out2.svg")
    assert done.code == 2
    assert "'mine.gpl' of the record of 'cat.svg' is not in '.'" in done.err


def test_from_python(run: Run, folder: Path, fox: Path) -> None:
    small: dict[str, Any] = {"steps": 2, "cutouts": 2}
    drawing = resume("fox.svg", "a fox", frozen=["Eyes"], new_strokes=2, **small)
    drawing.save("out.svg")
    assert same(elements(fox)["eye"], elements(folder / "out.svg")["eye"])
    assert len(list(drawing.scene.paths())) == len(list(read_svg("fox.svg").paths())) + 2
    with pytest.raises(InputError, match=r"^size is not for a drawing that goes on"):
        resume("fox.svg", "a fox", size=64)


@pytest.mark.parametrize("value", ["much", "-1", "nan", "1e308", ""])
def test_a_direction_takes_a_weight(run: Run, folder: Path, fox: Path, value: str) -> None:
    told = ("--set", "losses.directional.words=a dog")
    done = run("resume", "fox.svg", "a fox", *told, f"--directional={value}", "-o", "out.svg")
    assert (done.code, done.out) == (2, "")
    assert "directional" in done.err.splitlines()[-1]
    assert not (folder / "out.svg").exists()


def test_any_perceptor_can_go_in_a_direction(
    run_real: Run, folder: Path, fox: Path, tiny_model: Path
) -> None:
    told = ("--set", "losses.directional.words=a dog")
    words = ("resume", "fox.svg", "a fox", *told, *LITTLE, "--model", tiny_model)
    for weight in ("0", "1"):
        done = run_real(*words, "--directional", weight, "-o", f"{weight}.svg")
        assert done.code == 0, done.err
    none, some = ({p.id: p for p in read_svg(f"{at}.svg").paths()} for at in (0, 1))
    assert (none["back"].control_points != some["back"].control_points).any()
