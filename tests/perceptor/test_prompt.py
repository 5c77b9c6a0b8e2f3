from __future__ import annotations

import subprocess
import sys

import pytest

from drawkit.errors import InputError
from drawkit.perceptor.prompt import Prompt


@pytest.mark.parametrize(
    ("given", "text", "weight"),
    [
        ("a cat", "a cat", 1.0),
        ("a cat:2", "a cat", 2.0),
        ("a cat: 0.5", "a cat", 0.5),
        ("a dog:-0.5", "a dog", -0.5),
        ("time: the end", "time: the end", 1.0),
        ("ratio 16:9:2", "ratio 16:9", 2.0),
        ("a cat:", "a cat:", 1.0),
        (" a cat ", "a cat", 1.0),
        ("kočka 猫", "kočka 猫", 1.0),
    ],
)
def test_a_number_behind_the_last_colon_is_the_weight(given: str, text: str, weight: float) -> None:
    assert Prompt.parse(given) == Prompt(text, weight)


@pytest.mark.parametrize(
    "given", ["", "  ", ":2", "a\ncat", "a\x00cat", "a\x1b[31mcat", "a cat:nan", "a cat:inf", "x:0"]
)
def test_what_cannot_be_drawn_is_refused_in_one_line(given: str) -> None:
    with pytest.raises(InputError) as error:
        Prompt.parse(given)
    message = str(error.value)
    assert message.isprintable()


def test_prompts_and_defaults_load_without_torch() -> None:
    code = (
        "import sys, drawkit.perceptor.prompt, drawkit.perceptor.defaults;"
        "sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
