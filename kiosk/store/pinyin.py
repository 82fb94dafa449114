"""How names and titles are found by typing: folded words, full pinyin and initials, for every likely reading.

pypinyin reads many surnames as ordinary characters (单 dan for shan) and knows rare readings nobody types, so
surnames have a table here, and the number of readings kept is bounded. It is imported where used: it loads two
large dictionaries, which a kiosk that only lends never needs.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from itertools import product

NAME_READINGS = 6
TITLE_READINGS = 3
MAX_NAME_SEARCH = 200  # the column's width

_SURNAMES = {
    # Surnames read otherwise than the character usually is (Xinhua dictionary, entries marked 姓).
    "单": "shan", "曾": "zeng", "仇": "qiu", "解": "xie", "区": "ou", "查": "zha", "盖": "ge", "任": "ren",
    "华": "hua", "朴": "piao", "种": "chong", "尉": "wei", "乐": "yue", "繁": "po", "员": "yun", "覃": "qin",
    "缪": "miao", "宁": "ning", "翟": "zhai", "晁": "chao", "召": "shao", "折": "she", "黑": "he", "秘": "bi",
    "逄": "pang", "冼": "xian", "隗": "wei", "郗": "xi", "祭": "zhai", "佴": "nai", "俞": "yu", "那": "na",
    "石": "shi", "车": "che", "褚": "chu", "牟": "mu", "万": "wan", "沈": "shen", "柏": "bai", "贾": "jia",
    "葛": "ge", "纪": "ji", "卜": "bu", "燕": "yan", "叶": "ye", "曲": "qu", "洗": "xian", "哈": "ha",
    "谌": "chen", "臧": "zang", "訾": "zi", "应": "ying", "於": "yu", "令": "ling", "过": "guo", "么": "yao",
    "强": "qiang", "适": "kuo", "能": "nai", "都": "du", "盛": "sheng", "逯": "lu", "阚": "kan", "幺": "yao",
}  # fmt: skip  # a table reads better in rows
_COMPOUND_SURNAMES = {
    "欧阳": "ou yang", "尉迟": "yu chi", "万俟": "mo qi", "长孙": "zhang sun", "令狐": "ling hu",
    "澹台": "tan tai", "单于": "chan yu", "皇甫": "huang fu", "夏侯": "xia hou", "鲜于": "xian yu",
    "宇文": "yu wen", "司马": "si ma", "司徒": "si tu", "司空": "si kong", "上官": "shang guan",
    "诸葛": "zhu ge", "东方": "dong fang", "独孤": "du gu", "慕容": "mu rong", "公孙": "gong sun",
    "仲孙": "zhong sun", "轩辕": "xuan yuan", "钟离": "zhong li", "闾丘": "lv qiu", "濮阳": "pu yang",
    "淳于": "chun yu", "太叔": "tai shu", "申屠": "shen tu", "呼延": "hu yan", "端木": "duan mu",
    "赫连": "he lian", "东郭": "dong guo", "南宫": "nan gong", "西门": "xi men", "百里": "bai li",
    "拓跋": "tuo ba", "宗政": "zong zheng", "第五": "di wu", "乐正": "yue zheng", "子车": "zi ju",
}  # fmt: skip  # a table reads better in rows

_FINALS = {
    # Initial: the finals it goes with (Xinhua dictionary, table of syllables); ü is typed v.
    "": "a ai an ang ao e ei en eng er o ou yi ya yo ye yao you yan yin yang ying yong yu yue yuan yun"
    " wu wa wo wai wei wan wen wang weng",
    "b": "a o ai ei ao an en ang eng i ie iao ian in ing u",
    "p": "a o ai ei ao ou an en ang eng i ie iao ian in ing u",
    "m": "a o e ai ei ao ou an en ang eng i ie iao iu ian in ing u",
    "f": "a o ei ou an en ang eng u",
    "d": "a e ai ei ao ou an en ang eng ong i ia ie iao iu ian ing u uo ui uan un",
    "t": "a e ai ao ou an ang eng ong i ie iao ian ing u uo ui uan un",
    "n": "a e ai ei ao ou an en ang eng ong i ie iao iu ian in iang ing u uo uan v ve",
    "l": "a o e ai ei ao ou an ang eng ong i ia ie iao iu ian in iang ing u uo uan un v ve",
    "g": "a e ai ei ao ou an en ang eng ong u ua uo uai ui uan un uang",
    "k": "a e ai ei ao ou an en ang eng ong u ua uo uai ui uan un uang",
    "h": "a e ai ei ao ou an en ang eng ong u ua uo uai ui uan un uang",
    "j": "i ia ie iao iu ian in iang ing iong u ue uan un",
    "q": "i ia ie iao iu ian in iang ing iong u ue uan un",
    "x": "i ia ie iao iu ian in iang ing iong u ue uan un",
    "zh": "a e i ai ei ao ou an en ang eng ong u ua uo uai ui uan un uang",
    "ch": "a e i ai ao ou an en ang eng ong u ua uo uai ui uan un uang",
    "sh": "a e i ai ei ao ou an en ang eng u ua uo uai ui uan un uang",
    "r": "e i ao ou an en ang eng ong u ua uo ui uan un",
    "z": "a e i ai ei ao ou an en ang eng ong u uo ui uan un",
    "c": "a e i ai ao ou an en ang eng ong u uo ui uan un",
    "s": "a e i ai ao ou an en ang eng ong u uo ui uan un",
}  # fmt: skip  # a table reads better in rows

SYLLABLES = frozenset(initial + final for initial, finals in _FINALS.items() for final in finals.split())
"""Every syllable of pinyin without its tone."""

_NOT_WORDS = re.compile(r"[\W_]+")
_PARTS = re.compile(r"[a-z0-9]+|[^a-z0-9\s]")
_RUNS = re.compile(r"[a-z0-9]+|[^a-z0-9\s]+")

Reading = tuple[str, ...]
"""One way to say something: a syllable (or a Latin word, or a number) each."""


def fold(words: str) -> str:
    """`words` as they are compared: no case, no full width, no marks; runs of anything else are one blank.

    Safe for any text, lone surrogates and control characters included.
    """
    plain = unicodedata.normalize("NFKC", words).casefold()
    return _NOT_WORDS.sub(" ", plain.encode("utf-8", "ignore").decode()).strip()


def name_readings(name: str) -> tuple[Reading, ...]:
    """The likely readings of a person's name, best first, at most `NAME_READINGS`."""
    parts = _PARTS.findall(fold(name))
    joined = "".join(parts)
    for surname, said in (*_COMPOUND_SURNAMES.items(), *_SURNAMES.items()):
        if joined.startswith(surname):
            head: list[tuple[str, ...]] = [(syllable,) for syllable in said.split()]
            break
    else:
        head = []
    usual = [_readings_of(part)[:2] for part in parts]
    found = dict.fromkeys(product(*head, *usual[len(head) :]) if head else ())
    found.update(dict.fromkeys(_bounded(usual, NAME_READINGS)))
    return tuple(reading for reading in list(found)[:NAME_READINGS] if reading)


