"""How Japanese text is read, and that every word knows its place."""

import pytest

from dragoman.phonemes.japanese.reading import phonemes, pieces

pytest.importorskip("haqumei")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("3本", "サンボン"),
        ("1,234円", "センニヒャクサンジューヨエン"),
        ("12:30〜14:00", "ジューニジサンジュップン カラ ジューヨジ"),
        ("2024/3/5", "ニセンニジューヨネンサンガツイツカ"),
        ("$5", "ゴドル"),
        ("50%", "ゴジュッパーセント"),
        ("3.14", "サンテンイチヨン"),
        ("-5°C", "マイナス ゴド"),
        ("1/2", "ニブンノイチ"),
        ("taro@example.com", "タロアットマークエグザンプルドットコム"),
        ("Python", "パイソン"),
        ("20歳", "ニジュッサイ"),
        ("9月", "クガツ"),
        ("AI", "エーアイ"),
        ("ﾊﾟｿｺﾝ５０％", "パソコン ゴジュッパーセント"),
        ("3人で2冊", "サンニン デ ニサツ"),
        ("今日は", "キョー ワ"),
        ("東京へ行く", "トーキョー エ イク"),
    ],
)
def test_text_is_read_as_a_person_would(text: str, said: str):
    assert " ".join(piece.spoken for piece in pieces(text, 0, len(text))) == said


def test_words_are_the_dictionarys_with_their_endings_and_numbers_whole():
    text = "昨日りんごを5本、1,234円で買いました。"
    found = pieces(text, 0, len(text))
    assert [text[piece.start : piece.end] for piece in found] == [
        "昨日",
        "りんご",
        "を",
        "5本",
        "、",
        "1,234円",
        "で",
        "買いました",
        "。",
    ]


def test_half_width_kana_keep_their_places():
    text = "ﾊﾟｿｺﾝを ｶﾞﾗｽ"
    found = pieces(text, 0, len(text))
    assert [text[piece.start : piece.end] for piece in found] == ["ﾊﾟｿｺﾝ", "を", "ｶﾞﾗｽ"]


@pytest.mark.parametrize(
    ("kana", "sound"),
    [
        ("コンニチワ", "koɲɲiʨiβa"),
        ("キョー", "kʲoː"),
        ("ガッコー", "ɡaʔkoː"),
        ("サンポ", "sampo"),
        ("ニホンゴ", "ɲihoŋɡo"),
        ("ホン", "hoɴ"),
        ("ティー", "tʲiː"),
    ],
)
def test_kana_sound_as_kokoro_knows_them(kana: str, sound: str):
    assert phonemes([kana]) == [sound]
