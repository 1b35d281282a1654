"""Elements of HTML and of SSML: their names, their tags, and what an entity stands for."""

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass

from dragoman.phonemes.tables import listed

ELEMENT = re.compile(
    r"<!--.*?(?:-->|\Z)|<!\[CDATA\[(?P<data>.*?)(?:\]\]>|\Z)|<![A-Za-z][^\[>]*(?:\[[^\]]*\]\s*)?>"
    r"|<\?.*?(?:\?>|\Z)|<(?P<end>/?)(?P<name>[A-Za-z][\w:.-]*)"
    r"(?P<rest>(?:\s(?:[^<>\"']|\"[^\"]*\"|'[^']*')*)?/?)>",
    re.DOTALL,
)
"""A comment, CDATA, a declaration with all that it declares, an instruction, or a tag."""
ATTRIBUTE = re.compile(
    r"\s*(?P<name>[A-Za-z_][\w:.-]*)(?:\s*=\s*(?:\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)'"
    r"|(?P<bare>[^\s\"'<>=]+)))?"
)
ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]\w{1,31});")
NAMED = re.compile(r"&[A-Za-z_][\w.-]{0,31};")
"""An entity with a name, HTML's own or not."""
VOID = frozenset(listed("br hr img wbr input area col embed source track link meta"))
BLOCKS = frozenset(
    listed(
        "address article aside blockquote body caption center dd details dialog dir div dl dt"
        " fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr html legend main menu"
        " nav ol p pre section summary table tbody tfoot thead title ul"
    )
)
LINES = frozenset(listed("br li tr option"))
CELLS = frozenset(listed("td th"))
INLINE = frozenset(
    listed(
        "a abbr acronym b bdi bdo big button cite code data del dfn em font i img input ins kbd"
        " label mark meter nobr noscript output picture progress q rp rt ruby s samp select small"
        " source span strike strong sub sup svg tt u var wbr video audio iframe colgroup col track"
        " head link meta style script template textarea think"
    )
)
UNSAID = frozenset(listed("script style template head"))
"""The elements whose content is not said either."""
BOOLEAN = frozenset(
    listed(
        "allowfullscreen async autofocus autoplay checked controls default defer disabled hidden"
        " loop multiple muted open readonly required reversed selected"
    )
)
SSML = frozenset(
    listed(
        "speak break prosody say-as phoneme sub lang voice p s w token mark emphasis audio desc"
        " lexicon lookup metadata meta amazon:effect amazon:domain amazon:emotion"
        " amazon:auto-breaths amazon:breath mstts:express-as mstts:silence mstts:viseme"
        " mstts:backgroundaudio google:style par seq media bookmark"
    )
)
HTML = BLOCKS | LINES | CELLS | INLINE


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag with the attributes that it has; one without a value has ""."""

    name: str
    is_end: bool
    is_empty: bool
    attributes: Mapping[str, str]


def tag(match: re.Match[str]) -> Tag | None:
    """The tag that `ELEMENT` matched; None: it matched something else, or no attributes at all."""
    if match["name"] is None:
        return None
    rest = match["rest"]
    is_empty = rest.endswith("/")
    rest = rest.removesuffix("/").strip()
    attributes: dict[str, str] = {}
    at = 0
    while at < len(rest):
        found = ATTRIBUTE.match(rest, at)
        if found is None:
            at += 1
            continue
        value = found["double"] or found["single"] or found["bare"] or ""
        attributes[found["name"].lower()] = html.unescape(value)
        at = found.end()
    return Tag(match["name"].lower(), bool(match["end"]), is_empty, attributes)


def is_html(text: str, match: re.Match[str], tag: Tag) -> bool:
    """Whether a tag is one of HTML, or of SSML outside of its place, and no comparison.

    "if a<b and c>d" is none, nor is "vector<int>" or "<your name>".
    """
    name = tag.name
    if name not in HTML and name not in SSML:
        return False
    if any(not value and key not in BOOLEAN for key, value in tag.attributes.items()) and (
        "=" not in match["rest"]
    ):
        return False
    if len(name) > 1 or tag.is_empty:
        return True
    if tag.is_end:
        return re.search(rf"<{name}[\s>]", text[: match.start()], re.IGNORECASE) is not None
    is_closed = re.search(rf"</{name}\s*>", text[match.end() :], re.IGNORECASE) is not None
    return is_closed or name == "p"


def unescaped(entity: str) -> str:
    """The text that an entity stands for; itself where nobody knows it."""
    return html.unescape(entity)
