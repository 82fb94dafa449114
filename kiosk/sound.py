"""Plays the kiosk's sounds without ever holding anybody up.

The mixer opens in a thread of its own at the first sound (opening takes up to some hundred milliseconds) and closes
after a quiet while, because an open sound device costs a still kiosk more than its screen does. A machine without
sound is simply quiet; a device that comes back (a screen with speakers that was switched off) is heard again.
"""

from __future__ import annotations

import logging
import queue
import threading
import time

from kiosk.assets import sound_path

QUIET_CLOSES = 20.0  # seconds
TRIED_AGAIN = 60.0  # seconds without a sound after one could not be played: opening the device costs the most
RATE = 22_050
_log = logging.getLogger(__name__)


class Player:
    """Plays sounds by name. `volume` 0 … 1; 0 never opens the device."""

    def __init__(self, volume: float, again: float = TRIED_AGAIN) -> None:
        self._volume = volume
        self._again = again
        self._names: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None

    def play(self, name: str) -> None:
        """Play a sound soon; a newer one cuts an older short. Returns at once."""
        if self._volume <= 0:
            return
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="sound", daemon=True)
            self._thread.start()
        self._names.put(name)

    def close(self) -> None:
        """Stop and give the device back."""
        if self._thread is not None:
            self._names.put(None)
            self._thread.join(1.0)
            self._thread = None

    def _run(self) -> None:
        import pygame

        sounds: dict[str, pygame.mixer.Sound] = {}
        quiet_until = float("-inf")
        told = ""
        while True:
            try:
                name = self._names.get(timeout=QUIET_CLOSES if sounds else None)
            except queue.Empty:
                sounds.clear()
                pygame.mixer.quit()
                continue
            if name is None:
                pygame.mixer.quit()
                return
            if time.monotonic() < quiet_until:
                continue
            try:
                if not pygame.mixer.get_init():
                    pygame.mixer.init(RATE, -16, 1, 512)
                if name not in sounds:
                    sounds[name] = pygame.mixer.Sound(sound_path(name))
                    sounds[name].set_volume(self._volume)
                pygame.mixer.stop()
                sounds[name].play()
            except Exception as problem:  # pygame.error, OSError, and whatever a device's driver brings
                quiet_until = time.monotonic() + self._again
                sounds.clear()
                pygame.mixer.quit()
                if str(problem) != told:
                    told = str(problem)
                    _log.warning("no sound: %s", problem)
