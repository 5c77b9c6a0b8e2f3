"""Settings in layers: every later layer overrides, and every value knows where it came from."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar, get_type_hints

import drawkit
from drawkit.config.coerce import Raw, coerce
from drawkit.config.prompts import Prompts, prompt_lines, read_prompts
from drawkit.config.renamed import with_new_names
from drawkit.config.toml import toml_value
from drawkit.errors import ConfigError, InputError, suggestion

__all__ = [
    "PROMPTS",
    "PROMPTS_FILE",
    "Given",
    "Settings",
    "from_assignments",
    "from_sections",
    "resolve",
]

DEFAULT = "default"
PROMPTS = "draw.prompts"
PROMPTS_FILE = "draw.prompts_file"
_CALL = "prompt"
"""What a call of the library names its words."""
NO_PROMPTS = Prompts()
T = TypeVar("T")


@dataclass(frozen=True)
class Given:
    """A value that a layer sets, and where: `drawkit.toml:3`, `--strokes`, `style ink`."""

    value: Any
    source: str


Layer = Mapping[str, Given]
"""`section.key` -> what it is set to. Layers stack by `{**lower, **higher}`."""


@dataclass(frozen=True)
class Settings:
    """Every section's own dataclass, filled from the layers, with the source of each value.

    prompts: what to draw, apart from the sections; most parts are handed the settings without.
    """

    sections: Mapping[str, Any]
    sources: Mapping[str, str]
    prompts: Prompts = NO_PROMPTS

    def get(self, section: str, cls: type[T]) -> T:
        """The dataclass of one section, which must be of type `cls`."""
        config = self.sections[section]
        if not isinstance(config, cls):
            raise TypeError(f"section '{section}' is a {type(config).__name__}")
        return config

    def without(self, names: Collection[str]) -> Settings:
        """The same settings less some sections."""
        kept = {name: config for name, config in self.sections.items() if name not in names}
        return dataclasses.replace(self, sections=kept)

    def saying(self, said: Given, file: str | None = None) -> Settings:
        """The same settings with these prompts: read already, or texts. file: of more, one a line.

        Raises ConfigError for all else, and InputError for a file that is none.
        """
        prompts = said.value
        if not isinstance(prompts, Prompts):
            try:
                texts = coerce(prompts, tuple[str, ...])
                prompts = read_prompts(texts)
            except InputError as error:
                if said.source != _CALL:
                    raise ConfigError(f"{said.source}: {PROMPTS} {error}") from error
                raise  # who calls with words hears of the words alone, as at the command line
            except ValueError as error:
                raise ConfigError(f"{said.source}: {PROMPTS} {error}") from error
        if file is not None:
            more = read_prompts(prompt_lines(file))
            read, told = (*prompts.read, *more.read), (*prompts.told, *more.told)
            prompts = dataclasses.replace(prompts, read=read, told=told)
        sources = {**self.sources, PROMPTS: said.source}
        return dataclasses.replace(self, sources=sources, prompts=prompts)

    def changed(self, section: str, **values: Any) -> Settings:
        """The same settings with other values in one section."""
        config = dataclasses.replace(self.sections[section], **values)
        return dataclasses.replace(self, sections={**self.sections, section: config})

    def wordless(self) -> Settings:
        """The same settings for parts that are told the prompts apart, or need none."""
        return dataclasses.replace(self, prompts=NO_PROMPTS)

    def rows(self) -> Iterator[tuple[str, str, Any, str]]:
        """(section, key, value, source) of every setting, in order."""
        for section, config in self.sections.items():
            for field in dataclasses.fields(config):
                key = f"{section}.{field.name}"
                value = self.prompts.texts if key == PROMPTS else getattr(config, field.name)
                yield section, field.name, value, self.sources.get(key, DEFAULT)

    def as_dict(self) -> dict[str, dict[str, Any]]:
        """Plain nested data: section -> key -> value, for JSON and for the drawing's metadata."""
        plain: dict[str, dict[str, Any]] = {section: {} for section in self.sections}
        for section, key, value, _ in self.rows():
            plain[section][key] = list(value) if isinstance(value, tuple) else value
        return plain

    def fingerprint(self, *more: object) -> str:
        """SHA-256 of the settings, of drawkit's version and of `more`: alike, the same drawing."""
        facts: list[object] = [drawkit.__version__, self.as_dict(), *more]
        if len(self.prompts.told) > len(self.prompts.texts):
            facts.append(self.prompts.told)  # whatever file they came from
        return hashlib.sha256(json.dumps(facts, sort_keys=True, default=str).encode()).hexdigest()

    def to_toml(self) -> str:
        """The settings as a TOML file that gives the same settings again, sources as comments."""
        lines: list[str] = []
        current = None
        for section, key, value, source in self.rows():
            if section != current:
                lines += ["", f"[{section}]"] if lines else [f"[{section}]"]
                current = section
            lines.append(f"{key} = {toml_value(value)}".ljust(40) + f"  # {source}")
        return "\n".join(lines) + "\n"


