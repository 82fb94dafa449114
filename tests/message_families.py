"""The message keys which the program puts together at run time, as patterns and what stands in their gaps.

An f-string in `kiosk/` that begins like a message key must be listed here: its text with `{}` for each gap, and
what fills the gap. The suite then knows that each of these messages exists and is used.
"""

from __future__ import annotations

from collections.abc import Iterable

from kiosk import demo, i18n
from kiosk.desk.librarian import enrolment, imports
from kiosk.exchange import exports, marc, rosters, stock_lists, stock_records
from kiosk.exchange import trouble as file_trouble
from kiosk.exchange.catalogue_file import Form
from kiosk.flows import answers, catalogue, counter, trouble
from kiosk.flows import imports as flow_imports
from kiosk.flows.librarian import catalogue as librarian_catalogue
from kiosk.flows.librarian import files as librarian_files
from kiosk.flows.librarian import page as librarian_page
from kiosk.flows.librarian import printers as librarian_printers
from kiosk.flows.librarian import prints as librarian_prints
from kiosk.flows.librarian import rules as librarian_rules
from kiosk.flows.librarian import school as librarian_school
from kiosk.flows.people import RosterState
from kiosk.flows.prints import What
from kiosk.flows.stock import Fate, StockProblem
from kiosk.flows.work import ProblemCode
from kiosk.lending.barcodes import Check, ControlCode
from kiosk.lending.copies import CopyStatus, Material
from kiosk.lending.patrons import PatronKind
from kiosk.lending.policy import ReasonCode
from kiosk.lending.rota import AudienceKind, Weeks
from kiosk.lending.rules import OutsideTerms
from kiosk.office import catalogue_plan
from kiosk.office import people as office_people
from kiosk.office import prints as office_prints
from kiosk.printing import page_parts, printers
from kiosk.printing.label_layout import LABEL_TROUBLES
from kiosk.printing.label_stock import STOCK_TROUBLES, Face
from kiosk.printing.spool import JobState

FAMILIES: dict[str, Iterable[str]] = {
    "common.{}": (
        *("class_name", "list_separator", "money"),
        *(f"date.{form}" for form in ("day", "short", "full")),
        *(f"datetime.{form}" for form in ("weektime", "when", "full")),
        *(f"{family}.{number}" for family in ("weekday", "weekday_short") for number in range(1, 8)),
        *(f"month.{number}" for number in range(1, 13)),
        *(f"counted.{what}" for what in i18n.COUNTED),
    ),
    "demo.{}": (*ControlCode, "damaged"),
    "demo.role.{}": demo.NOTED,
    "session.greeting.{}": PatronKind,
    "session.reason.{}": [*ReasonCode, *(f"{code}_open" for code in answers.DATED), "limit_material"],
    "session.reason.{}.todo": [*ReasonCode, *(f"{code}_wait" for code in answers.WAITS), "not_your_slot_open"],
    "session.answer.{}": sorted({answer.name for answer in answers.ALL}),
    "session.answer.{}.line": sorted({answer.name for answer in answers.ALL if answer.line}),
    "session.trouble.{}": sorted(trouble.CODES),
    "session.trouble.{}.still_works": sorted(trouble.CODES),
    "session.trouble.{}.to_do": sorted(trouble.CODES),
    "counter.title.{}": set(counter.Page),
    "counter.{}.hint": (counter.Page.LOOK_UP, counter.Page.REPAIR),
    "counter.{}.next": (counter.Page.LOOK_UP, counter.Page.REPAIR),
    "counter.result.{}": sorted(counter.RESULTS),
    "counter.hint.{}": sorted(counter.HINTS),
    "printing.controls.{}": set(ControlCode),
    "printing.controls.{}.line": set(ControlCode),
    "printing.shelf_list.{}": ("call", "title_of", "place", "number"),
    "printing.clearance.{}": ("name", "book", "number", "due", "amount", "teacher", "library"),
    "printing.rota.{}": [*Weeks, "days", "many_days"],
    "printing.trouble.{}": page_parts.PAGE_TROUBLES,
    "librarian.problem.{}": set(ProblemCode),
    "librarian.reason.{}": [*ReasonCode, "not_your_slot_open", "closed_open"],
    "librarian.action.{}": librarian_page.ACTIONS,
    "librarian.status.{}": set(CopyStatus),
    "librarian.set.{}": set(CopyStatus),
    "librarian.do.set.{}": set(CopyStatus),
    "librarian.kind.{}": set(PatronKind),
    "librarian.material.{}": set(Material),
    "librarian.weeks.{}": set(Weeks),
    "librarian.audience.{}": set(AudienceKind),
    "librarian.outside.{}": set(OutsideTerms),
    "librarian.pinyin.{}": librarian_rules.PINYIN,
    "librarian.template.{}": [str(place) for place in range(len(librarian_rules.CLASS_TEMPLATES))],
    "exchange.trouble.{}": file_trouble.CODES,
    "people.cannot.{}": enrolment.HINDRANCES,
    "people.reason.{}": office_people.REASONS,
    "people.remark.{}": office_people.REMARKS,
    "people.left.{}": {why.value for why in rosters.Left},
    "people.state.{}": set(RosterState),
    "people.means.{}": set(RosterState),
    "people.written.{}": ("added", "moved", "changed", "closed"),
    "school.zone.{}": [str(place) for place in range(len(librarian_school.ZONES) + 1)],
    "imports.cannot.{}": imports.CANNOT,
    "imports.stays.{}": imports.STAYS,
    "imports.goes.{}": imports.GOES,
    "imports.brought.{}": flow_imports.KINDS,
    "imports.means.{}": flow_imports.KINDS,
    "imports.list.{}": ("goes", "stays"),
    "exchange.remark.{}": sorted({*stock_records.REMARKS, *marc.REMARKS, *stock_lists.REMARKS}),
    "exchange.heading.{}": [column.replace(".", "_") for column in exports.COLUMNS],
    "exchange.material.{}": set(Material),
    "numbering.kind.{}": ["card", "copy"],
    "numbering.check.{}": set(Check),
    "office.printers.language.{}": librarian_printers.LANGUAGES,
    "office.files.place.{}": librarian_files.PLACES,
    "catalogue.how.{}": set(Form),
    "catalogue.clash.{}": catalogue_plan.CLASHES,
    "catalogue.form.{}": catalogue.FORMS,
    "catalogue.form_hint.{}": catalogue.FORMS,
    "catalogue.list.{}": librarian_catalogue.LISTS,
    "catalogue.means.{}": librarian_catalogue.LISTS,
    "catalogue.option.{}": librarian_catalogue.OPTIONS,
    "stock.problem.{}": set(StockProblem),
    "stock.fate.{}": set(Fate),
    "printer.trouble.{}": sorted(printers.TROUBLES),
    "printer.state.{}": set(JobState),
    "office.print.what.{}": set(What),
    "office.print.job.{}": set(What),
    "office.print.state.{}": librarian_prints.STATES,
    "office.print.face.{}": set(Face),
    "office.print.size.{}.{}": ["cards|a4", "cards|single", "signs|a4", "signs|strip"],
    "office.print.cannot.{}": office_prints.CANNOT,
    "label.stock.{}": STOCK_TROUBLES,
    "label.trouble.{}": LABEL_TROUBLES,
}
"""Pattern with one gap → what fills it. A pattern with two gaps is written with the fillings joined by `|`."""
