"""A real pygame window with the scanner room behind it. Prints a line of JSON for each scan; ends with its window.

Run as `python -m tests.scanner.window_program SETTING [PATIENCE]`. PATIENCE in seconds is how long silence must
be to end a code: a loaded test machine stalls in the middle of what it types, as no scanner does.
Standard input takes lines: "f" = a text field has the focus, "u" = it has not.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from dataclasses import asdict

import pygame

from kiosk.flows.events import Scan
from kiosk.scanner.sources import fed_by_window, open_sources
from kiosk.scanner.wedge import WedgeSettings


def main() -> None:
    setting, *patience = sys.argv[1:]
    settings = WedgeSettings(quiet=float(patience[0]), stall=float(patience[0])) if patience else None
    pygame.display.init()
    pygame.display.set_caption("wedge test")
    pygame.display.set_mode((320, 200))
    focused = threading.Event()

    def put(scan: Scan) -> None:
        sys.stdout.write(json.dumps(asdict(scan)) + "\n")
        sys.stdout.flush()

    video = pygame.display.get_driver()
    sources = open_sources(setting, put, window_focused=focused.is_set, video=video, settings=settings)
    for source in sources:
        source.start()
    window = fed_by_window(sources)
    told = {"sources": [source.describe() for source in sources]}
    sys.stdout.write(json.dumps(told) + "\n")
    sys.stdout.flush()
    running = True

    def listen() -> None:
        for line in sys.stdin:
            for source in sources:
                source.typing_goes_to_field = line.strip() == "f"
            sys.stdout.write(json.dumps({"field": line.strip()}) + "\n")
            sys.stdout.flush()
        pygame.event.post(pygame.event.Event(pygame.QUIT))

    threading.Thread(target=listen, daemon=True).start()
    was = False
    while running:
        events = pygame.event.get()
        for event in events:
            running = running and event.type != pygame.QUIT
            if window:
                window.handle(event, time.monotonic())
        has = pygame.key.get_focused()
        if has != was:
            was = has
            (focused.set if has else focused.clear)()
            sys.stdout.write(json.dumps({"focused": bool(has)}) + "\n")
            sys.stdout.flush()
        if window:
            window.tick(time.monotonic())
        if not events:
            time.sleep(0.004)
    for source in sources:
        source.close()
    pygame.quit()


if __name__ == "__main__":
    main()
