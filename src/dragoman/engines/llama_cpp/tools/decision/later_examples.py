"""The examples before the questions that come after a call, each with its right answer."""

from dragoman.engines.llama_cpp.tools.decision.examples import (
    DONE,
    ERRANDS,
    FILES,
    LIBRARY,
    MORE,
    request,
)

FURTHER = (
    "Calls are made for a request; their results are not there yet. Reply with more if another "
    "call can be made at once, for another thing that the request names, or with done if there is "
    "none, or if what is left to do must wait for a result."
)
FURTHERS = (
    (request("How are the Lakers and the Bulls doing?"), ('get_score({"team": "Lakers"})',), MORE),
    (
        request("How are the Lakers and the Bulls doing?"),
        (
            'get_score({"team": "Lakers"})',
            'get_score({"team": "Bulls"})',
        ),
        DONE,
    ),
    (request("Is there a copy of Dune?"), ('find_book({"title": "Dune"})',), DONE),
    (request("Tell Leo that I am late."), ('find_contact({"name": "Leo"})',), DONE),
    (
        request(
            "How fast are a runner who needs 12 s for 100 m and a cyclist who needs 30 s for 400 m?"
        ),
        ('speed({"distance": 100, "time": 12})',),
        MORE,
    ),
    (
        request(
            "How fast are a runner who needs 12 s for 100 m and a cyclist who needs 30 s for 400 m?"
        ),
        (
            'speed({"distance": 100, "time": 12})',
            'speed({"distance": 400, "time": 30})',
        ),
        DONE,
    ),
    (
        request("Open timer.py, make it count down, and start it."),
        ('open_file({"path": "timer.py"})',),
        DONE,
    ),
    (
        request("Find trains from Bonn to Kiel and book the cheapest."),
        ('search_trains({"from": "Bonn", "to": "Kiel"})',),
        DONE,
    ),
    (request("부산이랑 대구 가는 기차 시간 알려줘."), ('search_trains({"to": "Busan"})',), MORE),
    (
        request("내일 부산 가는 기차 시간 알려줘."),
        ('search_trains({"to": "Busan", "day": "tomorrow"})',),
        DONE,
    ),
    (
        request("What are the square roots of 16, 25 and 36?"),
        (
            'root({"number": 16})',
            'root({"number": 25})',
        ),
        MORE,
    ),
    (
        request("What are the square roots of 16, 25 and 36?"),
        (
            'root({"number": 16})',
            'root({"number": 25})',
            'root({"number": 36})',
        ),
        DONE,
    ),
    (request("Keep my copy of Dune for two more weeks."), ('find_book({"title": "Dune"})',), DONE),
    (request("When does a train leave from here?"), ("current_place({})",), DONE),
    (request("Tell Leo and Mia that I am late."), ('find_contact({"name": "Leo"})',), MORE),
    (
        request("Tell Leo and Mia that I am late."),
        (
            'find_contact({"name": "Leo"})',
            'find_contact({"name": "Mia"})',
        ),
        DONE,
    ),
    (
        request("Book a table for four at Roma on Friday and put eggs on my list."),
        ('book_table({"place": "Roma", "people": 4, "day": "Friday"})',),
        MORE,
    ),
    (
        request("Book a table for four at Roma on Friday and put eggs on my list."),
        (
            'book_table({"place": "Roma", "people": 4, "day": "Friday"})',
            'add_item({"item": "eggs"})',
        ),
        DONE,
    ),
    (request("Which of my loans is the oldest? Give that book back."), ("list_loans({})",), DONE),
    (request("Open notes.txt and todo.txt."), ('open_file({"path": "notes.txt"})',), MORE),
    (
        request("How much is 20 dollars in euros, at today's rate?"),
        ('get_rate({"from": "USD", "to": "EUR"})',),
        DONE,
    ),
    (
        request("What are the lowest and highest temperatures of May in Rome?"),
        ('temperature({"city": "Rome", "month": "May", "kind": "lowest"})',),
        MORE,
    ),
    (request("What has Ida Berg borrowed?"), ('member_number({"name": "Ida Berg"})',), DONE),
    (
        request("Solve x² + 2x + 1 = 0 for me, then also 3x² - 12 = 0."),
        ('solve({"a": 1, "b": 2, "c": 1})',),
        MORE,
    ),
    (
        request("Read the oven's heat and then set it to ten degrees more."),
        ("oven_heat({})",),
        DONE,
    ),
    (
        request("거실 불 끄고 커튼 닫아줘."),
        ('set_light({"room": "living room", "on": false})',),
        MORE,
    ),
)

