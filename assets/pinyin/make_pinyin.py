"""Make the two pinyin tables of this folder.

* `chars.tsv`: a reading and all characters of the sans face that are mostly read so, one reading a line.
* `words.tsv`: common words of two to four characters which do not read as their characters do.

Readings come from pypinyin (MIT), from its character and phrase dictionaries. Which phrases are common
comes from the word counts in the `jieba` package (MIT): unpack its source package and name its
`dict.txt`. The library's own words below win over both.

Run in the checkout, after the fonts were made:
`PYTHONPATH=. python assets/pinyin/make_pinyin.py --counts jieba/dict.txt`.
"""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from fontTools.ttLib import TTFont  # type: ignore[import-untyped]  # fontTools ships no types
from pypinyin.constants import PHRASES_DICT, PINYIN_DICT

from kiosk.assets import font_path
from kiosk.ruby import BY_CONTEXT, is_hanzi, reading_in_place

HERE = Path(__file__).resolve().parent
COMMON = 15  # occurrences in jieba's corpus from which a word counts as common

# Characters whose first reading in pypinyin is not the one our sentences and titles mostly mean.
CHARS = {"长": "cháng", "得": "de", "薄": "báo", "晟": "shèng", "喆": "zhé", "堃": "kūn", "〇": "líng", "嗯": "ǹg"}

