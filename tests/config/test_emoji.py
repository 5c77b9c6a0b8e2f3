"""Emoji and symbols read by their names, in whatever way they are typed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drawkit.config import read_prompts
from drawkit.config.emoji import NAMES, spelled
from drawkit.errors import InputError

VS15, VS16, ZWJ = "\ufe0e", "\ufe0f", "\u200d"
LIGHT, DARK = "\U0001f3fb", "\U0001f3ff"
ENGLAND = "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("🐱", "cat face"),
        ("🐱🌈", "cat face and rainbow"),
        ("🐱 🌈", "cat face and rainbow"),
        ("a 🐱 with a 🎩", "a cat face with a top hat"),
        ("red🍎pie", "red red apple pie"),
        ("🐱, a dog", "cat face, a dog"),
        ("two ⭐!", "two star!"),
        # variation selectors
        ("❤", "red heart"),
        (f"❤{VS16}", "red heart"),
        (f"❤{VS15}", "red heart"),
        (f"☕{VS16}", "hot beverage"),
        # skin tones
        (f"👍{DARK}", "thumbs up"),
        (f"👋{LIGHT}👋", "waving hand and waving hand"),
        # sequences
        (f"👩{ZWJ}🚀", "woman astronaut"),
        (f"👩{DARK}{ZWJ}🚀", "woman astronaut"),
        (f"❤{VS16}{ZWJ}🔥", "heart on fire"),
        (f"❤{ZWJ}🔥", "heart on fire"),
        (f"👨{ZWJ}👩{ZWJ}👧{ZWJ}👦", "family: man, woman, girl, boy"),
        (f"👩{ZWJ}🐱", "woman and cat face"),  # which nobody has defined
        # flags
        ("🇩🇪", "flag of Germany"),
        ("🇩🇪🇫🇷", "flag of Germany and flag of France"),
        (f"🏳{VS16}{ZWJ}🌈", "rainbow flag"),
        (ENGLAND, "flag of England"),
        # keycaps
        (f"3{VS16}\u20e3", "keycap 3"),
        ("3\u20e3", "keycap 3"),
        (f"#{VS16}\u20e3", "keycap #"),
        # symbols
        ("★", "star"),
        ("♥", "heart suit"),
        ("→", "right-pointing arrow"),
        (f"©{VS16}", "copyright"),
        # ordinary text
        ("a cat", "a cat"),
        ("kočka 猫 قط क्‍ष", "kočka 猫 قط क्‍ष"),
        ("3\u00d73 — “a”… 20 °C, 5 € ™", "3\u00d73 — “a”… 20 °C, 5 € ™"),
        (f"a{ZWJ}b", f"a{ZWJ}b"),
    ],
)
def test_names(typed: str, read: str) -> None:
    assert spelled(typed) == read


def test_what_has_no_name_is_left_out() -> None:
    assert spelled(f"a cat{LIGHT}") == "a cat"
    assert spelled(f"a cat {LIGHT}") == "a cat "
    with pytest.raises(InputError, match="empty"):
        read_prompts([LIGHT])


@given(st.text())
def test_any_text_is_read(text: str) -> None:
    once = spelled(text)
    if text.isascii():
        assert once == text
    assert spelled(once) == once


def test_a_line_says_how_they_are_read() -> None:
    (cat, dog) = read_prompts(["🐱🌈:2 | a dog:-0.5"])
    assert (cat.text, cat.weight) == ("cat face and rainbow", 2.0)
    assert cat.note == "'🐱🌈' is read as 'cat face and rainbow'"
    assert (dog.text, dog.note) == ("a dog", "")


def test_what_is_shipped_is_small_and_has_its_licence() -> None:
    files = [path for path in NAMES.parent.iterdir() if path.is_file()]
    assert sum(path.stat().st_size for path in files) <= 60_000
    licence = (NAMES.parent / "LICENSE").read_text(encoding="utf-8")
    assert "UNICODE LICENSE V3" in licence
    assert NAMES.name in licence


def test_names_are_those_of_unicode() -> None:
    """Against CLDR itself, where this machine has it."""
    source = Path("/work/shared/perceptor-art/cldr")
    if not source.is_dir():
        pytest.skip("CLDR is not here")
    found: dict[str, Any] = {}
    for stem, key in (("annotations", "annotations"), ("annotationsDerived", "annotationsDerived")):
        found |= json.loads((source / f"{stem}.json").read_text())[key]["annotations"]
    emoji = {text: entry["tts"][0] for text, entry in found.items() if ord(text[0]) > 0x1F000}
    tones = "\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff"
    plain = {text: name for text, name in emoji.items() if not set(tones) & set(text)}
    assert len(plain) > 1500
    for text, name in plain.items():
        assert spelled(text) == name.replace("flag: ", "flag of ").replace("keycap: ", "keycap "), (
            text
        )
    for text in emoji:
        assert spelled(text) == spelled(text.translate(dict.fromkeys(map(ord, tones))))
