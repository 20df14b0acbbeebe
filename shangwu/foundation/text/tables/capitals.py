"""Capital numerals, by the rules of the People's Bank (1997-393); the traditional ones as contracts write them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Numerals:
    """The characters of one script. digits: 0 to 9; small: tens, hundreds, thousands; the rest by their value."""

    digits: str
    small: tuple[str, str, str, str]
    ten_thousand: str
    hundred_million: str
    unit: str
    tenth: str
    hundredth: str
    whole: str
    minus: str


SIMPLIFIED = Numerals("零壹贰叁肆伍陆柒捌玖", ("", "拾", "佰", "仟"), "万", "亿", "元", "角", "分", "整", "负")
TRADITIONAL = Numerals("零壹貳叁肆伍陸柒捌玖", ("", "拾", "佰", "仟"), "萬", "億", "元", "角", "分", "整", "負")

# What is read as a character of SIMPLIFIED.
ALIKE = str.maketrans("貳弐参參叄陸〇萬億圓圆正負", "贰贰叁叁叁陆零万亿元元整负")

# Currency to its name in front of the amount: simplified, traditional.
NAMES = {
    "CNY": ("人民币", "人民幣"),
    "TWD": ("新台币", "新臺幣"),
    "HKD": ("港币", "港幣"),
    "USD": ("美元", "美元"),
    "EUR": ("欧元", "歐元"),
    "JPY": ("日元", "日圓"),
}
# Other spellings of a name, as read.
OTHER_NAMES = {"新台幣": "TWD", "台幣": "TWD", "港元": "HKD"}

YEAR, MONTH, DAY = "年月日"
