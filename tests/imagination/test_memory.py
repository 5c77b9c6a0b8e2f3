"""Memory: what words name is drawn after an openly licensed picture of it."""

from __future__ import annotations

import io
import json
import tomllib
from pathlib import Path

import cairosvg
import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor

from drawkit import draw
from drawkit.imagination.imagine import on_white
from drawkit.imagination.memory import Memory, Recalled, load_memory, save_memory, webp
from drawkit.perceptor.clip import ClipPerceptor, open_perceptor

SHIPPED = Path("drawkit/perceptor/builtin/memory.safetensors")


@pytest.fixture(scope="module")
def perceptor() -> ClipPerceptor:
    return open_perceptor("builtin", precision="fp32", device="cpu")


@pytest.fixture(scope="module")
def memory() -> Memory:
    return load_memory(SHIPPED)


def recalled(perceptor: ClipPerceptor, memory: Memory, text: str) -> Recalled | None:
    return memory.recall(perceptor.encode_text([text])[0], [text.lower().split()])


def colored(rgb: tuple[float, float, float]) -> Tensor:
    picture = torch.zeros(4, 64, 64)
    picture[3, 8:56, 16:48] = 1
    picture[:3] = torch.tensor(rgb)[:, None, None] * picture[3:]
    return picture


def mean_ink(picture: Tensor) -> Tensor:
    ink: Tensor = picture[0, :3].sum((1, 2)) / picture[0, 3].sum()
    return ink


@pytest.mark.parametrize(
    ("text", "name"),
    [
        *(("an owl", "owl"), ("a bicycle", "bicycle"), ("Two cherries", "cherries")),
        *(("a black cat", "black cat"), ("an old red house on a hill", "house")),
        *(("three frogs in a pond", "frog"), ("a green apple", "green apple")),
        *(("a red mug with steam", "mug"), ("a monkey eating a mango", "monkey")),
        *(("a hot air balloon", "hot air balloon"), ("a bowl of noodles", "bowl of noodles")),
        *(("an alligator", "alligator"), ("a coffee cup", "cup of coffee"), ("a pencil", "pencil")),
        *(("a cat in a box", "cat in a box"), ("a black cat in a box", "black cat")),
        *(("a crayon drawing of a walrus", "walrus"), ("bow and arrow", "bow and arrow")),
    ],
)
def test_what_the_words_name_is_recalled(
    perceptor: ClipPerceptor, memory: Memory, text: str, name: str
) -> None:
    found = recalled(perceptor, memory, text)
    assert found is not None
    assert found.names[0].split(" (")[0] == name


@pytest.mark.parametrize("text", ["epistemology", "qwxyzt", "a photo of my mother", ""])
def test_what_it_does_not_know_is_not_recalled(
    perceptor: ClipPerceptor, memory: Memory, text: str
) -> None:
    assert recalled(perceptor, memory, text) is None


@pytest.mark.parametrize(
    ("text", "color"),
    [
        *(("a red house", "red"), ("two blue butterflies", "blue"), ("a GOLDEN key", "golden")),
        *(("a house in red light", None), ("a black cat with yellow eyes", None)),
        *(("a green apple", None), ("a house", None)),
    ],
)
def test_the_colour_is_that_of_the_thing(
    perceptor: ClipPerceptor, memory: Memory, text: str, color: str | None
) -> None:
    found = recalled(perceptor, memory, text)
    assert found is not None
    assert found.color == color


@pytest.mark.parametrize(
    ("text", "channel"), [("a red elephant", 0), ("a green pig", 1), ("a blue car", 2)]
)
def test_things_get_the_colour_that_the_words_say(
    perceptor: ClipPerceptor, text: str, channel: int
) -> None:
    found = perceptor.imagine(
        perceptor.encode_text([text]), [1.0], 4, torch.Generator().manual_seed(0), texts=[text]
    )
    assert found is not None
    assert int(mean_ink(found.picture).argmax()) == channel


def test_black_is_dark_and_white_is_light() -> None:
    for color, low, high in (("black", 0.0, 0.25), ("white", 0.78, 1.0)):
        kept = Recalled(colored((0.6, 0.5, 0.4))[None], ("thing (hand, CC0-1.0)",), color)
        posed, _ = kept.posed(3, torch.Generator().manual_seed(1))
        ink = mean_ink(posed[:1])
        assert low <= float(ink.min()) <= float(ink.max()) <= high


def test_what_is_dark_all_over_gets_its_colour_too() -> None:
    kept = Recalled(colored((0.05, 0.05, 0.05))[None], ("icon (hand, CC0-1.0)",), "green")
    posed, _ = kept.posed(2, torch.Generator().manual_seed(1))
    red, green, blue = mean_ink(posed[:1]).tolist()
    assert green > 0.25
    assert green > 2 * max(red, blue)


def test_a_picture_of_several_names_lies_in_the_file_once(memory: Memory) -> None:
    by_name = dict(zip(memory.names, memory.files, strict=True))
    assert by_name["alligator"] is by_name["crocodile"]
    assert sum(map(len, {*memory.files})) < 0.97 * sum(map(len, memory.files))


