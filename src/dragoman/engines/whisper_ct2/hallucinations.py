"""Text that nobody said: habits of the model, the prompt given back, laughter and cries."""

import re
import unicodedata
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Final

KNOWN_HALLUCINATIONS = frozenset(
    {
        "",
        "you",
        "thank you",
        "thank you very much",
        "thank you for watching",
        "thanks for watching",
        "bye",
        "bye bye",
        "im sorry",
        "so",
        "oh",
        "subtitles by the amaraorg community",
        "시청해주셔서 감사합니다",
        "감사합니다",
        "mbc 뉴스 이덕영입니다",
        "ご視聴ありがとうございました",
        "谢谢观看",
        "продолжение следует",
        "sous-titres réalisés par la communauté damaraorg",
        "subtítulos realizados por la comunidad de amaraorg",
    }
)
"""What the model writes over silence, noise and music by its training; lower case, no signs.

Source: https://arxiv.org/abs/2501.11378 and what was seen here.
"""

SURE_VOICE, SOME_VOICE = 0.9, 0.6
"""Probabilities of voice over 0.3 s: from the first on text is believed, below the second less."""

LIKELY_VOICE, SURE_LOGPROB = 0.75, -0.3
"""A habit over a likely voice is believed in text of a higher mean log-probability than this."""

HALLUCINATION_LOGPROB = -0.8
"""Text over a faint voice with a lower mean log-probability than this is not believed."""

ECHO_SHARE = 0.8
"""The share of a sentence that, if the prompt holds it in one piece, makes it an echo."""

MIN_LIKENESS = 0.5
"""The least likeness (0 … 1) of two texts of the same words, however names are spelled."""

MIN_ECHO = 3
"""The characters of the shortest echo: people do say shorter texts."""

MIN_REPEATED = 12
"""The characters of the shortest sentence that counts as repeated: people repeat shorter ones."""

HELD, MORE = 0.8, 1.2
"""The share of a text that a longer one holds, and how many times as long that is at least."""

MAX_COMPARED = 2000
"""The characters that are looked at: more than a window or a prompt has."""

_SENTENCES: Final = re.compile(r"[.?!…。？！,，、;:\n]+\s*")

_LENGTHENED: Final = re.compile(r"(.)\1{3}")
"""Matches a letter four times in a row: "aaaah"."""

_BABBLED: Final = re.compile(r"(.{2,4}?)\1{3}")
"""Matches some letters four times in a row: "mamamama"."""

_LAUGHED: Final = re.compile(r"[bm]?[uw]?a*(?:h+[aeou]+)+h*|[bm]?[uw]?a+h+|[ae]h+")
"""Matches one word of laughter in Latin letters: "ha", "heh", "muah"; "hi" is a greeting."""

_CRIED: Final = re.compile(
    r"u+r*g+h+|a+r+g+h*|g+r{2,}|[wg]?a{2,}h+|ga+h+|e{2,}k+|o{2,}f+|a*u{2,}h+"
)
"""Matches one cry that is no word: "ugh", "argh", "grrr", "aah"; "ah", "oh" and "ow" are."""

_LAUGHTER: Final = re.compile(
    r"[哈呵嘿嘻哼]{3,}|[ハヒフヘ]{3,}|[ㅋㅎ]{3,}|([하흐히헤])\1{2,}|а*(?:х+[аеио]+){3,}х*"
)
"""Matches laughter in scripts without spaces, and in Cyrillic letters."""

_SPOKEN: Final = "%&@#+=±×÷°"
"""The signs that are spoken as words, beside those of money."""

MIN_SYLLABLES = 3
"""The syllables of the shortest laughter: fewer may be words ("ha" is Spanish, "he" English)."""


MIN_MOANS = 5
"""The same interjection that often, and no other words: nobody says it so."""

_MOAN: Final = re.compile("ah|oh|uh|eh|ow|ooh?|aah|아아?|[어우으에]|ああ?|おお?|[うえ]|[аоуэ]")
"""Matches an interjection; 오 is the number five as well."""
_BREATHED: Final = re.compile("wo+|who+a*|[nmw]|oh|yeah|hey|hmm?|mm")
"""Matches what is breathed before a laugh of more than three syllables: "woo ha ha ha ha"."""
_ASIDE: Final = re.compile("yeah|hey|ha|hmm?|mm|네|예|응|야|うん|да")
"""Matches an interjection that may stand beside those that are repeated."""


