"""What a load changes for the whole process lasts no longer than the load, and hits no other."""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
from pathlib import Path

import huggingface_hub.constants
import open_clip.factory
import pytest

from drawkit.errors import BackendError
from drawkit.perceptor import trouble
from drawkit.perceptor.trouble import downloading, quiet


def test_loads_in_two_threads_leave_the_hub_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", False)
    monkeypatch.setattr(trouble, "_network", lambda: False)
    first_is_in, second_is_in, first_is_out = (threading.Event() for _ in range(3))
    seen = []

    def second() -> None:
        first_is_in.wait(60)
        with downloading("b"):
            second_is_in.set()
            first_is_out.wait(60)
            seen.append(huggingface_hub.constants.HF_HUB_OFFLINE)

    thread = threading.Thread(target=second)
    thread.start()
    with downloading("a"):
        seen.append(huggingface_hub.constants.HF_HUB_OFFLINE)
        first_is_in.set()
        second_is_in.wait(0.5)  # it comes in where nothing holds it back
    first_is_out.set()
    thread.join(60)
    assert seen == [True, True]
    assert huggingface_hub.constants.HF_HUB_OFFLINE is False


@pytest.mark.parametrize("before", [True, False])
def test_a_failed_download_leaves_the_hub_as_it_was(
    before: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", before)
    monkeypatch.setattr(trouble, "_network", lambda: False)
    not_here = pytest.raises(BackendError, match=r"x is not on this machine .*\(no network\)")
    with not_here, downloading("x"):
        raise OSError("no route to host")
    assert huggingface_hub.constants.HF_HUB_OFFLINE is before


def test_only_open_clip_is_kept_from_logging(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO), quiet():
        open_clip.factory.get_tokenizer("ViT-B-32")  # logs at the root what it does
        logging.getLogger().warning("of another library")
        logging.getLogger("theirs").info("of a third")
        logging.getLogger("drawkit").warning("of drawkit")
    assert caplog.messages == ["of another library", "of a third", "of drawkit"]
    assert not logging.getLogger().filters


SCRIPT = """
import logging, sys
import open_clip, open_clip.factory
from drawkit.perceptor.trouble import quiet
with quiet():
    open_clip.factory.get_tokenizer("ViT-B-32")
    logging.getLogger("drawkit").info("too little to say")
    logging.getLogger("drawkit").warning("a notice")
    own = logging.getLogger("own")
    own.addHandler(logging.StreamHandler(sys.stderr))
    own.warning("said once")
print(logging.getLogger().handlers)
"""


def test_notices_are_seen_where_no_logging_is_set_up(tmp_path: Path) -> None:
    """In a script or notebook of a user's own."""
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True, cwd=tmp_path
    )
    assert done.stderr.splitlines() == ["a notice", "said once"]
    assert done.stdout.strip() == "[]"
