"""What stands in the SVG file, read back with lxml, which had no part in writing it."""

from __future__ import annotations

import dataclasses
import json
import re
from pathlib import Path as FilePath

import numpy as np
import pytest
from lxml import etree
from scenes import METADATA, random_scene, small_scene

from drawkit.errors import ConfigError, InputError
from drawkit.export.svg import RUN_NAMESPACE, SvgConfig, SvgExporter, svg_text
from drawkit.scene import Background, Metadata, Path, PathLayer, Scene

GOLDEN = FilePath(__file__).parent.parent / "golden" / "small.svg"
SVG = "{http://www.w3.org/2000/svg}"
INKSCAPE = "{http://www.inkscape.org/namespaces/inkscape}"
PRESENTATION = {
    "fill",
    "fill-opacity",
    "fill-rule",
    "stroke",
    "stroke-opacity",
    "stroke-width",
    "stroke-linecap",
    "stroke-linejoin",
}
NUMBER = re.compile(r"-?\d+(\.\d+)?")
NUMBER_PAIR = re.compile(r"(-?[\d.]+),(-?[\d.]+)")


def parse(scene: Scene, config: SvgConfig = SvgConfig()) -> etree._Element:
    return etree.fromstring(svg_text(scene, config).encode())


def one_path(path: Path) -> etree._Element:
    scene = Scene(50, 50, (PathLayer("strokes", (path,)),))
    (element,) = parse(scene).iter(f"{SVG}path")
    return element


def line(**changes: object) -> Path:
    points = np.array([[0.0, 0.0], [1, 1], [2, 2], [3, 3]])
    return dataclasses.replace(Path(points, stroke=(0, 0, 0, 1), stroke_width=1.0), **changes)


def test_the_small_scene_is_written_as_ever() -> None:
    assert svg_text(small_scene()) == GOLDEN.read_text(encoding="utf-8")


def test_the_golden_comparison_can_fail() -> None:
    scene = dataclasses.replace(small_scene(), width=49)
    assert svg_text(scene) != GOLDEN.read_text(encoding="utf-8")


def test_size_and_view_box() -> None:
    root = parse(Scene(320, 180.5))
    assert root.tag == f"{SVG}svg"
    assert (root.get("width"), root.get("height")) == ("320", "180.5")
    assert root.get("viewBox") == "0 0 320 180.5"


def test_every_path_is_one_element_in_paint_order() -> None:
    scene = random_scene(1, paths=40)
    elements = list(parse(scene).iter(f"{SVG}path"))
    assert len(elements) == 40
    for path, element in zip(scene.paths(), elements, strict=True):
        first = [float(v) for v in NUMBER_PAIR.findall(element.get("d"))[0]]
        np.testing.assert_allclose(first, path.control_points[0], atol=0.0051)


def test_path_data_holds_the_control_points_and_closes() -> None:
    scene = random_scene(2, paths=12)
    for path, element in zip(scene.paths(), parse(scene).iter(f"{SVG}path"), strict=True):
        d = element.get("d")
        points = np.array(NUMBER_PAIR.findall(d), dtype=float)
        expected = path.control_points
        if path.closed:
            expected = np.vstack([expected, expected[:1]])
        np.testing.assert_allclose(points, expected, atol=0.0051)
        assert d.count("C") == path.segments
        assert d.endswith(" Z") == path.closed


@pytest.mark.parametrize("decimals", [0, 2, 3])
def test_numbers_are_plain_and_short(decimals: int) -> None:
    points = np.array([[-1e-9, 1e-12], [1e6, -1e6], [12.3456789, 0.5], [-0.0049, 3]])
    scene = Scene(10, 10, (PathLayer("strokes", (line(control_points=points),)),))
    (element,) = parse(scene, SvgConfig(decimals)).iter(f"{SVG}path")
    numbers = [*re.findall(r"[^\sMCZ,]+", element.get("d")), element.get("stroke-width")]
    for number in numbers:
        assert NUMBER.fullmatch(number), number
        assert number != "-0"
        assert len(number.partition(".")[2]) <= decimals


