from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from drawkit.errors import ConfigError
from drawkit.perceptor.cutouts import Cutouts, CutoutsConfig, cutouts
from drawkit.perceptor.cutouts.aphantasia import AphantasiaCutoutsConfig
from drawkit.perceptor.cutouts.clipdraw import ClipdrawCutoutsConfig
from drawkit.perceptor.cutouts.perspective import random_crop, random_perspective
from drawkit.perceptor.cutouts.pixray import PixrayCutouts, PixrayCutoutsConfig
from drawkit.perceptor.cutouts.warp import placed, rotated, view_whole, warp
from drawkit.perceptor.cutouts.whole import WholeCutouts, WholeCutoutsConfig

NAMES = cutouts.names()
WHITE = torch.ones(1, 3, 1, 1)
TEAL = torch.tensor([0.1, 0.6, 0.55]).view(1, 3, 1, 1)


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def recipe(name: str, count: int = 6) -> Cutouts:
    plugin = cutouts.get(name)
    settings = {"noise": 0.0} if hasattr(plugin.config, "noise") else {}
    made: Cutouts = plugin.cls(plugin.config(**settings), count)
    return made


def picture(height: int = 48, width: int = 48) -> Tensor:
    """A smooth picture with a different colour everywhere."""
    y, x = torch.meshgrid(torch.linspace(0, 1, height), torch.linspace(0, 1, width), indexing="ij")
    return torch.stack([x, y, 0.5 + 0.5 * torch.sin(6 * x * y)])[None]


def test_every_issue_recipe_is_there() -> None:
    assert {"aphantasia", "clipdraw", "disco", "pixray", "whole"} <= set(NAMES)


@pytest.mark.parametrize("align", ["uniform", "central", "overscan"])
def test_aphantasia_shows_crops_of_every_size_and_the_other_side_only_where_asked(
    align: str,
) -> None:
    plain = {"align": align, "distortion": 0.0, "rotation": 0.0}
    left = torch.zeros(1, 3, 48, 64)
    left[..., :32] = 1.0  # two halves: a view that has white right of black goes over the side
    ways = []
    for macro in (0.0, 1.0):
        config = AphantasiaCutoutsConfig(macro=macro, **plain)  # type: ignore[arg-type]
        views = cutouts.get("aphantasia").cls(config, 200)(left, WHITE * 0.5, 32, generator())
        row = views[:, 0, 16]
        ways.append(((row[:, 1:] - row[:, :-1]) > 0.2).any(dim=1).float().mean())
        assert views.min() > -1e-6
    assert (min(ways) > 0.1) == (align == "overscan")
    if align == "central":
        middles = []
        for other in ("uniform", "central"):
            config = AphantasiaCutoutsConfig(macro=0.0, **{**plain, "align": other})  # type: ignore[arg-type]
            views = cutouts.get("aphantasia").cls(config, 200)(picture(), WHITE, 32, generator())
            middles.append(float((views[:, 0].mean(dim=(1, 2)) - 0.5).abs().mean()))  # red is x
        assert middles[1] < 0.8 * middles[0]
    if align == "uniform":
        small = cutouts.get("aphantasia").cls(AphantasiaCutoutsConfig(macro=0.0), 200)
        large = cutouts.get("aphantasia").cls(AphantasiaCutoutsConfig(macro=1.0), 200)
        both = [made(left, WHITE, 32, generator()).std(dim=(1, 2, 3)) for made in (small, large)]
        assert (both[1] > 0.35).float().mean() > (both[0] > 0.35).float().mean() + 0.2


def test_disco_shows_the_whole_first_and_details_later() -> None:
    shown, wide = picture(), view_whole(picture(), WHITE, 32)
    made = recipe("disco", 8)

    def overviews(progress: float) -> int:
        made.at(progress)
        views = made(shown, WHITE, 32, generator())
        gray = wide.new_tensor([0.299, 0.587, 0.114]).view(1, 3, 1, 1)
        kinds = [wide, (wide * gray).sum(dim=1, keepdim=True).expand_as(wide)]
        kinds += [kind.flip(3) for kind in kinds]
        apart = torch.stack([(views - kind).abs().mean(dim=(1, 2, 3)) for kind in kinds])
        near, which = apart.min(dim=0)
        assert {*which[near < 0.01].tolist()} == ({0, 1, 2, 3} if progress < 0.4 else {0, 1})
        return int((near < 0.01).sum())

    assert (overviews(0.0), overviews(0.39)) == (6, 6)
    assert (overviews(0.4), overviews(1.0)) == (2, 2)
    assert recipe("disco", 1)(shown, WHITE, 32, generator()).shape[0] == 1


