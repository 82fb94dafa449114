"""Invented people: names with the shapes that real class lists have.

Most are a common family name with one or two given characters; some are rare (堃, 䶮), double family names, or
names of other nationalities with a middle dot. No list of real people was used.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from random import Random

from kiosk.assets import asset


@cache
def words() -> Mapping[str, tuple[str, ...]]:
    """The word lists of `assets/demo/words.txt` by name."""
    found: dict[str, list[str]] = {}
    for line in asset("demo", "words.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            found[line.strip("[]")] = section = []
        elif not line.startswith("#"):
            section += line.split()
    return {name: tuple(entries) for name, entries in found.items()}


class Names:
    """Names one after the other; the same for the same random numbers."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._words = words()
        self._others = list(self._words["other"])
        random.shuffle(self._others)

    def _family(self) -> str:
        """A family name; the first of the list are the commonest, as in the street."""
        if self._random.random() < 0.012:
            return self._random.choice(self._words["double_family"])
        place = int(len(self._words["family"]) * self._random.random() ** 1.8)
        return self._words["family"][place]

    def child(self) -> str:
        """A pupil's name."""
        chance = self._random.random()
        if chance < 0.012 and self._others:
            return self._others.pop()
        if chance < 0.06:
            return self._family() + self._random.choice(self._words["rare"])
        if chance < 0.18:
            return self._family() + self._random.choice(self._words["one"])
        given = self._words["boys"] if self._random.random() < 0.52 else self._words["girls"]
        if chance < 0.5:  # two given names crossed, so that a class is not made of one fashionable list
            return self._family() + self._random.choice(given)[0] + self._random.choice(given)[1]
        return self._family() + self._random.choice(given)

    def grown_up(self) -> str:
        """A teacher's or an author's name: plainer, never rare."""
        given = (
            self._random.choice(self._words["one"])
            if self._random.random() < 0.35
            else self._random.choice(self._words["boys"] + self._words["girls"])
        )
        return self._family() + given
