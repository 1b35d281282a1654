"""Italian words that are not stressed on the last syllable but one."""

import re

from dragoman.phonemes.tables import listed

EARLY = frozenset(
    listed(
        "numero numeri albero alberi libero libera liberi libere povero povera poveri povere"
        " tenero zucchero genere opera opere camera camere lettera lettere tessera maschera"
        " papera pecora pecore cenere polvere rovere sabato domenica macchina macchine pagina"
        " pagine anima femmina domina lacrima vittima ultimo ultima ultimi ultime ottimo ottima"
        " intimo minimo minima giovane giovani ospite limite limiti subito solito solita soliti"
        " credito debito merito spirito abito abiti compito compiti facile facili difficile"
        " difficili utile utili inutile simile simili mobile mobili fragile agile fertile sterile"
        " ostacolo ordine ordini termine termini origine immagine immagini uomini argine cardine"
        " margine indice codice codici medico semplice semplici complice giudice dodici tredici"
        " quattordici quindici sedici undici vertice vortice principe principi angelo angeli"
        " titolo fegato stomaco monaco sindaco parroco mandorla fragola nuvola nuvole isola isole"
        " regola regole tavola tavole favola bambola scatola pillola lucciola tegola parlano"
        " mangiano arrivano lavorano abitano chiamano portano trovano guardano aspettano cercano"
        " giocano comprano pensano passano entrano tornano restano amano cantano studiano pagano"
        " mandano aiutano diventano lasciano iniziano cominciano continuano ascoltano raccontano"
        " usano sembrano abito abita abitano desidera desidero considera considero telefona"
        " telefono ordina ordino immagina immagino visita visito visitano merita meritano evita"
        " evito evitano capita dubito semina termina termino modifica indica indico pratica"
        " pratico comunica giudica dedica verifica significa esercita ospita partecipa anticipa"
        " recita medita limita agita abitua illumina elimina nomina esamina celebre celebri"
        " integro fegato modico lampada lampade fabbrica fabbriche gondola pentola pentole"
        " trappola briciole briciola cellula gomito gomiti vomito cattedra perdita vendita"
        " nascita crescita rendita rapido attimo attimi battito palpito chimica fisica musica"
        " pubblico pubblica pubblici politica politico logica clinica tecnica plastica vedono"
        " devono possono vogliono dicono leggono scrivono prendono vengono tengono corrono vivono"
        " partono dormono aprono sentono credono chiedono mettono rispondono muovono morbido"
        " secolo secoli piccolo piccola piccoli piccole popolo popoli tavolo tavoli Napoli napoli"
        " Genova genova Modena modena Padova padova Bergamo bergamo Taranto taranto Stefano"
        " Cesare cesare Monaco Africa africa America america Asia"
    )
)
EARLY_ENDING = re.compile(
    r"(?:ic(?:o|a|i|he|hi)|[aiu]bil[ei]|evol[ei]|[sei]sim[oaie]|tim[oaie]|olog[oai]|ologhi"
    r"|[aio]graf[oaie]|metr[oi]"
    r"|[oe]fon[oi]|onom[oaie]|ogen[oaie]|sigeno|ofil[oaie]|[^r]id[oaie]|[^aiuàòeo]ol[oaie]"
    r"|[aiu]ggin[ei]|[ae]gin[ei]|igin[ei]|[ue]din[ei]"
    r"|(?:nd|[dgt]|gli|ng|sc|nc|iv|cev|uov|iov|rr|ss|mp|lg|lv|gn)ere"
    r"|[^u]ono|[aei]vano|rono|[bs]ero|(?:an|on|ac|or|tic)e[oaie]|ul[oaie]|[aei]ndosi|andol[oaie]"
    r"|endol[oaie]|ografi)$"
)
LATE = re.compile(
    r"(?:amic|nemic|antic|fatic|formic|rubric|vescic|ortic|mendic|pudic|ombelic|benedic|lombric).{1,2}$"
    r"|(?:figli|spagn|capri|ai|nocci|lenzu|par|pist|cons|aus)ol[oaie]$"
    r"|(?:ved|cad|sed|god|pot|possed|piac|tac|giac|persuad|dov|av|sap)ere$"
    r"|(?:perd|abband|patr|col)ono$|(?:part|guid|salid|invid)o$|(?:ott|reg)ime$|subl?im[ei]$"
)
"""The words that end like `EARLY_ENDING` and are stressed on the last syllable but one all the
same."""
HIATUS = re.compile(
    r"(?:log|graf|fob|nom|pat|arch|craz|[^tsn]er|terap|man|scop|gon|chir|sof|energ|poliz|geometr"
    r"|sinfon|allegr|nostalg|farmac|eleg|bug|psichiatr)i[ae]$"
)
"""The endings whose i is a syllable of its own, and stressed: fotografia."""
CLOSED_E = re.compile(r"(?<=me)nt[eoi]|tt|zz|v|s[aeio]|sc|t[oaie]$|gn|cch|gg|rsi|$")
"""The letters after a stressed e that is said as in "perché"; other stressed ones are as in
"bello"."""
CLOSED_O = re.compile(r"n[aeio]|r[eoi]$|s[oa]$|nd|nt|rm|lv|cci|ch|gn|rs|i[^a]|ll|mp")
"""The letters after a stressed o that is said as in "sole"; other stressed ones are as in
"porta"."""
