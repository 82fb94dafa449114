"""Codes to scan in tests: own numbers (8 digits, Luhn check: README, "Barcodes"), rich in runs of equal digits."""

from __future__ import annotations

import random


def luhn_ok(code: str) -> bool:
    """Is the last digit the Luhn check of those before it (ISO/IEC 7812-1)?"""
    doubled = [int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(reversed(code))]
    return sum(value // 10 + value % 10 for value in doubled) % 10 == 0


def own_number(body: str) -> str:
    """Seven digits with their check digit."""
    return next(body + check for check in "0123456789" if luhn_ok(body + check))


def own_numbers(count: int, seed: int) -> list[str]:
    """`count` own numbers, most of them with runs of two to six equal digits; the same for the same seed."""
    chance = random.Random(seed)
    codes = []
    for _ in range(count):
        body = chance.choice("239")
        while len(body) < 7:
            body += chance.choice("0123456789") * chance.choice((1, 1, 2, 3, 6))
        codes.append(own_number(body[:7]))
    return codes


def is_own_number(code: str) -> bool:
    """Would the kiosk take this for one of its numbers?"""
    return len(code) == 8 and code.isascii() and code.isdecimal() and luhn_ok(code)
