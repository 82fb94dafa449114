"""Which engines a machine has: either alone is a camera, and what to install for the other is said."""

from __future__ import annotations

import pytest

from kiosk.check.machine import decoder_state
from kiosk.check.result import Status
from kiosk.scanner.decode.engines import available_engines, engines_by_name


def test_both_engines_work_here_zxing_first() -> None:
    assert list(engines_by_name()) == ["zxing", "zbar"]
    assert available_engines() == tuple(engines_by_name().values())


@pytest.mark.parametrize(
    ("engines", "status", "todo"),
    [
        (["zxing", "zbar"], Status.OK, ""),
        (["zxing"], Status.OK, "zbar"),
        (["zbar"], Status.WARN, "zxing-cpp"),
        ([], Status.WARN, "zxing-cpp"),
    ],
)
def test_one_engine_is_enough_and_what_is_missing_is_said(engines: list[str], status: Status, todo: str) -> None:
    state = decoder_state(engines)
    assert state.status is status
    assert todo in state.do_en
    assert bool(todo) == bool(state.do_en) == bool(state.do_zh)
