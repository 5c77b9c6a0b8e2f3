from __future__ import annotations

from pathlib import Path

import pytest

from drawkit.errors import ConfigError
from drawkit.perceptor.defaults import defaults_for
from drawkit.perceptor.names import ModelSpec


@pytest.mark.parametrize(
    ("given", "spec"),
    [
        ("auto", ModelSpec("builtin", "builtin")),
        ("builtin:0.5", ModelSpec("builtin", "builtin", weight=0.5)),
        ("ViT-B-32", ModelSpec("openclip", "ViT-B-32")),
        ("ViT-B-32/openai", ModelSpec("openclip", "ViT-B-32", "openai")),
        ("ViT-B-32:openai", ModelSpec("openclip", "ViT-B-32", "openai")),
        ("ViT-B-32/openai:0.5", ModelSpec("openclip", "ViT-B-32", "openai", 0.5)),
        ("ViT-B-32:w/e.pt", ModelSpec("openclip", "ViT-B-32", "w/e.pt")),
        ("hf-hub:org/name:2", ModelSpec("hf-hub", "org/name", weight=2.0)),
        ("local-dir:/x/y", ModelSpec("local-dir", "/x/y")),
    ],
)
def test_names_are_read_and_written_back(given: str, spec: ModelSpec) -> None:
    assert ModelSpec.parse(given) == spec
    assert ModelSpec.parse(str(spec)) == ModelSpec(spec.kind, spec.name, spec.tag)


def test_a_path_that_exists_is_a_folder_or_a_checkpoint(tmp_path: Path) -> None:
    (tmp_path / "weights.pt").touch()
    assert ModelSpec.parse(str(tmp_path)).kind == "local-dir"
    assert ModelSpec.parse(str(tmp_path / "weights.pt")).kind == "checkpoint"


@pytest.mark.parametrize("given", ["", " ", "ViT-B-32:0", "ViT-B-32:-1", "ViT-B-32:inf"])
def test_empty_names_and_weights_that_are_no_share_are_refused(given: str) -> None:
    with pytest.raises(ConfigError):
        ModelSpec.parse(given)


def test_only_the_builtin_brings_its_own_settings() -> None:
    assert defaults_for("auto") == defaults_for("builtin")
    assert defaults_for("builtin")["cutouts"]["recipe"] == "whole"
    assert not defaults_for("ViT-B-32/openai")
