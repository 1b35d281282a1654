"""Pinyin to the symbols that Kokoro was trained on (those of misaki): IPA, and arrows for tones."""

import re

from dragoman.phonemes.tables import paired

INITIALS = paired(
    "b=p p=pʰ m=m f=f d=t t=tʰ n=n l=l g=k k=kʰ h=x j=ʨ q=ʨʰ x=ɕ zh=ꭧ ch=ꭧʰ sh=ʂ r=ɻ z=ʦ c=ʦʰ s=s"
)
FINALS = paired(
    "a=a0 ai=ai0 an=a0n ang=a0ŋ ao=au0 e=ɤ0 ei=ei0 en=ə0n eng=ə0ŋ i=i0 ia=ja0 ian=jɛ0n"
    " iang=ja0ŋ iao=jau0 ie=je0 in=i0n iou=jou0 ing=i0ŋ iong=jʊ0ŋ ong=ʊ0ŋ ou=ou0 u=u0"
    " uei=wei0 ua=wa0 uai=wai0 uan=wa0n uen=wə0n uang=wa0ŋ ueng=wə0ŋ uo=wo0 o=wo0 ü=y0"
    " üe=ɥe0 üan=ɥɛ0n ün=y0n io=jɔ0"
)
"""The finals in symbols; 0 is where the tone stands."""
WHOLE = paired("er=ɚ0 o=ɔ0 ê=ɛ0 m=m0 n=n0 ng=ŋ0 hm=hm0 hng=hŋ0 r=ɚ0")
TONES = {"1": "→", "2": "↗", "3": "↓", "4": "↘", "5": ""}
SYLLABLE = re.compile(r"(zh|ch|sh|[bpmfdtnlgkhjqxrzcs]?)([a-zêü]+)([1-5])$")
SHORT = {"iu": "iou", "ui": "uei", "un": "uen", "ue": "üe", "van": "üan", "vn": "ün", "ve": "üe"}


def symbols(pinyin: str) -> str:
    """The symbols of one syllable with its tone: "zhong1" is ꭧʊ→ŋ; "" for what is none."""
    written = pinyin.replace("v", "ü")
    tone = TONES.get(written[-1:], "")
    if written[:-1] in WHOLE:
        return WHOLE[written[:-1]].replace("0", tone)
    match = SYLLABLE.match(_full(written))
    if match is None:
        return ""
    initial, final, _ = match.groups()
    if initial in {"j", "q", "x"} and final[0] == "u":
        final = "ü" + final[1:]
    final = SHORT.get(final, final)
    if initial in {"zh", "ch", "sh", "r", "z", "c", "s"} and final == "i":
        return INITIALS[initial] + "ɨ" + tone
    sound = FINALS.get(final, "")
    return INITIALS.get(initial, "") + sound.replace("0", tone) if sound else ""


def _full(syllable: str) -> str:
    """A syllable without the y and w that stand for no sound of their own."""
    for written, meant in (("yu", "ü"), ("yi", "i"), ("y", "i"), ("wu", "u"), ("w", "u")):
        if syllable.startswith(written):
            return meant + syllable[len(written) :]
    return syllable
