"""Which screen draws which view: one line a screen."""

from __future__ import annotations

from collections.abc import Mapping

from kiosk.flows.views import FirstStartView, IdleView, PadView, PageView, SessionView, TroubleView
from kiosk.screens import first_start, idle, pad, page, session, trouble
from kiosk.screens.canvas import Screen

SCREENS: Mapping[type, Screen] = {
    IdleView: idle.SCREEN,
    SessionView: session.SCREEN,
    PageView: page.SCREEN,
    PadView: pad.SCREEN,
    TroubleView: trouble.SCREEN,
    FirstStartView: first_start.SCREEN,
}
