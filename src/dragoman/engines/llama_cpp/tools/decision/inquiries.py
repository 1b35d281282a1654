"""Whether a request only wants to know something: questions, and orders to look up and to tell.

"Busca la página y dime el teléfono": once the page is there, a small model that has a function to
change pages calls it. What is not understood is no inquiry, so that nothing is kept from it.
"""

import re

_QUOTED = re.compile(r"\"[^\"\n]{0,200}\"|[“„«][^”“»\n]{0,200}[”“»]|`[^`\n]{0,200}`")
_SENTENCE = re.compile(r"[^.!?;。！？\n]*[.!?;。！？\n]*")
_DOTTED = re.compile(r"(?<=\w)\.(?=\w)")
_HANGUL = re.compile(r"[가-힣]")

_QUESTION = re.compile(
    r"(?:[^,.!?]{0,60},\s*)?(?:and|so|but)?\s*(?:do(?=\s+(?:i|we|they|all|any|these|those|most|both"
    r"|(?:(?:the|my|our)\s+)?[a-z]+s)\b)|does|did|is|are|was|were|has|have|had|will"
    r"|(?:(?:from|with|at|in|on|to|for|of|by)\s+)?(?:what|which)|who|whose|where|when|how|why)(?:['’]?s)?\s+(?!about\b|not\b|if\b)[^.!?]*\?"
)
"""A sentence that wants to know something, in English."""
_WISH = re.compile(
    r"\b(?:you|your|please|if|let|let's|wants?|needs?|like|possible|(?:can|could|may) (?:i|we)"
    r"|should|shall|some(?:one|body)|anyone|u|me|don['’]?t|money back|back in)\b"
)
"""Words with which a question may ask for something to be done."""

_OTHER_QUESTION = re.compile(
    r"¿?(?:was|wer|wie|wann|wo|woher|wohin|welche[rsnm]?|warum|ist|sind|hat|haben|gibt es"
    r"|que|cual(?:es)?|quien|cuando|cuant[oa]s?|donde|hay|esta|estan|es|son"
    r"|quel(?:le)?s?|qui|quand|combien|est-ce qu[e']|y a-t-il"
    r"|qual[ei]?|chi|quando|quant[oaie]|dove|c'e|quem|onde)\b[^.!?]*\?"
)
"""The same in German, Spanish, French, Italian and Portuguese."""
_OTHER_WISH = re.compile(
    r"\b(?:bitte|du|mir|uns|kannst|konntest|konnen|wenn|falls"
    r"|por favor|puede[sn]?|podrias?|me|nos|si"
    r"|vous|tu|peux|pouvez|pourr\w+|puoi|potresti|mi|ci|se|pode[sm]?|poderia\w*)\b"
)

_POLITE = re.compile(
    r"(?:(?:please|kindly|first|then|and|also|bitte|und|dann|zuerst"
    r"|por favor|y|luego|despues|primero"
    r"|s'il (?:vous|te) plait|puis|ensuite|et|e|poi|depois|per favore)[\s,]+){0,3}"
)
"""What may stand before an order."""
_LOOKUP = re.compile(
    r"(?:find(?: out)?|search|look (?:up|for|at|into|through)|list|show(?: me| us)?|read"
    r"|tell (?:me|us)|let (?:me|us) know|count|compare|summari[sz]e|explain|describe|name"
    r"|give me (?:a |the )?(?:list|summary|overview|name|names|number|price|details)"
    r"|see (?:if|what|which|how)"
    r"|check (?:if|whether|what|which|how|the|my|our|for|on)|report"
    r"|suche?|finde|zeige?(?: mir)?|nenne?(?: mir)?|sage? mir|lies|liste|vergleiche?|zahle?|schaue?"
    r"|busca(?:me)?|encuentra|dime|muestra(?:me)?|enumera|lista|lee|compara|resume|consulta|cuenta"
    r"|cherche|trouve|dis-moi|montre(?:-moi)?|lis|liste|compare|resume|consulte|compte"
    r"|cerca(?:mi)?|trova(?:mi)?|dimmi|mostra(?:mi)?|leggi|elenca|confronta|conta"
    r"|procura|encontra|diz-me|diga-me|mostra-me|mostre-me|leia|compara)\b(?!\s+(?:in|out|off)\b)"
)
"""The beginning of an order to look something up, or to tell it."""
_JOINT = re.compile(
    r"\s*(?:,|[,\s](?:and|or|but|und|oder|aber|y|o|pero|et|ou|mais|e|ma|mas|then|dann|luego|puis|poi|depois)\b)\s*"
)
_REST = re.compile(
    r"(?:(?:the|a|an|all|its|their|his|her|my|our|which|what|who|how|where|when)\b|\d)"
)
"""The beginning of what a lookup goes on with: "find the price and the size"."""