def name_search(name: str) -> str:
    """What is kept of a patron's name for finding: `|danxiaohong|dxh|…`, as many readings as the column holds."""
    kept = "|"
    for reading in name_readings(name):
        more = f"{''.join(reading)}|{_initials(reading)}|"
        if len(kept) + len(more) > MAX_NAME_SEARCH:
            break
        kept += more
    return kept


def title_readings(words: str) -> tuple[Reading, ...]:
    """The likely readings of a title, best first, at most `TITLE_READINGS`.

    The first goes by phrases (音乐 yin yue); then single characters read as they usually are; then their other
    readings, one changed at a time.
    """
    folded = fold(words)
    parts = _PARTS.findall(folded)
    if not parts:
        return ()
    usual = [_readings_of(part) for part in parts]
    best = _by_phrases(folded)
    found = {best: None} if len(best) == len(parts) else {}
    found[tuple(readings[0] for readings in usual)] = None
    first = next(iter(found))
    for place, readings in enumerate(usual):
        for other in readings:
            if len(found) >= TITLE_READINGS:
                return tuple(found)
            found[(*first[:place], other, *first[place + 1 :])] = None
    return tuple(found)


FIELDS = "tapiqjc"
"""The lines of `title_search` in their order: title and authors in words, readings of the title and their
initials, readings of the authors and their initials, codes."""


