"""Join both towers into the open_clip folder that the package carries, and read it back.

    python -m training.export --image RUN --text RUN --to drawkit/perceptor/builtin

folds the bridge (sentence space -> joint space) into the text tower's last matrix, so nothing of
the sentence encoder is needed at run time. The bridge itself is kept in `training/` for resuming.

    python -m training.export --image RUN --to drawkit/perceptor/builtin

puts a new image tower beside the text tower that lies there (`training.train --hold-names`).

    python -m training.evaluate --model builtin --art ART --json > figures.json
    python -m training.export --to drawkit/perceptor/builtin --figures figures.json

writes the card alone, with the figures of the weights that lie there.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from training.text import BPE_NAME, TEXT_CONFIG, write_bpe

JOINT = 256
SIDE = 64
WEIGHTS = "open_clip_model.safetensors"
BESIDE = (
    *("imagination.safetensors", "memory.safetensors", "expected.safetensors"),
    *("concepts.json.gz", BPE_NAME),
)
BRIDGE = Path(__file__).parent / "bridge.safetensors"

CONFIG: dict[str, Any] = {
    "model_cfg": {
        "embed_dim": JOINT,
        "vision_cfg": {
            "timm_model_name": "drawkit_resnet_64",
            "timm_model_pretrained": False,
            "timm_pool": "",
            "timm_proj": "",
            "image_size": SIDE,
        },
        "text_cfg": TEXT_CONFIG,
    },
    "preprocess_cfg": {
        "mean": [0.5, 0.5, 0.5],
        "std": [0.5, 0.5, 0.5],
        "interpolation": "bicubic",
        "resize_mode": "squash",
    },
}


def join(image: dict[str, Tensor], text: dict[str, Tensor]) -> dict[str, Tensor]:
    """State of the open_clip model from the state of `tower.Tower` and of the text tower."""
    state = {f"visual.trunk.{k[4:]}": v for k, v in image.items() if k.startswith("net.")}
    state |= {k: v for k, v in text.items() if k != "attn_mask"}
    state["text_projection"] = text["text_projection"] @ image["bridge.linear.weight"].T
    state["logit_scale"] = image["bridge.log_scale"]
    return state


def join_shipped(image: dict[str, Tensor], folder: Path) -> dict[str, Tensor]:
    """The same, with the text tower of an exported folder; the bridge must be the shipped one."""
    shipped = load_file(folder / WEIGHTS)
    if not torch.equal(image["bridge.linear.weight"].half(), load_file(BRIDGE)["weight"]):
        raise SystemExit("the run changed the bridge: train with --hold-names, or give --text")
    state = {f"visual.trunk.{k[4:]}": v for k, v in image.items() if k.startswith("net.")}
    return {k: v for k, v in shipped.items() if not k.startswith("visual.")} | state


def read_tower(folder: Path, bridge: Path = BRIDGE) -> dict[str, Tensor]:
    """State of `tower.Tower` from an exported folder, to train on."""
    shipped = load_file(folder / WEIGHTS)
    state = {
        f"net.{k.removeprefix('visual.trunk.')}": v.float()
        for k, v in shipped.items()
        if k.startswith("visual.trunk.")
    }
    state["bridge.linear.weight"] = load_file(bridge)["weight"].float()
    state["bridge.log_scale"] = shipped["logit_scale"].float()
    return state


def write_weights(state: dict[str, Tensor], target: Path) -> str:
    """Save in half precision; return the SHA-256 of the file."""
    save_file({k: v.half().contiguous() for k, v in sorted(state.items())}, target)
    target.chmod(0o644)
    return hashlib.sha256(target.read_bytes()).hexdigest()


def write_card(folder: Path, digest: str, figures: dict[str, Any]) -> None:
    """Write what programs may want to know about the weights."""
    card = {
        "name": "builtin",
        "licence": "Apache-2.0",
        "sha256": digest,
        "input_size": SIDE,
        "mean": CONFIG["preprocess_cfg"]["mean"],
        "std": CONFIG["preprocess_cfg"]["std"],
        "embed_dim": JOINT,
        "bpe": BPE_NAME,
        "cutouts": {
            "recipe": "whole",
            "count": 8,
            "zoom": [1.0, 1.45],
            "shift": 0.125,
        },
        "figures": figures,
    }
    (folder / "card.json").write_text(json.dumps(card, indent=2) + "\n")


def note_files(folder: Path) -> None:
    """Put the SHA-256 of the other files that ship with the weights on the card."""
    card = json.loads((folder / "card.json").read_text())
    beside = [folder / name for name in BESIDE if (folder / name).exists()]
    card["files"] = {f.name: hashlib.sha256(f.read_bytes()).hexdigest() for f in beside}
    (folder / "card.json").write_text(json.dumps(card, indent=2) + "\n")


def main() -> None:
    """Read the command line, write the folder."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--image", type=Path, help="folder of checkpoint.pt")
    parser.add_argument("--text", type=Path, help="folder of text.pt")
    parser.add_argument("--to", type=Path, required=True, help="folder to write")
    parser.add_argument("--bridge", type=Path, default=BRIDGE, help="file for the bridge")
    parser.add_argument("--figures", type=Path, help="what `training.evaluate --json` printed")
    args = parser.parse_args()
    if args.figures:
        digest = hashlib.sha256((args.to / WEIGHTS).read_bytes()).hexdigest()
        write_card(args.to, digest, json.loads(args.figures.read_text()))
        note_files(args.to)
        return
    if not args.image:
        parser.error("give --image, or --figures")
    args.to.mkdir(parents=True, exist_ok=True)
    image = torch.load(args.image / "checkpoint.pt", weights_only=True)["average"]
    if not args.text:
        write_card(args.to, write_weights(join_shipped(image, args.to), args.to / WEIGHTS), {})
        note_files(args.to)
        return
    text = torch.load(args.text / "text.pt", weights_only=True)["tower"]
    digest = write_weights(join(image, text), args.to / WEIGHTS)
    save_file({"weight": image["bridge.linear.weight"].half().contiguous()}, args.bridge)
    args.bridge.chmod(0o644)
    write_bpe(args.to / BPE_NAME)
    (args.to / "open_clip_config.json").write_text(json.dumps(CONFIG, indent=2) + "\n")
    write_card(args.to, digest, {})
    note_files(args.to)
    size = sum(f.stat().st_size for f in args.to.iterdir()) / 1e6
    print(f"{args.to}: {size:.1f} MB, sha256 {digest}")


if __name__ == "__main__":
    main()
