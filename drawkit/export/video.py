"""MP4 (H.264) and WebM (VP9), frame by frame, by PyAV.

The file is closed properly whatever happens: where the disk is full, or Ctrl-C comes, the film so
far plays. PyAV is an extra, as its wheels hold GPL encoders: `pip install 'drawkit[video]'`.
"""

from __future__ import annotations

import importlib.util
import logging
import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path as FilePath
from typing import Annotated, Any, ClassVar

import numpy as np

from drawkit.config.limits import Limits, check_limits
from drawkit.errors import BackendError, InputError
from drawkit.export import Exporter, exporters
from drawkit.export import _provenance as provenance
from drawkit.export._changes import Pixels
from drawkit.export._frames import Pictures
from drawkit.export._sound import Sound, SoundFeed
from drawkit.export.png import PngConfig
from drawkit.export.svg import SvgConfig
from drawkit.files.streaming import Growing, streamed
from drawkit.scene import Metadata, Scene
from drawkit.scene.film import Film, whole_times

__all__ = ["FilmStream", "VideoConfig", "VideoExporter", "own_rate"]

log = logging.getLogger("drawkit")

_RED, _BLUE = 0.2126, 0.0722
"""Shares of red and blue in how light a colour is, by BT.709."""
_BT709, _NARROW = 1, 1
"""ffmpeg's numbers for that, and for levels from 16 to 235."""
_USUAL_RATE = 24
_FASTEST_RATE = 60
_LONGEST_SIDE = 16384
_MOST_PIXELS = 35_651_584
"""What level 6.2, the highest of both H.264 and VP9, has in a picture: no player need show more.
(libvpx takes 150 bytes a pixel: of twice as many, memory would end before the film.)"""
_SMALL = 128
_SHORTEST_SIDE = 16
"""Pixels a side that every decoder takes."""


@dataclass(frozen=True)
class VideoConfig:
    """How good; size and scale are those of the PNG, 512 px without one."""

    fps: Annotated[float, Limits(1, 120)] | None = None
    """Frames a second; none: what holds every time of the film, or 24."""
    quality: Annotated[int, Limits(1, 100)] = 80
    """1: small and blurred, 100: large and nearly without loss."""

    def __post_init__(self) -> None:
        check_limits(self, "export.video")


@exporters.register("video", config=VideoConfig)
class VideoExporter(Exporter):
    """Film as MP4 or WebM, by the extra `video`; a drawing without frames stands still."""

    suffixes: ClassVar[tuple[str, ...]] = (".mp4", ".webm")
    through: ClassVar[tuple[type[Any], ...]] = (PngConfig, SvgConfig, Sound)
    sounds: ClassVar[bool] = True

    def __init__(
        self,
        config: VideoConfig = VideoConfig(),
        png: PngConfig = PngConfig(),
        svg: SvgConfig = SvgConfig(),
        sound: Sound = Sound(),
    ) -> None:
        self._config, self._png, self._svg, self._sound = config, png, svg, sound

    @classmethod
    def require(cls) -> None:
        """`BackendError` where PyAV is missing."""
        if importlib.util.find_spec("av") is None:
            raise BackendError(
                "mp4 and webm need PyAV: pip install 'drawkit[video]'; "
                "gif, webp, apng and anim.svg need nothing"
            )

    def write(self, scene: Scene, path: FilePath) -> None:
        """Write the frames of pixel art; any other scene stands still for its moment."""
        self.write_film(Film.of(scene), path)

    def write_film(self, film: Film, path: FilePath) -> None:
        """Write every frame of `film`; on Ctrl-C those so far."""
        times = film.durations
        rate, whole = self.rate_of(times), sum(times) / 1000
        with self.stream(path, film.first, rate, whole) as stream:
            for frame, duration in zip(film.frames, times, strict=False):
                stream.add(frame.scene, duration)

    def rate_of(self, durations: Sequence[float]) -> Fraction:
        """Frames a second: what is set, or what frames of such times in ms need."""
        if self._config.fps is None:
            return own_rate(durations)
        return Fraction(self._config.fps).limit_denominator(1001)

    @contextmanager
    def stream(
        self, path: FilePath, first: Scene, rate: Fraction, seconds: float | None = None
    ) -> Iterator[FilmStream]:
        """A film to which frames are added while they come to be, all as large as `first`.

        seconds: how long it is going to be; its sound needs to know.
        """
        with streamed(path) as file:
            pictures = Pictures(first, self._png, self._svg)
            kind = path.suffix.lower()
            stream = FilmStream(file, kind, pictures, rate, self._config.quality, first)
            if self._sound.file is not None and seconds is not None:
                stream.hear(self._sound.file, seconds)
            stopped = None
            try:
                yield stream
            except KeyboardInterrupt as stop:
                if not stream.frames:
                    raise
                stopped = stop
            stream.close()
        if file.full:
            log.warning("the disk is full: '%s' ends after %.3g s", path, stream.seconds)
        if stopped is not None:
            raise stopped