def title_search(title: str, authors: str, codes: tuple[str, ...], before: str = "") -> str:
    """What is kept of a title for finding: a line for each of `FIELDS`, its variants between bars.

    Words stand without blanks (`|红楼梦|`), readings with one before each syllable (`| hong lou meng|`), codes
    without marks. Readings are taken over from `before` where the words are the same: they are what takes time.
    """
    words = [_line([_joined(title)]), _line([_joined(authors)])]
    old = before.split("\n")
    readings = old[2:6] if old[:2] == words else [*_said(title, TITLE_READINGS), *_said(authors, 2)]
    return "\n".join([*words, *readings, _line(fold_code(code) for code in codes)])


def _line(variants: Iterable[str]) -> str:
    return "".join(["|", *(f"{variant}|" for variant in dict.fromkeys(variants) if variant)])


def _joined(words: str) -> str:
    return "".join(fold(words).split())


@lru_cache(maxsize=1024)  # a catalogue names the same authors again and again
def _said(words: str, most: int) -> tuple[str, str]:
    """The lines of readings and of initials. What has no reading (another script) is left out."""
    heard = [tuple(s for s in reading if s.isascii()) for reading in title_readings(words)[:most]]
    return _line("".join(f" {s}" for s in reading) for reading in heard), _line(map(_initials, heard))


_NO_CODE = dict.fromkeys([*range(33), ord("-"), ord("|"), 127])


def fold_code(code: str) -> str:
    """An ISBN or call number as it is compared: no case, no blanks, no hyphens."""
    if code.isascii():  # nearly all are, and a catalogue has tens of thousands
        return code.lower().translate(_NO_CODE)
    plain = unicodedata.normalize("NFKC", code).casefold().encode("utf-8", "ignore").decode()
    return "".join(sign for sign in plain if sign.isprintable() and not sign.isspace() and sign not in "-‐‑–—|")


def _initials(reading: Reading) -> str:
    return "".join(syllable[0] for syllable in reading)


def _bounded(usual: list[tuple[str, ...]], most: int) -> list[Reading]:
    """Readings of a whole: all combinations as long as they are few, else only the usual one."""
    combinations = 1
    for readings in usual:
        combinations *= len(readings)
    if combinations > most * 4:  # a long name of foreign sounds: nobody types its rare readings
        usual = [readings[:1] for readings in usual]
    return list(product(*usual))


@lru_cache(maxsize=8192)
def _readings_of(part: str) -> tuple[str, ...]:
    """The toneless readings of one character, usual one first; a Latin word or a number reads as itself."""
    if part.isascii():
        return (part,)
    from pypinyin import Style, pinyin

    found = pinyin(part, style=Style.NORMAL, heteronym=True, errors="ignore")
    readings = dict.fromkeys(r for r in (found[0] if found else ()) if r.isascii() and r)
    return tuple(readings) or (part,)


def _by_phrases(folded: str) -> Reading:
    from pypinyin import lazy_pinyin

    said: list[str] = []
    for run in _RUNS.findall(folded):
        said += [run] if run.isascii() else lazy_pinyin(run, errors=lambda unknown: " ".join(unknown))
    return tuple(" ".join(said).split())
