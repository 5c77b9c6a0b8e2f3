"""Going on with a drawing from its SVG: its paths as they are now, and the record of its run."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Unpack

import numpy as np
import numpy.typing as npt
import torch

from drawkit.canvas import CanvasSpec
from drawkit.canvas.scene_paths import unfitted
from drawkit.canvas.strokes import StrokesCanvas
from drawkit.canvas.strokes_config import StrokesConfig
from drawkit.config import (
    DrawConfig,
    DrawOptions,
    Given,
    Settings,
    from_sections,
    parse_prompts,
    typed,
)
from drawkit.config.layers import PROMPTS, PROMPTS_FILE
from drawkit.engine.build import refuse_new_paths
from drawkit.engine.call import drawn
from drawkit.engine.drawing import Drawing
from drawkit.engine.options import options_layer
from drawkit.engine.record import file_hash
from drawkit.engine.retracing import retraced
from drawkit.engine.run import Run, Step
from drawkit.engine.run_folder import RunFolder, run_layer
from drawkit.engine.session import Session
from drawkit.engine.settings import settings_for
from drawkit.errors import InputError, suggestion
from drawkit.files import expanded
from drawkit.pictures.svg import SvgFile, read_svg_file
from drawkit.pictures.svg.places import has_name
from drawkit.pictures.svg.writing_back import can_change, named_leaves
from drawkit.pictures.vector import scene_pixels
from drawkit.scene import Metadata, PathLayer, Scene

__all__ = [
    "DIRECTIONAL",
    "Resumed",
    "find_input",
    "prompts_of",
    "record_words",
    "resume",
    "resume_run",
    "resumed",
]

log = logging.getLogger("drawkit")

_SIDE = 224
"""Longer side in px at which a stranger's file is drawn on."""
_LEAST = 16
_SAID_ANEW = {"draw.init", PROMPTS, PROMPTS_FILE, "draw.canvas", "draw.tile", "draw.size"}
_SAID_ANEW |= {"draw.metadata", "losses.directional.weight", "losses.directional.words"}
_SAID_ANEW |= {"losses.patches.weight", "losses.patches.words"}
_SAID_ANEW |= {"optimize.last_step", "draw.target"}
_OF_OTHERS = ("export.", "pixels", "target.", "dream")
"""Sections of a record that say nothing of paths that go on."""
_NEW = "new strokes"
DIRECTIONAL = "losses.directional.weight"
"""Setting of the loss that changes a drawing as the words change."""
_OLD_WORDS = "losses.directional.words"
_PAGE = tuple(f"export.svg.{name}" for name in ("page", "margin", "layers", "lines", "primitives"))
_WRITTEN_ANEW = ("export.svg.plotter", "export.svg.simplify", "export.svg.hidden")
_FOLDER = "drawkit.toml"
"""Where settings come from that a record goes before."""


def resume(
    path: str | Path,
    prompt: str | Sequence[str] = (),
    *,
    frozen: Sequence[str] = (),
    only: Sequence[str] = (),
    new_strokes: int = 0,
    inputs: str | Path | None = None,
    on_step: Callable[[Step], object] | None = None,
    settings: Mapping[str, Any] | None = None,
    session: Session | None = None,
    **options: Unpack[DrawOptions],
) -> Drawing:
    """Go on with the drawing in an SVG: `resume("cat.svg", steps=100).save("better.svg")`.

    path: an SVG, or the folder of a run (`run_dir`), which goes on to its end as it was begun.
    prompt: in place of the words of the file's record. frozen: ids or labels of paths, groups and
    layers that stay as they are, as what is locked or hidden does. only: what alone may change.
    new_strokes: how many come on top. inputs: the folder of the pictures that it was made with, if
    they do not lie beside it. options: those of `draw` that are not about new paths or their
    sheet. Saved as SVG it keeps the file's own structure. Raises FileError for a file that is
    none, InputError for what it lacks.
    """
    if expanded(path).is_dir():
        if frozen or only or new_strokes:
            raise InputError(f"frozen, only and new_strokes are for an SVG; '{path}' is a folder")
        return _to_its_end(path, _call_layer(prompt, settings, options), on_step, session)
    how = (frozen, only, new_strokes, inputs)
    run = resume_run(path, prompt, how, settings=settings, session=session, options=options)
    return drawn(run, on_step)


