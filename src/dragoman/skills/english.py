"""Is this English? By script and by its small words: enough for a sentence, and no model."""

import re
import unicodedata
from collections.abc import Mapping

SMALL_WORDS = """
en the a an of to in is it you that he was for on are with as i his they be at this have from or had
en by not but what all were we when your can there which she do how if will about out then them
en these so some her would him has more no way could my than been who now please me our just know
en take into good hello thank yes one i'm it's don't let's
es el la los las de que y en un una es por con para su no se lo como más pero sus le ya este sí
es porque esta entre cuando muy sin sobre también me hasta hay donde está al del usted
fr le la les de des du et en un une est que qui dans pour pas sur ce il elle au avec ne se plus par
fr je vous nous son sa ses mais ou où cette sont votre être à s'il
it il lo la i gli le di che e un una è per non in con si da come del della sono più ma anche al alla
it questo nel ha ho mi ci suo sua hanno essere
pt o a os as de que e em um uma é para com não se por mais do da dos das no na como mas ao ele seu
pt sua ou quando muito você está eu também
de der die das und ist in zu den mit von für auf nicht ein eine sich des dem es im auch als an er so
de wie ich sie wir aber oder wenn bitte einen
nl de het een en van is in te dat op voor met niet zijn aan er maar om ook als dan bij je ik we deze
nl wordt naar
"""
"""Words without which no longer sentence gets by; each line begins with its language."""

WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")

LATIN = 0.9
"""The share of letters that must be of the Latin alphabet."""

FEW = 4
"""Words: fewer prove nothing but their script."""


def is_english(text: str) -> bool:
    """Whether `text` can pass for English; text without letters can."""
    letters = [sign for sign in text if sign.isalpha()]
    if not letters:
        return True
    latin = sum(unicodedata.name(sign, "").startswith("LATIN") for sign in letters)
    if latin < LATIN * len(letters):
        return False
    words = [word.replace("’", "'") for word in WORD.findall(text.lower())]
    if len(words) < FEW:
        return True
    counts = {
        language: sum(word in small for word in words) for language, small in _small().items()
    }
    english = counts.pop("en")
    return english >= max(counts.values())


def _small() -> Mapping[str, set[str]]:
    small: dict[str, set[str]] = {}
    for line in SMALL_WORDS.split("\n"):
        language, _, words = line.partition(" ")
        if words:
            small.setdefault(language, set()).update(words.split())
    return small
