"""MP4 and WebM: what another decoder finds; full disks and stops leave films that play."""

from __future__ import annotations

import itertools
import logging
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path as FilePath

import av
import numpy as np
import pytest
from film_samples import growing, growing_on_nothing, motion, moved_cells

from drawkit.errors import BackendError, ConfigError, FileError, InputError
from drawkit.export import exporter_for
from drawkit.export._frames import Pictures
from drawkit.export.png import PngConfig
from drawkit.export.video import VideoConfig, VideoExporter, own_rate
from drawkit.files import streaming
from drawkit.scene import RasterLayer, Scene
from drawkit.scene.film import Film, FilmFrame

KINDS = pytest.mark.parametrize("suffix", [".mp4", ".webm"])


def rgb_of(planes: np.ndarray) -> np.ndarray:
    """BT.709 of 16 to 235 as RGB [H, W, 3]."""
    rows, width = planes.shape
    height = rows * 2 // 3
    light = (planes[:height].astype(float) - 16) * 255 / 219
    quarter = height // 2 * width // 2
    rest = planes[height:].reshape(-1).astype(float)
    blues, reds = (
        ((part - 128) * 255 / 224).reshape(height // 2, width // 2).repeat(2, 0).repeat(2, 1)
        for part in (rest[:quarter], rest[quarter:])
    )
    red, blue = light + 1.5748 * reds, light + 1.8556 * blues
    green = (light - 0.2126 * red - 0.0722 * blue) / 0.7152
    return np.stack([red, green, blue], axis=2).clip(0, 255)


def played(path: FilePath) -> tuple[list[np.ndarray], Fraction, float, dict[str, str]]:
    """Every frame [H, W, 3], rate, seconds and what the file says of itself."""
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        frames = [rgb_of(frame.to_ndarray(format="yuv420p")) for frame in container.decode(video=0)]
        return frames, stream.average_rate, container.duration / 1e6, dict(container.metadata)


@KINDS
@pytest.mark.parametrize(("side", "held"), [(9000, "9000 x 6000"), (16384, "16384 x 10924")])
def test_pictures_that_no_player_shows_are_refused(
    tmp_path: FilePath, suffix: str, side: int, held: str
) -> None:
    path = tmp_path / f"film{suffix}"
    with pytest.raises(InputError, match=rf"^{suffix[1:]} holds up to 16384 px .* got {held}$"):
        exporter_for(path, [PngConfig(size=side)]).write_film(growing(), path)
    assert not list(tmp_path.iterdir())


@KINDS
def test_every_frame_at_its_time(tmp_path: FilePath, suffix: str) -> None:
    film = growing()
    path = tmp_path / f"film{suffix}"
    size = PngConfig(size=99)  # odd, and so is the height of 66
    exporter_for(path, [size, VideoConfig(quality=95)]).write_film(film, path)
    frames, rate, seconds, _ = played(path)
    assert rate == 12
    assert seconds == pytest.approx(1.5, abs=0.05)
    assert len(frames) == 18
    assert frames[0].shape == (66, 100, 3)
    for ours, theirs in zip(Pictures(film.first, size).all(film.frames), frames, strict=True):
        height, width = ours.shape[:2]
        assert np.abs(ours[..., :3].astype(float) - theirs[:height, :width]).mean() < 3
    assert (np.abs(frames[0].astype(float) - frames[-1]).mean()) > 5
    again = tmp_path / f"again{suffix}"
    exporter_for(again, [size, VideoConfig(quality=95)]).write_film(film, again)
    if suffix == ".mp4":  # Matroska has a random number in it
        assert again.read_bytes() == path.read_bytes()
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted([path.name, again.name])


def test_nothing_around_it_stays_clear_in_webm_and_is_white_in_mp4(tmp_path: FilePath) -> None:
    film = growing_on_nothing()
    for suffix in (".webm", ".mp4"):
        exporter_for(tmp_path / f"a{suffix}").write_film(film, tmp_path / f"a{suffix}")
    frames, *_ = played(tmp_path / "a.mp4")
    assert frames[0][-4:].min() > 250
    with av.open(str(tmp_path / "a.webm")) as container:
        assert container.streams.video[0].metadata["alpha_mode"] == "1"


def test_rates() -> None:
    assert own_rate([1000 / 24] * 9) == 24
    assert own_rate([120]) == Fraction(25, 3)
    assert own_rate([120, 80, 40]) == 25
    assert own_rate([120, 80, 330]) == 24  # every 10 ms would be too fast
    assert own_rate([5000]) >= 1
    assert own_rate([1000 / 29.97] * 3) == Fraction(2997, 100)


def test_times_that_differ_are_kept(tmp_path: FilePath) -> None:
    path = tmp_path / "cells.mp4"
    frames = moved_cells().frames
    film = Film((frames[0], replace(frames[1], duration_ms=240), frames[2]))
    exporter_for(path, [PngConfig(scale=8), VideoConfig(fps=50)]).write_film(film, path)
    shown, rate, _, facts = played(path)
    assert rate == 50
    assert len(shown) == round(sum(film.durations) / 20)
    assert facts["title"] == "a cat"
    changes = [np.abs(a.astype(int) - b).mean() > 3 for a, b in itertools.pairwise(shown)]
    assert np.flatnonzero(changes).tolist()[0] == 5  # after 120 ms


def test_a_full_disk_leaves_what_there_is(
    tmp_path: FilePath,
    tiny_disk: FilePath,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(streaming, "RESERVE", 64 * 1024)
    rng = np.random.default_rng(1)
    scenes = []
    for _ in range(150):
        noise = rng.integers(0, 255, (64, 64, 4), dtype=np.uint8)
        noise[..., 3] = 255
        scenes.append(Scene(120, 80, (RasterLayer("noise", noise, width=120, height=80),)))
    film = Film(tuple(FilmFrame(scene, 50) for scene in scenes))
    path = tiny_disk / "film.mp4"
    exporter = exporter_for(path, [VideoConfig(quality=100), PngConfig(size=120)])
    with caplog.at_level(logging.WARNING, "drawkit"):
        exporter.write_film(film, path)
    assert "the disk is full" in caplog.text
    frames, *_ = played(path)
    assert 3 < len(frames) < len(film.frames)
    assert [p.name for p in tiny_disk.iterdir() if "drawkit" in p.name] == []


def test_a_stop_leaves_what_there_is(tmp_path: FilePath, monkeypatch: pytest.MonkeyPatch) -> None:
    film = growing()

    class Stopped(Sequence):  # type: ignore
        """Frames of which the eighth is where somebody stops."""

        def __len__(self) -> int:
            return len(film.frames)

        def __getitem__(self, at):  # type: ignore
            return film.frames[at]

        def __iter__(self):  # type: ignore
            yield from film.frames[:7]
            raise KeyboardInterrupt

    path = tmp_path / "film.mp4"
    stopped = Film(Stopped())
    monkeypatch.setattr(Film, "durations", property(lambda self: [1000 / 12] * 18))
    with pytest.raises(KeyboardInterrupt):
        VideoExporter().write_film(stopped, path)
    assert len(played(path)[0]) == 7


def test_what_is_refused(tmp_path: FilePath, monkeypatch: pytest.MonkeyPatch) -> None:
    for values, told in (
        ({"fps": 0}, "fps is 0; allowed: 1 to 120"),
        ({"quality": 101}, "quality"),
    ):
        with pytest.raises(ConfigError, match=told):
            VideoConfig(**values)
    with pytest.raises(FileError, match="cannot write"):
        VideoExporter().write_film(growing(), tmp_path / "no" / "film.mp4")
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(
        BackendError, match=r"mp4 and webm need PyAV: pip install 'drawkit\[video\]'"
    ):
        exporter_for(FilePath("a.mp4"))


def test_paths_that_move_fast_are_seen_at_any_rate(tmp_path: FilePath) -> None:
    path = tmp_path / "film.webm"
    exporter_for(path, [VideoConfig(fps=6)]).write_film(Film.moving(motion(), 24), path)
    assert len(played(path)[0]) == 9
