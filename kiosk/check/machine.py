"""Checks of what is plugged into this machine or installed on it, from the screen to the printers."""

from __future__ import annotations

import sys
import time
from collections.abc import Collection

from kiosk.check.result import CheckResult, Status, Surroundings
from kiosk.console import hushed

PRINTER_PATIENCE = 3.0  # seconds for each printer
CAMERA_SECONDS = 8.0  # that a camera is given for its first picture


def check_display(around: Surroundings) -> CheckResult:
    """There is a screen to open a window on, and how large it is."""
    import pygame

    linux = sys.platform.startswith("linux")
    if linux and not any(around.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY")):
        return CheckResult(
            "display",
            Status.FAIL,
            "没有屏幕（DISPLAY 是空的）",
            "there is no display (DISPLAY is empty)",
            "请在桌面里打开终端再试；只想看看可用 kiosk demo --headless",
            "start it from a desktop session; kiosk demo --headless works without one",
        )
    try:
        with hushed():
            pygame.display.init()
        width, height = pygame.display.get_desktop_sizes()[0]
        driver = pygame.display.get_driver()
    except (pygame.error, IndexError) as error:
        return CheckResult(
            "display",
            Status.FAIL,
            f"打不开屏幕：{error}",
            f"the display cannot be opened: {error}",
            "请检查显示器和桌面会话",
            "check the monitor and the desktop session",
        )
    finally:
        pygame.display.quit()
    zh, en = f"屏幕 {width}×{height}（{driver}）", f"display {width}×{height} ({driver})"
    if min(width, height) < 720:
        return CheckResult("display", Status.WARN, zh, en, "建议至少 1366×768", "1366×768 or more is recommended")
    return CheckResult("display", Status.OK, zh, en)


def check_scanner(around: Surroundings) -> CheckResult:
    """Which sources of scans open with this machine's setting, and which do not."""
    from kiosk.flows.views import Text
    from kiosk.i18n import Words
    from kiosk.scanner.sources import open_sources

    sources = open_sources(
        around.settings.sources,
        lambda _scan: None,
        window_focused=lambda: False,
        environ=around.environ,
    )
    try:
        states = [(source.name, source.condition) for source in sources]
    finally:
        for source in sources:
            source.close()
    told = [(Words("zh_CN").say(Text(state.key, dict(state.values))), str(state), state.ok) for _, state in states]
    zh = "；".join(f"{name}：{words}" for (name, _), (words, _, _) in zip(states, told, strict=True))
    en = "; ".join(f"{name}: {words}" for (name, _), (_, words, _) in zip(states, told, strict=True))
    working = [ok for _, _, ok in told]
    if not any(working):
        return CheckResult(
            "scanner",
            Status.FAIL,
            f"没有可用的扫码来源。{zh}",
            f"no source of scans works. {en}",
            '把设置 scanner.source 改回 "auto"',
            'set scanner.source back to "auto"',
        )
    return CheckResult("scanner", Status.OK if all(working) else Status.WARN, zh, en)


def check_camera(around: Surroundings) -> CheckResult:
    """Which cameras there are, and whether the one that is asked for gives a picture now."""
    from kiosk.flows.views import Text
    from kiosk.i18n import Words
    from kiosk.loop import camera_wish
    from kiosk.scanner.camera.devices import seen_cameras

    seen = "; ".join(f"{device.place} {device.name}" for device in seen_cameras())
    words = [word.strip() for word in around.settings.sources.split(",")]
    asked = next((word for word in words if word.partition(":")[0] == "camera"), None)
    if asked is None:
        zh = f"没有启用摄像头（找到：{seen}）" if seen else "没有启用摄像头"
        en = f"no camera is used (seen: {seen})" if seen else "no camera is used"
        return CheckResult("camera", Status.OK, zh, en)
    from kiosk.scanner.camera.source import look_once

    wish = camera_wish(around.settings, asked.partition(":")[2])
    state = look_once(wish, CAMERA_SECONDS, monotonic=time.monotonic)
    zh, en = Words("zh_CN").say(Text(state.key, dict(state.values))), str(state)
    if state.ok:
        return CheckResult("camera", Status.OK, zh, en)
    if seen:
        zh, en = f"{zh}（找到：{seen}）", f"{en} (seen: {seen})"
    todo = ("检查设置 camera.device；不用时把 camera.on 设为 false", "check camera.device; set camera.on to false")
    return CheckResult("camera", Status.WARN, zh, en, *todo)


def check_decoder(_around: Surroundings) -> CheckResult:
    """Which engines read codes in pictures. A wedge scanner needs none."""
    from kiosk.scanner.decode.engines import engines_by_name

    return decoder_state(frozenset(engines_by_name()))


def decoder_state(engines: Collection[str]) -> CheckResult:
    """What these engines ("zxing", "zbar") are good for: either alone reads, both together read most."""
    if {"zxing", "zbar"} <= set(engines):
        zh, en = "能从照片里读条码（zxing-cpp 和 libzbar）", "pictures can be read (zxing-cpp and libzbar)"
        return CheckResult("decoder", Status.OK, zh, en)
    if "zxing" in engines:
        return CheckResult(
            "decoder",
            Status.OK,
            "能从照片里读条码（zxing-cpp）；装上 libzbar 后，模糊的照片读得更多",
            "pictures can be read (zxing-cpp); with libzbar more of the blurred ones",
            *_LIBZBAR,
        )
    again = ("重新安装：pip install --force-reinstall zxing-cpp", "pip install --force-reinstall zxing-cpp")
    if "zbar" in engines:
        zh, en = "能从照片里读条码（libzbar）；缺少 zxing-cpp", "pictures can be read (libzbar); zxing-cpp is missing"
        return CheckResult("decoder", Status.WARN, zh, en, *again)
    zh = "不能从照片和摄像头读条码（缺少 zxing-cpp 和 libzbar）；扫码枪不受影响"
    en = "barcodes cannot be read from pictures or a camera (no zxing-cpp, no libzbar); a scanner needs neither"
    return CheckResult("decoder", Status.WARN, zh, en, *again)


_LIBZBAR = (
    ("sudo apt install libzbar0", "sudo apt install libzbar0")
    if sys.platform.startswith("linux")
    else ("重新安装 pyzbar：pip install --force-reinstall pyzbar", "pip install --force-reinstall pyzbar")
)


def check_fonts(_around: Surroundings) -> CheckResult:
    """The fonts are there, load, and draw rare names."""
    import pygame

    from kiosk.assets import FACES, covers, font_path

    pygame.font.init()
    for face in FACES:
        path = font_path(face)
        if not path.is_file():
            return CheckResult(
                "fonts",
                Status.FAIL,
                f"缺少字体 {path.name}",
                f"the font {path.name} is missing",
                "请重新安装程序",
                "install the program again",
            )
        pygame.font.Font(path, 20).render("借书还书 三(2)班", True, (0, 0, 0))
    if not covers("sans", "堃喆䶮·￥¥"):
        return CheckResult(
            "fonts",
            Status.FAIL,
            "字体不全，有些名字显示不出来",
            "the text font is incomplete: some names cannot be drawn",
            "请重新安装程序",
            "install the program again",
        )
    return CheckResult("fonts", Status.OK, f"{len(FACES)} 种字体齐全", f"all {len(FACES)} fonts are in order")


def check_sound(around: Surroundings) -> CheckResult:
    """A sound device opens. Without one the kiosk is silent and works."""
    if around.settings.sound.mute:
        return CheckResult("sound", Status.OK, "设置为静音", "set to be quiet")
    import pygame

    try:
        with hushed():
            pygame.mixer.init(22_050, -16, 1, 512)
        pygame.mixer.quit()
    except pygame.error as error:
        return CheckResult(
            "sound",
            Status.WARN,
            f"没有声音设备（{error}）；借还不受影响",
            f"there is no sound device ({error}); lending works without",
            "接上音箱，或把设置 sound.mute 设为 true",
            "connect speakers, or set sound.mute to true",
        )
    return CheckResult("sound", Status.OK, "声音正常", "sound works")


def check_printer(around: Surroundings) -> CheckResult:
    """Every printer of the settings is there and ready; the slip printer is one of them and takes slips."""
    from kiosk.i18n import Words
    from kiosk.printing.printers import DEFAULT_NAME, Language, PrintTrouble, found_printers, reach

    chosen = around.settings.printers
    printers = chosen.by_name()
    wrong, well = [], []
    for printer in printers.values():
        try:
            reach(printer, PRINTER_PATIENCE)
            well.append(printer.name)
        except PrintTrouble as trouble:
            wrong.append(trouble.text)
    if chosen.slip and chosen.slip not in printers:
        wrong.append(PrintTrouble("no_printer", printer=chosen.slip).text)
    elif chosen.slip and printers[chosen.slip].language is not Language.ESCPOS:
        wrong.append(PrintTrouble("no_slips", printer=chosen.slip).text)
    if wrong:
        zh, en = Words("zh_CN"), Words("en")
        said = "；".join(map(zh.say, wrong)), " ".join(map(en.say, wrong))
        return CheckResult("printer", Status.WARN, *said)
    if chosen.named:
        names = "、".join(well), ", ".join(well)
        return CheckResult("printer", Status.OK, f"可以打印：{names[0]}", f"ready to print: {names[1]}")
    zh_found = en_found = ""
    if seen := [found.target for found in found_printers(PRINTER_PATIENCE)]:
        zh_found, en_found = f"；这台电脑上还有：{'、'.join(seen)}", f"; this machine also has: {', '.join(seen)}"
    return CheckResult(
        "printer",
        Status.OK,
        f"没有设置打印机，{DEFAULT_NAME} 存成文件，用手打印{zh_found}",
        f"no printer is set up; {DEFAULT_NAME} makes files to print by hand{en_found}",
    )


def check_terminal(_around: Surroundings) -> CheckResult:
    """This terminal shows Chinese. The kiosk's window does in any case."""
    encoding = (getattr(sys.stdout, "encoding", None) or "ascii").lower()
    try:
        "书库".encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return CheckResult(
            "terminal",
            Status.WARN,
            f"这个终端的编码是 {encoding}，显示不了中文；自助机的窗口不受影响",
            f"this terminal's encoding is {encoding} and shows no Chinese; the kiosk's window does",
            "设置 LANG=C.UTF-8 或 zh_CN.UTF-8",
            "set LANG=C.UTF-8 or zh_CN.UTF-8",
        )
    return CheckResult("terminal", Status.OK, f"终端编码 {encoding}", f"terminal encoding {encoding}")
