"""Mixing styles: settings of the heaviest, losses, pictures and words by share."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from drawkit.config import DrawConfig, Settings, WordsConfig, style_prompts
from drawkit.engine import settings_for
from drawkit.errors import ConfigError, UnknownNameError
from drawkit.losses.smoothness import SmoothnessConfig
from drawkit.losses.style import StyleConfig
from drawkit.styles import folder_layer, parse_share, styles_layer


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    (tmp_path / "styles").mkdir()
    write(tmp_path, "a", "[strokes]\nstrokes = 10\n[losses.smoothness]\nweight = 0.5\n")
    write(tmp_path, "b", "[strokes]\nstrokes = 20\nshapes = 7\n")
    return tmp_path


def write(folder: Path, name: str, text: str) -> None:
    (folder / "styles" / f"{name}.toml").write_text(text)


def mixed(folder: Path, *names: str) -> Settings:
    return settings_for(styles_layer(names, folder))


def strokes(settings: Settings) -> tuple[int, int]:
    config: Any = settings.sections["strokes"]
    return config.strokes, config.shapes


@pytest.mark.parametrize(
    ("text", "parsed"),
    [("ink", ("ink", None)), ("ink:0.7", ("ink", 0.7)), ("C:/ink.toml", ("C:/ink.toml", None))],
)
def test_shares(text: str, parsed: tuple[str, float | None]) -> None:
    assert parse_share(text) == parsed


@pytest.mark.parametrize("text", ["ink:0", "ink:-1", "ink:nan", "ink:inf", "ink:1e308"])
def test_shares_are_above_0(text: str) -> None:
    with pytest.raises(ConfigError, match="'ink' has weight"):
        parse_share(text)


def test_settings_come_from_the_heaviest(folder: Path) -> None:
    assert strokes(mixed(folder, "a:0.7", "b:0.3")) == (10, 0)
    assert strokes(mixed(folder, "a:0.3", "b:0.7")) == (20, 7)
    assert strokes(mixed(folder, "a:1", "b")) == (10, 0)  # of two alike the first
    assert strokes(mixed(folder, "a", "b")) == (20, 7)  # without shares the later one


def test_losses_are_the_mean_of_what_each_style_would_have(folder: Path) -> None:
    def smoothness(*names: str) -> float:
        return float(mixed(folder, *names).get("losses.smoothness", SmoothnessConfig).weight)

    default = smoothness("b")  # what suits the built-in perceptor: style b names none
    assert default > 0
    assert smoothness("a:1", "b:3") == pytest.approx(0.25 * 0.5 + 0.75 * default)
    assert smoothness("b:3", "a:1") == pytest.approx(0.25 * 0.5 + 0.75 * default)
    assert smoothness("a:5") == pytest.approx(0.5)
    assert smoothness("a", "b") == pytest.approx(0.5)


def test_the_mean_is_what_config_shows_and_files_record(folder: Path) -> None:
    settings = mixed(folder, "a:0.5", "b:0.5")
    assert isinstance(settings.as_dict()["losses.smoothness"]["weight"], float)
    assert "mixture of a:0.5, b:0.5" in settings.to_toml()


def test_style_pictures_count_by_share(folder: Path) -> None:
    p, q, r = (str(folder / f"{name}.png") for name in "pqr")
    for picture in (p, q, r):
        Image.new("RGB", (9, 9), "teal").save(picture)
    write(folder, "p", f"[losses.style]\nimages = ['{p}', '{q}:3']\nweight = 4.0\n")
    write(folder, "r", f"[losses.style]\nimages = '{r}'\n")
    config = mixed(folder, "p:0.4", "r:0.4", "b:0.2").get("losses.style", StyleConfig)
    assert config.images == (f"{p}:0.1", f"{q}:0.3", f"{r}:0.4")
    assert config.weight == pytest.approx(0.4 * 4 + 0.4 * 2)  # 2: with a picture; b has none


def test_a_light_styles_loss_keeps_its_other_settings(folder: Path) -> None:
    write(folder, "c", "[losses.smoothness]\nweight = 1.0\nknee = 0.3\n")
    config = mixed(folder, "b:0.9", "c:0.1").get("losses.smoothness", SmoothnessConfig)
    assert config.knee == 0.3


def test_words_become_prompts_by_share(folder: Path) -> None:
    write(folder, "w", '[words]\nprefix = "ink"\nnegatives = ["grey"]\nperceptors = ["builtin"]\n')
    write(folder, "v", '[words]\nsuffix = "neon"\nperceptors = ["builtin", "others"]\n')
    words = mixed(folder, "w:3", "v:1").get("words", WordsConfig)
    assert words.forms == ("ink {}:0.75", "{} neon:0.25")
    assert words.negatives == ("grey:0.225",)
    assert words.perceptors == ("builtin",)
    plain = mixed(folder, "w:3", "b:1").get("words", WordsConfig)
    assert plain.forms == ("ink {}:0.75", "{}:0.25")
    assert mixed(folder, "a:3", "b:1").get("words", WordsConfig) == WordsConfig()


def test_words_that_end_in_a_digit_keep_their_share(folder: Path) -> None:
    write(folder, "w", """[words]\nsuffix = "of 1990"\nnegatives = ["a|b 3"]\n""")
    write(folder, "v", """[words]\nforms = ['"{} at 10":3']\nnegatives = ["grey:1"]\n""")
    words = mixed(folder, "w:1", "v:1").get("words", WordsConfig)
    assert words.forms == ('"{} of 1990":0.5', '"{} at 10":1.5')
    told = [(p.text, p.weight) for p in style_prompts(words.forms, "words.forms")]
    assert told == [("{} of 1990", 0.5), ("{} at 10", 1.5)]
    away = [(p.text, p.weight) for p in style_prompts(words.negatives, "words.negatives")]
    assert away == [("a", 0.15), ("b 3", 0.15), ("grey", 0.5)]


def test_the_folders_settings_may_name_a_mixture(folder: Path) -> None:
    (folder / "drawkit.toml").write_text('style = ["a:0.6", "b:0.4"]\n[strokes]\nshapes = 2\n')
    settings = settings_for(folder_layer(folder))
    assert strokes(settings) == (10, 2)
    assert settings.get("draw", DrawConfig).style == ("a:0.6", "b:0.4")


def test_bad_mixtures(folder: Path) -> None:
    with pytest.raises(UnknownNameError, match="unknown style 'nope'"):
        styles_layer(["a:0.5", "nope:0.5"], folder)
    write(folder, "bad", "[losses.smoothness]\nweight = 'x'\n")
    with pytest.raises(ConfigError, match=r"bad\.toml:2"):
        mixed(folder, "a:0.5", "bad:0.5")
    write(folder, "away", "[losses.smoothness]\nweight = -0.1\n")  # though the mean is above 0
    with pytest.raises(ConfigError, match=r"away\.toml:2: losses\.smoothness\.weight is -0\.1"):
        mixed(folder, "a:0.5", "away:0.5")
