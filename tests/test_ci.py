"""What CI does around the tests: real programs are installed where that may be, docs come first."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PROGRAMS = ROOT / ".ci" / "programs"

pytestmark = pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not installed")


@pytest.fixture
def commands(tmp_path: Path) -> Path:
    """A folder of the only commands there are: root's, and no apt-get yet."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in ("bash", "timeout", "sleep"):
        (folder / name).symlink_to(str(shutil.which(name)))
    command(folder, "id", "echo 0")
    return folder


def command(folder: Path, name: str, script: str) -> None:
    file = folder / name
    file.write_text(f"#!{shutil.which('bash')}\n{script}\n")
    file.chmod(0o755)


def install(commands: Path, seconds: int = 60) -> str:
    """What `.ci/programs` says, which is one line at most; whatever happens it ends well."""
    done = subprocess.run(
        [PROGRAMS],
        env={"PATH": str(commands), "PROGRAMS_SECONDS": str(seconds)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("\n") <= 1
    return done.stdout.strip()


APT = """
echo "$*" >> {log}
[[ "$*" == *chromium* || "$*" == *{broken}* ]] && exit 100
[[ "$*" == *install* ]] || exit 0
for word; do
  case $word in
    tiled) word=tmxrasterizer ;; imagemagick) word=identify ;; webp) word=webpinfo ;;
    ffmpeg) word=ffprobe ;;
    xvfb) word=xvfb-run ;;
    inkscape|godot3-server|pngcheck|xauth) ;;
    *) continue ;;
  esac
  ln -s {bash} {folder}/$word
done
"""


def apt(commands: Path, log: Path, broken: str = "nothing") -> None:
    """An apt-get that can install all but chromium and what is called `broken`."""
    bash, ln = shutil.which("bash"), shutil.which("ln")
    script = APT.format(log=log, broken=broken, bash=bash, folder=commands)
    command(commands, "apt-get", script.replace("ln -s", f"{ln} -s"))


def test_one_that_is_not_known_keeps_no_other_away(commands: Path, tmp_path: Path) -> None:
    log = tmp_path / "log"
    apt(commands, log)
    assert install(commands) == (
        "not installed (apt-get could not), so their tests are skipped: chromium"
    )
    assert (commands / "godot3-server").exists()
    asked = log.read_text().splitlines()
    assert sum("update" in line.split() for line in asked) == 1
    installs = [line for line in asked if "install" in line.split()]
    assert all("--yes --no-install-recommends" in line for line in installs)
    assert {line.split()[-1] for line in installs} >= {"tiled", "webp", "pngcheck"}


def test_an_update_that_fails_is_no_reason_to_stop(commands: Path, tmp_path: Path) -> None:
    apt(commands, tmp_path / "log", broken="update")
    assert install(commands).endswith("skipped: chromium")


def test_nothing_is_asked_where_all_are_there(commands: Path, tmp_path: Path) -> None:
    log = tmp_path / "log"
    apt(commands, log)
    there = ("inkscape", "chromium", "tmxrasterizer", "godot3-server", "pngcheck")
    for name in (*there, "xvfb-run", "xauth"):
        command(commands, name, "exit 0")
    assert install(commands) == ""
    (asked,) = (line for line in log.read_text().splitlines() if "install" in line.split())
    assert asked.endswith("--no-install-recommends imagemagick webp ffmpeg")
    log.unlink()
    assert install(commands) == ""
    assert not log.exists()


@pytest.mark.parametrize(
    ("user", "why"), [("0", "no apt-get"), ("1000", "not root")], ids=["root", "user"]
)
def test_where_it_may_not_it_says_why(user: str, why: str, commands: Path, tmp_path: Path) -> None:
    command(commands, "id", f"echo {user}")
    if user != "0":
        apt(commands, tmp_path / "log")
    said = install(commands)
    packages = "inkscape chromium tiled godot3-server xvfb xauth pngcheck imagemagick webp ffmpeg"
    assert said == f"not installed ({why}), so their tests are skipped: {packages}"
    assert not (tmp_path / "log").exists()


def test_a_mirror_that_hangs_holds_nothing_up(commands: Path) -> None:
    command(commands, "apt-get", "sleep 600")
    began = time.monotonic()
    assert "apt-get could not" in install(commands, seconds=2)
    assert time.monotonic() - began < 30


def test_every_program_that_tests_wait_for_is_installed() -> None:
    known = {pair.split(":")[0] for pair in re.findall(r"\S+:\S+", _list_of_programs())}
    wanted = set()
    for file in (ROOT / "tests").rglob("test_*.py"):
        text = file.read_text(encoding="utf-8")
        wanted |= set(re.findall(r'(?:needs|shutil\.which)\("([a-z0-9-]+)"\)', text))
    own = {"bash", "timeout", "sleep", "ln", "drawkit"}
    assert {"inkscape", "tmxrasterizer", "godot3-server"} <= wanted - own
    assert wanted - own - known <= {"tiled"}  # comes with tmxrasterizer


def _list_of_programs() -> str:
    text = PROGRAMS.read_text(encoding="utf-8")
    return text[text.index("programs=(") : text.index("\n)")]


def test_the_documentation_is_built_before_the_tests() -> None:
    """It takes seconds, and a broken link need not wait for thousands of tests."""
    lines = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    stages = ('python docs/make.py "$work/site"', "./check --all")
    there = lines.index('wait "$programs"')
    assert lines.index(".ci/programs &") < there < lines.index(stages[0]) < lines.index(stages[1])


def test_the_scripts_can_be_run() -> None:
    for file in (PROGRAMS, ROOT / ".ci" / "run", ROOT / "check"):
        assert os.access(file, os.X_OK)
        subprocess.run(["bash", "-n", file], check=True)
