"""Files of stories: a text with a scene a line, or TOML with a table a scene.

A text may begin with settings between two lines of `+++`, in TOML too. Empty lines and those that
begin with `#` are none.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from drawkit.config import SHORT_NAMES, Given, coerce
from drawkit.config.layers import PROMPTS
from drawkit.config.renamed import with_new_names
from drawkit.config.toml import flatten, parse_toml
from drawkit.engine.many.lines import Line
from drawkit.errors import ConfigError, FileError, brief, shown, suggestion
from drawkit.files import expanded, read_bytes

__all__ = ["MOST_SCENES", "Layer", "StoryText", "of_a_story", "read_story", "windows"]

Layer = Mapping[str, Given]

MOST_SCENES = 100
_LARGEST = 1 << 22
_FENCE = "+++"
_SCENE = re.compile(r"^\s*\[\[\s*scene\s*\]\]")
_KEY = re.compile(r"""^\s*["']?([\w.-]+)["']?\s*=""")
_TABLE = re.compile(r"^\s*\[\s*([\w.\s-]+?)\s*\]")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True, eq=False)
class StoryText:
    """What a story says. whole: of all scenes; scenes: `prompt` and what else is a scene's own.

    folder: where files lie that it names for its film.
    """

    name: str
    scenes: tuple[Line, ...]
    whole: Mapping[str, Given] = field(default_factory=dict)
    folder: Path = Path()


def read_story(path: str | Path) -> StoryText:
    """The scenes of a file: `.toml` with tables `[[scene]]`, or any other as text.

    Text is UTF-8 or UTF-16. Raises FileError for what is no text, and ConfigError, with its line,
    for what is no TOML; whether there are scenes, and how many, is seen to by who takes them.
    """
    path = expanded(path)
    text = _decoded(path, read_bytes(path, _LARGEST))
    if path.suffix.lower() == ".toml":
        return replace(_of_toml(path.name, text), folder=path.parent)
    lines = text.splitlines()
    whole: Mapping[str, Given] = {}
    begin = next((at for at, line in enumerate(lines) if line.strip()), 0)
    if lines and lines[begin].strip() == _FENCE:
        ends = [at for at, line in enumerate(lines) if line.strip() == _FENCE and at > begin]
        if not ends:
            raise ConfigError(f"{path.name}:{begin + 1}: the settings after {_FENCE} have no end")
        front = ["#" if at <= begin else line for at, line in enumerate(lines[: ends[0]])]
        tree, places = _toml(path.name, "\n".join([*front, ""]))
        if "scene" in tree:
            raise ConfigError(f"{path.name}: tables [[scene]] stand in a .toml file, without text")
        whole = _given(path.name, tree, places[0])
        begin = ends[0] + 1
    scenes = [
        Line(f"{path.name}:{at + 1}", {"prompt": line.strip()})
        for at, line in enumerate(lines)
        if at >= begin and line.strip() and not line.strip().startswith("#")
    ]
    return StoryText(path.name, tuple(scenes), whole, path.parent)


def windows(scenes: Sequence[Line], width: int) -> list[Line]:
    """A window of so many words that slides over a text by half of its width, a scene each."""
    words = [(word, line.place) for line in scenes for word in str(line.values["prompt"]).split()]
    stride = max(1, width // 2)
    starts = [*range(0, max(1, len(words) - width + stride), stride)]
    if starts and starts[-1] + width > len(words):
        starts[-1] = max(0, len(words) - width)
    cut = [words[start : start + width] for start in dict.fromkeys(starts)]
    return [
        Line(part[0][1], {"prompt": " ".join(word for word, _ in part)}) for part in cut if part
    ]


def of_a_story(
    whole: Layer, own: Sequence[str]
) -> tuple[dict[str, Given], dict[str, Given], list[str] | None]:
    """What a story says of all its scenes: under names of its own, as settings, and its styles.

    Raises ConfigError for an unknown name, with its line.
    """
    found = dict(whole)
    mine = {key: found.pop(key) for key in own if key in found}
    styles = found.pop("style", None)
    names = None
    if styles is not None:
        try:
            names = list(coerce(styles.value, tuple[str, ...]))
        except ValueError as error:
            raise ConfigError(f"{styles.source}: style {error}") from error
    layer: dict[str, Given] = {}
    for key, given in found.items():
        name = key.replace("-", "_")
        full = key if "." in key.strip(".") else SHORT_NAMES.get(name)
        if full == PROMPTS:
            raise ConfigError(f"{given.source}: the words of a story stand in its scenes")
        if full is None:
            hint = suggestion(key, [*own, "style", *SHORT_NAMES])
            raise ConfigError(f"{given.source}: unknown key '{brief(key)}'{hint}")
        layer[full] = given
    layer = with_new_names(layer, lambda key: layer[key].source)
    return mine, layer, names


def _decoded(path: Path, data: bytes) -> str:
    kind = next((name for mark, name in _MARKS if data.startswith(mark)), "utf-8")
    try:
        text = data.decode(kind)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise FileError(
            f"'{path}' is no text in UTF-8 or UTF-16 (line {line}); save it as UTF-8"
        ) from error
    if "\0" in text:
        raise FileError(f"'{path}' is no text: it holds NUL characters")
    return text


def _of_toml(name: str, text: str) -> StoryText:
    tree, (lines, *own) = _toml(name, text)
    scenes = tree.pop("scene", [])
    if not isinstance(scenes, list) or not all(isinstance(one, dict) for one in scenes):
        raise ConfigError(f"{name}: scenes are tables, [[scene]], got {shown(scenes)}")
    found = []
    for scene, places in zip(scenes, own, strict=False):
        place = f"{name}:{places['']}"
        values = dict(flatten(scene))
        if "text" in values and "prompt" in values:
            raise ConfigError(f"{place}: a scene has text or prompt, not both")
        if "text" in values:
            values["prompt"] = values.pop("text")
        for key, value in values.items():
            if isinstance(value, list) and any(isinstance(one, dict) for one in value):
                raise ConfigError(f"{place}: {key} is no setting, got {shown(value)}")
        found.append(Line(place, values))
    return StoryText(name, tuple(found), _given(name, tree, lines))


def _given(name: str, tree: Mapping[str, Any], lines: Mapping[str, int]) -> dict[str, Given]:
    found = {}
    for key, value in flatten(tree):
        line = lines.get(key, lines.get(key.rpartition(".")[0]))
        found[key] = Given(value, name if line is None else f"{name}:{line}")
    return found


def _toml(name: str, text: str) -> tuple[dict[str, Any], list[dict[str, int]]]:
    """What it says, and on which line: of all, then of each scene, whose own line has no name."""
    try:
        return parse_toml(text), [*_places(text)]
    except ValueError as error:
        raise ConfigError(f"{name} is not valid TOML: {error}") from error


def _places(text: str) -> Iterator[dict[str, int]]:
    """Lines of keys, `section.key`; tomllib keeps none."""
    found: dict[str, int] = {}
    table = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if _SCENE.match(line):
            yield found
            found, table = {"": number}, ""
        elif header := _TABLE.match(line):
            table = f"{header[1]}."
        elif key := _KEY.match(line):
            found.setdefault(f"{table}{key[1]}", number)
    yield found
