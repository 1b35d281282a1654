"""The examples before the questions that come before a call, each with its right answer."""

from collections.abc import Sequence

NONE = "none"
DONE, MORE = "done", "more"
YES, NO = "yes", "no"
TEXT, LOOKUP, ACTION = "text", "lookup", "action"


def request(text: str, earlier: Sequence[str] = ()) -> str:
    """A request, with what was said before it."""
    before = f"Earlier: {' / '.join(earlier)}\n" if earlier else ""
    return f"{before}Request: {text}"


_BULLS = request("And the Bulls?", ("How did the Lakers play?", "They won 101:99."))
_GREAT = request("Great, thank you!", ("Tell Leo that I am late.", "I have sent it."))

KIND = (
    "Say what a request needs: text (an assistant writes or knows the answer by itself: "
    "explanations, general knowledge, code, translations, arithmetic, greetings), lookup "
    "(something that it can only know by looking it up now) or action (something must be done in "
    "the world)."
)
KINDS = (
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

LIBRARY = ("find_book: Find a book in the library", "renew_loan: Renew a loan")
ERRANDS = (
    "get_score: Get the result of a match",
    "search_trains: Search train connections",
    "send_note: Send a note to somebody",
    "list_groceries: Show the shopping list",
)
FILES = ("open_file: Return the text of a file", "edit_file: Replace the text of a file")

_CONVERTER = ("convert_money: Convert an amount of money into another currency",)
_SPEED = ("speed: Calculate the speed of something that moves",)
_BIRTHS = ("birth_year: The year in which a person was born",)

NAME = (
    "You choose the function that a request needs. Reply with its name, or with none if the "
    "request can be answered without a function or none of them fits."
)
NAMES = (
    (LIBRARY, request("Is there a copy of Dune?"), "find_book"),
    (ERRANDS, request("Write a Python function that adds two numbers."), NONE),
    (LIBRARY, request("Who wrote Dune?"), NONE),
    (ERRANDS, request("내일 기차 시간 알려줘."), "search_trains"),
    (FILES, request("Give me a JSON example of a product."), NONE),
    (ERRANDS, request("What's the score of the Lakers game?"), "get_score"),
    (FILES, request("Open notes.txt."), "open_file"),
    (FILES, request("Cancel my subscription."), NONE),
    (ERRANDS, _BULLS, "get_score"),
    (LIBRARY, request("안녕하세요!"), NONE),
    (FILES, request("Why does app.py print nothing?"), "open_file"),
    (ERRANDS, request("Translate 'cheese' into Spanish."), NONE),
    (LIBRARY, request("Keep my book for two more weeks."), "renew_loan"),
    (ERRANDS, request("Tell Leo that I am late."), "send_note"),
    (FILES, request("HTML로 버튼을 만드는 코드를 보여줘."), NONE),
    (ERRANDS, _GREAT, NONE),
    (ERRANDS, request("What do I have to buy?"), "list_groceries"),
    (ERRANDS, request("Why is the sea salty?"), NONE),
    (LIBRARY, request("Where can I buy Dune?"), NONE),
    (_CONVERTER, request("How long is the flight from Rome to Oslo?"), NONE),
    (_SPEED, request("How fast is a runner who needs 12 seconds for 100 metres?"), "speed"),
    (_BIRTHS, request("Which prizes did Marie Curie win?"), NONE),
    (_BIRTHS, request("In which year was Marie Curie born?"), "birth_year"),
    (_SPEED, request("How heavy is a car of 3 m³ of steel?"), NONE),
    (ERRANDS, request("Where is the next florist?"), NONE),
    (_CONVERTER, request("100달러는 몇 유로야?"), "convert_money"),
    (_CONVERTER, request("지금 서울 날씨 어때?"), NONE),
)

FIT = (
    "Say whether a function gives what a request needs: yes, or no if it does something else or "
    "the request needs no function."
)
FITS = (
    ("find_book(title): Find a book in the library", request("Is there a copy of Dune?"), YES),
    (
        "convert_money(amount, from, to): Convert an amount of money into another currency",
        request("How long is the flight from Rome to Oslo?"),
        NO,
    ),
    ("get_score(team): Get the result of a match", request("내일 기차 시간 알려줘."), NO),
    (
        "speed(distance, time): Calculate the speed of something that moves",
        request("How fast is a runner who needs 12 seconds for 100 metres?"),
        YES,
    ),
    (
        "member_record(number): Get what is known of a member: address, loans, fees",
        request("Where does Ida Berg live?"),
        YES,
    ),
    (
        "calculate(expression): Calculate an expression",
        request("Write a Python function that adds two numbers."),
        NO,
    ),
    (
        "search_trains(from, to, day): Search train connections",
        request("When does the next train leave from Bonn to Kiel?"),
        YES,
    ),
    (
        "birth_year(person): The year in which a person was born",
        request("Which prizes did Marie Curie win?"),
        NO,
    ),
    (
        "area(width, height): Calculate the area of a rectangle",
        request("My room is 4 m wide and 5 m long. How many square metres is that?"),
        YES,
    ),
    (
        "get_stock(company, day): Get the price of a share",
        request("Who won the match between the Bulls and the Lakers yesterday?"),
        NO,
    ),
    (
        "member_number(name): Find a member's number by the name",
        request("What has Ida Berg borrowed?"),
        YES,
    ),
    (
        "search_trains(from, to, day): Search train connections",
        request("부산 가는 기차가 언제 있어?"),
        YES,
    ),
    ("open_file(path): Return the text of a file", request("Translate 'cheese' into Spanish."), NO),
    ("send_note(to, text): Send a note to somebody", request("Tell Leo that I am late."), YES),
    (
        "film_info(title): Get the director and the year of a film",
        request("Where can I see the film Alien tonight?"),
        NO,
    ),
    (
        "make_song(key, bars): Compose a short song",
        request("Write me a song of eight bars in C."),
        YES,
    ),
    (
        "ticket(id): Get a ticket of the help desk: owner, state, text",
        request("Who works on the ticket about the lamp?"),
        YES,
    ),
    ("get_match_days(league): List when matches are played", request("Who plays for Ajax?"), NO),
    ("find_recipe(dish): Find a recipe", request("Why is the sea salty?"), NO),
    (
        "city_facts(city): Get the population and the mayor of a city",
        request("How many people live in Lyon and in Nice?"),
        YES,
    ),
    ("renew_loan(book): Renew a loan", request("Thanks, bye!"), NO),
    ("open_file(path): Return the text of a file", request("Why does app.py print nothing?"), YES),
    (
        "member_record(number): Get what is known of a member: address, loans, fees",
        request("What is the capital of Peru?"),
        NO,
    ),
    (
        "solve_triangle(a, b): Calculate the longest side of a right triangle",
        request("What is the angle of a triangle with sides 3 and 4?"),
        NO,
    ),
    (
        "mix_colours(colour, kind): Say how paint is mixed to a colour",
        request("How do I mix orange with oil paint?"),
        YES,
    ),
    ("run(command): Run a shell command", request("HTML로 버튼을 만드는 코드를 보여줘."), NO),
    ("room_light(room, on): Switch a light", request("거실 불 켜줘."), YES),
    (
        "battle_date(battle): When a battle was fought",
        request("How many people died in the Battle of Hastings?"),
        NO,
    ),
    ("find_contact(name): Find somebody's address", request("Tell Leo that I am late."), YES),
    ("search_web(query): Search the web", request("Who is the mayor of Lyon at the moment?"), YES),
    ("search_web(query): Search the web", request("Hello, how are you?"), NO),
    ("run(command): Run a shell command", request("Which branch am I on?"), YES),
    (
        "query(sql): Run a SQL query on the shop's database",
        request("How many users signed up in May?"),
        YES,
    ),
    (
        "search_files(pattern): Search files for a pattern",
        request("Where is load_config called?"),
        YES,
    ),
    (
        "member_number(name): Find a member's number by the name",
        request("How is the weather in Oslo?"),
        NO,
    ),
    ("send_note(to, text): Send a note to somebody", request("Write a short poem for Ana."), NO),
    (
        "write_file(path, content): Write a file",
        request("Write a Dockerfile for a Go program."),
        NO,
    ),
    ("list_notes(): List the user's notes", request("안녕, 반가워!"), NO),
    (
        "edit_file(path, old, new): Replace text in a file",
        request("Correct the typo in menu.txt."),
        YES,
    ),
    (
        "convert_money(amount, from, to): Convert an amount of money into another currency",
        request("200달러는 몇 유로야?"),
        YES,
    ),
    ("now(zone): The date and the time", request("What day is it today?"), YES),
    ("run(command): Run a shell command", request("Do the tests of the parser pass?"), YES),
    ("find_grocer(place): Find a shop for food", request("Find a florist in Rome."), NO),
)

FIRST = (
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
    "read_file(path): Return the text of a file",
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
FIRSTS = (
    (_LOANS_OF, request("Is there a copy of Dune?"), "find_book"),
    (_LOANS_OF, request("Keep my copy of Dune for two more weeks."), "find_book"),
    (_LOANS_OF, request("Renew book 17."), "renew_loan"),
    (_NOTES, request("What's the score of the Lakers game?"), "get_score"),
    (_NOTES, request("Tell Leo that I am late."), "find_contact"),
    (_NOTES, request("Send a note to leo@mail.com: I am late."), "send_note"),
    (_TEXTS, request("Open notes.txt."), "read_file"),
    (_TEXTS, request("Correct the typo in menu.txt."), "read_file"),
    (_TEXTS, request("In menu.txt replace sopu with soup."), "edit_file"),
    (_TEXTS, request("Which port is set in app.toml?"), "read_file"),
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
    (_TEXTS, request("The heading of menu.txt is misspelt. Correct it."), "read_file"),
    (_TEXTS, request("Does main.py in src use json?"), "read_file"),
    (_TEXTS, request("Make timer.py count down instead of up."), "read_file"),
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
