import pytest

from dragoman.engines.whisper_ct2.hallucinations import is_wordless


@pytest.mark.parametrize(
    "text",
    [
        " BAMAMAMAMAMAMAMAMA",
        " AAAAAH!",
        " Aaaaah, ha ha!",
        " Ha ha ha ha!",
        " Hahaha.",
        " Bwahahaha!",
        " Muahahahaha",
        " Muah ha ha ha ha!",
        " Ah, ha ha, haha!",
        " Ugh! Ugh! Ugh!",
        " Aargh!",
        " Grrr...",
        "",
        " ...",
        " ♪♪",
        "\u200e\u200e\u200e",
        "ʻʻʻʻ",
        "――――",
        " Ha-ha-ha, ha-ha",
        "哈哈哈哈",
        " ハハハ",
        "하하하하",
        "ㅋㅋㅋ",
        " Ха-ха-ха!",
        " Wooooooo",
        " АААААА",
        " Oh, oh, oh, oh, oh.",
        " Yeah. Ah, ah, ah, ah, ah, ah, ah.",
        " 네, 아, 아, 아, 아, 아, 아",
    ],
)
def test_laughter_screams_and_babble_have_no_word(text: str):
    assert is_wordless(text)


@pytest.mark.parametrize(
    "text",
    [
        " $",
        " %",
        " No, no, no, no!",
        " Ha ha, very funny.",
        " Ha llegado.",
        " Ha.",
        " He, he.",
        " Ah! Oh! Ah!",
        " Uh-huh.",
        " Oh!",
        " Oh, oh, oh, oh.",
        " Oh, oh, oh, oh, oh, Susanna!",
        " Yeah, yeah, yeah, yeah, yeah.",
        " No, no, no, no, no, no.",
        " 오, 오, 오, 오, 오, 오",
        " Ugh, mornings.",
        " Grr is a sound.",
        " Sooooo good",
        " Hello.",
        " 0000",
        " 7777777",
        " Mississippi",
        " Barbara",
        " Hi, hi, hi, hi!",
        " Bye-bye, bye-bye, bye-bye!",
        "はいはいはいはい",
        "スープ",
        "ʻŌlelo Hawaiʻi",
        "不不不不不",
        "네네네네",
        " Mama, mama, mama, mama",
        " www.aaa.com",
        " la la la la",
    ],
)
def test_words_are_words_however_often_they_are_said(text: str):
    assert not is_wordless(text)


def test_a_long_text_is_looked_at_in_no_time():
    assert is_wordless("ab" * 100_000)
    assert not is_wordless("ab " * 100_000)
    assert not is_wordless("ха" * 900 + "1")
    assert not is_wordless("ha" * 900 + "b" + "哈" * 90)
    assert is_wordless("oh " * 100_000)
