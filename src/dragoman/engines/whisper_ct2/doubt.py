"""Text that Whisper makes up where nobody speaks."""

import unicodedata

HABITS = frozenset(
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
"""What its training made it say over silence, noise and music, without signs and in lower case.

Source: https://arxiv.org/abs/2501.11378 and what was seen here.
"""

SURE_VOICE, SOME_VOICE = 0.9, 0.6
"""Probability of voice over 0.3 s: above the first nothing is doubted, below the second much."""

DOUBTFUL = -0.8
"""Mean log-probability of a token under which text over a faint voice is not believed."""


def invented(text: str, avg_logprob: float, voice: float) -> bool:
    """Whether `text` is rather a habit of the model than something that was said.

    `voice`: how surely somebody speaks meanwhile, 0 … 1.
    """
    if voice >= SURE_VOICE:
        return False
    if bare(text) in HABITS:
        return True
    return voice < SOME_VOICE and avg_logprob < DOUBTFUL


def bare(text: str) -> str:
    """`text` without signs, in lower case, single-spaced."""
    kept = (
        sign for sign in text.casefold() if unicodedata.category(sign)[0] in "LNZ" or sign == "-"
    )
    return " ".join("".join(kept).split())
