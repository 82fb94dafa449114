"""Fonts, icons and sounds: they are there, they load, they cover, and their licences are named."""

from __future__ import annotations

import io
import os
import runpy
import subprocess
import sys
import wave
from array import array
from collections.abc import Iterator
from pathlib import Path

import pytest

os.environ.setdefault("SDL_VIDEODRIVER", "dummy")

import pygame
from babel.messages.pofile import read_po

from kiosk import assets

NEEDED_ICONS = """
done look not_now info card book books scan borrow return renew undo finish help clock calendar class teacher
helper librarian lock key search wrench found lost plus minus back next up down close check backspace printer
settings language barcode where_label sun moon star heart warning_disk warning_db plug step1 step2 step3
rota rules numbers people leave counter pin stop delete find repair lend add camera shelf
""".split()  # noqa: SIM905  fifty names read better as words
SOUNDS = ("done", "look", "not_now", "info", "hello", "bye", "tap")
ASCII = "".join(map(chr, range(0x20, 0x7F)))
TONED = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜüńňǹḿĀÁǍÀ"
MARKS = "·—–…‘’“”¥￥←↑→↓☆★✓×①②③④⑤⑥⑦⑧⑨⑩○●《》「」『』【】（）！？，。：；、～０９ＡｚＺ"
NAMES = "堃喆䶮㛃㛹㙍赟珺翀頔昇甯祎玥𬍛𬘡𫄧𫖮"


@pytest.fixture(scope="module", autouse=True)
def _pygame() -> Iterator[None]:
    pygame.font.init()
    yield
    pygame.font.quit()


def code_page(codec: str) -> str:
    points = []
    for lead in range(0x81, 0xFF):
        for trail in range(0x40, 0xFF):
            try:
                points.append(bytes([lead, trail]).decode(codec))
            except UnicodeDecodeError:
                continue
    return "".join(points)


def hanzi(text: str) -> str:
    return "".join(c for c in text if "\u4e00" <= c <= "\u9fff" or c == "〇")


@pytest.mark.parametrize("face", assets.FACES)
def test_a_face_has_latin_pinyin_marks_and_rare_names(face: str) -> None:
    missing = [c for c in ASCII + TONED + MARKS + NAMES if not assets.covers(face, c)]
    assert missing == []


def test_the_text_face_has_every_hanzi_of_gbk() -> None:
    assert len(hanzi(code_page("gbk"))) == 20_903
    assert assets.covers("sans", hanzi(code_page("gbk")))


@pytest.mark.parametrize("face", ["sans-bold", "kai"])
def test_bold_and_kai_have_gb2312_and_give_way_to_the_text_face_beyond_it(face: str) -> None:
    assert assets.covers(face, hanzi(code_page("gb2312")))
    rare = next(c for c in hanzi(code_page("gbk")) if not assets.covers(face, c))
    assert assets.face_for(face, "书名") == face
    assert assets.face_for(face, f"书名{rare}") == "sans"


@pytest.mark.parametrize("face", assets.FACES)
def test_the_character_map_says_what_the_font_really_draws(face: str) -> None:
    font = pygame.font.Font(str(assets.font_path(face)), 40)
    box = pygame.image.tobytes(font.render("\ue000", True, "black"), "RGBA")
    for char in "书堃喆䶮㛃ǚ·—￥★①":
        assert assets.covers(face, char)
        image = font.render(char, True, "black")
        assert image.get_bounding_rect().width > 0
        assert pygame.image.tobytes(image, "RGBA") != box, f"{char} is an empty box"
    assert not assets.covers(face, "\ue000")
    assert not assets.covers(face, "😀")
    assert assets.covers(face, "一\n二")


@pytest.mark.parametrize("face", assets.FACES)
def test_digits_are_all_of_one_width(face: str) -> None:
    for size in (28, 36, 41, 96):
        font = pygame.font.Font(str(assets.font_path(face)), size)
        assert len({font.size(digit * 8)[0] for digit in "0123456789"}) == 1


def test_another_face_is_refused() -> None:
    with pytest.raises(KeyError):
        assets.font_path("serif")


def test_the_icon_folder_holds_the_needed_icons_and_no_others() -> None:
    assert sorted(p.stem for p in assets.asset("icons").glob("*.svg")) == sorted(NEEDED_ICONS)


@pytest.mark.parametrize("name", NEEDED_ICONS)
def test_an_icon_is_drawn_at_any_size_and_is_not_cut_off(name: str) -> None:
    for size in (24, 32, 256, 400):
        image = pygame.image.load(io.BytesIO(assets.icon_svg(name, size)), f"{name}.svg")
        assert max(image.get_size()) == size
        inked = image.get_bounding_rect()
        assert inked.width * inked.height > 0.12 * size * size or name == "minus"
        alpha = [image.get_at((x, y))[3] for x in range(image.get_width()) for y in (0, image.get_height() - 1)]
        assert sum(a == 255 for a in alpha) < 0.2 * len(alpha), f"{name} runs over its edge"


