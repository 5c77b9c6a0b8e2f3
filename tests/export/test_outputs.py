"""Naming and saving: nothing overwritten, nothing lost, nothing left behind."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from scenes import small_scene

from drawkit.errors import BackendError, FileError, InputError
from drawkit.export.outputs import OutputPlan, plan_outputs, save
from drawkit.export.png import PngConfig, PngExporter
from drawkit.export.svg import SvgExporter
from drawkit.scene import Scene

SCENE = small_scene()


def names(folder: Path) -> list[str]:
    return sorted(os.listdir(folder))


def default_plan(folder: Path, prompt: str = "a cat") -> OutputPlan:
    return plan_outputs([], prompt, folder=folder)


# Names


def test_default_names_come_from_the_prompt_and_count_up(tmp_path: Path) -> None:
    for _ in range(3):
        save(SCENE, default_plan(tmp_path))
    assert names(tmp_path) == [
        "a-cat-2.png",
        "a-cat-2.svg",
        "a-cat-3.png",
        "a-cat-3.svg",
        "a-cat.png",
        "a-cat.svg",
    ]


def test_saved_paths_are_the_files(tmp_path: Path) -> None:
    saved = save(SCENE, default_plan(tmp_path))
    assert saved.paths == (tmp_path / "a-cat.svg", tmp_path / "a-cat.png")
    assert saved.notes == ()
    assert all(path.stat().st_size for path in saved.paths)


def test_one_number_for_all_files_of_a_drawing(tmp_path: Path) -> None:
    (tmp_path / "a-cat.png").write_bytes(b"mine")
    saved = save(SCENE, default_plan(tmp_path))
    assert saved.paths == (tmp_path / "a-cat-2.svg", tmp_path / "a-cat-2.png")
    assert (tmp_path / "a-cat.png").read_bytes() == b"mine"
    assert names(tmp_path) == ["a-cat-2.png", "a-cat-2.svg", "a-cat.png"]


def test_default_names_never_overwrite(tmp_path: Path) -> None:
    (tmp_path / "a-cat.svg").write_bytes(b"mine")
    save(SCENE, plan_outputs([], "a cat", folder=tmp_path, overwrite=True))
    assert (tmp_path / "a-cat.svg").read_bytes() == b"mine"


def test_explicit_names_are_taken_as_they_are(tmp_path: Path) -> None:
    asked = [tmp_path / "cat.svg", tmp_path / "My Cat.PNG", tmp_path / "cat.pdf"]
    saved = save(SCENE, plan_outputs(asked, "a cat"))
    assert sorted(saved.paths) == sorted(asked)
    assert names(tmp_path) == ["My Cat.PNG", "cat.pdf", "cat.svg"]


def test_relative_names_stay_relative(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert save(SCENE, plan_outputs([Path("cat.svg")], "a cat")).paths == (Path("cat.svg"),)
    assert save(SCENE, plan_outputs([], "a dog", suffixes=[".svg"])).paths == (Path("a-dog.svg"),)


def test_the_same_files_can_be_written_again(tmp_path: Path) -> None:
    first = save(SCENE, default_plan(tmp_path))
    before = first.paths[0].read_bytes()
    assert save(Scene(9, 9), first.again()).paths == first.paths
    assert first.paths[0].read_bytes() != before
    assert names(tmp_path) == ["a-cat.png", "a-cat.svg"]


def test_configs_reach_the_exporters(tmp_path: Path) -> None:
    save(SCENE, default_plan(tmp_path), [PngConfig(size=16)])
    assert (tmp_path / "a-cat.png").read_bytes()[16:20] == (16).to_bytes(4, "big")


# Refused before drawing


@pytest.mark.parametrize(
    ("name", "words"),
    [
        (
            "cat.bmp",
            r"'.bmp'; allowed: \.anim\.svg, \.apng, \.aseprite, \.gif, \.hpgl",
        ),
        ("cat", r"has no suffix; allowed"),
        ("there.svg", r"there.svg' exists; give another name or --overwrite"),
        ("folder.svg", r"folder.svg' is a folder"),
        ("missing/cat.svg", r"missing' does not exist; make it first"),
        ("there.svg/cat.svg", r"Not a directory|is not a folder"),
        ("x" * 300 + ".svg", r"File name too long"),
        ("nul\0.svg", r"null byte"),
    ],
)
def test_bad_names(tmp_path: Path, name: str, words: str) -> None:
    (tmp_path / "there.svg").write_bytes(b"mine")
    (tmp_path / "folder.svg").mkdir()
    with pytest.raises(InputError, match=words) as caught:
        plan_outputs([tmp_path / name], "a cat")
    assert "\n" not in str(caught.value)
    assert names(tmp_path) == ["folder.svg", "there.svg"]


def test_a_dangling_link_counts_as_there(tmp_path: Path) -> None:
    (tmp_path / "cat.svg").symlink_to(tmp_path / "nowhere.svg")
    with pytest.raises(FileError, match="exists"):
        plan_outputs([tmp_path / "cat.svg"], "a cat")


@pytest.mark.parametrize("second", ["cat.svg", "./cat.svg", "sub/../cat.svg", "cat.SVG"])
def test_a_file_given_twice(tmp_path: Path, second: str) -> None:
    with pytest.raises(InputError, match="given twice"):
        plan_outputs([tmp_path / "cat.svg", Path(f"{tmp_path}/{second}")], "a cat")


@pytest.mark.parametrize("explicit", [True, False])
def test_a_folder_that_cannot_be_written(explicit: bool) -> None:
    proc = Path("/proc")  # refuses even root
    if not proc.is_dir():
        pytest.skip("no /proc on this system")
    with pytest.raises(FileError, match="cannot write in the folder '/proc'"):
        plan_outputs([proc / "cat.svg"] if explicit else [], "a cat", folder=proc)


def test_a_default_folder_that_is_missing(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="does not exist"):
        default_plan(tmp_path / "missing")


def test_overwrite_lets_an_existing_file_pass(tmp_path: Path) -> None:
    target = tmp_path / "cat.svg"
    target.write_bytes(b"old")
    plan = plan_outputs([target], "a cat", overwrite=True)
    assert target.read_bytes() == b"old"  # until the drawing is done
    assert save(SCENE, plan).paths == (target,)
    assert target.read_bytes() != b"old"


def test_overwrite_writes_through_a_link(tmp_path: Path) -> None:
    (tmp_path / "real.svg").write_bytes(b"old")
    (tmp_path / "cat.svg").symlink_to("real.svg")
    save(SCENE, plan_outputs([tmp_path / "cat.svg"], "a cat", overwrite=True))
    assert (tmp_path / "cat.svg").is_symlink()
    assert (tmp_path / "real.svg").read_bytes().startswith(b"<?xml")


def test_a_format_that_cannot_work_here_is_refused_before_drawing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing() -> None:
        raise BackendError("not installed")

    monkeypatch.setattr(PngExporter, "require", missing)
    with pytest.raises(BackendError, match="not installed"):
        default_plan(tmp_path)


def test_a_name_that_ends_in_a_slash_is_a_folder(tmp_path: Path) -> None:
    for name in ("out", "more"):
        (tmp_path / name).mkdir()
    given = [f"{tmp_path}/out/", f"{tmp_path}/cat.svg", f"{tmp_path}/more/"]
    plan = plan_outputs(given, "a cat", overwrite=True)
    for number in ("", "-2"):  # what the user did not name is never replaced
        assert set(save(SCENE, plan).paths) == {
            tmp_path / "out" / f"a-cat{number}.svg",
            tmp_path / "out" / f"a-cat{number}.png",
            tmp_path / "more" / f"a-cat{number}.svg",
            tmp_path / "more" / f"a-cat{number}.png",
            tmp_path / "cat.svg",
        }
    with pytest.raises(FileError, match="none' does not exist; make it first"):
        plan_outputs([f"{tmp_path}/none/"], "a cat")


def test_two_links_to_one_file_are_one_file(tmp_path: Path) -> None:
    for name in ("one.svg", "two.svg"):
        (tmp_path / name).symlink_to("real.svg")
    with pytest.raises(InputError, match="given twice"):
        plan_outputs([tmp_path / "one.svg", tmp_path / "two.svg"], "a cat", overwrite=True)


def test_each_file_keeps_its_disk_its_link_and_its_permissions(
    tmp_path: Path, other_disk: Path
) -> None:
    (other_disk / "real.png").write_bytes(b"old")
    (tmp_path / "cat.svg").write_bytes(b"old")
    (tmp_path / "cat.svg").chmod(0o600)
    (tmp_path / "cat.png").symlink_to(other_disk / "real.png")
    plan = plan_outputs([tmp_path / "cat.svg", tmp_path / "cat.png"], "a cat", overwrite=True)
    assert save(SCENE, plan).paths == (tmp_path / "cat.svg", tmp_path / "cat.png")
    assert (tmp_path / "cat.svg").stat().st_mode & 0o777 == 0o600
    assert (other_disk / "real.png").read_bytes().startswith(b"\x89PNG")
    assert names(tmp_path) == ["cat.png", "cat.svg"]
    assert names(other_disk) == ["real.png"]


# While saving


def test_a_file_that_appeared_meanwhile_is_kept(tmp_path: Path) -> None:
    plan = plan_outputs([tmp_path / "cat.svg", tmp_path / "cat.png"], "a cat")
    (tmp_path / "cat.svg").write_bytes(b"mine")
    saved = save(SCENE, plan)
    assert saved.paths == (tmp_path / "cat-2.svg", tmp_path / "cat-2.png")
    assert saved.notes[0] == (
        f"saved as '{tmp_path}/cat-2.svg': the name of '{tmp_path}/cat.svg' was taken meanwhile"
    )
    assert (tmp_path / "cat.svg").read_bytes() == b"mine"
    assert names(tmp_path) == ["cat-2.png", "cat-2.svg", "cat.svg"]


def test_without_hard_links_nothing_is_overwritten_either(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unsupported(source: Path, destination: Path) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", unsupported)
    (tmp_path / "a-cat.png").write_bytes(b"mine")
    saved = save(SCENE, default_plan(tmp_path))
    assert [path.name for path in saved.paths] == ["a-cat-2.svg", "a-cat-2.png"]
    assert (tmp_path / "a-cat.png").read_bytes() == b"mine"
    assert names(tmp_path) == ["a-cat-2.png", "a-cat-2.svg", "a-cat.png"]


RUN = """
import sys, time
from pathlib import Path
from drawkit.export.png import PngConfig
from drawkit.export.outputs import plan_outputs, save
from drawkit.scene import Scene
folder = Path(sys.argv[1])
plan = plan_outputs([], "a cat", folder=folder)
print("ready", flush=True)
sys.stdin.read(1)
for _ in range(5):
    save(Scene(9, 9), plan, [PngConfig(size=8)])
