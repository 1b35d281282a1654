"""Money and measures, as people write and say them."""

import pytest

from dragoman.phonemes.english.british import BRITISH
from dragoman.phonemes.english.words import ENGLISH
from dragoman.phonemes.scan import scan


@pytest.mark.parametrize(
    ("text", "said"),
    [
        # money of every kind, in front and behind
        ("₹500", "five hundred rupees"),
        ("₹1,00,000", "one hundred thousand rupees"),
        ("₹5 lakh", "five lakh rupees"),
        ("Rs. 250", "two hundred fifty rupees"),
        ("US$20", "twenty U S dollars"),
        ("$20 USD", "twenty U S dollars"),
        ("US$76.3 trillion", "seventy six point three trillion U S dollars"),
        ("A$5", "five Australian dollars"),
        ("C$12.50", "twelve Canadian dollars and fifty cents"),
        ("HK$100", "one hundred Hong Kong dollars"),
        ("R$ 30", "thirty Brazilian reais"),
        ("20€", "twenty euros"),
        ("20 €", "twenty euros"),
        ("2,50 €", "two euros and fifty cents"),
        ("€1.234,56", "one thousand two hundred thirty four euros and fifty six cents"),
        ("5$", "five dollars"),
        ("£3.20", "three pounds and twenty pence"),
        ("500원", "five hundred won"),
        ("3,000円", "three thousand yen"),
        ("12 zł", "twelve zloty"),
        ("CHF 40", "forty Swiss francs"),
        ("250 SEK", "two hundred fifty Swedish kronor"),
        ("15 EUR", "fifteen euros"),
        ("₿0.5", "zero point five bitcoins"),
        ("₽100", "one hundred rubles"),
        ("₪1", "one shekel"),
        ("$0.05", "five cents"),
        ("$-5", "minus five dollars"),
        ("-$5.25", "minus five dollars and twenty five cents"),
        ("$5/mo", "five dollars per month"),
        ("$1,200/yr", "one thousand two hundred dollars per year"),
        ("a $5 bill", "a five dollar bill"),
        ("the $5 bill", "the five dollar bill"),
        ("give the $5 back", "give the five dollars back"),
        ("the $5 remaining", "the five dollars remaining"),
        ("her $20 parking ticket", "her twenty dollar parking ticket"),
        ("the $5 weekly fee", "the five dollar weekly fee"),
        ("a $5 used book", "a five dollar used book"),
        ("the $5 they owe", "the five dollars they owe"),
        ("the $2bn raised", "the two billion dollars raised"),
        ("the €2bn fund", "the two billion euro fund"),
        ("Apple's $3tn valuation", "Apple's three trillion dollar valuation"),
        ("two $20 bills", "two twenty dollar bills"),
        ("the 5 mg tablets", "the five milligram tablets"),
        ("the 10 kg are heavy", "the ten kilograms are heavy"),
        ("the last 5 km were hard", "the last five kilometers were hard"),
        ("a $20 million deal", "a twenty million dollar deal"),
        ("$8 off", "eight dollars off"),
        ("$5-10 million", "five to ten million dollars"),
        ("¥10000", "ten thousand yen"),
        # thousands
        ("1 000 000", "one million"),
        ("12 000 people", "twelve thousand people"),
        ("1,00,000", "one hundred thousand"),
        ("12,34,567", "one million two hundred thirty four thousand five hundred sixty seven"),
        ("1'000'000", "one million"),
        ("1.000.000", "one million"),
        ("1,000th", "one thousandth"),
        ("2,001st", "two thousand first"),
        # measures
        ("120/80 mmHg", "one hundred twenty over eighty millimeters of mercury"),
        ("80 mmHg", "eighty millimeters of mercury"),
        ("32 psi", "thirty two pounds per square inch"),
        ("101 kPa", "one hundred one kilopascals"),
        ("1013 hPa", "one thousand thirteen hectopascals"),
        ("100 MB/s", "one hundred megabytes per second"),
        ("10 Gbps", "ten gigabits per second"),
        ("500 mcg", "five hundred micrograms"),
        ("5 mg/kg", "five milligrams per kilogram"),
        ("90 mg/dL", "ninety milligrams per deciliter"),
        ("6' tall", "six feet tall"),
        ("6'2\"", "six foot two"),
        ("5' 10\"", "five foot ten"),
        ('5" screen', "five inch screen"),
        ('a 5" pipe', "a five inch pipe"),
        ("12 in. wide", "twelve inches wide"),
        ("8.5 x 11 in.", "eight point five by eleven inches"),
        ("5 ft. 6 in.", "five feet six inches"),
        ("3 mi. away", "three miles away"),
        ("150 lbs.", "one hundred fifty pounds ."),
        ("4 1/2 lbs", "four and one half pounds"),
        ("½ lb", "one half pound"),
        ("2½ cups", "two and one half cups"),
        ("3/4 in. thick", "three quarters inch thick"),
        ("0,5 mg", "zero point five milligrams"),
        ("2,5 kg", "two point five kilograms"),
        ("a 5 mg dose", "a five milligram dose"),
        ("100 million kg", "one hundred million kilograms"),
        ("12KG", "twelve kilograms"),
        ("60 MPH", "sixty miles per hour"),
        ("1,500 sq ft", "one thousand five hundred square feet"),
        ("20 m²", "twenty square meters"),
        ("9.8 m/s²", "nine point eight meters per second squared"),
        ("40°26′46″ N", "forty degrees twenty six minutes forty six seconds north"),
        ("1 tbsp", "one tablespoon"),
        ("5 kcal", "five kilocalories"),
        ("220 V", "two hundred twenty volts"),
        ("4.7 kΩ", "four point seven kilohms"),
        ('He said "I have 5"', 'He said " I have five "'),
        ("'I am 6'", "I am six"),
    ],
)
def test_an_amount_has_its_unit(text: str, said: str):
    pieces = scan(text, 0, len(text), ENGLISH, "en")
    assert " ".join(" ".join(piece.spoken for piece in pieces).split()) == said


@pytest.mark.parametrize(
    ("text", "british", "american"),
    [
        (
            "on 03/04/2024",
            "on the third of April, twenty twenty four",
            "on March fourth, twenty twenty four",
        ),
        (
            "on the 3/4/24",
            "on the third of April, twenty twenty four",
            "on the March fourth, twenty twenty four",
        ),
        (
            "12-11-2023",
            "the twelfth of November, twenty twenty three",
            "December eleventh, twenty twenty three",
        ),
        (
            "1.2.2003",
            "the first of February, two thousand three",
            "January second, two thousand three",
        ),
        ("by 25/12", "by the twenty fifth of December", "by December twenty fifth"),
        ("from 05/06", "from the fifth of June", "from May sixth"),
        ("on 3/4", "on the third of April", "on March fourth"),
        (
            "11/28/24",
            "the twenty eighth of November, twenty twenty four",
            "November twenty eighth, twenty twenty four",
        ),
        ("3/4 of it", "three quarters of it", "three quarters of it"),
        ("9/11 and 1/2 cup", "nine eleven and one half cup", "nine eleven and one half cup"),
        (
            "2024-11-28",
            "November twenty eighth, twenty twenty four",
            "November twenty eighth, twenty twenty four",
        ),
        ("8/10", "eight out of ten", "eight out of ten"),
    ],
)
def test_a_british_date_has_its_day_first(text: str, british: str, american: str):
    for rules, said in ((BRITISH, british), (ENGLISH, american)):
        pieces = scan(text, 0, len(text), rules, "en")
        assert " ".join(piece.spoken for piece in pieces) == said
