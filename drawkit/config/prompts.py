"""What to draw, as it was said: texts, and the prompts that they hold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from drawkit.config.emoji import spelled
from drawkit.config.grammar import parse_prompts
from drawkit.config.prompt import MOST_WEIGHT, Prompt, typed
from drawkit.errors import InputError, brief
from drawkit.files import expanded, is_file, read_text

__all__ = [
    "MOST_WEIGHT",
    "Prompt",
    "Prompts",
    "name_list",
    "parse_prompts",
    "prompt_lines",
    "read_prompts",
    "typed",
]


@dataclass(frozen=True)
class Prompts:
    """What to draw: the texts as they were typed, for records, and the prompts read from them.

    told: all that was read as texts, with files by their names alone; a file may hold some of it.
    """

    texts: tuple[str, ...] = ()
    read: tuple[Prompt, ...] = ()
    told: tuple[str, ...] = ()

    def __iter__(self) -> Iterator[Prompt]:
        """The prompts, in the order in which they were said."""
        return iter(self.read)

    @property
    def main(self) -> Prompt:
        """The first that is to be drawn, or else the first; there must be one."""
        return next((prompt for prompt in self.read if prompt.weight > 0), self.read[0])

    @property
    def title(self) -> str:
        """What a drawing is named after: the main prompt's words, or the name of its picture."""
        return self.main.name

    @property
    def files(self) -> tuple[str, ...]:
        """The files that they name, as they were typed."""
        return tuple(file for prompt in self.read for file in prompt.files)


def read_prompts(texts: Sequence[str]) -> Prompts:
    """The prompts of several texts, with emoji and symbols read by their names."""
    found, told = [], []
    for text in texts:
        own = parse_prompts(text)
        for at, prompt in enumerate(own):
            words = prompt.text if prompt.picture else spelled(prompt.text)
            if words != prompt.text:
                note = f"'{brief(prompt.text)}' is read as '{brief(words)}'"
                own[at] = replace(prompt, text=words, note=prompt.note or note)
        found += own
        named = any(prompt.files for prompt in own)
        told.append(" | ".join(str(prompt.placeless) for prompt in own) if named else text)
    return Prompts(tuple(texts), tuple(found), tuple(told))


def prompt_lines(path: str) -> list[str]:
    """The texts of a file, one a line; empty lines are none.

    Raises FileError for what is no text, InputError for a line that cannot be read and a file
    that holds none.
    """
    lines = read_text(expanded(path)).splitlines()
    for number, line in enumerate(lines, start=1):
        try:
            parse_prompts(line) if line.strip() else ()
        except InputError as error:
            raise InputError(f"'{path}', line {number}: {error}") from error
    said = [line for line in lines if line.strip()]
    if not said:
        raise InputError(f"'{path}' holds no prompt; allowed: one a line")
    return said


def name_list(given: str | None, flag: str) -> list[str]:
    """The names of `a,b,c`, or the lines of a file; none where it is not given.

    Raises InputError, naming the flag, where there is none in it.
    """
    if given is None:
        return []
    listed = is_file(expanded(given))
    found = [name.strip() for name in (prompt_lines(given) if listed else given.split(","))]
    found = list(dict.fromkeys(name for name in found if name))
    if not found:
        raise InputError(f"{flag} names nothing; allowed: a,b,c or a file with a name a line")
    return found
