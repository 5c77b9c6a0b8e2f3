"""`drawkit.trace`: what comes back of pictures, by renderers and by numbers of its own."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import resvg_py
import torch
from PIL import Image, ImageDraw

from drawkit import Drawing, trace
from drawkit.engine.tracing import enlarged, tracing
from drawkit.errors import ConfigError, FileError, InputError

CASES = Path(__file__).parents[1] / "cases"
Pixels = npt.NDArray[np.uint8]


def shown(drawing: Drawing, width: int, height: int) -> npt.NDArray[np.float64]:
    """What resvg makes of its SVG, straight RGBA 0..1."""
    png = resvg_py.svg_to_bytes(svg_string=drawing.svg(), width=width, height=height)
    return np.asarray(Image.open(io.BytesIO(bytes(png))).convert("RGBA")).astype(float) / 255


def psnr(drawing: Drawing, image: Image.Image) -> float:
    """Against the picture, both on white, in decibels."""
    wanted = np.asarray(image.convert("RGBA")).astype(float) / 255
    found = shown(drawing, *image.size)
    one, other = (p[..., :3] * p[..., 3:] + 1 - p[..., 3:] for p in (found, wanted))
    return float(-10 * np.log10(max(float(np.square(one - other).mean()), 1e-9)))


def logo(size: int = 96, times: int = 8) -> Image.Image:
    """A square with a triangle in it and a disc, on white, with soft edges."""
    large = Image.new("RGB", (size * times, size * times // 2), "white")
    draw, unit = ImageDraw.Draw(large), size * times / 96
    draw.rectangle([5 * unit, 5 * unit, 43 * unit, 43 * unit], fill="#d62828")
    draw.polygon([(24 * unit, 10 * unit), (38 * unit, 38 * unit), (10 * unit, 38 * unit)], "white")
    draw.ellipse([52 * unit, 6 * unit, 88 * unit, 42 * unit], fill="#003049")
    return large.resize((size, size // 2), Image.Resampling.BOX)


def ring() -> Image.Image:
    """A bright ring on nothing."""
    large = Image.new("RGBA", (512, 512), (0, 0, 0, 0))
    draw = ImageDraw.Draw(large)
    draw.ellipse([40, 40, 472, 472], fill=(255, 230, 40, 255))
    draw.ellipse([180, 180, 330, 330], fill=(0, 0, 0, 0))
    return large.resize((64, 64), Image.Resampling.BOX)


@pytest.fixture(scope="module")
def traced() -> Drawing:
    return trace(logo(), 16, steps=40)


def test_flat_art_comes_back_crisp_with_as_many_shapes_as_it_has(traced: Drawing) -> None:
    assert psnr(traced, logo()) > 30
    paths = list(traced.scene.paths())
    assert len(paths) == 4
    assert sum(path.segments for path in paths) <= 24


def test_corners_are_corners_and_sides_are_straight(traced: Drawing) -> None:
    scale = traced.scene.width / 96
    square = next(
        p for p in traced.scene.paths() if p.fill is not None and p.fill[0] > 0.7 > p.fill[1]
    )
    assert square.segments == 4
    knots = square.control_points[::3] / scale
    assert sorted(np.rint(knots).tolist()) == [[5, 5], [5, 43], [43, 5], [43, 43]]
    handles = square.control_points.reshape(4, 3, 2)
    thirds = knots * scale + (np.roll(knots, -1, axis=0) - knots) * scale / 3
    assert np.allclose(handles[:, 1], thirds, atol=1e-3)


def test_what_is_transparent_stays_so_and_no_fringe_is_dark() -> None:
    image = ring()
    drawing = trace(image, 8, steps=40)
    found, wanted = shown(drawing, 64, 64), np.asarray(image).astype(float) / 255
    assert np.abs(found[..., 3] - wanted[..., 3]).mean() < 0.01
    assert found[32, 32, 3] == 0
    assert found[0, 0, 3] == 0
    seen = found[..., 3] > 0.2
    assert found[seen][:, 0].min() > 0.9  # red is 1 throughout
    assert drawing.scene.background.color is None


def test_pixel_art_keeps_every_corner() -> None:
    grid = np.zeros((16, 16, 4), np.uint8)
    grid[2:14, 2:14] = [30, 160, 60, 255]
    for at in range(3, 13):
        grid[at, at] = [0, 0, 0, 255]
    grid[4, 9:12] = [255, 0, 80, 255]
    found = shown(trace(grid, 16, steps=3), 16, 16)
    assert np.abs(found * 255 - grid).max() <= 2


def test_few_shapes_keep_the_large_areas_and_more_come_nearer() -> None:
    rng = np.random.default_rng(0)
    y, x = np.mgrid[:48, :64]
    photo = np.stack([x * 4, y * 5, 255 - x * 2], axis=-1) + rng.normal(0, 8, (48, 64, 3))
    photo[10:30, 12:30] = [240, 240, 60]
    image = Image.fromarray(photo.clip(0, 255).astype(np.uint8))
    few, many = (trace(image, count, size=64, steps=30) for count in (3, 24))
    assert len(list(few.scene.paths())) <= 3
    assert psnr(many, image) > psnr(few, image) + 3


def test_a_palette_holds_every_shape() -> None:
    drawing = trace(logo(), 16, palette=["#ff0000", "#ffffff", "#000080"], steps=5)
    colors = {
        tuple(round(255 * c) for c in path.fill[:3]) for path in drawing.scene.paths() if path.fill
    }
    assert colors == {(255, 0, 0), (255, 255, 255), (0, 0, 128)}


def test_the_same_seed_gives_the_same_bytes_and_any_kind_of_picture_will_do(
    tmp_path: Path,
) -> None:
    image = ring()
    image.save(tmp_path / "ring.png")
    levels = np.asarray(image)
    few: dict[str, Any] = {"steps": 4, "seed": "tom"}
    texts = [
        trace(one, 8, **few).svg()
        for one in (image, levels, levels.astype(np.float32) / 255, image)
    ]
    assert len(set(texts)) == 1
    named = trace(tmp_path / "ring.png", 8, **few)
    assert named.scene.metadata.title == "ring"
    assert list(named.scene.metadata.inputs) == ["ring.png"]
    assert [p.fill for p in named.scene.paths()] == [
        p.fill for p in trace(image, 8, **few).scene.paths()
    ]


def test_shapes_come_where_the_picture_is_wrong_and_the_loop_knows() -> None:
    """A picture with far more areas than shapes at first: some come on the way."""
    large = Image.new("RGB", (256, 256), "white")
    draw = ImageDraw.Draw(large)
    for at in range(36):
        left, top = 8 + 42 * (at % 6), 8 + 42 * (at // 6)
        draw.ellipse([left, top, left + 30, top + 30], fill=(at * 7, 40, 250 - at * 6))
    counts: list[float] = []
    drawing = trace(large, 40, steps=20, on_step=lambda step: counts.append(step.loss))
    assert 30 < len(list(drawing.scene.paths())) <= 40
    assert counts[-1] < 0.5 * counts[1]


def test_it_stops_with_the_best_so_far() -> None:
    drawing = trace(logo(), 8, steps=50, on_step=lambda step: step.index < 3)
    assert drawing.scene.metadata.steps == 3
    with pytest.raises(ZeroDivisionError) as error:
        trace(logo(), 8, steps=50, on_step=lambda step: 1 // (2 - step.index))
    assert len(list(error.value.drawing.scene.paths())) > 2  # type: ignore[attr-defined]


@pytest.mark.parametrize("size", [(1, 1), (300, 1), (2, 90), (1000, 40)])
def test_the_smallest_and_the_narrowest(size: tuple[int, int]) -> None:
    drawing = trace(Image.new("RGB", size, "#204060"), 4, steps=2)
    assert len(list(drawing.scene.paths())) == 1
    assert max(drawing.scene.width, drawing.scene.height) >= 250
    assert np.allclose(
        shown(drawing, *size)[size[1] // 2, size[0] // 2] * 255, [32, 64, 96, 255], atol=2
    )


def test_enlarged_keeps_the_means_and_has_no_ripples() -> None:
    small = np.asarray(ring())
    large = enlarged(small, 4).astype(float) / 255
    large[..., :3] *= large[..., 3:]
    wanted = small.astype(float) / 255
    wanted[..., :3] *= wanted[..., 3:]
    mean = large.reshape(64, 4, 64, 4, 4).mean(axis=(1, 3))
    assert np.abs(mean - wanted).mean() < 0.004
    assert large[:8].max() == 0


def test_how_large_it_is_traced() -> None:
    def size(shape: tuple[int, int], said: object = None) -> tuple[int, int]:
        from drawkit.config import Given

        layer = {} if said is None else {"draw.size": Given(said, "size")}
        found = tracing(np.full((*shape, 4), 255, np.uint8), layer, None)
        wide, high = found.layer["draw.size"].value.split("x")
        return int(wide), int(high)

    assert size((512, 1024)) == (256, 128)
    assert size((64, 32)) == (128, 256)
    assert size((300, 200), 100) == (67, 100)
    assert size((30, 20), 100) == (60, 90)
    assert size((300, 200), "600x600") == (400, 600)


@pytest.mark.parametrize(
    ("picture", "options", "words"),
    [
        (np.zeros((8, 8, 4), np.uint8), {}, "transparent all over"),
        (np.zeros((0, 8, 3), np.uint8), {}, "shape"),
        ("gone.png", {}, "does not exist"),
        (Image.new("RGB", (8, 8)), {"shapes": 0}, "allowed: 1 to 10000"),
        (Image.new("RGB", (8, 8)), {"shapes": 100_000}, "allowed: 1 to 10000"),
        (Image.new("RGB", (8, 8)), {"shapes": "many"}, "a whole number"),
        (Image.new("RGB", (8, 8)), {"palette": "db33"}, "did you mean"),
        (Image.new("RGB", (8, 8)), {"palette": ["#ff000080"]}, "opaque"),
        (Image.new("RGB", (8, 8)), {"strokes": 4}, "trace has no setting 'strokes'"),
        (Image.new("RGB", (8, 8)), {"size": "large"}, "size"),
        (Image.new("RGB", (8, 8)), {"size": 0}, "allowed"),
        (
            Image.new("RGB", (8, 8)),
            {"settings": {"perceptor.models": "builtin"}},
            "not for tracing",
        ),
        (Image.new("RGB", (8, 8)), {"settings": {"draw.prompts": "a cat"}}, "not for tracing"),
    ],
)
def test_bad_input_is_told_in_one_line(picture: Any, options: dict[str, Any], words: str) -> None:
    with pytest.raises((ConfigError, InputError, FileError)) as error:
        trace(picture, **{"steps": 1, **options})
    assert words in str(error.value)
    assert "\n" not in str(error.value)


def test_a_run_that_goes_on_from_its_state_ends_alike(tmp_path: Path) -> None:
    """Also where shapes have come and gone in between."""
    from drawkit.engine import Run, settings_for

    rng = np.random.default_rng(3)
    pixels = np.kron(rng.integers(0, 255, (8, 8, 4)), np.ones((32, 32, 1))).astype(np.uint8)
    pixels[..., 3] = 255
    found = tracing(pixels, {}, None)
    from drawkit.config import Given

    settings = settings_for(
        {**found.layer, "optimize.steps": Given(12, "test"), "trace.shapes": Given(60, "test")}
    )
    whole = Run(settings, found.start)
    kept = None
    for step in whole:
        if step.index == 7:
            kept = whole.state()
    assert kept is not None
    other = Run(settings, found.start)
    other.restore_(kept)
    for _ in other:
        pass
    assert other.drawing().svg() == whole.drawing().svg()
    assert torch.is_tensor(kept.loop.canvas["points"])
