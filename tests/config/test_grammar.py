"""The grammar of prompts: stops, times, places, pictures, escapes, and where a mistake is."""

from __future__ import annotations

import re
from pathlib import Path, PurePath

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drawkit.config import parse_prompts, read_prompts
from drawkit.config.prompt import During, Prompt, Region
from drawkit.config.prompts import prompt_lines
from drawkit.errors import FileError, InputError

LEFT, RIGHT = Region((0, 0.3, 0.5, 1)), Region((0.5, 0, 1, 1))
DAWN, NIGHT = During(0, 50), During(50, 100)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("mask.png", "my mask.PNG", "a@b.png", "notes"):
        (tmp_path / name).touch()
    return tmp_path


@pytest.mark.parametrize(
    ("given", "prompts"),
    [
        ("a cat:1:0.2", [Prompt("a cat", stop=0.2)]),
        ("a cat : -0.5 : -.1", [Prompt("a cat", -0.5, stop=-0.1)]),
        (
            "sunrise@0%-50% | night@50%-100%",
            [Prompt("sunrise", during=DAWN), Prompt("night", during=NIGHT)],
        ),
        ("night @ 50 - 100%", [Prompt("night", during=NIGHT)]),
        ("night@50%\u2013100%", [Prompt("night", during=NIGHT)]),
        ("a cat@10-200", [Prompt("a cat", during=During(10, 200, percent=False))]),
        ("a cat@10-10:2", [Prompt("a cat", 2, during=During(10, 10, percent=False))]),
        ("a cat@12.5%-99.5%", [Prompt("a cat", during=During(12.5, 99.5))]),
        (
            "a red house@[0,.3,.5,1] | a tree@[.5,0,1,1]",
            [Prompt("a red house", region=LEFT), Prompt("a tree", region=RIGHT)],
        ),
        ("a red house @[ 0, 0.3, 5e-1, 1.0 ] : 2", [Prompt("a red house", 2, region=LEFT)]),
        ("a tree:0.7:0.3@[.5,0,1,1]@0%-50%", [Prompt("a tree", 0.7, None, 0.3, DAWN, RIGHT)]),
        ("a tree@0%-50%@[.5,0,1,1]:0.7:0.3", [Prompt("a tree", 0.7, None, 0.3, DAWN, RIGHT)]),
        ("room 101@[.5,0,1,1]:2", [Prompt("room 101", 2, region=RIGHT)]),
        ("room 101@0%-50%:2", [Prompt("room 101", 2, during=DAWN)]),
        ("a tree@mask.png", [Prompt("a tree", region=Region(mask="mask.png"))]),
        ("a tree @my mask.PNG:2", [Prompt("a tree", 2, region=Region(mask="my mask.PNG"))]),
        ("a tree@a@b.png", [Prompt("a tree", region=Region(mask="a@b.png"))]),
        ('a tree@"away.png"', [Prompt("a tree", region=Region(mask="away.png"))]),
        (r'a tree@"a\|b.png" | x', [Prompt("a tree", region=Region(mask="a|b.png")), Prompt("x")]),
        ("@photo.png:0.5", [Prompt("@photo.png", 0.5, "photo.png")]),
        ("@a b/c.png@[.5,0,1,1]", [Prompt("@c.png", 1, "a b/c.png", region=RIGHT)]),
        ("@c.png@mask.png:2", [Prompt("@c.png", 2, "c.png", region=Region(mask="mask.png"))]),
        ('@"1:2|3.png":0.5', [Prompt("@1:2|3.png", 0.5, "1:2|3.png")]),
        (r"@1\|3.png", [Prompt("@1|3.png", 1, "1|3.png")]),
        (r"a ratio 16\:9", [Prompt("a ratio 16:9")]),
        (r"a cat\: red:3", [Prompt("a cat: red", 3)]),
        (r"a cat\@[0,0,1,1]", [Prompt("a cat@[0,0,1,1]")]),
        ('"a cat@0%-50%":2@50%-100%', [Prompt("a cat@0%-50%", 2, during=NIGHT)]),
        ("“a|b”@[.5,0,1,1]", [Prompt("a|b", region=RIGHT)]),
        ("a cat, a dog and a cow, all red", [Prompt("a cat, a dog and a cow, all red")]),
        (
            "🐱@[.5,0,1,1] | красный дом:0.5@0%-50% | 猫",
            [Prompt("🐱", region=RIGHT), Prompt("красный дом", 0.5, during=DAWN), Prompt("猫")],
        ),
    ],
)
def test_what_is_typed(folder: Path, given: str, prompts: list[Prompt]) -> None:
    found = parse_prompts(given)
    assert found == prompts
    assert parse_prompts(" | ".join(map(str, found))) == prompts


