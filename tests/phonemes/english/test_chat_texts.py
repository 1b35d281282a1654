"""What people and chat models write: codes, paths, schedules, prices of tokens, races, hearts."""

import pytest

from dragoman.phonemes.compose import compose
from dragoman.phonemes.reader import pieces_of
from dragoman.phonemes.sentences import sentences
from dragoman.phonemes.traced import itself


def said(text: str) -> str:
    whole = compose(itself(text)).text
    return " ".join(piece.spoken for piece in pieces_of(whole, 0, len(whole), "en")).rstrip(" .")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        # codes and cards
        ("Your code is 483 201.", "Your code is four eight three, two zero one"),
        ("We sold 483 200 g bags.", "We sold four hundred eighty three two hundred grams bags"),
        ("exp. 09/28, CVC 123", "expires September twenty twenty eight , C V C  one two three"),
        ("exp 200", "exp two hundred"),
        (
            "1Z999AA10123456784",
            "one Z nine nine nine A A one zero one two three four five six seven eight four",
        ),
        ("Tracking #: 12", "Tracking number : twelve"),
        ("RTX 5090", "RTX fifty ninety"),
        ("802.11be, 802.11", "eight oh two dot eleven B E , eight oh two dot eleven"),
        # commands, paths, versions
        ("git push -u origin", "git push dash u origin"),
        ("He said:\n-I do.\n-A man", "He said : I do . A man"),
        ("9,600 bps", "nine thousand six hundred bits per second"),
        ("the MTG cards", "the MTG cards"),
        ("npm ci --silent", "npm ci dash dash silent"),
        ("x - y, well - no", "x — y , well — no"),
        ("x -= 1; y *= 2", "x minus equals one ; y times equals two"),
        ("/etc/nginx/nginx.conf", "slash etc slash nginx slash nginx dot conf"),
        ("~/.ssh/config", "tilde slash dot ssh slash config"),
        ("C:\\Users\\jane", "C colon backslash Users backslash jane"),
        ("and/or, he/she", "and slash or , he slash she"),
        ("cv_v2.docx", "cv underscore v two dot docx"),
        ("1.12.0-rc.1", "one point twelve point zero R C one"),
        (
            "doi:10.1145/3292500",
            "D O I ten dot eleven forty five slash three two nine two five zero zero",
        ),
        ("ann1987@mail.com", "ann nineteen eighty seven at mail dot com"),
        (
            "Tap Settings > Privacy & Security > Location",
            "Tap Settings , Privacy and Security , Location",
        ),
        ("speed > accuracy", "speed greater than accuracy"),
        ("Is A > B?", "Is A greater than B ?"),
        ("f′(x) and f''(x)", "f prime ( x ) and f double prime ( x )"),
        ("x − 2 = 4 ⇒ x = 6", "x minus two equals four so x equals six"),
        ("A ⇒ B, 5 → 6", "A to B , five to six"),
        # prices and amounts
        ("2x/day, 3d/wk, 5x a week", "twice per day , three days per week , five times a week"),
        ("bake at 350F", "bake at three hundred fifty degrees Fahrenheit"),
        ("on the 2nd fl.", "on the second floor"),
        ("3 msgs, thx, pls call", "three messages , thanks , please call"),
        ("$0.02/1K tokens", "two cents per thousand tokens"),
        (
            "$0.15/1M, $5/100 calls",
            "fifteen cents per million , five dollars per one hundred calls",
        ),
        ("$3.10/user/mo", "three dollars and ten cents per user per month"),
        ("35 µg/m³", "thirty five micrograms per cubic meter"),
        ("4g/24hrs", "four grams per twenty four hours"),
        ("8.1bn people, 3 mn", "eight point one billion people , three million"),
        (
            "$1.37 vs $1 est.",
            "one dollar and thirty seven cents versus one dollar estimated",
        ),
        ("Est. 1998", "established nineteen ninety eight"),
        ("up 350 pts., then", "up three hundred fifty points , then"),
        ("(≤ 5 min), x ≤ 5", "( at most five minutes ) , x is at most five"),
        ("+18% YoY", "plus eighteen percent year over year"),
        ("1st qtr", "first quarter"),
        ("12.3/16 GiB", "twelve point three out of sixteen gibibytes"),
        ("$3/MTok", "three dollars per million tokens"),
        ("by 25 bps", "by twenty five basis points"),
        ('34"/32" jeans', "thirty four inches slash thirty two inch jeans"),
        ("2 Tbsp. of oil", "two tablespoons of oil"),
        ("(≈ ⅛ tsp)", "( about one eighth teaspoon )"),
        # dates and races
        ("at 6:05a, 11:40p", "at six oh five A M , eleven forty P M"),
        ("Wed. at 8/7c", "Wednesday at eight, seven central"),
        ("Sec. 230", "section two hundred thirty"),
        ("closed 12/24–1/1", "closed December twenty fourth to January first"),
        ("12/24-26", "December twenty fourth to twenty sixth"),
        ("1/2-3/4 cup", "one half to three quarters cup"),
        ("3/4 - 1/2 = 1/4", "three quarters minus one half equals one quarter"),
        ("1/4 - 1/2 = -1/4", "one quarter minus one half equals minus one quarter"),
        ("Mon.–Fri.; Sat", "Monday to Friday ; Sat"),
        ("Mon/Wed/Fri, Tue/Thu", "Monday, Wednesday and Friday , Tuesday and Thursday"),
        ("by EOD Fri.", "by EOD Friday"),
        ("he had 31/9/11", "he had thirty one, nine, eleven"),
        ("at 2.4/5/6 GHz", "at two point four, five, six gigahertz"),
        ("31/8/11", "August thirty first, twenty eleven"),
        ("a 3:58.7 mile", "a three fifty eight point seven mile"),
        ("1 Cor. 13:4–7", "first Corinthians thirteen, four to seven"),
        ("Gen. Lee, Gen. 1:1", "general Lee , Genesis one, one"),
        # short forms
        ("TL;DR: no", "T L D R : no"),
        ("Gov't & Int'l", "government and international"),
        ("500 mg q6h", "five hundred milligrams every six hours"),
        ("vol. 3, no. 2", "volume three , number two"),
        ("love you <3", "love you"),
        ("if x <3", "if x less than three"),
        (
            "Invoice #INV-2026-0417",
            "Invoice number INV two thousand twenty six zero four one seven",
        ),
        ("a 1M-token context", "a one million token context"),
        ("zoom.us/j/42", "zoom dot us slash j slash forty two"),
        ("#love #include #ff00aa", "hashtag love hash include hash ff zero zero aa"),
    ],
)
def test_texts_of_chats_are_read_as_people_say_them(text: str, words: str):
    assert said(text) == words


def test_a_no_may_end_a_sentence_before_a_number():
    assert len(sentences("She said no. 2 days later he came.")) == 2
    assert len(sentences("It is in no. 2 of that year.")) == 1


@pytest.mark.parametrize(
    "text",
    [
        "Call ext. 204 now.",
        "See vol. 3, no. 2, ca. 1850.",
        "It is $49.95/mo. × 24.",
        "Prendre max. 3 comprimés.",
        "Desde el s. XX.",
        "Rendez-vous mar. 12 mai.",
        "It is at 9:15 a.m. EST today.",
        "Tel. 91 123 45 67.",
        "Rua Augusta, ap. 45.",
    ],
)
def test_a_short_form_before_a_number_ends_no_sentence(text: str):
    assert len(sentences(text)) == 1
