"""What was measured, printed with what it ran on."""

from __future__ import annotations

import json
import os
import platform
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from kiosk.lean import import_pygame


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured quantity: `values` in `unit`."""

    name: str
    unit: str
    values: tuple[float, ...]

    def row(self) -> dict[str, object]:
        """Minimum, median, 99th percentile (nearest rank) and count."""
        ordered = sorted(self.values)
        rank = max(0, -(-len(ordered) * 99 // 100) - 1)
        return {
            "name": self.name,
            "unit": self.unit,
            "min": round(ordered[0], 3),
            "median": round(ordered[len(ordered) // 2], 3),
            "p99": round(ordered[rank], 3),
            "n": len(ordered),
        }


def machine() -> dict[str, object]:
    """What the figures were measured on."""
    import_pygame()
    import pygame

    return {
        "system": platform.platform(),
        "processor": _processor(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "pygame": pygame.version.ver,
        "others' load": ", ".join(f"{load:.1f}" for load in os.getloadavg()) if hasattr(os, "getloadavg") else "",
    }


def _processor() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def report(figures: Sequence[Figure], notes: dict[str, object], as_json: bool) -> int:
    """Print figures and what they were measured on."""
    rows = [figure.row() for figure in figures if figure.values]
    if as_json:
        sys.stdout.write(json.dumps({"figures": rows, "notes": notes, "machine": machine()}, ensure_ascii=False) + "\n")
        return 0
    for row in rows:
        numbers = "  ".join(f"{name} {row[name]:>9}" for name in ("min", "median", "p99"))
        sys.stdout.write(f"{row['name']:<34} {row['unit']:<5} {numbers}  n {row['n']}\n")
    for name, value in {**notes, **machine()}.items():
        sys.stdout.write(f"{name}: {value}\n")
    return 0
