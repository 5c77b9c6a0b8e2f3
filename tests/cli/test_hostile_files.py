"""Any file that a user names may be anything: one line, exit code 2, soon, and no file touched."""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hostile import NO_FILES, SETTINGS, is_plain, lay
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from tiny_model import SMALL

from drawkit.engine.threads import cpu_threads
from drawkit.games.sets.plan import read_set
from drawkit.games.sets.store import state_of

Run = Callable[..., Any]

pytestmark = pytest.mark.skipif(os.name != "posix", reason="needs pipes and /dev")


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """Threads that wait for each other on a busy machine would count as work."""
    with cpu_threads(1):
        yield


def refused(run: Run, *args: object, seconds: float = 2.0) -> str:
    """The one short line that `drawkit ARGS` answers with; in processor time, it hardly thinks."""
    before = sorted(os.listdir())
    began = time.process_time()
    done = run(*args)
    assert time.process_time() - began < seconds
    assert (done.code, done.out) == (2, ""), done.err
    (line,) = done.err.splitlines()
    assert is_plain(line)
    assert len(line) < 500
    assert sorted(os.listdir()) == before
    return str(line)


@pytest.mark.parametrize("text", SETTINGS.values(), ids=SETTINGS)
@pytest.mark.parametrize("use", ["style", "folder", "sheet"])
def test_settings(run: Run, folder: Path, text: str, use: str) -> None:
    name = "drawkit.toml" if use == "folder" else "mine.toml"
    if use == "sheet":
        text = f"{text.replace('[strokes]', '[pixels]')}\n[[sprite]]\nprompt = 'a cat'\n"
    (folder / name).write_text(text, encoding="utf-8")
    args: dict[str, tuple[object, ...]] = {
        "style": ("clipdraw", "a cat", *SMALL, "--style", "./mine.toml"),
        "folder": ("config", "show"),
        "sheet": ("sheet", "mine.toml"),
    }
    assert name in refused(run, *args[use])


@pytest.mark.parametrize("kind", [k for k in NO_FILES if k != "gone"])
def test_a_settings_file_that_is_none(run: Run, folder: Path, kind: str) -> None:
    lay(kind, folder / "drawkit.toml")
    assert "drawkit.toml" in refused(run, "clipdraw", "a cat", *SMALL)
    lay(kind, folder / "mine.toml")
    for args in (("styles", "show", "./mine.toml"), ("sheet", "mine.toml")):
        shutil.rmtree("drawkit.toml") if kind == "folder" else Path("drawkit.toml").unlink()
        assert "mine.toml" in refused(run, *args)
        lay(kind, folder / "drawkit.toml")


@pytest.mark.parametrize("kind", NO_FILES)
@pytest.mark.parametrize(
    "args",
    [
        ("clipdraw", "a cat", *SMALL, "--init", "it.png"),
        ("clipdraw", "a cat", *SMALL, "--style-image", "it.png"),
        ("clipdraw", "a cat", *SMALL, "--style-image", "s.png", "--set=losses.style.mask=it.png"),
        ("clipdraw", "a cat", *SMALL, "--set", "strokes.palette=it.png"),
        ("pixeldraw", "a cat", "--size", "8", "--palette", "it.gpl"),
        ("pixeldraw", "a cat", "--size", "8", "--palette", "@it.png:4"),
        ("pixeldraw", "a cat", "--size", "8", "--init", "s.png", "--freeze", "it.png"),
        ("pixeldraw", "a cat", "--size", "8", "--init", "s.png", "--freeze-edits", "it.png"),
        ("pixelate", "it.png"),
        ("pixelate", "s.png", "--palette", "it.png"),
        ("animate", "--init", "it.png", "--motion", "hop"),
        ("tileset", "--material", "it.png"),
        ("palettes", "show", "it.gpl"),
        ("palettes", "extract", "it.png", "-o", "new.gpl"),
        ("styles", "new", "fresh", "--from", "it.png"),
        ("bench", "style", "it.png", "s.png"),
    ],
    ids=lambda args: " ".join(args).replace(" ".join(SMALL), "")[:50],
)
def test_any_other_file(run: Run, folder: Path, kind: str, args: tuple[str, ...]) -> None:
    Image.radial_gradient("L").convert("RGB").resize((8, 8)).save(folder / "s.png")
    for suffix in ("png", "gpl", "pt"):
        lay(kind, folder / f"it.{suffix}")
    assert "it." in refused(run, *args)


