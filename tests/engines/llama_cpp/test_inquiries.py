"""Who only wants to know something, and who wants something done, in the words people use."""

import pytest

from dragoman.engines.llama_cpp.tools.decision.inquiries import is_inquiry
from dragoman.engines.llama_cpp.tools.grounding.wording import normal


@pytest.mark.parametrize(
    "text",
    [
        "Find the customer Dana Reyes and list her orders.",
        'Please look up the page "Terms and conditions" and tell me the price and the date.',
        "Search for flights to Rome tomorrow, then show me the cheapest three.",
        "Read config.yaml and summarise it",
        "Compare the two offers. Which one is cheaper?",
        "Check whether the build has passed.",
        'Busca en mis notas la página "Oficina" y dime el teléfono del técnico.',
        "Suche die Rechnung 4711 und nenne mir den Betrag.",
        "Cherche la réservation de Mme Blanc et dis-moi l'heure.",
        "Trova il cliente Rossi e dimmi il suo numero.",
        "From which platform does the last train leave?",
        "Sind die Haustür und das Garagentor abgeschlossen?",
        "¿Cuándo sale el tren?",
        "남은 할 일 보여줘.",
        "박지훈 사원을 검색해서 연락처를 알려주세요.",
        "내 폴더에 어떤 문서가 있어?",
    ],
)
def test_looking_up_and_telling_is_an_inquiry(text: str) -> None:
    assert is_inquiry(normal(text))


@pytest.mark.parametrize(
    "text",
    [
        "Find the meeting with Kim and move it to 3 pm.",
        "Look up my booking and cancel it.",
        "Show me the flights, then book the first one.",
        "Find a table for two and reserve it",
        "Tell Anna that I am late.",
        "Check me in for my flight.",
        "Check in the luggage and tell me the number.",
        "Give me a refund for order 17.",
        "List the open tickets and close them.",
        "Read README.md. Fix the typo in it.",
        "Search for the file or create it.",
        "Open the garage door.",
        "Busca la reserva y cancélala.",
        "Suche die Rechnung und bezahle sie.",
        "Wann kannst du mir einen Tisch buchen?",
        "Hat Anna Zeit? Wenn ja, lade sie ein.",
        "예약을 찾아서 취소해줘.",
        "회의를 3시로 옮기고 알려줘.",
        "예약해 줄래?",
        "불 좀 꺼줄 수 있어?",
        "Zoek de klant en toon zijn bestellingen.",
        "",
        "??",
    ],
)
def test_what_may_want_something_done_is_none(text: str) -> None:
    assert not is_inquiry(normal(text))


@pytest.mark.parametrize(
    "part", ["find, ", "and ", " ", '"', "a.", "list the x and ", "찾고 ", "?"]
)
def test_a_long_text_is_judged_in_time(part: str) -> None:
    is_inquiry(part * 4_000)