def test_what_people_call_them_is_remembered(memory: Memory) -> None:
    file = Path(__file__).parents[2] / "training" / "called.toml"
    called = tomllib.loads(file.read_text(encoding="utf-8"))["called"]
    files = dict(zip(memory.names, memory.files, strict=True))
    every = set(zip(memory.names, memory.files, strict=True))
    assert len(called) > 80
    for name, others in called.items():
        for other in others:
            assert files[other] in {file for known, file in every if known == name}, other


def test_no_two_poses_are_the_same_and_the_seed_makes_them() -> None:
    kept = Recalled(colored((1, 0, 0))[None], ("thing (hand, CC0-1.0)",), None)
    one, names = kept.posed(4, torch.Generator().manual_seed(1))
    again, _ = kept.posed(4, torch.Generator().manual_seed(1))
    assert torch.equal(one, again)
    assert len(names) == 4
    for at in range(1, 4):
        assert float((one[at] - one[0]).abs().max()) > 0.1
    assert bool((one[:, :3] <= one[:, 3:] + 1e-6).all())
    assert float((one[:, 3].sum((1, 2)) / 64**2).min()) > 0.2


def test_no_pose_is_cut_off_by_its_square() -> None:
    full = colored((1, 0, 0))
    axis = torch.linspace(-1, 1, 64)
    full[3] = full[0] = (axis[:, None].square() + axis.square() <= 1).float()  # from side to side
    posed, _ = Recalled(full[None], ("ball (hand, MIT)",), None).posed(
        60, torch.Generator().manual_seed(2)
    )
    for side in (posed[:, 3, 0], posed[:, 3, -1], posed[:, 3, :, 0], posed[:, 3, :, -1]):
        assert float(side.max()) < 0.01


def test_the_drawing_says_what_it_was_drawn_after() -> None:
    told = draw("an owl", strokes=8, size=64, steps=1, seed=1)
    after = told.scene.metadata.after
    assert after
    assert all(name.startswith("owl (") for name in after)
    assert after[0] in told.svg()
    for settings in ({"perceptor.recall": False}, {"draw.tile": "xy"}):
        plain = draw("an owl", strokes=8, size=64, steps=1, settings=settings)
        assert not plain.scene.metadata.after


def test_licences_allow_use_change_and_sale(memory: Memory) -> None:
    assert set(memory.licences.values()) <= {"Apache-2.0", "MIT", "CC0-1.0"}
    assert set(memory.hands) <= set(memory.licences)
    card = (SHIPPED.parent / "MODEL_CARD.md").read_text()
    for hand in set(memory.hands):
        assert f"`{hand}`" in card, hand


def test_the_card_has_its_checksum() -> None:
    import hashlib

    card = json.loads((SHIPPED.parent / "card.json").read_text())
    digest = hashlib.sha256(SHIPPED.read_bytes()).hexdigest()
    assert card["files"]["memory.safetensors"] == digest


def test_it_comes_back_from_its_file(tmp_path: Path) -> None:
    picture = colored((0.9, 0.1, 0.2))
    words = torch.nn.functional.normalize(torch.randn(2, 256), dim=1)
    given = Memory((webp(picture),) * 2, words, ("a", "b"), ("x", "x"), {"x": "MIT"})
    save_memory(given, tmp_path / "memory.safetensors")
    again = load_memory(tmp_path / "memory.safetensors")
    assert (again.names, again.hands, again.licences) == (("a", "b"), ("x", "x"), {"x": "MIT"})
    assert again.files == given.files
    assert float((again.words * words).sum(1).min()) > 0.999
    shown = Image.open(io.BytesIO(again.files[1])).convert("RGBA")
    assert shown.size == (64, 64)
    apart = on_white(again.picture(1)[None]) - on_white(picture[None])
    assert float(apart.abs().mean()) < 0.02
    assert np.isfinite(apart.numpy()).all()


def test_pictures_of_our_own_are_remembered_as_they_are_drawn(memory: Memory) -> None:
    """Each SVG of `training/art` as Cairo draws it, under its name and what else it is called."""
    art = sorted((Path(__file__).parents[2] / "training" / "art").glob("*.svg"))
    assert len(art) >= 11
    own = [row for row, hand in enumerate(memory.hands) if hand == "drawkit"]
    for path in art:
        rows = [row for row in own if memory.names[row] == path.stem.replace("-", " ")]
        assert len(rows) == 1
        png = cairosvg.svg2png(url=str(path), output_width=64, output_height=64)
        drawn = np.asarray(Image.open(io.BytesIO(png)).convert("RGBA")) / 255
        straight = torch.from_numpy(drawn).permute(2, 0, 1)
        wanted = torch.cat([straight[:3] * straight[3:], straight[3:]])
        assert float((memory.picture(rows[0]) - wanted).abs().mean()) < 0.03
    assert "chest" in {memory.names[row] for row in own}
