"""Kana as they sound to the symbols that Kokoro was trained on (those of misaki)."""

from dragoman.phonemes.tables import paired

MORAS = paired(
    "ア=a イ=i ウ=ɯ エ=e オ=o カ=ka キ=kʲi ク=kɯ ケ=ke コ=ko ガ=ɡa"
    " ギ=ɡʲi グ=ɡɯ ゲ=ɡe ゴ=ɡo サ=sa シ=ɕi ス=sɨ セ=se ソ=so ザ=ʣa"
    " ジ=ʥi ズ=zɨ ゼ=ʣe ゾ=ʣo タ=ta チ=ʨi ツ=ʦɨ テ=te ト=to ダ=da ヂ=ʥi"
    " ヅ=zɨ デ=de ド=do ナ=na ニ=ɲi ヌ=nɯ ネ=ne ノ=no ハ=ha ヒ=çi フ=ɸɯ"
    " ヘ=he ホ=ho バ=ba ビ=bʲi ブ=bɯ ベ=be ボ=bo パ=pa ピ=pʲi プ=pɯ"
    " ペ=pe ポ=po マ=ma ミ=mʲi ム=mɯ メ=me モ=mo ヤ=ja ユ=jɯ ヨ=jo"
    " ラ=ɾa リ=ɾʲi ル=ɾɯ レ=ɾe ロ=ɾo ワ=βa ヰ=i ヱ=e ヲ=o ヴ=vɯ ヵ=ka"
    " ヶ=ke イェ=je ウィ=βi ウェ=βe ウォ=βo キェ=kʲe キャ=kʲa キュ=kʲɨ"
    " キョ=kʲo ギャ=ɡʲa ギュ=ɡʲɨ ギョ=ɡʲo クァ=kᵝa クィ=kᵝi クェ=kᵝe"
    " クォ=kᵝo グァ=ɡᵝa グィ=ɡᵝi グェ=ɡᵝe グォ=ɡᵝo シェ=ɕe シャ=ɕa シュ=ɕɨ"
    " ショ=ɕo ジェ=ʥe ジャ=ʥa ジュ=ʥɨ ジョ=ʥo チェ=ʨe チャ=ʨa チュ=ʨɨ チョ=ʨo"
    " ヂャ=ʥa ヂュ=ʥɨ ヂョ=ʥo ツァ=ʦa ツィ=ʦʲi ツェ=ʦe ツォ=ʦo ティ=tʲi"
    " テュ=tʲɨ ディ=dʲi デュ=dʲɨ トゥ=tɯ ドゥ=dɯ ニェ=ɲe ニャ=ɲa ニュ=ɲɨ"
    " ニョ=ɲo ヒェ=çe ヒャ=ça ヒュ=çɨ ヒョ=ço ビャ=bʲa ビュ=bʲɨ ビョ=bʲo"
    " ピャ=pʲa ピュ=pʲɨ ピョ=pʲo ファ=ɸa フィ=ɸʲi フェ=ɸe フォ=ɸo フュ=ɸʲɨ"
    " フョ=ɸʲo ミャ=mʲa ミュ=mʲɨ ミョ=mʲo リャ=ɾʲa リュ=ɾʲɨ リョ=ɾʲo ヴァ=va"
    " ヴィ=vʲi ヴェ=ve ヴォ=vo ヴュ=bʲɨ ヴョ=bʲo スィ=si ズィ=zi ァ=a ィ=i"
    " ゥ=ɯ ェ=e ォ=o ャ=ja ュ=jɯ ョ=jo ヮ=βa"
)
BEFORE = (("mpb", "m"), ("kɡ", "ŋ"), ("ɲʨʥ", "ɲ"), ("ntdɾz", "n"))
"""The symbols of ン before these sounds; before others and at the end it is ɴ."""


def symbols(kana: str) -> str:
    """The symbols of katakana as they are said: long vowels with ー, particles as they sound."""
    said = ""
    at = len(kana)
    while at > 0:
        wide = kana[max(0, at - 2) : at]
        size = 2 if len(wide) == 2 and wide in MORAS else 1
        mora = kana[at - size : at]
        at -= size
        said = _sound(mora, said) + said
    return said.lstrip("ː") if said.strip("ː") else ""


def _sound(mora: str, after: str) -> str:
    if mora == "ー":
        return "ː"
    if mora == "ッ":
        return "ʔ" if after else ""
    if mora == "ン":
        return next((sound for signs, sound in BEFORE if after and after[0] in signs), "ɴ")
    return MORAS.get(mora, "")
