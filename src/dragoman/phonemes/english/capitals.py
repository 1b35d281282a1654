"""Words in capitals within other text: emphasised words, or initials that are spelled."""

from collections.abc import Callable, Mapping, Sequence

from dragoman.phonemes.tables import listed

WORDS = frozenset(
    listed(
        "to of in is for on be as at he not by but my or we an all so his me if one can up"
        " out has do"
        " no had her get she new how now its our him see two any go way may did day too off"
        " why got say"
        " man use own old end big put lot few let set top yet bad men far job try yes run law"
        " war car per"
        " oh ago guy pay win air bit hit due ask saw low age buy red fun six son cut sex won"
        " boy hot ok"
        " tax eat hey key mom cup dog oil met bed die sea sir ten box eye via gas hi ice kid"
        " sun gun wow"
        " dad fit bar pro fan gay sit pop ran fat lie sad bus mid bag bet cat nor van map net"
        " fix fly dry"
        " mad web arm bay ill sky mix leg sub lay bob cry ha joy tip wet hat raw aim cap fed"
        " fee tie egg"
        " hip pet yo ear gym kit lab odd bid bro hop nah pot bye pan yep pen cop log sin rob"
        " ate sum eve"
        " bat bow toy jet ton con tap pit eh rip uh yeah spy pub bin dig sue ugh bug lit pie"
        " oak dam jam"
        " rat shy pig rod zoo lip mud owe ski um ham rev hug bud hub inn toe beg dip nut fur"
        " mob tin ego"
        " gut pad pal jaw rub pee spa hay mod fog gem owl zip dug rig bra mat tub nap lid wan"
        " axe hid ark"
        " bum cue nod dis rug tow eco mug oi rot fax sap hen tar dim mop bun din sew you are"
        " was the and"
        " add aid app art fly ban act mix max min avg yay yup nope amen done free sale stop wait"
    )
)
"""The words that are still words when they are emphasised: "Do NOT run"."""
SPELLED = frozenset(
    listed(
        "ID LA PA MA ER ED OD OS GI SI MS PM AM AC DC AD BC CE PC TV UK UN EU UI IP HR PR VP DOE"
        " POW RIP SEC ETA EST COO COD AA BA DA EM AI IM IO ISO USA"
    )
)
"""The capitals that are initials, whatever the dictionary says of their small letters."""
PRONOUNS = frozenset(listed("i he she it we they you who that which"))
GIVEN = frozenset(
    listed(
        "let tell give help join told gave show showed call contact ask follow send sent bring"
        " took take teach warn save protect trust believe all both most many each of"
    )
)
"""Words before an emphasised "us"."""
AFTER_US = frozenset(
    listed(
        "at now today to for on and if or in a the your know back who what how go do be all"
        " so too why alone out up from with not"
    )
)
BEFORE_IT = frozenset(
    listed(
        "do doing did done does stop get got make love want need is was isn't wasn't that's about"
        " call drop try take use fix hear see know mean let leave just like have had keep say said"
        " believe if when because that as so and but can will could would should may might than"
    )
)
DESK = frozenset(
    listed(
        "department support team manager staff industry security services service infrastructure"
        " systems system professional professionals consultant company companies sector skills"
        " job jobs admin administrator director help desk budget operations policy experts"
    )
)
LOWERED = frozenset(listed("down on in at up"))
HEALTH = frozenset(
    listed(
        "recommends recommended declared said says guidelines officials director warns warned"
        " estimates announced data report reports experts recommendation classifies"
    )
)
TESTED = frozenset(listed("score scores test tests exam prep medication diagnosis symptoms"))
"""The words behind ACT and ADD that make them initials."""


def is_word(words: Sequence[str], lower: Sequence[str], at: int) -> bool | None:
    """Whether the capitals at this place are a word; None: the dictionary is to tell."""
    judge = BY_CONTEXT.get(words[at])
    before = lower[at - 1] if at else ""
    after = lower[at + 1] if at + 1 < len(lower) else ""
    if judge is not None:
        return judge(before, after) or (words[at] == "IT" and _is_emphasised(words, at, after))
    if words[at] in SPELLED:
        return False
    return True if lower[at] in WORDS else None


def _is_emphasised(words: Sequence[str], at: int, after: str) -> bool:
    """Whether IT stands beside another emphasised word: "STOP IT NOW"."""
    beside = (words[place] for place in (at - 1, at + 1) if 0 <= place < len(words))
    return after not in DESK and any(
        len(word) > 1 and word.isupper() and word.lower() in WORDS for word in beside
    )


BY_CONTEXT: Mapping[str, Callable[[str, str], bool]] = {
    "US": lambda before, after: before in GIVEN and (not after or after in AFTER_US),
    "IT": lambda before, after: before in BEFORE_IT and after not in DESK,
    "AM": lambda before, _: before == "i",
    "WHO": lambda before, after: before != "the" and after not in HEALTH,
    "LED": lambda before, _: before in PRONOUNS,
    "SAT": lambda before, after: before in PRONOUNS or after in LOWERED,
    "ACT": lambda _, after: after not in TESTED,
    "ADD": lambda _, after: after not in TESTED,
}
"""The capitals that are a word or initials, by the words before and after them."""
