"""`kiosk bench start`: from starting the program to the first frame that takes scans."""

from __future__ import annotations

import sys
import sysconfig
from pathlib import Path

from kiosk.bench.ground import Ground, large_library
from kiosk.bench.report import Figure, report
from kiosk.bench.window import SIZE, display, kiosk_over


def bench_start(as_json: bool, *, ground: Ground | None = None, starts: int = 9) -> int:
    """From starting the program to its first usable frame: drawn, the store open, scans accepted.

    Byte code is kept in the cache folder, as installed programs keep theirs; the start that writes it is not counted.
    """
    with display() as where:
        ground = ground or large_library()
        commands = {"python -m kiosk run": [sys.executable, "-m", "kiosk"]}
        script = Path(sysconfig.get_path("scripts")) / "kiosk"
        if script.exists():
            commands["kiosk run"] = [str(script)]
        figures = []
        for name, command in commands.items():
            seconds = []
            for _ in range(1 + starts):
                with kiosk_over(command, ground) as (_process, started):
                    seconds.append(started)
            figures.append(Figure(f"{name}, first usable frame", "s", tuple(seconds[1:])))
    return report(figures, {"window": where, "size": "{}x{}".format(*SIZE)}, as_json)
