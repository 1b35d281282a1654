"""Pauses, rates and levels, as SSML and people write them."""

import re
from collections.abc import Mapping

TIME = re.compile(
    r"\+?(?P<number>\d{1,12}(?:\.\d{1,6})?|\.\d{1,6})\s*(?P<unit>ms|s|secs?|seconds?)?$"
)
STRENGTHS: Mapping[str, int] = {
    "none": 0,
    "x-weak": 100,
    "weak": 200,
    "medium": 400,
    "strong": 700,
    "x-strong": 1000,
}
RATES: Mapping[str, float] = {
    "x-slow": 0.5,
    "slow": 0.75,
    "medium": 1.0,
    "default": 1.0,
    "fast": 1.25,
    "x-fast": 1.5,
}
LEVELS: Mapping[str, float] = {
    "silent": -40.0,
    "x-soft": -12.0,
    "soft": -6.0,
    "medium": 0.0,
    "default": 0.0,
    "loud": 4.0,
    "x-loud": 8.0,
}
PERCENT = re.compile(r"(?P<sign>[+-])?(?P<number>\d{1,4}(?:\.\d{1,4})?)\s*%$")
FACTOR = re.compile(r"\d{1,2}(?:\.\d{1,4})?$")
DECIBELS = re.compile(r"(?P<number>[+-]?\d{1,3}(?:\.\d{1,3})?)\s*[dD][bB]$")


def time_ms(text: str) -> float | None:
    """The milliseconds of "1.5s" and "500ms", and of seconds without a unit; None for no length."""
    found = TIME.match(text.strip().lower())
    if found is None:
        return None
    return float(found["number"]) * (1 if found["unit"] == "ms" else 1000)


def break_ms(attributes: Mapping[str, str]) -> float:
    """The milliseconds of a `break`: its time, else its strength, else a medium one."""
    length = time_ms(attributes.get("time", ""))
    if length is not None:
        return length
    return STRENGTHS.get(attributes.get("strength", "medium").strip().lower(), STRENGTHS["medium"])


def rate(text: str) -> float:
    """The factor of a `rate` on the speed: "slow", "80%", "+20%", "1.2"; 1 for anything else."""
    text = text.strip().lower()
    if text in RATES:
        return RATES[text]
    if found := PERCENT.match(text):
        share = float(found["number"]) / 100
        signed = {"+": 1 + share, "-": 1 - share}
        return max(signed.get(found["sign"] or "", share), 0.25)
    return float(text) if FACTOR.match(text) and float(text) else 1.0


def gain_db(text: str) -> float:
    """The decibels of a `volume`: "loud", "-6dB"; 0 for anything else."""
    text = text.strip().lower()
    if text in LEVELS:
        return LEVELS[text]
    found = DECIBELS.match(text)
    return float(found["number"]) if found else 0.0
