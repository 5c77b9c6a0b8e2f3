"""`drawkit dream --canvas vqgan --weights FILE`, with small random networks."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from latent_samples import save_tiny_biggan, save_tiny_dvae, save_tiny_vqgan, tiny_vqgan
from PIL import Image
from stylegan_samples import save_tiny_stylegan

import drawkit

Run = Callable[..., Any]
SMALL = ("--size", "24x18", "--steps", "3", "--cutouts", "2")
SAVED = {
    "vqgan": save_tiny_vqgan,
    "dvae": save_tiny_dvae,
    "biggan": save_tiny_biggan,
    "stylegan": save_tiny_stylegan,
}


@pytest.mark.parametrize("canvas", SAVED)
def test_it_dreams_by_its_weights(canvas: str, run: Run, folder: Path) -> None:
    (folder / "own").mkdir()
    SAVED[canvas](folder / "own" / "tiny.safetensors")
    where = "own/tiny.safetensors"
    words = ("dream", "a cat", "--canvas", canvas, "--weights", where, *SMALL)
    assert run(*words, "--seed", "3", "-o", "a.png").code == 0
    assert run(*words, "--seed", "3", "-o", "b.png").code == 0
    assert run(*words, "--seed", "4", "-o", "c.png").code == 0
    first, same, other = ((folder / f"{name}.png").read_bytes() for name in "abc")
    assert first == same != other
    with Image.open("a.png") as picture:
        assert picture.size == (24, 18)
        told = json.dumps(picture.text)  # type: ignore[attr-defined]
        assert "tiny.safetensors" in told
        assert "own/" not in told  # where files lie is nobody's business
        pixels = np.asarray(picture.convert("RGBA"))
    drawing = drawkit.dream(
        "a cat", canvas=canvas, weights=where, size="24x18", steps=3, cutouts=2, seed=3
    )
    assert np.array_equal(np.asarray(drawing.image().convert("RGBA")), pixels)


# Biggan's mean over steps must go on too, stylegan's start must be the same one again.
@pytest.mark.parametrize("canvas", ["vqgan", "biggan", "stylegan"])
def test_a_run_folder_goes_on(canvas: str, run: Run, folder: Path) -> None:
    (folder / "own").mkdir()
    SAVED[canvas](folder / "own" / "tiny.safetensors")
    words = ("dream", "a cat", "--canvas", canvas, "--weights", "own/tiny.safetensors", *SMALL)
    if canvas == "stylegan":
        Image.new("RGB", (20, 20), "teal").save("me.png")
        words = (*words, "--init", "me.png", "--set", "stylegan.fit_steps=2")
    assert run(*words, "--run-dir", "r", "--set", "optimize.last_step=2").code == 0
    assert run(*words, "--run-dir", "whole").code == 0
    toml = folder / "r" / "drawkit.toml"
    toml.write_text(toml.read_text().replace("last_step = 2", "last_step = 3"))
    assert run("resume", "r").code == 0
    first, second = ((folder / name / "drawing.png") for name in ("r", "whole"))
    assert np.array_equal(np.asarray(Image.open(first)), np.asarray(Image.open(second)))


def test_a_stylegan_is_trained_by_words(run: Run, folder: Path) -> None:
    save_tiny_stylegan(folder / "tiny.safetensors")
    words = ("dream", "a house", "--canvas", "nada", "--weights", "tiny.safetensors", *SMALL)
    refused = run(*words)
    assert (refused.code, len(refused.err.strip().splitlines())) == (2, 1), refused.err
    assert 'losses.domain.words="a photo"' in refused.err
    words = (*words, "--set", "losses.domain.words=a cat", "--set", "nada.layers=2")
    assert (
        run(*words, "--state", "s.state", "--set", "optimize.last_step=2", "-o", "a.png").code == 0
    )
    assert run(*words, "--state", "s.state", "-o", "b.png").code == 0
    assert run(*words, "-o", "c.png").code == 0
    assert np.array_equal(*(np.asarray(Image.open(name)) for name in ("b.png", "c.png")))
    # What it learned is another generator, of which pictures can be dreamt.
    of_it = ("dream", "a cat", "--canvas", "stylegan", "--weights", "tiny.safetensors", *SMALL)
    assert run(*of_it, "-o", "plain.png").code == 0
    assert run(*of_it, "--set", "stylegan.changed=s.state", "-o", "new.png").code == 0
    plain, new = (np.asarray(Image.open(name)).astype(int) for name in ("plain.png", "new.png"))
    assert abs(plain - new).max() > 2
    wrong = run(*of_it, "--set", "stylegan.changed=tiny.safetensors")
    assert (wrong.code, len(wrong.err.strip().splitlines())) == (2, 1), wrong.err
    assert "holds no state of a trained generator" in wrong.err


def test_stylegans_start_where_settings_say(run: Run, folder: Path) -> None:
    save_tiny_stylegan(folder / "tiny.safetensors")
    words = ("dream", "a cat", "--canvas", "stylegan", "--weights", "tiny.safetensors", *SMALL)
    refused = run(*words, "--set", "stylegan.label=2")
    assert (refused.code, len(refused.err.strip().splitlines())) == (2, 1), refused.err
    assert "stylegan.label is 2; allowed: 0 to 0 for these weights" in refused.err
    of_others = run("dream", "a cat", *SMALL, "--set", "losses.latent_origin.weight=1")
    assert (of_others.code, len(of_others.err.strip().splitlines())) == (2, 1), of_others.err
    assert "losses.latent_origin needs a canvas that has moved" in of_others.err


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (("--canvas", "vqgan"), "--canvas vqgan needs --weights"),
        (("--weights", "x.pt"), "--weights needs --canvas vqgan"),
        (("--canvas", "vqgan", "--weights", "none.ckpt"), "none.ckpt"),
        (("--canvas", "vqgan", "--weights", "page.ckpt"), "web page"),
        (("--canvas", "vqgan", "--weights", "t.safetensors", "--set", "vqgan.lr=11"), "vqgan.lr"),
    ],
)
def test_bad_input_gets_one_line(
    flags: tuple[str, ...], words: str, run: Run, folder: Path
) -> None:
    Path("page.ckpt").write_text("<!doctype html><p>sign in")
    done = run("dream", "a cat", *SMALL, *flags)
    assert (done.code, len(done.err.strip().splitlines())) == (2, 1), done.err
    assert words in done.err


def test_the_library_refuses_weights_that_nothing_reads() -> None:
    with pytest.raises(drawkit.InputError, match="weights need canvas vqgan"):
        drawkit.dream("a cat", weights="x.pt", steps=1)


class Training:
    """Something that a checkpoint holds beside its weights."""


def test_a_file_with_more_than_tensors_is_converted_once(run: Run, folder: Path) -> None:
    torch.save({"state_dict": tiny_vqgan(), "callback": Training()}, "last.ckpt")
    words = ("dream", "a cat", "--canvas", "vqgan", *SMALL, "-o", "a.png", "--weights")
    refused = run(*words, "last.ckpt")
    assert (refused.code, len(refused.err.strip().splitlines())) == (2, 1), refused.err
    assert "take the tensors out: drawkit models convert last.ckpt" in refused.err
    done = run("models", "convert", "last.ckpt")
    assert (done.code, done.out.strip()) == (0, "last.safetensors"), done.err
    assert run("models", "convert", "last.ckpt").code == 2
    assert run("models", "convert", "last.ckpt", "-o", "b.safetensors").code == 0
    assert run(*words, "last.safetensors").code == 0


def test_published_weights_are_listed(run: Run, folder: Path, tmp_path: Path) -> None:
    rows = {row["name"]: row for row in json.loads(run("models", "list", "--json").out)}
    assert rows["vqgan-imagenet-f16-16384"]["size_mb"] == 980
    info = run("models", "info", "vqgan-imagenet-f16-16384")
    assert "available" in info.out
    name = "vqgan-imagenet-f16-16384"
    done = run("dream", "a cat", "--canvas", "vqgan", "--weights", name, *SMALL)
    assert (done.code, len(done.err.strip().splitlines())) == (2, 1)
    assert f"drawkit models pull {name}" in done.err
    assert "models list" in run("dream", "a cat", "--canvas", "vqgan", *SMALL).err
