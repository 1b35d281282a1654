"""The scripts that decide how a sign is read."""

import re

HANGUL = "가-힣ㄱ-ㅣ\u1100-\u11ff"
KANA = "ぁ-ゖァ-ヺー゛゜ゝゞヽヾㇰ-ㇿｦ-ﾟ"
HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af々〆〇"
"""The character classes of scripts, for regular expressions, without their brackets."""

IS_HANGUL = re.compile(f"[{HANGUL}]")
IS_KANA = re.compile(f"[{KANA}]")
IS_HAN = re.compile(f"[{HAN}]")
HANGUL_RUN = re.compile(rf"\S*[{HANGUL}]\S*(?:\s+\S*[{HANGUL}]\S*)*")
CHINESE_OR_JAPANESE_RUN = re.compile(rf"[{HAN}{KANA}](?:[{HAN}{KANA}\d、。・]*[{HAN}{KANA}])?")
KANA_RUN = re.compile(f"[{KANA}]+")
EAST_ASIAN = re.compile(f"[{HANGUL}{KANA}{HAN}]")


MOST_COMPARED = 500
"""The Chinese characters that are looked at to tell Japanese from Chinese."""


def is_japanese(text: str) -> bool:
    """Whether a text without kana is Japanese: Japan writes all its signs, nobody else does.

    So it has forms of Japan alone (駅), or of both the others (会 and 議).
    """
    signs = IS_HAN.findall(text)[:MOST_COMPARED]

    def has_all(charset: str) -> bool:
        return all(_is_in(sign, charset) for sign in signs)

    elsewhere = has_all("gb2312") or has_all("big5")
    return "〒" in text or (has_all("euc_jp") and not elsewhere)


def _is_in(sign: str, charset: str) -> bool:
    try:
        sign.encode(charset)
    except UnicodeEncodeError:
        return False
    return True


def count(script: re.Pattern[str], text: str) -> int:
    """The number of signs of `script` in `text`."""
    return len(script.findall(text))
