"""Hardware -> `Scan`: keyboard routes behind one pure decoder. `sources.open_sources` is the door to this room."""
