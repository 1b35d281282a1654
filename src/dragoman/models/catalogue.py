"""The catalogue: which models there are, and the names they answer to.

Data, in `catalogue.toml` beside this file; operators add their own file of the same form.
"""

import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from importlib.resources import files as package_files
from pathlib import Path
from typing import TypeAlias

from pydantic import TypeAdapter, ValidationError

from dragoman.domain.engine import EngineSpec
from dragoman.models.derive import RECIPES
from dragoman.models.entry import (
    File,
    FileSource,
    Model,
    ModelId,
    Name,
    PackageSource,
    Source,
    strictly,
)
from dragoman.models.errors import CatalogueInvalid, UnknownModel
from dragoman.models.formats import SUFFIXES


@strictly
@dataclass(frozen=True, slots=True)
class Catalogue:
    """A catalogue: models, in order of preference."""

    model: tuple[Model, ...] = ()
    starter: tuple[ModelId, ...] = ()
    """The ids of the models that are pulled when no name is given."""
    openai: Mapping[str, tuple[Name, ...]] = field(default_factory=dict[str, tuple[Name, ...]])
    """Kind → OpenAI's names, each answered by the first installed model of that kind."""

    def find(self, model_id: str) -> Model:
        """The entry with that id.

        Raises:
            UnknownModel: there is none.
        """
        for model in self.model:
            if model.id == model_id:
                return model
        near = get_close_matches(model_id, [model.id for model in self.model], n=1)
        guess = f" Did you mean {near[0]!r}?" if near else ""
        raise UnknownModel(
            f"No catalogue has a model {model_id!r}.{guess} `dragoman models list` shows all."
        )

    def starters(self) -> tuple[Model, ...]:
        """The entries of `starter`."""
        return tuple(self.find(model_id) for model_id in self.starter)

    def over(self, base: "Catalogue") -> "Catalogue":
        """This catalogue, and after it the entries of `base` that it does not have."""
        own = {model.id for model in self.model}
        rest = tuple(model for model in base.model if model.id not in own)
        return Catalogue(
            model=(*self.model, *rest),
            starter=self.starter or base.starter,
            openai={**base.openai, **self.openai},
        )


_CATALOGUE = TypeAdapter(Catalogue)

Fault: TypeAlias = Callable[[EngineSpec], str | None]
"""A check that returns what an engine would refuse when it loads the entry; None: nothing."""


def load(*own: Path, engines: Mapping[str, str], fault: Fault | None = None) -> Catalogue:
    """The catalogue that comes with Dragoman, under the operator's `own` files (the last one wins).

    `engines` maps the name of each engine to the name of its kind; `fault` looks at the operator's
    entries.

    Raises:
        CatalogueInvalid: one of them does not parse, contradicts itself, names an engine or a kind
            that there is not, or gives an engine options that it refuses.
    """
    resource = package_files("dragoman.models") / "catalogue.toml"
    catalogue = parse(resource.read_text(encoding="utf-8"), "catalogue.toml")
    for path in own:
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise CatalogueInvalid(f"The catalogue {path} cannot be read: {error}.") from error
        operators = _absolute(parse(text, str(path)), path.parent)
        operators = _of_their_kind(operators, engines)
        _check_engines(operators, engines)
        _check_names(operators.model)
        if fault:
            _check_options(operators.model, fault)
        catalogue = operators.over(catalogue)
    _check_engines(catalogue, engines)
    _check_ids(catalogue.model)
    return _checked(catalogue)


def parse(text: str, origin: str) -> Catalogue:
    """Read one catalogue; `origin` is for messages.

    Raises:
        CatalogueInvalid: it does not parse.
    """
    try:
        return _CATALOGUE.validate_python(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise CatalogueInvalid(f"{origin} is not TOML: {error}.") from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(step) for step in first["loc"])
        raise CatalogueInvalid(f"{origin}: {where}: {first['msg']}.") from error


def _absolute(catalogue: Catalogue, base: Path) -> Catalogue:
    """With `file` sources relative to their catalogue's directory."""

    def absolute(source: Source) -> Source:
        match source:
            case FileSource():
                return replace(source, path=str(base / Path(source.path).expanduser()))
            case _:
                return source

    return replace(
        catalogue,
        model=tuple(
            replace(model, sources=tuple(absolute(source) for source in model.sources))
            for model in catalogue.model
        ),
    )


