"""`drawkit tileset`: files that programs read, tiles that join, and refusals of one line."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from programs import needs, tmxrasterizer

from drawkit.games.tilesets.bundle import FILES
from drawkit.games.tilesets.masks import kind_masks

TINY = ("--size", "12", "--steps", "2", "--cutouts", "2", "--model", "fake")
TINY += ("--set", "optimize.score_every=1", "--set", "pixels.side=24")


def made(run: Callable[..., Any], *given: object) -> dict[str, Any]:
    """What a small tileset's `--json` says."""
    done = run("tileset", "mossy stone", *TINY, "--json", *given)
    assert done.code == 0, done.err
    record: dict[str, Any] = json.loads(done.out)
    return record


def checkered(folder: Path, side: int = 12) -> Path:
    """A seamless picture of four colours."""
    cells = np.add.outer(np.arange(side) // 3 % 2, 2 * (np.arange(side) // 3 % 2))
    colors = np.array([(90, 60, 40), (110, 80, 50), (70, 50, 40), (120, 100, 60)], np.uint8)
    Image.fromarray(colors[cells]).save(folder / "checks.png")
    return folder / "checks.png"


@pytest.mark.parametrize("kind", ["blob47", "edge16"])
@pytest.mark.parametrize("ground", ["transparent", "dark water", "navy"])
def test_all_files_are_there_and_agree(
    kind: str, ground: str, run: Callable[..., Any], folder: Path
) -> None:
    record = made(run, "--terrain", kind, "--ground", ground)
    assert record["paths"] == [f"mossy-stone{suffix}" for suffix in FILES]
    assert sorted(p.name for p in folder.iterdir()) == sorted(record["paths"])
    assert record["tiles"] == len(kind_masks("blob47" if kind == "blob47" else "edge16"))
    assert (record["ending"], record["mismatches"], record["size"]) == ("finished", 0, [12, 12])
    assert len(record["materials"]) == (2 if ground == "dark water" else 1)
    image = Image.open(folder / "mossy-stone.png")
    assert image.mode == "P"
    assert image.info["Title"] == "mossy stone"
    data = json.loads((folder / "mossy-stone.tsj").read_text())
    assert (data["image"], data["tilewidth"]) == ("mossy-stone.png", 12)
    assert len(data["wangsets"][0]["wangtiles"]) == record["tiles"] + (ground != "transparent")
    map_data = json.loads((folder / "mossy-stone.tmj").read_text())
    assert map_data["tilesets"] == [{"firstgid": 1, "source": "mossy-stone.tsj"}]
    assert max(map_data["layers"][0]["data"]) <= data["tilecount"]
    for name, version in (("mossy-stone.tres", 3), ("mossy-stone.godot3.tres", 2)):
        text = (folder / name).read_text()
        assert text.startswith('[gd_resource type="TileSet"')
        assert f"format={version}]" in text
        assert 'path="mossy-stone.png"' in text
    shown = np.asarray(image.convert("RGBA"))
    spare = ground == "transparent" or kind == "edge16"  # 48 fill the rows of 8, 17 not those of 4
    assert (shown[..., 3] == 0).any() == spare
    assert ((shown == (0, 0, 128, 255)).all(-1)).any() == (ground == "navy")


def test_one_seed_gives_the_same_bytes(run: Callable[..., Any], folder: Path) -> None:
    first = made(run, "--ground", "sea", "--seed", "tom")["paths"]
    second = made(run, "--ground", "sea", "--seed", "tom")["paths"]
    other = made(run, "--ground", "sea", "--seed", "tim")["paths"]
    assert second[0] == "mossy-stone-2.png"
    for one, two in zip(first, second, strict=True):
        text = (folder / two).read_bytes().replace(b"mossy-stone-2", b"mossy-stone")
        assert (folder / one).read_bytes() == text
    assert (folder / first[0]).read_bytes() != (folder / other[0]).read_bytes()


def test_names_and_folders(run: Callable[..., Any], folder: Path) -> None:
    (folder / "game").mkdir()
    assert made(run, "-o", "game")["paths"][0] == "game/mossy-stone.png"
    assert made(run, "-o", "game")["paths"][0] == "game/mossy-stone-2.png"
    assert made(run, "-o", "game/moss")["paths"][1] == "game/moss.tsj"
    (folder / "rock.tsj").write_text("mine")
    done = run("tileset", "rock", *TINY, "-o", "rock.png")
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert "'rock.tsj' exists" in done.err
    assert (folder / "rock.tsj").read_text() == "mine"
    assert not (folder / "rock.png").exists()
    made(run, "-o", "rock.png", "--overwrite")
    assert json.loads((folder / "rock.tsj").read_text())["image"] == "rock.png"
    assert not [p for p in folder.rglob(".drawkit*")]


@pytest.mark.parametrize("ground", ["transparent", "dark water", "navy"])
def test_a_palette_is_kept(ground: str, run: Callable[..., Any], folder: Path) -> None:
    made(run, "--palette", "pico8", "--ground", ground, "--scale", "2")
    image = Image.open(folder / "mossy-stone.png")
    assert image.size[0] == 8 * 24
    shown = np.asarray(image.convert("RGBA")).reshape(-1, 4)
    colors = {"#{:02x}{:02x}{:02x}".format(*c[:3]) for c in shown.tolist() if c[3]}
    listed = json.loads(run("palettes", "show", "pico-8", "--json").out)["colors"]
    assert colors <= {color.lower() for color in listed}


def test_a_picture_is_the_material(run: Callable[..., Any], folder: Path) -> None:
    """Nothing is drawn, no perceptor opened, and its own colours stay."""
    picture = checkered(folder)
    done = run("tileset", "--material", picture, "--json")
    assert done.code == 0, done.err
    record = json.loads(done.out)
    assert record["paths"][0] == "checks-2.png"  # the picture itself has the first name
    assert (record["size"], record["materials"]) == ([12, 12], [])
    sheet = np.asarray(Image.open(folder / "checks-2.png").convert("RGBA"))
    own = np.asarray(Image.open(picture).convert("RGBA"))
    full = sheet[5 * 12 :, 6 * 12 :][:12, :12]  # the last of 47 in rows of 8
    assert (full == own).all()
    silent = run("tileset", "--material", picture, "--metadata", "none", "-o", "silent")
    assert silent.code == 0, silent.err
    assert Image.open(folder / "checks-2.png").text["Title"] == "checks"
    assert Image.open(folder / "silent.png").text == {}
    smaller = run("tileset", "floor", "--material", picture, "--size", "24", "--json")
    assert json.loads(smaller.out)["size"] == [24, 24]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (["--terrain", "blob48"], "unknown terrain 'blob48'; did you mean 'blob47'?"),
        (["--terrain", "hills"], "allowed: blob47, edge16"),
        (["--size", "0"], "allowed: 1 to 512 cells a side"),
        (["--size", "5000"], "allowed: 1 to 512 cells a side"),
        (["--size", "7"], "tiles are at least 8 cells"),
        (["--size", "400", "--scale", "9"], "allowed: 16384 px a side"),
        (["--palette", "picco8"], "did you mean 'pico-8'"),
        (["--colors", "0"], "--colors: pixels.colors is 0"),
        (["--ground", ""], "--ground is empty"),
        (["--ground", "#ff000080"], "an opaque colour or transparent"),
        (["--scale", "0"], "scale"),
        (["--scale", "big"], "--scale: "),
        (["--material", "missing.png"], "does not exist"),
        (["--material", "."], "is not a file"),
        (["--material", "ramp.png"], "is not seamless: the step at its sides is"),
        (["--material", "hole.png"], "transparent in places"),
        (["--material", "cut.png"], "cut.png"),
        (["--material", "even.png", "--size", "12x24"], "does not fill 12x24"),
        (["-o", "moss.gif"], "is the name of a .png file or a folder"),
        (["-o", "nowhere/moss"], "the folder 'nowhere' does not exist"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(
    given: list[str], words: str, run: Callable[..., Any], folder: Path
) -> None:
    ramp = np.arange(0, 240, 15, np.uint8)[None, :, None].repeat(16, 0).repeat(3, 2)
    Image.fromarray(ramp).save(folder / "ramp.png")
    even = np.full((12, 12, 4), 255, np.uint8)
    Image.fromarray(even).save(folder / "even.png")
    even[3, 3] = 0
    Image.fromarray(even).save(folder / "hole.png")
    (folder / "cut.png").write_bytes((folder / "ramp.png").read_bytes()[:60])
    before = sorted(folder.iterdir())
    done = run("tileset", "moss", "--model", "fake", *given)
    assert done.code == 2
    assert words in done.err
    assert done.err.startswith("drawkit: ")
    assert done.err.count("\n") == 1
    assert sorted(folder.iterdir()) == before


def test_without_words_and_picture_there_is_nothing_to_draw(run: Callable[..., Any]) -> None:
    done = run("tileset")
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert "there is no prompt" in done.err


@pytest.mark.slow
@needs("tmxrasterizer")
@pytest.mark.parametrize("kind", ["blob47", "edge16"])
def test_tiled_draws_the_map(kind: str, run: Callable[..., Any], folder: Path) -> None:
    """Every tile of the map stands there as the sheet has it."""
    made(run, "--terrain", kind, "--ground", "navy", "-o", "moss")
    tmxrasterizer(folder, "moss.tmj", "map.png")
    layer = json.loads((folder / "moss.tmj").read_text())["layers"][0]
    drawn = np.asarray(Image.open(folder / "map.png").convert("RGB"))
    sheet = np.asarray(Image.open(folder / "moss.png").convert("RGB"))
    columns = sheet.shape[1] // 12
    tiles = {0: np.zeros((12, 12, 3))}
    for number in set(layer["data"]):
        y, x = divmod(number - 1, columns)
        tiles[number] = sheet[12 * y : 12 * y + 12, 12 * x : 12 * x + 12]
    rows = [
        layer["data"][at : at + layer["width"]]
        for at in range(0, len(layer["data"]), layer["width"])
    ]
    expected = np.vstack([np.hstack([tiles[number] for number in row]) for row in rows])
    assert (drawn == expected).all()
    assert len(set(layer["data"])) > 8


@pytest.mark.slow
def test_ctrl_c_keeps_the_tiles_so_far(
    start: Callable[..., subprocess.Popen[str]], folder: Path, tiny_model: Path
) -> None:
    process = start(
        *("tileset", "moss", "--ground", "sea", "--steps", "100000", "--size", "12"),
        *("--model", tiny_model, "--set", "pixels.side=24"),
    )
    assert process.stderr is not None
    while "step 1/" not in process.stderr.readline():
        assert process.poll() is None
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=120)
    assert process.returncode == 130
    assert "stopped; kept the tiles" in err
    assert [folder / name for name in out.split()] == [folder / f"moss{s}" for s in FILES]
    assert all((folder / name).stat().st_size for name in out.split())


@pytest.mark.skipif(os.name != "posix", reason="signals as POSIX has them")
def test_ctrl_c_between_two_files_waits_until_all_are_new(
    run: Callable[..., Any], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing was drawn here, so that a stop before would end it at once."""
    args = ("tileset", "floor", "--material", checkered(folder), "-o", "floor", "--overwrite")
    for suffix in FILES:
        (folder / f"floor{suffix}").write_text("old")
    replace = os.replace

    def stopped_there(source: Any, target: Any) -> None:
        replace(source, target)
        if os.fspath(target).endswith("/floor.png"):
            signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(os, "replace", stopped_there)
    done = run(*args)
    assert done.code == 130
    assert [path.name for path in done.files] == [f"floor{suffix}" for suffix in FILES]
    assert all(path.read_bytes() != b"old" for path in done.files)
    assert "nothing was written" not in done.err
    assert {p.name for p in folder.iterdir()} == {"checks.png", *(p.name for p in done.files)}
