"""The classes a school library files under: the 22 main classes and the numbers a primary school uses.

Class numbers are those of the Chinese Library Classification (中国图书馆分类法, 5th edition); what each is for is said
here in our own words. A library may say it otherwise, add numbers and leave some out: `merged`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from kiosk.lending.call_numbers import CLC_LETTERS, CallNumber, clc_letter, shelf_key
from kiosk.lending.text import half_width


@dataclass(frozen=True, slots=True)
class ClassNumber:
    """A class number and what it is for, in Chinese and English."""

    number: str
    zh: str
    en: str = ""


_TABLE = """
A|马克思主义、毛泽东思想、邓小平理论|Marxism, Mao Zedong, Deng Xiaoping
A4|毛泽东的著作|Works of Mao Zedong
A75|领袖人物的故事和传记|Lives of the leaders
B|哲学、心理、做人|Philosophy, mind, conduct
B2|中国古代的思想家|Chinese thinkers
B222|孔子、孟子和儒家|Confucius, Mencius, their school
B80|怎样思考|How to think
B82|品德和修养|Morals and manners
B824|礼貌、友谊、与人相处|Courtesy, friendship
B825|个人修养|Bringing oneself up
B84|心理学：认识自己|Psychology
B844.1|儿童的心理|Psychology of children
B848.4|志气、习惯、成功|Character and habits
B9|神话里的信仰、宗教常识|Beliefs and religions
B932|神话的研究|Study of myths
C|社会科学总论|Social sciences in general
C49|社会科学的普及读物|Social sciences for everyone
C8|统计|Statistics
C912|社会生活、人际交往|Life in society
D|政治、法律|Politics, law
D2|中国共产党|The Communist Party of China
D43|少年先锋队、共青团|Young Pioneers, youth league
D6|中国的国家制度|How China is governed
D64|爱国主义、理想教育|Love of country, ideals
D669|安全、社会生活、防灾|Safety and public life
D81|国际组织和国际关系|International relations
D9|法律常识|Law
D922.7|未成年人保护、教育法规|Protection of minors
E|军事|Military affairs
E2|中国的军队和战史|China's army and wars
E8|古代战争和兵法|War in old times, Sunzi
E9|武器和军事技术|Weapons and technology
F|经济|Economy
F0|经济学入门|Economics for beginners
F5|交通运输|Transport
F7|商业、买和卖|Trade
F8|钱、银行、理财|Money and saving
G|文化、科学、教育、体育|Culture, education, sport
G0|文化常识|Culture in general
G2|新闻、图书、图书馆|News, books, libraries
G25|图书馆和怎样利用图书馆|Libraries and how to use them
G4|教育|Education
G61|幼儿教育|Nursery school
G610|幼儿读物总类|Books for the very young
G613|幼儿的语言、故事、图画|First words and pictures
G62|小学教育|Primary school
G623|小学各科课本和辅导|Primary school subjects
G623.2|小学语文|Chinese at primary school
G623.3|小学英语|English at primary school
G623.5|小学数学|Mathematics at primary school
G624|小学教材、练习|Textbooks and exercises
G63|中学教育|Middle school
G78|家庭教育|Education at home
G79|自学、学习方法|Learning to learn
G8|体育|Sport
G82|田径、体操|Athletics, gymnastics
G84|球类|Ball games
G85|武术|Martial arts
G86|游泳、冰雪运动|Swimming, ice and snow
G89|游戏、棋牌、娱乐|Games, chess
G891|棋类|Chess and go
G898|魔方、智力玩具、小魔术|Puzzles and small tricks
H|语言、文字|Language
H1|汉语|Chinese
H12|汉字、查字典|Characters
H125|认字、写字、拼音|Reading, writing, pinyin
H13|词语、成语|Words and idioms
H136.3|成语、谚语、歇后语|Idioms and proverbs
H15|作文和写作|Writing
H16|字典、词典|Dictionaries
H19|汉语课外读物|Chinese readers
H194|语文阅读|Reading texts
H3|外国语言|Foreign languages
H31|英语|English
H319|英语学习|Learning English
H319.4|英语读物、双语读物|English readers
H32|其他外语|Other foreign languages
I|文学|Literature
I0|文学常识|About literature
I1|世界文学作品集|World literature collections
I106|世界名著导读|Guides to the classics
I14|各国小说合集|Novels of many countries
I17|各国民间文学合集|Folk tales of many countries
I18|各国儿童文学合集|Children's books of many countries
I2|中国文学|Chinese literature
I207|中国文学欣赏和研究|About Chinese literature
I22|诗歌|Poems
I222|古诗词|Classical poems
I23|戏剧|Plays
I24|小说|Novels
I242|古代小说、四大名著|Old novels, the four classics
I246|现代小说（1949年以前）|Novels before 1949
I247|当代小说|Novels since 1949
I247.5|当代长篇小说|Long novels since 1949
I25|报告文学、回忆录|Reportage, memoirs
I26|散文、杂文|Essays
I266|现代散文|Modern essays
I267|当代散文|Essays of today
I27|民间文学|Folk literature
I276|民间故事、神话、歌谣|Folk tales, myths, rhymes
I277|谜语、笑话|Riddles and jokes
I28|儿童文学|Children's literature
I281|儿童文学作品集|Collections for children
I285|小学生作文、儿童创作|Written by children
I286|儿童文学合集（现代）|Modern children's collections
I287|当代儿童文学|Children's books of today
I287.1|儿童图画故事总集|Picture story collections
I287.2|儿歌、童诗|Rhymes and poems for children
I287.3|儿童剧、相声|Plays for children
I287.4|儿童故事合集|Story collections for children
I287.45|儿童小说|Novels for children
I287.47|儿童短篇小说、科幻小说|Short novels, science fiction
I287.5|儿童故事|Stories for children
I287.6|儿童散文|Essays for children
I287.7|童话、寓言|Fairy tales, fables
I287.8|图画书、绘本|Picture books
I3|亚洲文学|Literature of Asia
I313|日本文学|Literature of Japan
I4|非洲文学|Literature of Africa
I5|欧洲文学|Literature of Europe
I512|俄罗斯文学|Literature of Russia
I516|德国、奥地利文学|Literature of Germany and Austria
I534|北欧文学、安徒生|Northern Europe, Andersen
I561|英国文学|Literature of Britain
I565|法国文学|Literature of France
I6|大洋洲文学|Literature of Oceania
I7|美洲文学|Literature of the Americas
I712|美国文学|Literature of the USA
J|艺术|Art
J1|世界和中国的艺术|Art of the world
J2|绘画、书法|Painting, calligraphy
J21|学画画|Learning to draw
J22|中国的画册、绘本|Chinese picture albums
J228|连环画、漫画、卡通|Comics and cartoons
J23|外国的画册、漫画|Foreign albums and comics
J238|外国漫画、绘本|Foreign comics, picture books
J29|书法、篆刻|Calligraphy, seals
J3|雕塑|Sculpture
J4|摄影|Photography
J5|手工、折纸、工艺|Crafts, paper folding
J6|音乐|Music
J61|乐理、学唱歌|Reading and singing music
J62|乐器|Instruments
J64|歌曲|Songs
J7|舞蹈|Dance
J8|戏剧、曲艺、木偶|Theatre, puppets
J9|电影、动画|Film and animation
K|历史、地理|History, geography
K1|世界历史|History of the world
K2|中国历史|History of China
K20|中国通史、上下五千年|China from the beginning
K203|中国历史故事、文化史|Stories from Chinese history
K28|中国各地方和民族|Regions and peoples of China
K81|世界名人传记|Lives: the world
K82|中国名人传记|Lives: China
K825.6|科学家、发明家|Scientists and inventors
K837|外国名人|Lives: abroad
K85|考古、文物、博物馆|Archaeology, museums
K87|中国文物和古迹|Chinese antiquities
K89|节日、风俗|Festivals and customs
K891|各国风俗|Customs of the world
K892|中国传统节日、民俗|Chinese festivals and customs
K9|地理|Geography
K91|世界地理、探险|The world, exploring
K92|中国地理|Geography of China
K928|名胜、旅行|Sights and travel
K99|地图|Maps
N|自然科学总论|Science in general
N09|科学史、发现的故事|How science was found out
N33|科学实验|Experiments
N49|科普、十万个为什么|Popular science
N8|科学考察、探险|Expeditions
N91|自然和自然观察|Watching nature
O|数学、物理、化学|Mathematics, physics, chemistry
O1|数学|Mathematics
O1-49|数学趣味读物|Mathematics for fun
O4|物理|Physics
O4-49|物理趣味读物|Physics for fun
O6|化学|Chemistry
O6-49|化学趣味读物|Chemistry for fun
P|天文、地球|Stars and Earth
P1|天文|Astronomy
P1-49|天文趣味读物|The stars for everyone
P18|太阳系、行星|Sun and planets
P3|地震、地球内部|Inside the Earth
P4|天气、气象|Weather
P5|岩石、矿物、地质|Rocks and minerals
P7|海洋|The sea
P9|自然地理|Physical geography
Q|生物|Living things
Q1|生命的奥秘|Life
Q1-49|生物趣味读物|Life for everyone
Q91|古生物、恐龙、化石|Dinosaurs and fossils
Q915|恐龙和古代动物|Dinosaurs
Q94|植物|Plants
Q94-49|植物趣味读物|Plants for everyone
Q95|动物|Animals
Q95-49|动物趣味读物|Animals for everyone
Q959|各类动物：鸟、兽、鱼|Birds, beasts, fish
Q96|昆虫|Insects
Q98|人类的由来和身体|Where people come from
R|医药、卫生|Medicine, health
R16|个人卫生、健康习惯|Staying healthy
R179|儿童卫生|Children's health
R18|传染病和预防|Preventing illness
R32|人体的奥秘|The human body
R78|牙齿、眼睛|Teeth and eyes
S|农业|Farming
S6|园艺、种花种菜|Gardening
S7|森林、树木|Forests
S8|养小动物|Keeping animals
T|工业技术|Technology
TB|工程常识|Engineering
TN|电子、通信、无线电|Electronics
TP|自动化、计算机|Computers
TP242|机器人|Robots
TP3|电脑、编程|Computers, programming
TP311|编程入门|First programs
TP391|人工智能和电脑应用|Artificial intelligence
TS|轻工、手工、生活技术|Handicraft and daily life
TS972|做饭、食物|Cooking
TU|建筑|Building
U|交通工具|Vehicles and transport
U2|火车、铁路|Trains
U4|汽车、公路、桥|Cars, roads, bridges
U6|轮船|Ships
V|航空、航天|Flight and space
V1|航空航天入门|First steps to flight and space
V2|飞机|Aeroplanes
V4|火箭、卫星、宇航员|Rockets, satellites
V5|航天常识|Space travel
X|环境、安全|Environment, safety
X-49|环保趣味读物|The environment for everyone
X17|环境和生物保护|Protecting nature
X4|灾害和防护|Disasters and protection
X9|安全常识|Safety
Z|综合性图书|General works
Z1|丛书|Series
Z2|百科全书|Encyclopaedias
Z228|儿童百科|Encyclopaedias for children
Z4|文集|Collected works
Z5|年鉴|Yearbooks
Z6|期刊、报纸|Magazines and papers
Z8|书目、推荐书单|Book lists
"""


def sort_key(number: str) -> str:
    """The key that puts class numbers as on the shelf: digits as decimals, the signs `- ( ) = :` before them."""
    return shelf_key(CallNumber(number))


SHIPPED: tuple[ClassNumber, ...] = tuple(
    sorted(
        (ClassNumber(*line.split("|")) for line in _TABLE.strip().splitlines()), key=lambda one: sort_key(one.number)
    )
)
"""The table as it comes with the program, in shelf order."""


def tidy(number: str) -> str:
    """A class number as it is kept: ASCII, capitals, no blanks. Raises ValueError where no class begins like that."""
    plain = "".join(half_width(number).split()).upper()
    if not clc_letter(plain):
        raise ValueError(f"{number!r} does not begin with one of the 22 classes")
    return plain


_CLASS = re.compile(f"(?:T[BDEFGHJKLMNPQSUV]|DF|[{CLC_LETTERS}])(?![A-Z])")


def is_class(number: str) -> bool:
    """Whether `number` begins as those of the classification do: with the letter of a class and no letter behind it.

    Only technology has classes of two letters (TB to TV), and law one for libraries of law, DF.
    """
    return _CLASS.match(half_width(number).strip().upper()) is not None


def merged(own: Iterable[ClassNumber], left_out: Iterable[str] = ()) -> tuple[ClassNumber, ...]:
    """The library's table: the shipped one with its own words and numbers, without those it leaves out."""
    table = {entry.number: entry for entry in SHIPPED}
    table.update((entry.number, entry) for entry in own)
    gone = set(left_out)
    return tuple(sorted((e for e in table.values() if e.number not in gone), key=lambda entry: sort_key(entry.number)))


