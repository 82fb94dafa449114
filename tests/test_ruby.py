"""Pinyin over words: the readings a first-grader sees are the ones her teacher would say."""

import re
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.assets import asset
from kiosk.ruby import Readings, is_hanzi, ruby

# The reading in brackets belongs to the character before it.
SENTENCES = """
还[huán]书请扫书背[bèi]面的条码
还[huán]书成功，谢谢[xie]你！
这本书已经还[huán]了[le]
这本书还[hái]没还[huán]
你还[hái]有2本书没有还[huán]
你还[hái]可以借1本
你还[hái]能借两本
先还[huán]书，再借书
先还[huán]超期的书，还[huán]了[le]就能再借
请按时归还[huán]
请把书还[huán]给老师
还[huán]好了[le]，请放回书架
应还[huán]日期：3月5日
应[yīng]还[huán] 12月1日
未还[huán]图书
还[huán]书日期
借还[huán]记录
借书、还[huán]书、续借
这里可以还[huán]书
还[huán]回来[lái]的书放在这里
你还[hái]不能借书
你要还[huán]的书不是[shì]这一[yì]本
还[hái]是[shi]要[yào]请老师帮忙
还[hái]在修补，暂时不[bù]能借
还[hái]差3天
时间还[hái]早，请等一[yi]等
要还[huán]3本，还[hái]要还[huán]几本？
没还[huán]的书还[hái]有5本
两本都[dōu]还[huán]了[le]
他们都[dōu]还[hái]没来[lái]
只[zhǐ]能借两本书
三只[zhī]小[xiǎo]猪
一[yì]只[zhī]想飞的猫
这里只[zhǐ]有一[yì]本
你只[zhǐ]要扫一[yí]下
一[yī]年级(1)班[bān]
第一[yī]名
星期一[yī]中[zhōng]午
三年一[yī]班的同学一[yì]起来[lái]
一[yí]个人一[yì]本书
一[yí]共借了[le]2本
不[bù]能借
不[bú]是[shì]你们班的时间
不[bú]要[yào]着[zháo]急
这本书不[bú]外借
对不[bu]起[qǐ]，请重[chóng]新扫码
请重[chóng]扫一[yí]次
重[zhòng]要的事情[qing]
校长[zhǎng]和班长[zhǎng]
小猪长[zhǎng]大了[le]
延长[cháng]两周
时间太长[cháng]了[le]
请慢慢地[de]走
放到地[dì]上[shang]
请记得[de]带借书证
你得[děi]先找老师
得[dé]到一[yì]颗星
因为[wèi]有书超期了[le]
成为[wéi]小管理员
为[wèi]什[shén]么[me]不[bù]能借？
数[shǔ]一[yi]数[shǔ]借了几[jǐ]本
书的数[shù]量
数[shù]学绘本
音乐[yuè]和快乐[lè]
这一[yì]行[háng]
不[bù]行[xíng]
种[zhòng]树和种[zhǒng]子[zi]
调[tiáo]休日开放
放假[jià]了[le]，寒假[jià]后再还[huán]
处[chǔ]理完了[le]
请找教[jiào]师
睡觉[jiào]前的故事
朋友[you]们，图书馆欢迎你
书皮干[gān]净
便[pián]宜
有空[kòng]格
看不[bu]清条码
请在这儿[r]等
书签在书背[bèi]面
喜欢[huan]就借回家[jiā]
跟着[zhe]火车看中国
彼得[dé]·潘
现在来还[hái]来得[de]及
统一[yī]的书
最好的书之一[yī]是这本
种[zhòng]一[yì]盆会开花的草
一百种[zhǒng]样子[zi]
"""

ALL = [line for line in SENTENCES.splitlines() if line]


@pytest.mark.parametrize("marked", ALL)
def test_what_a_library_kiosk_says_reads_right(marked: str) -> None:
    text = re.sub(r"\[\w+\]", "", marked)
    told = ruby(text)
    assert "".join(base for base, _ in told) == text
    sounds = iter(told)
    shown = ""
    for base, sound in sounds:
        shown += base
        expected = re.match(re.escape(shown) + r"\[(\w+)\]", marked)
        if expected:
            assert sound == expected[1], f"{base} in {text}"
            shown += f"[{expected[1]}]"
    assert shown == marked


def test_a_sentence_is_told_character_by_character_and_other_runs_stay_whole() -> None:
    assert ruby("扫card 12，好") == (("扫", "sǎo"), ("card 12，", ""), ("好", "hǎo"))
    assert ruby("") == ()
    assert ruby("ISBN 978") == (("ISBN 978", ""),)


def test_rare_characters_of_names_have_a_reading_and_unknown_ones_stand_alone() -> None:
    assert ruby("堃喆䶮") == (("堃", "kūn"), ("喆", "zhé"), ("䶮", "yǎn"))
    assert ruby("a\U0002ffffb") == (("a", ""), ("\U0002ffff", ""), ("b", ""))


@given(st.text(alphabet=st.one_of(st.characters(), st.sampled_from("还没有一不只书3，数")), max_size=30))
def test_the_bases_always_join_to_the_text(text: str) -> None:
    told = ruby(text)
    assert "".join(base for base, _ in told) == text
    assert all(len(base) == 1 and is_hanzi(base) for base, sound in told if sound)
    assert all(base for base, _ in told)


def test_every_listed_word_has_one_reading_per_character() -> None:
    for line in asset("pinyin", "words.tsv").read_text("utf-8").splitlines():
        word, sounds = line.split("\t")
        assert 2 <= len(word) <= 4
        assert len(sounds.split(" ")) == len(word), word


def test_the_longest_word_wins() -> None:
    readings = Readings("a\t长大\n", "长大\tx y\n长大后\tx y z\n")
    assert readings.word("长大后来", 0) == ("x", "y", "z")
    assert readings.word("长大了", 0) == ("x", "y")
    assert readings.word("长了", 0) == ()


def test_every_hanzi_of_gbk_has_a_reading_but_the_old_signs_for_units() -> None:
    silent = [c for c in map(chr, range(0x4E00, 0x9FA6)) if _in_gbk(c) and ruby(c)[0][1] == ""]
    assert "".join(silent) == "兙兡嗧桛烪瓧瓰瓱瓼甅"  # two syllables each: 十克, 百克, 加仑, 千瓦 …


def _in_gbk(char: str) -> bool:
    try:
        char.encode("gbk")
    except UnicodeEncodeError:
        return False
    return True


def test_the_running_kiosk_needs_no_pinyin_library() -> None:
    script = "import sys; from kiosk.ruby import ruby; ruby('还书'); assert 'pypinyin' not in sys.modules"
    subprocess.run([sys.executable, "-c", script], check=True)