# What a library kiosk says: groups of words, `_` standing for the character before the colon.
OWN_PATTERNS = """
重 chóng: _扫 _试 _借 _来 _启 _做 _写 _印 _放 _办 _复 _叠 _新 _名
地 de: 慢慢_ 轻轻_ 静静_ 安静_ 好好_ 高兴_ 快快_ 悄悄_ 认真_ 仔细_ 小心_ 整齐_ 快乐_ 开心_ 不停_ 很快_ 大声_ 小声_
得 děi: _先 _等
得 dé: _到 取_ 获_ _奖 _分 心_ 难_ 求_ 赢_ _意 _知 _出 _以 所_ _失 只_ 博_ _了 _病 _数 不_
得 de: 觉_ 记_ 看_见 看_懂 看_清 值_ 晓_ 认_ 懂_ 来_及 舍_ 显_ 使_ 变_ 读_ 写_ 做_ 跑_ 说_ 玩_ 放_ 由_
长 zhǎng: 班_ 校_ 组_ 家_ 馆_ 队_ 院_ 市_ 部_ 园_ _大 _高 _出 _成 _辈 _老 成_ 生_ 增_ 学_ 会_
长 zhǎng: 船_ 兄_ 师_ 首_ 站_ 店_ 社_ 科_ 局_ 省_
长 cháng: _短 _期 延_ 多_ 太_ 很_ 细_ _度
数 shǔ: _一数 数_ _数
行 háng: 一_ 两_ 银_ 每_ 行_ 第一_
种 zhòng: _树 _地 _花 _植 _菜 _田 播_ _下
好 hào: 爱_ _奇 _学
假 jià: _期 寒_ 暑_ 放_ 请_ 病_ 事_ 长_ 休_ _日 度_ 春_ 秋_ _条
空 kòng: 有_ 没_ 抽_ _白 填_ _格 _位
调 tiáo: _休 _皮 _整 _换 _好 _课 _班 空_ _色 _解 _节
处 chǔ: _理 _罚 _于 _分 相_ _方
教 jiāo: _书 _我 _你 _他 _她 _会
便 pián: _宜
觉 jiào: 睡_ 午_
为 wéi: 作_ 成_ 认_ 以_ 行_ 变_ 分_ _难 称_ 改_ 视_ 最_ 设_ 人_ 更_
了 liǎo: _解 受_不 吃不_ 忘不_ 不_ _不起 借不_ 还不_ 拿不_ 得_
着 zhe: 跟_ 看_ 拿_ 带_ 等_ 听_ 走_ 排_ 坐_ 站_ 笑_ 想_ 围_ 抱_ 顺_ 沿_ 朝_ 向_ 接_ 试_
着 zhe: 有_ 放_ 存_ 开_ 忙_ 藏_ 追_ 牵_
着 zháo: 睡_ _急 _火 找_ 借不_ 猜_ 够不_
背 bēi: _包 _着 _书包
差 chāi: 出_
中 zhòng: 看_ 猜_ 选_ 打_
量 liáng: _一量 测_ 丈_
当 dàng: 恰_ 适_ _作 上_
分 fèn: 部_ 充_ 身_ 过_ 水_ 养_
应 yìng: 回_ 反_ 对_ 适_ 供_ _用 响_ 答_ _对
干 gān: _净 _什么 饼_
转 zhuàn: _圈 旋_
几 jī: 茶_ _乎
结 jiē: _果
折 shé: _了
撒 sǎ: _落
系 jì: _鞋带 _上
参 shēn: 人_
数 shù: 分_ 人_ 次_ 本_ 册_ 总_ 天_ 少_ 多_ 倍_ _学 _字 _量 _据 _目
相 xiàng: _片 照_ _册
扫 sào: _帚
没 mò: _收
校 jiào: _对
载 zǎi: 三年五_ 连_ 刊_
一 yī: _年级 _班 _月 _号 _楼 _等 _日 _组 _九
不 bu: 对_起 是_是 好_好 有_有 要_要 会_会 能_能 在_在 了_起
上 shang: 晚_ 早_ 身_ 桌_ 书_ 手_ 地_ 路_ 天_
头 tou: 里_ 外_ 石_ 木_ 上_ 前_ 后_
边 bian: 这_ 那_ 里_ 外_ 旁_
儿 r: 这_ 那_ 哪_ 一会_ 一点_ 一块_ 玩_ 事_ 画_ 花_ 有点_ 好玩_ 待会_ 小孩_ 小人_ 慢点_ 早点_ 快点_
子 zǐ: _女 男_ 女_ 孔_ 老_ 孟_ 电_ _弹 原_ 孙_ 太_ 王_ 亲_ 庄_ 君_ 父_ 母_ 弟_ 才_
"""
# Words with light syllables, and words that a longest match would otherwise cut wrongly.
OWN_WORDS = """
朋友 péng you, 妈妈 mā ma, 爸爸 bà ba, 爷爷 yé ye, 奶奶 nǎi nai, 哥哥 gē ge, 姐姐 jiě jie, 弟弟 dì di, 妹妹 mèi mei
叔叔 shū shu, 先生 xiān sheng, 学生 xué sheng, 小学生 xiǎo xué shēng, 时候 shí hou, 东西 dōng xi, 喜欢 xǐ huan
故事 gù shi, 名字 míng zi, 告诉 gào su, 知道 zhī dào, 明白 míng bai, 清楚 qīng chu, 意思 yì si, 休息 xiū xi
事情 shì qing, 认识 rèn shi, 眼睛 yǎn jing, 漂亮 piào liang, 谢谢 xiè xie, 关系 guān xi, 客气 kè qi, 看看 kàn kan
试试 shì shi, 等等 děng deng, 找找 zhǎo zhao, 想想 xiǎng xiang, 问问 wèn wen, 听听 tīng ting, 说说 shuō shuo
地方 dì fang, 记得 jì de, 觉得 jué de, 得到 dé dào, 得奖 dé jiǎng
彼得 bǐ dé, 背着 bēi zhe, 种一棵 zhòng yì kē, 种一盆 zhòng yì pén, 种一些 zhòng yì xiē, 数一遍 shǔ yí biàn
统一 tǒng yī, 唯一 wéi yī, 之一 zhī yī, 逐一 zhú yī, 单一 dān yī, 同一 tóng yī
为什么 wèi shén me, 因为 yīn wèi, 为了 wèi le
宝宝 bǎo bao, 星星 xīng xing, 猩猩 xīng xing, 娃娃 wá wa, 太阳 tài yáng, 月亮 yuè liang, 云朵 yún duǒ, 葡萄 pú tao
衣服 yī fu, 力气 lì qi, 干净 gān jìng, 暖和 nuǎn huo, 热闹 rè nao, 聪明 cōng ming, 麻烦 má fan, 巴掌 bā zhang
耳朵 ěr duo, 嘴巴 zuǐ ba, 头发 tóu fa, 尾巴 wěi ba, 狐狸 hú li, 蘑菇 mó gu, 萝卜 luó bo, 豆腐 dòu fu, 石榴 shí liu
还是 hái shi, 还不了 huán bu liǎo, 还好了 huán hǎo le, 种子 zhǒng zi, 还得 hái děi, 还早 hái zǎo
还来得及 hái lái de jí, 还一起 hái yì qǐ, 还一样 hái yí yàng
还那么 hái nà me, 还这么 hái zhè me, 还这样 hái zhè yàng
一本一本 yì běn yì běn, 一年一班 yī nián yī bān, 数一数 shǔ yi shǔ, 重要 zhòng yào, 重量 zhòng liàng, 好吗 hǎo ma
上面 shàng miàn, 里面 lǐ miàn, 背面 bèi miàn, 这里 zhè lǐ, 那里 nà lǐ, 哪里 nǎ lǐ, 一下 yí xià, 一会儿 yí huì r
长大 zhǎng dà, 图书角 tú shū jiǎo, 角色 jué sè, 主角 zhǔ jué, 音乐 yīn yuè
乐器 yuè qì, 快乐 kuài lè, 都江堰 dū jiāng yàn
只要 zhǐ yào, 只能 zhǐ néng, 只好 zhǐ hǎo, 不得了 bù dé liǎo, 了不起 liǎo bu qǐ
受不了 shòu bu liǎo, 找不着 zhǎo bu zháo
借不了 jiè bu liǎo, 看不见 kàn bu jiàn, 看不清 kàn bu qīng, 找不到 zhǎo bu dào, 读不出 dú bu chū
借不到 jiè bu dào, 扫不出 sǎo bu chū, 扫不到 sǎo bu dào, 来不及 lái bu jí, 用不了 yòng bu liǎo, 等一等 děng yi děng
不一会儿 bù yí huì r, 有空 yǒu kòng, 太空 tài kōng, 天空 tiān kōng, 航空 háng kōng, 空调 kōng tiáo
"""


