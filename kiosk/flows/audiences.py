"""Whom a slot is for, in words: shared by the idle screen's rota and the librarian's week grid."""

from __future__ import annotations

from collections.abc import Mapping

from kiosk.flows.views import Text, Words
from kiosk.lending.patrons import ClassName
from kiosk.lending.rota import Audience, AudienceKind


def audience_words(audience: Audience, names: Mapping[int, ClassName]) -> tuple[Words, ...]:
    """One piece for each class or grade, in order; classes that have left school are not told."""
    match audience.kind:
        case AudienceKind.CLASSES:
            here = sorted((names[i].grade, names[i].number, i) for i in audience.classes if i in names)
            return tuple(Text("common.class", {"school_class": names[i]}) for _, _, i in here)
        case AudienceKind.GRADES:
            return tuple(Text("common.grade", {"grade": grade}) for grade in sorted(audience.grades))
        case AudienceKind.TEACHERS:
            return (Text("common.audience.teachers"),)
        case AudienceKind.EVERYONE:
            return (Text("common.audience.everyone"),)
