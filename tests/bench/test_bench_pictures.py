from __future__ import annotations

import pytest

from drawkit.bench.pictures import BOUND_MB, KINDS, bench_pictures


@pytest.mark.parametrize("kind", ["JPEG", "PNG 16-bit grey", "TIFF float"])
def test_memory_grows_with_the_picture(kind: str) -> None:
    """Four bytes a pixel are handed over: a measure that stays below has missed the peak."""
    (row,) = bench_pictures([kind], (3000, 2000))
    assert row.kind == kind
    assert 4 * 6 < row.read_mb <= row.pixelate_mb < BOUND_MB
    assert 0 < row.read_seconds < row.pixelate_seconds


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_fifty_million_pixels_of_any_kind(kind: str) -> None:
    for row in bench_pictures([kind]):  # none where this Pillow cannot write it
        assert row.pixelate_mb < BOUND_MB
