"""Hardware -> `Scan`: keyboard routes behind one pure decoder, serial lines, a camera.

`sources.open_sources` is the door to this room.
"""
