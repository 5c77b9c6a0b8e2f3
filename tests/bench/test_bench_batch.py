"""What a batch takes: `drawkit bench batch`."""

from __future__ import annotations

from pathlib import Path

import pytest

from drawkit.bench.batch import measure_batch
from drawkit.errors import InputError


def test_pace_and_memory_are_those_of_the_batch() -> None:
    pace = measure_batch(2, ray=False, workers=1)
    assert (pace.name, pace.jobs) == ("processes", 2)
    assert 0 < pace.first < pace.seconds
    assert pace.rate == pytest.approx(1 / (pace.seconds - pace.first))
    if Path("/proc/self/smaps_rollup").exists():
        assert pace.memory is not None
        assert 100 < pace.memory < 10_000
        assert pace.processes >= 1


@pytest.mark.parametrize("jobs", [0, -1, 10_001])
def test_numbers_that_cannot_be(jobs: int) -> None:
    with pytest.raises(InputError, match=f"--jobs is {jobs}; allowed: 1 to 10000"):
        measure_batch(jobs, ray=False)