def resume_run(
    path: str | Path,
    prompt: str | Sequence[str],
    how: tuple[Sequence[str], Sequence[str], int, str | Path | None],
    *,
    settings: Mapping[str, Any] | None,
    session: Session | None,
    options: Mapping[str, Any],
) -> Run:
    """What `resume` runs. how: its frozen, only, new_strokes and inputs."""
    layer = _call_layer(prompt, settings, options)
    frozen, only, more, inputs = how
    folder = None if inputs is None else expanded(inputs)
    begun = resumed(path, layer, freeze=frozen, only=only, more=more, inputs=folder)
    return replace(begun, session=session).run(settings_for(begun.layer))


def _call_layer(
    prompt: str | Sequence[str], settings: Mapping[str, Any] | None, options: Mapping[str, Any]
) -> dict[str, Given]:
    """What a call sets; no prompt is none."""
    layer = options_layer(prompt, (), settings, options)
    return {key: given for key, given in layer.items() if prompt or key != PROMPTS}


def _to_its_end(
    path: str | Path,
    more: Mapping[str, Given],
    on_step: Callable[[Step], object] | None,
    session: Session | None,
) -> Drawing:
    """Let the run in a folder go on."""
    settings = settings_for(run_layer(path, more))
    folder = RunFolder(path, settings.get("draw", DrawConfig).save_every)
    folder.check(settings)
    run = Run(settings, session=session)
    folder.load(run)
    return drawn(run, on_step, folder)


@dataclass(frozen=True, eq=False)
class Resumed:
    """What a run begins with: settings as a layer, a scene, the paths of it that stay.

    pixels: what to follow, and to start from where there is no scene, straight RGBA [H, W, 4].
    before: what there was, where that is not it. session: perceptors that are open already.
    """

    layer: dict[str, Given]
    scene: Scene | None
    frozen: Collection[int]
    pixels: npt.NDArray[np.uint8]
    before: npt.NDArray[np.uint8] | None = None
    session: Session | None = None

    def run(self, settings: Settings, since: float | None = None) -> Run:
        """The run that goes on. since: when the clock of `optimize.time` started."""
        return Run(
            settings,
            self.pixels,
            session=self.session,
            scene=self.scene,
            before=self.before,
            frozen=self.frozen,
            since=since,
        )


def resumed(
    path: str | Path,
    layer: Mapping[str, Given],
    *,
    freeze: Sequence[str] = (),
    only: Sequence[str] = (),
    more: int = 0,
    inputs: Path | None = None,
) -> Resumed:
    """Read a file to go on with. layer: what is set beside its record.

    freeze: ids or labels of paths, groups and layers that stay; only: of those that alone may
    change; more: new strokes on top; inputs: the folder of what it was made with, if not the
    file's. Where all of `only` is of a drawing that was inserted, its record and its sheet are
    followed. Raises InputError for a name that nothing has, for a file without paths, for an
    input of the record that is not in the folder, and where neither the record nor the layer has
    words.
    """
    refuse_new_paths(layer, "a drawing that goes on: it keeps its own")
    _refuse_page(layer)
    path = expanded(path)
    found = read_svg_file(path)
    if next(found.scene.paths(), None) is None:
        raise InputError(f"'{path}' holds no paths to go on with; pixel art: pixeldraw --init")
    if found.note:
        log.warning("the SVG '%s' stays as it is where it is no plain path: %s", path, found.note)
    if only:
        found = found.around(_named(found, only))
    low = {key: given for key, given in layer.items() if given.source.startswith(_FOLDER)}
    folder = path.parent if inputs is None else inputs
    words = PROMPTS in layer or PROMPTS_FILE in layer
    traced = retraced(path, found.scene.metadata, folder, _size(found), words=words)
    whole = {**low, **traced.layer, **_recorded(path, found, layer, folder)}
    if words and traced.was:  # now somebody looks
        whole.pop("perceptor.models", None)
    whole |= {key: given for key, given in layer.items() if key not in low}
    whole |= _old_words(path, found, layer)
    wordless = traced.pixels is not None or _wordless(whole)
    if PROMPTS not in whole and PROMPTS_FILE not in whole and not wordless:
        raise InputError(f"'{path}' has no record of its words; say what to draw behind its name")
    whole["draw.canvas"] = Given("strokes", str(path))
    size = _size(found)
    whole["draw.size"] = Given("{}x{}".format(*size), str(path))
    frozen = {at for at, free in enumerate(can_change(found.leaves)) if not free}
    if only:
        frozen |= set(range(sum(1 for _ in found.scene.paths()))) - _named(found, only)
    frozen |= (stay := _named(found, freeze))
    if freeze:
        log.info("%d paths of %s stay", len(stay), ", ".join(f"'{name}'" for name in freeze))
    if not more and not _free(found, frozen):
        name = only[0] if only else path
        raise InputError(f"nothing of '{name}' can change: it is locked, hidden or no plain path")
    scene = found.kept()
    if more:
        scene = _with_new(scene, more, size, whole)
    pixels = scene_pixels(found.scene) if traced.pixels is None else traced.pixels
    return Resumed(whole, scene, frozen, pixels)


