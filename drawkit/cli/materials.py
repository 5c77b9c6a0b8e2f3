"""Materials drawn one after the other for one result, with their progress, Ctrl-C and NaN."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from drawkit.cli.display import Display
from drawkit.cli.drawing import follow
from drawkit.cli.stop import Stop
from drawkit.config import Given

if TYPE_CHECKING:
    from drawkit.engine import Session
    from drawkit.engine.drawing import Drawing

__all__ = ["MaterialPress"]


class MaterialPress:
    """Draws materials until asked to stop; what comes after that is left as it starts."""

    def __init__(self, stop: Stop, *, quiet: bool) -> None:
        self.failure: BaseException | None = None
        self._stop = stop
        self._quiet = quiet
        self._session: Session | None = None

    def draw(self, layer: Mapping[str, Given]) -> Drawing:
        """One drawing with the settings of `layer`; the best so far where it cannot go on."""
        from drawkit.engine import Run, Session, settings_for

        if self._session is None:
            self._session = Session()

        with Display(quiet=self._quiet) as display:
            run = Run(settings_for(layer), session=self._session)
            try:
                if not self.over:
                    for _ in follow(run, self._stop, display):
                        pass
            except BaseException as error:
                if not self._stop.drawing:  # nothing good yet, so there is nothing to keep
                    raise
                self.failure = error
            return run.drawing()

    @property
    def over(self) -> bool:
        """Whether no further step is to be made."""
        return self._stop.requested or self.failure is not None

    @property
    def ending(self) -> str:
        """How it went: finished, stopped or failed."""
        if self.failure is not None:
            return "failed"
        return "stopped" if self._stop.requested else "finished"
