"""Which screen draws which view: one line a screen."""

from __future__ import annotations

from collections.abc import Mapping

from kiosk.flows.views import TroubleView
from kiosk.screens import trouble
from kiosk.screens.canvas import Screen

SCREENS: Mapping[type, Screen] = {
    TroubleView: trouble.SCREEN,
}
