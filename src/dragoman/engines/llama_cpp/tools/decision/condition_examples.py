"""The examples before the question whether a condition is met, each with its right answer."""

from dragoman.engines.llama_cpp.tools.decision.examples import NO, YES, request

UNKNOWN = "unknown"
MET = (
    "A request has something done only under a condition. Say whether what was found meets it: "
    "yes, no, or unknown (nothing that was found tells, or the request sets no such condition)."
)
_LEND = request("If Dune is in, lend it to me.")
_EGGS = request("Put eggs on my shopping list unless we have some.")
_FAN = request("If it is over 25 degrees in the attic, switch on the fan.")
_RAIN = request("내일 비가 오면 민호에게 알려줘.")
_WON = request("Tell Leo, but only when the Lakers have won.")
_MEMBERS = request("Add Ida to members.txt if she is not in it.")
_TABLE = request("Book a table for seven o'clock if one is free then.")
_WAITING = request("Keep my copy of Dune as long as nobody waits for it.")
_MILK = request("우유가 없으면 장보기 목록에 넣어줘.")
_LATE = request("If the train is late, tell Mia.")
_OWES = request("If Ida Berg owes anything, send her a note.")
_FEES = request("Pay my fees, unless they are more than 10.")
_IDA = 'member_number({"name": "Ida Berg"}): 88'
METS = (
    (_LEND, ('find_book({"title": "Dune"}): {"book": 17, "lent_to": "Leo"}',), NO),
    (_LEND, ('find_book({"title": "Dune"}): {"book": 17, "lent_to": null}',), YES),
    (_EGGS, ('look_in_fridge({}): ["milk", "butter"]',), YES),
    (_EGGS, ('look_in_fridge({}): ["milk", "eggs"]',), NO),
    (_FAN, ('temperature({"room": "attic"}): {"celsius": 22.5}',), NO),
    (_FAN, ('temperature({"room": "attic"}): {"celsius": 28}',), YES),
    (_RAIN, ('forecast({"day": "tomorrow"}): {"sky": "sunny"}',), NO),
    (_RAIN, ('forecast({"day": "tomorrow"}): {"sky": "rain"}',), YES),
    (_WON, ('get_score({"team": "Lakers"}): {"winner": "Lakers"}',), YES),
    (_WON, ('get_score({"team": "Lakers"}): {"winner": "Bulls"}',), NO),
    (request("Make parse.py return 0 if a line is empty."), ("open_file({}): return 1",), UNKNOWN),
    (_MEMBERS, ('open_file({"path": "members.txt"}): Leo, Ida, Mia',), NO),
    (_MEMBERS, ('open_file({"path": "members.txt"}): Leo, Mia',), YES),
    (_TABLE, ('free_tables({}): ["18:00", "21:00"]',), NO),
    (_TABLE, ('free_tables({}): ["18:00", "19:00"]',), YES),
    (_OWES, (_IDA,), UNKNOWN),
    (_OWES, (_IDA, 'member_fees({"number": 88}): 0.00'), NO),
    (_OWES, (_IDA, 'member_fees({"number": 88}): 4.50'), YES),
    (_WAITING, ('find_book({"title": "Dune"}): {"waiting": 0}',), YES),
    (_WAITING, ('find_book({"title": "Dune"}): {"waiting": 2}',), NO),
    (_MILK, ('look_in_fridge({}): ["계란", "우유"]',), NO),
    (_MILK, ('look_in_fridge({}): ["계란", "버터"]',), YES),
    (_LATE, ('next_train({"to": "Kiel"}): {"delay": 12}',), YES),
    (_LATE, ('next_train({"to": "Kiel"}): {"delay": 0}',), NO),
    (_FEES, ("member_fees({}): 24.50",), NO),
    (_FEES, ("member_fees({}): 4.50",), YES),
    (request("Keep my copy of Dune for two more weeks."), ("find_book({}): 17",), UNKNOWN),
)
