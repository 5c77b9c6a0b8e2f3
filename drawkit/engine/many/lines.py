"""Files of jobs: JSON lines, or CSV with a first row of names; a drawing a line."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from drawkit.config import SHORT_NAMES, Given, Raw, coerce
from drawkit.config.layers import PROMPTS
from drawkit.config.renamed import with_new_names
from drawkit.config.vary import Base
from drawkit.engine.many.orders import BadLines, Order, Orders, asked_twice
from drawkit.errors import DrawkitError, InputError, brief, shown, suggestion
from drawkit.files import expanded, read_json, read_text

__all__ = ["Line", "order_lines", "read_lines"]

_LARGEST = 1 << 28
_MOST_LINES = 1_000_000
_OWN = ("output", "style", "transparent")
"""Keys that are no settings of their own."""


@dataclass(frozen=True)
class Line:
    """What a line says. place: `jobs.csv:7`; error: why it cannot be read, if so."""

    place: str
    values: Mapping[str, Any]
    error: str | None = None


def read_lines(path: str | Path) -> list[Line]:
    """The lines of a `.csv` or `.tsv` file, of any other as JSON lines; empty ones are none.

    Values of CSV are typed as behind flags, and empty cells are left out. Raises FileError for what
    is no text, InputError for a file without a line, or without the column `prompt`.
    """
    path = expanded(path)
    text = read_text(path, _LARGEST)
    table = path.suffix.lower() in (".csv", ".tsv")
    lines = list((_of_table if table else _of_json)(path.name, text))
    if not lines:
        raise InputError(f"'{path}' holds no job; allowed: a line each, with a prompt")
    if len(lines) > _MOST_LINES:
        raise InputError(f"'{path}' holds {len(lines)} jobs; allowed: up to {_MOST_LINES}")
    return lines


def order_lines(lines: Sequence[Line], base: Base) -> tuple[list[Order], Orders]:
    """An order for each line. Raises BadLines, with all that is wrong in any of them.

    base: the settings below those of a line.
    """
    orders = Orders()
    found: list[Order] = []
    bad: list[str] = []
    for line in lines:
        try:
            if line.error is not None:
                raise InputError(line.error)
            found.append(_order(orders, line, base))
        except DrawkitError as error:
            said = str(error)
            bad.append(said if said.startswith(line.place) else f"{line.place}: {said}")
    bad += asked_twice(found)
    if bad:
        places = {line.place: at for at, line in enumerate(lines)}
        raise BadLines(sorted(bad, key=lambda said: places.get(said.partition(": ")[0], 0)))
    return found, orders


def _order(orders: Orders, line: Line, base: Base) -> Order:
    own: dict[str, Given] = {}
    unknown = [key for key in line.values if not _known(key)]
    if unknown:
        names = ["prompt", *SHORT_NAMES, *_OWN]
        raise InputError(f"unknown key '{brief(unknown[0])}'{suggestion(unknown[0], names)}")
    for key, value in line.values.items():
        if key not in _OWN:
            own[_setting(key)] = Given(value, line.place)
    said = own.get(PROMPTS)
    if said is not None and not isinstance(said.value, str | list):
        raise InputError(f"prompt takes text or a list of texts, got {shown(said.value)}")
    if said is not None and isinstance(said.value, str):  # not to be read as a number
        own[PROMPTS] = Given([str(said.value)], line.place)
    own = with_new_names(own, lambda key: line.place)
    if _typed(line, "transparent", bool):
        own["draw.background"] = Given("transparent", line.place)
    styles = _typed(line, "style", tuple[str, ...])
    output = _typed(line, "output", str)
    layer = {**base(None if styles is None else list(styles)), **own}
    if not {PROMPTS, "draw.prompts_file", "draw.init"} & set(layer):
        raise InputError('has no prompt; say what to draw, "prompt": "a cat"')
    return orders.order(line.place, layer, output)


def _typed(line: Line, key: str, kind: Any) -> Any:
    """A value of its own, None where the line has none."""
    value = line.values.get(key)
    if value is None:
        return None
    try:
        return coerce(value, kind)
    except ValueError as error:
        raise InputError(f"{key} {error}") from error


def _known(key: str) -> bool:
    return key in _OWN or "." in key.strip(".") or key.replace("-", "_") in SHORT_NAMES


def _setting(key: str) -> str:
    return key if "." in key else SHORT_NAMES[key.replace("-", "_")]


def _of_json(name: str, text: str) -> Iterator[Line]:
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        place = f"{name}:{number}"
        try:
            values = read_json(line)
        except ValueError as error:
            column = getattr(error, "colno", None)
            said = getattr(error, "msg", str(error))
            where = "" if column is None else f" at column {column}"
            yield Line(place, {}, f"is no JSON: {said}{where}")
            continue
        if isinstance(values, dict):
            yield Line(place, {key: value for key, value in values.items() if value is not None})
        else:
            yield Line(place, {}, f'takes {{"prompt": "a cat"}}, got {shown(values)}')


def _of_table(name: str, text: str) -> Iterator[Line]:
    first = text.partition("\n")[0]
    mark = next((mark for mark in ("\t", ";") if mark in first and "," not in first), ",")
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True)
    names: list[str] = []
    begun = 1
    try:
        for row in rows:
            place, begun = f"{name}:{begun}", rows.line_num + 1
            cells = [cell.strip() for cell in row]
            if not any(cells):
                continue
            if not names:
                names = _header(cells, place)
            elif len(cells) > len(names) and any(cells[len(names) :]):
                extra = f"has {len(cells)} cells, and the first row {len(names)} names"
                yield Line(place, {}, f"{extra}; a comma within a value needs quotes around it")
            else:
                pairs = zip(names, cells, strict=False)
                yield Line(place, {key: Raw(cell) for key, cell in pairs if cell and key})
    except csv.Error as error:
        yield Line(f"{name}:{max(begun, rows.line_num)}", {}, f"is no CSV: {error}")


def _header(cells: Sequence[str], place: str) -> list[str]:
    """The names of the columns; wrong ones are told once, and not for each row."""
    wrong = [cell for cell in cells if cell and not _known(cell)]
    if wrong:
        names = ["prompt", *SHORT_NAMES, *_OWN]
        raise InputError(
            f"{place}: unknown column '{brief(wrong[0])}'{suggestion(wrong[0], names)}"
        )
    twice = next((cell for at, cell in enumerate(cells) if cell and cell in cells[:at]), None)
    if twice is not None:
        raise InputError(f"{place}: two columns are named '{brief(twice)}'")
    return list(cells)
