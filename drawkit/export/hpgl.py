"""HPGL by vpype: what `--plotter` draws, in the language of older plotters."""

from __future__ import annotations

import io
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType
from typing import Any, ClassVar

from drawkit.errors import BackendError, ConfigError, InputError
from drawkit.export import Exporter, exporters
from drawkit.export._writing import write_whole
from drawkit.export.svg import SvgConfig, prepared, svg_text
from drawkit.scene import Scene

__all__ = ["HpglConfig", "HpglExporter", "hpgl_text"]

_CURVES = 0.1  # mm between two points of a curve, for vpype
_PX_OF_MM = 96 / 25.4
_NEAR = 1.0  # mm by which the page may differ from the plotter's


@dataclass(frozen=True)
class HpglConfig:
    """Which machine; pens, page and hatching are those of the SVG for plotters."""

    device: str = "hp7475a"
    """A plotter that vpype knows: hp7475a, hp7550, hp7440a, designmate, dxy, artisan..."""

    def __post_init__(self) -> None:
        if not self.device.strip():
            raise ConfigError("export.hpgl.device is empty; allowed: a plotter such as hp7475a")


@exporters.register("hpgl", config=HpglConfig)
class HpglExporter(Exporter):
    """Commands for a pen plotter that reads HPGL; needs vpype."""

    suffixes: ClassVar[tuple[str, ...]] = (".hpgl",)
    through: ClassVar[tuple[type[Any], ...]] = (SvgConfig,)

    def __init__(self, config: HpglConfig = HpglConfig(), svg: SvgConfig = SvgConfig()) -> None:
        self._config = config
        self._svg = svg

    @classmethod
    def require(cls) -> None:
        """`BackendError` with what to install where vpype is missing."""
        _vpype()

    def write(self, scene: Scene, path: Path) -> None:
        """Write `scene` as HPGL."""
        write_whole(path, hpgl_text(scene, self._config, self._svg).encode("ascii"))


def hpgl_text(scene: Scene, config: HpglConfig = HpglConfig(), svg: SvgConfig = SvgConfig()) -> str:
    """The commands. `InputError` for a plotter that vpype does not know, or a page of another."""
    vpype = _vpype()
    sheet_scene, left, _ = prepared(scene, replace(svg, plotter=True))
    paper = _paper(vpype, config.device, sheet_scene.width, sheet_scene.height)
    document = vpype.read_multilayer_svg(
        io.StringIO(svg_text(sheet_scene, left)), _CURVES * _PX_OF_MM
    )
    if document.is_empty():
        return "IN;"
    file = io.StringIO()
    vpype.write_hpgl(
        output=file,
        document=document,
        page_size=paper,
        landscape=sheet_scene.width > sheet_scene.height,
        center=False,
        device=config.device,
        velocity=None,
        quiet=True,
    )
    return file.getvalue()


def _paper(vpype: ModuleType, device: str, width: float, height: float) -> str:
    """The name by which the plotter knows a page of that size in mm."""
    known = vpype.config_manager.get_plotter_config(device)
    if known is None:
        names = ", ".join(sorted(vpype.config_manager.get_plotter_list()))
        raise InputError(f"export.hpgl.device is '{device}'; allowed: {names}")
    papers = []
    for paper in known.paper_configs:
        if paper.paper_size is None:  # takes any
            return str(paper.name)
        sides = sorted(side / _PX_OF_MM for side in paper.paper_size)
        if all(abs(a - b) <= _NEAR for a, b in zip(sides, sorted((width, height)), strict=True)):
            return str(paper.name)
        papers.append(f"{sides[0]:g}x{sides[1]:g}mm")
    raise InputError(
        f"the plotter {device} has no page of {width:g} x {height:g} mm;"
        f" allowed: {', '.join(dict.fromkeys(papers))}"
    )


def _vpype() -> ModuleType:
    try:
        import vpype
    except ImportError as error:
        raise BackendError(
            "HPGL needs vpype, which is missing here: pip install 'drawkit[plotter]'"
            " (of Python 3.11 to 3.13)"
        ) from error
    module: ModuleType = vpype
    return module