def test_the_four_tones_differ_in_outline() -> None:
    masks = {}
    for tone in ("done", "look", "not_now", "info"):
        image = pygame.image.load(io.BytesIO(assets.icon_svg(tone, 96)), f"{tone}.svg")
        masks[tone] = pygame.mask.from_surface(image)
    for one in masks:
        for other in masks:
            if one < other:
                shared = masks[one].overlap_area(masks[other], (0, 0))
                either = masks[one].count() + masks[other].count() - shared
                assert (either - shared) / either > 0.06, f"{one} and {other} look alike"


def test_the_ink_of_an_icon_can_be_exchanged() -> None:
    image = pygame.image.load(io.BytesIO(assets.icon_svg("minus", 96, "#ffffff")), "minus.svg")
    assert tuple(image.get_at((48, 48))) == (255, 255, 255, 255)
    plain = pygame.image.load(io.BytesIO(assets.icon_svg("minus", 96)), "minus.svg")
    assert tuple(plain.get_at((48, 48)))[:3] == tuple(pygame.Color(assets.INK))[:3]


def test_the_icons_are_what_the_script_draws() -> None:
    drawn = runpy.run_path(str(assets.asset("icons", "make_icons.py")))["pictures"]()
    assert set(drawn) == set(NEEDED_ICONS)
    for name, text in drawn.items():
        assert assets.icon_path(name).read_text("utf-8") == text, f"{name}: run make_icons.py"


def samples(path: Path) -> array[int]:
    with wave.open(str(path)) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, 22_050)
        data = array("h", file.readframes(file.getnframes()))
    if sys.byteorder == "big":
        data.byteswap()
    return data


def test_the_sounds_are_what_the_script_makes() -> None:
    script = runpy.run_path(str(assets.asset("sounds", "make_sounds.py")))
    assert set(script["SOUNDS"]) == set(SOUNDS) == {p.stem for p in assets.asset("sounds").glob("*.wav")}
    for name, sound in script["SOUNDS"].items():
        made, kept = script["samples"](sound), samples(assets.sound_path(name))
        assert len(made) == len(kept)
        # One step of 65,536: mathematics libraries differ in the last bit.
        assert max(abs(a - b) for a, b in zip(made, kept, strict=True)) <= 1, f"{name}: run make_sounds.py"


@pytest.mark.parametrize("name", SOUNDS)
def test_a_sound_is_short_soft_at_both_ends_and_not_too_loud(name: str) -> None:
    data = samples(assets.sound_path(name))
    assert len(data) < 0.6 * 22_050
    assert max(map(abs, data)) < 0.55 * 32_767
    assert abs(data[0]) < 50
    assert abs(data[-1]) < 50


def test_not_now_is_no_louder_than_done() -> None:
    def energy(name: str) -> float:
        return sum(v * v for v in samples(assets.sound_path(name)))

    assert energy("not_now") <= energy("done")
    assert max(map(abs, samples(assets.sound_path("not_now")))) <= max(map(abs, samples(assets.sound_path("done"))))


def test_every_file_is_accounted_for_in_the_readme() -> None:
    readme = assets.asset("README.md").read_text("utf-8")
    for folder in ("fonts", "icons", "sounds", "pinyin"):
        assert f"`{folder}/`" in readme
        for file in assets.asset(folder).iterdir():
            if file.name == "__pycache__":
                continue
            by_kind = {"icons": ".svg", "sounds": ".wav"}.get(folder) == file.suffix
            assert by_kind or f"`{file.name}`" in readme, f"{folder}/{file.name}"


def test_the_assets_stay_small() -> None:
    own = [p for f in ("fonts", "icons", "sounds", "pinyin") for p in assets.asset(f).iterdir() if p.is_file()]
    assert sum(p.stat().st_size for p in own) < 22_000_000


def test_finding_assets_loads_neither_pygame_nor_a_font() -> None:
    script = "import sys; from kiosk import assets; assets.face_for('kai', '书'); assert 'pygame' not in sys.modules"
    subprocess.run([sys.executable, "-c", script], check=True)


def test_an_installed_package_finds_its_own_assets(tmp_path: Path) -> None:
    package = tmp_path / "kiosk"
    (package / "_assets").mkdir(parents=True)
    (package / "__init__.py").write_text("")
    (package / "assets.py").write_bytes(Path(assets.__file__).read_bytes())
    script = "from kiosk.assets import asset; print(asset('icons'))"
    told = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, check=True, capture_output=True, text=True)
    assert Path(told.stdout.strip()) == (package / "_assets" / "icons").resolve()


def test_every_character_of_every_message_and_sample_title_is_in_the_text_face() -> None:
    said = "".join(
        str(message.string)
        for file in assets.asset("locale").glob("*/LC_MESSAGES/*.po")
        for message in read_po(io.BytesIO(file.read_bytes()))
    )
    titles = assets.asset("demo", "titles.tsv").read_text("utf-8").replace("\t", "")
    assert [c for c in sorted(set(said + titles)) if not assets.covers("sans", c)] == []
    chinese = hanzi(said + titles)
    assert chinese
    for face in ("sans-bold", "kai"):  # so that no heading changes its face for one character
        assert [c for c in sorted(set(chinese)) if not assets.covers(face, c)] == []
