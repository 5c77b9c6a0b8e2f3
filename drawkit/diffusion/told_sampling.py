"""Pictures that a diffusion model makes of words, by a pipeline of diffusers as it is."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from drawkit import BackendError, InputError
from drawkit.diffusion.families import FAMILIES

__all__ = ["sample_told", "usual_side"]


def usual_side(pipe: Any) -> int:
    """Px of a side of the pictures that a pipeline's model was made for."""
    net = getattr(pipe, FAMILIES[type(pipe).__name__].net)
    side = net.config.get("sample_size")
    return int(pipe.default_sample_size if side is None else side) * int(pipe.vae_scale_factor)


def sample_told(
    pipe: Any,
    words: str,
    away: str,
    size: tuple[int, int],
    generator: torch.Generator,
    *,
    steps: int,
    guidance: float,
    start: Tensor | None = None,
    keep: float = 0.0,
    on_step: Callable[[int, int], object] | None = None,
) -> Tensor:
    """A picture [1, 3, H, W], 0..1, by the pipeline's own schedule.

    away: what to keep away from. size: about its width and height, to multiples that the model
    needs. start: a picture like the result to begin with, `keep` of whose steps are skipped. Raises
    InputError where the model cannot do that or gives NaN or infinity, and where its own filter
    blanks the picture.
    """
    asked: dict[str, Any] = {
        "prompt": words,
        "negative_prompt": away,
        "num_inference_steps": steps,
        "guidance_scale": guidance,
        "generator": generator,
        "output_type": "pt",
        "use_resolution_binning": False,
        "width": size[0],
        "height": size[1],
    }
    if start is not None:
        pipe = _from_picture(pipe)
        asked |= {"image": start, "strength": 1 - keep}
    if on_step is not None:
        total = steps if start is None else max(1, round(steps * (1 - keep)))

        def told(_pipe: Any, at: int, _time: Any, found: dict[str, Any]) -> dict[str, Any]:
            on_step(at + 1, total)
            _check(found.get("latents"), f" at step {at + 1} of {total}")
            return found

        asked["callback_on_step_end"] = told
    known = inspect.signature(pipe.__call__).parameters
    if away and "true_cfg_scale" in known:  # else FLUX, which has its own guidance, hears no other
        asked["true_cfg_scale"] = guidance
    try:
        found = pipe(**{name: value for name, value in asked.items() if name in known})
    except ValueError as error:  # of what a model cannot: sides, a start of which nothing is left
        said = " ".join(str(error).split())[:200]
        raise InputError(f"a {type(pipe).__name__} does not sample this: {said}") from error
    if any(getattr(found, "nsfw_content_detected", None) or ()):
        raise InputError("the model's own filter blanked the picture; try another seed or words")
    picture: Tensor = found.images[:1]
    _check(picture)
    return picture.float().cpu().clamp(0, 1)


def _check(found: Tensor | None, when: str = "") -> None:
    if found is not None and not bool(found.isfinite().all()):
        raise InputError(
            f"the diffusion model gives NaN or infinity{when}; its weights are broken, or not made"
            " for this precision (fp32, bf16)"
        )


def _from_picture(pipe: Any) -> Any:
    try:
        from diffusers import AutoPipelineForImage2Image
    except ImportError as error:
        raise BackendError("pip install 'drawkit[diffusion]'") from error
    try:
        made = AutoPipelineForImage2Image.from_pipe(pipe)
    except ValueError as error:
        raise InputError(f"a {type(pipe).__name__} cannot begin with a picture") from error
    made.set_progress_bar_config(disable=True)
    return made
