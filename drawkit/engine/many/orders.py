"""What is to be drawn into one folder: jobs that have names, and are known again later."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from drawkit.canvas.image import DREAM_CANVASES
from drawkit.config import DrawConfig, Given, Settings
from drawkit.engine.many.check import Checker
from drawkit.engine.prompt_words import title_of
from drawkit.engine.record import file_hash, input_files
from drawkit.errors import InputError, brief
from drawkit.export import exporter_for, split_suffix, suffixes
from drawkit.export.outputs import DEFAULT_SUFFIXES
from drawkit.files import expanded
from drawkit.files.slugs import file_slug

__all__ = ["BadLines", "Order", "Orders", "asked_twice", "named", "output_name"]

_LONGEST_NAME = 100
_NO_NAME = set('/\\:*?"<>|')


class BadLines(InputError):
    """Lines that say what cannot be drawn; `lines` has what is wrong with each."""

    def __init__(self, lines: Sequence[str]) -> None:
        more = "" if len(lines) == 1 else f" (and {len(lines) - 1} more)"
        super().__init__(f"{lines[0]}{more}")
        self.lines = tuple(lines)


@dataclass(frozen=True, eq=False)
class Order:
    """One drawing. place: where it was ordered, `jobs.csv:7`; name: of its files, if it says one.

    title: what it is named after else. sign: the same where the settings are the same, with what
    stands in the files that they name.
    """

    place: str
    layer: Mapping[str, Given]
    title: str
    sign: str
    name: str = ""
    suffixes: tuple[str, ...] = DEFAULT_SUFFIXES
    values: Mapping[str, object] = field(default_factory=dict)

    @property
    def canvas(self) -> str:
        """What it is drawn with."""
        given = self.layer.get("draw.canvas")
        return DrawConfig.canvas if given is None else str(given.value)

    @property
    def dreamt(self) -> bool:
        """Whether it is a picture of free pixels."""
        return self.canvas in DREAM_CANVASES

    @property
    def files(self) -> tuple[str, ...]:
        """The names of its files."""
        return tuple(f"{self.name}{suffix}" for suffix in self.suffixes)


class Orders:
    """Takes orders, each checked at once. threads: the most that one of them asks for."""

    def __init__(self) -> None:
        self._checker = Checker()
        self._hashes: dict[Path, str] = {}
        self.threads: int | None = None

    def order(
        self,
        place: str,
        layer: Mapping[str, Given],
        output: str | None = None,
        values: Mapping[str, object] | None = None,
    ) -> Order:
        """One more. output: a name for its files. Raises DrawkitError for what cannot be drawn."""
        name, endings = ("", DEFAULT_SUFFIXES) if output is None else output_name(output)
        settings = self._checker.settings(layer)
        asked = settings.sections["draw"].threads
        if asked is not None:
            self.threads = max(asked, self.threads or 1)
        sign = self._sign(settings, layer)
        return Order(place, layer, title_of(settings), sign, name, endings, values or {})

    def _sign(self, settings: Settings, layer: Mapping[str, Given]) -> str:
        seed = layer.get("draw.seed")
        if seed is not None and str(seed.value).strip() == "random":  # another one each time
            draw = replace(settings.sections["draw"], seed=0)
            settings = replace(settings, sections={**settings.sections, "draw": draw})
            return settings.fingerprint("random", *self._inputs(settings))
        return settings.fingerprint(*self._inputs(settings))

    def _inputs(self, settings: Settings) -> Iterable[str]:
        files = [*map(expanded, settings.prompts.files), *input_files(settings)]
        for path in files:
            if path not in self._hashes:
                self._hashes[path] = file_hash(path) if path.is_file() else ""
            yield self._hashes[path]


def output_name(given: str) -> tuple[str, tuple[str, ...]]:
    """`cat` -> its name and the usual formats; `cat.pdf` -> `cat` and that one.

    Raises InputError for what is no name of a file, and BackendError for a format that lacks what
    it needs.
    """
    text = given.strip()
    if not text or not text.isprintable() or set(text) & _NO_NAME or text.startswith("."):
        raise InputError(f"output is '{brief(given)}'; allowed: a file's name, without a folder")
    stem, suffix = split_suffix(Path(text))
    if suffix.lower() in suffixes():
        exporter_for(Path(text))
    else:
        stem, suffix = text, ""
    if len(stem) > _LONGEST_NAME:
        raise InputError(f"output has {len(stem)} characters; allowed: up to {_LONGEST_NAME}")
    return stem, ((suffix,) if suffix else DEFAULT_SUFFIXES)


def asked_twice(orders: Sequence[Order]) -> list[str]:
    """A line for each order that asks for a name that an earlier one has."""
    taken: dict[str, str] = {}
    bad = []
    for order in orders:
        others = [taken.setdefault(_key(f), order.place) for f in order.files if order.name]
        other = next((place for place in others if place != order.place), None)
        if other is not None:
            bad.append(f"{order.place}: output '{order.name}' is that of {other} too")
    return bad


def named(orders: Sequence[Order], known: Mapping[str, str]) -> list[Order]:
    """The same orders, each with a name that no other has; BadLines for names that two ask for.

    known: names of earlier runs and their signs: what was drawn before keeps its name, wherever
    it stands now. Others are named by their words, counting up.
    """
    bad = asked_twice(orders)
    if bad:
        raise BadLines(bad)
    taken = {_key(file): order.place for order in orders if order.name for file in order.files}
    before: dict[str, list[str]] = {}
    for name, sign in known.items():
        before.setdefault(sign, []).append(name)
    found = list(orders)

    def give(at: int, name: str) -> bool:
        order = replace(found[at], name=name)
        keys = [_key(file) for file in order.files]
        if any(key in taken for key in keys):
            return False
        taken.update(dict.fromkeys(keys, order.place))
        found[at] = order
        return True

    for at, order in enumerate(orders):
        if not order.name:
            any(give(at, name) for name in before.get(order.sign, ()))
    for at, order in enumerate(found):
        if not order.name:
            base, number = file_slug(order.title), 1
            while not give(at, base if number == 1 else f"{base}-{number}"):
                number += 1
    return found


def _key(file: str) -> str:
    """Names that are one file on some system are one."""
    return unicodedata.normalize("NFC", file).casefold()
