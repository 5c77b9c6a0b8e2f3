"""Everything that the documentation and the README show to type is run, in small.

A page's blocks run in order, in one folder. What a block is follows from its first line:

    ```sh                     each line is a command of drawkit, or `python FILE ...`
    ```python                 is run; all of a page share their names
    ```toml title="x.toml"    with a title, of any language: the file is written

Above a block that cannot run here stands a line `*Not run by the tests: why.*`, for readers too.
"""

from __future__ import annotations

import re
import shlex
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import typer
import typer.main
from PIL import Image
from small import SIZE, STEPS, drawn_small
from typer.testing import CliRunner

from drawkit.canvas import canvases
from drawkit.cli import app
from drawkit.export import exporters
from drawkit.losses import losses
from drawkit.perceptor import perceptors

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
NAMES = [path.relative_to(ROOT).as_posix() for path in PAGES]
BLOCK = re.compile(
    r"^(?P<indent> *)```(?P<language>\w*)(?: title=\"(?P<title>[^\"]+)\")?\n"
    r"(?P<code>.*?)^(?P=indent)```$",
    re.MULTILINE | re.DOTALL,
)
NOT_RUN = re.compile(r"\*Not run by the tests: (.+)\.\*\s*\Z")
SHOWN = ("", "text")
"""Languages of blocks that show what comes out."""
INSTALLS = "python3 -m venv .venv && .venv/bin/pip install "


@dataclass(frozen=True)
class Block:
    """One fenced block. reason: why it is not run, if it is not."""

    place: str
    language: str
    title: str | None
    code: str
    reason: str | None


def blocks(name: str, text: str) -> Iterator[Block]:
    for found in BLOCK.finditer(text):
        line = text.count("\n", 0, found.start()) + 1
        indent = len(found["indent"])
        code = "".join(row[indent:] for row in found["code"].splitlines(keepends=True))
        said = NOT_RUN.search(text[: found.start()])
        reason = said[1] if said else None
        if name == "README.md" and code.startswith(INSTALLS):
            reason = "it installs; tests/test_wheel.py does that"
        yield Block(f"{name}:{line}", found["language"], found["title"], code, reason)


def lines_of(code: str) -> Iterator[str]:
    """The commands of a shell block, each on one line."""
    for line in code.replace("\\\n", " ").splitlines():
        if line.strip() and not line.lstrip().startswith("#"):
            yield line.strip()


def of_page(name: str) -> list[Block]:
    return list(blocks(name, (ROOT / name).read_text(encoding="utf-8")))


def run_command(line: str, place: str) -> None:
    words = shlex.split(line, comments=True)
    if words[:1] == ["drawkit"]:
        done = CliRunner().invoke(app, words[1:])
        wanted = 2 if line.endswith("# refused") else 0
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        assert done.exit_code == wanted, f"{place}: {line}\n{done.stderr}"
    elif words[:1] == ["python"] and len(words) > 1:
        run_script(words[1:])
    else:
        pytest.fail(f"{place}: '{line}' is neither a command of drawkit nor `python FILE ...`")


def run_script(words: list[str]) -> None:
    """`python FILE ARGUMENTS`, in this process."""
    code, ended = Path(words[0]).read_text(encoding="utf-8"), None
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.argv", words)
        try:
            run_python(code, words[0], {"__name__": "__main__"})
        except SystemExit as stop:
            ended = stop.code
    assert not ended, words


def run_python(code: str, place: str, names: dict[str, Any]) -> None:
    exec(compile(code, place, "exec", dont_inherit=True), names)


def run_block(block: Block, names: dict[str, Any]) -> None:
    if block.title is not None:
        path = Path(block.title)
        assert not path.is_absolute(), block.place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(block.code, encoding="utf-8")
    elif block.language == "sh":
        for line in lines_of(block.code):
            run_command(line, block.place)
    elif block.language == "python":
        run_python(block.code, block.place, names)
    else:
        assert block.language in SHOWN, f"{block.place}: what is to be done with this block?"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A reader's folder: with a photo, a sprite, a drawing to start from, and nothing else."""
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    drawn_small(monkeypatch)
    monkeypatch.setattr("drawkit.engine.many.crew.Here.team", lambda *order: None)  # small here
    for registry in (canvases, losses, exporters, perceptors):  # what a page adds ends with it
        registry.names()
        monkeypatch.setattr(registry, "_plugins", dict(registry._plugins))
    with Image.open(ROOT / "examples" / "pixels" / "coffee.jpg") as photo:
        photo.resize((96, 64)).save("photo.jpg")
    shutil.copy(ROOT / "examples" / "pixels" / "game-sprites" / "heart.png", "sprite.png")
    with Image.open(ROOT / "examples" / "gallery" / "a-house.png") as sketch:
        sketch.convert("RGB").resize((64, 64)).save("sketch.png")
    shutil.copy(ROOT / "styles" / "images" / "poster.png", "poster.png")
    mask = Image.new("L", (32, 32))
    mask.paste(255, (0, 0, 32, 12))
    mask.save("mask.png")
    return work


@pytest.mark.parametrize("name", NAMES)
def test_all_that_a_page_shows_runs(name: str, folder: Path) -> None:
    names: dict[str, Any] = {"__name__": "__main__"}
    for block in of_page(name):
        if block.reason is None:
            run_block(block, names)


