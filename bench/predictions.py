"""Answers with and without a `prediction`, on our own server, in one run.

    python bench/predictions.py URL MODEL [--rounds 3] [--json OUT]

URL is a running server's, with /v1. Every task is asked in turn without and with its prediction,
at temperature 0, after one round that fills the caches and loads the second copy of the model.
Prints the tokens a second that an answer goes on with after its first, with ÷ without: minimum,
median and maximum of the rounds; how many tokens were accepted and rejected; and whether all
answers are equal. Whole answers are compared too: the seconds until all is there, without ÷ with.
"""

import argparse
import json
import statistics
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openai import OpenAI, omit

CODE = '''class User:
    """A person who may sign in."""

    first_name: str = ""
    last_name: str = ""
    username: str = ""

    def __init__(self, first_name: str, last_name: str, username: str) -> None:
        self.first_name = first_name
        self.last_name = last_name
        self.username = username

    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}"

    def greeting(self, hour: int) -> str:
        if hour < 12:
            return f"Good morning, {self.first_name}."
        if hour < 18:
            return f"Good afternoon, {self.first_name}."
        return f"Good evening, {self.first_name}."

    def __repr__(self) -> str:
        return f"User({self.username!r})"


def load(rows: list[dict[str, str]]) -> list[User]:
    users: list[User] = []
    for row in rows:
        users.append(User(row["first_name"], row["last_name"], row["username"]))
    return users
'''
PROSE = (
    "The lighthouse at Cape Wren was built in 1871 and has not been lit since the war. Every "
    "summer a few visitors walk the path along the cliffs to see it. The keeper's house beside it "
    "is a museum now, with a small café where the boats used to be kept. From the gallery one can "
    "see the islands on a clear day. The path is steep in places and should not be walked after "
    "rain."
)
KOREAN = (
    "서울에서 부산까지 기차로 두 시간 반이 걸립니다. 표는 역이나 인터넷에서 살 수 있습니다. "
    "주말에는 사람이 많으니 미리 예약하는 것이 좋습니다. 아이들은 반값으로 탈 수 있습니다."
)
PEOPLE = "Ann Lee, 34, Leeds, nurse\nBo Chen, 51, York, driver\nCy Diaz, 27, Bath, cook"
ONLY = "Respond only with the whole file, without markdown."


@dataclass(frozen=True)
class Task:
    """What is asked, and what is predicted of the answer."""

    asked: str
    predicted: str
    right: bool


TASKS = {
    "a property renamed": Task(
        f"Replace the username property with an email property. {ONLY}\n\n{CODE}", CODE, right=True
    ),
    "a class renamed": Task(
        f"Rename the class User to Account everywhere. {ONLY}\n\n{CODE}", CODE, right=True
    ),
    "a method removed": Task(f"Remove the method greeting. {ONLY}\n\n{CODE}", CODE, right=True),
    "a file as it is": Task(f"Repeat this file exactly. {ONLY}\n\n{CODE}", CODE, right=True),
    "two words of a text": Task(
        f"Change 1871 to 1867 and 'summer' to 'winter'. Answer with the text only.\n\n{PROSE}",
        PROSE,
        right=True,
    ),
    "a word in Korean": Task(
        f"'부산'을 '대전'으로 바꾸어 주세요. 글만 답하세요.\n\n{KOREAN}", KOREAN, right=True
    ),
    "wrong: a question": Task(
        f"{CODE}\n\nExplain in five sentences what this file does.", CODE, right=False
    ),
    "wrong: lines as JSON": Task(
        f"Give these people as a JSON array of name, age, city and job.\n\n{PEOPLE}",
        PEOPLE,
        right=False,
    ),
}


@dataclass(frozen=True)
class Answer:
    text: str
    seconds: float
    speed: float
    accepted: int
    rejected: int


def ask(client: OpenAI, model: str, task: Task, *, predicting: bool) -> Answer:
    began = time.perf_counter()
    times: list[float] = []
    text, tokens, accepted, rejected = "", 0, 0, 0
    told: Any = {"type": "content", "content": task.predicted} if predicting else omit
    stream = client.chat.completions.create(
        model=model,
        messages=[{"role": "user", "content": task.asked}],
        temperature=0,
        max_tokens=300,
        stream=True,
        stream_options={"include_usage": True},
        prediction=told,
    )
    for chunk in stream:
        if chunk.choices and chunk.choices[0].delta.content:
            times.append(time.perf_counter())
            text += chunk.choices[0].delta.content
        if chunk.usage and chunk.usage.completion_tokens_details:
            accepted = chunk.usage.completion_tokens_details.accepted_prediction_tokens or 0
            rejected = chunk.usage.completion_tokens_details.rejected_prediction_tokens or 0
            tokens = chunk.usage.completion_tokens - rejected
    speed = (tokens - 1) / (times[-1] - times[0])
    return Answer(text, time.perf_counter() - began, speed, accepted, rejected)


def spread(values: list[float]) -> str:
    return " / ".join(f"{f(values):.2f}" for f in (min, statistics.median, max))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("url")
    parser.add_argument("model")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    client = OpenAI(base_url=options.url, api_key="none", max_retries=0, timeout=600)
    print("| | tokens/s, with ÷ without | all done, without ÷ with | accepted, rejected | equal |")
    print("|---|---|---|---|---|")
    found: dict[str, object] = {}
    for name, task in TASKS.items():
        rounds: list[tuple[Answer, Answer]] = []
        for number in range(options.rounds + 1):
            without, predicted = (
                ask(client, options.model, task, predicting=each) for each in (False, True)
            )
            if number:
                rounds.append((without, predicted))
        speeds = [fast.speed / slow.speed for slow, fast in rounds]
        whole = [slow.seconds / fast.seconds for slow, fast in rounds]
        equal = len({answer.text for pair in rounds for answer in pair}) == 1
        last = rounds[-1][1]
        told = f"{last.accepted}, {last.rejected}"
        print(f"| {name} | {spread(speeds)} | {spread(whole)} | {told} | {equal} |", flush=True)
        found[name] = {"speeds": speeds, "whole": whole, "right": task.right, "equal": equal}
    if options.json:
        options.json.write_text(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
