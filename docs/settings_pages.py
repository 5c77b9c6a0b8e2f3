"""The page of all settings, read from the dataclasses that hold them."""

from __future__ import annotations

import ast
import html
import inspect
import json
import re
import textwrap
import types
from dataclasses import MISSING, Field, fields
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from drawkit.config import SHORT_NAMES
from drawkit.config.limits import Limits
from drawkit.config.renamed import RENAMED
from drawkit.engine import sections
from drawkit.perceptor.defaults import defaults_for

__all__ = ["cell", "default_text", "settings_page", "takes"]

HEAD = """# Settings

Every setting has a section and a key. Set one with `--set section.key=value`, in a `drawkit.toml`,
in a style, or from Python with `settings={"section.key": value}`. Many have a flag and a Python
keyword of their own, named in the last column. `drawkit config show` prints the settings that a
drawing would use and where each one came from.

*suited* is what the built-in perceptor gets instead of the default, for strokes and for pixels;
what you set wins over it.
"""
_NAMES = {int: "whole number", float: "number", bool: "true or false", str: "text"}
_CANVASES = ("strokes", "pixels")


def settings_page() -> str:
    """The whole page, as Markdown."""
    parts = [HEAD, _old_names()]
    for section, cls in sections().items():
        parts.append(f"## {section}\n\n{_summary(cls)}\n\n{_table(section, cls)}\n")
    return "\n".join(parts)


def _old_names() -> str:
    """What settings were called before."""
    names = "; ".join(f"`{old}` is `{new}`" for old, new in RENAMED.items())
    return (
        f"Names of an earlier release go on working, with a line that says the new one: {names}.\n"
    )


def _table(section: str, cls: type[Any]) -> str:
    hints, meanings = get_type_hints(cls, include_extras=True), field_docs(cls)
    rows = ["| key | takes | default | meaning | flag |", "|---|---|---|---|---|"]
    for field in fields(cls):
        default = f"{cell(f'`{default_text(_default(field))}`')}{_suited(section, field.name)}"
        row = (
            f"`{field.name}`",
            cell(takes(hints[field.name])),
            default,
            cell(meanings[field.name]),
            _flag(f"{section}.{field.name}"),
        )
        rows.append(f"| {' | '.join(row)} |")
    return "\n".join(rows)


def _summary(cls: type[Any]) -> str:
    """The class's own docstring: its first paragraph."""
    return inspect.cleandoc(cls.__doc__ or "").split("\n\n")[0]


def _suited(section: str, key: str) -> str:
    """What the built-in perceptor gets in place of the default."""
    found = {}
    for canvas in _CANVASES:
        own = defaults_for("builtin", canvas).get(section, {})
        if key in own:
            found[canvas] = default_text(own[key])
    texts = set(found.values())
    if not texts:
        return ""
    if len(found) == len(_CANVASES) and len(texts) == 1:
        return "; suited " + cell(f"`{texts.pop()}`")
    return "; suited " + ", ".join(cell(f"`{text}`") + f" ({n})" for n, text in found.items())


def _flag(setting: str) -> str:
    short = next((name for name, full in SHORT_NAMES.items() if full == setting), None)
    return "" if short is None else f"`--{short.replace('_', '-')}`"


def _default(field: Field[Any]) -> Any:
    if field.default is not MISSING:
        return field.default
    assert field.default_factory is not MISSING
    return field.default_factory()


def default_text(value: Any) -> str:
    """A value as a `drawkit.toml` has it."""
    if value is None:
        return "none"
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, tuple | list):
        return f"[{', '.join(default_text(item) for item in value)}]"
    return json.dumps(value, ensure_ascii=False)


def takes(hint: Any) -> str:
    """What a field of this type takes, in words, with its limits."""
    origin, args = get_origin(hint), get_args(hint)
    if origin is Annotated:
        limits = [extra for extra in args[1:] if isinstance(extra, Limits)]
        return f"{takes(args[0])} {limits[0]}" if limits else takes(args[0])
    if origin is Literal:
        return ", ".join(str(arg) for arg in args)
    if origin in (Union, types.UnionType):
        return " or ".join(takes(arg) for arg in args)
    if origin is tuple and args[-1:] == (Ellipsis,):
        return f"list of {takes(args[0])}"
    if origin is tuple:
        return f"[{', '.join(takes(arg) for arg in args)}]"
    if hint is type(None):
        return "none"
    return _NAMES[hint]


def field_docs(cls: type[Any]) -> dict[str, str]:
    """Name -> meaning of every field: the text that stands under it in the source."""
    found: dict[str, str] = {}
    for base in reversed(cls.__mro__[:-1]):
        (body,) = ast.parse(textwrap.dedent(inspect.getsource(base))).body
        assert isinstance(body, ast.ClassDef)
        for before, node in zip(body.body, body.body[1:], strict=False):
            if isinstance(before, ast.AnnAssign) and isinstance(node, ast.Expr):
                name, text = ast.unparse(before.target), ast.literal_eval(node.value)
                found[name] = " ".join(text.split())
    return found


def cell(text: str) -> str:
    """A text as it may stand in a table, where a bar within backticks would show its escape."""
    parts = re.split(r"(`[^`]*`)", text)
    for place, part in enumerate(parts):
        if part.startswith("`") and "|" in part:
            bars = html.escape(part.strip("`"), quote=False).replace("|", "&#124;")
            parts[place] = f"<code>{bars}</code>"
        else:
            parts[place] = part.replace("|", "\\|")
    return "".join(parts)