@pytest.mark.parametrize(
    "words",
    [
        *("a cat @home", "kim@example.com", "a cat @", "@ home:", "a cat @notes", "a @ b @ c"),
        *("a cat @10", "a cat@50%", "a cat@10-200 dollars", "a cat@home-office"),
        *("a cat@mask.jpg", "a cat@[home]", "a cat@[0,0,1,1] in snow", "a cat@mask.png in snow"),
    ],
)
def test_an_at_sign_else_is_one_of_the_words(folder: Path, words: str) -> None:
    (prompt,) = parse_prompts(f"x {words}")
    assert prompt == Prompt(f"x {words}")
    assert parse_prompts(str(prompt)) == [prompt]


@pytest.mark.parametrize(
    ("given", "note"),
    [
        ("a cat:1:0.2", "the stop 0.2 is read as a score"),
        ("a cat@mask.png", "there is no picture 'mask.png', so it is read as words"),
        ("a cat@[0,0,1,1] in snow", "is read as words; a box is"),
        ("a cat ^ a dog", r"the ^ of 'a cat ^ a dog' is one of the words"),
        ("catch 22:-0.5@0%-50%", "'catch 22:-0.5' is read as words alone"),
    ],
)
def test_a_line_says_how_it_was_read(tmp_path: Path, given: str, note: str) -> None:
    (prompt,) = parse_prompts(given)
    assert note in prompt.note


@pytest.mark.parametrize(
    ("given", "what", "wrong"),
    [
        ("a cat:11", "weight 11 of 'a cat'", "11"),
        ("a dog | a cat:2:7", "the stop 7", "7"),
        ("a cat:2@0%-50%:3", "two weights", "2@"),
        ("a | | b", "no words beside", " | b"),
        ("a cat@50%-20%", "the time '50%-20%' is none", "50%-20%"),
        ("a cat@0%-101%", "0% to 100%", "0%-101%"),
        ("a cat@1.5-2.5", "no whole numbers", "1.5-2.5"),
        ("a cat@9-3", "the time '9-3' is none", "9-3"),
        ("a cat@0%-50%@10-20", "two times", "@0%-50%"),
        ("a cat@[0,0,.5,1]@[.5,0,1,1]", "two places", "@[0,0,.5,1]@"),
        ("a cat@[0,0,1]", "the box has 3 numbers", "[0,0,1]"),
        ("a cat@[0,0,1,1,1]", "the box has 5 numbers", "[0,0"),
        ("a cat@[0,0,2,1]", "2 is not on the sheet", "2,1]"),
        ("a cat@[0,-.1,1,1]", "-.1 is not on the sheet", "-.1"),
        ("a cat@[0,,1,1]", "'' is no number", ",1,1]"),
        ("a cat@[0,e,1,1]", "'e' is no number", "e,1,1]"),
        ("a cat@[.5,0,.5,1]", "the box '[0.5,0,0.5,1]' is none", "[.5"),
        ("a cat@[0,.3,.5,1", "no ] at its end", ""),
        ("a cat | @", "no file behind @", ""),
        ("@[0,0,1,1]", "no words before", "[0,0"),
        ("@0%-50%", "no words before", "0%"),
        ("a red\x1b[31m cat", "control character U+001B", "\x1b"),
        ("x | a\ud800b", "control character U+D800", "\ud800"),
    ],
)
def test_a_mistake_is_pointed_at(given: str, what: str, wrong: str) -> None:
    with pytest.raises(InputError, match=re.escape(what)) as error:
        parse_prompts(given)
    message = str(error.value)
    assert message.isprintable()
    said = re.search(r"; at character (\d+)$", message)
    assert said is not None
    assert given[int(said[1]) - 1 :].startswith(wrong)


def test_what_no_run_has_is_refused_from_python() -> None:
    for make in (
        lambda: During(50, 20),
        lambda: During(-1, 20),
        lambda: During(float("nan"), 20),
        lambda: Region((0, 0, 0, 1)),
        lambda: Region((0, 0, 1, 1.1)),
        lambda: Region((float("nan"), 0, 1, 1)),
        lambda: Prompt("a", stop=1.1),
        lambda: Prompt("a", stop=float("nan")),
    ):
        with pytest.raises(InputError):
            make()


