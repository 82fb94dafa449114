"""What the command-line parser cannot understand, in Chinese too: click says it in English alone."""

from __future__ import annotations

import re

from kiosk.console import both

_CHINESE: tuple[tuple[str, str], ...] = (  # click's messages, and each with what it names in Chinese
    (r"No such command '?(.+?)'?\.", "没有命令 {}"),
    (r"No such option:? '?([^\s'.]+)", "没有选项 {}"),
    (r"Missing command", "缺少命令"),
    (r"Missing (?:argument|option|parameter):? '(.+?)'", "缺少 {}"),
    (r"Got unexpected extra arguments?(?:\(s\))? \((.*)\)", "多出了 {}"),
    (r"Option '(.+?)' requires", "选项 {} 后面要有值"),
    (r"Option '(.+?)' does not take", "选项 {} 后面不能有值"),
    (r"Invalid value for '(.+?)': .*(?:greater than or equal to |range x>=)(-?[0-9]+)", "{} 要不小于 {}"),
    (r"Invalid value for '(.+?)': .*valid integer", "{} 要是整数"),
    (r"Invalid value for '(.+?)'", "{} 的值不对"),
)


def parser_sentence(message: str) -> str:
    """One line in both languages of what click says in English."""
    found = ((zh, re.match(words, message)) for words, zh in _CHINESE)
    said = next((zh.format(*match.groups()) for zh, match in found if match), "用法不对")
    return both(f"{said}；用法见 kiosk --help", f"{message.rstrip('.')}; see kiosk --help")
