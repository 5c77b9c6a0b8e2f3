"""Films of paths in the moving formats that Pillow reads: every frame, every time."""

from __future__ import annotations

import io
from pathlib import Path as FilePath

import numpy as np
import numpy.typing as npt
import pytest
from film_samples import growing, growing_on_nothing, moved_cells
from PIL import Image
from scenes import random_scene, small_grid_scene

from drawkit.errors import InputError
from drawkit.export import exporter_for, moving_suffixes
from drawkit.export._frames import Pictures
from drawkit.export.apng import apng_bytes
from drawkit.export.gif import gif_bytes
from drawkit.export.png import PngConfig, png_bytes
from drawkit.export.webp import webp_bytes
from drawkit.scene.film import Film

SIZE = PngConfig(size=64)


def read_back(data: bytes) -> tuple[list[npt.NDArray[np.float64]], list[float]]:
    """Frames [H, W, 4] and their times in ms."""
    with Image.open(io.BytesIO(data)) as image:
        frames, times = [], []
        for number in range(image.n_frames):
            image.seek(number)
            image.load()
            frames.append(np.asarray(image.convert("RGBA"), float))
            times.append(image.info["duration"])
    return frames, times


def shown(picture: npt.NDArray[np.uint8]) -> npt.NDArray[np.float64]:
    """Premultiplied: the colour of what is all but clear counts for as little."""
    alpha = picture[..., 3:] / 255
    return np.concatenate([picture[..., :3] * alpha, 255 * alpha], axis=2)


@pytest.mark.parametrize("film", [growing(), growing_on_nothing(), moved_cells()])
def test_only_what_changed_is_drawn_and_nobody_sees_it(film: Film) -> None:
    drawn = Pictures(film.first, SIZE)
    for frame in film.frames:
        whole = shown(Pictures(frame.scene, SIZE).of(frame.scene))
        assert np.abs(shown(drawn.of(frame.scene)) - whole).mean() < 0.2


def test_the_pictures_are_those_of_png() -> None:
    scene = random_scene(5)
    with Image.open(io.BytesIO(png_bytes(scene, SIZE))) as image:
        png = np.asarray(image.convert("RGBA"), float)
    ours = Pictures(scene, SIZE).of(scene)
    assert ours.shape == png.shape
    assert np.abs(ours - png).mean() < 0.5


@pytest.mark.parametrize("film", [growing(), growing_on_nothing(), moved_cells()])
@pytest.mark.parametrize(("encode", "unit"), [(apng_bytes, 1), (webp_bytes, 1), (gif_bytes, 10)])
def test_pillow_reads_every_frame_and_time(encode, unit: int, film: Film) -> None:  # type: ignore
    data = encode(film, SIZE)
    frames, times = read_back(data)
    pictures = list(Pictures(film.first, SIZE).all(film.frames))
    assert len(frames) == len(film.frames)
    for found, wanted in zip(frames, pictures, strict=True):
        seen = wanted.copy()
        if encode is gif_bytes:
            seen[..., 3] = np.where(wanted[..., 3] < 128, 0, 255)
        there = seen[..., 3] > 0
        assert (found[..., 3] == seen[..., 3]).all()
        apart = np.abs(found - seen)[there].mean()
        assert apart <= (5 if encode is gif_bytes else 0)
    assert sum(times) == pytest.approx(1000 * film.seconds, abs=unit)
    assert max(np.abs(np.array(times) - film.durations)) <= unit
    assert data == encode(film, SIZE)


def test_formats_of_one_picture_refuse_a_film(tmp_path: FilePath) -> None:
    film = growing()
    assert set(moving_suffixes()) >= {".apng", ".aseprite", ".gif", ".webp"}
    for name in ("cat.svg", "cat.png", "cat.pdf", "cat.jpg"):
        with pytest.raises(InputError, match=rf"{name}' holds one picture; films are .*\.gif"):
            exporter_for(FilePath(name)).write_film(film, tmp_path / name)
    with pytest.raises(InputError, match="aseprite takes films of pixel art"):
        exporter_for(FilePath("x.aseprite")).write_film(film, tmp_path / "x.aseprite")
    assert not list(tmp_path.iterdir())


def test_pixel_art_in_frames_is_the_same_file_as_in_its_grid(tmp_path: FilePath) -> None:
    scene = small_grid_scene()
    assert scene.grid is not None
    film = Film(Film.of(scene).frames, tags=scene.grid.tags)
    for suffix in (".gif", ".apng", ".webp", ".aseprite"):
        exporter = exporter_for(FilePath(f"x{suffix}"))
        exporter.write(scene, tmp_path / f"a{suffix}")
        exporter.write_film(film, tmp_path / f"b{suffix}")
        assert (tmp_path / f"a{suffix}").read_bytes() == (tmp_path / f"b{suffix}").read_bytes()
