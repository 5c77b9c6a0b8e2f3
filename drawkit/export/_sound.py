"""Sound for films, by PyAV: any file that ffmpeg reads, as long as the film is.

What is longer is cut, and fades out; what is shorter is followed by silence.
"""

from __future__ import annotations

import importlib.util
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from drawkit.errors import BackendError, FileError

__all__ = ["Sound", "SoundFeed", "checked_sound"]

log = logging.getLogger("drawkit")

_Samples = npt.NDArray[np.float32]

_RATE = 48000
"""Samples a second: what Opus has, and all players take."""
_FADE = 1.0
"""Seconds in which a sound goes that is cut; at most a quarter of the film."""
_CODECS = {".mp4": ("aac", 160_000), ".webm": ("libopus", 128_000)}


@dataclass(frozen=True)
class Sound:
    """The sound file of a film; none: it is silent."""

    file: Path | None = None


def checked_sound(path: Path) -> Sound:
    """A file that holds sound, tried before anything is drawn.

    Raises `FileError` for one that cannot be read or holds none, `BackendError` without PyAV.
    """
    if importlib.util.find_spec("av") is None:
        raise BackendError("sound needs PyAV: pip install 'drawkit[video]'")
    if not path.is_file():
        raise FileError(f"sound '{path}' is no file")
    if next(_samples(path, strict=True), None) is None:
        raise FileError(f"'{path}' holds no sound")
    return Sound(path)


class SoundFeed:
    """A sound on its way into a film, as far as the pictures are.

    container: PyAV's, before its first packet. kind: `.mp4` or `.webm`. seconds: how long the film
    is going to be.
    """

    def __init__(self, container: Any, path: Path, kind: str, seconds: float) -> None:
        import av  # tens of megabytes

        self._av, self._container = av, container
        codec, bits = _CODECS[kind]
        self._stream = container.add_stream(codec, rate=_RATE)
        self._stream.codec_context.layout = "stereo"
        self._stream.codec_context.bit_rate = bits
        self._chunks = _samples(path)
        self._held: _Samples = np.zeros((2, 0), np.float32)
        self._over = False
        self._made = 0
        self._end = round(seconds * _RATE)
        self._fade = round(min(_FADE, seconds / 4) * _RATE)
        self._cut: bool | None = None

    def until(self, seconds: float) -> None:
        """Encode what is heard up to a time."""
        count = round(seconds * _RATE) - self._made
        if count <= 0:
            return
        samples = self._faded(self._take(count))
        frame = self._av.AudioFrame.from_ndarray(np.ascontiguousarray(samples), "fltp", "stereo")
        frame.sample_rate, frame.pts = _RATE, self._made
        frame.time_base = Fraction(1, _RATE)
        self._made += count
        self._container.mux(self._stream.encode(frame))

    def close(self) -> None:
        """What the encoder still holds."""
        self._container.mux(self._stream.encode(None))

    def _take(self, count: int) -> _Samples:
        """The next samples [2, count], silence once there are no more."""
        self._read(count)
        found, self._held = self._held[:, :count], self._held[:, count:]
        return np.pad(found, ((0, 0), (0, count - found.shape[1])))

    def _read(self, count: int) -> None:
        while not self._over and self._held.shape[1] < count:
            chunk = next(self._chunks, None)
            if chunk is None:
                self._over = True
            else:
                self._held = np.concatenate([self._held, chunk], axis=1)

    def _faded(self, samples: _Samples) -> _Samples:
        """Quieter towards the end, where the sound would go on."""
        start, length = self._made, samples.shape[1]
        begins = self._end - self._fade
        if start + length <= begins or not self._fade:
            return samples
        if self._cut is None:
            left = max(self._end - start - length, 0)
            self._read(left + 1)
            self._cut = self._held.shape[1] > left
        if not self._cut:
            return samples
        loud = (self._end - np.arange(start, start + length)) / self._fade
        faded: _Samples = samples * loud.clip(0, 1).astype(np.float32)
        return faded


def _samples(path: Path, strict: bool = False) -> Iterator[_Samples]:
    """The sound piece by piece, [2, N] in -1..1.

    strict: `FileError` where it cannot be read; else it ends there, and that is said.
    """
    import av

    try:
        with av.open(str(path)) as container:
            if not container.streams.audio:
                raise FileError(f"'{path}' holds no sound")
            resampler = av.AudioResampler("fltp", "stereo", _RATE)
            for frame in container.decode(audio=0):
                for even in resampler.resample(frame):
                    yield even.to_ndarray()
            for even in resampler.resample(None):
                yield even.to_ndarray()
    except (av.error.FFmpegError, OSError, ValueError) as error:
        if strict:
            reason = getattr(error, "strerror", None) or str(error).splitlines()[0]
            raise FileError(f"cannot read the sound '{path}': {reason}") from error
        log.warning("the sound '%s' is broken in the middle; silence follows", path.name)