NEXT = (
    "Functions were called for a request. Reply with the name of the function that must be called "
    "next, or with done if the results are all that the request needs. A request that only wants "
    "to know something needs nothing changed."
)
_DUNE = 'find_book({"title": "Dune"}): {"book": 17, "lent_to": "you"}'
_EMMA = 'find_book({"title": "Emma"}): {"book": 3}'
_SCORE = 'get_score({"team": "Lakers"}): 101:99'
_TRAINS = 'search_trains({"to": "Busan"}): ["08:00", "09:30"]'
_MENU = 'open_file({"path": "menu.txt"}): sopu'
_KEEP = request("Keep my copy of Dune for two more weeks.")
_BOTH = request("Do you have Emma and Ulysses?")
_TYPO = request("Correct the typo in menu.txt.")
_CONTACTS = (
    "find_contact(name): Find somebody's address",
    "send_note(address, text): Send a note to an address",
)
_LATE = request("Tell Leo that I am late.")
_BOTH_LATE = request("Tell Leo and Mia that I am late.")
_NO_ADDRESS = "send_note: not possible yet, address unknown"
_LEO_IS = 'find_contact({"name": "Leo"}): leo@mail.com'
_LEO_SENT = 'send_note({"address": "leo@mail.com", "text": "I am late."}): sent'
_MIA_IS = 'find_contact({"name": "Mia"}): mia@mail.com'
_TIMER = request("Open timer.py, make it count down, and start it.")
_CODE = (*FILES, "start(path): Start a program")
_TIMER_IS = 'open_file({"path": "timer.py"}): n = n + 1'
_TIMER_NEW = 'edit_file({"path": "timer.py", "text": "n = n - 1"}): ok'
_DRAFTS = request("What does the file in the folder drafts say?")
_NO_FILE = 'open_file({"path": "drafts"}): {"error": "is a directory"}'
_DRAFTS_ARE = 'list_folder({"path": "drafts"}): ["poem.txt"]'
_FOLDERS = (*FILES, "list_folder: List the files of a folder")
_DESK = (
    "member_number: Find a member's number by the name",
    "member_fees: What a member owes",
    "pay_fees: Pay what a member owes",
    "end_membership: End a membership",
)
_FEES = request("How much does Ida Berg owe?")
_NO_MEMBER = 'member_fees({"number": "Ida Berg"}): {"error": "no such number"}'
_IDA_IS = 'member_number({"name": "Ida Berg"}): 88'
_IDA_OWES = 'member_fees({"number": 88}): 4.50'
_COMPARE = request("Compare a.txt with b.txt.")
_A_IS = 'open_file({"path": "a.txt"}): one'
NEXTS = (
    (LIBRARY, _KEEP, (_DUNE,), "renew_loan"),
    (LIBRARY, request("Have I borrowed Dune?"), (_DUNE,), DONE),
    (LIBRARY, _KEEP, (_DUNE, 'renew_loan({"book": 17}): renewed'), DONE),
    (ERRANDS, request("Send Leo the result of the Lakers game."), (_SCORE,), "send_note"),
    (ERRANDS, request("How did the Lakers play?"), (_SCORE,), DONE),
    (FILES, _TYPO, (_MENU,), "edit_file"),
    (FILES, request("What does menu.txt say?"), (_MENU,), DONE),
    (LIBRARY, _BOTH, (_EMMA,), "find_book"),
    (LIBRARY, _BOTH, (_EMMA, 'find_book({"title": "Ulysses"}): []'), DONE),
    (FILES, _TYPO, (_MENU, 'edit_file({"path": "menu.txt", "text": "soup"}): ok'), DONE),
    (FILES, request("Show me todo.md."), ('open_file({"path": "todo.md"}): not found',), DONE),
    (ERRANDS, request("내일 부산 가는 기차가 있어?"), (_TRAINS,), DONE),
    (ERRANDS, request("부산 가는 기차 시간을 민호에게 알려줘."), (_TRAINS,), "send_note"),
    (LIBRARY, _KEEP, ('find_book({"title": "Dune"}): []',), DONE),
    (_CONTACTS, _LATE, (_NO_ADDRESS,), "find_contact"),
    (_CONTACTS[1:], _LATE, (_NO_ADDRESS,), DONE),
    (_CONTACTS, _LATE, (_LEO_IS,), "send_note"),
    (_CONTACTS, request("What is Leo's address?"), (_LEO_IS,), DONE),
    (_CONTACTS, _BOTH_LATE, (_LEO_IS, _LEO_SENT), "find_contact"),
    (_CONTACTS, _BOTH_LATE, (_LEO_IS, _LEO_SENT, _MIA_IS), "send_note"),
    (_CODE, _TIMER, (_TIMER_IS,), "edit_file"),
    (_CODE, _TIMER, (_TIMER_IS, _TIMER_NEW), "start"),
    (_FOLDERS, _DRAFTS, (_NO_FILE,), "list_folder"),
    (_DESK, _FEES, (_NO_MEMBER, _IDA_IS), "member_fees"),
    (_FOLDERS, _DRAFTS, (_NO_FILE, _DRAFTS_ARE), "open_file"),
    (_DESK, _FEES, (_IDA_IS, _IDA_OWES), DONE),
    (_FOLDERS, _COMPARE, (_A_IS,), "open_file"),
    (_DESK, _FEES, (_NO_MEMBER,), "member_number"),
    (_FOLDERS, _COMPARE, (_A_IS, 'open_file({"path": "b.txt"}): two'), DONE),
    (_DESK, request("What is the number of Ida Berg?"), (_IDA_IS,), DONE),
)

