"""What waits in the app's inbox."""

from __future__ import annotations

from kiosk.flows.events import CloseAsked, Scan
from kiosk.loop import in_order


def test_two_scanners_in_the_same_instant_keep_the_order_of_time() -> None:
    card = Scan("20000014", "serial", at=5.0, began=4.9)
    book = Scan("30000012", "wedge", at=5.01, began=4.95)
    close = CloseAsked(4.0)
    assert in_order([book, close, card]) == [card, close, book]
    assert in_order([card, book]) == [card, book]
    other = Scan("30000020", "wedge", at=5.0, began=5.0)
    assert in_order([card, other]) == [card, other], "in the very same instant as they came"
    assert in_order([]) == []
