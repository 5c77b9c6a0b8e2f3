from __future__ import annotations

import pytest
import torch

from drawkit.perceptor.precision import choose_precision

CPU = torch.device("cpu")


@pytest.fixture
def native(monkeypatch: pytest.MonkeyPatch) -> None:
    """A processor with AVX512-BF16."""
    monkeypatch.setattr(torch.cpu, "_is_avx512_bf16_supported", lambda: True, raising=False)


@pytest.mark.usefixtures("native")
@pytest.mark.parametrize(
    ("limit", "chosen"),
    [
        (None, "bf16"),
        ("ALL", "bf16"),
        ("AVX512_CORE_BF16", "bf16"),
        ("avx512_core_amx", "bf16"),
        ("AVX512_CORE", "fp32"),
        ("AVX2", "fp32"),
        ("SSE41", "fp32"),
    ],
)
def test_bf16_only_where_the_processor_may_multiply_it(limit: str | None, chosen: str) -> None:
    environ = {} if limit is None else {"ONEDNN_MAX_CPU_ISA": limit}
    assert choose_precision("auto", CPU, environ) == chosen


def test_processors_without_it_get_fp32(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("_is_avx512_bf16_supported", "_is_amx_tile_supported"):
        monkeypatch.setattr(torch.cpu, name, lambda: False, raising=False)
    assert choose_precision("auto", CPU, {}) == "fp32"


@pytest.mark.usefixtures("native")
def test_what_was_asked_for_is_not_questioned() -> None:
    assert choose_precision("fp32", CPU, {}) == "fp32"
    assert choose_precision("bf16", CPU, {"ONEDNN_MAX_CPU_ISA": "AVX2"}) == "bf16"
