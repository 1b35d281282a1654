"""From names in requests to models that are here."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from dragoman.domain.engine import EngineSpec
from dragoman.models.catalogue import Catalogue
from dragoman.models.entry import FileSource, Model
from dragoman.models.errors import NotPulled, UnknownModel
from dragoman.models.installed import Installed
from dragoman.models.store import Store
from models.index import model_of

OPENAI = {"chat": ("gpt-4o", "gpt-4"), "transcription": ("whisper-1",), "speech": ("tts-1",)}


def model(place: Path, model_id: str, kind: str = "chat") -> Model:
    place.mkdir(exist_ok=True)
    (place / "weights.bin").write_bytes(model_id.encode())
    made = model_of(
        {"weights.bin": model_id.encode()}, FileSource("file", str(place)), model_id=model_id
    )
    return replace(made, kind=kind, options={"threshold": 0.5})


@pytest.fixture
def catalogue(tmp_path: Path) -> Catalogue:
    """Three models of which `owl` is not pulled, and a codec."""
    parrot = replace(model(tmp_path / "a", "parrot"), names=("polly", "gpt-4"))
    owl = model(tmp_path / "b", "owl")
    magpie = model(tmp_path / "c", "magpie")
    bat = model(tmp_path / "d", "bat", "transcription")
    codec = Model("codec", "audio-codec", "audio-codec")
    return Catalogue((owl, magpie, parrot, bat, codec), openai=OPENAI)


@pytest.fixture
def pulled(catalogue: Catalogue, store: Store) -> Store:
    for model_id in ("parrot", "magpie", "bat"):
        store.pull(catalogue.find(model_id))
    return store


def installed(
    catalogue: Catalogue, store: Store, aliases: Mapping[str, str] | None = None
) -> Installed:
    return Installed(catalogue, store, aliases)


def found(here: Installed, name: str, kind: str | None = None) -> str | None:
    card = here.find(name, kind)
    return card.id if card else None


def test_openai_s_names_are_answered_by_the_first_installed_of_their_kind(
    catalogue: Catalogue, pulled: Store
) -> None:
    here = installed(catalogue, pulled)
    assert found(here, "gpt-4o") == "magpie"
    assert found(here, "whisper-1") == "bat"
    assert found(here, "tts-1") is None


def test_ids_and_own_names_are_found_and_own_names_go_before_openai_s(
    catalogue: Catalogue, pulled: Store
) -> None:
    here = installed(catalogue, pulled)
    assert found(here, "polly") == found(here, "parrot") == found(here, "gpt-4") == "parrot"
    assert found(here, "owl") is None
    assert found(here, "GPT-4o") is None


def test_a_latest_tag_changes_no_name(catalogue: Catalogue, pulled: Store) -> None:
    here = installed(catalogue, pulled)
    assert found(here, "polly:latest") == found(here, "parrot:latest") == "parrot"
    assert found(here, "owl:latest") is None


def test_a_model_of_another_kind_is_not_found(catalogue: Catalogue, pulled: Store) -> None:
    here = installed(catalogue, pulled)
    assert found(here, "bat", "chat") is None
    assert found(here, "bat", "transcription") == "bat"


def test_advice_is_about_what_is_not_here_or_does_other_work(
    catalogue: Catalogue, pulled: Store
) -> None:
    here = installed(catalogue, pulled)
    assert here.advice("parrot") is here.advice("gpt-4o", "chat") is here.advice("dodo") is None
    assert "`dragoman models pull owl`" in (here.advice("owl:latest", "chat") or "")
    assert here.advice("bat", "chat") == "It is a model for transcription, not for chat."
    assert here.advice("owl", "speech") == "It is a model for chat, not for speech."


@pytest.mark.parametrize(
    ("name", "kind", "advice"),
    [
        ("GPT-4o", "chat", "Did you mean 'gpt-4o'? Upper and lower case differ."),
        ("Polly", None, "Did you mean 'polly'? Upper and lower case differ."),
        ("Whisper-1", "transcription", "Did you mean 'whisper-1'? Upper and lower case differ."),
        ("OWL", "chat", "Did you mean 'owl'? Upper and lower case differ."),
        ("openai/gpt-4o", "chat", "Did you mean 'gpt-4o'?"),
        ("gpt4o", "chat", "Did you mean 'gpt-4o'?"),
        ("gpt 4o", "chat", "Did you mean 'gpt-4o'?"),
        ("wisper-1", "transcription", "Did you mean 'whisper-1'?"),
        ("magpi", None, "Did you mean 'magpie'?"),
        ("wisper-1", "chat", None),
        ("audio-codek", None, None),
        ("dodo", None, None),
        ("", "chat", None),
        ("GPT-4o" * 50, "chat", None),
    ],
)
def test_a_name_that_is_nearly_right_is_answered_with_the_right_one(
    catalogue: Catalogue, pulled: Store, name: str, kind: str | None, advice: str | None
) -> None:
    assert installed(catalogue, pulled).advice(name, kind) == advice


def test_what_was_pulled_since_the_start_needs_another_start(
    catalogue: Catalogue, pulled: Store
) -> None:
    here = installed(catalogue, pulled)
    pulled.pull(catalogue.find("owl"))
    assert "start it again" in (here.advice("owl", "chat") or "")


def test_the_operators_aliases_go_before_all(catalogue: Catalogue, pulled: Store) -> None:
    here = installed(catalogue, pulled, {"gpt-4o": "parrot", "house-model": "bat"})
    assert found(here, "gpt-4o") == "parrot"
    assert found(here, "house-model") == "bat"


def test_an_alias_to_what_is_not_here_is_a_mistake(catalogue: Catalogue, pulled: Store) -> None:
    with pytest.raises(NotPulled, match="dragoman models pull owl"):
        installed(catalogue, pulled, {"gpt-4o": "owl"})
    with pytest.raises(UnknownModel):
        installed(catalogue, pulled, {"gpt-4o": "dodo"})


def test_the_cards_carry_every_name_that_leads_to_them(catalogue: Catalogue, pulled: Store) -> None:
    cards = {card.id: sorted(card.names) for card in installed(catalogue, pulled).cards()}
    assert {name: cards[name] for name in ("magpie", "parrot", "bat")} == {
        "magpie": ["gpt-4o"],
        "parrot": ["gpt-4", "polly"],
        "bat": ["whisper-1"],
    }


def test_the_first_of_a_kind_is_the_catalogues_first(catalogue: Catalogue, pulled: Store) -> None:
    cards = installed(catalogue, pulled).cards()
    firsts = {card.kind: card.id for card in reversed(cards)}
    assert (firsts["chat"], firsts["audio-codec"]) == ("magpie", "codec")
    assert "speech" not in firsts


def test_a_card_leads_to_its_engine_and_files(catalogue: Catalogue, pulled: Store) -> None:
    here = installed(catalogue, pulled)
    parrot, codec = here.find("parrot"), here.find("codec")
    assert parrot
    assert codec
    directory = str(pulled.root / "parrot")
    assert here.spec(parrot, 3) == EngineSpec("llama-cpp", directory, 3, {"threshold": 0.5})
    assert here.spec(codec) == EngineSpec("audio-codec", "", 2, {})


def test_nothing_installed_answers_to_nothing(catalogue: Catalogue, store: Store) -> None:
    here = installed(catalogue, store)
    assert not any(card.kind in ("chat", "transcription", "speech") for card in here.cards())
    assert found(here, "gpt-4o") is None
