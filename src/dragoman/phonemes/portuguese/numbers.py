"""Numbers in Portuguese words."""

from dragoman.phonemes.romance.vocabulary import Gender
from dragoman.phonemes.tables import listed

SMALL = listed(
    "zero um dois três quatro cinco seis sete oito nove dez onze doze treze quatorze quinze"
    " dezesseis dezessete dezoito dezenove"
)
TENS = listed("_ _ vinte trinta quarenta cinquenta sessenta setenta oitenta noventa")
HUNDREDS = listed(
    "_ cento duzentos trezentos quatrocentos quinhentos seiscentos setecentos oitocentos novecentos"
)
SCALES = (
    (10**12, "um trilhão", "trilhões"),
    (10**9, "um bilhão", "bilhões"),
    (10**6, "um milhão", "milhões"),
    (1000, "mil", "mil"),
)
ORDINALS = listed("zero primeiro segundo terceiro quarto quinto sexto sétimo oitavo nono décimo")
ORDINAL_TENS = listed(
    "_ décimo vigésimo trigésimo quadragésimo quinquagésimo sexagésimo septuagésimo octogésimo"
    " nonagésimo"
)
ORDINAL_HUNDREDS = listed(
    "_ centésimo ducentésimo trecentésimo quadringentésimo quingentésimo sexcentésimo"
    " septingentésimo octingentésimo noningentésimo"
)
FRACTIONS = listed("_ _ meios terços quartos quintos sextos sétimos oitavos nonos décimos")


def cardinal(number: int) -> str:
    """A whole number from 0 on, in words: 2024 → "dois mil e vinte e quatro"."""
    if number < 20:
        return SMALL[number]
    if number < 100:
        tens, ones = divmod(number, 10)
        return TENS[tens] + (f" e {SMALL[ones]}" if ones else "")
    if number < 1000:
        hundreds, rest = divmod(number, 100)
        if number == 100:
            return "cem"
        return HUNDREDS[hundreds] + (f" e {cardinal(rest)}" if rest else "")
    size, one, many = next(scale for scale in SCALES if number >= scale[0])
    count, rest = divmod(number, size)
    head = one if count == 1 else f"{cardinal(count)} {many}"
    if not rest:
        return head
    return head + (" e " if _is_short(rest) else " ") + cardinal(rest)


def _is_short(rest: int) -> bool:
    """Whether what follows a scale is one word, or one before "mil": it is joined with "e"."""
    while rest % 1000 == 0:
        rest //= 1000
    return rest < 100 or (rest < 1000 and rest % 100 == 0)


def counted(number: int, gender: Gender = "m") -> str:
    """A number before a noun: "uma", "duas", "duzentas"."""
    said = cardinal(number)
    if gender == "m":
        return said
    *head, last = said.split()
    last = {"um": "uma", "dois": "duas"}.get(last, last)
    return " ".join([*head, last]).replace("entos", "entas")


def ordinal(number: int, gender: Gender = "m") -> str:
    """The ordinal of a number: 3 → "terceiro", 21 → "vigésimo primeiro"; from 1000 on plain."""
    if number == 1000:
        return "milésima" if gender == "f" else "milésimo"
    if number > 1000:
        return counted(number, gender)
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    words = [ORDINAL_HUNDREDS[hundreds]] if hundreds else []
    words += [ORDINAL_TENS[tens]] if tens else []
    if ones or not words:
        words.append(ORDINALS[ones])
    return " ".join(word[:-1] + "a" if gender == "f" else word for word in words)


def parts(number: int) -> str:
    """The lower half of a fraction: 5 → "quintos"."""
    return FRACTIONS[number] if number < len(FRACTIONS) else cardinal(number) + " avos"