@pytest.mark.parametrize("kind", NO_FILES)
@pytest.mark.parametrize("form", ["./{}", "local-dir:{}", "ViT-B-32:./{}"])
def test_models(run_real: Run, folder: Path, kind: str, form: str) -> None:
    lay(kind, folder / "it.pt")
    assert "it.pt" in refused(
        run_real, "clipdraw", "a cat", *SMALL, "--model", form.format("it.pt")
    )


@pytest.mark.parametrize("kind", NO_FILES)
@pytest.mark.parametrize("name", ["open_clip_config.json", "open_clip_model.safetensors"])
def test_folders_of_models(
    run_real: Run, folder: Path, kind: str, name: str, tiny_model: Path
) -> None:
    model = shutil.copytree(tiny_model, folder / "model")
    (model / name).unlink()
    lay(kind, model / name)
    refused(run_real, "clipdraw", "a cat", *SMALL, "--model", "./model")


@pytest.mark.parametrize("text", ["[" * 9999, "9" * 5000, '{"a":' * 9999, "{}", "null", "[1]"])
@pytest.mark.parametrize("packed", [False, True])
def test_records_in_sprites(folder: Path, text: str, packed: bool) -> None:
    info = PngInfo()
    info.add_text("drawkit-sprite", text, zip=packed)
    Image.new("RGBA", (8, 8), "red").save(folder / "cat.png", pnginfo=info)
    (folder / "set.toml").write_text("size = 8\n[[sprite]]\nprompt = 'a cat'\nname = 'cat'\n")
    plan = read_set(folder / "set.toml").sprites[0]
    assert state_of(plan, folder) == "edited"
    for kind in NO_FILES[:-1]:
        shutil.rmtree("cat.png") if Path("cat.png").is_dir() else Path("cat.png").unlink()
        lay(kind, folder / "cat.png")
        if kind != "loop":
            assert state_of(plan, folder) == "edited"


@pytest.mark.parametrize("weight", ["1e308", "inf", "nan", "1e7", "-0"])
def test_shares_add_up_to_a_number(run: Run, folder: Path, weight: str) -> None:
    Image.new("RGB", (8, 8)).save(folder / "s.png")
    for flag, name in (("--model", "builtin"), ("--style-image", "s.png"), ("--style", "ink")):
        assert "allowed: " in refused(
            run, "clipdraw", "a cat", *SMALL, flag, f"{name}:{weight}", flag, f"{name}:{weight}"
        )


def test_no_broken_style_hides_another(run: Run, folder: Path) -> None:
    styles = folder / "styles"
    styles.mkdir()
    for number, text in enumerate(SETTINGS.values()):
        (styles / f"bad{number}.toml").write_text(text, encoding="utf-8")
    for kind in NO_FILES:
        lay(kind, styles / f"{kind}.toml")
    (styles / "canvas.toml").write_text("[draw]\ncanvas = 'nope'\n")
    (styles / "od\x1b[31md.toml").write_text("summary = 'x'\n")
    (styles / "mine.toml").write_text("summary = 'a \\u001b[31mred\\u202e one'\n")
    done = run("styles", "list")
    assert done.code == 2
    broken = {"pipe", "zero", "null", "tty", "huge", "loop", "canvas"} - {"null"}
    broken |= {f"bad{number}" for number in range(len(SETTINGS))}
    told = [line.split("'")[1] for line in done.err.splitlines()]
    assert set(told) - {"null"} == broken
    names = [line.split()[0] for line in done.out.splitlines()]
    assert {"mine", "ink"} <= set(names)
    rows = json.loads(run("styles", "list", "--json").out)
    assert {row["name"] for row in rows if "error" in row} - {"null"} == broken
    assert run("styles", "show", "mine").code == 0
    assert run("styles", "show", "ink").code == 0
    assert "is not a file but a pipe" in refused(run, "styles", "show", "pipe")


def test_folders_of_styles_that_cannot_be_read(
    run: Run, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lay("pipe", folder / "styles")
    done = run("styles", "list")
    assert done.code == 2
    assert "'styles' is broken: cannot read the folder 'styles': Not a directory" in done.err
    assert "\nink " in done.out
    assert run("styles", "show", "ink").code == 0
    own = tmp_path / "config" / "drawkit"
    own.mkdir(parents=True)
    lay("loop", own / "styles")
    assert len(run("styles", "list").err.splitlines()) == 2
