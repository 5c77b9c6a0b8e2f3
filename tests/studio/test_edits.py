"""Changes by hand are the SVG's own attributes, which going on leaves alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from drawkit import InputError, begin_resume, draw, read_svg
from drawkit.studio.edits import edited, parts_of

INKSCAPE = "http://www.inkscape.org/namespaces/inkscape"


@pytest.fixture(scope="module")
def svg(tmp_path_factory: pytest.TempPathFactory) -> str:
    return draw("a cat", strokes=6, size=48, steps=2, cutouts=2).svg()


def names(svg: str) -> list[str]:
    return [path["id"] for layer in parts_of(svg) for path in layer["paths"]]


def outline(svg: str, name: str) -> str:
    head, _, _ = svg[
        svg.index("<path", svg.rindex("<g", 0, svg.index(f'id="{name}"'))) :
    ].partition("/>")
    found = next(part for part in svg.split("<path") if f'id="{name}"' in part.partition("/>")[0])
    assert head
    return found.partition('d="')[2].partition('"')[0]


def test_each_way_of_editing(svg: str) -> None:
    first, second, third, *_ = names(svg)
    edits = [
        {"what": "lock", "id": first},
        {"what": "hide", "id": second},
        {"what": "colour", "id": first, "colour": "#12ab34"},
        {"what": "delete", "id": third},
    ]
    new = edited(svg, edits)
    paths = {path["id"]: path for layer in parts_of(new) for path in layer["paths"]}
    assert paths[first]["locked"]
    assert paths[first]["colour"] == "#12ab34"
    assert paths[second]["hidden"]
    assert third not in paths
    back = edited(new, [{"what": "unlock", "id": first}, {"what": "show", "id": second}])
    assert not any(p["locked"] or p["hidden"] for layer in parts_of(back) for p in layer["paths"])


def test_a_part_goes_as_a_whole(svg: str) -> None:
    layer = parts_of(svg)[0]
    new = edited(svg, [{"what": "colour", "id": layer["id"], "colour": "#00ff00"}])
    assert {path["colour"] for path in parts_of(new)[0]["paths"]} == {"#00ff00"}
    assert parts_of(new)[0]["locked"]  # or its colour would be drawn over
    gone = edited(svg, [{"what": "delete", "id": layer["id"]}])
    assert len(names(gone)) == len(names(svg)) - len(layer["paths"])


def test_a_part_shows_the_colour_that_it_has_on_the_whole() -> None:
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:inkscape="{INKSCAPE}">'
        '<g id="a" inkscape:groupmode="layer" inkscape:label="orange">'
        '<path id="p" d="M0 0L1 1" stroke="#ffffff"/><path id="q" d="M0 0L1 1" stroke="#ff8000"/>'
        '<path id="r" d="M0 0L1 1" fill="#ff8000"/></g></svg>'
    )
    assert parts_of(svg)[0]["colour"] == "#ffaa55"


def test_what_is_locked_or_hidden_stays_when_it_goes_on(svg: str, tmp_path: Path) -> None:
    first, second, *rest = names(svg)
    new = edited(svg, [{"what": "lock", "id": first}, {"what": "hide", "id": second}])
    (tmp_path / "cat.svg").write_text(new)
    run = begin_resume(tmp_path / "cat.svg", steps=3, cutouts=2)
    for _ in run:
        pass
    later = run.now().svg()
    assert outline(later, first) == outline(new, first)
    assert outline(later, second) == outline(new, second)
    assert any(outline(later, name) != outline(new, name) for name in rest)
    assert len(list(read_svg(tmp_path / "cat.svg").paths())) == 6


@pytest.mark.parametrize(
    ("edit", "line"),
    [
        ({"what": "lock", "id": "nose"}, "nothing in the drawing is called 'nose'"),
        ({"what": "melt", "id": "stroke-001"}, "a part is changed by lock, unlock, hide"),
        ({"what": "colour", "id": "stroke-001", "colour": "url(#x)"}, "a colour is #rrggbb"),
        ({}, "nothing in the drawing is called ''"),
    ],
)
def test_bad_edits_get_a_line(svg: str, edit: dict[str, str], line: str) -> None:
    with pytest.raises(InputError, match=line):
        edited(svg, [edit])
