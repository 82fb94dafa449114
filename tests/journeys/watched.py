"""`kiosk run` as a program of its own that tells on stdout, pickled, each changed picture: its view and what to touch.

python -m tests.journeys.watched LIBRARY WIDTHxHEIGHT ISO-LOCAL-TIME
"""

from __future__ import annotations

import os
import pickle
import sys
from datetime import datetime
from functools import partial

from kiosk.app import run_kiosk
from kiosk.flows.views import View
from kiosk.loop import App
from kiosk.settings import load_settings, parse_size, settings_path


def tell(app: App, view: View, at: float) -> None:
    """Write the view, the language, and the middle of each thing that can be touched, in pixels of the window."""
    areas = {scroll.name: scroll.rect for shown in app.stage._parts_shown() for scroll in shown.scrolls}
    targets = {
        target.id: target.rect.center
        for target in app.stage.targets
        if target.enabled and (not target.scroll or areas[target.scroll].collidepoint(target.rect.center))
    }
    sys.stdout.buffer.write(pickle.dumps((view, app.stage.words.language, targets)))
    sys.stdout.buffer.flush()


def main() -> int:
    """Run until the librarian leaves."""
    location, size, now = sys.argv[1:]
    settings, _ = load_settings(settings_path(os.environ))
    return run_kiosk(
        settings,
        location,
        windowed=True,
        size=parse_size(size),
        now=datetime.fromisoformat(now),
        watch=lambda app: app.shown.append(partial(tell, app)),
    )


if __name__ == "__main__":
    sys.exit(main())
