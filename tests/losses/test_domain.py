"""The domain: pictures change as the words do."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from fakes import FakePerceptor
from views import view_of

from drawkit.config import parse_prompts
from drawkit.errors import ConfigError
from drawkit.losses import RunContext
from drawkit.losses.domain import DomainConfig, DomainLoss


def ready(words: str = "a cat") -> DomainLoss:
    loss, eye = DomainLoss(DomainConfig(words=words)), FakePerceptor()
    every: Any = {"embed": lambda old: [eye.encode_text([one.text for one in old])]}
    loss.setup(RunContext((), 0, torch.device("cpu"), **every))
    return loss


def test_it_is_the_cosine_of_both_changes_in_the_mean_of_the_batch() -> None:
    loss, eye = ready(), FakePerceptor()
    generator = torch.Generator().manual_seed(1)
    now, before = (torch.rand(3, 3, 32, 32, generator=generator) for _ in range(2))
    context = view_of(now[:1])
    told: list[Any] = []
    answers = {"originals": before, "others": now[1:]}

    def ask(name: str, *given: Any) -> Any:
        told.extend(given)
        return answers.get(name)

    found = loss(replace(context, ask=ask))
    (output,) = context.outputs
    along = output.text[0] - eye.encode_text(["a cat"])[0]
    cosines = []
    for one, other in zip(now, before, strict=True):
        pair = [output.features_of(output.alike(each[None])) for each in (one, other)]
        cosines.append(F.cosine_similarity(pair[0] - pair[1], along[None]).mean())
    assert torch.isclose(found, 1 - torch.stack(cosines).mean(), atol=1e-5)
    assert len(told) == 1, "the canvas hears how far its picture is from the words"
    assert torch.isclose(told[0], 1 - (output.features @ output.text[0]).mean(), atol=1e-5)


def test_what_it_lacks_is_said() -> None:
    with pytest.raises(ConfigError, match=r"losses\.domain\.words is empty; .*a photo"):
        ready(" ")
    with pytest.raises(ConfigError, match="not a place in it"):
        ready("a cat@[0,0,.5,1]")
    assert parse_prompts("a cat")
