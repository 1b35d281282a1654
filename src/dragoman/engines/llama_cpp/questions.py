"""Short questions about a request, each with examples before it: what tells whether to call.

Small models that were hardly trained to call answer such questions much better than their own first
token does. The examples of a question are always the same, so that they are read once and then come
from the cache; what is read for a request is the request and the list of its functions, clipped.
"""

from collections.abc import Sequence

from dragoman.engines.llama_cpp.prompt import Ours, Theirs, Turn

NONE = "none"
DONE, MORE = "done", "more"
TEXT, LOOKUP, ACTION = "text", "lookup", "action"


def request(said: str, earlier: Sequence[str] = ()) -> str:
    """A request, with what was said before it."""
    before = f"Earlier: {' / '.join(earlier)}\n" if earlier else ""
    return f"{before}Request: {said}"


_BULLS = request("And the Bulls?", ("How did the Lakers play?", "They won 101:99."))
_GREAT = request("Great, thank you!", ("Tell Leo that I am late.", "I have sent it."))

_KIND = (
    "Say what a request needs: text (an assistant writes or knows the answer by itself: "
    "explanations, general knowledge, code, translations, arithmetic, greetings), lookup "
    "(something that it can only know by looking it up now) or action (something must be done in "
    "the world)."
)
_KINDS = (
    (request("What's the score of the Lakers game?"), LOOKUP),
    (request("Write a Python function that adds two numbers."), TEXT),
    (request("Cancel my subscription."), ACTION),
    (request("안녕하세요!"), TEXT),
    (request("Translate 'cheese' into Spanish."), TEXT),
    (request("내일 기차 시간 알려줘."), LOOKUP),
    (request("Give me a JSON example of a product."), TEXT),
    (request("Open notes.txt."), ACTION),
    (request("What is the capital of Peru?"), TEXT),
    (request("Is the shop open right now?"), LOOKUP),
    (request("Who wrote Hamlet?"), TEXT),
    (request("Explain what server.py does."), LOOKUP),
    (request("Text Ana that I am late."), ACTION),
    (request("How do I rename a branch in git?"), TEXT),
    (_BULLS, LOOKUP),
    (request("Why is the sea salty?"), TEXT),
    (_GREAT, TEXT),
    (request("피아노는 건반이 몇 개야?"), TEXT),
    (request("config.ini에 뭐가 적혀 있어?"), LOOKUP),
    (request("Suggest two names for a dog."), TEXT),
    (request("How many bones does a person have?"), TEXT),
    (request("How many users signed up this week?"), LOOKUP),
    (request("HTML로 버튼을 만드는 코드를 보여줘."), TEXT),
    (request("Ask Leo whether he is coming."), ACTION),
    (request("What is an API?"), TEXT),
    (request("Put eggs on my shopping list."), ACTION),
    (request("Write a docker command that lists all containers."), TEXT),
    (request("Which processes are running on this machine?"), LOOKUP),
    (request("민호에게 메시지를 보내줘."), ACTION),
    (request("'사랑'을 중국어로 번역해줘."), TEXT),
    (request("Why does the test in test_app.py fail?"), LOOKUP),
    (request("Thanks, bye!"), TEXT),
    (request("What have I planned for the weekend?"), LOOKUP),
    (request("What is 6 times 7?"), TEXT),
    (request("The heading of menu.txt is misspelt. Correct it."), ACTION),
    (request("How do I correct a typo in a commit message?"), TEXT),
    (request("Open timer.py, make it count down, and start it."), ACTION),
)

_LIBRARY = ("find_book: Find a book in the library", "renew_loan: Renew a loan")
_ERRANDS = (
    "get_score: Get the result of a match",
    "search_trains: Search train connections",
    "send_note: Send a note to somebody",
    "list_groceries: Show the shopping list",
)
_FILES = ("open_file: Return the text of a file", "edit_file: Replace the text of a file")

_NAME = (
    "You choose the function that a request needs. Reply with its name, or with none if the "
    "request can be answered without a function or none of them fits."
)
_NAMES = (
    (_LIBRARY, request("Is there a copy of Dune?"), "find_book"),
    (_ERRANDS, request("Write a Python function that adds two numbers."), NONE),
    (_LIBRARY, request("Who wrote Dune?"), NONE),
    (_ERRANDS, request("내일 기차 시간 알려줘."), "search_trains"),
    (_FILES, request("Give me a JSON example of a product."), NONE),
    (_ERRANDS, request("What's the score of the Lakers game?"), "get_score"),
    (_FILES, request("Open notes.txt."), "open_file"),
    (_FILES, request("Cancel my subscription."), NONE),
    (_ERRANDS, _BULLS, "get_score"),
    (_LIBRARY, request("안녕하세요!"), NONE),
    (_FILES, request("Why does app.py print nothing?"), "open_file"),
    (_ERRANDS, request("Translate 'cheese' into Spanish."), NONE),
    (_LIBRARY, request("Keep my book for two more weeks."), "renew_loan"),
    (_ERRANDS, request("Tell Leo that I am late."), "send_note"),
    (_FILES, request("HTML로 버튼을 만드는 코드를 보여줘."), NONE),
    (_ERRANDS, _GREAT, NONE),
    (_ERRANDS, request("What do I have to buy?"), "list_groceries"),
    (_ERRANDS, request("Why is the sea salty?"), NONE),
)

