from __future__ import annotations

import json
import logging
from pathlib import Path

import open_clip
import pytest
import torch
import torch.nn.functional as F
from safetensors.torch import load_file, save_file

from drawkit.errors import BackendError, ConfigError, InputError
from drawkit.perceptor.clip import ClipPerceptor, PerceptorConfig, open_perceptor

TEXT = {"context_length": 16, "vocab_size": 49408, "width": 32, "heads": 2, "layers": 1}
VIT = {"image_size": 32, "layers": 2, "width": 64, "patch_size": 8, "head_width": 32}
RESNET = {"image_size": 64, "layers": [1, 1, 1, 1], "width": 16, "patch_size": None}
MEAN, STD = [0.4, 0.5, 0.6], [0.2, 0.3, 0.25]


def save_model(folder: Path, vision: dict[str, object]) -> Path:
    """A small OpenCLIP model with random weights, as a folder."""
    folder.mkdir()
    config = {
        "model_cfg": {"embed_dim": 24, "vision_cfg": vision, "text_cfg": TEXT},
        "preprocess_cfg": {"mean": MEAN, "std": STD},
    }
    (folder / "open_clip_config.json").write_text(json.dumps(config))
    with torch.random.fork_rng():
        torch.manual_seed(1)
        model = open_clip.create_model(f"local-dir:{folder}", load_weights=False)
    state = {name: value.contiguous() for name, value in model.state_dict().items()}
    save_file(state, folder / "open_clip_model.safetensors")
    return folder


