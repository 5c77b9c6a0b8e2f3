"""Nets are trained in bf16 only where that is faster: emulated, a step takes minutes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from training import imagine, precision
from training.judge import SecondJudge
from training.precision import cast, dtype_for, told
from training.tower import Tower

TRAINING = Path(imagine.__file__).parent
CPU = torch.device("cpu")


@pytest.fixture(params=["fp32", "bf16"])
def faster(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """What is faster on this machine, as it is told."""

    def choose(asked: str, device: torch.device) -> str:
        return str(request.param) if asked == "auto" else asked

    monkeypatch.setattr(precision, "choose_precision", choose)
    dtype_for.cache_clear()
    yield str(request.param)
    dtype_for.cache_clear()


def working(seen: list[str]) -> Callable[[nn.Module, tuple[Tensor, ...]], None]:
    """A hook that notes what layers work in when a net is called."""

    def note(_module: nn.Module, _given: tuple[Tensor, ...]) -> None:
        on = torch.is_autocast_enabled("cpu")
        seen.append({torch.bfloat16: "bf16"}[torch.get_autocast_dtype("cpu")] if on else "fp32")

    return note


def test_the_imagination_learns_in_what_is_faster(faster: str, tmp_path: Path) -> None:
    run = imagine.Run(tmp_path, 60)
    seen: list[str] = []
    run.net.register_forward_pre_hook(working(seen))
    run.learn(imagine.Lesson(torch.zeros(1, 4, 32, 32), torch.zeros(1, 256)))
    assert seen == [faster]
    assert (
        str(run.optimizers[0].dtype) == {"fp32": "torch.float32", "bf16": "torch.bfloat16"}[faster]
    )


@pytest.mark.parametrize("kind", [Tower, SecondJudge])
def test_image_towers_work_in_what_is_faster_or_as_told(
    faster: str, kind: Callable[..., nn.Module]
) -> None:
    seen: list[str] = []
    for asked in ("auto", "fp32", "bf16"):
        tower = kind(asked)
        tower.net = nn.Identity()
        tower.net.register_forward_pre_hook(working(seen))
        tower(torch.zeros(1, 3, 64, 64))
    assert seen == [faster, "fp32", "bf16"]


def test_a_run_says_what_it_learns_in(faster: str) -> None:
    assert told("auto") == f"precision: {faster}"
    assert told("fp32") == "precision: fp32"
    assert cast("auto", CPU)._enabled == (faster == "bf16")


def test_no_trainer_decides_for_all_machines() -> None:
    named = [f.name for f in TRAINING.glob("*.py") if re.search(r"\bbfloat16\b", f.read_text())]
    assert sorted(named) == ["evaluate.py", "precision.py"]  # the first asks for it: --bf16
