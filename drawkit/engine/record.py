"""What a run writes into its files: the settings that matter, and files by name, never by folder.

A setting whose files are inputs says so in its field: `field(..., metadata={"file": True})`, and
`"most"`, in bytes, where they may be larger than others.
"""

from __future__ import annotations

import dataclasses
import hashlib
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from drawkit.config import Settings, parse_prompts
from drawkit.config.layers import PROMPTS
from drawkit.files import expanded, readable
from drawkit.scene import Detail

__all__ = [
    "Record",
    "base_name",
    "file_hash",
    "file_names",
    "input_files",
    "refuse_endless",
    "settings_record",
    "short_versions",
    "with_whole_paths",
]

_WEIGHT = re.compile(r":[+-]?[\d.]+")
_SAID_ELSEWHERE = {PROMPTS, "draw.seed", "draw.metadata", "draw.save_every", "draw.threads"}
_ROOTS = {"draw.canvas", "perceptor.models"}
"""What the defaults of other settings follow from: these are held against their own."""
_HASH = 16
"""Hexadecimal digits of a weights hash in a short record."""
_SHORT_VERSIONS = ("drawkit", "torch", "numba", "threads")
_CHUNK = 1 << 20
_LARGEST = 1 << 30
"""Bytes of an input at most, where its field says no other; VQGANs have nearly that."""


class Record:
    """What the files of one run say of its settings, versions and inputs.

    plain: what the settings are where the user sets nothing. pictures: files that prompts name.
    detail: all of it, what differs and matters, or nothing. The inputs are read once, when the run
    begins. config: section -> key -> value. inputs: name -> SHA-256 of every file that the run
    reads, but for perceptors and styles.
    """

    def __init__(
        self,
        settings: Settings,
        plain: Settings,
        pictures: Sequence[str],
        versions: Mapping[str, str],
        detail: Detail,
    ) -> None:
        short = detail == "short"
        files = [*map(expanded, pictures), *input_files(settings)]
        self._plain = plain if short else None
        self.config = settings_record(settings, self._plain)
        self.inputs = {path.name: file_hash(path) for path in files if path.is_file()}
        self.versions = short_versions(versions) if short else versions
        self.detail = detail

    def ended(self, settings: Settings, step: int) -> None:
        """Say after which step a run ended before its last one; without a clock it does so too."""
        settings = settings.changed("optimize", patience=None, last_step=step)
        self.config = settings_record(settings, self._plain)


def settings_record(settings: Settings, plain: Settings | None) -> dict[str, dict[str, Any]]:
    """The settings as section -> key -> value, files by their names.

    plain: what the settings are where nothing is set: only what differs from it is told, and not
    what the record has a place of its own for; None: all is told.
    """
    record: dict[str, dict[str, Any]] = {}
    for section, key, value, _ in settings.rows():
        name = f"{section}.{key}"
        if plain is not None and (name in _SAID_ELSEWHERE or _same(plain, section, key, value)):
            continue
        # Also where a plug-in forgot to say that it names files.
        value = settings.prompts.told if name == PROMPTS else file_names(value)
        record.setdefault(section, {})[key] = list(value) if isinstance(value, tuple) else value
    return record


def input_files(settings: Settings) -> Iterator[Path]:
    """What is there of all that the settings name as files, but for perceptors and styles."""
    return (path for path, _ in _inputs(settings))


def _inputs(settings: Settings) -> Iterator[tuple[Path, int]]:
    """The same, with how many bytes each may have at most."""
    for section, key, value, _ in settings.rows():
        if (section, key) in (("perceptor", "models"), ("draw", "style")):
            continue
        about = _field(settings.sections[section], key).metadata
        if about.get("file"):
            for text in [value] if isinstance(value, str) else value or ():
                path = next(_paths(text), None)
                if path is not None:
                    yield path, about.get("most", _LARGEST)


def refuse_endless(settings: Settings) -> None:
    """Raise FileError for an input of no end, a pipe or GBs, before anything reads it."""
    for path, most in _inputs(settings):
        if not path.is_dir():  # of the name of a colour, perhaps
            readable(path, most)


def short_versions(versions: Mapping[str, str]) -> dict[str, str]:
    """What a drawing's bytes depend on most: a few packages, the threads, the perceptors."""
    kept = {name: versions[name] for name in _SHORT_VERSIONS if name in versions}
    for name, value in versions.items():
        if name.startswith(("perceptor", "imagination")):
            kept[name] = value[:_HASH] if name.endswith("weights") else value
    return kept


def file_names(value: Any) -> Any:
    """A setting's value, or those of a tuple, with files by their names alone."""
    if isinstance(value, tuple | list):
        return type(value)(file_names(item) for item in value)
    return base_name(value) if isinstance(value, str) else value


def base_name(text: str) -> str:
    """`@/home/kim/cat.png:16` -> `@cat.png:16`; a text that names nothing that is there stays."""
    path = next(_paths(text), None)
    if path is None:
        return text
    start = text.find(str(path))
    start = text.find("~") if start < 0 else start
    end = _WEIGHT.search(text, text.rfind("/"))
    return text[:start] + path.name + (end[0] if end and end.end() == len(text) else "")


def _paths(text: str) -> Iterator[Path]:
    """The file or folder that is there and that a text names, with what settings put around it.

    `PATH`, `@PATH`, `PATH:WEIGHT`, `NAME:PATH` and `local-dir:PATH`, and those together.
    """
    weightless = _WEIGHT.sub("", text[-20:])
    for whole in dict.fromkeys((text, text[:-20] + weightless)):
        for start in (0, whole.find("@") + 1, whole.find(":") + 1):
            path = expanded(whole[start:])
            try:
                if path.name and path.exists():
                    yield path
            except (OSError, ValueError):  # too long for a name, or with a zero byte in it
                continue


def _field(config: Any, key: str) -> dataclasses.Field[Any]:
    return next(field for field in dataclasses.fields(config) if field.name == key)


def _same(plain: Settings, section: str, key: str, value: Any) -> bool:
    config = plain.sections.get(section)
    if config is None:
        return False
    usual = getattr(type(config) if f"{section}.{key}" in _ROOTS else config, key)
    return bool(usual == value)


def with_whole_paths(settings: Settings) -> Settings:
    """The same settings with the files that they name by their whole paths, for any folder."""
    sections = {}
    for section, config in settings.sections.items():
        values = {
            field.name: _whole(getattr(config, field.name))
            for field in dataclasses.fields(config)
            if field.metadata.get("file")
        }
        sections[section] = dataclasses.replace(config, **values) if values else config
    said = settings.prompts
    texts = tuple(map(_whole_prompts, said.texts))
    prompts = dataclasses.replace(said, texts=texts)
    return dataclasses.replace(settings, sections=sections, prompts=prompts)


def _whole(value: Any) -> Any:
    """A setting's value, or those of a tuple, with whole paths; a name that needs none stays."""
    if isinstance(value, tuple):
        return tuple(map(_whole, value))
    path = next(_paths(value), None) if isinstance(value, str) else None
    if path is None or not (path.is_file() or value.startswith("local-dir:") or os.sep in value):
        return value
    return value.replace(str(path), os.path.abspath(path), 1)


def _absolute(file: str) -> str:
    return os.path.abspath(expanded(file))


def _whole_prompts(text: str) -> str:
    prompts = parse_prompts(text)
    if not any(prompt.files for prompt in prompts):
        return text
    return " | ".join(str(prompt.with_files(_absolute)) for prompt in prompts)


def file_hash(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal digits."""
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while data := file.read(_CHUNK):
            digest.update(data)
    return digest.hexdigest()
