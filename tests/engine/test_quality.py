"""`quality`: what a level sets, and what goes before it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from fakes import FakePerceptor

from drawkit import draw
from drawkit.bench.quality import KINDS, LEVELS, bench_quality
from drawkit.config import Given, Settings
from drawkit.engine import settings_for
from drawkit.errors import ConfigError

SET = ("optimize.steps", "cutouts.count", "draw.size", "perceptor.imagine")


def settings(**given: Any) -> Settings:
    layer = {"draw.prompts": Given(["a cat"], "test")}
    named = {name.replace("__", "."): value for name, value in given.items()}
    return settings_for({**layer, **{key: Given(value, key) for key, value in named.items()}})


def values(found: Settings) -> tuple[Any, ...]:
    parts = (key.rpartition(".") for key in SET)
    return tuple(getattr(found.sections[section], name) for section, _, name in parts)


@pytest.mark.parametrize(
    ("canvas", "quality", "expected"),
    [
        ("strokes", "draft", (50, 4, (128, 128), 24)),
        ("strokes", "normal", (250, 8, (224, 224), 24)),
        ("strokes", "best", (500, 16, (320, 320), 24)),
        ("pixels", "draft", (10, 4, (32, 32), 24)),
        ("pixels", "normal", (100, 8, (32, 32), 24)),
        ("pixels", "best", (100, 32, (32, 32), 24)),
    ],
)
def test_what_a_level_sets(canvas: str, quality: str, expected: tuple[Any, ...]) -> None:
    assert values(settings(draw__canvas=canvas, draw__quality=quality)) == expected


def test_normal_is_what_is_without_it() -> None:
    plain, normal = settings(), settings(draw__quality="normal")
    assert plain.sections == normal.sections


def test_it_follows_the_perceptor() -> None:
    """Another CLIP takes more steps, and imagines nothing."""
    plain = values(settings(perceptor__models=["ViT-B-32:openai"]))
    best = values(settings(perceptor__models=["ViT-B-32:openai"], draw__quality="best"))
    assert best[0] == 2 * plain[0] == 2000
    assert (plain[3], best[3]) == (0, 0)


def test_whatever_is_set_goes_before_it() -> None:
    own = {"optimize.steps": 77, "cutouts.count": 3, "draw.size": (64, 48), "perceptor.imagine": 1}
    for key, value in own.items():
        found = settings(**{"draw__quality": "draft", key: value})
        kept = [value if name == key else None for name in SET]
        usual = values(settings(draw__quality="draft"))
        wanted = [b if a is None else a for a, b in zip(kept, usual, strict=True)]
        assert list(values(found)) == wanted
        assert found.sources[key] == key
    source = settings(draw__quality="draft").sources["optimize.steps"]
    assert source == "quality draft"


def test_a_style_goes_before_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("drawkit.engine.session.open_perceptor", lambda *a, **k: FakePerceptor())
    style = tmp_path / "mine.toml"
    style.write_text("[optimize]\nsteps = 3\n")
    drawing = draw("a cat", quality="draft", style=style, size=32, strokes=2)
    assert drawing.scene.metadata.steps == 3
    assert drawing.scene.metadata.config["cutouts"]["count"] == 4


def test_another_word_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"quality takes .*draft.*normal.*best.*got 'good'"):
        draw("a cat", quality="good")  # type: ignore[arg-type]


def test_the_bench_draws_each_kind_at_each_level(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("drawkit.engine.session.open_perceptor", lambda *a, **k: FakePerceptor())
    told: list[Any] = []
    small: dict[str, Any] = {"size": 16, "settings": {"perceptor.imagine": 0}, "steps": 2}
    rows = bench_quality(told.append, **small)
    assert told == rows
    assert [(row.kind, row.quality) for row in rows] == [(k, q) for k in KINDS for q in LEVELS]
    assert all(row.steps == 2 and row.seconds > 0 and row.processor > 0 for row in rows)