_FIRST = (
    "You choose the function that must be called first for a request. Where a function needs a "
    "value that the request does not say, such as a number or an id, the function that finds it "
    "out comes first. Reply with its name alone."
)
_LOANS_OF = (
    "find_book(title): Find a book in the library",
    "renew_loan(book_number): Renew a loan",
    "list_loans(): The books that the user has borrowed",
)
_NOTES = (
    "get_score(team): Get the result of a match",
    "find_contact(name): Find somebody's address",
    "send_note(address, text): Send a note to an address",
    "list_groceries(): Show the shopping list",
)
_TEXTS = (
    "open_file(path): Return the text of a file",
    "edit_file(path, old, new): Replace text in a file",
    "list_dir(path): List the files of a directory",
)
_MEMBERS = (
    "member_number(name): Find a member's number by the name",
    "member_loans(number): List what a member has borrowed",
    "end_loan(loan): End a loan by its number",
)
_PROGRAM = (
    "read_file(path): Read a file",
    "write_file(path, content): Write a file",
    "run(command): Run a command",
)
_PLACES = (
    "current_place(): Where the user is",
    "train_times(place): Trains from a place",
    "room_light(room, on): Switch a light",
)
_FIRSTS = (
    (_LOANS_OF, request("Is there a copy of Dune?"), "find_book"),
    (_LOANS_OF, request("Keep my copy of Dune for two more weeks."), "find_book"),
    (_LOANS_OF, request("Renew book 17."), "renew_loan"),
    (_NOTES, request("What's the score of the Lakers game?"), "get_score"),
    (_NOTES, request("Tell Leo that I am late."), "find_contact"),
    (_NOTES, request("Send a note to leo@mail.com: I am late."), "send_note"),
    (_TEXTS, request("Open notes.txt."), "open_file"),
    (_TEXTS, request("Correct the typo in menu.txt."), "open_file"),
    (_TEXTS, request("In menu.txt replace sopu with soup."), "edit_file"),
    (_TEXTS, request("Read the file in the drafts folder."), "list_dir"),
    (_PLACES, request("When do trains leave Bonn?"), "train_times"),
    (_PLACES, request("When does a train leave from here?"), "current_place"),
    (_PLACES, request("Switch on the light in the kitchen."), "room_light"),
    (_PLACES, request("여기서 기차가 언제 있어?"), "current_place"),
    (_NOTES, request("민호에게 늦는다고 알려줘."), "find_contact"),
    (_LOANS_OF, request("Give back the oldest book that I have."), "list_loans"),
    (_LOANS_OF, request("Renew all my loans."), "list_loans"),
    (_MEMBERS, request("What has Ida Berg borrowed?"), "member_number"),
    (_MEMBERS, request("What has member 4471 borrowed?"), "member_loans"),
    (_MEMBERS, request("End the loan of Ole Lund."), "member_number"),
    (_MEMBERS, request("End loan 938."), "end_loan"),
    (_MEMBERS, request("Which loans does Ana Ruiz have?"), "member_number"),
    (_TEXTS, request("Show me what the newest file in docs says."), "list_dir"),
    (_TEXTS, request("The heading of menu.txt is misspelt. Correct it."), "open_file"),
    (_TEXTS, request("Make timer.py count down instead of up."), "open_file"),
    (_PROGRAM, request("Open timer.py, make it count down, and start it."), "read_file"),
    (_PROGRAM, request("Start timer.py."), "run"),
    (_NOTES, request("Tell Leo and Mia that I am late."), "find_contact"),
    (_PLACES, request("Do more trains leave Bonn or Kiel?"), "train_times"),
    (
        _PLACES,
        request("From which of the two, Rome or Nice, is there an earlier train?"),
        "train_times",
    ),
)

