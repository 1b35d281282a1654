from dragoman.engines.whisper_ct2.words import OTHERS, token_bytes


def test_a_space_and_letters_are_themselves():
    assert token_bytes("Ġso") == b" so"
    assert token_bytes("!") == b"!"


def test_half_a_character_is_its_bytes():
    assert token_bytes("ìķĪ") == "안".encode()
    assert token_bytes("ìķ") == "안".encode()[:2]


def test_every_byte_has_one_sign():
    signs = [chr(number) for number in range(512) if number not in OTHERS and number < 256 + 68]
    assert sorted(map(token_bytes, signs)) == [bytes([byte]) for byte in range(256)]
