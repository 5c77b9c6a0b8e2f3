from __future__ import annotations

import pytest
from tables import first_of

from drawkit.bench.pictures import BOUND_MB, KINDS, bench_pictures

QUICK = ("JPEG", "PNG 16-bit grey", "TIFF float")


@pytest.mark.parametrize(
    "kind", [*QUICK, *(pytest.param(k, marks=pytest.mark.slow) for k in KINDS if k not in QUICK)]
)
def test_memory_grows_with_the_picture(kind: str) -> None:
    """Four bytes a pixel are handed over: a measure that stays below has missed the peak."""
    rows = list(bench_pictures([kind], (3000, 2000)))
    if not rows:
        pytest.skip(f"this Pillow cannot write {kind}")
    (row,) = rows
    assert row.kind == kind
    assert 4 * 6 < row.read_mb <= row.pixelate_mb < BOUND_MB
    assert 0 < row.read_seconds < row.pixelate_seconds


@pytest.mark.slow
@pytest.mark.parametrize("kind", first_of(KINDS))
def test_fifty_million_pixels_of_any_kind(kind: str) -> None:
    for row in bench_pictures([kind]):  # none where this Pillow cannot write it
        assert row.pixelate_mb < BOUND_MB
