"""Sound of films: heard from the first frame to the last, by another decoder."""

from __future__ import annotations

import logging
import subprocess
import wave
from collections.abc import Iterator, Sequence
from pathlib import Path as FilePath

import av
import numpy as np
import numpy.typing as npt
import pytest
from film_samples import growing
from programs import needs

from drawkit.errors import BackendError, FileError, InputError
from drawkit.export import exporter_for
from drawkit.export._sound import Sound, checked_sound
from drawkit.export.film_outputs import plan_films, sound_of, write_film
from drawkit.export.png import PngConfig
from drawkit.export.video import VideoConfig
from drawkit.files import streaming
from drawkit.films import Movie
from drawkit.scene import RasterLayer, Scene
from drawkit.scene.film import Film, FilmFrame

RATE = 8000
KINDS = pytest.mark.parametrize("suffix", [".mp4", ".webm"])


def tone(path: FilePath, seconds: float, silent_until: float = 0.0) -> FilePath:
    """A WAV of one tone, in one channel."""
    times = np.arange(round(seconds * RATE)) / RATE
    levels = 12000 * np.sin(2 * np.pi * 440 * times) * (times >= silent_until)
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, RATE, len(levels), "NONE", ""))
        file.writeframes(levels.astype("<i2").tobytes())
    return path


