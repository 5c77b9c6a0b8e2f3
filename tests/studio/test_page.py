"""The studio in a real browser: from words to files, and all that can be done on the way.

One server and one browser for the module. No page may ask for anything from elsewhere.
"""

from __future__ import annotations

import http.client
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from lxml import etree
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright
from programs import needs

import drawkit
from drawkit.studio.history import History, Kept
from drawkit.studio.wish import Wish

pytestmark = [pytest.mark.slow, needs("chromium")]
expect.set_options(timeout=60_000)
PATIENCE = 60_000
"""ms: a step takes milliseconds, but the machine may have other things to do."""


def serve(folder: Path) -> tuple[subprocess.Popen[str], str]:
    """A studio with its drawings in that folder, and the address that it prints."""
    command = [sys.executable, "-m", "drawkit", "studio", "--no-open", "--folder", str(folder)]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    complaints = (folder / "complaints.txt").open("w")
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=complaints, text=True, env=environment
    )
    assert process.stdout is not None
    found = re.search(r"http://127\.0\.0\.1:\d+/\?token=\S{20,}", process.stdout.readline())
    assert found is not None
    return process, found[0]


def end(process: subprocess.Popen[str]) -> None:
    process.terminate()
    process.wait(20)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("studio")


@pytest.fixture(scope="module")
def address(folder: Path) -> Iterator[str]:
    process, place = serve(folder)
    yield place
    end(process)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as engine:
        there = engine.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        yield there
        there.close()


@pytest.fixture
def tab(browser: Browser, address: str) -> Iterator[Callable[[], Page]]:
    """Opens tabs of one browser; whatever they ask for is on this machine."""
    context = browser.new_context(accept_downloads=True, reduced_motion="reduce")
    context.set_default_timeout(PATIENCE)
    asked: list[str] = []
    wrong: list[str] = []
    context.on("request", lambda request: asked.append(request.url))

    def open_tab() -> Page:
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("websocket", lambda socket: asked.append(socket.url))
        page.goto(address)
        expect(page.get_by_test_id("words")).to_be_visible(timeout=PATIENCE)
        return page

    engine = context
    yield open_tab
    engine.close()
    assert {
        urlsplit(url).netloc for url in asked if urlsplit(url).scheme not in ("data", "blob")
    } == {urlsplit(address).netloc}
    assert any(url.startswith("ws://") for url in asked)
    assert not wrong


@pytest.fixture
def page(tab: Callable[[], Page]) -> Page:
    return tab()


def ask(page: Page, words: str, *, quality: str = "draft", **fields: str) -> Locator:
    """Have something small drawn; the first try. What lay on the desk before makes way."""
    sheets = page.get_by_test_id("sheet")
    before = sheets.first.get_attribute("data-name") if sheets.count() else ""
    page.get_by_test_id("words").fill(words)
    for name, text in {"count": "5", "size": "48", **fields}.items():
        page.get_by_test_id(name).fill(text)
    page.get_by_label(quality).check()
    page.get_by_test_id("words").press("Enter")
    expect(sheets).to_have_count(1)
    expect(sheets.first).not_to_have_attribute("data-name", str(before))
    return sheets.first


def wait(sheet: Locator, status: str) -> None:
    expect(sheet).to_have_attribute("data-status", status, timeout=PATIENCE)


def taken(page: Page, kind: str) -> Path:
    with page.expect_download() as loading:
        page.get_by_test_id(f"save-{kind}").click()
    return Path(loading.value.path())


def outlines(svg: Path) -> dict[str, str]:
    """The `d` of each path by its id."""
    root = etree.parse(svg).getroot()
    return {path.get("id"): path.get("d") for path in root.iter("{*}path")}


