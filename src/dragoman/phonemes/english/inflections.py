"""Regular endings of known English words, with their changes of spelling."""

import re
from collections.abc import Callable, Iterator

HISSING = frozenset("szʃʒʧʤ")
VOICELESS = frozenset("ptkfθ")
SHORTEST = 2
"""The fewest letters of a stem."""
JOINED = re.compile(r"[aeiou][bcdgklmnprstvzuh]$|[cgsuvz]$|[aeiou]th$|[bcdfgkpt]l$")
"""The ends of stems that lost an e before their ending: rat(e)d, danc(e)d; "ratted" is rat's."""
ENDINGS: tuple[tuple[str, str], ...] = (
    ("ing", "ɪŋ"),
    ("ings", "ɪŋz"),
    ("er", "əɹ"),
    ("ers", "əɹz"),
    ("est", "əst"),
    ("able", "əbᵊl"),
    ("ly", "li"),
    ("ness", "nəs"),
    ("less", "ləs"),
    ("ful", "fᵊl"),
    ("ment", "mənt"),
    ("ments", "mənts"),
    ("ship", "ʃˌɪp"),
    ("hood", "hˌʊd"),
    ("wise", "wˌIz"),
    ("like", "lˌIk"),
    ("ish", "ɪʃ"),
)
AFTER_Y: tuple[tuple[str, str], ...] = (
    ("ier", "iəɹ"),
    ("iers", "iəɹz"),
    ("iest", "iəst"),
    ("ily", "əli"),
    ("iness", "inəs"),
)
PREFIXES: tuple[tuple[str, str], ...] = (
    ("un", "ʌn"),
    ("re", "ɹˌi"),
    ("non", "nˌɑn"),
    ("pre", "pɹˌi"),
    ("mis", "mɪs"),
    ("over", "ˌOvəɹ"),
    ("under", "ˌʌndəɹ"),
    ("anti", "ˌænti"),
    ("super", "sˌupəɹ"),
    ("multi", "mˌʌlti"),
    ("micro", "mˌIkɹO"),
    ("cyber", "sˌIbəɹ"),
    ("hyper", "hˌIpəɹ"),
    ("inter", "ˌɪntəɹ"),
    ("ultra", "ˌʌltɹə"),
    ("neuro", "nˌʊɹO"),
    ("electro", "əlˌɛktɹO"),
    ("photo", "fˌOtO"),
    ("auto", "ˌɔtO"),
    ("semi", "sˌɛmi"),
    ("bio", "bˌIO"),
    ("geo", "ʤˌiO"),
    ("kilo", "kˈɪlə"),
    ("hecto", "hˈɛktO"),
    ("mega", "mˈɛɡə"),
    ("giga", "ɡˈɪɡə"),
    ("tera", "tˈɛɹə"),
    ("milli", "mˈɪli"),
    ("nano", "nˈænO"),
    ("pico", "pˈikO"),
    ("kibi", "kˈɪbi"),
    ("mebi", "mˈɛbi"),
    ("gibi", "ɡˈɪbi"),
    ("tebi", "tˈɛbi"),
)

Known = Callable[[str], str | None]


def inflected(word: str, known: Known) -> str | None:
    """The phonemes of a known word with a regular ending; None: it is no such word."""
    lower = word.lower()
    return _plural(lower, known) or _past(lower, known) or _ended(lower, known)


def prefixed(word: str, known: Known) -> str | None:
    """The phonemes of a known word behind "un-", "re-" and the like; None: it is no such word."""
    lower = word.lower()
    for prefix, sound in PREFIXES:
        rest = lower.removeprefix(prefix)
        if len(rest) > SHORTEST + 1 and rest != lower:
            base = known(rest) or inflected(rest, known)
            if base:
                return sound + (base.replace("ˈ", "ˌ") if "ˈ" in sound else base)
    return None


def with_s(base: str) -> str:
    """The plural of a word by its last sound."""
    last = base[-1:]
    return base + ("ᵻz" if last in HISSING else "s" if last in VOICELESS else "z")


def with_ed(base: str) -> str:
    """The past of a word by its last sound."""
    last = base[-1:]
    return base + (
        "ᵻd" if last in "td" else "t" if last in VOICELESS | HISSING - set("zʒʤ") else "d"
    )


def _plural(word: str, known: Known) -> str | None:
    if not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return None
    if word.endswith("ies") and (base := known(word[:-3] + "y")):
        return with_s(base)
    if word.endswith(("ves", "ses", "xes", "zes", "ches", "shes", "oes")):
        base = known(word[:-1]) or known(word[:-2])
    else:
        base = known(word[:-1]) if len(word) > SHORTEST + 1 else None
    return with_s(base) if base else None


def _past(word: str, known: Known) -> str | None:
    if word.endswith("ied") and (base := known(word[:-3] + "y")):
        return with_ed(base)
    if not word.endswith("ed"):
        return None
    base = next(filter(None, map(known, _stems(word[:-2]))), None)
    return with_ed(base) if base else None


def _ended(word: str, known: Known) -> str | None:
    for ending, sound in AFTER_Y:
        if word.endswith(ending) and (base := known(word[: -len(ending)] + "y")):
            return base.removesuffix("i") + sound if base.endswith("i") else base + sound
    for ending, sound in ENDINGS:
        if word.endswith(ending):
            rest = word[: -len(ending)]
            stems = _stems(rest) if ending[0] in "aei" else iter((rest,))
            if base := next(filter(None, map(known, stems)), None):
                return base + sound
    if word.endswith("bly") and (base := known(word[:-1] + "e")):
        return base.removesuffix("ᵊl") + "li"
    return None


def _stems(rest: str) -> Iterator[str]:
    """What a word may have been before an ending that begins with a vowel, the likeliest first."""
    if len(rest) < SHORTEST:
        return
    if JOINED.search(rest):
        yield rest + "e"
    if len(rest) > SHORTEST + 1 and rest[-1] == rest[-2] and rest[-1] not in "sflz":
        yield rest[:-1]
    yield rest
    if len(rest) > SHORTEST + 1 and rest[-1] == rest[-2]:
        yield rest[:-1]
    yield rest + "e"