_NEXT = (
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
_CODE = (*_FILES, "start(path): Start a program")
_TIMER_IS = 'open_file({"path": "timer.py"}): n = n + 1'
_TIMER_NEW = 'edit_file({"path": "timer.py", "text": "n = n - 1"}): ok'
_NEXTS = (
    (_LIBRARY, _KEEP, (_DUNE,), "renew_loan"),
    (_LIBRARY, request("Have I borrowed Dune?"), (_DUNE,), DONE),
    (_LIBRARY, _KEEP, (_DUNE, 'renew_loan({"book": 17}): renewed'), DONE),
    (_ERRANDS, request("Send Leo the result of the Lakers game."), (_SCORE,), "send_note"),
    (_ERRANDS, request("How did the Lakers play?"), (_SCORE,), DONE),
    (_FILES, _TYPO, (_MENU,), "edit_file"),
    (_FILES, request("What does menu.txt say?"), (_MENU,), DONE),
    (_LIBRARY, _BOTH, (_EMMA,), "find_book"),
    (_LIBRARY, _BOTH, (_EMMA, 'find_book({"title": "Ulysses"}): []'), DONE),
    (_FILES, _TYPO, (_MENU, 'edit_file({"path": "menu.txt", "text": "soup"}): ok'), DONE),
    (_FILES, request("Show me todo.md."), ('open_file({"path": "todo.md"}): not found',), DONE),
    (_ERRANDS, request("내일 부산 가는 기차가 있어?"), (_TRAINS,), DONE),
    (_ERRANDS, request("부산 가는 기차 시간을 민호에게 알려줘."), (_TRAINS,), "send_note"),
    (_LIBRARY, _KEEP, ('find_book({"title": "Dune"}): []',), DONE),
    (_CONTACTS, _LATE, (_NO_ADDRESS,), "find_contact"),
    (_CONTACTS[1:], _LATE, (_NO_ADDRESS,), DONE),
    (_CONTACTS, _LATE, (_LEO_IS,), "send_note"),
    (_CONTACTS, request("What is Leo's address?"), (_LEO_IS,), DONE),
    (_CONTACTS, _BOTH_LATE, (_LEO_IS, _LEO_SENT), "find_contact"),
    (_CONTACTS, _BOTH_LATE, (_LEO_IS, _LEO_SENT, _MIA_IS), "send_note"),
    (_CODE, _TIMER, (_TIMER_IS,), "edit_file"),
    (_CODE, _TIMER, (_TIMER_IS, _TIMER_NEW), "start"),
)

_STATE = (
    "Say whether a request is finished after what was called for it: done (the results answer it, "
    "everything was done, or nothing more can be done) or more (something must still be looked up "
    "or done)."
)
_NOTE = 'send_note({"to": "Leo", "text": "101:99"}): sent'
_LOANS = 'list_loans({}): [{"book": 17, "since": "May"}, {"book": 40, "since": "July"}]'
_LAMPS = 'list_lamps({}): {"desk": "on", "door": "off"}'
_LEO = request("Send Leo the result of the Lakers game.")
_STATES = (
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
)


def kind(request: str) -> list[Turn]:
    """Whether a request needs text, something looked up, or something done."""
    turns = [_system(_KIND)]
    for example, answer in _KINDS:
        turns += [Turn("user", (Ours(example),)), _answered(answer)]
    return [*turns, Turn("user", (Theirs(request),))]


def name(functions: Sequence[str], request: str) -> list[Turn]:
    """Which of `functions` a request needs, or none."""
    turns = [_system(_NAME)]
    for known, example, answer in _NAMES:
        turns += [Turn("user", (Ours(_case(known, example)),)), _answered(answer)]
    return [*turns, Turn("user", (Theirs(_case(functions, request)),))]


def first(functions: Sequence[str], request: str) -> list[Turn]:
    """Which of `functions` must be called first; a function's line names its parameters."""
    turns = [_system(_FIRST)]
    for known, example, answer in _FIRSTS:
        turns += [Turn("user", (Ours(_case(known, example)),)), _answered(answer)]
    return [*turns, Turn("user", (Theirs(_case(functions, request)),))]


def following(functions: Sequence[str], request: str, steps: Sequence[str]) -> list[Turn]:
    """Which of `functions` is to be called after `steps`, or none any more."""
    turns = [_system(_NEXT)]
    for known, example, taken, answer in _NEXTS:
        turns += [Turn("user", (Ours(_case(known, example, taken)),)), _answered(answer)]
    return [*turns, Turn("user", (Theirs(_case(functions, request, steps)),))]


def unknown(name: str, missing: Sequence[str]) -> str:
    """A step that could not be taken, because a value for it is not known yet."""
    return f"{name}: not possible yet, {', '.join(missing)} unknown"


def state(request: str, steps: Sequence[str]) -> list[Turn]:
    """Whether more is to be called for a request after `steps`."""
    turns = [_system(_STATE)]
    for example, taken, answer in _STATES:
        turns += [Turn("user", (Ours(_after(example, taken)),)), _answered(answer)]
    return [*turns, Turn("user", (Theirs(_after(request, steps)),))]


def _after(request: str, steps: Sequence[str]) -> str:
    return "\n".join([request, "Called:", *(f"- {step}" for step in steps)])


def _case(functions: Sequence[str], request: str, steps: Sequence[str] = ()) -> str:
    listed = "\n".join(f"- {function}" for function in functions)
    called = "\n".join(f"- {step}" for step in steps)
    end = f"\n\nCalled:\n{called}\n\nNext?" if steps else ""
    return f"Functions:\n{listed}\n\n{request}{end}"


def _system(text: str) -> Turn:
    return Turn("system", (Ours(text),))


def _answered(text: str) -> Turn:
    return Turn("assistant", (Ours(text),))
