"""Perceptors that several drawings share: opened once, kept while the session is."""

from __future__ import annotations

import logging
from collections.abc import Callable, Hashable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack

from drawkit.config import DrawOptions
from drawkit.engine.options import Style
from drawkit.perceptor import Perceptor, perceptors
from drawkit.perceptor.clip import open_perceptor
from drawkit.perceptor.config import PerceptorConfig
from drawkit.perceptor.names import ModelSpec

if TYPE_CHECKING:
    from drawkit.engine.drawing import Drawing
    from drawkit.engine.run import Step

__all__ = ["Session"]

log = logging.getLogger("drawkit")


class Session:
    """Draws several times with perceptors that are opened once.

        session = Session()
        for animal in ("a cat", "a dog"):
            session.draw(animal, seed=1).save(f"{animal}.svg")

    One thread uses it at a time. A drawing comes out as `drawkit.draw` alone makes it.
    """

    def __init__(self) -> None:
        self._opened: dict[tuple[str, str, str], Perceptor] = {}
        self._kept: dict[Hashable, Any] = {}

    def draw(
        self,
        prompt: str | Sequence[str] = (),
        *,
        on_step: Callable[[Step], object] | None = None,
        style: Style = (),
        settings: Mapping[str, Any] | None = None,
        state: str | Path | None = None,
        run_dir: str | Path | None = None,
        **options: Unpack[DrawOptions],
    ) -> Drawing:
        """`drawkit.draw` with the same arguments."""
        from drawkit.engine.call import draw

        return draw(
            prompt,
            on_step=on_step,
            style=style,
            settings=settings,
            state=state,
            run_dir=run_dir,
            session=self,
            **options,
        )

    def perceptors(self, config: PerceptorConfig) -> list[Perceptor]:
        """Those of a drawing, in order; what is not open yet is opened, which takes seconds.

        Raises InputError for a model that does not exist or a broken one, BackendError where it
        cannot be downloaded or the device is not there.
        """
        return [
            self._perceptor(model, config.precision, config.device)
            for model in config.models
            if ModelSpec.parse(model).kind != "none"
        ]

    def imaginer(self, config: PerceptorConfig) -> Perceptor | None:
        """Who imagines for perceptors that cannot: the built-in one, None where nobody is asked."""
        kinds = {ModelSpec.parse(model).kind for model in config.models}
        if not config.imagine or kinds & {"builtin", "none"}:
            return None
        if any(own.imagines for own in self.perceptors(config)):
            return None
        return self._perceptor("builtin", config.precision, config.device)

    def once(self, key: Hashable, make: Callable[[], Any]) -> Any:
        """What `make` made when it was first asked for by this key."""
        if key not in self._kept:
            self._kept[key] = make()
        return self._kept[key]

    def _perceptor(self, model: str, precision: str, device: str) -> Perceptor:
        spec = ModelSpec.parse(model)
        key = str(spec), precision, device
        if key not in self._opened:
            log.debug("loading the perceptor %s", spec)
            if spec.kind == "plugin":
                self._opened[key] = perceptors.get(spec.name).cls(device=device)
            else:
                self._opened[key] = open_perceptor(model, precision=precision, device=device)
        return self._opened[key]