def heard(path: FilePath) -> tuple[npt.NDArray[np.float64], int, int]:
    """How loud each tenth of a second is, 0..1; samples and pictures in all."""
    with av.open(str(path)) as container:
        even = av.AudioResampler("flt", "mono", RATE)
        frames = [even.resample(frame) for frame in container.decode(audio=0)]
    chunks = [part.to_ndarray()[0] for frame in [*frames, even.resample(None)] for part in frame]
    with av.open(str(path)) as container:
        pictures = sum(1 for _ in container.decode(video=0))
    samples = np.concatenate(chunks)
    tenths = samples[: len(samples) // (RATE // 10) * (RATE // 10)].reshape(-1, RATE // 10)
    return np.sqrt((tenths**2).mean(axis=1)), len(samples), pictures


@KINDS
def test_a_long_sound_is_cut_and_fades(tmp_path: FilePath, suffix: str) -> None:
    film, path = growing(), tmp_path / f"film{suffix}"
    write_film(film, path, 64, tone(tmp_path / "a.wav", 5, silent_until=0.5))
    loud, samples, pictures = heard(path)
    assert pictures == 18
    assert samples / RATE == pytest.approx(1.5, abs=1 / 12)
    assert loud[:4].max() < 0.01 < 0.2 < loud[6:11].min()  # it begins when it should
    assert loud[14] < 0.4 * loud[8]
    assert (np.diff(loud[11:15]) < 0).all()


@KINDS
def test_a_short_one_is_followed_by_silence(tmp_path: FilePath, suffix: str) -> None:
    film, path = growing(), tmp_path / f"film{suffix}"
    Movie(film).save(path, 64, tone(tmp_path / "a.wav", 0.7))
    loud, samples, pictures = heard(path)
    assert (pictures, samples / RATE) == (18, pytest.approx(1.5, abs=1 / 12))
    assert loud[5] > 0.2  # and does not fade
    assert loud[8:].max() < 0.01


@needs("ffprobe")
@pytest.mark.slow
def test_ffprobe_finds_both_as_long(tmp_path: FilePath) -> None:
    path = tmp_path / "film.mp4"
    write_film(growing(), path, 64, tone(tmp_path / "a.wav", 5))
    ask = ["ffprobe", "-v", "error", "-show_entries", "stream=codec_name,duration"]
    done = subprocess.run([*ask, "-of", "csv=p=0", str(path)], capture_output=True, text=True)
    video, audio = (line.split(",") for line in done.stdout.split())
    assert (video[0], audio[0], done.stderr) == ("h264", "aac", "")
    assert float(video[1]) == pytest.approx(float(audio[1]), abs=1 / 12)


@pytest.mark.parametrize("suffix", ["mp3", "ogg", "flac", "m4a"])
def test_every_kind_of_file_is_heard(tmp_path: FilePath, suffix: str) -> None:
    codecs = {"mp3": "libmp3lame", "ogg": "libopus", "flac": "flac", "m4a": "aac"}
    source, path = tone(tmp_path / "a.wav", 2), tmp_path / f"a.{suffix}"
    with av.open(str(source)) as wav, av.open(str(path), "w") as container:
        stream = container.add_stream(codecs[suffix], rate=48000)
        for frame in wav.decode(audio=0):
            frame.pts = None
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    write_film(growing(), tmp_path / "film.mp4", 32, path)
    assert heard(tmp_path / "film.mp4")[0][3:10].min() > 0.2


def test_what_is_no_sound(tmp_path: FilePath, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "text.mp3").write_text("no sound")
    (tmp_path / "empty.wav").write_bytes(b"")
    write_film(growing(), tmp_path / "silent.mp4", 32)
    told = {
        "none.wav": "no file",
        "": "no file",
        "text.mp3": "cannot read the sound",
        "empty.wav": "cannot read the sound",
        "silent.mp4": "holds no sound",
    }
    for name, words in told.items():
        with pytest.raises(FileError, match=words) as error:
            checked_sound(tmp_path / name)
        assert len(str(error.value).splitlines()) == 1
    good = tone(tmp_path / "a.wav", 1)
    plan = plan_films([tmp_path / "a.gif", tmp_path / "a.mp4", tmp_path / "f-%d.png"])
    assert "without sound" in sound_of(plan, good)[1][0]
    assert "a.gif" in sound_of(plan, good)[1][0]
    with pytest.raises(InputError, match=r"sound goes into \.mp4 and \.webm alone, got .*a\.gif"):
        sound_of(plan_films([tmp_path / "a.gif"]), good)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(BackendError, match=r"sound needs PyAV: pip install 'drawkit\[video\]'"):
        checked_sound(good)


def test_stopped_or_on_a_full_disk_both_end_together(
    tmp_path: FilePath, tiny_disk: FilePath, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streaming, "RESERVE", 64 * 1024)
    rng = np.random.default_rng(1)
    noise = rng.integers(0, 255, (90, 64, 64, 4), dtype=np.uint8)
    noise[..., 3] = 255
    layers = (RasterLayer("noise", one, width=120, height=80) for one in noise)
    scenes = [Scene(120, 80, (layer,)) for layer in layers]
    film = Film(tuple(FilmFrame(scene, 50) for scene in scenes))
    sound = Sound(tone(tmp_path / "a.wav", 9))
    configs = [VideoConfig(quality=100), PngConfig(size=120), sound]
    exporter_for(tiny_disk / "a.mp4", configs).write_film(film, tiny_disk / "a.mp4")

    class Stopped(Sequence):  # type: ignore[type-arg]
        """Frames of which the 31st is where somebody stops."""

        def __len__(self) -> int:
            return len(film.frames)

        def __getitem__(self, at):  # type: ignore
            return film.frames[at]

        def __iter__(self) -> Iterator[FilmFrame]:
            yield from film.frames[:30]
            raise KeyboardInterrupt

    halted = Film(Stopped())
    monkeypatch.setattr(Film, "durations", property(lambda self: [50.0] * 90))
    with pytest.raises(KeyboardInterrupt):
        exporter_for(tmp_path / "b.mp4", configs).write_film(halted, tmp_path / "b.mp4")
    for path, most in ((tiny_disk / "a.mp4", 89), (tmp_path / "b.mp4", 30)):
        _, samples, pictures = heard(path)
        assert 3 < pictures <= most
        assert samples / RATE == pytest.approx(pictures / 20, abs=0.3)  # what an encoder held


def test_a_file_that_breaks_off_is_said(
    tmp_path: FilePath, caplog: pytest.LogCaptureFixture
) -> None:
    import random

    source = tone(tmp_path / "a.wav", 2)
    path = tmp_path / "a.flac"
    with av.open(str(source)) as wav, av.open(str(path), "w") as container:
        stream = container.add_stream("flac", rate=RATE)
        for frame in wav.decode(audio=0):
            frame.pts = None
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    data = bytearray(path.read_bytes())
    random.seed(1)
    middle = len(data) * 2 // 3
    data[middle:] = random.randbytes(len(data) - middle)
    path.write_bytes(bytes(data))
    with caplog.at_level(logging.WARNING, "drawkit"):
        write_film(growing(), tmp_path / "film.mp4", 32, path)
    assert heard(tmp_path / "film.mp4")[2] == 18
    assert "broken in the middle" in caplog.text
