"""The scenes hold, the command says so, and says so when they do not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from drawkit.errors import FileError
from drawkit.raster.conformity import Figures, bounds, load_scene, main, measure

GIVEN = sorted((Path(__file__).parent / "scenes").glob("*.npz"))
MORE = sorted((Path(__file__).parent / "more_scenes").glob("*.npz"))
ONE = Path(__file__).parent / "scenes" / "one_stroke.npz"

# What was measured, with a little room: it may get better, not worse.
MEASURED = {
    "clipdraw": Figures(0.0004, 0.997, 0.999, 0.9999),
    "degenerate": Figures(0.0002, 0.98, 0.99, 0.9999),
    "dense": Figures(0.0014, 0.992, 0.999, 0.9999),
    "fill_evenodd": Figures(0.0002, 0.998, None, 0.9999),
    "fill_nonzero": Figures(0.0001, 0.999, None, 0.9999),
    "filled": Figures(0.0002, 0.998, None, 0.9999),
    "offcanvas": Figures(0.0001, 0.999, 0.998, 0.9999),
    "one_stroke": Figures(0.0001, 0.999, 0.999, 0.9999),
    "rect_canvas": Figures(0.0003, 0.996, 0.999, 0.9999),
    "thin": Figures(0.0003, 0.95, 0.999, 0.9999),
    "wide": Figures(0.0002, 0.999, 0.999, 0.9999),
    "both": Figures(0.0009, 0.998, 0.999, 0.9999),
    "corners": Figures(0.0005, 0.998, 0.999, 0.9999),
    "far": Figures(0.0002, 0.999, 0.999, 0.9999),
    "fat": Figures(0.0001, 0.999, 0.999, 0.9999),
    "glass": Figures(0.0004, 0.998, 0.999, 0.9999),
    "hairlines": Figures(0.0003, 0.96, 0.999, 0.9999),
    "tiny": Figures(0.0008, 0.94, 0.99, 0.999),
}


def breaks(ours: Figures, limit: Figures) -> list[str]:
    """Names of the figures beyond their bounds."""
    found = ["image"] if not ours.image <= limit.image else []
    for name in ("points", "radius", "colors"):
        value, bound = getattr(ours, name), getattr(limit, name)
        if value is not None and not value >= bound:
            found.append(name)
    return found


def by_name(file: Path) -> str:
    return file.stem


@pytest.mark.parametrize("rasterizer", ["numba", "reference"])
@pytest.mark.parametrize("file", GIVEN + MORE, ids=by_name)
def test_scenes_hold(file: Path, rasterizer: str) -> None:
    scene = load_scene(file)
    ours, _ = measure(scene, rasterizer)
    assert not breaks(ours, MEASURED[scene.name]), ours
    if file in GIVEN:
        assert not breaks(ours, bounds(scene.name)), ours


def test_what_is_held_is_no_weaker_than_the_bounds() -> None:
    for file in GIVEN:
        assert not breaks(MEASURED[file.stem], bounds(file.stem))


JOINTS = ["clipdraw", "dense", "wide", "rect_canvas", "offcanvas", "degenerate", "thin"]


@pytest.mark.parametrize("name", JOINTS)
def test_closer_to_the_truth_than_diffvg_where_strokes_have_joints(name: str) -> None:
    ours, theirs = measure(load_scene(ONE.with_name(f"{name}.npz")), "numba")
    assert theirs is not None
    assert theirs.points is not None
    assert ours.points is not None
    assert ours.points > theirs.points


def copied(folder: Path, change: Callable[[dict[str, Any]], None]) -> Path:
    """A folder that holds one scene, changed."""
    with np.load(ONE) as archive:
        data = dict(archive)
    change(data)
    np.savez(folder / "scene.npz", **data)
    return folder


def run(folder: Path, capsys: pytest.CaptureFixture[str], *more: str) -> tuple[int, str, str]:
    code = main([str(folder), *more])
    out = capsys.readouterr()
    return code, out.out, out.err


def test_the_command_prints_a_line_per_scene(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copied(tmp_path, lambda data: None)
    (tmp_path / "again.npz").write_bytes(ONE.read_bytes())
    code, out, err = run(tmp_path, capsys)
    head, *lines, last = out.splitlines()
    assert code == 0
    assert "diffvg" in head
    assert [line.split()[:2] for line in lines] == [["ok", "again"], ["ok", "scene"]]
    assert "(0.9997)" in lines[0]  # diffvg's, beside ours
    assert last == "2 of 2 scenes within bounds"
    assert err == ""


def test_diffvgs_figures_may_be_absent(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def forget(data: dict[str, Any]) -> None:
        for key in [key for key in data if "diffvg" in key]:
            del data[key]

    code, out, _ = run(copied(tmp_path, forget), capsys)
    assert code == 0
    assert "(  -   )" in out


def darker(data: dict[str, Any]) -> None:
    data["image"] = data["image"] - 0.003


def turned(data: dict[str, Any]) -> None:
    data["p0_grad_points"] = data["p0_grad_points"][:, ::-1]


def thinner(data: dict[str, Any]) -> None:
    data["p0_grad_radius"] = -data["p0_grad_radius"]


def recolored(data: dict[str, Any]) -> None:
    data["p0_grad_stroke_rgba"] = data["p0_grad_stroke_rgba"][::-1]


def unknown(data: dict[str, Any]) -> None:
    data["image"] = data["image"] * np.nan


@pytest.mark.parametrize("change", [darker, turned, thinner, recolored, unknown])
def test_a_broken_bound_is_exit_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], change: Callable[[dict[str, Any]], None]
) -> None:
    code, out, err = run(copied(tmp_path, change), capsys)
    assert code == 1
    assert "FAIL scene" in out
    assert out.endswith("0 of 1 scenes within bounds\n")
    assert err == ""


def without(key: str) -> Callable[[dict[str, Any]], None]:
    return lambda data: data.pop(key)


def with_value(key: str, value: Any) -> Callable[[dict[str, Any]], None]:
    return lambda data: data.update({key: value})


BAD = {
    "no image": without("image"),
    "no paths": without("n_paths"),
    "no points": without("p0_points"),
    "no gradient": without("p0_grad_points"),
    "no radius gradient": without("p0_grad_radius"),
    "image of another size": with_value("image", np.zeros((3, 3, 3))),
    "gradient of another shape": with_value("p0_grad_points", np.zeros(3)),
    "background of two": with_value("background", np.zeros(2)),
    "background out of range": with_value("background", np.full(3, 7.0)),
    "points of another count": with_value("p0_points", np.zeros((5, 2))),
    "NaN in the points": with_value("p0_points", np.full((4, 2), np.nan)),
    "radius below 0": with_value("p0_radius", -1.0),
    "zero paths": with_value("n_paths", 0),
    "width is no number": with_value("width", "wide"),
    "width of 0": with_value("width", 0),
    "a pickle": with_value("n_paths", np.array([{}], dtype=object)),
}


@pytest.mark.parametrize("change", BAD.values(), ids=BAD.keys())
def test_a_bad_scene_is_one_line_and_exit_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], change: Callable[[dict[str, Any]], None]
) -> None:
    code, _, err = run(copied(tmp_path, change), capsys)
    assert code == 2
    assert len(err.splitlines()) == 1
    assert "scene.npz" in err or "background" in err


@pytest.mark.parametrize("content", [b"", b"no zip at all", ONE.read_bytes()[:5000]])
def test_a_broken_file_is_one_line_and_exit_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes
) -> None:
    (tmp_path / "broken.npz").write_bytes(content)
    code, _, err = run(tmp_path, capsys)
    assert code == 2
    assert len(err.splitlines()) == 1
    assert "broken.npz" in err
    with pytest.raises(FileError):
        load_scene(tmp_path / "broken.npz")


def test_damaged_data_is_one_line_and_exit_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    content = bytearray(ONE.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 200] = bytes(200)
    (tmp_path / "broken.npz").write_bytes(content)
    code, _, err = run(tmp_path, capsys)
    assert code == 2
    assert len(err.splitlines()) == 1


def test_nothing_to_check_is_one_line_and_exit_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"")
    for folder in (tmp_path, tmp_path / "absent", file):
        code, out, err = run(folder, capsys)
        assert (code, out) == (2, "")
        assert len(err.splitlines()) == 1
        assert str(folder) in err


@pytest.mark.parametrize("name", ["nmba", "diffvg"])
def test_a_rasterizer_that_is_not_there_is_one_line_and_exit_2(
    capsys: pytest.CaptureFixture[str], name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pydiffvg", None)
    code, _, err = run(ONE.parent, capsys, "--rasterizer", name)
    assert code == 2
    assert len(err.splitlines()) == 1
    assert name in err