def _wordless(layer: Mapping[str, Given]) -> bool:
    """Whether words count for nothing, as in a sketch of a picture."""
    weight = layer.get("losses.text.weight")
    return weight is not None and weight.value == 0


def _refuse_page(layer: Mapping[str, Given]) -> None:
    """Refuse what the file keeps of a page, but where it is written anew."""
    if any(key in layer for key in _WRITTEN_ANEW):
        return
    for key in _PAGE:
        given = layer.get(key)
        if given is not None and not given.source.startswith(_FOLDER):
            name = key if given.source in ("--set", "settings") else given.source
            raise InputError(f"{name} is not for a drawing that goes on: it keeps its own")


def _recorded(
    path: Path, found: SvgFile, layer: Mapping[str, Given], folder: Path
) -> dict[str, Given]:
    """The layer of a file's record. folder: where its inputs are."""
    facts = found.scene.metadata
    source = f"the record of '{path.name}'"
    if not facts.prompts and not facts.config:
        log.warning("'%s' has no record: all that is not said here is at its default", path)
        return {}
    tables = {
        section: values
        for section, values in facts.config.items()
        if isinstance(values, dict) and not section.startswith(_OF_OTHERS)
    }
    found_layer = from_sections(tables, source)
    for name in _SAID_ANEW:
        found_layer.pop(name, None)
    if facts.seed is not None:
        found_layer["draw.seed"] = Given(facts.seed, source)
    if PROMPTS not in layer and PROMPTS_FILE not in layer and facts.prompts:
        found_layer[PROMPTS] = Given(prompts_of(facts, folder), source)
        for key in [key for key in found_layer if key.startswith("words.")]:
            del found_layer[key]  # they stand in the prompts already
    for name, digest in facts.inputs.items():
        find_input(folder, name, digest, found_layer, layer)
    return found_layer


def prompts_of(facts: Metadata, folder: Path) -> list[str]:
    """The prompts of a record as they can be typed, with the files that they name in that folder.

    Raises InputError for a file that is not there, or another by now.
    """
    return [_said(folder, text, facts.inputs) for text in facts.typed or _as_typed(facts)]


def record_words(facts: Metadata) -> str:
    """What a drawing with this record shows, as one prompt; empty where it does not say."""
    return " | ".join(_as_typed(facts))


def _as_typed(facts: Metadata) -> list[str]:
    """Prompts of words or pictures with weights."""
    return [
        f"{text}:{weight:g}" if text.removeprefix("@") in facts.inputs else typed(text, weight)
        for text, weight in facts.prompts
    ]