def test_disco_keeps_hues_where_the_run_is_late_and_inside_the_picture() -> None:
    made = recipe("disco", 64)
    made.at(0.9)
    views = made(picture(36, 64), TEAL * 0, 32, generator())[16:]
    assert (views.amax(dim=1) - views.amin(dim=1)).amax(dim=(1, 2)).min() > 0.05
    white = made(torch.ones(1, 3, 36, 64), TEAL * 0, 32, generator())[16:]
    assert white.min() > 0.4  # nowhere the black paper


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("sides", [(48, 48), (36, 64), (64, 36)])
def test_views_have_the_asked_shape(name: str, sides: tuple[int, int]) -> None:
    views = recipe(name)(picture(*sides), WHITE, 32, generator())
    assert views.shape == (6, 3, 32, 32)
    assert views.isfinite().all()
    assert views.std(dim=0).mean() > 0.01  # they differ from each other


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("paper", [WHITE, TEAL])
def test_empty_paper_stays_paper(name: str, paper: Tensor) -> None:
    empty = paper.expand(1, 3, 48, 48)
    views = recipe(name)(empty, paper, 32, generator())
    assert torch.equal(views, paper.expand_as(views))


@pytest.mark.parametrize("name", NAMES)
def test_all_views_lie_between_paper_and_ink(name: str) -> None:
    black = torch.zeros(1, 3, 48, 48)
    views = recipe(name)(black, TEAL, 32, generator())
    assert (views <= TEAL + 1e-6).all()
    assert (views >= -1e-6).all()


@pytest.mark.parametrize("name", NAMES)
def test_same_seed_same_views_and_the_global_generator_is_left_alone(name: str) -> None:
    before = torch.random.get_rng_state()
    one, same, other = (recipe(name)(picture(), WHITE, 32, generator(seed)) for seed in (5, 5, 6))
    assert torch.equal(one, same)
    assert not torch.equal(one, other)
    assert torch.equal(torch.random.get_rng_state(), before)


@pytest.mark.parametrize("name", NAMES)
def test_the_gradient_reaches_the_whole_picture(name: str) -> None:
    ink = picture().requires_grad_()
    seen = torch.zeros(48, 48)
    for seed in range(20):
        views = recipe(name)(ink, WHITE, 48, generator(seed))
        (gradient,) = torch.autograd.grad(views.sum(), ink)
        seen += gradient[0].abs().sum(dim=0)
    assert (seen > 0).all()


def test_gradient_of_the_warp_is_the_true_one() -> None:
    ink = picture(6, 8).double().requires_grad_()
    matrices = random_perspective(2, (1.0, 0.75), 0.5, 1.0, generator()).double()
    assert torch.autograd.gradcheck(lambda p: warp(p, TEAL.double(), matrices, 5), ink)


def test_a_view_that_neither_zooms_nor_moves_is_a_plain_resize() -> None:
    still = WholeCutouts(WholeCutoutsConfig(zoom=(1.0, 1.0)), 2)
    views = still(picture(), WHITE, 32, generator())
    resized = F.interpolate(picture(), (32, 32), mode="bilinear", antialias=True)
    assert torch.allclose(views, resized.expand_as(views), atol=1e-5)
    same = still(picture(), WHITE, 48, generator())
    assert torch.allclose(same, picture().expand_as(same), atol=1e-5)


def test_the_whole_view_keeps_the_aspect_and_pads_with_paper() -> None:
    view = view_whole(torch.zeros(1, 3, 24, 48), TEAL, 48)
    assert torch.allclose(view[..., :12, :], TEAL.expand(1, 3, 12, 48))
    assert torch.allclose(view[..., 36:, :], TEAL.expand(1, 3, 12, 48))
    assert view[..., 13:35, :].abs().max() < 1e-6


def test_whole_views_never_cut_the_picture() -> None:
    # A frame along the picture's border is seen in full in every view.
    black = torch.zeros(1, 3, 64, 64)
    views = 1 - WholeCutouts(WholeCutoutsConfig(), 32)(black, WHITE, 64, generator())
    area = views[:, 0].sum(dim=(1, 2)) / 64**2
    assert area.min() > 1 / 1.45**2 - 0.01
    assert area.max() < 1.0
    corners = [views[:, 0, y, x] for y in (0, -1) for x in (0, -1)]
    assert torch.stack(corners).max(dim=0).values.mean() < 0.2  # the picture lies inside


