"""Pinyin over Chinese words, for pupils of grades 1 and 2.

The readings come from two small tables in `assets/pinyin/` (made by `make_pinyin.py` there), so that
the running kiosk needs no pinyin library. They are read at the first use.

Tones of 一 and 不 are written as they are spoken, as primary-school textbooks do: yí before a fourth
tone, yì before the others, yī in ordinals, dates and at the end; bú before a fourth tone.
"""

from __future__ import annotations

from array import array
from functools import cache, lru_cache
from itertools import groupby

from kiosk.assets import asset

Ruby = tuple[tuple[str, str], ...]

_FIRST, _LAST = 0x4E00, 0x9FFF
_LONGEST = 4
_FOURTH = frozenset("àèìòùǜǹ")
BY_CONTEXT = frozenset("一不还只")
_AFTER_ORDINAL = frozenset("第初周期十百千万零〇二三四五六七八九")
_BEFORE_NUMBER = frozenset("一二三四五六七八九零〇十")
_BEFORE_GIVE_BACK = frozenset("归偿退交奉返已未待应需借")
_AFTER_GIVE_BACK = frozenset(
    "书给回清完掉了来到原款期本架的一两几这那哪上别它他她我你过日价吧吗呢啊错齐去进旧债钱愿和或时后前机超逾柜"
)
_BEFORE_MEASURE = frozenset("一二两三四五六七八九十百千几每这那哪各")
_AFTER_ONLY = frozenset("能要是有会好可许")


class Readings:
    """The two tables, packed: one number per character, one string per first character of the words."""

    __slots__ = ("_by_place", "_others", "_syllables", "_words")

    def __init__(self, chars: str, words: str) -> None:
        """Take the texts of `chars.tsv` (reading, characters) and `words.tsv` (word, readings)."""
        self._syllables = [""]
        self._by_place = array("H", bytes(2 * (_LAST - _FIRST + 1)))
        self._others: dict[str, str] = {}
        for line in chars.splitlines():
            syllable, _, members = line.partition("\t")
            number = len(self._syllables)
            self._syllables.append(syllable)
            for char in members:
                if _FIRST <= ord(char) <= _LAST:
                    self._by_place[ord(char) - _FIRST] = number
                else:
                    self._others[char] = syllable
        self._words: dict[str, str] = {}
        for first, lines in groupby(words.splitlines(), key=lambda line: line[:1]):
            self._words[first] = "".join(f"\n{line}" for line in lines) + "\n"

    def char(self, char: str) -> str:
        """The commonest reading of one character, or "" for what is no Hanzi."""
        if _FIRST <= ord(char) <= _LAST:
            return self._syllables[self._by_place[ord(char) - _FIRST]]
        return self._others.get(char, "")

    def word(self, text: str, at: int) -> tuple[str, ...]:
        """The readings of the longest listed word that starts at `text[at]`; empty if there is none."""
        listed = self._words.get(text[at])
        if listed is None:
            return ()
        for length in range(min(_LONGEST, len(text) - at), 1, -1):
            key = f"\n{text[at : at + length]}\t"
            found = listed.find(key)
            if found >= 0:
                start = found + len(key)
                return tuple(listed[start : listed.index("\n", start)].split(" "))
        return ()


def reading_in_place(text: str, at: int, following: str) -> str:
    """The reading of a character of `BY_CONTEXT` at `text[at]`, judged by its neighbours.

    `following` is the reading of the next character ("" at the end or before what is no Hanzi).
    """
    before = text[at - 1] if at else ""
    after = text[at + 1] if at + 1 < len(text) else ""
    fourth = not _FOURTH.isdisjoint(following)
    match text[at]:
        case "还":  # to give back, or "still"
            back = before in _BEFORE_GIVE_BACK or after in _AFTER_GIVE_BACK or not following
            return "huán" if back else "hái"
        case "只":  # the measure word, or "only"
            counted = before in _BEFORE_MEASURE or before.isdecimal()
            return "zhī" if counted and after not in _AFTER_ONLY else "zhǐ"
        case "不":
            return "bú" if fourth else "bù"
        case _:  # 一
            if before in _AFTER_ORDINAL or after in _BEFORE_NUMBER or not following:
                return "yī"
            if before == after:
                return "yi"
            return "yí" if fourth else "yì"


@cache
def _readings() -> Readings:
    return Readings(asset("pinyin", "chars.tsv").read_text("utf-8"), asset("pinyin", "words.tsv").read_text("utf-8"))


@lru_cache(maxsize=256)
def ruby(text: str) -> Ruby:
    """Split `text` into (base, toned pinyin): one pair per Hanzi, other runs whole with "".

    The bases joined give `text` again. A Hanzi without a known reading stands alone with "".
    Words that read otherwise than their characters win, the longest first; surnames are not judged,
    so a name is better shown without pinyin.
    """
    readings = _readings()
    sounds = [""] * len(text)
    listed = [False] * len(text)
    at = 0
    while at < len(text):
        word = readings.word(text, at)
        if word:
            sounds[at : at + len(word)] = word
            listed[at : at + len(word)] = [True] * len(word)
            at += len(word)
        else:
            sounds[at] = readings.char(text[at])
            at += 1
    for at, char in enumerate(text):
        if char in BY_CONTEXT and not listed[at]:
            sounds[at] = reading_in_place(text, at, sounds[at + 1] if at + 1 < len(text) else "")
    return _grouped(text, sounds)


def _grouped(text: str, sounds: list[str]) -> Ruby:
    """Pair characters with their sounds; neighbours that are no Hanzi become one base."""
    pairs: list[tuple[str, str]] = []
    loose = ""
    for char, sound in zip(text, sounds, strict=True):
        if sound or is_hanzi(char):
            if loose:
                pairs.append((loose, ""))
                loose = ""
            pairs.append((char, sound))
        else:
            loose += char
    if loose:
        pairs.append((loose, ""))
    return tuple(pairs)


def is_hanzi(char: str) -> bool:
    """Whether the character is a Chinese ideograph (with 〇)."""
    point = ord(char)
    return _FIRST <= point <= _LAST or 0x3400 <= point <= 0x4DBF or 0x20000 <= point <= 0x3FFFF or char == "〇"
