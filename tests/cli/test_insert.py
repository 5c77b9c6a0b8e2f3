"""`drawkit insert`: a drawing within somebody's file, and nothing else in it changes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from lxml import etree
from svg_oracle import by_resvg

from drawkit import insert, read_svg, resume
from drawkit.errors import InputError
from drawkit.export.svg import svg_text
from drawkit.pictures.svg.inserting import room_in
from drawkit.scene import Path as ScenePath
from drawkit.scene import PathLayer, Scene

Run = Callable[..., Any]
LITTLE = ("--steps", "3", "--cutouts", "2")
FEW = ("--strokes", "5", *LITTLE)
HEAD = (
    'xmlns="http://www.w3.org/2000/svg"'
    ' xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape"'
    ' xmlns:sodipodi="http://sodipodi.sourceforge.net/DTD/sodipodi-0.dtd"'
)
CARD = f"""<?xml version="1.0"?>
<!-- a card -->
<svg {HEAD} width="148mm" height="105mm" viewBox="0 0 148 105" id="card">
  <sodipodi:namedview id="view" inkscape:current-layer="layer1"/>
  <g id="layer1" inkscape:label="Layer 1" transform="translate(4 2)">
    <g id="tilted" transform="rotate(-4) scale(2)">
      <rect id="frame" x="5" y="8" width="35" height="30" fill="#cfe8ff"/>
      <rect id="stroke-001" x="60" y="8" width="3" height="3"/>
    </g>
    <text id="hello" x="90" y="40">Hello</text>
    <path id="line" d="M90 60h40" stroke="red"/>
  </g>
  <g id="top"/>