def is_hallucination(text: str, avg_logprob: float, voice: float) -> bool:
    """Whether `text` is a habit of the model rather than something that somebody said.

    `voice` is the probability (0 … 1) that somebody speaks meanwhile.
    """
    if voice >= SURE_VOICE:
        return False
    if normalised(text) in KNOWN_HALLUCINATIONS:
        return voice < LIKELY_VOICE or avg_logprob < SURE_LOGPROB
    return voice < SOME_VOICE and avg_logprob < HALLUCINATION_LOGPROB


def normalised(text: str) -> str:
    """`text` without signs, in lower case, single-spaced."""
    kept = (
        sign for sign in text.casefold() if unicodedata.category(sign)[0] in "LNZ" or sign == "-"
    )
    return " ".join("".join(kept).split())


def repeats_prompt(text: str, prompt_text: str) -> bool:
    """Whether every sentence of `text` is nearly a part of the prompt."""
    prompt = normalised(prompt_text[-MAX_COMPARED:])
    parts = [normalised(sentence) for sentence in _SENTENCES.split(text[:MAX_COMPARED])]
    sentences = dict.fromkeys(sentence for sentence in parts if sentence)
    return len("".join(sentences)) >= MIN_ECHO and all(
        _part(sentence, prompt) for sentence in sentences
    )


def repeats_sentence(text: str) -> bool:
    """Whether a sentence of at least `MIN_REPEATED` characters follows itself."""
    sentences = [normalised(sentence) for sentence in _SENTENCES.split(text[:MAX_COMPARED])]
    return any(
        before == after and len(after) >= MIN_REPEATED for before, after in pairwise(sentences)
    )


def are_alike(one: str, other: str) -> bool:
    """Whether two texts may be transcripts of the same words."""
    letters = [normalised(text[:MAX_COMPARED]).replace(" ", "") for text in (one, other)]
    return SequenceMatcher(None, *letters, autojunk=False).ratio() >= MIN_LIKENESS


def holds_more(longer: str, text: str) -> bool:
    """Whether one text has the words of another, and more, and no sentence twice in a row."""
    after, before = (normalised(each[:MAX_COMPARED]).replace(" ", "") for each in (longer, text))
    if len(after) < MORE * len(before) or repeats_sentence(longer):
        return False
    blocks = SequenceMatcher(None, before, after, autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks) >= HELD * len(before)


def _part(sentence: str, prompt: str) -> bool:
    match = SequenceMatcher(None, sentence, prompt, autojunk=False).find_longest_match()
    return match.size >= ECHO_SHARE * len(sentence)


def is_wordless(text: str) -> bool:
    """Whether `text` is nothing but signs, laughter, cries, or words that repeat their own letters.

    Words that are repeated ("no, no, no, no") are words, but for one interjection ("oh, oh, …").
    """
    words = _words(text[:MAX_COMPARED])
    letters = "".join(words)
    if not letters:
        return not any(sign in _SPOKEN or unicodedata.category(sign) == "Sc" for sign in text)
    if _LAUGHTER.fullmatch(letters) or _is_moaned(words):
        return True
    kinds = [_kind(word) for word in words]
    if None in kinds:
        return sum(map(_syllables, words)) > MIN_SYLLABLES and all(
            kind or _BREATHED.fullmatch(word) for kind, word in zip(kinds, words, strict=True)
        )
    return "cry" in kinds or sum(map(_syllables, words)) >= MIN_SYLLABLES


def _is_moaned(words: list[str]) -> bool:
    """Whether one interjection is repeated, over groans or laughter."""
    moans = [word for word in words if _MOAN.fullmatch(word)]
    most = max(map(moans.count, set(moans)), default=0)
    return most >= MIN_MOANS and all(
        _MOAN.fullmatch(word) or _ASIDE.fullmatch(word) for word in words
    )


def _words(text: str) -> list[str]:
    """The words of a text: letters and digits in lower case, without marks and signs."""
    plain = unicodedata.normalize("NFC", text).casefold()
    kept = (
        sign if sign.isalnum() and unicodedata.category(sign) != "Lm" else " "
        for sign in plain.replace("'", "")
    )
    return "".join(kept).split()


def _kind(word: str) -> str | None:
    """The kind of sound that a word spells: `cry`, `laughter`, or None, a real word."""
    # Without capitals there are no spaces, as a rule, and repeated words are not told from babble.
    if all(sign.isalpha() and sign != sign.upper() for sign in word):
        if any(form.search(word) for form in (_LENGTHENED, _BABBLED)) or _CRIED.fullmatch(word):
            return "cry"
        if _LAUGHED.fullmatch(word):
            return "laughter"
    return None


def _syllables(word: str) -> int:
    return len(re.findall(r"h+[aeou]", word))