STATE = (
    "Say whether a request is finished after what was called for it: done (the results answer it, "
    "everything was done, or nothing more can be done) or more (something must still be looked up "
    "or done)."
)
_NOTE = 'send_note({"to": "Leo", "text": "101:99"}): sent'
_LOANS = 'list_loans({}): [{"book": 17, "since": "May"}, {"book": 40, "since": "July"}]'
_LAMPS = 'list_lamps({}): {"desk": "on", "door": "off"}'
_LEO = request("Send Leo the result of the Lakers game.")
STATES = (
    (request("Have I borrowed Dune?"), (_DUNE,), DONE),
    (_KEEP, (_DUNE,), MORE),
    (_KEEP, (_DUNE, 'renew_loan({"book": 17}): renewed'), DONE),
    (request("How did the Lakers play?"), (_SCORE,), DONE),
    (_LEO, (_SCORE,), MORE),
    (_LEO, (_SCORE, _NOTE), DONE),
    (request("What does menu.txt say?"), (_MENU,), DONE),
    (_TYPO, (_MENU,), MORE),
    (_TYPO, (_MENU, 'edit_file({"path": "menu.txt", "text": "soup"}): ok'), DONE),
    (_BOTH, (_EMMA,), MORE),
    (_BOTH, (_EMMA, 'find_book({"title": "Ulysses"}): []'), DONE),
    (request("Show me todo.md."), ('open_file({"path": "todo.md"}): not found',), DONE),
    (request("내일 부산 가는 기차가 있어?"), (_TRAINS,), DONE),
    (request("부산 가는 기차 시간을 민호에게 알려줘."), (_TRAINS,), MORE),
    (_KEEP, ('find_book({"title": "Dune"}): []',), DONE),
    (request("What is my oldest loan about?"), (_LOANS,), MORE),
    (request("Which books have I borrowed?"), (_LOANS,), DONE),
    (request("Turn off the lamp that is on."), (_LAMPS,), MORE),
    (request("Is the desk lamp on?"), (_LAMPS,), DONE),
    (request("What is Leo's address?"), (_LEO_IS,), DONE),
    (_BOTH_LATE, (_LEO_IS, _LEO_SENT), MORE),
    (_TIMER, (_TIMER_IS, _TIMER_NEW), MORE),
    (_TIMER, (_TIMER_IS, _TIMER_NEW, 'start({"path": "timer.py"}): 3 2 1'), DONE),
    (_DRAFTS, (_NO_FILE,), MORE),
    (_FEES, (_IDA_IS, _IDA_OWES), DONE),
    (_COMPARE, (_A_IS,), MORE),
    (_FEES, (_NO_MEMBER,), MORE),
    (_COMPARE, (_A_IS, 'open_file({"path": "b.txt"}): two'), DONE),
    (_FEES, (_NO_MEMBER, _IDA_IS), MORE),
)