</svg>
"""
LABEL = "{http://www.inkscape.org/namespaces/inkscape}label"
EMPTY = f'<svg {HEAD} width="210mm" height="297mm" viewBox="0 0 210 297"/>'


@pytest.fixture
def card(folder: Path) -> Path:
    (folder / "card.svg").write_text(CARD)
    return folder / "card.svg"


def drawing_in(file: str | Path) -> Any:
    (found,) = (e for e in etree.parse(str(file)).iter() if e.get("id") == "drawing")
    return found


def without_drawings(file: Path) -> bytes:
    tree = etree.parse(str(file))
    for group in [e for e in tree.iter() if (e.get("id") or "").startswith("drawing")]:
        group.getparent().remove(group)
    data: bytes = etree.tostring(tree, method="c14n")
    return data


def boxes(file: str | Path) -> Any:
    """Left, top, right and bottom of all that is new, on the page."""
    points = [p.control_points for p in read_svg(file).paths() if p.stroke_width and p.stroke]
    every = np.concatenate(points)
    return *every.min(axis=0), *every.max(axis=0)


def test_it_goes_where_something_is(run: Run, card: Path) -> None:
    done = run("insert", "card.svg", "a cat", "--at", "frame", *FEW, "-o", "out.svg")
    assert done.code == 0, done.err
    assert without_drawings(Path("out.svg")) == without_drawings(card)
    group = drawing_in("out.svg")
    assert group.getprevious().get("id") == "frame"
    assert group.get(LABEL) == "a cat"
    ids = [e.get("id") for e in etree.parse("out.svg").iter() if e.get("id")]
    assert len(ids) == len(set(ids))
    assert "stroke-001-2" in ids
    new = [p.control_points for p in read_svg("out.svg").paths() if p.id.startswith("stroke-00")]
    inside = [
        points for points in new if len(points) > 0 and not np.allclose(points[0, 0], 128, atol=4)
    ]
    assert len(inside) >= 5
    frame = next(read_svg("card.svg").paths()).control_points
    middle = np.concatenate(inside).mean(axis=0)
    assert (middle > frame.min(axis=0)).all()
    assert (middle < frame.max(axis=0)).all()


def test_the_colour_there_is_its_paper_and_is_not_painted_again(run: Run, card: Path) -> None:
    assert run("insert", "card.svg", "a cat", "--at", "frame", *FEW, "-o", "out.svg").code == 0
    group = drawing_in("out.svg")
    assert not [e for e in group.iter() if e.get("id") == "paper"]
    (record,) = group.iter("{urn:drawkit:run:1}run")
    assert '"background":"#cfe8ff"' in record.text


def test_on_an_empty_page_it_is_as_large_as_that(run: Run, folder: Path) -> None:
    Path("page.svg").write_text(EMPTY)
    done = run("insert", "page.svg", "a cat", "--shapes", "6", *FEW, "-o", "out.svg", "--json")
    assert done.code == 0, done.err
    group = drawing_in("out.svg")
    size = [float(n) for n in group.get("{urn:drawkit:run:1}size").split()]
    assert size == [158, 224]
    left, top, right, bottom = boxes("out.svg")
    assert -30 < left < right < 240
    assert -30 < top < bottom < 330
    assert right - left > 40
    assert by_resvg(Path("out.svg").read_text()).std() > 0.01


def test_the_page_takes_it_on_the_layer_that_inkscape_is_at(run: Run, card: Path) -> None:
    assert run("insert", "card.svg", "a cat", *FEW, "-o", "out.svg").code == 0
    assert drawing_in("out.svg").getparent().get("id") == "layer1"
    hidden = CARD.replace('id="layer1"', 'id="layer1" style="display: none"')
    card.write_text(hidden)
    assert run("insert", "card.svg", "a cat", *FEW, "-o", "out2.svg").code == 0
    assert drawing_in("out2.svg").getparent().get("id") == "card"


def test_what_sticks_out_of_its_place_is_cut_off(card: Path) -> None:
    points = np.array([[-300, 96], [100, 96], [200, 96], [600, 96]], dtype=np.float64)
    line = ScenePath(points, False, stroke=(0, 0.5, 0, 1), stroke_width=20)
    scene = Scene(224, 192, (PathLayer("strokes", (line,)),))
    for at, cut in ((["frame"], True), ([], False)):
        source = room_in("card.svg", at).taking(lambda s, digits: svg_text(s))
        text = source.text(scene, "", 2)
        assert ("clip-path" in text) == cut
        before, after = by_resvg(CARD), by_resvg(text)
        _, columns = np.nonzero(np.abs(before - after).max(axis=2) > 0.02)
        width = before.shape[1]
        assert (columns.max() / width < 0.62) == cut  # the frame ends at 90 of 148
        assert cut <= (columns.min() / width > 0.1)


def test_it_is_gone_on_with_alone(run: Run, card: Path) -> None:
    first = ("insert", "card.svg", "a cat", "--at", "frame", *FEW, "--seed", "5")
    assert run(*first, "-o", "one.svg").code == 0
    done = run("resume", "one.svg", "--only", "drawing", *LITTLE, "-o", "two.svg", "--json")
    assert done.code == 0, done.err
    assert '"seed": 5' in done.out
    assert json.loads(done.out)["config"]["draw"]["size"] == [224, 196]
    assert without_drawings(Path("two.svg")) == without_drawings(card)
    one, two = ({p.id: p for p in read_svg(f).paths()} for f in ("one.svg", "two.svg"))
    assert list(one) == list(two)
    moved = {name for name in one if (one[name].control_points != two[name].control_points).any()}
    assert moved
    assert moved <= {"stroke-001-2", "stroke-002", "stroke-003", "stroke-004", "stroke-005"}
    three = run("resume", "two.svg", "--only", "stroke-003", *LITTLE, "-o", "three.svg")
    assert three.code == 0, three.err
    after = {p.id: p for p in read_svg("three.svg").paths()}
    changed = {n for n in two if (two[n].control_points != after[n].control_points).any()}
    assert changed == {"stroke-003"}


def test_the_record_of_a_drawing_in_a_file_is_not_the_files(run: Run, card: Path) -> None:
    assert run("insert", "card.svg", "a cat", "--at", "frame", *FEW, "-o", "one.svg").code == 0
    done = run("resume", "one.svg", *LITTLE, "-o", "two.svg")
    assert done.code == 2
    assert "has no record of its words" in done.err
    other = ("insert", "one.svg", "a dog", "--at", "hello")
    assert "has no area" in run(*other, *FEW, "-o", "no.svg").err
    assert run("insert", "one.svg", "a dog", *FEW, "-o", "two.svg").code == 0
    again = run("resume", "two.svg", "--only", "drawing-2", *LITTLE, "-o", "out.svg", "--json")
    assert again.code == 0, again.err
    assert '"prompts": [{"text": "a dog"' in again.out
    both = ("resume", "two.svg", "--only", "drawing-2", "--only", "drawing", *LITTLE)
    assert "has no record of its words" in run(*both, "-o", "out2.svg").err


def test_a_drawing_that_was_moved_is_seen_where_it_is_now(run: Run, card: Path) -> None:
    assert run("insert", "card.svg", "a cat", "--at", "frame", *FEW, "-o", "one.svg").code == 0
    tree = etree.parse("one.svg")
    (group,) = (e for e in tree.iter() if e.get("id") == "drawing")
    group.set("transform", f"translate(300 50) {group.get('transform')}")
    tree.write("moved.svg")
    done = run("resume", "moved.svg", "--only", "drawing", "--strokes", "+2", *LITTLE)
    assert done.code == 0, done.err
    (file,) = [f for f in done.files if f.suffix == ".svg"]
    (added,) = (e for e in drawing_in(file) if e.get(LABEL) == "new strokes")
    assert len(added) == 2
    new = [p.control_points for p in read_svg(file).paths() if p.id == "" and p.stroke is not None]
    assert len(new) == 2
    assert (np.concatenate(new)[:, 0] > 500).all()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("no.svg", "a cat"), "there is no file 'no.svg'"),
        (("bad.svg", "a cat"), "cannot read the SVG 'bad.svg': it is broken"),
        (("card.svg", "a cat", "--at", "frome"), "nothing that is drawn is called 'frome'; did"),
        (("card.svg", "a cat", "--at", "line"), "'line' has no area to draw in"),
        (("card.svg", "a cat", "--set", "draw.size=64"), "draw.size is not for a drawing that"),
        (("card.svg", "a cat", "--set", "export.svg.page=A4"), "export.svg.page is not for a"),
        (("card.svg", "a cat", "--strokes", "many"), "strokes.strokes"),
        (("card.svg",), "say in a few words what to draw"),
    ],
)
def test_trouble_is_one_line(run: Run, card: Path, words: tuple[str, ...], said: str) -> None:
    Path("bad.svg").write_text("<svg")
    done = run("insert", *words, *LITTLE, "-o", "out.svg")
    assert (done.code, done.out) == (2, "")
    assert said in done.err.splitlines()[-1]
    assert not Path("out.svg").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--only", "frome"), "nothing in the file is called 'frome'; did you mean 'frame'?"),
        (("--only", "hello"), "nothing of 'hello' can change: it is locked, hidden or no plain"),
        (("--only", "top"), "nothing of 'top' can change"),
    ],
)
def test_only_needs_what_can_change(
    run: Run, card: Path, words: tuple[str, ...], said: str
) -> None:
    done = run("resume", "card.svg", "a cat", *words, *LITTLE, "-o", "out.svg")
    assert (done.code, done.out) == (2, "")
    assert said in done.err.splitlines()[-1]


def test_inputs_may_lie_elsewhere(run: Run, folder: Path) -> None:
    Path("else").mkdir()
    Path("else/mine.gpl").write_text("GIMP Palette\n255 0 0 red\n0 0 255 blue\n")
    words = ("clipdraw", "a cat", "--strokes", "4", "--size", "48", *LITTLE)
    assert run(*words, "--set", "strokes.palette=else/mine.gpl", "-o", "cat.svg").code == 0
    assert run("resume", "cat.svg", *LITTLE, "-o", "out.svg").code == 2
    done = run("resume", "cat.svg", *LITTLE, "--inputs", "else", "-o", "out.svg")
    assert done.code == 0, done.err


def test_from_python(run: Run, card: Path) -> None:
    small: dict[str, Any] = {"steps": 2, "cutouts": 2}
    drawing = insert("card.svg", "a cat", at=["frame"], strokes=3, **small)
    assert len(list(drawing.scene.paths())) == 3
    drawing.save("out.svg")
    assert len(list(read_svg("out.svg").paths())) == len(list(read_svg("card.svg").paths())) + 3
    resume("out.svg", only=["drawing"], **small).save("again.svg")
    assert without_drawings(Path("again.svg")) == without_drawings(card)
    with pytest.raises(InputError, match=r"^size is not for a drawing that goes into a file"):
        insert("card.svg", "a cat", size=64)