class FilmStream:
    """An encoder and its file: pictures at a steady rate, the last one as long as it is shown."""

    def __init__(
        self,
        file: Growing,
        kind: str,
        pictures: Pictures,
        rate: Fraction,
        quality: int,
        first: Scene,
    ) -> None:
        import av  # tens of megabytes

        self._file, self._pictures, self._rate, self._kind = file, pictures, rate, kind
        self._feed: SoundFeed | None = None
        self._av = av
        self.frames = 0
        self._shown = 0.0  # ms of all that was added
        width, height = (_even(side) for side in pictures.size)
        if max(width, height) > _LONGEST_SIDE or width * height > _MOST_PIXELS:
            raise InputError(
                f"{kind[1:]} holds up to {_LONGEST_SIDE} px a side and {_MOST_PIXELS:,} in all "
                f"(5970 x 5970), got {width} x {height}"
            )
        clear = first.background.color is None and kind == ".webm"
        self._clear = clear
        self._container = av.open(file, "w", format="mp4" if kind == ".mp4" else "webm")
        _describe(self._container, first.metadata)
        self._stream: Any = self._container.add_stream(
            "libx264" if kind == ".mp4" else "libvpx-vp9", rate=rate
        )
        self._stream.width, self._stream.height = width, height
        self._stream.pix_fmt = "yuva420p" if clear else "yuv420p"
        self._stream.codec_context.time_base = 1 / rate
        # What the colours are: else players guess by the size.
        for name in ("colorspace", "color_primaries", "color_trc"):
            setattr(self._stream.codec_context, name, _BT709)
        self._stream.codec_context.color_range = _NARROW
        self._stream.options = _options(kind, quality, min(width, height))
        self._size = width, height
        self._picture: Pixels | None = None
        self._planes: tuple[Pixels, ...] = ()

    def hear(self, sound: FilePath, seconds: float) -> None:
        """Have a sound with it, from the first frame on; seconds: how long the film will be."""
        self._feed = SoundFeed(self._container, sound, self._kind, seconds)

    @property
    def seconds(self) -> float:
        """How long the film is so far."""
        return float(self.frames / self._rate)

    @property
    def full(self) -> bool:
        """Whether the disk takes no more."""
        return self._file.full

    def add(self, scene: Scene, duration_ms: float) -> None:
        """Show a scene for so long; nothing once the disk is full."""
        self._shown += duration_ms
        until = round(self._shown / 1000 * float(self._rate))
        if self.full or until <= self.frames:
            return
        picture = self._pictures.of(scene)
        if picture is not self._picture:  # one that stands still is the same
            self._picture, self._planes = picture, _planes(self._padded(picture))
        planes = self._planes
        while self.frames < until and not self.full:
            frame = self._av.VideoFrame(*self._size, self._stream.pix_fmt)
            for plane, levels in zip(frame.planes, planes, strict=False):
                rows = np.zeros((plane.height, plane.line_size), np.uint8)
                rows[:, : plane.width] = levels
                plane.update(rows.tobytes())
            frame.colorspace, frame.color_range = _BT709, _NARROW
            frame.pts, frame.time_base = self.frames, 1 / self._rate
            self.frames += 1
            self._container.mux(self._stream.encode(frame))
            if self._feed is not None:
                self._feed.until(self.seconds)

    def close(self) -> None:
        """End the film; what the encoder still holds comes first, if there is room."""
        if self.frames and not self.full:
            self._container.mux(self._stream.encode(None))
            if self._feed is not None:
                self._feed.close()
        self._container.close()

    def _padded(self, picture: Pixels) -> Pixels:
        """Without alpha on white; sides of an odd number of pixels get one more, as the last."""
        if not self._clear and picture[..., 3].min() < 255:
            alpha = picture[..., 3:].astype(np.uint16)
            over = picture[..., :3] * alpha + 255 * (255 - alpha)
            picture = np.dstack([(over + 127) // 255, np.full_like(alpha, 255)]).astype(np.uint8)
        height, width = picture.shape[:2]
        more = ((0, self._size[1] - height), (0, self._size[0] - width), (0, 0))
        return np.pad(picture, more, mode="edge")


def _planes(picture: Pixels) -> tuple[Pixels, ...]:
    """Light, the two differences of colour at half the size, and alpha; BT.709, 16 to 235.

    By our own sums, to the nearest level: those of PyAV make white a grey.
    """
    colors = picture[..., :3].astype(np.float32)
    found = [16 + _light(colors) * 219 / 255]
    rows = colors[::2] + colors[1::2]
    small = (rows[:, ::2] + rows[:, 1::2]) / 4
    light = _light(small)
    for channel, share in ((2, _BLUE), (0, _RED)):
        found.append(128 + (small[..., channel] - light) / (2 * (1 - share)) * 224 / 255)
    return (*(np.rint(plane).astype(np.uint8) for plane in found), picture[..., 3])


def _light(colors: Any) -> Any:
    """How light they are; no product of matrices, whose last digit depends on the memory."""
    red, green, blue = (colors[..., channel] for channel in range(3))
    return _RED * red + (1 - _RED - _BLUE) * green + _BLUE * blue


def own_rate(durations: Sequence[float]) -> Fraction:
    """Frames a second at which every time is a whole number of frames; 24 where there is none."""
    if max(durations) - min(durations) < 1e-6:
        rate = Fraction(1000 / durations[0]).limit_denominator(1001)
    else:
        rate = Fraction(1000, math.gcd(*whole_times(durations)))
    if rate < 1:
        rate = rate * math.ceil(1 / rate)
    return rate if rate <= _FASTEST_RATE else Fraction(_USUAL_RATE)


def _options(kind: str, quality: int, side: int) -> dict[str, str]:
    """The encoder's own: a constant quality, and threads that do not depend on the machine.

    side: the shorter one, px. Of very small frames x264's tree of macroblocks reads what nobody
    wrote, and gives other bytes now and then.
    """
    lossy = (100 - quality) / 99
    if kind == ".mp4":
        options = {"crf": str(round(8 + 40 * lossy)), "preset": "medium", "threads": "2"}
        return options if side >= _SMALL else {**options, "x264-params": "mbtree=0"}
    crf = str(round(10 + 50 * lossy))
    return {"crf": crf, "b:v": "0", "deadline": "good", "cpu-used": "4", "threads": "2"}


def _even(side: int) -> int:
    """As H.264 has it, which keeps colours at half the size; at least what decoders take."""
    return max(side + side % 2, _SHORTEST_SIDE)


def _describe(container: Any, metadata: Metadata) -> None:
    """How it was made, where players show it."""
    told = provenance.told(metadata)
    for key, text in (("title", told.title), ("comment", told.description)):
        if text:
            container.metadata[key] = text
