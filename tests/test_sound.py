"""Sounds come back by themselves when the device that plays them does."""

from __future__ import annotations

import time
from collections.abc import Callable

import pygame
import pytest

from kiosk.sound import Player


def until(true: Callable[[], object]) -> None:
    end = time.monotonic() + 30
    while not true():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.005)


def test_a_device_that_was_away_is_told_once_and_heard_again_when_it_is_back(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    pygame.mixer.quit()
    player = Player(0.5, again=0.0)
    monkeypatch.setenv("SDL_AUDIODRIVER", "no-such-driver")
    for _ in range(3):
        player.play("hello")
    until(lambda: player._names.empty() and "no sound" in caplog.text)
    monkeypatch.setenv("SDL_AUDIODRIVER", "dummy")
    player.play("hello")
    until(pygame.mixer.get_init)
    assert caplog.text.count("no sound") == 1
    player.close()
    assert not pygame.mixer.get_init()
