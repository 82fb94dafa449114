"""`python -m kiosk` and the `kiosk` command."""

from __future__ import annotations

import sys


def main() -> int:
    """Run the command line and return its exit status: 0 done, 1 refused or check failed, 2 wrong usage."""
    from kiosk.quick import run_quickly

    status = run_quickly(sys.argv[1:])
    if status is not None:
        return status
    from kiosk.cli import run

    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
