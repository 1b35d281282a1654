"""The `instructions` of speech: pace, level, pauses and language can be honoured, moods not.

A request in plain words is taken apart at marks and at "and"; each phrase is either understood,
or given back, so that the caller is told.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from dragoman.domain.languages import LANGUAGES
from dragoman.domain.speech import Accent

LONGEST_PHRASE, MOST_PHRASES = 60, 20
"""The characters of a phrase, and the phrases, that are named as without effect."""
PHRASES = re.compile(
    r"[.;,:!\n。，、]+(?!\d)|\b(?:and|but|y|et|e|und)\b|그리고|면서", re.IGNORECASE
)
HEADING = re.compile(
    r"[\s*#-]*(?:(?:voice|speech|speaking|vocal|overall)\s+)?(?:affect|pace|pacing|speed|volume|tempo|"
    r"pauses?|tone|emotion|delivery|style|pronunciation|language|personality|voice|accent|속도|말투)"
    r"[\s*]*$",
    re.IGNORECASE,
)
"""A pattern for the heading before a colon, which asks for nothing itself."""
NOT = re.compile(r"\b(?:not|don't|do not|never|avoid|without|no)\b|지 마|않", re.IGNORECASE)
VERY = re.compile(
    r"\b(?:very|much|really|extremely|super|as \w+ as possible)\b|아주|매우|훨씬", re.IGNORECASE
)
SLIGHTLY = re.compile(
    r"\b(?:slightly|a (?:bit|little)|somewhat|moderately)\b|조금|약간", re.IGNORECASE
)
SLOW = re.compile(
    r"\b(?:slow(?:ly|er|ed)?|unhurried(?:ly)?|leisurely|take your time|lento|despacio|lentement"
    r"|lentamente|devagar)\b|천천히|느리게|느긋",
    re.IGNORECASE,
)
FAST = re.compile(
    r"\b(?:fast(?:er)?|quick(?:ly|er)?|rapid(?:ly)?|brisk(?:ly)?|hurried(?:ly)?|rush(?:ed)?"
    r"|speed up|rápido|más rápido|vite|rapidement|veloce(?:mente)?|rapidamente)\b|빨리|빠르게|빠른",
    re.IGNORECASE,
)
PERCENT = re.compile(r"(?P<number>\d{1,3})\s?%\s*(?P<way>slower|faster)", re.IGNORECASE)
TIMES = re.compile(
    r"(?:\b(?P<before>\d(?:\.\d{1,2})?)\s?[x×]|\bspeed (?:of )?(?P<after>\d(?:\.\d{1,2})?)\b)",
    re.IGNORECASE,
)
WHISPER = re.compile(r"\bwhisper(?:s|ing|ed)?\b|\bunder your breath\b|속삭", re.IGNORECASE)
QUIET = re.compile(
    r"\b(?:quiet(?:ly|er)?|soft(?:ly|er)? (?:voice|volume|spoken)|softly|hushed|low volume"
    r"|lower (?:your |the )?volume)\b|조용히|작게|작은 (?:소리|목소리)",
    re.IGNORECASE,
)
LOUD = re.compile(
    r"\b(?:loud(?:ly|er)?|shout(?:ing|ed)?|yell(?:ing)?|project your voice|raise your voice"
    r"|high volume)\b|크게|큰 (?:소리|목소리)",
    re.IGNORECASE,
)
PAUSES = re.compile(r"\bpaus(?:e|es|ing)\b|쉬어|쉬면서|휴지", re.IGNORECASE)
FEWER = re.compile(r"\b(?:short(?:er)?|few(?:er)?|no|without|minimal|brief|less)\b", re.IGNORECASE)
NAMED = re.compile(
    r"\b(?:in|speak|language)\s+(?P<name>[A-Za-z]{4,10})(?!\s+(?:accent|style|voice))\b",
    re.IGNORECASE,
)
CODES: Mapping[str, str] = {name: code for code, name in LANGUAGES.items()} | {
    "castellano": "es",
    "español": "es",
    "français": "fr",
    "italiano": "it",
    "português": "pt",
    "mandarin": "zh",
}
KOREAN = re.compile("한국어로")
_HOW = (
    "an?|the|your|slight|strong|light|thick|heavy|clear|mild|standard|neutral|general|soft|natural"
    "|proper|posh"
)
ACCENT = re.compile(
    r"(?:\b(?:with|in|using|use|have|adopt|put on|speak(?: with| in)?)\s+)?"
    rf"(?:\b(?:{_HOW})\s+)*"
    r"\b(?P<name>(?:latin |north |south |new )?[a-z]+)(?:\s+english)?\s+accent\b"
    r"|영국식|영국 (?:억양|발음|악센트)|미국식|미국 (?:억양|발음|악센트)",
    re.IGNORECASE,
)
"""A pattern for a wish for an accent."""
ACCENT_HEADING = re.compile(r"\s*accent\s*:\s*(?P<name>[^.;,\n]{2,40})", re.IGNORECASE)
_PLACES = (
    "british|american|uk|us|latin american|mexican|castilian|european|peninsular|iberian|brazilian"
    "|argentine|argentinian|colombian|chilean|cuban|peruvian|canadian|quebec|swiss|belgian|african"
    "|indian|australian|irish|scottish|parisian|metropolitan|mandarin|cantonese|taiwanese"
    "|simplified|standard"
)
VARIETY = re.compile(
    rf"(?:\b(?:in|speak|language)\s+)+(?:an?\s+)?(?P<name>{_PLACES})\s+(?P<language>english"
    r"|spanish|portuguese|french|italian|korean|japanese|chinese)\b(?!\s+(?:accent|style|voice))",
    re.IGNORECASE,
)
"""A pattern for a language as it is spoken somewhere: "in British English"."""
ACCENTS: Mapping[str, Accent] = {
    "british": "gb",
    "uk": "gb",
    "english": "gb",
    "london": "gb",
    "rp": "gb",
    "영국": "gb",
    "american": "us",
    "us": "us",
    "usa": "us",
    "north american": "us",
    "미국": "us",
}
FILLING = re.compile(
    r"(?:\s*(?:please|speak|talk|read|say|this|it|the|text|aloud|everything|words?|in|with|a|an|you|should"
    r"|must|voice|style|use|주세요|으로|로|말해|읽어))*\s*",
    re.IGNORECASE,
)
AS_SPOKEN: Mapping[str, frozenset[str]] = {
    "spanish": frozenset({"castilian", "european", "peninsular", "iberian", "spain"}),
    "portuguese": frozenset({"brazilian", "brazil"}),
    "french": frozenset({"parisian", "metropolitan", "european", "standard"}),
    "chinese": frozenset({"mandarin", "standard", "simplified"}),
    "italian": frozenset({"standard"}),
    "korean": frozenset({"standard"}),
    "japanese": frozenset({"standard"}),
}
"""The places where each language is spoken as it is here."""
SPOKEN = frozenset({"en", "ko", "es", "fr", "it", "pt", "ja", "zh"})
STRAIGHT = str.maketrans("’", "'")


@dataclass(frozen=True, slots=True)
class Manners:
    """The wishes of `instructions`: those that can be done, and those that cannot."""

    rate: float = 1.0
    gain_db: float = 0.0
    pauses: float = 1.0
    language: str | None = None
    accent: Accent | None = None
    """The accent of English."""
    unheeded: tuple[str, ...] = ()
    """The phrases that have no effect."""
    heeded: bool = False
    """Whether any phrase has an effect."""


def manners(instructions: str) -> Manners:
    """Read what can be done of `instructions`."""
    found = Manners()
    unheeded: list[str] = []
    straight = ACCENT_HEADING.sub(_accent_phrase, instructions.translate(STRAIGHT))
    for phrase in PHRASES.split(straight):
        bare = phrase.strip(" \t*#-\"'")
        bare, found, left = _spoken_as(bare, found)
        unheeded += left
        if not bare or HEADING.fullmatch(bare) or FILLING.fullmatch(bare):
            continue
        changed = _heeded(bare, found)
        if changed is None:
            unheeded.append(bare)
        else:
            found = replace(changed, heeded=True)
    return replace(found, unheeded=tuple(unheeded))


def _accent_phrase(match: re.Match[str]) -> str:
    """Put "Accent: British" into the words of a sentence; other headings stay."""
    name = match["name"].strip()
    known = name.lower().removesuffix(" english") in ACCENTS
    return f". {name} accent" if known else match[0]


def _spoken_as(phrase: str, so_far: Manners) -> tuple[str, Manners, list[str]]:
    """What is left of a phrase without an accent, the manners with it, and accents not spoken."""
    if NOT.search(phrase):
        return phrase, so_far, []
    if found := VARIETY.search(phrase):
        name, language = found["name"].lower(), found["language"].lower()
        code = CODES[language]
        rest = _without(phrase, found)
        if language == "english" and name in ACCENTS:
            accent = replace(so_far, language="en", accent=ACCENTS[name], heeded=True)
            return rest, accent, []
        spoken = replace(so_far, language=code, heeded=True)
        return (
            rest,
            spoken,
            [] if name in AS_SPOKEN.get(language, ()) else [f"{found['name']} {found['language']}"],
        )
    if found := ACCENT.search(phrase):
        name = (found["name"] or found[0][:2]).lower()
        rest = _without(phrase, found)
        if name in ACCENTS:
            return rest, replace(so_far, accent=ACCENTS[name], heeded=True), []
        return rest, so_far, [found[0].strip()]
    return phrase, so_far, []


def _without(phrase: str, match: re.Match[str]) -> str:
    """A phrase without a part, and nothing where only small words are left."""
    rest = f"{phrase[: match.start()]} {phrase[match.end() :]}".strip(" \t*#-\"'")
    return "" if FILLING.fullmatch(rest) else rest


def _heeded(phrase: str, so_far: Manners) -> Manners | None:
    """`so_far` with what a phrase asks for; None where it asks for nothing that can be done."""
    if PAUSES.search(phrase):
        return replace(so_far, pauses=0.5 if FEWER.search(phrase) else 2.0)
    rate, gain_db = _rate(phrase), _gain_db(phrase)
    language = _language(phrase)
    if rate is None and gain_db is None and language is None:
        return None
    return replace(
        so_far,
        rate=so_far.rate * (rate or 1.0),
        gain_db=so_far.gain_db if gain_db is None else gain_db,
        language=language or so_far.language,
    )


def _rate(phrase: str) -> float | None:
    if found := PERCENT.search(phrase):
        share = int(found["number"]) / 100
        return max(1 - share, 0.25) if found["way"].lower() == "slower" else 1 + share
    if found := TIMES.search(phrase):
        return min(max(float(found["before"] or found["after"]), 0.25), 4.0)
    for pattern, rates in ((SLOW, (0.8, 0.65, 0.9, 1.05)), (FAST, (1.2, 1.4, 1.1, 0.95))):
        if pattern.search(phrase):
            return _strength(phrase, rates)
    return None


def _gain_db(phrase: str) -> float | None:
    if WHISPER.search(phrase):
        return None if NOT.search(phrase) else -14.0
    if QUIET.search(phrase):
        return _strength(phrase, (-6.0, -10.0, -3.0, 0.0))
    if LOUD.search(phrase):
        return _strength(phrase, (5.0, 8.0, 3.0, 0.0))
    return None


def _strength(phrase: str, values: Sequence[float]) -> float:
    """The value as it is, for "very", for "a bit", and for "not too"."""
    usual, strong, slight, negated = values
    if NOT.search(phrase):
        return negated
    if VERY.search(phrase):
        return strong
    return slight if SLIGHTLY.search(phrase) else usual


def _language(phrase: str) -> str | None:
    if KOREAN.search(phrase):
        return "ko"
    found = NAMED.search(phrase)
    code = CODES.get(found["name"].lower()) if found else None
    return code if code in SPOKEN else None
