"""French words whose sounds the spelling does not tell, and those that tie to the next word."""

from dragoman.phonemes.tables import listed, paired

WEAK = paired(
    "le=lə la=la les=le l=l de=də des=de du=dy d=d un=œ̃ une=yn et=e à=a au=o aux=o en=ɑ̃ y=i"
    " ou=u où=u je=ʒə tu=ty il=il ils=il on=ɔ̃ nous=nu vous=vu me=mə te=tə se=sə ce=sə ces=se"
    " cet=sɛt cette=sɛt mes=me tes=te ses=se mon=mɔ̃ ton=tɔ̃ son=sɔ̃ ma=ma ta=ta sa=sa nos=no"
    " vos=vo leur=lœʁ leurs=lœʁ que=kə qui=ki ne=nə pas=pa par=paʁ pour=puʁ dans=dɑ̃ sur=syʁ"
    " sans=sɑ̃ sous=su mais=mɛ si=si est=ɛ es=ɛ ai=e a=a as=a ont=ɔ̃ sont=sɔ̃ dont=dɔ̃ donc=dɔ̃k"
    " car=kaʁ ni=ni lui=lyi elle=ɛl elles=ɛl quand=kɑ̃ comme=kɔm chez=ʃe entre=ɑ̃tʁ vers=vɛʁ"
    " avec=avˌɛk"
)
"""The words without stress."""
KNOWN = paired(
    "femme=fam femmes=fam monsieur=məsjø messieurs=mesjø oignon=oɲɔ̃ oignons=oɲɔ̃ second=səɡɔ̃"
    " seconde=səɡɔ̃d secondes=səɡɔ̃d secondaire=səɡɔ̃dɛʁ ville=vil villes=vil mille=mil"
    " village=vilaʒ villages=vilaʒ million=miljɔ̃ millions=miljɔ̃ milliard=miljaʁ"
    " milliards=miljaʁ millier=milje milliers=milje tranquille=tʁɑ̃kil tranquilles=tʁɑ̃kil"
    " fils=fis hier=jɛʁ hiver=ivɛʁ mer=mɛʁ cher=ʃɛʁ fier=fjɛʁ amer=amɛʁ enfer=ɑ̃fɛʁ ver=vɛʁ"
    " fer=fɛʁ août=ut sept=sɛt huit=yit six=sis dix=dis vingt=vɛ̃ neuf=nœf cinq=sɛ̃k temps=tɑ̃"
    " corps=kɔʁ pays=pei paysage=peizaʒ tous=tus ours=uʁs sens=sɑ̃s bus=bys eu=y eut=y eus=y"
    " œufs=ø bœufs=bø automne=otɔn compte=kɔ̃t comptes=kɔ̃t compter=kɔ̃te compté=kɔ̃te"
    " compteur=kɔ̃tœʁ sculpture=skyltyʁ sculpteur=skyltœʁ baptême=batɛm faisons=fəzɔ̃"
    " faisait=fəzɛ faisaient=fəzɛ faisant=fəzɑ̃ examen=ɛɡzamɛ̃ examens=ɛɡzamɛ̃ orchestre=ɔʁkɛstʁ"
    " chœur=kœʁ écho=eko psychologie=psikɔlɔʒi psychologue=psikɔlɔɡ technique=tɛknik"
    " techniques=tɛknik technologie=tɛknɔlɔʒi technologies=tɛknɔlɔʒi chrétien=kʁetjɛ̃"
    " christ=kʁist chronique=kʁɔnik archéologie=aʁkeɔlɔʒi aujourd=oʒuʁd parce=paʁs plus=ply"
    " œil=œj yeux=jø gens=ʒɑ̃ tabac=taba estomac=ɛstɔma porc=pɔʁ blanc=blɑ̃ banc=bɑ̃ franc=fʁɑ̃"
    " clef=kle nerf=nɛʁ cerf=sɛʁ gentil=ʒɑ̃ti outil=uti outils=uti fusil=fyzi persil=pɛʁsi"
    " sourcil=suʁsi album=albɔm maximum=maksimɔm minimum=minimɔm forum=fɔʁɔm poêle=pwal week=wik"
    " end=ɛnd internet=ɛ̃tɛʁnɛt net=nɛt but=byt brut=bʁyt chut=ʃyt ouest=wɛst sud=syd mars=maʁs"
    " os=ɔs club=klœb clubs=klœb web=wɛb tram=tʁam islam=islam gaz=ɡaz bis=bis lis=lis"
    " jadis=ʒadis oasis=oazis virus=viʁys campus=kɑ̃pys prix=pʁi paix=pɛ voix=vwa choix=ʃwa"
    " noix=nwa croix=kʁwa deux=dø trois=tʁwa quatre=katʁ onze=ɔ̃z douze=duz treize=tʁɛz"
    " quatorze=katɔʁz quinze=kɛ̃z seize=sɛz vingts=vɛ̃ cent=sɑ̃ cents=sɑ̃ soixante=swasɑ̃t "
    " premier=pʁəmje première=pʁəmjɛʁ tout=tu toute=tut toutes=tut très=tʁɛ bien=bjɛ̃ rien=ʁjɛ̃"
    " chien=ʃjɛ̃ chiens=ʃjɛ̃ hein=ɛ̃ oui=wi non=nɔ̃ ah=a oh=o eh=e ok=oke euro=øʁo euros=øʁo"
    " petit=pəti petits=pəti reçu=ʁəsy dessus=dəsy dessous=dəsu ressource=ʁəsuʁs"
    " ressources=ʁəsuʁs ressembler=ʁəsɑ̃ble ressemble=ʁəsɑ̃bl secret=səkʁɛ pied=pje pieds=pje"
    " assied=asje puis=pyi suis=syi nuit=nyi huile=yil juillet=ʒyijɛ juin=ʒyɛ̃ aiguille=ɛɡyij"
    " équipe=ekip linguistique=lɛ̃ɡyistik quartier=kaʁtje football=futbol parking=paʁkiŋ"
    " camping=kɑ̃piŋ shopping=ʃɔpiŋ paris=paʁi londres=lɔ̃dʁ jean=ʒɑ̃ jésus=ʒezy bourg=buʁ"
    " strasbourg=stʁazbuʁ luxembourg=lyksɑ̃buʁ reims=ʁɛ̃s metz=mɛs bruxelles=bʁysɛl"
    " solennel=sɔlanɛl évidemment=evidamɑ̃ récemment=ʁesamɑ̃ fréquemment=fʁekamɑ̃"
    " patiemment=pasjamɑ̃ prudemment=pʁydamɑ̃ violemment=vjɔlamɑ̃ différemment=difeʁamɑ̃"
    " apparemment=apaʁamɑ̃"
)
"""The words with sounds of their own; their last syllable is stressed."""
ENT = frozenset(
    listed(
        "argent agent client parent accident président moment patient différent récent content"
        " vent dent cent souvent absent présent évident excellent violent urgent fréquent"
        " intelligent talent orient occident torrent serpent couvent équivalent permanent"
        " résident continent précédent ingrédient innocent transparent cohérent indifférent"
        " négligent prudent imprudent indépendant lent adolescent comment ciment aliment élément"
        " document monument instrument argument segment incident antécédent confident décent"
        " efficient conscient inconscient quotient récipient ambivalent insolent pénitent"
        " compétent impatient éminent imminent pertinent conséquent diligent ardent évent avent"
        " auvent contrevent paravent convent régent urgent astringent contingent détergent"
        " divergent exigent indigent indulgent réticent équipollent opulent somnolent turbulent"
        " virulent"
    )
)
"""The words in -ent that are no plural of a verb."""
MENT_VERBS = frozenset(
    listed(
        "aiment forment ferment dorment confirment consomment nomment arment estiment expriment"
        " fument affirment transforment informent animent impriment rament riment blâment"
        " déclament assument résument présument allument réclament enferment performent chôment"
        " programment"
    )
)
ASPIRATED = (
    "haut hauts haute hautes hauteur héros hasard huit huitième onze onzième hibou honte haricot"
    " haricots hors hâte haine halte hall hamburger handicap hanche hollande hongrie hockey"
    " hamster hareng harpe hausse hâche homard housse hublot hurler oui yaourt"
)
LIAISON = paired(
    "un=n mon=n ton=n son=n en=n on=n bien=n rien=n aucun=n est=t sont=t ont=t petit=t grand=t"
    " quand=t tout=t cet=t vingt=t huit=t"
) | dict.fromkeys(
    listed(
        "les des mes tes ses ces nos vos leurs aux nous vous ils elles très plus dans sans sous"
        " chez deux trois six dix quelques plusieurs autres petits grands certains tous"
    ),
    "z",
)
"""The words that end in this consonant before a vowel."""
CLITICS = paired(
    "l=l d=d j=ʒ m=m t=t s=s n=n c=s qu=k jusqu=ʒysk lorsqu=lɔʁsk puisqu=pyisk quelqu=kɛlk"
    " presqu=pʁɛsk"
)
"""The words before an apostrophe."""
LETTERS = paired(
    "a=ˈa b=bˈe c=sˈe d=dˈe e=ˈø f=ˈɛf g=ʒˈe h=ˈaʃ i=ˈi j=ʒˈi k=kˈa l=ˈɛl m=ˈɛm n=ˈɛn o=ˈo p=pˈe"
    " q=kˈy r=ˈɛʁ s=ˈɛs t=tˈe u=ˈy v=vˈe w=dubləvˈe x=ˈiks y=iɡʁˈɛk z=zˈɛd"
)
