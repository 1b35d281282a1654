"""How Korean text is read: numbers, counters, dates, signs and letters in Hangul."""

import pytest

from dragoman.phonemes.korean.words import KOREAN
from dragoman.phonemes.scan import scan


def read(text: str) -> str:
    return " ".join(piece.spoken for piece in scan(text, 0, len(text), KOREAN, "ko"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        # numbers
        ("0", "영"),
        ("15", "십오"),
        ("100", "백"),
        ("1,234", "천이백삼십사"),
        ("10000", "만"),
        ("12,345,678", "천이백삼십사만 오천육백칠십팔"),
        ("100000000", "일억"),
        ("3.14", "삼 점 일사"),
        ("-5도", "마이너스 오 도"),
        ("1/2", "이분의 일"),
        ("30%", "삼십 퍼센트"),
        ("3~5", "삼에서 오"),
        ("007", "공공칠"),
        # counted
        ("3개", "세 개"),
        ("20살", "스무 살"),
        ("21살", "스물한 살"),
        ("12명", "열두 명"),
        ("2시간", "두 시간"),
        ("100명", "백 명"),
        ("3번 만났다", "세 번 만났다"),
        ("3번 출구", "삼 번 출구"),
        ("6개월", "육 개월"),
        ("3개국", "삼 개국"),
        ("5달러", "오 달러"),
        ("2층", "이 층"),
        ("30분", "삼십 분"),
        ("5장", "다섯 장"),
        ("제3장", "제 삼 장"),
        ("20대 남성", "이십 대 남성"),
        ("차 2대", "차 두 대"),
        ("3-4명", "서너 명"),
        ("3:2로", "삼 대 이 로"),
        # dates and times
        ("2024년 6월 10일", "이천이십사 년 유월 십 일"),
        ("10월", "시월"),
        ("2024-03-05", "이천이십사년 삼월 오일"),
        ("2024.3.5.", "이천이십사년 삼월 오일"),
        ("3시 30분", "세 시 삼십 분"),
        ("오후 2:30", "오후 두시 삼십분"),
        ("14:00", "십사시"),
        # money, units, telephones, addresses
        ("5,000원", "오천 원"),
        ("$20", "이십 달러"),
        ("₩3,000", "삼천 원"),
        ("3만 원", "삼 만 원"),
        ("70kg", "칠십 킬로그램"),
        ("36.5℃", "삼십육 점 오 도"),
        ("010-1234-5678", "공일공 일이삼사 오육칠팔"),
        ("a@b.com", "a 골뱅이 b 점 com"),
        ("https://example.com/x", "example 점 com 슬래시 x"),
        # letters and signs
        ("AI", "에이아이"),
        ("KBS를", "케이비에스 를"),
        ("NASA", "NASA"),
        ("iPhone 15", "아이폰 십오"),
        ("ㄱ과 ㅏ", "기역 과 아"),
        ("ㅋㅋㅋㅋ ㅎㅎ ㅠㅠ", "크크크 흐흐"),
        ("Wi-Fi", "와이파이"),
        ("A/S", "에이에스"),
        ("그래… 정말?!", "그래 … 정말 ?"),
        ("“안녕”", "“ 안녕 ”"),
        ("좋아요 👍", "좋아요"),
    ],
)
def test_text_is_read_as_a_person_would(text: str, said: str):
    assert read(text) == said