def own() -> Iterator[tuple[str, tuple[str, ...]]]:
    """The library's words with their readings, the plain ones filled in from the characters."""
    for line in OWN_PATTERNS.strip().splitlines():
        head, _, forms = line.partition(":")
        char, sound = head.split()
        for form in forms.split():
            word = form.replace("_", char) if "_" in form else form
            marks = [i for i, c in enumerate(form) if c == "_"] or [form.index(char)]
            yield word, tuple(sound if i in marks else plain(word)[i] for i in range(len(word)))
    for entry in OWN_WORDS.strip().replace("\n", ", ").split(", "):
        word, *sounds = entry.split(" ")
        yield word, tuple(sounds)


def char_reading(char: str) -> str:
    """The commonest reading of a character, "" if pypinyin has none."""
    return CHARS.get(char) or PINYIN_DICT.get(ord(char), "").split(",")[0]


def plain(word: str) -> tuple[str, ...]:
    """How a word reads if each character has its commonest reading (一 不 还 只 by their place)."""
    return spoken(word, [char_reading(c) for c in word])


def spoken(word: str, sounds: list[str]) -> tuple[str, ...]:
    """The readings with 一 不 还 只 as their place in the word makes them."""
    followed = [*sounds[1:], ""]
    return tuple(
        reading_in_place(word, i, followed[i]) if c in BY_CONTEXT and followed[i] else sounds[i]
        for i, c in enumerate(word)
    )


def common_phrases(counts: Path) -> Iterator[tuple[str, tuple[str, ...]]]:
    """pypinyin's phrases of two to four characters which jieba's word list counts as common."""
    with counts.open(encoding="utf-8") as lines:
        for line in lines:
            word, count, *_ = line.split(" ")
            if int(count) >= COMMON and 2 <= len(word) <= 4 and word in PHRASES_DICT:
                yield word, spoken(word, [first[0] for first in PHRASES_DICT[word]])


def main() -> None:
    """Write both tables."""
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    reader.add_argument("--counts", type=Path, required=True, help="jieba's dict.txt")
    reader.add_argument("--out", type=Path, default=HERE)
    given = reader.parse_args()

    by_reading: defaultdict[str, list[str]] = defaultdict(list)
    for point in sorted(TTFont(font_path("sans"), lazy=True).getBestCmap()):
        if is_hanzi(chr(point)) and char_reading(chr(point)):
            by_reading[char_reading(chr(point))].append(chr(point))
    chars = "".join(f"{sound}\t{''.join(of)}\n" for sound, of in sorted(by_reading.items()))
    (given.out / "chars.tsv").write_text(chars, "utf-8", newline="\n")

    words = {word: sounds for word, sounds in common_phrases(given.counts) if sounds != plain(word)}
    words |= dict(own())
    lines = "".join(f"{word}\t{' '.join(sounds)}\n" for word, sounds in sorted(words.items()))
    (given.out / "words.tsv").write_text(lines, "utf-8", newline="\n")
    sys.stdout.write(f"{len(by_reading)} readings, {len(words)} words\n")


if __name__ == "__main__":
    main()