@pytest.fixture(scope="module")
def vit(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_model(tmp_path_factory.mktemp("models") / "vit", VIT)


@pytest.fixture(scope="module")
def resnet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_model(tmp_path_factory.mktemp("models") / "resnet", RESNET)


def views(perceptor: ClipPerceptor, count: int = 3) -> torch.Tensor:
    side = perceptor.input_size
    return torch.rand(count, 3, side, side, generator=torch.Generator().manual_seed(0))


@pytest.mark.parametrize("kind", ["vit", "resnet"])
def test_features_are_open_clips_own(kind: str, request: pytest.FixtureRequest) -> None:
    folder = request.getfixturevalue(kind)
    perceptor = open_perceptor(str(folder), precision="fp32", device="cpu")
    model = open_clip.create_model(f"local-dir:{folder}").eval()
    pictures = views(perceptor)
    normalized = (pictures - torch.tensor(MEAN)[:, None, None]) / torch.tensor(STD)[:, None, None]
    with torch.no_grad():
        expected = model.encode_image(normalized, normalize=True)
        words = open_clip.get_tokenizer(f"local-dir:{folder}")(["a cat", "a dog"])
        expected_text = model.encode_text(words, normalize=True)
    assert torch.allclose(perceptor.encode_image(pictures), expected, atol=1e-5)
    assert torch.allclose(perceptor.encode_text(["a cat", "a dog"]), expected_text, atol=1e-5)
    assert perceptor.input_size == (32 if kind == "vit" else 64)


@pytest.mark.parametrize("kind", ["vit", "resnet"])
def test_bf16_points_where_fp32_points(kind: str, request: pytest.FixtureRequest) -> None:
    folder = str(request.getfixturevalue(kind))
    gradients, features = [], []
    for precision in ("fp32", "bf16"):
        perceptor = open_perceptor(folder, precision=precision, device="cpu")
        pictures = views(perceptor).requires_grad_()
        seen = perceptor.encode_image(pictures)
        assert seen.dtype == torch.float32
        (gradient,) = torch.autograd.grad(seen[:, 0].sum(), pictures)
        assert gradient.dtype == torch.float32
        features.append(seen.detach())
        gradients.append(gradient.flatten())
    assert (features[0] * features[1]).sum(dim=1).min() > 0.995
    assert F.cosine_similarity(*gradients, dim=0) > 0.9
    assert not torch.equal(*features)


def test_nothing_of_it_learns_and_it_leaves_the_global_generator_alone(vit: Path) -> None:
    before = torch.random.get_rng_state()
    perceptor = open_perceptor(str(vit))
    perceptor.encode_image(views(perceptor))
    assert torch.equal(torch.random.get_rng_state(), before)
    assert not any(p.requires_grad for p in perceptor._visual.parameters())
    assert not perceptor._visual.training
    assert not perceptor.encode_text(["a cat"]).requires_grad


def test_texts_are_the_same_in_every_precision(vit: Path) -> None:
    texts = [open_perceptor(str(vit), precision=p).encode_text(["a cat"]) for p in ("fp32", "bf16")]
    assert torch.equal(*texts)


def test_the_text_tower_can_be_dropped(vit: Path) -> None:
    perceptor = open_perceptor(str(vit))
    seen = perceptor.encode_image(views(perceptor))
    perceptor.drop_text_tower()
    assert torch.equal(perceptor.encode_image(views(perceptor)), seen)
    with pytest.raises(RuntimeError, match="dropped"):
        perceptor.encode_text(["a cat"])


def test_stages_are_maps_that_pass_gradients(vit: Path, resnet: Path) -> None:
    for folder, count in ((vit, 2), (resnet, 5)):
        perceptor = open_perceptor(str(folder))
        pictures = views(perceptor).requires_grad_()
        stages = perceptor.stages(pictures)
        assert len(stages) == count
        assert all(stage.ndim == 4 and stage.dtype == torch.float32 for stage in stages)
        (gradient,) = torch.autograd.grad(stages[0].sum(), pictures)
        assert gradient.abs().sum() > 0


def test_a_checkpoint_beside_its_config_is_enough(vit: Path, tmp_path: Path) -> None:
    weights = load_file(vit / "open_clip_model.safetensors")
    weights["text_projection"] = weights["text_projection"] * -1
    folder = tmp_path / "both"
    folder.mkdir()
    (folder / "open_clip_config.json").write_text((vit / "open_clip_config.json").read_text())
    torch.save(weights, folder / "later.pt")
    turned = open_perceptor(str(folder / "later.pt")).encode_text(["a cat"])
    assert torch.allclose(turned, -open_perceptor(str(vit)).encode_text(["a cat"]), atol=1e-6)


def test_broken_and_foreign_weights_are_refused_in_one_line(vit: Path, tmp_path: Path) -> None:
    config = (vit / "open_clip_config.json").read_text()
    whole = (vit / "open_clip_model.safetensors").read_bytes()
    cases: dict[str, tuple[str, bytes | None]] = {
        "cut": (config, whole[: len(whole) // 2]),
        "noise": (config, b"\x00garbage" * 100),
        "foreign": (config.replace('"width": 64', '"width": 32'), whole),
        "missing": (config, None),
        "no-config": ("{", whole),
        "empty-config": ("{}", whole),
    }
    for name, (text, weights) in cases.items():
        folder = tmp_path / name
        folder.mkdir()
        (folder / "open_clip_config.json").write_text(text)
        if weights is not None:
            (folder / "open_clip_model.safetensors").write_bytes(weights)
        with pytest.raises(InputError) as error:
            open_perceptor(str(folder))
        assert name in str(error.value)
        assert "\n" not in str(error.value)


def test_what_does_not_exist_is_refused_with_a_hint(tmp_path: Path) -> None:
    lone = tmp_path / "weights.pt"
    torch.save({"w": torch.ones(3)}, lone)
    cases = {
        "VIT-B-32/openai": "did you mean 'ViT-B-32'",
        "ViT-B-32/opnai": "did you mean 'openai'",
        "nonsense-model": "unknown model",
        "~/.cache/clip/ViT-B-99.pt": "there is no weights file '~/.cache/clip/ViT-B-99.pt'",
        "weights/a.safetensors": "there is no weights file 'weights/a.safetensors'",
        "local-dir:/nowhere/at/all": "no folder",
        str(tmp_path): "open_clip_config.json",
        str(lone): "NAME:weights.pt",
    }
    for model, hint in cases.items():
        with pytest.raises(InputError, match=r"^[^\n]*$") as error:
            open_perceptor(model)
        assert hint in str(error.value)


def test_without_a_network_the_message_says_what_can_be_done(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def no_network(*_: object, **__: object) -> object:
        raise OSError("no network in this test")

    monkeypatch.setattr("socket.getaddrinfo", no_network)
    monkeypatch.setattr("urllib.request.getproxies", dict)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    with pytest.raises(
        BackendError, match=r"hf-hub:org/name .*\(no network\); use --model builtin"
    ):
        open_perceptor("hf-hub:org/name")


def test_a_device_that_is_not_there_is_refused(monkeypatch: pytest.MonkeyPatch, vit: Path) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(BackendError, match="usable: cpu"):
        open_perceptor(str(vit), device="cuda")


def test_loading_is_silent(vit: Path, capfd: pytest.CaptureFixture[str]) -> None:
    handlers = list(logging.getLogger().handlers)
    open_perceptor(str(vit), random_weights=True)
    assert capfd.readouterr() == ("", "")
    assert logging.getLogger().handlers == handlers
    assert logging.root.manager.disable == logging.NOTSET


def test_random_weights_are_the_same_every_time(vit: Path) -> None:
    one, same = (open_perceptor(str(vit), random_weights=True) for _ in range(2))
    trained = open_perceptor(str(vit))
    assert torch.equal(one.encode_text(["a"]), same.encode_text(["a"]))
    assert not torch.equal(one.encode_text(["a"]), trained.encode_text(["a"]))


def test_settings_are_checked_before_anything_is_loaded() -> None:
    for wrong in ({"precision": "fp8"}, {"device": "tpu"}, {"models": ()}, {"models": ("a:-1",)}):
        with pytest.raises(ConfigError):
            PerceptorConfig(**wrong)  # type: ignore[arg-type]