def above(number: str, table: Mapping[str, ClassNumber]) -> str:
    """The class a number belongs to next: the longest number of the table that begins it; "" for a main class."""
    for length in range(len(number) - 1, 0, -1):
        if number[:length] in table:
            return number[:length]
    return ""


def below(number: str, table: Sequence[ClassNumber]) -> tuple[ClassNumber, ...]:
    """The numbers of the table directly under `number`, or with "" the main classes."""
    known = {entry.number: entry for entry in table}
    return tuple(entry for entry in table if entry.number != number and above(entry.number, known) == number)


def found(words: str, table: Sequence[ClassNumber]) -> tuple[ClassNumber, ...]:
    """The numbers whose number begins with `words`, or whose words have all of them, the nearest first."""
    wanted = half_width(words).casefold().split()
    if not wanted:
        return ()
    start = wanted[0].upper() if len(wanted) == 1 else "\0"
    by_number = [entry for entry in table if entry.number.startswith(start)]
    by_words = [
        entry
        for entry in table
        if entry not in by_number and all(word in f"{entry.zh} {entry.en}".casefold() for word in wanted)
    ]
    return (*by_number, *by_words)


def to_plain(own: Iterable[ClassNumber], left_out: Iterable[str]) -> dict[str, object]:
    """What a library has changed, as JSON values."""
    return {"own": [[entry.number, entry.zh, entry.en] for entry in own], "left_out": sorted(left_out)}


def from_plain(data: object) -> tuple[tuple[ClassNumber, ...], frozenset[str]]:
    """What `to_plain` wrote: own numbers, and those left out; nothing of what cannot be read."""
    if not isinstance(data, Mapping):
        return (), frozenset()
    own = tuple(
        ClassNumber(*map(str, row)) for row in data.get("own", ()) if isinstance(row, list) and 2 <= len(row) <= 3
    )
    return own, frozenset(map(str, data.get("left_out", ())))
