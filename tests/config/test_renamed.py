"""What users have in files and commands under old names goes on working, with one line."""

from __future__ import annotations

from pathlib import Path

import pytest

from drawkit.config import Given, from_assignments
from drawkit.config.renamed import RENAMED, with_new_names
from drawkit.config.toml import read_toml
from drawkit.engine import sections, settings_for
from drawkit.errors import ConfigError


@pytest.mark.parametrize("old", RENAMED)
def test_old_names_mean_the_new_ones_in_files_and_commands(
    old: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "drawkit.toml"
    path.write_text(f"\n[{old}]\nweight = 0.25\n")
    file = read_toml(path)
    given = from_assignments([f"{old}.weight=0.5"])
    new = RENAMED[old]
    assert new in sections()
    assert old not in sections()
    assert file.values == {f"{new}.weight": 0.25}
    assert file.place(f"{new}.weight") == f"{path}:3"
    assert [message.split(": ", 1)[1] for message in caplog.messages] == [
        f"{old} is called {new} now; the old name still works"
    ] * 2
    assert caplog.messages[0].startswith(f"{path}:3: ")
    assert (
        settings_for({"draw.prompts": Given(["a cat"], "t"), **given}).sections[new].weight == 0.5
    )


def test_a_wrong_value_is_told_with_its_place(tmp_path: Path) -> None:
    path = tmp_path / "drawkit.toml"
    path.write_text("[losses.ink]\nweight = -1\n")
    file = read_toml(path)
    layer = {key: Given(value, file.place(key)) for key, value in file.values.items()}
    with pytest.raises(ConfigError, match=r"toml:2: losses\.ink_coverage\.weight is -1"):
        settings_for(layer)


def test_the_new_name_wins_and_others_stay() -> None:
    values = {"losses.ink.weight": 1, "losses.ink_coverage.weight": 2, "pixels.economy": 3}
    new = {"losses.ink_coverage.weight": 2, "pixels.economy": 3}
    assert with_new_names(values, str) == new
    assert with_new_names(dict(reversed(values.items())), str) == new
