"""Markup is not said: what is left of a text, and how it is said."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dragoman.phonemes.chunk import Chunk
from dragoman.phonemes.compose import compose
from dragoman.phonemes.markup.reading import stretches, unobeyed
from dragoman.phonemes.markup.stretch import ALL_PAUSES_MS, LONGEST_PAUSE_MS, Stretch
from dragoman.phonemes.reader import Reader, pieces_of


def plain(text: str) -> str:
    """What is said, "|" between sentences that markup parts, "¶" between paragraphs."""
    whole = "".join(stretch.plain.text for stretch in stretches(text))
    return whole.replace("\n\n", "¶").replace("\u2028", "|").strip("|¶ \n")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("# Summary\nSales rose in May.", "Summary¶Sales rose in May."),
        ("## 요약\n매출이 늘었다.", "요약¶매출이 늘었다."),
        ("### 标题 ###\n内容。", "标题¶内容。"),
        ("Title\n=====\nText", "Title¶Text"),
        ("> He said hello.\n> Twice.", "He said hello.\nTwice."),
        ("> outer\n>> inner", "outer¶inner"),
        ("- one\n- two", "one|two"),
        ("* one\n* two", "one|two"),
        ("+ one\n+ two", "one|two"),
        ("• one\n• two", "one|two"),
        ("▪ one\n◦ two\n➤ three", "one|two|three"),
        ("1. one\n2. two", "1. one|2. two"),
        ("1) one\n2) two", "1) one|2) two"),
        ("- one\n  - deep\n- two", "one|deep¶two"),
        ("- [x] done\n- [ ] open", "done|open"),
        ("**bold** and *slanted* and ***both***", "bold and slanted and both"),
        ("__bold__ and _slanted_", "bold and slanted"),
        ("**중요**합니다 **2024**년", "중요합니다 2024년"),
        ("~~old~~ new", "old new"),
        ("run `ls -la` now", "run ls -la now"),
        ("``a`b``", "a`b"),
        ("```python\nprint(1)\n```", "print(1)"),
        ("~~~\ncode\n~~~\nafter", "code¶\nafter"),
        ("```\nnever closed", "never closed"),
        ("[the docs](https://example.com/docs)", "the docs"),
        ('[the docs](https://example.com "A title")', "the docs"),
        ("[the docs][1]\n\n[1]: https://example.com", "the docs"),
        ("![a cat](cat.png) sleeps", "a cat sleeps"),
        ("![](cat.png)Here.", "Here."),
        ("[![logo](l.png)](https://a.b)", "logo"),
        ("<https://example.com>", "https://example.com"),
        ("one\n\n---\n\ntwo", "one¶two"),
        ("one\n***\ntwo", "one¶two"),
        ("| a | b |\n|---|:-:|\n| 1 | 2 |\n| 3 | 4 |", "a, b|1, 2|3, 4"),
        ("a | b\n--|--\n1 | 2", "a, b|1, 2"),
        ("| a lone | row |", "a lone, row"),
        ("A claim.[^1]\n\n[^1]: The note.", "A claim.¶The note."),
        ("first  \nsecond", "first|second"),
        ("first\\\nsecond", "first|second"),
        (r"\*not bold\* and \# and 1\. one", "*not bold* and # and 1. one"),
        ("    # Indented\n    - text", "Indented¶text"),
        ("AT&amp;T &lt;3 &copy; caf&eacute; &#39;x&#39;", "AT&T <3 © café 'x'"),
    ],
)
def test_markdown_is_heard_as_its_text(text: str, said: str):
    assert plain(text).replace("|¶", "¶") == said


@pytest.mark.parametrize(
    "text",
    [
        "5 * 3 * 2",
        "5*3*2 is 30",
        "2*x*3 + x**2",
        "C# and F# and #1",
        "#hashtag",
        "snake_case and a_b_c",
        "I <3 you",
        "x < y > z",
        "if a<b and c>d",
        "vector<int> of <your name>",
        ">= 5 apples",
        "> 5 °C is warm",
        "# of items: 5",
        "5~7일, 10~12일",
        "about ~5 to ~7",
        "[Bob]: hello there",
        "[Bob]: hello",
        "argv[1] and x[0] = 1",
        "Press [1] for sales.",
        "press [1].",
        "Fish & chips",
        "a+b",
        "-5 degrees",
        "-- he said",
        "$5 and $6",
        "a^b and x^2",
        "1. ",
        "2024. What a year",
        "[unclosed",
        "a](b)",
        "**",
        "`",
        "C:\\new\\table",
        "[docs] and (notes)",
        "100% * 2",
        "e.g. a|b",
        "Hello\nworld",
    ],
)
def test_what_only_looks_like_markup_is_text(text: str):
    assert "".join(stretch.plain.text for stretch in stretches(text)).split() == text.split()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<p>Hello</p><p>there</p>", "Hello¶there"),
        ("Hello<br>there<br/>you", "Hello|there|you"),
        ("<b>Hello</b> <i class='x'>you</i>", "Hello you"),
        ("<ul><li>one</li><li>two</li></ul>", "one|two"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a, b|c"),
        ("<h1>Title</h1>Text &amp; more", "Title¶Text & more"),
        ("<script>alert(1)</script>Hello", "Hello"),
        ("<style>p { color: red }</style><p>Hi</p>", "Hi"),
        ("one <!-- hidden --> two", "one  two"),
        ('<img src="a.png" alt="a cat">', "a cat"),
        ("<details open><summary>More</summary>text</details>", "More¶text"),
        ("H<sub>2</sub>O and x<sup>2</sup>", "H2O and x2"),
        ("<a href='https://a.b/c?d=1&e=2'>link</a>", "link"),
        ("<think>so</think> yes", "so yes"),
        ('a <span style="x > y">b</span>', "a b"),
    ],
)
def test_html_is_heard_as_its_text(text: str, said: str):
    assert plain(text).replace("|¶", "¶") == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("It is so.[1] And so.[2][3]", "It is so. And so."),
        ("It is so [1].", "It is so."),
        ("It is so [12, 13]. And", "It is so. And"),
        ("It is so[4] here.", "It is so here."),
        ("It is so 【4:0†report.pdf】.", "It is so."),
        ("It is so.[[1]](https://a.b)", "It is so."),
        ("It is so[citation needed].", "It is so."),
        ("See [1] for more.", "See [1] for more."),
        ("Great job 🎉 See you", "Great job, See you"),
        ("Great job! 🎉🎉 See you 👍🏽", "Great job!  See you"),
        ("✅ Done\n❌ Failed", "Done\n Failed"),
        ("Go 🇰🇷 go 👨‍👩‍👧!", "Go, go !"),
        ("Step 1️⃣ and 2️⃣", "Step 1, and 2"),
        ("═════\nTitle\n═════", "Title"),
    ],
)
def test_citations_and_emoji_are_not_spelled(text: str, said: str):
    assert plain(text) == said


def test_in_code_nothing_is_taken_away():
    assert plain("`list[1]` and `<br>` and `[pause:1s]`").startswith("list[1] and <br> and")


def manners(text: str) -> list[tuple[str, float, float, str | None, int]]:
    return [
        (
            each.plain.text.strip(),
            each.manner.rate,
            each.manner.gain_db,
            each.manner.language,
            each.pause_ms,
        )
        for each in stretches(text)
    ]


def test_pauses_are_as_long_as_they_say():
    found = manners("Wait [pause:1.5s] what? [pause: 250ms] Yes. [pause] End")
    assert [(said, pause) for said, *_, pause in found] == [
        ("Wait", 1500),
        ("what?", 250),
        ("Yes.", 400),
        ("End", 0),
    ]


@pytest.mark.parametrize(
    ("tag", "pause_ms"),
    [
        ('<break time="500ms"/>', 500),
        ("<break time='2s'/>", 2000),
        ('<break time="1.5s" />', 1500),
        ('<break strength="strong"/>', 700),
        ('<break strength="none"/>', 0),
        ("<break/>", 400),
        ("<break></break>", 400),
        ('<break time="nonsense"/>', 400),
        ('<break time="9999s"/>', LONGEST_PAUSE_MS),
    ],
)
def test_breaks_of_ssml_are_pauses(tag: str, pause_ms: int):
    first, second = stretches(f"<speak>Hello {tag} world</speak>")
    assert (first.plain.text, first.pause_ms) == ("Hello ", pause_ms) or not pause_ms
    assert second.plain.text.strip() == "world"


@pytest.mark.parametrize(
    ("attributes", "rate", "gain_db"),
    [
        ('rate="slow"', 0.75, 0),
        ('rate="x-fast"', 1.5, 0),
        ('rate="80%"', 0.8, 0),
        ('rate="+20%"', 1.2, 0),
        ('rate="-20%"', 0.8, 0),
        ('rate="1.1"', 1.1, 0),
        ('rate="0.0001%"', 0.25, 0),
        ('volume="loud"', 1, 4),
        ('volume="-6dB" rate="fast"', 1.25, -6),
        ('pitch="high"', 1, 0),
        ("", 1, 0),
    ],
)
def test_prosody_is_obeyed_where_it_can_be(attributes: str, rate: float, gain_db: float):
    text = f"<speak>one <prosody {attributes}>two</prosody> three</speak>"
    found = [each for each in manners(text) if "two" in each[0]]
    assert found[0][1:3] == pytest.approx((rate, gain_db))


@pytest.mark.parametrize(
    ("inside", "said"),
    [
        ('<say-as interpret-as="characters">abc</say-as>', "A, B, C,"),
        ('<say-as interpret-as="spell-out">a1</say-as>', "A, 1,"),
        ('<say-as interpret-as="digits">123</say-as>', "1, 2, 3,"),
        ('<say-as interpret-as="ordinal">3</say-as> place', "3rd place"),
        ('<say-as interpret-as="date" format="mdy">11/28/24</say-as>', "11/28/24"),
        ('<say-as interpret-as="expletive">darn</say-as> it', "it"),
        ('<sub alias="World Wide Web">WWW</sub> is old', "World Wide Web is old"),
        ("<sub>WWW</sub> is old", "WWW is old"),
        ("<p>one</p><p>two</p>", "one¶two"),
        ("<s>one</s><s>two</s>", "one|two"),
        ('<emphasis level="strong">now</emphasis>', "now"),
        ('<voice name="Joanna">hello</voice>', "hello"),
        ('<audio src="http://a.b/c.mp3">a bell</audio>', "a bell"),
        ('<mark name="here"/>text', "text"),
        ("<amazon:effect name='whispered'>psst</amazon:effect>", "psst"),
        ("<mstts:express-as style='sad'>oh</mstts:express-as>", "oh"),
        ("<metadata>secret</metadata>text", "text"),
        ("<!-- note -->text", "text"),
        ("<![CDATA[a < b]]>", "a < b"),
        ("Q&amp;A &quot;x&quot;", 'Q&A "x"'),
        ("**not bold** # no", "**not bold** # no"),
    ],
)
def test_the_rest_of_ssml_is_done_or_left_out(inside: str, said: str):
    assert plain(f"<speak version='1.0' xml:lang='en-US'>{inside}</speak>") == said


@pytest.mark.parametrize(
    "text",
    [
        "<speak>hello world",
        "<speak>hello <prosody rate='slow'>world</speak>",
        "<speak>hello </prosody> world</speak>",
        "<speak>hello <b>world</speak></b>",
        "<speak >hello<foo bar=> world</foo></speak>",
        "<?xml version='1.0'?><speak>hello world</speak>",
        "<!DOCTYPE speak SYSTEM 'x'><speak>hello world</speak>",
        "<SPEAK>hello world</SPEAK>",
        "<speak>hello</speak> world",
        "<speak>" + "<p>" * 5000 + "hello world" + "</p>" * 5000 + "</speak>",
    ],
)
def test_malformed_ssml_loses_no_text(text: str):
    assert plain(text).replace("¶", " ").split() == ["hello", "world"]


def test_a_bomb_of_entities_is_not_set_off():
    bomb = '<!DOCTYPE speak [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><speak>&b;</speak>'
    assert plain(bomb) in ("&b;", "")


def test_pauses_are_bounded_together():
    text = "<speak>" + "a <break time='30s'/> " * 100 + "</speak>"
    assert sum(each.pause_ms for each in stretches(text)) == ALL_PAUSES_MS


def test_a_language_may_be_named_in_ssml(reader: Reader):
    chunks = list(reader.read("<speak>Hello <lang xml:lang='es-ES'>perro</lang> hello</speak>"))
    assert [chunk.language for chunk in chunks] == ["en", "es", "en"]


def sounds(text: str, chunk: Chunk) -> list[tuple[str, str]]:
    return [
        (text[word.start : word.end], chunk.phonemes[word.first : word.last])
        for word in chunk.words
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[hello](/kˈOkəɹO/) world", [("hello", "kˈOkəɹO"), ("world", "wˈɜɹld")]),
        ("[hello](/həˈləʊ/) world", [("hello", "həˈlQ"), ("world", "wˈɜɹld")]),
        ("[hello](/docs/) world", [("hello", "həlˈO"), ("world", "wˈɜɹld")]),
        ("[hello](/123%/) world", [("hello", "həlˈO"), ("world", "wˈɜɹld")]),
    ],
)
def test_phonemes_in_kokoros_notation_are_said(
    reader: Reader, text: str, expected: list[tuple[str, str]]
):
    (chunk,) = reader.read(text)
    assert sounds(text, chunk) == expected


def test_phonemes_of_ssml_are_said(reader: Reader):
    text = '<speak>The <phoneme alphabet="ipa" ph="təˈmeɪ.toʊ">cat</phoneme> of it</speak>'
    (chunk,) = reader.read(text)
    assert sounds(text, chunk)[1] == ("cat", "təˈmAtO")


def test_words_keep_their_places_in_what_was_sent(reader: Reader):
    text = "# Hello\n\n**world** [cat](http://a.b) &amp; `apple`<br>world"
    words = [text[w.start : w.end] for chunk in reader.read(text) for w in chunk.words]
    assert words == ["Hello", "world", "cat", "&amp;", "apple", "world"]


def test_what_is_said_otherwise_has_the_place_of_its_element(reader: Reader):
    text = "<speak>hello <sub alias='apple of the world'>WWW</sub>.</speak>"
    (chunk,) = reader.read(text)
    assert [text[w.start : w.end] for w in chunk.words] == ["hello", *["WWW"] * 4]


def test_a_sentence_that_goes_on_after_a_pause_does_not_fall(reader: Reader):
    first, second = reader.read("hello [pause:1s] world")
    assert (first.phonemes[-1], first.pause_after_ms) == (",", 1000)
    assert second.phonemes[-1] == "."
    (before,) = reader.read("[pause:2s] hello")
    assert before.pause_before_ms == 2000


def test_rate_and_level_are_told_to_the_voice(reader: Reader):
    text = "<speak>hello <prosody rate='slow' volume='soft'>world</prosody></speak>"
    first, second = reader.read(text)
    assert (first.rate, first.gain_db, second.rate, second.gain_db) == (1, 0, 0.75, -6)


@settings(max_examples=300, deadline=None)
@given(
    st.text(
        alphabet=st.sampled_from("ab 12.,:;!?'\"-–()[]<>/$%&@#*_`~|=+\\^\n\té안漢。¡—•🎉"),
        max_size=60,
    )
)
def test_any_text_is_read_with_its_places_in_order(text: str):
    found = stretches(text)
    at = 0
    for stretch in found:
        for start, end in zip(stretch.plain.starts, stretch.plain.ends, strict=True):
            assert at <= start <= end <= len(text)
            at = start
    assert len("".join(each.plain.text for each in found)) <= 3 * len(text) + 9


@pytest.mark.parametrize(
    "unit",
    ["[", "*a ", "> ", "- ", "`", "<b>", "![", "<", "&amp;", "[1]", "|", "# ", "<a href='", "1. "],
)
def test_long_runs_of_signs_take_no_time(unit: str):
    found: list[Stretch] = stretches(unit * (4096 // len(unit)))
    assert len(found) <= 1
    stretches("<speak>" + unit * (4096 // len(unit)))


@pytest.mark.parametrize(
    "sign", [*"<>=+&@#%/\\$£€¥₩^§©®™°×÷≈≠±→←∞√*[({|_`~]})«»“”\"'-.,!?…", "=-", "</>", "-=-#"]
)
def test_a_row_of_one_sign_is_a_pause(reader: Reader, sign: str):
    assert not list(reader.read((sign * 4096)[:4096]))
    chunks = list(reader.read(f"hello {sign * 1000} world"))
    words = [word for chunk in chunks for word in chunk.words]
    assert len(words) <= 2
    assert sum(len(chunk.phonemes) for chunk in chunks) < 24


@pytest.mark.parametrize(
    ("text", "said"),
    [("a === b", "a equals b"), ("1 < 2", "one less than two"), ("# of C#", "hash of C sharp")],
)
def test_a_sign_or_three_keep_their_names(text: str, said: str):
    found = compose(stretches(text)[0].plain).text
    pieces = pieces_of(found, 0, len(found), "en")
    assert " ".join(piece.spoken for piece in pieces) == said


@pytest.mark.parametrize(
    ("pause", "length_ms", "told"),
    [
        ("[pause:abc]", 400, ("[pause:abc]",)),
        ("[pause:-1s]", 400, ("[pause:-1s]",)),
        ("[pause:1.5.5s]", 400, ("[pause:1.5.5s]",)),
        ("[pause:1s,2s]", 400, ("[pause:1s,2s]",)),
        ("[pause:]", 400, ("[pause:]",)),
        ("[break:x]", 400, ("[break:x]",)),
        ("[pause -1s]", 400, ("[pause -1s]",)),
        ("<break time='abc'/>", 400, ("<break time='abc'/>",)),
        ('<break time="-5s"/>', 400, ('<break time="-5s"/>',)),
        ('<break time="1e999s"/>', 400, ('<break time="1e999s"/>',)),
        ("[pause:999999s]", 30_000, ("a pause beyond 30 s",)),
        ("[pause:999999999999s]", 30_000, ("a pause beyond 30 s",)),
        ("[pause:10s]" * 300, 120_000, ("pauses beyond 120 s together",)),
        ("[pause: 1.5 seconds]", 1500, ()),
        ("[pause 2s]", 2000, ()),
        ("[pause]", 400, ()),
        ("[short pause]", 200, ()),
        ("[long pause]", 1000, ()),
    ],
)
def test_a_pause_that_cannot_be_obeyed_is_one_all_the_same_and_told(
    pause: str, length_ms: int, told: tuple[str, ...]
):
    text = f"Hello {pause} world"
    first, last = stretches(text)
    assert (first.plain.text.strip(), last.plain.text.strip()) == ("Hello", "world")
    assert first.pause_ms == length_ms
    assert unobeyed(text) == told


@pytest.mark.parametrize("text", ["[pause the video]", "[Silence of the lambs]", "[break even]"])
def test_words_in_brackets_are_no_pause(text: str):
    assert plain(text) == text
    assert unobeyed(text) == ()


def test_an_entity_that_nobody_defined_is_left_out_of_ssml():
    found = stretches("<speak>A&foo; &amp; B &d;&d; &lt;3 &#65;</speak>")
    assert "".join(each.plain.text for each in found) == "A & B  <3 A"