"""


def test_runs_at_once_into_one_folder_lose_nothing(tmp_path: Path) -> None:
    command = [sys.executable, "-c", RUN, str(tmp_path)]
    pipe = subprocess.PIPE
    runs = [subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) for _ in range(4)]
    for run in runs:
        assert run.stdout is not None
        assert run.stdout.readline() == "ready\n"
    for run in runs:
        assert run.stdin is not None
        run.stdin.write("g")
        run.stdin.flush()
    for run in runs:
        run.communicate(timeout=60)
        assert run.returncode == 0
    found = names(tmp_path)
    assert len(found) == 4 * 5 * 2
    stems = {Path(name).stem for name in found}
    assert len(stems) == 4 * 5  # every svg has the png of its own run beside it
    assert all((tmp_path / name).stat().st_size for name in found)


@pytest.mark.parametrize("broken", [SvgExporter, PngExporter])
def test_what_fails_does_not_stop_the_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: type
) -> None:
    def fail(self: object, scene: Scene, path: Path) -> None:
        raise FileError(f"cannot write '{path}': No space left on device")

    monkeypatch.setattr(broken, "write", fail)
    with pytest.raises(FileError) as caught:
        save(SCENE, default_plan(tmp_path))
    lost, kept = ("svg", "png") if broken is SvgExporter else ("png", "svg")
    assert str(caught.value) == (
        f"cannot write '{tmp_path}/a-cat.{lost}': No space left on device; "
        f"the drawing is in '{tmp_path}/a-cat.{kept}'"
    )
    assert names(tmp_path) == [f"a-cat.{kept}"]


def test_a_bug_in_one_format_does_not_lose_the_drawing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def bug(self: object, scene: Scene, path: Path) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(PngExporter, "write", bug)
    with pytest.raises(ZeroDivisionError):
        save(SCENE, default_plan(tmp_path))
    assert names(tmp_path) == ["a-cat.svg"]


def test_ctrl_c_while_saving_leaves_no_litter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(self: object, scene: Scene, path: Path) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(PngExporter, "write", interrupt)
    with pytest.raises(KeyboardInterrupt):
        save(SCENE, default_plan(tmp_path))
    assert names(tmp_path) == []
