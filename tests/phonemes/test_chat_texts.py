"""What people and chat models write in languages other than English."""

import pytest

from dragoman.domain.errors import RequestInvalid
from dragoman.phonemes.compose import compose
from dragoman.phonemes.language import Languages, load
from dragoman.phonemes.reader import pieces_of
from dragoman.phonemes.scan import Language
from dragoman.phonemes.traced import itself


def said(text: str, language: Language) -> str:
    whole = compose(itself(text)).text
    pieces = pieces_of(whole, 0, len(whole), language)
    return " ".join(piece.spoken for piece in pieces).rstrip(" .")


@pytest.mark.parametrize(
    ("language", "text", "words"),
    [
        ("es", "el mar. 1/12 a las 14:30", "el martes uno de diciembre a las catorce y treinta"),
        ("es", "Vimos el mar.", "Vimos el mar"),
        ("es", "lun.-vie.", "lunes a viernes"),
        ("es", "L-V de 9:00-14:00", "lunes a viernes de nueve a catorce horas"),
        ("es", "Tu código es 483 201", "Tu código es cuatro ocho tres, dos cero uno"),
        ("es", "$15.50 MXN c/u", "quince coma cincuenta pesos mexicanos cada uno"),
        ("es", "1,2 M de alumnos, 1 M", "uno coma dos millones de alumnos , un millón"),
        ("es", "10k seguidores, 12,5k", "diez mil seguidores , doce mil quinientos"),
        ("es", "20 €/mes, 3/día", "veinte euros al mes , tres al día"),
        ("es", "desde el s. XX", "desde el siglo veinte"),
        ("es", "35 \u03bcg", "treinta y cinco microgramos"),
        ("es", "1/2 l de leche, 1/2 h", "medio litro de leche , media hora"),
        ("es", "3/4 l", "tres cuartos de litro"),
        ("es", "pedido nº 48213", "pedido número cuatro ocho dos uno tres"),
        (
            "es",
            "el 31-12 a las 23:59",
            "el treinta y uno de diciembre a las veintitrés y cincuenta y nueve",
        ),
        (
            "es",
            "Tel. 91 123 45 67, fin",
            "teléfono nueve uno, uno dos tres, cuatro cinco, seis siete , fin",
        ),
        ("fr", "1/2 l, 1/2 h", "un demi litre , une demi heure"),
        ("es", "2 cdas. de aceite", "dos cucharadas de aceite"),
        ("es", "x = 2 ⇒ y = 3", "x igual a dos entonces y igual a tres"),
        ("pt", "10x de R$ 9", "dez vezes de nove reais"),
        (
            "fr",
            "2 c. à s. de sel, 1 c. à c.",
            "deux cuillères à soupe de sel , une cuillère à café",
        ),
        (
            "es",
            "PA 13,5/8,5, 38-42 k€",
            "PA trece coma cinco sobre ocho coma cinco , treinta y ocho a cuarenta y dos mil euros",
        ),
        (
            "fr",
            "1,02 g/L, T° 37",
            "un virgule zéro deux grammes par litre , température trente sept",
        ),
        ("fr", "la 89e min.", "la quatre vingt neuvième minute"),
        ("es", "Ajustes > Privacidad", "Ajustes , Privacidad"),
        ("fr", "mar. 1er déc. à 14h30", "mardi premier décembre à quatorze heures trente"),
        ("fr", "du lun. au ven. de 9h", "du lundi au vendredi de neuf heures"),
        ("fr", "votre code est 483 201", "votre code est quatre huit trois, deux zéro un"),
        ("fr", "483 201 habitants", "quatre cent quatre vingt trois mille deux cent un habitants"),
        ("fr", "« Le Monde » Paris", "“ Le Monde ” Paris"),
        ("fr", "12, av. Victor", "douze , avenue Victor"),
        ("fr", "50 av. J.-C.", "cinquante avant Jésus Christ"),
        ("fr", "ils sont 1,2 M.", "ils sont un virgule deux millions"),
        ("fr", "max. 3/jour", "maximum trois par jour"),
        ("fr", "1m78", "un mètre soixante dix huit"),
        ("fr", "au XIXe s., svp", "au dix neuvième siècle , s'il vous plaît"),
        ("it", "lun-ven, 20 €/mese", "lunedì a venerdì , venti euro al mese"),
        ("it", "15 mln di euro", "quindici milioni di euro"),
        ("it", "333 123 4567", "tre tre tre, uno due tre, quattro cinque sei sette"),
        ("pt", "seg-sex, R$ 20/mês", "segunda a sexta , vinte reais por mês"),
        ("pt", "1,2 mi de alunos", "um vírgula dois milhões de alunos"),
        ("ko", "35㎍/㎥", "삼십오 마이크로그램 퍼 세제곱미터"),
        ("ko", "오전 9:00~오후 6:00", "오전 아홉시 에서 오후 여섯시"),
        ("ko", "12~1시, 9시~6시", "열두 시에서 한 시 , 아홉 시에서 여섯 시"),
        ("ko", "12~13시간", "열둘에서 열세 시간"),
        ("ko", "앞자리 960229", "앞자리 구육공이이구"),
        ("ko", "내선 204", "내선 이공사"),
        ("ko", "주 52시간제, 5시간", "주 오십이 시간제 , 다섯 시간"),
        ("ko", "▲3.2원", "상승 삼 점 이 원"),
        ("ko", "내일(12/5), 3/4", "내일 ( 십이월 오일 ) , 사분의 삼"),
        ("ko", "(4.3/5)", "( 오점 만점에 사 점 삼점 )"),
        ("ko", "12.1.(화)~12.14.(월)", "십이월 일일 ( 화 ) 에서 십이월 십사일 ( 월 )"),
        ("ko", "2026.11 기준", "이천이십육년 십일월 기준"),
        ("ko", "전년比 5%, 美 대통령", "전년 비 오 퍼센트 , 미 대통령"),
        ("ko", "설정 > 개인정보", "설정 , 개인정보"),
        ("zh", "PM2.5为35μg/m³", "PM 二点五 为 三十五微克每立方米"),
        ("zh", "转204，305室", "转 二零四 , 三零五 室"),
        ("zh", "12/3（周四）", "十二月三日 ( 周四 )"),
        ("zh", "8500元/月", "八千五百 元 每 月"),
        ("zh", "4/3πr", "三分之四 π r"),
        ("zh", "12/3到，1/2", "十二月三日 到 , 二分之一"),
        ("zh", "5/1-5/5，72次/分", "五月一日到五月五日 , 七十二 次 每 分"),
        ("zh", "设置 > 隐私", "设置 , 隐私"),
    ],
)
def test_texts_of_chats_are_read_as_people_say_them(language: Language, text: str, words: str):
    assert said(text, language) == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("12/3(水)", "ジューニガツミッカ スイヨービ"),
        ("3/4の人", "ヨンブンノサン ノ ヒト"),
        ("認証コードは483201です", "ニンショー コード ワ ヨンハチサンニーゼロイチデス"),
        ("渋谷2-21-1", "シブヤ ニノニジューイチノイチ"),
        ("5-3-1=1", "ゴ ヒク サン ヒク イチ イコール イチ"),
        ("03-1234-5678", "ゼロサンイチニーサンヨンゴーロクナナハチ"),
        ("設定 > 表示", "セッテー ヒョージ"),
        ("15:58着", "ジューゴジゴジューハップン チャク"),
        ("35μg", "サンジューゴマイクログラム"),
        ("血圧120/80", "ケツアツ ヒャクニジューノハチジュー"),
        ("1/2〜3/4カップ", "ニブンノイチ カラ ヨンブンノサン カップ"),
        ("12/3に", "ジューニガツミッカ ニ"),
        ("102mg/dL", "ヒャクニミリグラムパーデシリットル"),
        ("2026-0417", "ニセンニジューロク ゼロヨンイチナナ"),
        ("72回/分", "ナナジューニカイ マイフン"),
        ("v2.3.1", "バージョンニテンサンテンイチ"),
    ],
)
def test_japanese_numbers_are_names_where_they_name(text: str, words: str):
    pytest.importorskip("haqumei")
    assert said(text, "ja") == words


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("문의: help@dragoman.co.kr / 02-555-0123 (내선 204)", "ko"),
        ("请访问https://www.example.cn/news?id=42。", "zh"),
        ("〒150-0002 東京都渋谷区2-21-1", "ja"),
        ("駅前図書館", "ja"),
        ("会議室、参加費¥1,500", "ja"),
        ("京都大学与东京大学", "zh"),
        ("臺北市信義區", "zh"),
        ("Factura n.º 2026-0417: base 1.024,79 €, IVA (21 %), total 1.240 €.", "es"),
        ("Facture n° 2026-0417 : HT 1 033,33 €, TTC 1 240 €.", "fr"),
        ("Choose 5,10 or 20", "en"),
        ("Invoice no. 2026-0417: net 1,024.79, VAT 21%, total $1,240.", "en"),
        ("Escríbeme a ana.lopez@correo.es o al +34 612 34 56 78.", "es"),
    ],
)
def test_addresses_hide_no_language(languages: Languages, text: str, language: str):
    assert languages.of(text) == language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("sudo apt-get install -y ffmpeg && ffmpeg -i in.mp4 -vn out.mp3", "en"),
        ("Model Y Long Range: 327 mi.", "en"),
        ("Mi casa está a 3 km.", "es"),
    ],
)
def test_options_and_units_are_no_words(languages: Languages, text: str, language: str):
    languages.check(text, None)
    assert languages.of(text) == language


def test_a_text_of_english_words_is_not_refused():
    text = "Pros & cons per request"
    with pytest.raises(RequestInvalid, match="Catalan"):
        load().check(text, None)
    load(knows=lambda word: word.lower() in text.lower()).check(text, None)
    with pytest.raises(RequestInvalid, match="German"):
        load(knows=lambda _: True).check("Das Auto ist kaputt.", None)


def test_hanja_of_news_are_spoken_and_classical_ones_refused(languages: Languages):
    languages.check("李 대통령, 전년比 18%", None)
    with pytest.raises(RequestInvalid, match="Chinese characters"):
        languages.check("孔子는 말했다.", None)
