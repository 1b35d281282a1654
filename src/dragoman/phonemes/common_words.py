"""The commonest words of languages in Latin script, by which a short sentence is known.

What two of the languages share says nothing and is counted for both. Words of the languages that
are not spoken here are only those that no English text has.
"""

from collections.abc import Mapping

from dragoman.phonemes.tables import listed


def _sets(words: Mapping[str, str]) -> Mapping[str, frozenset[str]]:
    return {code: frozenset(listed(own)) for code, own in words.items()}


COMMON_WORDS: Mapping[str, frozenset[str]] = _sets(
    {
        "en": "the a an is are was were of to and in on at for with that this it you he she we they"
        " i not my your be have has do does will would can what how who there from by as or"
        " but if so no yes hello please thank thanks good off up out now met said won lost wrote"
        " went came beat works lives died played called again here order eat make take bring",
        "fr": "a le la les des est une un dans pour que qui pas vous nous avec sur je il elle"
        " sont et bonjour merci très mais ce cette c'est au aux du ne se son sa ses plus"
        " par on ont été bonsoir salut comment où être fait tout leur d'un d'une j'ai"
        " n'est qu'il oui tu es suis sais veux peux voilà ça quoi bien beau toi moi chez"
        " aussi encore parfait d'accord y va quel quelle non plaît votre vos ton ta"
        " à droite gauche lumière porte heure heures demain hier maintenant aide tard tôt nuit"
        " soir matin jour semaine nouveau nouvelle deux trois quatre cinq prêt prête minutes"
        " message instant attends allez allons ici là rien jamais toujours peu trop avant après",
        "es": "el la los las es una un por para que con del no está son y como pero más muy hola"
        " gracias usted yo ella buenos buenas días cómo se lo su al en de le ha mi tu este"
        " esta también porque cuando hay fue ser tiene adiós sí dónde qué todo hoy"
        " o quiero quieres puedo sé estoy estás eres soy nos agua vamos amigo ellos nosotros"
        " perfecto ya he siga momento vale claro a derecha izquierda luz luces puerta hora horas"
        " mañana ayer ahora ayuda tarde noche día semana nuevo nueva nuevos nuevas dos tres cuatro"
        " cinco listo lista minutos mensaje espera aquí ahí nada nunca siempre poco antes"
        " después iniciado activado terminado",
        "it": "il lo gli è una un per che con non del della sono di e questo questa ciao grazie"
        " come ma buongiorno buonasera molto anche le la si al alla nel nella ho ha più mi ti ci"
        " dei delle da in i dove quando perché sì tutto oggi era ed"
        " voglio vuoi posso so sto stai sei siamo loro noi bene bello dov'è c'è"
        " perfetto prego certo a un'altra sempre destra sinistra luce luci porta ora ore domani"
        " ieri adesso aiuto tardi notte giorno settimana nuovo nuova nuovi nuove due tre quattro"
        " cinque pronto pronta minuti messaggio aspetta qui lì niente mai poco prima dopo",
        "pt": "o os as um uma não com para que do da dos das em é são você obrigado obrigada olá"
        " muito mas como bom boa dia eu ele ela se na no nas nos ao por mais foi tem está isso"
        " este esta também quando hoje sim onde seu sua e a de"
        " quero quer posso sei estou tudo água vamos muitas amigo nós eles elas meu minha há"
        " perfeito pode até à às vire já pronto pronta direita esquerda luz porta hora horas"
        " amanhã ontem agora ajuda tarde noite semana novo nova novos novas dois duas três"
        " quatro cinco minutos mensagem espera aqui ali nada nunca sempre pouco antes depois"
        " desativado ativado logo",
    }
)
GREETINGS: Mapping[str, frozenset[str]] = _sets(
    {
        "fr": "bonjour merci bonsoir parfait oui voilà",
        "es": "hola gracias adiós buenos perfecto",
        "it": "ciao grazie buongiorno buonasera perfetto prego",
        "pt": "olá obrigado obrigada perfeito",
    }
)
"""The words that may stand alone and still tell the language."""
UNSPOKEN_WORDS: Mapping[str, frozenset[str]] = _sets(
    {
        "de": "ist und nicht ein eine mit für auf dem ich sie wir auch guten gute danke wie sind"
        " haben hallo bitte vielen nein tschüss entschuldigung wer wann ihre ihr",
        "nl": "het een niet ik je voor zijn maar goed goede ook bedankt goedemorgen goedemiddag"
        " goedenavond alstublieft waar uw",
        "pl": "nie się czy jak dziękuję proszę dzień dobry cześć gdzie są przepraszam",
        "tr": "bir ve için değil yok merhaba teşekkürler günaydın lütfen evet hayır nasıl",
        "cs": "není jsem děkuji prosím dobrý den ahoj jak kde které jste",
        "sk": "nie som ďakujem prosím dobrý deň ahoj ako kde áno",
        "vi": "không là của tôi bạn và cảm ơn xin chào có được một",
        "id": "tidak saya yang ini itu terima kasih selamat sudah",
        "ro": "este nu și sunt bună mulțumesc vă rog unde dimineața",
        "hu": "nem és vagyok köszönöm kérem jó hol hogy szia",
        "da": "ikke jeg det og mange tak godmorgen hvor hvad venligst",
        "sv": "är inte jag det och ett tack snälla morgon",
        "no": "ikke jeg det og takk hvor hva vær",
        "fi": "kiitos moi missä mitä olen hyvää huomenta hyvä anteeksi",
        "hr": "nije hvala molim dobar gdje što jeste",
        "sl": "ni sem hvala prosim dober kje kaj",
        "et": "tere aitäh palun kus",
        "lv": "nav paldies lūdzu labdien kur",
        "lt": "yra nėra aš ačiū prašau labas kur",
        "ca": "els amb gràcies bon què és",
    }
)
"""The common words of the languages that are refused by name."""
