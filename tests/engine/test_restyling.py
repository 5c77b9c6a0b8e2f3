"""Restyling: SVGs keep their paths and locks, sprites their cells, pictures become shapes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from fakes import FakePerceptor
from lxml import etree
from PIL import Image
from torch import Tensor

from drawkit import draw, restyle
from drawkit.errors import ConfigError, InputError

LITTLE: dict[str, Any] = {"steps": 3, "cutouts": 2}
BLUE = (30, 60, 200)


class Painter(FakePerceptor):
    """An imagination that makes all that is drawn blue, by its strength, and tells who asked."""

    def __init__(self, model: str = "fake", **_: object) -> None:
        super().__init__()
        self.name = model

    @property
    def imagines(self) -> bool:
        return True

    def edit(
        self, picture: Tensor, old: Tensor, new: Tensor, strength: float, generator: torch.Generator
    ) -> Tensor | None:
        if torch.equal(old, new):
            return picture
        wanted = torch.tensor(BLUE).view(1, 3, 1, 1) / 255 * picture[:, 3:]
        rgb = picture[:, :3] + strength * (wanted - picture[:, :3])
        return torch.cat([rgb, picture[:, 3:]], dim=1)


@pytest.fixture(autouse=True)
def painter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("drawkit.engine.session.open_perceptor", Painter)


@pytest.fixture
def sprite(tmp_path: Path) -> Path:
    """A red figure of 8 x 10 cells with a white eye, on nothing; each cell 9 x 9 pixels."""
    cells = np.zeros((10, 8, 4), np.uint8)
    cells[2:9, 2:6] = (200, 30, 30, 255)
    cells[3, 3] = (255, 255, 255, 255)
    Image.fromarray(cells.repeat(9, 0).repeat(9, 1)).save(tmp_path / "hero.png")
    return tmp_path / "hero.png"


SVG = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64">
<g id="body"><path id="belly" d="M8 8h48v48h-48z" fill="#c81e1e"/></g>
<path id="eye" d="M20 20h8v8h-8z" fill="#c81e1e"/></svg>"""


def fills(drawing: Any) -> dict[str, str]:
    """Id -> fill of every path of its SVG."""
    root = etree.fromstring(drawing.svg().encode())
    found = {}
    for path in root.iter("{*}path"):
        style = dict(part.split(":") for part in path.get("style", "").split(";") if ":" in part)
        found[path.get("id")] = style.get("fill", path.get("fill"))
    return found


def test_an_svg_keeps_its_paths_and_what_is_locked(tmp_path: Path) -> None:
    file = tmp_path / "red.svg"
    file.write_text(SVG)
    more: dict[str, Any] = {**LITTLE, "steps": 30, "settings": {"strokes.lr_color": 0.05}}
    found = restyle(file, "a dog", from_="a cat", strength=1.0, lock=["eye"], **more)
    colors = fills(found)
    assert list(colors) == ["belly", "eye"]
    assert colors["eye"] == "#c81e1e"
    assert int(colors["belly"][5:7], 16) > 90  # bluer than it was
    assert int(colors["belly"][1:3], 16) < 150
    record = found.scene.metadata
    assert record.prompts[0][0] == "a dog"
    hint = fills(restyle(file, "a dog", from_="a cat", strength=0.1, **more))
    assert int(hint["belly"][5:7], 16) < int(colors["belly"][5:7], 16) - 30


def test_the_old_words_are_those_of_the_record(tmp_path: Path) -> None:
    drawn = draw("a cat", size=48, strokes=4, **LITTLE)
    drawn.save(tmp_path / "cat.svg")
    found = restyle(tmp_path / "cat.svg", "a dog", **LITTLE)
    assert found.scene.metadata.config["losses.directional"]["words"] == "a cat:1"
    found.save(tmp_path / "dog.svg")
    again = restyle(tmp_path / "dog.svg", "a fox", **LITTLE)
    assert again.scene.metadata.config["losses.patches"]["words"] == "a dog:1"


