"""Answers about one particular of pictures, in English and Korean, which say what is unknown."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from dragoman.domain.picture import Facts
from dragoman.skills.pictures import english
from dragoman.skills.pictures.korean import Korean, ordinal, with_particle
from dragoman.skills.pictures.particulars import Particular, Topic


class Speaker(Protocol):
    """A writer of answers in one language."""

    def answer(self, particular: Particular, facts: Facts) -> str:
        """The answer for one picture, in a sentence or two."""
        ...

    def of_each(self, number: int, answer: str) -> str:
        """The answer for picture `number`, counted from 0, of several."""
        ...


def answered(speaker: Speaker, particular: Particular, all_facts: Sequence[Facts]) -> str:
    """The answer to one question about a particular, for every picture."""
    answers = [speaker.answer(particular, facts) for facts in all_facts]
    if len(answers) == 1:
        return answers[0]
    return "\n".join(speaker.of_each(number, answer) for number, answer in enumerate(answers))


class InEnglish:
    """See `Speaker`: answers in the language of the class's name."""

    def answer(self, particular: Particular, facts: Facts) -> str:
        """See `Speaker.answer`."""
        match particular.topic:
            case "text":
                return self._text(facts)
            case "colours":
                return self._colours(facts)
            case "colour_of":
                return f"I cannot tell the colours of single things. {self._colours(facts)}"
            case "count":
                return self._count(particular, facts)
            case "presence":
                return self._presence(particular, facts)

    def of_each(self, number: int, answer: str) -> str:
        """See `Speaker.of_each`."""
        return f"{english.ordinal(number)}: {answer}"

    def _count(self, particular: Particular, facts: Facts) -> str:
        thing = particular.thing(facts)
        if thing is not None:
            return f"I can make out {english.counted(thing)}; small or hidden ones may be missing."
        if particular.is_subject(facts):
            return f"{self._subject(facts)} I cannot tell how many."
        return f"I can make out no {english.plural(particular.name)}, but I may miss some."

    def _presence(self, particular: Particular, facts: Facts) -> str:
        thing = particular.thing(facts)
        if thing is not None:
            return f"Yes, I can make out {english.counted(thing)} {english.place(thing)}."
        if particular.is_subject(facts):
            return self._subject(facts)
        named = english.with_article(particular.name)
        unknown = f"I do not recognise {named} in the picture, which does not rule one out."
        return f"{unknown} {self._subject(facts)}" if facts.subject else unknown

    def _subject(self, facts: Facts) -> str:
        shown = english.with_article(facts.subject or "")
        return f"The picture {facts.certainty} shows {shown}."

    def _colours(self, facts: Facts) -> str:
        if facts.kind == "black-and-white picture":
            return "The picture is black and white."
        if not facts.colours:
            return "I cannot tell the main colours of the picture."
        return f"The picture's main {english.colours(facts.colours)}."

    def _text(self, facts: Facts) -> str:
        unread = f"{english.lines(facts.unread)} of text I cannot read." if facts.unread else ""
        if not facts.text:
            return unread or "I find no text that I can read."
        return "\n".join(filter(None, ["I can read:", *facts.text, unread]))


class InKorean:
    """See `Speaker`: answers in the language of the class's name."""

    def __init__(self, korean: Korean, names: Mapping[str, str]) -> None:
        self._korean = korean
        self._names = names

    def answer(self, particular: Particular, facts: Facts) -> str:
        """See `Speaker.answer`."""
        match particular.topic:
            case "text":
                return self._text(facts)
            case "colours":
                return self._colours(facts)
            case "colour_of":
                return f"사물 하나하나의 색은 알 수 없습니다. {self._colours(facts)}"
            case "count" | "presence":
                return self._things(particular, facts, particular.topic)

    def of_each(self, number: int, answer: str) -> str:
        """See `Speaker.of_each`."""
        return f"{ordinal(number)} 번째 사진: {answer}"

    def _things(self, particular: Particular, facts: Facts, topic: Topic) -> str:
        thing = particular.thing(facts)
        if thing is not None:
            shown = with_particle(self._korean.counted(thing), "이", "가")
            if topic == "count":
                return f"{shown} 보입니다. 작거나 가려진 것은 빠졌을 수 있습니다."
            return f"네, {shown} 보입니다."
        if particular.is_subject(facts):
            unknown = " 몇인지는 알 수 없습니다." if topic == "count" else ""
            return f"{self._korean.subject('이 사진', facts)}{unknown}"
        named = with_particle(self._names[particular.name], "을", "를")
        unknown = f"사진에서 {named} 알아보지 못했습니다. 그렇다고 없다고 할 수는 없습니다."
        return f"{unknown} {self._korean.subject('이 사진', facts)}" if facts.subject else unknown

    def _colours(self, facts: Facts) -> str:
        if facts.kind == "black-and-white picture":
            return "흑백 사진입니다."
        if not facts.colours:
            return "사진의 주된 색은 알 수 없습니다."
        return self._korean.colours(facts)

    def _text(self, facts: Facts) -> str:
        unread = f"읽지 못한 글이 {facts.unread}줄 있습니다." if facts.unread else ""
        if not facts.text:
            return unread or "읽을 수 있는 글을 찾지 못했습니다."
        return "\n".join(filter(None, ["읽을 수 있는 글은 다음과 같습니다.", *facts.text, unread]))
