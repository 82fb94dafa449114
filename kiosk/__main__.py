"""`python -m kiosk` and the `kiosk` command."""

from __future__ import annotations

import logging
import os
import sys
from typing import NoReturn


def main() -> int:
    """Run the command line and return its exit status: 0 done, 1 refused or check failed, 2 wrong usage."""
    from kiosk.quick import run_quickly

    status = run_quickly(sys.argv[1:])
    if status is not None:
        _end(status)
    from kiosk.cli import run

    return run(sys.argv[1:])


def _end(status: int) -> NoReturn:
    """End the process at once after a window: everything is closed and committed by now.

    The interpreter's own way out would stop threads that may be inside SDL or a driver, which can hang.
    """
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


if __name__ == "__main__":
    sys.exit(main())
