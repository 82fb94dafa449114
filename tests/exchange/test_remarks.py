"""Every remark is a sentence that says what stood there, in both languages."""

from __future__ import annotations

import pytest

from kiosk.exchange import marc, stock_lists, stock_records
from kiosk.exchange.catalogue_file import Form, place_text, remark_text
from kiosk.i18n import LANGUAGES, Words
from kiosk.lending.stock import Remark

CODES = sorted({*marc.REMARKS, *stock_lists.REMARKS, *stock_records.REMARKS})


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", CODES)
def test_a_remark_is_a_whole_sentence(code, language):
    said = Words(language).say(remark_text(Remark(code, "定价", "9RMB×9", other=12), Form.SHEET))
    assert said.endswith(("。", "."))
    assert not set("{}[]") & set(said)


@pytest.mark.parametrize(
    ("form", "chinese"), [(Form.SHEET, "第 12 行"), (Form.ISO2709, "第 12 条"), (Form.MARCXML, "第 12 条")]
)
def test_a_remark_about_two_records_says_where_the_other_is(form, chinese):
    assert Words().say(place_text(form, 12)) == chinese
    assert chinese in Words().say(remark_text(Remark("record_twice", other=12), form))