def test_what_is_not_run_is_listed() -> None:
    """A block that is left out must be looked at: it is added here by hand."""
    left_out = {b.place.split(":")[0]: 0 for name in NAMES for b in of_page(name) if b.reason}
    for name in NAMES:
        for block in of_page(name):
            if block.reason:
                left_out[name] += 1
    assert left_out == NOT_RUN_BLOCKS


NOT_RUN_BLOCKS = {
    "README.md": 2,  # installs
    "docs/howto/clip.md": 3,  # downloads; files that are not here
    "docs/howto/cluster.md": 6,  # a cluster
    "docs/howto/films.md": 1,  # a sound of the user's
    "docs/howto/inkscape.md": 1,  # changes the user's folder
    "docs/howto/many-tries.md": 1,  # seven drawings
    "docs/howto/studio.md": 1,  # serves until Ctrl-C
    "docs/howto/style.md": 1,  # a measurement
    "docs/howto/svg.md": 1,  # a measurement
    "docs/numbers.md": 4,  # measurements
    "docs/quickstart.md": 1,  # installs
    "docs/systems/aleph.md": 1,  # weights that are not here
    "docs/systems/big-sleep.md": 1,  # weights that are not here
    "docs/systems/styleclip.md": 1,
    "docs/systems/stylegan-nada.md": 1,
    "docs/systems/clip-guided-diffusion.md": 1,  # a checkpoint of gigabytes
    "docs/systems/disco-diffusion.md": 1,  # likewise
    "docs/systems/stable-diffusion.md": 4,  # models of gigabytes; sixty drawings
    "docs/systems/vqgan-clip.md": 2,  # weights of a gigabyte
    "docs/users/plotter-artist.md": 2,  # vpype
}
"""Page -> how many of its blocks cannot run here."""


def test_what_a_page_shows_is_run_in_small(folder: Path) -> None:
    from drawkit import draw

    drawing = draw("a cat", strokes=8)
    assert drawing.scene.metadata.steps == STEPS
    assert (drawing.scene.width, drawing.scene.height) == (SIZE, SIZE)


def test_figures_are_those_of_the_readme() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    table = re.findall(r"^\| \d+, \d+ x .*$", readme, re.MULTILINE)
    assert len(table) >= 5
    numbers = (ROOT / "docs" / "numbers.md").read_text(encoding="utf-8")
    assert [row for row in table if row not in numbers] == []


TEXT = """
```python
x = 1
```

*Not run by the tests: it needs a network.*

```sh
drawkit models pull ViT-B-32
```

- in a list

    ```toml title="a/b.toml"
    size = 32
    ```

```sh
drawkit clipdraw "a cat" \\
    --no-such-flag
```
"""


def test_blocks_are_found_and_can_fail(folder: Path) -> None:
    first, left_out, titled, broken = blocks("page.md", TEXT)
    assert (first.place, first.language, first.code) == ("page.md:2", "python", "x = 1\n")
    assert left_out.reason == "it needs a network"
    assert [first.reason, titled.reason, broken.reason] == [None] * 3
    run_block(titled, {})
    assert (folder / "a" / "b.toml").read_text() == "size = 32\n"
    assert list(lines_of(broken.code)) == ['drawkit clipdraw "a cat"      --no-such-flag']
    with pytest.raises(AssertionError, match="no-such-flag"):
        run_block(broken, {})
    with pytest.raises(pytest.fail.Exception, match="neither"):
        run_command("rm -rf /", "page.md:1")
    with pytest.raises(ZeroDivisionError):
        run_block(Block("page.md:1", "python", None, "1 / 0", None), {})


def inline_commands(text: str) -> Iterator[list[str]]:
    """Commands of drawkit within the text of a page, as words."""
    for span in re.findall(r"`(drawkit [^`]+)`", BLOCK.sub("", text)):
        yield shlex.split(" ".join(span.split()))[1:]


def unknown_words(words: list[str]) -> list[str]:
    """What of a command does not exist: its name, or an option."""
    command: Any = typer.main.get_command(app)
    while hasattr(command, "list_commands") and words and not words[0].startswith("-"):
        below = command.get_command(typer.Context(command), words[0])
        if below is None:
            return words[:1] if words[0] != "COMMAND" else []
        command, words = below, words[1:]
    known = {"--help", "-h"}
    for parameter in command.params:
        known |= {*parameter.opts, *parameter.secondary_opts}
    return [w for w in words if re.match(r"--?[a-z]", w) and w.split("=")[0] not in known]


@pytest.mark.parametrize("name", NAMES)
def test_commands_within_the_text_exist(name: str) -> None:
    left_out = (b.code for b in of_page(name) if b.reason and b.language == "sh")
    lines = (shlex.split(line, comments=True) for code in left_out for line in lines_of(code))
    told = [words[1:] for words in lines if words[0] == "drawkit"]
    for words in [*inline_commands((ROOT / name).read_text(encoding="utf-8")), *told]:
        if words != ["a cat"]:  # `drawkit "a cat"`: what is said of a slip
            assert not unknown_words(words), words


def test_commands_within_a_text_can_be_wrong() -> None:
    assert unknown_words(["clipdraw", "a cat", "--strokes", "3"]) == []
    assert unknown_words(["styles", "nww"]) == ["nww"]
    assert unknown_words(["clipdraw", "a cat", "--strkes", "3"]) == ["--strkes"]
    assert list(inline_commands("say `drawkit styles\nlist` to see")) == [["styles", "list"]]
