"""Picture in, codes out: `decode(picture, budget=…)` for one picture, `LiveDecoder` for a camera's frames.

Two engines read (`engines`), from the whole picture and from upright strips across what looks like bars (`strips`)
seen in several ways (`looks`). What they claim is laid over the picture again (`overlay`) and weighed (`evidence`);
what is not certain is not reported.
"""

from kiosk.scanner.decode.live import LiveDecoder
from kiosk.scanner.decode.search import Budget, Found, Quad, decode

__all__ = ["Budget", "Found", "LiveDecoder", "Quad", "decode"]
