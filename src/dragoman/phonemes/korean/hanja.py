"""The Chinese characters that Korean news and labels still write, and their Korean sounds.

A headline has one or two of them ("美 대통령", "전년比"). A word of others is Chinese or classical,
and its readings are not known here.
"""

import re

from dragoman.phonemes.scripts import HAN
from dragoman.phonemes.tables import paired

SOUNDS = paired(
    "比=비 前=전 後=후 對=대 美=미 中=중 日=일 韓=한 北=북 南=남 東=동 西=서 英=영 佛=불"
    " 獨=독 伊=이 露=노 印=인 濠=호 亞=아 越=월 泰=태 臺=대 國=국 男=남 女=여 故=고 檢=검"
    " 軍=군 警=경 靑=청 與=여 野=야 黨=당 反=반 親=친 非=비 新=신 舊=구 大=대 小=소 高=고"
    " 低=저 初=초 末=말 株=주 社=사 銀=은 李=이 尹=윤 文=문 朴=박 盧=노 安=안 趙=조 洪=홍"
    " 吳=오 崔=최 鄭=정 姜=강 曺=조 外=외 內=내 上=상 下=하 左=좌 右=우 車=차 父=부 母=모"
    " 子=자 人=인 無=무 有=유 全=전 半=반 道=도 市=시 郡=군 的=적 線=선 式=식 化=화 性=성"
    " 說=설 展=전 戰=전 賞=상 號=호 版=판 發=발 行=행 着=착 産=산 用=용 最=최 超=초 未=미"
    " 再=재 先=선 現=현 一=일 二=이 三=삼 四=사 五=오 六=육 七=칠 八=팔 九=구 十=십 百=백"
    " 千=천 萬=만"
)
IS_HAN = re.compile(f"[{HAN}]")


def sounds(word: str) -> str | None:
    """The Korean sounds of a word in Chinese characters; None: one of them is not known."""
    found = [SOUNDS.get(sign, sign) for sign in word]
    return None if any(IS_HAN.match(sound) for sound in found) else "".join(found)


def unknown(text: str) -> re.Match[str] | None:
    """The first Chinese character of a Korean text whose Korean sound is not known."""
    return next((match for match in IS_HAN.finditer(text) if match[0] not in SOUNDS), None)
