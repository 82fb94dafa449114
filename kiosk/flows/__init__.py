"""Conversations between a person and the kiosk: `update(state, event) -> (state, effects)`, `view(state, now)`.

Pure like `kiosk.lending`: events in, effects and views out. A flow never waits and never raises on what a
person does.
"""