@pytest.mark.parametrize(
    "facts",
    [
        "",
        "<metadata/>",
        '<metadata><r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><c:Work '
        'xmlns:c="http://creativecommons.org/ns#"><d:title xmlns:d="http://purl.org/dc/elements/1.1/">'
        "Red</d:title></c:Work></r:RDF></metadata>",
    ],
)
def test_a_file_without_a_record_gets_one(tmp_path: Path, facts: str) -> None:
    file = tmp_path / "red.svg"
    file.write_text(SVG.replace("\n", f"\n{facts}", 1))
    found = restyle(file, "a dog", from_="a cat", **LITTLE)
    found.save(tmp_path / "dog.svg")
    root = etree.parse(tmp_path / "dog.svg").getroot()
    names = ("metadata", "RDF", "Work", "run")
    assert [len(list(root.iter(f"{{*}}{name}"))) for name in names] == [1, 1, 1, 1]
    assert root.findtext(".//{*}title") == ("Red" if "Red<" in facts else None)
    again = restyle(tmp_path / "dog.svg", "a fox", **LITTLE)
    assert again.scene.metadata.config["losses.directional"]["words"] == "a dog:1"
    again.save(tmp_path / "fox.svg")
    assert len(list(etree.parse(tmp_path / "fox.svg").iter("{*}run"))) == 1
    bare = restyle(file, "a dog", from_="a cat", settings={"draw.metadata": "none"}, **LITTLE)
    bare.save(tmp_path / "bare.svg")
    assert ":run" not in (tmp_path / "bare.svg").read_text()


def test_a_sprite_stays_cells(sprite: Path) -> None:
    found = restyle(sprite, "a dog", from_="a cat", strength=1.0, **LITTLE)
    grid = found.scene.grid
    assert grid is not None
    assert grid.size == (8, 10)
    cells = grid.rgba()
    assert not cells[0, :, 3].any()
    assert cells[5, 4, 2] > 150 > 80 > cells[5, 4, 0]
    same = restyle(sprite, "a dog", from_="a cat", strength=1.0, seed=0, **LITTLE)
    assert same.svg() == found.svg()
    held = restyle(sprite, "a dog", from_="a cat", strength=1.0, palette="pico8", **LITTLE)
    assert held.scene.grid is not None
    assert (0x29, 0xAD, 0xFF) in held.scene.grid.palette or (29, 43, 83) in held.scene.grid.palette


def test_cells_under_a_mask_stay(sprite: Path, tmp_path: Path) -> None:
    mask = np.zeros((10, 8), np.uint8)
    mask[:5] = 255
    Image.fromarray(mask).save(tmp_path / "mask.png")
    found = restyle(
        sprite, "a dog", from_="a cat", strength=1.0, lock=[tmp_path / "mask.png"], **LITTLE
    )
    assert found.scene.grid is not None
    cells = found.scene.grid.rgba()
    assert np.abs(cells[2, 3].astype(int) - (200, 30, 30, 255)).max() < 12
    assert cells[7, 3, 2] > 120


def test_any_other_picture_becomes_shapes(tmp_path: Path) -> None:
    axis = np.linspace(0, 255, 200).astype(np.uint8)
    photo = np.stack(np.broadcast_arrays(axis[:, None], axis[None, :] // 2, np.uint8(40)), axis=2)
    Image.fromarray(photo).save(tmp_path / "photo.jpg")
    found = restyle(tmp_path / "photo.jpg", "a dog", from_="a sky", shapes=6, **LITTLE)
    assert found.scene.grid is None
    assert 1 <= sum(1 for _ in found.scene.paths()) <= 6
    assert found.scene.metadata.inputs.keys() == {"photo.jpg"}
    of_array = restyle(photo, "a dog", from_="a sky", shapes=6, **LITTLE)
    assert of_array.scene.width == found.scene.width == 256


def test_it_says_what_is_wrong(tmp_path: Path, sprite: Path) -> None:
    file = tmp_path / "red.svg"
    file.write_text(SVG)
    photo = np.random.default_rng(1).integers(0, 255, (200, 200, 3), np.uint8)
    for bad in (0, -1, 1.5, float("nan"), "much"):
        with pytest.raises(InputError, match=r"^strength is .*; allowed: above 0 to 1$"):
            restyle(file, "a dog", from_="a cat", strength=bad)  # type: ignore[arg-type]
    with pytest.raises(InputError, match=r"red.svg' does not say what it shows; say it: --from"):
        restyle(file, "a dog")
    with pytest.raises(InputError, match="nothing in the file is called 'nose'"):
        restyle(file, "a dog", from_="a cat", lock=["nose"])
    with pytest.raises(InputError, match="--lock is for parts of an SVG and cells of a sprite"):
        restyle(photo, "a dog", from_="a cat", lock=["nose"])
    with pytest.raises(InputError, match="--lock takes one picture for a sprite, got 2"):
        restyle(sprite, "a dog", from_="a cat", lock=["a.png", "b.png"])
    with pytest.raises(InputError, match="palette is for sprites; this is no pixel art"):
        restyle(photo, "a dog", from_="a cat", palette="pico8")
    with pytest.raises(InputError, match="shapes is not for a drawing that goes on"):
        restyle(file, "a dog", from_="a cat", shapes=4)
    with pytest.raises(ConfigError, match="restyle has no setting 'strokes'"):
        restyle(file, "a dog", from_="a cat", strokes=4)  # type: ignore[call-arg]