def test_stroke_attributes() -> None:
    element = one_path(line(stroke=(1.0, 0.5, 0.0, 0.25), stroke_width=2.5))
    assert element.get("fill") == "none"
    assert element.get("stroke") == "#ff8000"  # 127.5 rounds up, it is not cut to 7f
    assert element.get("stroke-opacity") == "0.25"
    assert element.get("stroke-width") == "2.5"
    assert element.get("stroke-linecap") == "round"
    assert element.get("stroke-linejoin") == "round"


def test_fill_and_stroke_are_one_element() -> None:
    points = np.array([[0.0, 0.0], [1, 1], [2, 2]])
    both = Path(
        points,
        closed=True,
        stroke=(0, 0, 0, 1),
        stroke_width=1,
        fill=(1, 1, 1, 0.5),
        fill_rule="evenodd",
    )
    element = one_path(both)
    assert (element.get("fill"), element.get("fill-opacity")) == ("#ffffff", "0.5")
    assert element.get("fill-rule") == "evenodd"
    assert element.get("stroke") == "#000000"
    assert element.get("stroke-opacity") is None


def test_a_shape_without_stroke_has_none() -> None:
    points = np.array([[0.0, 0.0], [1, 1], [2, 2]])
    element = one_path(Path(points, closed=True, fill=(1, 0, 0, 1)))
    assert not [name for name in element.attrib if name.startswith("stroke")]


def test_only_presentation_attributes_and_plain_elements() -> None:
    root = parse(small_scene())
    allowed = PRESENTATION | {"id", "d", f"{INKSCAPE}label"}
    for element in root.iter(f"{SVG}path"):
        assert set(element.attrib) <= allowed
    names = {etree.QName(e).localname for e in root.iter() if e.tag.startswith(SVG)}
    assert names == {"svg", "title", "desc", "metadata", "g", "rect", "path"}


def test_layers_are_top_level_groups_with_id_and_label() -> None:
    scene = small_scene()
    groups = parse(scene).findall(f"{SVG}g")
    assert [g.get("id") for g in groups] == ["background", "shapes", "strokes"]
    assert [g.get(f"{INKSCAPE}label") for g in groups] == ["background", "shapes", "strokes"]
    assert {g.get(f"{INKSCAPE}groupmode") for g in groups} == {"layer"}
    assert not parse(scene).findall(f"{SVG}g/{SVG}g")


def test_ids_are_stable_unique_and_ascii() -> None:
    names = ["Größe 1", "größe-1", "猫", "1 black", "", "stroke-001", "background"]
    scene = Scene(
        9,
        9,
        tuple(PathLayer(name, (line(), line(label="a b"))) for name in names),
        Background((0, 0, 0), painted=True),
    )
    ids = [e.get("id") for e in parse(scene).iter() if e.get("id")]
    assert len(ids) == len(set(ids))
    assert all(re.fullmatch(r"[a-z][a-z0-9-]*", i) for i in ids), ids
    labels = [g.get(f"{INKSCAPE}label") for g in parse(scene).findall(f"{SVG}g")]
    assert labels[1:5] == ["Größe 1", "größe-1", "猫", "1 black"]
    again = [e.get("id") for e in parse(scene).iter() if e.get("id")]
    assert ids == again


def test_strokes_and_shapes_are_numbered_apart() -> None:
    points = np.array([[0.0, 0.0], [1, 1], [2, 2]])
    blob = Path(points, closed=True, fill=(1, 0, 0, 1))
    root = parse(Scene(9, 9, (PathLayer("a", (line(), blob)), PathLayer("b", (line(),)))))
    assert [p.get("id") for p in root.iter(f"{SVG}path")] == [
        "stroke-001",
        "shape-001",
        "stroke-002",
    ]