def test_words_become_a_drawing_and_a_command_that_makes_the_same(
    page: Page, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sheet = ask(page, "a cat")
    wait(sheet, "done")
    expect(sheet.get_by_test_id("score")).to_have_text(re.compile(r"0\.\d{3}"))
    expect(page.get_by_test_id("told")).to_have_text("Try 1: done")
    drawn = taken(page, "svg")
    assert 1 <= len(outlines(drawn)) <= 5
    assert taken(page, "png").read_bytes()[:4] == b"\x89PNG"
    assert taken(page, "pdf").read_bytes()[:5] == b"%PDF-"
    assert taken(page, "film").read_bytes()[:4] == b"GIF8"

    command = shlex.split(page.get_by_test_id("command").inner_text())
    assert command[:3] == ["drawkit", "clipdraw", "a cat"]
    command = [sys.executable, "-m", *command]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    subprocess.run(command, cwd=tmp_path, env=environment, check=True, capture_output=True)
    assert (tmp_path / "a-cat.svg").read_bytes() == drawn.read_bytes()


def test_it_stops_and_goes_on_with_what_is_locked_as_it_was(page: Page) -> None:
    sheet = ask(page, "a red apple", quality="best")
    wait(sheet, "drawing")
    expect(sheet.locator(".paper svg path").first).to_be_attached()
    sheet.get_by_test_id("stop").click()
    wait(sheet, "stopped")
    before = sheet.locator("small.long").inner_text()
    page.wait_for_timeout(300)
    assert sheet.locator("small.long").inner_text() == before
    sheet.get_by_test_id("go").click()
    expect(sheet.locator("small.long")).not_to_have_text(before)

    sheet.focus()
    page.keyboard.press("Escape")
    wait(sheet, "stopped")
    first = outlines(taken(page, "svg"))
    page.get_by_test_id("layer").first.locator(".title").click()
    page.locator(".paths button").first.click()
    held = page.get_by_test_id("picked").locator("b").inner_text()
    page.get_by_test_id("lock").click()
    expect(page.get_by_test_id("lock")).to_have_text("Unlock")
    sheet.get_by_test_id("go").click()
    wait(sheet, "drawing")
    expect(sheet.locator("small.long")).to_have_text(re.compile(r"drawing, [1-9]\d+ of"))
    sheet.get_by_test_id("stop").click()
    wait(sheet, "stopped")
    later = outlines(taken(page, "svg"))
    assert later[held] == first[held]
    assert later.keys() == first.keys()
    assert any(later[name] != first[name] for name in first if name != held)


def test_a_click_on_a_growing_drawing_stops_it_and_changes_what_was_seen(page: Page) -> None:
    sheet = ask(page, "a tree", quality="best")
    sheet.locator(".paper svg path").first.wait_for(state="attached")
    sheet.locator(".paper svg path").last.dispatch_event("click")
    wait(sheet, "stopped")
    page.get_by_test_id("delete").click()
    expect(page.get_by_test_id("picked")).to_have_count(0)
    page.get_by_test_id("layer").first.locator(".title").click()
    page.get_by_test_id("colour").fill("#00ff00")
    page.get_by_test_id("hide-layer").last.click()
    expect(page.locator(".layers > li.gone")).to_have_count(1)
    found = etree.parse(taken(page, "svg")).getroot()
    assert len(list(found.iter("{*}path"))) == 4
    assert "#00ff00" in {path.get("stroke") for path in found.iter("{*}path")}
    assert [g.get("style") for g in found.iter("{*}g")].count("display:none") == 1


def test_other_words_and_more_like_this_one(page: Page) -> None:
    sheet = ask(page, "a cat")
    wait(sheet, "done")
    page.get_by_test_id("say").fill("a dog")
    page.get_by_test_id("say-it").click()
    wait(sheet, "done")
    expect(sheet).to_have_attribute("aria-label", re.compile("a dog, done"))
    assert "drawkit resume" in page.get_by_test_id("command").inner_text()
    sheet.get_by_test_id("more").click()
    sheets = page.get_by_test_id("sheet")
    expect(sheets).to_have_count(4)
    page.keyboard.press("Escape")
    sheet.focus()
    page.keyboard.press("ArrowRight")
    expect(sheets.nth(1)).to_be_focused()
    expect(sheets.nth(1)).to_have_attribute("aria-current", "true")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("from try to try")
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    expect(page.get_by_test_id("words")).to_be_focused()


def test_pixels_that_are_painted_stay(page: Page, tmp_path: Path) -> None:
    page.get_by_label("Pixels").check()
    sheet = ask(page, "a heart", size="16", count="4")
    wait(sheet, "done")
    page.get_by_test_id("ink").fill("#12ab34")
    cells = page.get_by_test_id("cells")
    box = cells.bounding_box()
    assert box is not None
    cells.click(position={"x": box["width"] * 2.5 / 16, "y": box["height"] * 3.5 / 16})
    expect(page.locator(".tools .hint")).to_have_text(re.compile("^1 cells are held"))
    sheet.get_by_test_id("go").click()
    wait(sheet, "drawing")
    wait(sheet, "done")
    with Image.open(taken(page, "sprite")) as sprite:
        assert sprite.size == (16, 16)
        assert sprite.convert("RGB").getpixel((2, 3)) == (0x12, 0xAB, 0x34)


def test_a_picture_is_dropped_in_and_a_bad_one_gets_a_line(page: Page, tmp_path: Path) -> None:
    bad = tmp_path / "bad.png"
    bad.write_text("no picture")
    page.get_by_test_id("upload").set_input_files(bad)
    expect(page.get_by_test_id("said")).to_contain_text("cannot read the picture 'bad.png'")
    good = _picture(tmp_path)
    page.get_by_test_id("upload").set_input_files(good)
    page.get_by_test_id("role").select_option("trace")
    sheet = ask(page, "", count="2")
    wait(sheet, "done")
    fills = {p.get("fill") for p in etree.parse(taken(page, "svg")).getroot().iter("{*}path")}
    assert "#3366cc" in fills or "#3366cc" in taken(page, "svg").read_text()


BAD = (
    ({"words": "a cat | | a dog"}, "there are no words beside a |"),
    ({"words": "a cat", "count": "many"}, "takes a whole number, got 'many'"),
    ({"words": "a cat", "size": "3"}, "size is 3x3; allowed: 16 to 4096 pixels a side"),
)


def test_bad_words_and_numbers_get_one_line(page: Page) -> None:
    for fields, line in BAD:
        sheet = ask(page, **fields)
        wait(sheet, "failed")
        said = sheet.get_by_test_id("error").inner_text()
        assert line in said
        assert "\n" not in said
    page.get_by_test_id("words").fill("")
    page.get_by_test_id("draw").click()
    said = page.get_by_test_id("said")
    expect(said).to_contain_text("the prompt is empty; say in a few words what to draw")
    expect(page.get_by_test_id("sheet")).to_have_count(1)  # what lay on the desk lies there still


def test_two_tabs_have_a_desk_each_and_a_closed_one_is_found_again(tab: Callable[[], Page]) -> None:
    first, second = tab(), tab()
    sheet = ask(first, "a fish", quality="normal")
    wait(sheet, "drawing")
    expect(second.get_by_test_id("sheet")).to_have_count(0)
    wait(ask(second, "a boat"), "done")
    wait(sheet, "drawing")
    first.reload()
    again = first.get_by_test_id("sheet").first
    expect(again).to_have_attribute("aria-label", re.compile("a fish"), timeout=PATIENCE)
    first.close()
    second.wait_for_timeout(200)
    back = tab().get_by_test_id("sheet").first
    expect(back).to_have_attribute("aria-label", re.compile("a fish, (drawing|done)"))
    back.focus()
    back.page.keyboard.press("Escape")


def request(address: str, path: str, **headers: str) -> int:
    place = urlsplit(address)
    link = http.client.HTTPConnection(str(place.hostname), place.port or 0, timeout=20)
    link.request("GET", path, headers=headers)
    return link.getresponse().status


SOCKET = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
}