def test_fine_lines_turn_grey_instead_of_flickering() -> None:
    stripes = torch.ones(1, 3, 224, 224)
    stripes[..., ::2] = 0
    config = WholeCutoutsConfig(zoom=(1.0, 1.3))
    views = WholeCutouts(config, 8)(stripes, WHITE, 64, generator())
    middle = views[:, :, 28:36, 28:36]
    assert (middle - 0.5).abs().max() < 0.05
    # What this guards against: sampling the full picture at the cutout's pixels.
    plain = F.interpolate(stripes, (64, 64), mode="bilinear", align_corners=False)
    assert (plain - 0.5).abs().max() > 0.2


@pytest.mark.parametrize("name", [name for name in NAMES if recipe(name).detail(32)])
def test_a_picture_of_as_many_pixels_as_a_recipe_says_shows_it_the_same(name: str) -> None:
    looks = recipe(name)
    enough = looks.detail(32)
    assert enough is not None
    fine = picture(384, 384)

    def seen(side: int) -> Tensor:
        small = F.adaptive_avg_pool2d(fine, side)
        return looks(small, WHITE, 32, generator())

    whole = looks(fine, WHITE, 32, generator())
    assert float((seen(enough) - whole).abs().mean()) < 0.001
    assert float((seen(enough // 4) - whole).abs().mean()) > 0.01


def test_crops_keep_to_their_share_and_inside_the_picture() -> None:
    half = (1.0, 0.5625)
    matrices = random_crop(500, half, (0.3, 0.5), (3 / 4, 4 / 3), generator())
    sides, center = torch.stack([matrices[:, 0, 0], matrices[:, 1, 1]], 1), matrices[:, :2, 2]
    assert (center.abs() + sides <= torch.tensor(half) + 1e-6).all()
    share = sides.prod(dim=1) / (half[0] * half[1])
    assert share.max() <= 0.5 + 1e-6
    assert share.min() >= 0.3 - 1e-6


def test_perspective_moves_corners_inwards_by_at_most_the_distortion() -> None:
    matrices = random_perspective(200, (1.0, 1.0), 0.5, 1.0, generator())
    for true in torch.tensor([[-1.0, -1.0], [1.0, -1.0], [1.0, 1.0], [-1.0, 1.0]]):
        corner = torch.linalg.solve(matrices, F.pad(true, (0, 1), value=1.0)[:, None])
        inward = corner[:, :2, 0] / corner[:, 2:, 0] * true
        assert (inward <= 1 + 1e-4).all()
        assert (inward >= 0.5 - 1e-4).all()
        assert float(inward.std(dim=0).min()) > 0.1
    still = random_perspective(5, (1.0, 1.0), 0.5, 0.0, generator())
    assert torch.allclose(still, torch.eye(3).expand(5, 3, 3), atol=1e-5)


def test_pixray_mixes_zoomed_and_wide_views_and_adds_noise() -> None:
    dot = torch.ones(1, 3, 64, 64)
    dot[..., 28:36, 28:36] = 0
    views = PixrayCutouts(PixrayCutoutsConfig(noise=0.0), 10)(dot, WHITE, 64, generator(1))
    ink = (1 - views).mean(dim=(1, 2, 3))
    assert ink[6:].max() < ink[:6].max()  # the zoomed ones come first and show more of the dot
    noisy = PixrayCutouts(PixrayCutoutsConfig(noise=0.1), 10)(dot, WHITE, 64, generator(1))
    assert 0 < (noisy - views).std() < 0.1


@pytest.mark.parametrize(
    "make",
    [
        lambda: CutoutsConfig(count=0),
        lambda: CutoutsConfig(count=10_000),
        lambda: ClipdrawCutoutsConfig(distortion=1.0),
        lambda: ClipdrawCutoutsConfig(scale=(0.9, 0.7)),
        lambda: PixrayCutoutsConfig(zoom_share=1.5),
        lambda: WholeCutoutsConfig(zoom=(0.0, 1.0)),
        lambda: WholeCutoutsConfig(shift=0.7),
        lambda: WholeCutoutsConfig(noise=-0.1),
    ],
)
def test_settings_that_make_no_view_are_refused(make: object) -> None:
    with pytest.raises(ConfigError, match="allowed"):
        make()  # type: ignore[operator]


def test_a_homography_shows_the_same_whatever_its_scale() -> None:
    """Without perspective the views come by a shorter way, which must lead to the same pixels."""
    turned = rotated(torch.tensor([0.3, -1.0])) @ placed(
        torch.tensor([[0.1, -0.2], [0.0, 0.3]]), torch.tensor([[0.7, 0.7], [1.3, 1.3]])
    )
    short, long = (warp(picture(), TEAL, scale * turned, 24) for scale in (1, 2))
    torch.testing.assert_close(short, long, atol=1e-5, rtol=0)