@pytest.mark.parametrize(
    ("background", "rects"),
    [
        (Background(), 0),
        (Background(None), 0),
        (Background((1, 0, 0)), 0),
        (Background((1, 0, 0), painted=True), 1),
        (Background(None, painted=True), 0),
    ],
)
def test_paper_is_a_rect_only_where_it_is_painted(background: Background, rects: int) -> None:
    root = parse(Scene(30, 20, background=background))
    found = root.findall(f"{SVG}g/{SVG}rect")
    assert len(found) == rects
    for rect in found:
        assert [rect.get(k) for k in ("x", "y", "width", "height")] == ["0", "0", "30", "20"]
        assert rect.get("fill") == "#ff0000"


def test_the_file_says_how_it_was_made() -> None:
    root = parse(Scene(9, 9, metadata=METADATA))
    assert [etree.QName(child).localname for child in root][:3] == ["title", "desc", "metadata"]
    assert root.findtext(f"{SVG}title") == "a cat"
    description = root.findtext(f"{SVG}desc")
    for fact in ('"a cat"', '"a dog" x -0.3', "seed 7", "250 steps", "0.3142", "drawkit 0.1.0"):
        assert fact in description
    work = root.find(".//{http://creativecommons.org/ns#}Work")
    assert work.findtext("{http://purl.org/dc/elements/1.1/}format") == "image/svg+xml"
    run = json.loads(root.findtext(f".//{{{RUN_NAMESPACE}}}run"))
    assert run == {
        "title": "a cat",
        "prompts": [{"text": "a cat", "weight": 1.0}, {"text": "a dog", "weight": -0.3}],
        "seed": 7,
        "steps": 250,
        "score": 0.31415926,
        "config": {"strokes": {"count": 2, "max_width": 100.0}, "prompts": ["a cat", "a dog:-0.3"]},
        "versions": {"drawkit": "0.1.0", "torch": "2.15.0"},
    }


def test_settings_that_json_lacks_are_written_as_text() -> None:
    config = {"file": FilePath("a/b"), "rate": float("nan"), "size": (2, 3), "n": np.float32(2)}
    root = parse(Scene(9, 9, metadata=Metadata(config=config)))
    run = json.loads(root.findtext(f".//{{{RUN_NAMESPACE}}}run"))
    assert run["config"] == {"file": "a/b", "rate": "nan", "size": [2, 3], "n": "2.0"}


def test_no_title_is_better_than_an_empty_one() -> None:
    assert parse(Scene(9, 9)).find(f"{SVG}title") is None


def test_same_scene_same_bytes(tmp_path: FilePath) -> None:
    for name in ("a.svg", "b.svg"):
        SvgExporter().write(small_scene(), tmp_path / name)
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()
    assert (tmp_path / "a.svg").read_bytes() == GOLDEN.read_bytes()


@pytest.mark.parametrize(
    "path",
    [
        line(control_points=np.array([[0, 0], [1, 1], [2, 2], [np.nan, 3]])),
        line(control_points=np.array([[0, 0], [1, 1], [2, np.inf], [3, 3]])),
        line(stroke=(0, 0, float("nan"), 1)),
        line(stroke_width=float("inf")),
        line(fill=(0, 0, 0, float("nan"))),
    ],
)
def test_numbers_that_are_not_finite_are_refused(path: Path) -> None:
    with pytest.raises(InputError, match=r"path 2 .* not finite"):
        svg_text(Scene(9, 9, (PathLayer("a", (line(), path)),)))


@pytest.mark.parametrize("size", [(0, 9), (9, -1), (float("nan"), 9), (9, float("inf"))])
def test_a_size_no_renderer_can_show_is_refused(size: tuple[float, float]) -> None:
    with pytest.raises(InputError, match="finite size above 0"):
        svg_text(Scene(*size))


@pytest.mark.parametrize("decimals", [-1, 7])
def test_decimals_out_of_range(decimals: int) -> None:
    with pytest.raises(ConfigError, match=f"decimals is {decimals}; allowed: 0 to 6"):
        SvgConfig(decimals)
