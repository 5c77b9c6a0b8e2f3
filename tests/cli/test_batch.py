"""`drawkit batch`: what is wrong is told before, what is there stays, what is killed goes on."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from stops import signalled_at_step
from tiny_model import SMALL

import drawkit
from drawkit.engine.many.orders import BadLines

Run = Callable[..., Any]
Start = Callable[..., "subprocess.Popen[str]"]
ONE = ("--workers", "1")
TINY = (*SMALL, *ONE)
JOBS = """
{"prompt": "a cat", "seed": 3}
{"prompt": "a dog", "strokes": 4, "output": "hund.svg"}

{"prompt": ["a cat", "a dog:-0.3"], "cutouts.count": 1, "style": "ink", "transparent": true}
"""


def write(folder: Path, text: str = JOBS, name: str = "jobs.jsonl") -> None:
    (folder / name).write_text(text, encoding="utf-8")


def times(folder: Path) -> dict[str, int]:
    return {path.name: path.stat().st_mtime_ns for path in folder.glob("*.[sp][vn]g")}


def test_each_line_is_a_drawing(run: Run, folder: Path) -> None:
    write(folder)
    done = run("batch", "jobs.jsonl", "-o", "out/", *TINY)
    assert done.code == 0, done.err
    assert [str(path) for path in done.files] == [
        "out/a-cat.svg",
        "out/a-cat.png",
        "out/hund.svg",
        "out/a-cat-2.svg",
        "out/a-cat-2.png",
    ]
    alone = ("clipdraw", "a cat", *SMALL, "--seed", "3", "-o", "alone.svg")
    assert run(*alone).code == 0
    assert (folder / "alone.svg").read_bytes() == (folder / "out" / "a-cat.svg").read_bytes()
    own = ("--prompt", "a dog:-0.3", "--set", "cutouts.count=1", "--style", "ink")
    flags = ("--size", "32", "--strokes", "6", "--steps", "4", "--background", "transparent")
    assert run("clipdraw", "a cat", *flags, *own, "-o", "third.svg").code == 0
    assert (folder / "third.svg").read_bytes() == (folder / "out" / "a-cat-2.svg").read_bytes()


def test_what_is_there_stays_and_what_changed_is_drawn_anew(run: Run, folder: Path) -> None:
    write(folder)
    args = ("batch", "jobs.jsonl", "-o", "out", *TINY, "--json")
    first = json.loads(run(*args).out)
    assert [job["status"] for job in first["jobs"]] == ["drawn"] * 3
    before = times(folder / "out")
    again = json.loads(run(*args).out)
    assert (again["there"], again["drawn"], times(folder / "out")) == (3, 0, before)
    assert [job["score"] for job in again["jobs"]] == [job["score"] for job in first["jobs"]]
    # Lines may move, and new ones come: a drawing keeps its name.
    lines = JOBS.strip().splitlines()
    lines = ['{"prompt": "a cat", "seed": 9}', *lines[::-1], lines[0].replace("3", "3")]
    write(folder, "\n".join(lines[:-1]).replace('"strokes": 4', '"strokes": 5'))
    third = json.loads(run(*args).out)
    found = {(job["output"], job["status"]) for job in third["jobs"]}
    assert found == {
        ("a-cat-3", "drawn"),
        ("a-cat-2", "there"),
        ("hund", "drawn"),
        ("a-cat", "there"),
    }
    after = times(folder / "out")
    assert after["hund.svg"] != before["hund.svg"]
    assert {k: v for k, v in before.items() if k != "hund.svg"}.items() <= after.items()
    (folder / "out" / "a-cat.png").unlink()
    fourth = json.loads(run(*args).out)
    assert (fourth["there"], fourth["drawn"]) == (3, 1)


def test_a_picture_that_changed_is_drawn_anew(run: Run, folder: Path) -> None:
    from PIL import Image

    write(folder, '{"prompt": "a cat", "init": "start.png"}')
    args = ("batch", "jobs.jsonl", "-o", "out", *TINY, "--json")
    for color, status in (("red", "drawn"), ("red", "there"), ("teal", "drawn")):
        Image.new("RGB", (32, 32), color).save(folder / "start.png")
        assert json.loads(run(*args).out)["jobs"][0]["status"] == status


def test_a_random_seed_is_drawn_once(run: Run, folder: Path) -> None:
    write(folder, '{"prompt": "a cat", "seed": "random"}')
    args = ("batch", "jobs.jsonl", *TINY, "--json")
    first, second = (json.loads(run(*args).out)["jobs"][0] for _ in range(2))
    assert (first["status"], second["status"]) == ("drawn", "there")
    assert first["seed"] == second["seed"]


CSV = """prompt,strokes,output,style
a cat,6,x,
a dog,six,y,
"a bird, sitting",4,X,ink
a tree,4,../up,
,4,z,
a fox,,w,inkk
a cow,4,v,,,too many
"""
BAD_JSON = """{"prompt": "a cat"}
{"prompt": "a cat", "strkes": 3}
{"prompt": "a cat"
[1, 2]
{"prompt": 3}
{"prompt": ""}
{"seed": 3}
{"prompt": "a cat", "size": "huge"}
{"prompt": "a cat", "model": "ViT-Z-99"}
{"prompt": "a cat", "init": "none.png"}
{"prompt": "a cat", "transparent": 3}
{"prompt": "a cat", "output": "cat.xyz/"}
{"prompt": "a cat", "nothing.here": 1}
{"prompt": "a cat", "save_every": 3}
"""


def test_all_bad_lines_are_told_at_once(run: Run, folder: Path) -> None:
    write(folder, CSV, "jobs.csv")
    done = run("batch", "jobs.csv", "-o", "out", *TINY)
    assert (done.code, done.out) == (2, "")
    assert done.err.splitlines() == [
        "drawkit: jobs.csv:3: strokes.strokes takes a whole number, got 'six'",
        "drawkit: jobs.csv:4: output 'X' is that of jobs.csv:2 too",
        "drawkit: jobs.csv:5: output is '../up'; allowed: a file's name, without a folder",
        'drawkit: jobs.csv:6: has no prompt; say what to draw, "prompt": "a cat"',
        "drawkit: jobs.csv:7: unknown style 'inkk'; did you mean 'ink'?",
        "drawkit: jobs.csv:8: has 6 cells, and the first row 4 names;"
        " a comma within a value needs quotes around it",
    ]
    write(folder, BAD_JSON)
    done = run("batch", "jobs.jsonl", "-o", "out", *TINY)
    told = done.err.splitlines()
    assert [line.split(": ")[1] for line in told] == [f"jobs.jsonl:{n}" for n in range(2, 15)]
    words = ["did you mean 'strokes'?", "is no JSON", "got [1, 2]", "got 3", "prompt", "no prompt"]
    words += ["huge", "ViT-Z-99", "none.png", "transparent takes true or false", "cat.xyz/"]
    words += ["nothing", "save_every is for a single drawing"]
    for line, said in zip(told, words, strict=True):
        assert said in line
    assert not (folder / "out").exists()


@pytest.mark.parametrize(
    ("name", "text", "args", "words"),
    [
        ("jobs.jsonl", "", (), "'jobs.jsonl' holds no job"),
        ("jobs.csv", "prompt\n", (), "'jobs.csv' holds no job"),
        ("jobs.csv", "prompt,strkes\na cat,3\n", (), "jobs.csv:1: unknown column 'strkes'"),
        ("jobs.csv", "prompt,seed,seed\na cat,3,4\n", (), "two columns are named 'seed'"),
        ("other.jsonl", "{}", (), "there is no file 'jobs.jsonl'"),
        ("jobs.jsonl", JOBS, ("--retries", "-1"), "--retries is -1; allowed: 0 to 100"),
        ("jobs.jsonl", JOBS, ("--workers", "0"), "--workers is 0; allowed: 1 to 64"),
        ("jobs.jsonl", JOBS, ("-o", ""), "the output's name is empty"),
        ("jobs.jsonl", JOBS, ("-o", "no/such/"), "there is no folder 'no' to make 'no/such' in"),
        ("jobs.jsonl", JOBS, ("-o", "jobs.jsonl"), "'jobs.jsonl' is a file"),
        ("jobs.jsonl", JOBS, ("--steps", "none"), "--steps"),
    ],
)
def test_other_mistakes_take_one_line(
    run: Run, folder: Path, name: str, text: str, args: tuple[str, ...], words: str
) -> None:
    write(folder, text, name)
    wanted = name if name.startswith("jobs") else "jobs.jsonl"
    done = run("batch", wanted, *(TINY if "--workers" not in args else SMALL), *args)
    assert done.code == 2
    assert words in done.err
    lines = set(line.split(": ", 2)[-1] for line in done.err.splitlines())
    assert len(lines) == 1, done.err
    assert not (folder / "jobs").exists()


def test_files_of_others_and_edited_ones_are_not_replaced(run: Run, folder: Path) -> None:
    write(folder)
    (folder / "out").mkdir()
    (folder / "out" / "a-cat.png").write_bytes(b"mine")
    args = ("batch", "jobs.jsonl", "-o", "out", *TINY)
    done = run(*args)
    assert (done.code, len(done.err.splitlines())) == (2, 1)
    assert "jobs.jsonl:2: 'out/a-cat.png' is there" in done.err
    (folder / "out" / "a-cat.png").unlink()
    assert run(*args).code == 0
    (folder / "out" / "hund.svg").write_text("edited")
    assert run(*args).code == 0  # it is there
    assert (folder / "out" / "hund.svg").read_text() == "edited"
    done = run(*args, "--cutouts", "3")
    assert (done.code, len(done.err.splitlines())) == (2, 1)
    assert "jobs.jsonl:3: 'out/hund.svg' is there, and is no drawing of this batch" in done.err
    assert run(*args, "--cutouts", "3", "--overwrite").code == 0
    assert (folder / "out" / "hund.svg").read_text() != "edited"


def test_what_fails_is_tried_again_now_and_later(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from drawkit.engine.run import Run as Drawn

    real, begun = Drawn.__init__, []

    def fail(self: Any, settings: Any, *args: Any, **named: Any) -> None:
        begun.append(settings.sections["draw"].seed)
        if begun[-1] == 3 and begun.count(3) < 5:
            raise ZeroDivisionError("two\nlines")
        real(self, settings, *args, **named)

    monkeypatch.setattr(Drawn, "__init__", fail)
    write(folder)
    args = ("batch", "jobs.jsonl", "-o", "out", *TINY, "--json", "-q")
    done = run(*args, "--retries", "2")
    assert done.code == 2
    assert done.err == "drawkit: jobs.jsonl:2: ZeroDivisionError: two lines\n"
    jobs = json.loads(done.out)["jobs"]
    assert [(job["status"], job["tries"]) for job in jobs] == [
        ("failed", 3),
        ("drawn", 1),
        ("drawn", 1),
    ]
    assert jobs[0]["error"] == "ZeroDivisionError: two lines"
    done = run(*args, "--retries", "1")
    assert done.code == 0, done.err
    assert [job["status"] for job in json.loads(done.out)["jobs"]] == ["drawn", "there", "there"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_stopped_it_keeps_what_is_done(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    signalled_at_step(monkeypatch, number, 6)  # the second one's second
    write(folder)
    args = ("batch", "jobs.jsonl", "-o", "out", *TINY, "--json")
    done = run(*args)
    assert done.code == 130
    assert "stopped; the same command goes on with what is in 'out'" in done.err
    assert [job["status"] for job in json.loads(done.out)["jobs"]] == ["drawn", "left", "left"]
    assert [job["status"] for job in json.loads(run(*args).out)["jobs"]] == [
        "there",
        "drawn",
        "drawn",
    ]


def test_a_half_written_row_and_foreign_ones_do_no_harm(run: Run, folder: Path) -> None:
    write(folder)
    args = ("batch", "jobs.jsonl", "-o", "out", *TINY, "--json")
    assert run(*args).code == 0
    manifest = folder / "out" / "manifest.jsonl"
    whole = manifest.read_bytes()
    manifest.write_bytes(whole + b'{"output": "a-c')
    assert json.loads(run(*args).out)["there"] == 3
    assert manifest.read_bytes() == whole
    manifest.write_bytes(b"\x00\x00\n" + whole)
    done = run(*args)
    assert json.loads(done.out)["there"] == 3
    assert "line 1 cannot be read" in done.err
    # Killed after the files and before the row that says so, and as it wrote them.
    rows = whole.splitlines(keepends=True)
    out = folder / "out"
    for kept, there in ((2, 1), (3, 1)):
        manifest.write_bytes(b"".join(rows[:kept]))
        for path in out.glob("*.*g"):
            if path.name.encode() not in manifest.read_bytes():
                path.unlink()
        found = json.loads(run(*args).out)
        assert (found["there"], found["drawn"]) == (there, 2)
    (out / "a-cat.png").write_bytes(b"half")  # what a write that was not whole might leave
    manifest.write_bytes(rows[0] + rows[1])
    done = run(*args)
    assert (done.code, "'out/a-cat.png' is there" in done.err) == (2, True)


def test_two_at_once_are_one_too_many(run: Run, folder: Path) -> None:
    fcntl = pytest.importorskip("fcntl")
    write(folder)
    assert run("batch", "jobs.jsonl", "-o", "out", *TINY).code == 0
    with open(folder / "out" / "manifest.jsonl", "rb") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        done = run("batch", "jobs.jsonl", "-o", "out", *TINY)
    assert (done.code, done.err) == (2, "drawkit: another run is at work in 'out'\n")


@pytest.mark.slow
@pytest.mark.parametrize(
    "kills", [1, pytest.param(10, marks=pytest.mark.long)], ids=["once", "often"]
)
def test_killed_at_any_moment_it_goes_on(start: Start, folder: Path, kills: int) -> None:
    """To the files of a run that nobody disturbed."""
    lines = [{"prompt": "a cat", "seed": seed} for seed in range(8)]
    write(folder, "\n".join(map(json.dumps, lines)))
    small = ("--size", "32", "--strokes", "4", "--cutouts", "2", "--steps", "4", "--threads", "1")
    # Workers load the built-in model in half the time of any other.
    little = (*small, "--set", "perceptor.imagine=0", "-q")
    args = ("batch", "jobs.jsonl", *little, "--workers", "2")
    out = folder / "out"
    chance = random.Random(kills)
    for _ in range(kills):
        process = start(*args, "-o", "out")
        wanted = len(times(out)) + chance.randint(1, 3)
        end = time.monotonic() + 300
        while process.poll() is None and len(times(out)) < wanted and time.monotonic() < end:
            time.sleep(0.01)
        time.sleep(chance.random() * 0.2)
        process.kill()
        _, err = process.communicate()
    before = times(out)
    assert before, err
    process = start(*args, "-o", "out", "--json")
    told, err = process.communicate(timeout=200)
    assert process.returncode == 0, err
    found = json.loads(told)
    assert found["there"] >= (len(before) - 2) // 2
    assert found["there"] + found["drawn"] == 8
    process = start(*args, "-o", "whole", "--workers", "1")
    assert process.wait(timeout=200) == 0
    for path in (folder / "whole").glob("*.*g"):
        assert path.read_bytes() == (out / path.name).read_bytes()
    assert len(times(out)) == 16
    assert not [name for name in os.listdir(out) if name.startswith(".drawkit-")]


def test_the_library_has_the_same_names(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from fakes import FakePerceptor

    monkeypatch.setattr("drawkit.engine.session.open_perceptor", lambda *a, **k: FakePerceptor())
    small: dict[str, Any] = {"size": 32, "strokes": 6, "steps": 4, "cutouts": 2}
    write(folder)
    seen: list[str] = []
    report = drawkit.batch(
        "jobs.jsonl", "out", on_job=lambda one: seen.append(one.order.name), **small
    )
    assert (report.count("drawn"), sorted(seen)) == (3, ["a-cat", "a-cat-2", "hund"])
    assert drawkit.batch("jobs.jsonl", "out", **small).count("there") == 3
    report = drawkit.batch("jobs.jsonl", "b", on_job=lambda one: False, **small)
    assert (report.count("drawn"), report.count("left")) == (1, 2)
    write(folder, BAD_JSON)
    with pytest.raises(BadLines) as caught:
        drawkit.batch("jobs.jsonl", "c", **small)
    assert len(caught.value.lines) == 13
    assert str(caught.value).endswith("(and 12 more)")
