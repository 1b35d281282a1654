"""How Chinese text is read, and that every word knows its place."""

import pytest

from dragoman.phonemes.chinese.reading import phonemes, pieces


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2024年3月5日", "二零二四 年 三 月 五 日"),
        ("2024-03-05", "二零二四年三月五日"),
        ("15:30", "十五点三十分"),
        ("2:05", "两点零五分"),
        ("¥3.5", "三点五元"),
        ("$100万", "一百万美元"),
        ("50%", "百分之五十"),
        ("3.14", "三点一四"),
        ("-5℃", "零下五摄氏度"),
        ("2个人", "两 个人"),
        ("二十", "二十"),
        ("10-20公里", "十到 二十 公里"),
        ("1/3", "三分之一"),
        ("13812345678", "幺三八幺二三四五六七八"),
        ("123456", "十二万三千四百五十六"),
        ("10000", "一万"),
        ("100000001", "一亿零一"),
        ("1010", "一千零一十"),
        ("第2次", "第 二 次"),
        ("我用Python", "我用 Python"),
        ("a@example.com", "a 艾特 example 点 com"),
    ],
)
def test_text_is_read_as_a_person_would(text: str, said: str):
    assert " ".join(piece.spoken for piece in pieces(text, 0, len(text))) == said


def test_words_are_cut_and_keep_their_places():
    text = "我们在北京大学学习2.5年。"
    found = pieces(text, 0, len(text))
    assert [text[piece.start : piece.end] for piece in found] == [
        "我们",
        "在",
        "北京大学",
        "学习",
        "2.5",
        "年",
        "。",
    ]


@pytest.mark.parametrize(
    ("word", "sound"),
    [
        ("中国", "ꭧʊ→ŋkwo↗"),
        ("银行", "i↗nxa↗ŋ"),
        ("女儿", "ny↓ɚ↗"),
        ("知识", "ꭧɨ→ʂɨ↗"),
        ("雨", "y↓"),
        ("月", "ɥe↘"),
        ("酒", "ʨjou↓"),
        ("我们", "wo↓mən"),
    ],
)
def test_words_sound_by_their_pinyin_with_tones(word: str, sound: str):
    assert phonemes([word]) == [sound]