_KOREAN_QUESTION = re.compile(
    r"(?:뭐|무엇|무슨|어디|언제|누구|누가|얼마|어떤|어느|몇|왜|있|없|인가|인지|되나|됐|했|는지|나요|니까)"
)
_KOREAN_WISH = re.compile(
    r"줄래|줄 수|주시|주세요|줘|할까|해도|을까|ㄹ까|수 있|싶|바라|부탁|하자|좋겠|될까"
)
_KOREAN_LOOKUP = re.compile(
    r"(?:알려|보여|찾아|말해|읽어|들려|검색해|확인해|조회해|요약해|비교해|설명해|정리해|세어)\s?"
    r"(?:줘|주세요|주십시오|줄래|주시겠어요|주라|달라|봐|보세요|요)?\s*[.!?]*$"
)
_KOREAN_STEP = re.compile(
    r"(?:찾아|검색해|확인해|조회해|읽어|살펴)\s?(?:보고|본 다음|본 뒤|서)"
    r"|(?:찾|확인하|검색하|조회하|읽|보)고"
)
_KOREAN_JOINT = re.compile(r"[가-힣](?:고|서|며|면|후|뒤|다음|자)(?=[\s,]|$)")
"""What may join another verb, or the end of a noun: who cannot tell takes it for a verb."""


def is_inquiry(text: str) -> bool:
    """Whether a request, as `wording.normal` has it, changes nothing where it is fulfilled."""
    # A run of white space would be tried from each of its places.
    bare = " ".join(_DOTTED.sub("_", _QUOTED.sub("x", text)).split())
    sentences = [match[0].strip(" -*") for match in _SENTENCE.finditer(bare)]
    return bool(bare) and all(_asks(sentence) for sentence in sentences if sentence)


def _asks(sentence: str) -> bool:
    if _HANGUL.search(sentence):
        return _asks_in_korean(sentence)
    if _QUESTION.fullmatch(sentence):
        return not _WISH.search(sentence)
    if _OTHER_QUESTION.fullmatch(sentence):
        return not _OTHER_WISH.search(sentence)
    return _is_lookup(sentence.rstrip(".!; "))


def _is_lookup(order: str) -> bool:
    """Whether it looks something up, and each clause of it does, or goes on with what is told."""
    first, *others = map(_bare, _JOINT.split(order))
    return bool(_LOOKUP.match(first)) and all(
        _LOOKUP.match(clause) or _REST.match(clause) for clause in others if clause
    )


def _bare(clause: str) -> str:
    polite = _POLITE.match(clause)
    return clause[polite.end() :] if polite else clause


def _asks_in_korean(sentence: str) -> bool:
    if order := _KOREAN_LOOKUP.search(sentence):
        before = _KOREAN_STEP.sub("", sentence[: order.start()])
        return not _KOREAN_JOINT.search(before) and not _KOREAN_WISH.search(before)
    return (
        sentence.endswith("?")
        and bool(_KOREAN_QUESTION.search(sentence))
        and not _KOREAN_WISH.search(sentence)
        and not _KOREAN_JOINT.search(sentence)
    )
