"""`python -m tests.scanner.pictures.folder DIR`: a folder of simulated pictures for `kiosk bench photos DIR`.

One subfolder a condition: photographs (`photographs.PHOTOGRAPHED`), labels under one trouble (`camera.CONDITIONS`) or
as printers make them (`printed.PRINTED`) and scenes without a code (`scenes.SCENES`), each picture a PNG with its
truth, or `none`, in a text file beside it. The same arguments give the same pixels, so that a figure can be measured
again.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable
from pathlib import Path

import cv2

from tests.scanner.pictures import (
    ASIDE,
    CONDITIONS,
    PHOTOGRAPHED,
    PRINTED,
    SCENES,
    Picture,
    photograph,
    picture,
    printed,
    scene,
)
from tests.scanner.pictures.symbols import Grey

SETS = ("photographs", "labels", "printed", "scenes")


def fill(folder: Path, sets: Iterable[str], each: int, first: int = ASIDE) -> int:
    """Write `each` pictures of every condition of these `SETS`, seeds from `first` on; answers how many."""
    count = 0
    for name in sets:
        conditions = {"photographs": PHOTOGRAPHED, "labels": CONDITIONS, "printed": PRINTED, "scenes": SCENES}[name]
        for condition in conditions:
            place = folder / name / condition.replace(" ", "-")
            place.mkdir(parents=True, exist_ok=True)
            for seed in range(first, first + each):
                pixels, truth = _made(name, condition, seed)
                path = place / f"{seed}.png"
                path.write_bytes(cv2.imencode(".png", pixels)[1].tobytes())
                path.with_suffix(".txt").write_text(truth + "\n", "utf-8")
                count += 1
    return count


def _made(name: str, condition: str, seed: int) -> tuple[Grey, str]:
    if name == "scenes":
        return scene(condition, seed), "none"
    draw: dict[str, Callable[[str, int], Picture]] = {"photographs": photograph, "labels": picture, "printed": printed}
    shown = draw[name](condition, seed)
    return shown.pixels, shown.value


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.scanner.pictures.folder")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--sets", nargs="+", choices=SETS, default=SETS)
    parser.add_argument("--each", type=int, default=20, help="pictures of each condition")
    parser.add_argument("--first", type=int, default=ASIDE, help=f"first seed; below {ASIDE} is for tuning")
    given = parser.parse_args()
    print(fill(given.folder, given.sets, given.each, given.first))


if __name__ == "__main__":
    main()
