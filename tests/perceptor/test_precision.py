"""Which processors compute in bf16 by themselves, and that a machine's answer is kept."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from drawkit.perceptor import precision
from drawkit.perceptor.precision import choose_precision, time_precisions

CPU = torch.device("cpu")


@pytest.fixture(autouse=True)
def cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("DRAWKIT_CACHE_DIR", str(tmp_path / "cache"))
    return tmp_path / "cache"


def processor(monkeypatch: pytest.MonkeyPatch, *, amx: bool, bf16: bool) -> None:
    monkeypatch.setattr(torch.cpu, "_is_amx_tile_supported", lambda: amx, raising=False)
    monkeypatch.setattr(torch.cpu, "_is_avx512_bf16_supported", lambda: bf16, raising=False)


def timed(monkeypatch: pytest.MonkeyPatch, exact: float, coarse: float) -> list[int]:
    """Let the measurement say so; the list grows with every time it is made."""
    calls: list[int] = []
    monkeypatch.setattr(precision, "time_precisions", lambda: (calls.append(1), (exact, coarse))[1])
    return calls


@pytest.mark.parametrize(
    ("amx", "bf16", "fp32_ms", "bf16_ms", "limit", "chosen"),
    [
        (True, True, 58, 78, None, "bf16"),  # AMX always pays
        (True, True, 58, 78, "ALL", "bf16"),
        (True, False, 58, 78, "avx512_core_amx", "bf16"),
        (False, False, 78, 58, None, "fp32"),  # nothing there that multiplies bf16
        (False, True, 58, 78, None, "fp32"),  # AVX512-BF16 alone: as measured
        (False, True, 64, 37, None, "bf16"),
        (False, True, 60, 58, None, "fp32"),  # hardly faster: the digits are worth more
        (False, True, 64, 37, "AVX512_CORE_BF16", "bf16"),
        (False, True, 64, 37, "AVX512_CORE", "fp32"),  # forbidden by the user
        (True, True, 64, 37, "AVX2", "fp32"),
        (True, True, 58, 78, "AVX512_CORE_BF16", "fp32"),  # AMX forbidden: as measured
        (False, True, 64, 37, "SSE41", "fp32"),
    ],
)
def test_the_table_of_processors(
    monkeypatch: pytest.MonkeyPatch,
    amx: bool,
    bf16: bool,
    fp32_ms: float,
    bf16_ms: float,
    limit: str | None,
    chosen: str,
) -> None:
    processor(monkeypatch, amx=amx, bf16=bf16)
    timed(monkeypatch, fp32_ms, bf16_ms)
    environ = {} if limit is None else {"ONEDNN_MAX_CPU_ISA": limit}
    assert choose_precision("auto", CPU, environ) == chosen


def test_it_is_measured_once_for_a_machine(monkeypatch: pytest.MonkeyPatch, cache: Path) -> None:
    processor(monkeypatch, amx=False, bf16=True)
    assert len(timed(monkeypatch, 64, 37)) == 0
    calls = timed(monkeypatch, 64, 37)
    assert [choose_precision("auto", CPU, {}) for _ in range(3)] == ["bf16"] * 3
    assert len(calls) == 1
    later = timed(monkeypatch, 37, 64)  # a slow moment of the machine
    assert choose_precision("auto", CPU, {}) == "bf16"
    assert later == []
    assert [p.suffix for p in cache.iterdir()] == [".json"]


def test_a_spoilt_answer_is_measured_anew(monkeypatch: pytest.MonkeyPatch, cache: Path) -> None:
    processor(monkeypatch, amx=False, bf16=True)
    timed(monkeypatch, 64, 37)
    choose_precision("auto", CPU, {})
    (kept,) = cache.iterdir()
    for text in ("", "{", "[]", '{"precision": "fp64"}'):
        kept.write_text(text)
        assert choose_precision("auto", CPU, {}) == "bf16"


def test_what_cannot_be_kept_is_not_measured(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Else two runs of one command could differ."""
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("DRAWKIT_CACHE_DIR", str(tmp_path / "file" / "cache"))
    processor(monkeypatch, amx=False, bf16=True)
    calls = timed(monkeypatch, 64, 37)
    assert choose_precision("auto", CPU, {}) == "fp32"
    assert calls == []


def test_what_was_asked_for_is_not_questioned(monkeypatch: pytest.MonkeyPatch) -> None:
    processor(monkeypatch, amx=False, bf16=True)
    calls = timed(monkeypatch, 64, 37)
    assert choose_precision("fp32", CPU, {}) == "fp32"
    assert choose_precision("bf16", CPU, {"ONEDNN_MAX_CPU_ISA": "AVX2"}) == "bf16"
    assert calls == []


def test_the_measurement_measures() -> None:
    exact, coarse = time_precisions()
    assert 0 < exact < 10_000
    assert 0 < coarse < 10_000
