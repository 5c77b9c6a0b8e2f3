"""The style loss sees what a picture is made of, and costs a fixed amount."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor
from views import view_of

from drawkit.canvas.traits import settings_for_lines
from drawkit.config import DrawConfig, Given
from drawkit.engine import settings_for
from drawkit.errors import ConfigError, DrawkitError, FileError
from drawkit.losses import StepContext
from drawkit.losses._restyle import restyled
from drawkit.losses._style_pictures import style_tensors
from drawkit.losses._vgg16 import Vgg16
from drawkit.losses.style import StyleConfig, StyleLoss


def stripes(red: int = 255, across: bool = True, side: int = 48) -> Image.Image:
    """Black stripes of 3 px on a paper of some red."""
    at = np.indices((side, side))[1 if across else 0]
    pixels = np.where((at // 3 % 2 == 0)[..., None], (0, 0, 0), (red, 255, 255))
    return Image.fromarray(pixels.astype(np.uint8))


def tensor(picture: Image.Image) -> Tensor:
    values = torch.from_numpy(np.asarray(picture.convert("RGB"), np.float32) / 255)
    return values.permute(2, 0, 1)[None].clone()


@pytest.fixture
def striped(tmp_path: Path) -> str:
    path = tmp_path / "stripes.png"
    stripes().save(path)
    return str(path)


def view_of_any(picture: Tensor) -> StepContext:
    """The view of a picture of any size: the perceptor still sees 32 px."""
    small = view_of(torch.zeros(1, 3, 32, 32))
    return replace(small, on_paper=picture)


def loss_of(picture: Tensor, *images: str, **settings: object) -> float:
    """Mean of six steps: by turns they look at the whole and closely, where chance has it."""
    loss = StyleLoss(StyleConfig(images=images, **settings))  # type: ignore[arg-type]
    view = view_of_any(picture)

    def value(step: int) -> float:
        dice = torch.Generator().manual_seed(step)
        return float(loss(replace(view, step=step, generator=dice)))

    with torch.no_grad():
        return sum(map(value, range(6))) / 6


def test_marks_count_the_more_the_less_they_are_those_of_the_style(striped: str) -> None:
    def share_of_marks(picture: Tensor) -> float:
        return loss_of(picture, striped, marks=1.0) - loss_of(picture, striped, marks=0.0)

    own, turned = tensor(stripes()), tensor(stripes(across=False))
    gray = torch.full_like(own, 0.5)
    assert share_of_marks(own) < 0.3 * share_of_marks(turned)
    assert share_of_marks(own) < 0.3 * share_of_marks(gray)


@pytest.mark.parametrize("features", ["mixed", "patches", "stages"])
def test_the_style_picture_itself_is_near_and_others_are_far(striped: str, features: str) -> None:
    def distance(picture: Image.Image) -> float:
        return loss_of(tensor(picture), striped, features=features)

    same, moved = (
        distance(stripes()),
        distance(stripes().transpose(Image.Transpose.FLIP_TOP_BOTTOM)),
    )
    assert same < 0.3
    assert moved == pytest.approx(same, abs=0.1)  # where things are plays no part
    assert distance(stripes(red=0)) > 1.5 * same
    assert distance(Image.new("RGB", (48, 48), "white")) > 2 * same
    noise = np.random.default_rng(0).integers(0, 255, (48, 48, 3), np.uint8)
    assert distance(Image.fromarray(noise)) > 2 * same


def test_the_direction_of_marks_counts(striped: str) -> None:
    same, turned = (loss_of(tensor(stripes(across=a)), striped) for a in (True, False))
    assert turned > 1.3 * same


def test_several_pictures_count_by_their_weights(tmp_path: Path, striped: str) -> None:
    other = str(tmp_path / "other.png")
    stripes(red=0).save(other)
    drawing = tensor(stripes(red=120))
    one, two = loss_of(drawing, striped), loss_of(drawing, other)
    assert abs(one - two) > 0.02
    assert loss_of(drawing, striped, other) == pytest.approx((one + two) / 2, abs=1e-5)
    assert loss_of(drawing, f"{striped}:3", other) == pytest.approx((3 * one + two) / 4, abs=1e-5)


def test_places_follow_the_runs_random_numbers_and_nothing_else(striped: str) -> None:
    loss = StyleLoss(StyleConfig(images=(striped,)))
    view = view_of(torch.rand(1, 3, 32, 32, generator=torch.Generator().manual_seed(0)))

    def value(seed: int) -> float:
        return float(loss(replace(view, generator=torch.Generator().manual_seed(seed))))

    first = value(1)
    torch.manual_seed(99)
    assert value(2) != first
    assert value(1) == first


@pytest.mark.parametrize("size", [(16, 16), (17, 40), (300, 200)])
def test_any_size_of_drawing_and_picture(tmp_path: Path, size: tuple[int, int]) -> None:
    for name, picture in (("dot", (1, 1)), ("line", (700, 1)), ("large", (900, 600))):
        path = tmp_path / f"{name}.png"
        Image.new("RGB", picture, "teal").save(path)
        drawing = torch.rand(1, 3, *size, requires_grad=True)
        value = StyleLoss(StyleConfig(images=(str(path),)))(view_of_any(drawing))
        (gradient,) = torch.autograd.grad(value, drawing)
        assert math.isfinite(float(value.detach()))
        assert gradient.isfinite().all()


def test_an_empty_drawing_has_a_slope(striped: str) -> None:
    blank = torch.ones(1, 3, 32, 32, requires_grad=True)
    value = StyleLoss(StyleConfig(images=(striped,)))(view_of(blank))
    (gradient,) = torch.autograd.grad(value, blank)
    assert gradient.isfinite().all()
    assert float(gradient.abs().sum()) > 0


def half_mask(tmp_path: Path, side: int = 40) -> str:
    """White on the left half, black on the right one."""
    mask = Image.new("L", (side, side))
    mask.paste(255, (0, 0, side // 2, side))
    mask.save(tmp_path / "mask.png")
    return str(tmp_path / "mask.png")


def test_a_mask_holds_the_style_to_its_light_part(tmp_path: Path, striped: str) -> None:
    config = StyleConfig(images=(striped,), mask=half_mask(tmp_path))
    drawing = torch.rand(1, 3, 32, 32, generator=torch.Generator().manual_seed(0)).requires_grad_()
    (gradient,) = torch.autograd.grad(StyleLoss(config)(view_of(drawing)), drawing)
    assert gradient[..., :15].abs().sum() > 0
    assert gradient[..., 17:].abs().sum() == 0
    (everywhere,) = torch.autograd.grad(
        StyleLoss(StyleConfig(images=(striped,)))(view_of(drawing)), drawing
    )
    assert everywhere[..., 17:].abs().sum() > 0


def test_only_what_lies_under_the_mask_is_compared(tmp_path: Path, striped: str) -> None:
    half = torch.cat([tensor(stripes()), torch.ones(1, 3, 48, 48)], dim=3)  # white on the right
    masked = loss_of(half, striped, mask=half_mask(tmp_path))
    assert masked < 0.45
    assert loss_of(half, striped) > 1.5 * masked


def test_words_keep_counting_beside_a_mask(tmp_path: Path, striped: str) -> None:
    config = StyleConfig(images=(striped,), mask=half_mask(tmp_path))
    assert "losses.text" not in StyleLoss.suggested_settings(config, {})
    assert StyleLoss.traits(config) is None


def test_masks_that_are_none(tmp_path: Path, striped: str) -> None:
    Image.new("L", (8, 8), 40).save(tmp_path / "dark.png")
    with pytest.raises(DrawkitError, match="no light part"):
        StyleLoss(StyleConfig(images=(striped,), mask=str(tmp_path / "dark.png")))
    with pytest.raises(FileError, match="does not exist"):
        StyleLoss(StyleConfig(images=(striped,), mask="nowhere.png"))
    dot = Image.new("L", (900, 900))
    dot.putpixel((450, 450), 255)
    dot.save(tmp_path / "dot.png")
    drawing = torch.rand(1, 3, 32, 32, requires_grad=True)
    value = StyleLoss(StyleConfig(images=(striped,), mask=str(tmp_path / "dot.png")))
    assert math.isfinite(float(value(view_of(drawing)).detach()))


def test_the_last_tenth_belongs_to_the_style(striped: str) -> None:
    usual = {"losses.target": {"weight": 100.0}}
    suggested = StyleLoss.suggested_settings(StyleConfig(images=(striped,)), usual)
    assert suggested["losses.text"] == {"during": [0.0, 0.9]}
    assert suggested["losses.target"]["weight"] == 90
    never = StyleLoss.suggested_settings(StyleConfig(images=(striped,), alone=0), usual)
    assert "losses.text" not in never
    settings = settings_for({"losses.style.images": Given([striped], "test")})
    assert settings.sections["losses.text"].during == (0.0, 0.9)
    assert settings.sections["losses.target"].weight == 90
    own = {"losses.target.weight": Given(7.0, "test"), "losses.text.during": Given([0, 1], "test")}
    settings = settings_for({"losses.style.images": Given([striped], "test"), **own})
    assert settings.sections["losses.text"].during == (0.0, 1.0)
    assert settings.sections["losses.target"].weight == 7


def test_it_is_off_without_a_picture_and_two_with_one() -> None:
    assert StyleConfig().weight == 0
    assert StyleConfig(images=("a.png",)).weight == 2
    assert StyleConfig(images=("a.png",), weight=0.5).weight == 0.5
    assert StyleConfig(images=("a.png",), weight=0.0).weight == 0


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"weight": 1.0}, "without a picture"),
        ({"mask": "m.png"}, "for a style picture"),
        ({"features": "resnet"}, "mixed, patches, stages, vgg16"),
        ({"features": "vgg16"}, "name its file"),
        ({"samples": 3}, "16 to 4096"),
        ({"samples": 100_000}, "16 to 4096"),
        ({"thumbnail": -1}, "0 to 1"),
        ({"marks": -1}, "0 to 1000"),
        ({"alone": 1.5}, "0 to 1"),
        ({"alone": math.nan}, "0 to 1"),
    ],
)
def test_settings_that_say_nothing_are_refused(settings: dict[str, object], words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        StyleConfig(**settings)  # type: ignore[arg-type]


def test_vgg16_from_a_file(tmp_path: Path, striped: str) -> None:
    from torchvision.models import vgg16

    with torch.random.fork_rng():
        torch.manual_seed(0)
        weights = vgg16(weights=None).features.half().state_dict()
    path = tmp_path / "vgg.pth"
    torch.save({f"features.{key}": value for key, value in weights.items()}, path)
    settings = {"features": "vgg16", "vgg16": str(path), "samples": 64}
    same, white = (
        loss_of(picture, striped, **settings)
        for picture in (tensor(stripes()), torch.ones(1, 3, 48, 48))
    )
    assert white > 2 * same


def test_files_that_are_not_vgg16(tmp_path: Path) -> None:
    path = tmp_path / "vgg.pth"
    with pytest.raises(FileError, match="no file"):
        Vgg16(str(path))
    path.write_bytes(b"nothing")
    with pytest.raises(FileError, match="it is no weights file, or a broken one"):
        Vgg16(str(path))
    torch.save({"0.weight": torch.zeros(2)}, path)
    with pytest.raises(FileError, match="does not hold the features"):
        Vgg16(str(path))
    torch.save([1, 2], path)
    with pytest.raises(FileError, match="does not hold the features"):
        Vgg16(str(path))


def test_a_picture_to_follow_is_made_of_the_style(tmp_path: Path, striped: str) -> None:
    """On paper all of it, on nothing the figure alone, under a mask its light part alone."""
    figure = torch.zeros(1, 4, 64, 64)
    figure[..., 16:48, 16:48] = torch.tensor([0.0, 0.0, 1.0, 1.0]).view(1, 4, 1, 1)
    loss = StyleLoss(StyleConfig(images=(striped,)))
    on_paper, on_nothing = (
        loss.style_transfer(figure, torch.ones(3)),
        loss.style_transfer(figure, None),
    )
    assert bool((on_paper[:, 3] == 1).all())
    assert torch.equal(on_nothing[:, 3], figure[:, 3])
    assert float(on_paper[:, 2].mean() - on_paper[:, 0].mean()) < 0.05  # no blue is left
    assert float(on_nothing[..., 16:48, 16:48][:, 0].mean()) > 0.2
    half = StyleLoss(StyleConfig(images=(striped,), mask=half_mask(tmp_path)))
    masked = half.style_transfer(figure, torch.ones(3))
    assert torch.equal(masked[..., 40:], figure[..., 40:])
    assert not torch.allclose(masked[..., :30], figure[..., :30])


def test_a_pale_figure_is_set_off_where_there_is_ink_alone(tmp_path: Path) -> None:
    gray = np.linspace(0, 255, 64).astype(np.uint8)
    Image.fromarray(np.broadcast_to(gray, (64, 64)).copy()).save(tmp_path / "ink.png")
    figure = torch.zeros(1, 4, 64, 64)
    figure[..., 16:48, 16:48] = torch.tensor([1.0, 0.95, 0.6, 1.0]).view(1, 4, 1, 1)
    figure[..., 20:24, 20:44] = torch.tensor([0.0, 0.0, 0.0, 1.0]).view(1, 4, 1, 1)
    loss = StyleLoss(StyleConfig(images=(str(tmp_path / "ink.png"),)))
    told = loss.style_transfer(figure, torch.ones(3))[0, :3]
    plain = restyled(
        figure[:, :3] + 1 - figure[:, 3:],
        torch.ones(1, 1, 64, 64),
        style_tensors(loss.config.images),
    )[0]

    def apart(picture: Tensor) -> float:
        return float(picture[:, :12].mean() - picture[:, 30:44, 20:44].mean())

    assert apart(told) > apart(plain) + 0.05


def test_settings_that_suit_a_style_picture(striped: str) -> None:
    suited = settings_for_lines(StyleLoss.traits(StyleConfig(images=(striped,))))
    assert suited["strokes"]["init_follow"]
    given = {"losses.style.images": Given([striped], "test")}
    settings = settings_for(given)
    assert settings.get("draw", DrawConfig).background != "paper"
    kept = settings_for({**given, "draw.background": Given("red", "test")})
    assert kept.get("draw", DrawConfig).background == "red"
    assert settings.sections["losses.strokes_like"].images == (striped,)
    assert StyleLoss.suggested_settings(StyleConfig(), {}) == {}
    assert StyleLoss.traits(StyleConfig()) is None
