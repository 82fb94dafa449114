"""What a scanner set to another country's keyboard seems to say when its keys are read by their place.

Such a scanner presses the key that has the character in that country; read as a US keyboard that key is another
character. The table holds the characters of a keyboard's keys without and with Shift, key by key in the order of the
first row, as xkeyboard-config 2.35 (https://www.freedesktop.org/wiki/Software/XKeyboardConfig) has them for the
layouts us, de, fr, gb, es, it, pt, be, ch, se, br, latam, tr, cz, hu and jp. A space is a dead key or a character
that no code of the test sheet has.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

_KEYBOARDS: Final[Mapping[str, tuple[str, str]]] = {
    "US": (
        "1234567890-=qwertyuiop[]asdfghjkl;'`\\zxcvbnm,./",
        '!@#$%^&*()_+QWERTYUIOP{}ASDFGHJKL:"~|ZXCVBNM<>?',
    ),
    "DE": (
        "1234567890  qwertzuiop +asdfghjkl   #yxcvbnm,.-",
        "!\" $%&/()=? QWERTZUIOP *ASDFGHJKL   'YXCVBNM;:_",
    ),
    "FR": (
        "& \"'(- _  )=azertyuiop $qsdfghjklm  *wxcvbn,;:!",
        "1234567890 +AZERTYUIOP  QSDFGHJKLM%~ WXCVBN?./ ",
    ),
    "GB": (
        "1234567890-=qwertyuiop[]asdfghjkl;'`#zxcvbnm,./",
        '!" $%^&*()_+QWERTYUIOP{}ASDFGHJKL:@ ~ZXCVBNM<>?',
    ),
    "ES": (
        "1234567890' qwertyuiop +asdfghjkl    zxcvbnm,.-",
        '!" $%&/()=? QWERTYUIOP *ASDFGHJKL    ZXCVBNM;:_',
    ),
    "IT": (
        "1234567890' qwertyuiop +asdfghjkl  \\ zxcvbnm,.-",
        '!" $%&/()=?^QWERTYUIOP *ASDFGHJKL  | ZXCVBNM;:_',
    ),
    "PT": (
        "1234567890' qwertyuiop+ asdfghjkl  \\ zxcvbnm,.-",
        '!"#$%&/()=? QWERTYUIOP* ASDFGHJKL  | ZXCVBNM;:_',
    ),
    "BE": (
        "& \"'(  !  )-azertyuiop $qsdfghjklm   wxcvbn,;:=",
        "1234567890 _AZERTYUIOP *QSDFGHJKLM%  WXCVBN?./+",
    ),
    "CH": (
        "1234567890' qwertzuiop  asdfghjkl   $yxcvbnm,.-",
        '+"* %&/()=? QWERTZUIOP !ASDFGHJKL    YXCVBNM;:_',
    ),
    "SE": (
        "1234567890+ qwertyuiop  asdfghjkl   'zxcvbnm,.-",
        '!"# %&/()=? QWERTYUIOP  ASDFGHJKL   *ZXCVBNM;:_',
    ),
    "BR": (
        "1234567890-=qwertyuiop [asdfghjkl  ']zxcvbnm,.;",
        '!@#$% &*()_+QWERTYUIOP {ASDFGHJKL  "}ZXCVBNM<>:',
    ),
    "MX": (
        "1234567890' qwertyuiop +asdfghjkl {|}zxcvbnm,.-",
        '!"#$%&/()=? QWERTYUIOP *ASDFGHJKL [ ]ZXCVBNM;:_',
    ),
    "TR": (
        '1234567890*-qwertyu op  asdfghjkl i",zxcvbnm  .',
        "!'^+%&/()=?_QWERTYUIOP  ASDFGHJKL   ;ZXCVBNM  :",
    ),
    "CZ": (
        "+         = qwertzuiop )asdfghjkl  ; yxcvbnm,.-",
        "1234567890% QWERTZUIOP/(ASDFGHJKL\"! 'YXCVBNM?:_",
    ),
    "HU": (
        "123456789   qwertzuiop  asdfghjkl  0 yxcvbnm,.-",
        "'\"+!%/=()   QWERTZUIOP  ASDFGHJKL    YXCVBNM?:_",
    ),
    "JP": (
        "1234567890-^qwertyuiop@[asdfghjkl;: ]zxcvbnm,./",
        "!\"#$%&'()~=~QWERTYUIOP`{ASDFGHJKL+* }ZXCVBNM<>?",
    ),
}


def _places(country: str) -> dict[str, str]:
    theirs, ours = "".join(_KEYBOARDS[country]), "".join(_KEYBOARDS["US"])
    pairs = {char: place for char, place in zip(theirs, ours, strict=True) if char != " "}
    return pairs | {" ": " "}


_PLACES: Final = {country: _places(country) for country in _KEYBOARDS if country != "US"}


def by_places(code: str) -> Iterator[tuple[str, str]]:
    """What `code` becomes when a scanner set to a country types it and the keys are read by their US places.

    Gives pairs of a country (ISO 3166, its commonest keyboard) and the characters, for those countries where that
    is another code; a character that needs AltGr or a key which no US keyboard has is missing in it.
    """
    for country, places in _PLACES.items():
        seen = "".join(places.get(char, "") for char in code)
        if seen != code:
            yield country, seen
