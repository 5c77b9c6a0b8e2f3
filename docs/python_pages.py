"""The page of the Python library: public names, their signatures and their docstrings."""

from __future__ import annotations

import importlib
import inspect
import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any, is_typeddict

from settings_pages import field_docs

__all__ = ["MODULES", "python_page"]

HEAD = """# Python

What these modules offer, with signatures and docstrings from the code. [Creative
coders](../users/creative-coder.md) shows how the parts go together.
"""

MODULES = (
    "drawkit",
    "drawkit.engine",
    "drawkit.games.animate",
    "drawkit.pixelart.pixelate",
    "drawkit.palettes",
    "drawkit.scene",
    "drawkit.scene.layers",
    "drawkit.scene.path",
    "drawkit.scene.grid",
    "drawkit.raster",
    "drawkit.raster.backends",
    "drawkit.registry",
    "drawkit.config.limits",
    "drawkit.canvas.contract",
    "drawkit.losses",
    "drawkit.export",
    "drawkit.perceptor",
    "drawkit.errors",
)
"""In the order of the page. A name stands under the first of them that offers it."""
LINE = 88
STATEMENT = re.compile(r"(from \S+ import \w.*|[a-z_.]+\(.*\)[.\w(\")]*)")
"""A line of a docstring that is Python without being indented."""


def python_page() -> str:
    """The whole page, as Markdown."""
    parts, told = [HEAD], set[int]()
    for name in MODULES:
        module = importlib.import_module(name)
        parts.append(f"## {name}\n\n{prose(module.__doc__)}\n")
        for public in module.__all__:
            thing = getattr(module, public)
            real = inspect.isclass(thing) or inspect.isroutine(thing)
            if real and inspect.getdoc(thing) and id(thing) not in told:
                told.add(id(thing))
                parts.append(_entry(public, thing))
    return "\n".join(parts)


def _entry(name: str, thing: Any) -> str:
    parts = [f"### {name}\n", _code(_signature(name, thing)), prose(inspect.getdoc(thing))]
    if inspect.isclass(thing):
        parts += _members(thing)
    return "\n".join(parts) + "\n"


def _signature(name: str, thing: Any) -> str:
    word = "class" if inspect.isclass(thing) else "def"
    if inspect.isclass(thing) and issubclass(thing, BaseException):
        return f"class {name}({', '.join(base.__name__ for base in thing.__bases__)})"
    if is_typeddict(thing):
        return "\n".join([f"class {name}(TypedDict):", *_keys(thing)])
    if getattr(thing, "_is_protocol", False):
        return f"class {name}(Protocol)"
    signature = _plain(inspect.signature(thing))
    if inspect.isclass(thing):
        signature = signature.replace(return_annotation=inspect.Signature.empty)
    line = f"{word} {name}{signature}"
    if len(line) <= LINE:
        return line
    given = ",\n    ".join(_parameters(signature))
    back = signature.return_annotation
    arrow = "" if back is inspect.Signature.empty else f" -> {_annotation(back)}"
    return f"{word} {name}(\n    {given},\n){arrow}"


def _keys(keywords: Any) -> Iterator[str]:
    """Keywords with their types, those of its bases among them."""
    for name, hint in sorted(keywords.__annotations__.items()):
        written = getattr(hint, "__forward_arg__", None)
        yield f"    {name}: {written or _annotation(hint)}"


def _parameters(signature: inspect.Signature) -> Iterator[str]:
    starred = False
    for parameter in signature.parameters.values():
        if parameter.kind is parameter.VAR_POSITIONAL:
            starred = True
        if parameter.kind is parameter.KEYWORD_ONLY and not starred:
            starred = True
            yield "*"
        yield str(parameter)


class _Written:
    """An annotation or default that is printed as it stands in the source."""

    def __init__(self, text: str) -> None:
        self._text = text

    def __repr__(self) -> str:
        return self._text


def _plain(signature: inspect.Signature) -> inspect.Signature:
    """Without `self`, with annotations and defaults as people write them."""
    kept = []
    for parameter in signature.parameters.values():
        if parameter.name in ("self", "cls"):
            continue
        annotation, default = parameter.annotation, parameter.default
        if annotation is not parameter.empty:
            annotation = _Written(_annotation(annotation))
        if "factory" in repr(default):
            default = _Written("...")
        elif is_dataclass(default):
            default = _Written(f"{type(default).__name__}()")
        elif callable(default) and default is not parameter.empty:
            default = _Written("...")
        kept.append(parameter.replace(annotation=annotation, default=default))
    back = signature.return_annotation
    if back is not signature.empty and back is not None:
        back = _Written(_annotation(back))
    return signature.replace(parameters=kept, return_annotation=back)


def _annotation(annotation: Any) -> str:
    return annotation if isinstance(annotation, str) else inspect.formatannotation(annotation)


def _members(cls: type[Any]) -> list[str]:
    """Fields, properties and methods that have a docstring of their own."""
    rows = []
    if is_dataclass(cls):
        meanings = field_docs(cls)
        for field in fields(cls):
            if not field.name.startswith("_") and field.name in meanings:
                rows.append(_row(field.name, meanings[field.name]))
    for name, member in vars(cls).items():
        if name.startswith("_") or not isinstance(
            member, property | classmethod | staticmethod | type(_row)
        ):
            continue
        if text := inspect.getdoc(member):
            rows.append(_row(_call(name, member), text))
    return ["", *rows] if rows else []


def _call(name: str, member: Any) -> str:
    if isinstance(member, property):
        return name
    function = getattr(member, "__func__", member)
    return f"{name}{_plain(inspect.signature(function))}"


def _row(name: str, text: str) -> str:
    """One member, with its text indented below it."""
    indented = "\n".join(f"    {line}".rstrip() for line in prose(text).splitlines())
    return f"`{name}`\n\n:{indented[1:]}\n"


def _code(text: str) -> str:
    return f"```python\n{text}\n```\n"


def prose(text: str | None) -> str:
    """A docstring as Markdown: what is indented or drawn is code, all else is plain words."""
    blocks = []
    for block in inspect.cleandoc(text or "").split("\n\n"):
        lines = block.splitlines()
        if any(line.startswith(("    ", "├", "└", "│")) for line in lines):
            blocks.append("\n".join(f"    {line.removeprefix('    ')}" for line in lines))
        elif all(STATEMENT.fullmatch(line) for line in lines):
            blocks.append("\n".join(f"    {line}" for line in lines))
        else:
            blocks.append(_escaped(block))
    return "\n\n".join(blocks)


def _escaped(text: str) -> str:
    """Nothing outside of backticks is markup."""
    parts = re.split(r"(`[^`]*`)", text)
    plain = [re.sub(r"([*_\[\]#])", r"\\\1", part).replace("<", "&lt;") for part in parts[::2]]
    parts[::2] = plain
    return "".join(parts)
