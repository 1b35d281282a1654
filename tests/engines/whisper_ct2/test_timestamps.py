from dragoman.engines.whisper_ct2.timestamps import TimedTokens, split_at_timestamps

T = 1000
"""The first timestamp token: T + n is n × 0.02 s."""


def test_two_timestamps_side_by_side_end_one_piece_and_begin_the_next():
    tokens = [T, 1, 2, T + 50, T + 60, 3, T + 100]
    cuts, told_s = split_at_timestamps(tokens, T, 30.0, ended=True)
    assert cuts == [
        TimedTokens(0.0, 1.0, [T, 1, 2, T + 50]),
        TimedTokens(1.2, 2.0, [T + 60, 3, T + 100]),
    ]
    assert told_s == 30.0


def test_text_without_an_end_is_the_last_piece():
    tokens = [T, 1, T + 50, T + 50, 2, 3]
    cuts, told_s = split_at_timestamps(tokens, T, 30.0, ended=True)
    assert cuts == [TimedTokens(0.0, 1.0, [T, 1, T + 50]), TimedTokens(1.0, 30.0, [T + 50, 2, 3])]
    assert told_s == 30.0


def test_text_that_was_cut_off_is_left_to_be_heard_again():
    tokens = [T, 1, T + 50, T + 50, 2, 3]
    cuts, told_s = split_at_timestamps(tokens, T, 30.0, ended=False)
    assert cuts == [TimedTokens(0.0, 1.0, [T, 1, T + 50])]
    assert told_s == 1.0


def test_a_beginning_without_text_is_left_to_be_heard_again():
    tokens = [T, 1, T + 50, T + 50]
    assert split_at_timestamps(tokens, T, 30.0, ended=True) == (
        [TimedTokens(0.0, 1.0, [T, 1, T + 50])],
        1.0,
    )


def test_one_piece_ends_at_its_timestamp_or_with_the_window():
    assert split_at_timestamps([T, 1, T + 25], T, 30.0, ended=True) == (
        [TimedTokens(0.0, 0.5, [T, 1, T + 25])],
        30.0,
    )
    assert split_at_timestamps([T, 1], T, 30.0, ended=True) == (
        [TimedTokens(0.0, 30.0, [T, 1])],
        30.0,
    )


def test_no_tokens_are_no_pieces():
    assert split_at_timestamps([], T, 30.0, ended=True) == ([], 30.0)


def test_hearing_never_stands_still():
    assert split_at_timestamps([T, T, 1], T, 30.0, ended=True)[1] == 30.0