def test_when_a_prompt_counts() -> None:
    half = [during.holds(index, 7) for during in (DAWN, NIGHT) for index in range(7)]
    assert half == [True] * 4 + [False] * 3 + [False] * 4 + [True] * 3
    steps = During(2, 4, percent=False)
    assert [index + 1 for index in range(7) if steps.holds(index, 7)] == [2, 3, 4]
    assert [index for index in range(10) if During(30, 70).holds(index, 10)] == [3, 4, 5, 6]


CHARACTERS = st.one_of(
    st.sampled_from(" :|@[]%,\\\"'“”^0123456789.-+eab\u2013\u00a0"),
    st.characters(exclude_categories=["Cc", "Cs"]),
)
WORDS = st.text(CHARACTERS, min_size=1, max_size=20).filter(str.strip)
FILES = st.text(CHARACTERS, min_size=1, max_size=12).map(lambda name: f"{name}x.png")
ORDERED = st.lists(st.floats(0, 1), min_size=2, max_size=2, unique=True).map(sorted)
BOXES = st.builds(lambda x, y: Region((x[0], y[0], x[1], y[1])), ORDERED, ORDERED)
PERCENTS = ORDERED.map(lambda pair: During(100 * pair[0], 100 * pair[1])).filter(
    lambda during: during.begin < during.end
)
STEPS = st.tuples(st.integers(0, 10**6), st.integers(0, 10**6)).map(
    lambda pair: During(*sorted(pair), percent=False)
)
REST = {
    "weight": st.floats(-10, 10).filter(bool) | st.just(1.0),
    "stop": st.none() | st.floats(-1, 1),
    "during": st.none() | PERCENTS | STEPS,
    "region": st.none() | BOXES | FILES.map(lambda mask: Region(mask=mask)),
}
PROMPTS = st.one_of(
    st.builds(Prompt, WORDS, **REST),
    FILES.flatmap(
        lambda path: st.builds(
            Prompt, st.just(f"@{PurePath(path).name}"), picture=st.just(path), **REST
        )
    ),
)


@settings(max_examples=500, deadline=None)
@given(st.lists(PROMPTS, min_size=1, max_size=4), st.sampled_from(["|", " | ", "  |"]))
def test_what_it_prints_parses_to_the_same(prompts: list[Prompt], bar: str) -> None:
    found = parse_prompts(bar.join(map(str, prompts)))
    assert found == prompts


@settings(max_examples=500, deadline=None)
@given(st.text(CHARACTERS, max_size=30))
def test_whatever_is_typed_is_read_or_refused(text: str) -> None:
    try:
        found = parse_prompts(text)
    except InputError:
        return
    assert parse_prompts(" | ".join(map(str, found))) == found


def test_files_are_told_by_their_names(folder: Path) -> None:
    (folder / "in").mkdir()
    (folder / "in" / "m.png").touch()
    found = read_prompts(["a tree@in/m.png | @in/photo 1.png:2", "a 🐱"])
    assert found.files == ("in/m.png", "in/photo 1.png")
    assert found.told == ('a tree@"m.png" | @photo 1.png:2', "a 🐱")
    assert parse_prompts(found.told[0]) == [prompt.placeless for prompt in found.read[:2]]


def test_a_file_of_prompts(folder: Path) -> None:
    (folder / "p.txt").write_text("\ufeffa cat:2\n\n  a dog | a cow\r\n", encoding="utf-8")
    assert prompt_lines("p.txt") == ["a cat:2", "  a dog | a cow"]
    (folder / "p.txt").write_text("a cat\n\na dog:11\n")
    with pytest.raises(InputError, match=r"'p.txt', line 3: .*; at character 7"):
        prompt_lines("p.txt")
    (folder / "p.txt").write_text(" \n\n")
    with pytest.raises(InputError, match="holds no prompt"):
        prompt_lines("p.txt")
    (folder / "p.txt").write_bytes(b"a caf\xe9")
    with pytest.raises(FileError, match="UTF-8"):
        prompt_lines("p.txt")
    with pytest.raises(FileError, match="no file"):
        prompt_lines("away.txt")