def _checked(catalogue: Catalogue) -> Catalogue:
    """The catalogue, if its parts fit together."""
    seen = set[str]()
    for model in catalogue.model:
        if model.id in seen:
            raise CatalogueInvalid(f"The catalogue has {model.id!r} twice.")
        seen.add(model.id)
        _check_files(model.id, model.files)
        for source in model.sources:
            _check_files(model.id, source.files)
            if isinstance(source, PackageSource):
                _check_members(model.id, source, source.files or model.files)
        if model.files and not model.sources:
            raise CatalogueInvalid(f"{model.id}: it has files but no sources.")
    for model_id in catalogue.starter:
        if model_id not in seen:
            raise CatalogueInvalid(f"`starter` names {model_id!r}, which is in no catalogue.")
    return catalogue


def _of_their_kind(catalogue: Catalogue, engines: Mapping[str, str]) -> Catalogue:
    """With the entry that an engine of several kinds has for the model's: `NAME-KIND`."""

    def engine(model: Model) -> str:
        own = f"{model.engine}-{model.kind}"
        return own if engines.get(own) == model.kind else model.engine

    models = tuple(replace(model, engine=engine(model)) for model in catalogue.model)
    return replace(catalogue, model=models)


def _check_engines(catalogue: Catalogue, engines: Mapping[str, str]) -> None:
    for model in catalogue.model:
        kind = engines.get(model.engine)
        if kind is None:
            raise CatalogueInvalid(
                f"{model.id}: there is no engine {model.engine!r}.{_known(model.engine, engines)}"
            )
        if model.kind not in engines.values():
            raise CatalogueInvalid(
                f"{model.id}: there is no kind {model.kind!r}."
                + _known(model.kind, engines.values())
            )
        if model.kind != kind:
            raise CatalogueInvalid(
                f"{model.id}: the engine {model.engine!r} is of the kind {kind!r}, "
                f"not {model.kind!r}."
            )
    for kind in catalogue.openai:
        if kind not in engines.values():
            raise CatalogueInvalid(
                f"`openai` names a kind {kind!r}, which there is not."
                + _known(kind, engines.values())
            )


def _check_options(models: Sequence[Model], fault: Fault) -> None:
    for model in models:
        files = model.id if model.files else ""
        reason = fault(EngineSpec(model.engine, files, options=model.options))
        if reason:
            raise CatalogueInvalid(f"{model.id}: {reason}.")


def _check_names(models: Sequence[Model]) -> None:
    """In one catalogue; a name of ours that an operator takes for his own is meant."""
    owner = dict[str, str]()
    for model in models:
        for name in model.names:
            other = owner.setdefault(name, model.id)
            if other != model.id:
                raise CatalogueInvalid(f"{other} and {model.id} share the name {name!r}.")


def _check_ids(models: Sequence[Model]) -> None:
    """Ids come before names: such a name would never be answered by the model that has it."""
    ids = {model.id for model in models}
    for model in models:
        for name in model.names:
            if name in ids - {model.id}:
                raise CatalogueInvalid(
                    f"{model.id}: its name {name!r} is the id of another model, which answers to "
                    "it. To have it answered by this one, set DRAGOMAN_ALIASES, or take that id."
                )


def _known(name: str, names: Iterable[str]) -> str:
    """The nearest of `names`, then all of them."""
    known = sorted(set(names))
    near = get_close_matches(name, known, n=1)
    guess = f" Did you mean {near[0]!r}?" if near else ""
    return f"{guess} Known are {', '.join(known)}."


def _check_files(model_id: str, files: tuple[File, ...]) -> None:
    # Lower case, because two names may be one file on the disks of macOS.
    names = [file.name.lower() for file in files]
    if len(names) != len(set(names)):
        raise CatalogueInvalid(f"{model_id}: a file is named twice.")
    fetched = {file.name for file in files if file.derived is None}
    for file in files:
        if file.keep and not file.name.endswith(SUFFIXES):
            allowed = ", ".join(SUFFIXES)
            raise CatalogueInvalid(
                f"{model_id}: {file.name} is not kept: its kind may carry code. Kept are {allowed}."
            )
        if file.derived and file.derived.source not in fetched:
            raise CatalogueInvalid(f"{model_id}: {file.name} is derived from a file it has not.")
        if file.derived and file.derived.by not in RECIPES:
            known = ", ".join(RECIPES)
            raise CatalogueInvalid(f"{model_id}: no recipe {file.derived.by!r}; there are {known}.")


def _check_members(model_id: str, source: PackageSource, files: tuple[File, ...]) -> None:
    sizes = {file.name: file.size for file in files if file.derived is None}
    held = dict.fromkeys(sizes, 0)
    for wheel in source.wheels:
        for member in wheel.members:
            if member.file not in held:
                raise CatalogueInvalid(f"{model_id}: {wheel.package} has an unknown {member.file}.")
            held[member.file] += member.size
    wrong = [name for name in sizes if held[name] != sizes[name]]
    if wrong:
        raise CatalogueInvalid(f"{model_id}: the pieces of {wrong[0]} do not add up to its size.")
