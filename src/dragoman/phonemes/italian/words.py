"""How numbers, dates, money and signs are read in Italian."""

from dragoman.phonemes.arithmetic import Words
from dragoman.phonemes.italian.numbers import cardinal, counted, ordinal, parts
from dragoman.phonemes.romance.vocabulary import NOT_FEMININE, Coin, Vocabulary
from dragoman.phonemes.romance.words import table
from dragoman.phonemes.tables import listed


def _clock(hour: int, minute: int) -> str:
    said = "una" if hour == 1 else cardinal(hour)
    return f"{said} e {cardinal(minute)}" if minute else said


def _date(day: int, month: str, year: int | None) -> str:
    said = f"{'primo' if day == 1 else cardinal(day)} {month}"
    return f"{said} {cardinal(year)}" if year else said


ITALIAN = table(
    Vocabulary(
        cardinal=cardinal,
        counted=counted,
        ordinal=ordinal,
        clock=_clock,
        date=_date,
        months=listed(
            "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre"
            " dicembre"
        ),
        short_months=listed("gen feb mar apr mag giu lug ago set sett ott nov dic"),
        units={
            "km/h": ("chilometro orario", "chilometri orari"),
            "kg": ("chilo", "chili"),
            "mg": ("milligrammo", "milligrammi"),
            "g": ("grammo", "grammi"),
            "km²": ("chilometro quadrato", "chilometri quadrati"),
            "m²": ("metro quadrato", "metri quadrati"),
            "km": ("chilometro", "chilometri"),
            "cm": ("centimetro", "centimetri"),
            "mm": ("millimetro", "millimetri"),
            "m": ("metro", "metri"),
            "ml": ("millilitro", "millilitri"),
            "l": ("litro", "litri"),
            "min": ("minuto", "minuti"),
            "s": ("secondo", "secondi"),
            "h": ("ora", "ore"),
            "GB": ("gigabait", "gigabait"),
            "MB": ("megabait", "megabait"),
            "kW": ("chilovatt", "chilovatt"),
            "Hz": ("herz", "herz"),
            "°C": ("grado", "gradi"),
            "°": ("grado", "gradi"),
            "%": ("per cento", "per cento"),
        },
        feminine_units=frozenset({"h"}),
        feminine_nouns=NOT_FEMININE + "[a-zàèéìòù]+a",
        masculine_nouns="[a-zàèéìòù]{3,}[oe]",
        coins={
            "€": Coin("euro", "euro", "centesimo", "centesimi"),
            "$": Coin("dollaro", "dollari", "centesimo", "centesimi"),
            "£": Coin("sterlina", "sterline", "penny", "pence", gender="f"),
            "¥": Coin("yen", "yen"),
            "₩": Coin("won", "won"),
            "EUR": Coin("euro", "euro", "centesimo", "centesimi"),
            "USD": Coin("dollaro", "dollari", "centesimo", "centesimi"),
        },
        scales=("mila", "milione", "milioni", "miliardo", "miliardi"),
        of="di",
        signs={
            "&": "e",
            "+": "più",
            "=": "uguale",
            "×": "per",
            "÷": "diviso",
            "@": "chiocciola",
            "#": "cancelletto",
            "%": "per cento",
            "/": "barra",
            "\\": "barra",
            "°": "gradi",
            "<": "minore di",
            ">": "maggiore di",
            "±": "più o meno",
            "©": "copyright",
            "$": "dollari",
            "€": "euro",
            "£": "sterline",
            "¥": "yen",
            "₩": "won",
            "§": "paragrafo",
        },
        address_signs={
            ".": "punto",
            "@": "chiocciola",
            "/": "barra",
            "-": "trattino",
            "_": "trattino basso",
            ":": "due punti",
            "?": "punto interrogativo",
            "=": "uguale",
            "&": "e",
            "#": "cancelletto",
            "%": "per cento",
            "+": "più",
        },
        abbreviations={
            "Sig.": "signor",
            "sig.": "signor",
            "Sig.ra": "signora",
            "sig.ra": "signora",
            "Dott.": "dottor",
            "dott.": "dottor",
            "Dott.ssa": "dottoressa",
            "Prof.": "professor",
            "prof.": "professor",
            "Ing.": "ingegner",
            "Avv.": "avvocato",
            "ecc.": "eccetera",
            "p.es.": "per esempio",
            "n.": "numero",
            "pag.": "pagina",
            "pagg.": "pagine",
            "tel.": "telefono",
            "S.": "san",
            "a.C.": "avanti Cristo",
            "d.C.": "dopo Cristo",
            "ca.": "circa",
        },
        ordinal_ends="º|ª|°|o|a",
        feminine_ends="ª|a",
        point="virgola",
        minus="meno",
        arithmetic=Words(
            minus="meno",
            to="a",
            times="per",
            divided="diviso",
            power="elevato a",
            unequal="diverso da",
            equal="uguale a",
            at_least="maggiore o uguale a",
            at_most="minore o uguale a",
            plus_minus="più o meno",
            about="circa",
            nearly="circa uguale a",
            arrow="a",
            both="e",
            either="o",
            decimal_sign=",",
            further_signs={
                "∞": "infinito",
                "√": "radice di",
                "↑": "su",
                "↓": "giù",
                "‰": "per mille",
            },
        ),
        joint="e",
        kings_are_ordinal=True,
        small_fractions={
            (1, 2): "un mezzo",
            (1, 3): "un terzo",
            (2, 3): "due terzi",
            (1, 4): "un quarto",
            (3, 4): "tre quarti",
        },
        parts=parts,
    )
)
"""How Italian text is read, in the order of trying."""