def from_sections(values: Mapping[str, Mapping[str, Any]], source: str) -> dict[str, Given]:
    """A layer from nested data: section -> key -> value, all from one source."""
    return {
        f"{section}.{key}": Given(value, source)
        for section, keys in values.items()
        for key, value in keys.items()
    }


def from_assignments(assignments: list[str], source: str = "--set") -> dict[str, Given]:
    """A layer from `section.key=value` texts."""
    layer: dict[str, Given] = {}
    for text in assignments:
        key, equals, value = text.partition("=")
        if not equals or "." not in key.strip().strip("."):
            raise ConfigError(f"{source} takes section.key=value, got '{text}'")
        layer[key.strip()] = Given(Raw(value.strip()), source)
    return with_new_names(layer, lambda key: source)


def resolve(types: Mapping[str, type[Any]], layer: Layer) -> Settings:
    """Build every section's dataclass: its defaults with `layer` on top, checked by its types."""
    _refuse_unknown(types, layer)
    rest = {key: given for key, given in layer.items() if key != PROMPTS}
    sections = {name: _build(name, cls, rest) for name, cls in types.items()}
    settings = Settings(sections, {key: given.source for key, given in layer.items()})
    return settings.saying(layer[PROMPTS]) if PROMPTS in layer else settings


def _build(section: str, cls: type, layer: Layer) -> Any:
    hints = _hints(cls)
    values: dict[str, Any] = {}
    given_here: dict[str, Given] = {}
    for field in dataclasses.fields(cls):
        given = layer.get(f"{section}.{field.name}")
        if given is not None:
            given_here[field.name] = given
            values[field.name] = _read(section, field, hints[field.name], given)
    try:
        return cls(**values)
    except ValueError as error:
        raise ConfigError(f"{_blamed(section, str(error), given_here)}{error}") from error


@cache  # a drawing's settings are built ten times, with the flags, the style, the quality
def _hints(cls: type) -> Mapping[str, Any]:
    return get_type_hints(cls)


def _read(section: str, field: dataclasses.Field[Any], hint: Any, given: Given) -> Any:
    """One value, through the field's own `parse` where it has one, as the field's type."""
    parse = field.metadata.get("parse")
    try:
        return coerce(given.value if parse is None else parse(given.value), hint)
    except ValueError as error:
        raise ConfigError(f"{given.source}: {section}.{field.name} {error}") from error


def _blamed(section: str, message: str, given: Mapping[str, Given]) -> str:
    """`--max-width: ` before a dataclass's own complaint: the sources of the keys that it names."""
    words = re.findall(r"\w+", message.replace(f"{section}.", ""))
    named = dict.fromkeys(given[word].source for word in words if word in given)
    return f"{', '.join(named)}: " if named else ""


def _refuse_unknown(types: Mapping[str, type[Any]], layer: Layer) -> None:
    known = [f"{name}.{f.name}" for name, cls in types.items() for f in dataclasses.fields(cls)]
    for key, given in layer.items():
        section, _, name = key.rpartition(".")
        if key in known or (not name and any(f"{k}.".startswith(key) for k in types)):
            continue
        if section not in types:
            hint = suggestion(section, types)
            raise ConfigError(f"{given.source}: unknown section '{section}'{hint}")
        fields = [f.name for f in dataclasses.fields(types[section])]
        elsewhere = [k for k in known if k.endswith(f".{name}")]
        near = f"; did you mean '{elsewhere[0]}'?" if elsewhere else suggestion(name, fields)
        raise ConfigError(f"{given.source}: unknown setting '{key}'{near}")