def test_only_who_has_the_token_gets_anything(address: str) -> None:
    token = address.partition("token=")[2]
    talk = "/_nicegui_ws/socket.io/?EIO=4&transport=websocket"
    for path in ("/", "/?token=guess", "/static/studio.css", "/history/x", talk):
        assert request(address, path) == 403
    assert request(address, talk, **SOCKET) == 403
    assert request(address, f"/?token={token}") == 200
    assert request(address, f"/?token={token}", Host="elsewhere.example") == 403
    assert request(address, f"/?token={token}", Origin="http://elsewhere.example") == 403
    assert request(address, f"{talk}&token={token}", **SOCKET) == 101


def test_what_was_drawn_is_there_after_a_restart(tmp_path: Path, browser: Browser) -> None:
    little: Any = {"model": "none", "steps": 1, "strokes": 2, "size": 32}
    drawing = drawkit.draw("a cat", init=_picture(tmp_path), **little)
    history = History(tmp_path)
    name = history.new_name("a cat")
    history.keep(Kept(name, Wish(words="a cat"), None, 1, 1), drawing.svg())
    process, place = serve(tmp_path)
    try:
        page = browser.new_page()
        page.goto(place)
        page.get_by_test_id("kept").click()
        sheet = page.get_by_test_id("sheet")
        wait(sheet, "stopped")
        expect(sheet).to_have_attribute("aria-label", "Try 1: a cat, stopped, 1 of 1")
        assert taken(page, "svg").read_text() == drawing.svg()
        page.close()
    finally:
        end(process)


def _picture(folder: Path) -> Path:
    Image.new("RGB", (24, 24), "#3366cc").save(folder / "two halves.png")
    return folder / "two halves.png"
