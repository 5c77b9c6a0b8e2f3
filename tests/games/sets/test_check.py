"""Every mistake of a set is found as its file is read, at the price of no perceptor."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from drawkit.errors import ConfigError
from drawkit.games.sets import SpriteSet
from drawkit.games.sets.check import check_perceptors
from drawkit.games.sets.plan import read_set

HEAD = """
size = 12
model = "fake"
steps = 2
[pixels]
side = 24
"""
GOOD = '[[sprite]]\nprompt = "a knight"\n'


@pytest.fixture(autouse=True)
def no_perceptor(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object, **named: object) -> None:
        raise AssertionError("a perceptor was opened")

    monkeypatch.setattr("drawkit.engine.session.open_perceptor", refuse)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Image.new("RGB", (12, 12), "red").save("good.png")
    Image.new("L", (12, 12), 255).save("mask.png")
    Path("text.png").write_text("no picture")
    return tmp_path


def read(text: str) -> SpriteSet:
    Path("game.toml").write_text(text)
    return read_set(Path("game.toml"))


@pytest.mark.parametrize(
    ("sprite", "words"),
    [
        ('prompt = ""', "prompt is empty"),
        ('prompt = "  "', "prompt is empty"),
        ("prompt = []", "sprite 2: has no prompt"),
        ('prompt = ["a cat", ""]', "prompt is empty"),
        ('prompt = "a\\u0000cat"', "control character"),
        ('prompt = "x"\nname = ""', "name is ''; it needs a letter or digit"),
        ('prompt = "x"\nname = " "', "name is ' '; it needs"),
        ('prompt = "x"\nname = "***"', "it needs a letter or digit"),
        ('prompt = "x"\nname = "a\\nb"', "on one line"),
        ('prompt = "x"\nname = "../a"', "no slash"),
        ('prompt = "x"\nname = "a\\\\b"', "no slash"),
        (f'prompt = "x"\nname = "{"n" * 101}"', "up to 100 characters"),
        ('prompt = "x"\nname = 3', "name takes text"),
        ('prompt = "x"\ninit = "no.png"', "'no.png' does not exist"),
        ('prompt = "x"\ninit = "text.png"', "text.png"),
        ('prompt = "x"\ninit = "."', "is not a file"),
        ('prompt = "x"\ninit = "good.png"\nfreeze = "no.png"', "'no.png' does not exist"),
        ('prompt = "x"\ninit = "good.png"\nfreeze_edits = "text.png"', "text.png"),
        ('prompt = "x"\nfreeze = "mask.png"', "freeze needs init"),
        ('prompt = "x"\nstyle_image = "no.png"', "'no.png' does not exist"),
        ('prompt = "x"\nstyle_image = "text.png:0.5"', "text.png"),
        (
            'prompt = "x"\nstyle_image = "good.png"\n[sprite.losses.style]\nmask = "no.png"',
            "'no.png' does not exist",
        ),
        ('prompt = "x"\npalette = "no.gpl"', "no.gpl"),
        ('prompt = "x"\npalette = "@text.png:4"', "text.png"),
        ('prompt = "x"\nmodifiers = "no-such-one"', "no-such-one"),
        ('prompt = "x"\nstyle = "no-such-one"', "no-such-one"),
        ('prompt = "x"\nwords = ["a\\u0007b"]', "control character"),
        ('prompt = "x"\nwords = ["  "]', "prompt is empty"),
        ('prompt = "x"\n[sprite.pixels]\nlr_color = "x"', "lr_color takes a number"),
        (
            'prompt = "x"\n[sprite.losses.text]\nweight = 0\n[sprite.losses.target]\nweight = 0',
            "every loss has weight 0",
        ),
    ],
)
def test_a_mistake_in_the_last_sprite(folder: Path, sprite: str, words: str) -> None:
    with pytest.raises(ConfigError) as told:
        read(f"{HEAD}{GOOD}[[sprite]]\n{sprite}\n")
    assert words in str(told.value)
    assert "game.toml" in str(told.value)
    assert "\n" not in str(told.value)


@pytest.mark.parametrize(
    ("sheet", "words"),
    [
        ("columns = 1\nscale = 1024", "allowed: 16384 px a side"),
        ("columns = 2\nscale = 1024\npower_of_two = true", "allowed: 16384 px a side"),
        ("scale = 2000", "sheet.scale is 2000; allowed: 1 to 1024"),
        ("formats = 3", "formats takes"),
    ],
)
def test_a_sheet_that_cannot_be_packed(folder: Path, sheet: str, words: str) -> None:
    with pytest.raises(ConfigError, match=words) as told:
        read(f'{HEAD}[sheet]\n{sheet}\n{GOOD}[[sprite]]\nprompt = "a door"\n')
    assert str(told.value).startswith("game.toml:")


@pytest.mark.parametrize("key", ["style = 'no-such-one'", "palette = 'no.gpl'", "init = 'no.png'"])
def test_a_mistake_that_all_sprites_share(folder: Path, key: str) -> None:
    with pytest.raises(ConfigError, match=r"^game\.toml.*no\b"):
        read(f"{key}\n{HEAD}{GOOD}")


def test_what_can_be_drawn_is_read(folder: Path) -> None:
    found = read(
        HEAD
        + GOOD
        + '[[sprite]]\nprompt = "x"\nname = "Ritter Nr. 7"\n'
        + 'init = "good.png"\nfreeze = "mask.png"\n'
        + '[[sprite]]\nprompt = ["y", "z:-0.5"]\nstyle_image = "good.png:0.5"\nwords = ["", "w"]\n'
    )
    assert [plan.name for plan in found.sprites] == ["a-knight", "Ritter Nr. 7", "y"]
    assert found.size == (12, 12)


def test_perceptors_are_opened_once_each(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr(
        "drawkit.engine.session.open_perceptor", lambda model, **_: opened.append(model)
    )
    (folder / "game.toml").write_text(
        f'{HEAD}{GOOD}[[sprite]]\nprompt = "b"\n[[sprite]]\nprompt = "c"\nmodel = "other"\n'
    )
    plan = read_set(folder / "game.toml")
    assert opened == []
    check_perceptors(plan.sprites)
    assert opened == ["fake", "other"]