def _said(folder: Path, text: str, inputs: Mapping[str, str]) -> str:
    """A prompt of a record with its files where they are: in that folder.

    Raises InputError for one that is not there, or another by now.
    """
    (prompt,) = parse_prompts(text)
    for name in prompt.files:
        beside = folder / name
        if not beside.is_file() or file_hash(beside) != inputs.get(name):
            what = "is another file by now" if beside.is_file() else f"is not in '{folder}'"
            raise InputError(f"the picture '{name}' of a prompt {what}; say the words anew")
    return str(prompt.placed(folder))


def _old_words(path: Path, found: SvgFile, layer: Mapping[str, Given]) -> dict[str, Given]:
    """What the drawing showed so far, for the loss that goes from there to the new words."""
    given = layer.get(DIRECTIONAL)
    if given is None or _OLD_WORDS in layer:
        return {}
    old = record_words(found.scene.metadata)
    if not old:
        raise InputError(f"'{path}' does not say what it shows; say it: --set {_OLD_WORDS}=WORDS")
    if PROMPTS not in layer and PROMPTS_FILE not in layer:
        raise InputError(f"{DIRECTIONAL} goes from the old words to new ones; say those as well")
    return {_OLD_WORDS: Given(old, f"the record of '{path.name}'")}


def find_input(
    folder: Path, name: str, digest: str, found: dict[str, Given], layer: Mapping[str, Given]
) -> None:
    """Let settings that name an input name the file in that folder instead.

    layer: what is said anew. Raises InputError for a file that is not there, or another by now.
    """
    for key, given in list(found.items()):
        texts = [given.value] if isinstance(given.value, str) else given.value
        if key in layer or key == PROMPTS or not isinstance(texts, list):
            continue
        if not any(isinstance(text, str) and name in text for text in texts):
            continue
        beside = folder / name
        if not beside.is_file() or file_hash(beside) != digest:
            what = "is another file by now" if beside.is_file() else f"is not in '{folder}'"
            raise InputError(f"'{name}' of {given.source} {what}; name it: --set {key}=FILE")
        new: Any = [text.replace(name, str(beside)) for text in texts]
        found[key] = replace(given, value=new[0] if isinstance(given.value, str) else new)


def _size(found: SvgFile) -> tuple[int, int]:
    """Width and height in px to draw at: its own where drawkit made it, else some 224."""
    scene = found.scene
    if found.sheet is not None and found.sheet.pixels is not None:
        across, down = (max(_LEAST, round(side)) for side in found.sheet.pixels)
        return across, down
    own = bool(scene.metadata.versions)
    scale = 1.0 if own else _SIDE / max(scene.width, scene.height)
    width, height = (max(_LEAST, round(side * scale)) for side in (scene.width, scene.height))
    return width, height


def _named(found: SvgFile, names: Sequence[str]) -> set[int]:
    """Places of the paths that have one of the names, or lie in a group that has.

    Raises InputError for a name that nothing in the file has; text and pictures are no paths.
    """
    places: set[int] = set()
    for name in names:
        at, all_names = named_leaves(found.leaves, name)
        if not at and not has_name(found.root, name):
            hint = suggestion(name, all_names) if all_names else ""
            raise InputError(f"nothing in the file is called '{name}'{hint}")
        places |= at
    return places


def _free(found: SvgFile, frozen: Collection[int]) -> bool:
    """Whether any path may change."""
    shown = (leaf.visible and not leaf.locked for leaf in found.leaves for _ in leaf.paths)
    return any(free and at not in frozen for at, free in enumerate(shown))


def _with_new(scene: Scene, more: int, size: tuple[int, int], layer: Mapping[str, Given]) -> Scene:
    """The scene with so many strokes at random on top."""
    seed = layer["draw.seed"].value if "draw.seed" in layer else 0
    generator = torch.Generator().manual_seed(seed if isinstance(seed, int) else 0)
    canvas = StrokesCanvas(StrokesConfig(strokes=more), CanvasSpec(*size, generator=generator))
    paths = tuple(unfitted(path, scene, size) for path in canvas.to_scene().paths())
    return replace(scene, layers=(*scene.layers, PathLayer(_NEW, paths)))
