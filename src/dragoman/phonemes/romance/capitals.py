"""Capitals: short words that are still words ("NO corra"), and others that are spelled."""

from collections.abc import Mapping

from dragoman.phonemes.scan import Language
from dragoman.phonemes.tables import listed

LONGEST_SPELLED = 3
"""The most letters of capitals that are spelled; longer ones are said as a word where they can
be."""
WORDS: Mapping[Language, frozenset[str]] = {
    "es": frozenset(
        listed(
            "no sí si ya yo tú mi tu su me te se le lo les nos él un una uno dos mes año día"
            " vez más"
            " muy hoy ser ver ir va fue era son es he ha han hay eso ese esa fin paz luz sol"
            " mal tan san"
            " pan voz rey ley gas mar sal pie ojo mis tus sus sin con por del al en de ni que"
            " qué ve di"
            " da voy das dan iba fui la el los las oro uso así aún"
        )
    ),
    "fr": frozenset(
        listed(
            "ne pas non oui je tu il on ce ça sa se si la le les de du des un une et ou où ni en au"
            " aux par sur bon mal fin feu eau jeu peu vie mer sel est ont été son ses mon mes"
            " ton tes"
            " qui que car mai soi moi toi lui fou roi loi rue sud art air bas dos pur mur va"
            " vas ici nos"
            " vos nul dur gaz sac vu vos là tôt"
        )
    ),
    "it": frozenset(
        listed(
            "no non sì si ma ora qui qua giù su tu io me te lo la le gli un una uno due tre sei"
            " per con tra"
            " fra del dal nel che chi mai più già poi via ore va fa do dà sta sto era ha ho"
            " hai noi voi"
            " lei lui suo sua mio mia tuo tua gas sud re tè blu zia zio oro uso"
        )
    ),
    "pt": frozenset(
        listed(
            "não sim já só eu tu ele ela nós um uma que de do da dos das em no na nos nas por"
            " com sem"
            " ao aos ou se te me lhe meu seu sua teu tua mãe pai lar mar sol luz paz fim mal"
            " bem bom boa"
            " dia mês ano vez lei rei rio rua vá vai vou foi era são há tem ter ver ler ir"
            " pão mão lá cá"
            " ali sul"
        )
    ),
}


def is_spelled(word: str, language: Language) -> bool:
    """Whether capitals are said letter by letter."""
    short = word.isupper() and 1 < len(word) <= LONGEST_SPELLED
    return short and word.lower() not in WORDS[language]
