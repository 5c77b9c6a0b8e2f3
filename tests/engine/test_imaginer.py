"""A perceptor without an imagination starts from a picture that the built-in one imagined."""

import numpy as np
import pytest
from tiny_model import save_tiny_model

from drawkit import Drawing, draw
from drawkit.engine.session import Session
from drawkit.perceptor.config import PerceptorConfig


@pytest.fixture(scope="module")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(save_tiny_model(tmp_path_factory.mktemp("model")))


def drawn(model: str, **settings: object) -> Drawing:
    paint = {"strokes.init_paint": True, "strokes.init_opacity": [1.0, 1.0], **settings}
    return draw("an owl", model=model, size=64, steps=1, strokes=40, seed=1, settings=paint)


def test_it_starts_from_what_another_imagined(tiny_model: str) -> None:
    """By itself it scatters bright strokes; lent a picture it has an owl's browns."""
    alone, lent = drawn(tiny_model), drawn(tiny_model, **{"perceptor.imagine": 4})
    assert not alone.scene.metadata.after
    assert all(name.startswith("owl (") for name in lent.scene.metadata.after)
    builtin = drawn("builtin", **{"perceptor.imagine": 4})
    off = []
    for one in (alone, lent):
        pair = [np.asarray(drawing.image(32).convert("RGB"), float) for drawing in (one, builtin)]
        off.append(np.abs(pair[0] - pair[1]).mean())
    assert off[1] < 0.5 * off[0]


def test_the_record_names_who_lent_and_who_judged(tiny_model: str) -> None:
    lent = drawn(tiny_model, **{"perceptor.imagine": 4}).scene.metadata.versions
    alone = drawn(tiny_model).scene.metadata.versions
    assert lent["imagination"].startswith("builtin")
    assert (
        lent["imagination weights"] == drawn("builtin").scene.metadata.versions["perceptor weights"]
    )
    assert {name: lent[name] for name in alone} == alone


def test_only_where_it_is_asked_for_and_needed(tiny_model: str) -> None:
    session = Session()
    assert session.imaginer(PerceptorConfig(models=(tiny_model,))) is None
    assert session.imaginer(PerceptorConfig(models=("builtin",), imagine=4)) is None
    assert session.imaginer(PerceptorConfig(models=("none",), imagine=4)) is None
    assert session.imaginer(PerceptorConfig(models=(tiny_model,), imagine=4)) is not None


def test_a_skull_is_seen_on_white_paper() -> None:
    """Its light parts are grayer than the paper, and there are many of them."""
    found = draw("a skull", size=96, steps=1, seed=0, strokes=0, shapes=12)
    lightness = np.asarray(found.image(64).convert("L"), float)
    assert float(((lightness > 190) & (lightness < 245)).mean()) > 0.2
