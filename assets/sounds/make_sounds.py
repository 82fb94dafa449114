"""Make the kiosk's sounds: short melodies on a small synthetic marimba.

Who looks elsewhere tells the four tones by their melody, not by pitch or loudness alone:

* `done` climbs (C E G), `look` knocks twice on one note, `not_now` steps down softly, `info` is one note.
* `hello` (a card was recognised) is a wide leap up, `bye` one rolled chord, `tap` a tick under the finger.

Run: `python make_sounds.py` writes the WAV files (22,050 Hz, mono, 16 bit) beside this script.
Standard library only.
"""

from __future__ import annotations

import argparse
import math
import sys
import wave
from array import array
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
RATE = 22_050

# The bar's overtones: multiple of the ground tone, share of its loudness, how much faster it dies away.
# A real marimba is tuned to 1 : 4 : 10; the octave makes it warmer on small computer speakers.
OVERTONES = ((1.0, 1.0, 1.0), (2.0, 0.22, 1.5), (4.0, 0.16, 3.0), (10.0, 0.03, 8.0))

C5, D5, E5, G5 = 523.25, 587.33, 659.26, 783.99
F4, G4, A4 = 349.23, 392.00, 440.00


@dataclass(frozen=True, slots=True)
class Note:
    """One struck note: Hz, start in seconds, loudness (relative), seconds until it has faded to 37 %."""

    pitch: float
    start: float
    loudness: float = 1.0
    fade: float = 0.13


@dataclass(frozen=True, slots=True)
class Sound:
    """Notes, the whole length in seconds, the highest sample (0 to 1), the attack in seconds."""

    notes: tuple[Note, ...]
    length: float
    peak: float
    attack: float = 0.008


SOUNDS = {
    "done": Sound((Note(C5, 0.0, 0.8), Note(E5, 0.1, 0.9), Note(G5, 0.2, 1.0, 0.15)), 0.58, 0.50),
    "look": Sound((Note(D5, 0.0, 1.0, 0.08), Note(D5, 0.2, 1.0, 0.12)), 0.52, 0.50),
    "not_now": Sound((Note(A4, 0.0, 1.0, 0.14), Note(F4, 0.19, 0.9, 0.16)), 0.58, 0.42, 0.016),
    "info": Sound((Note(G4, 0.0, 1.0, 0.15),), 0.45, 0.38, 0.02),
    "hello": Sound((Note(G4, 0.0, 0.8, 0.10), Note(G5, 0.11, 0.7, 0.13)), 0.45, 0.42),
    "bye": Sound((Note(C5, 0.0, 0.8, 0.18), Note(E5, 0.03, 0.7, 0.18), Note(G5, 0.06, 0.7, 0.18)), 0.58, 0.40),
    "tap": Sound((Note(2 * C5, 0.0, 1.0, 0.012),), 0.07, 0.22, 0.002),
}


def samples(sound: Sound) -> array[int]:
    """The sound as signed 16-bit samples; starts and ends in silence."""
    count = round(sound.length * RATE)
    wave_form = [0.0] * count
    for note in sound.notes:
        first = round(note.start * RATE)
        for ratio, share, haste in OVERTONES:
            turn = 2 * math.pi * note.pitch * ratio / RATE
            decay = haste / (note.fade * RATE)
            loud = note.loudness * share
            for i in range(count - first):
                wave_form[first + i] += loud * math.exp(-i * decay) * math.sin(turn * i) * _attack(i, sound)
    tail = round(0.04 * RATE)
    for i in range(tail):
        wave_form[count - 1 - i] *= i / tail
    scale = sound.peak * 32767 / max(abs(v) for v in wave_form)
    return array("h", (round(v * scale) for v in wave_form))


def _attack(i: int, sound: Sound) -> float:
    """How far the note has swollen at its sample `i`: a raised cosine, so that nothing clicks."""
    rise = sound.attack * RATE
    return 1.0 if i >= rise else 0.5 - 0.5 * math.cos(math.pi * i / rise)


def write(path: Path, data: array[int]) -> None:
    """Write samples as a WAV file."""
    if sys.byteorder == "big":
        data = array("h", data)
        data.byteswap()
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(data.tobytes())


def main() -> None:
    """Write every sound."""
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    reader.add_argument("--out", type=Path, default=HERE)
    out = reader.parse_args().out
    for name, sound in SOUNDS.items():
        write(out / f"{name}.wav", samples(sound))


if __name__ == "__main__":
    main()
