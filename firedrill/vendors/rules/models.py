"""What pydantic finds wrong with a declaration, in words: every reader of declarations tells it from here.

What is allowed is the description of the field or of the nearest one around it; where none has one, it is put into
words from the field's type and limits.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, NamedTuple, TypeVar, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError
from pydantic.fields import FieldInfo

from firedrill.vendors.rules.breach import Breach, shown
from firedrill.vendors.rules.suggestions import hint

Path = tuple[int | str, ...]


class Model(BaseModel):
    """The fields of one API object with their documented defaults; nothing else is allowed and nothing is converted."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


def _no_flag(value: Any) -> Any:
    if isinstance(value, bool):
        raise ValueError(value)
    return value


NO_FLAG = BeforeValidator(_no_flag)
"""For numbers of models that convert, where true would be 1."""

ModelT = TypeVar("ModelT", bound=BaseModel)


class Fault(NamedTuple):
    """One thing that a model found wrong at `path`.

    `kind`: a value is "missing" or "wrong", a field "unknown", or the "name" of an entry is wrong. `owner` is the
    model or dataclass that has the field, or has it not. `text`: it is a number or so, where only text may stand.
    """

    path: Path
    value: Any
    allowed: str
    kind: Literal["missing", "wrong", "unknown", "name"]
    owner: type
    text: bool = False

    @property
    def place(self) -> str:
        """The path as it is written: `group_by[0].path`."""
        return joined(self.path)

    @property
    def breach(self) -> Breach:
        """The same as a breach of the vendor's rule."""
        meant = hint(self.path[-1], field_names(self.owner)) if self.kind == "unknown" else ""
        values = {"missing": "", "unknown": f"not a known field{meant}", "name": "not a valid name"}
        return Breach(self.place, values.get(self.kind, shown(self.value)), self.allowed)


def joined(path: Path) -> str:
    """Steps into objects with dots, into lists in brackets."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).lstrip(".")


def field_names(model: type) -> tuple[str, ...]:
    """The names of the fields as declarations write them."""
    return tuple(_fields(model))


def faults(model: type[BaseModel], error: ValidationError) -> list[Fault]:
    """Everything that `model` refused, each place once, in order.

    A list or an object that is too short only because its entries are wrong is not told.
    """
    details = error.errors(include_url=False)
    found: dict[Path, Fault] = {}
    for detail in details:
        place = detail["loc"]
        follows = any(other["loc"][: len(place)] == place for other in details if len(other["loc"]) > len(place))
        if detail["type"] != "too_short" or not follows:
            fault = _fault(model, place, detail["type"], detail["input"])
            found.setdefault(fault.path, fault)
    return list(found.values())


def read_partly(model: type[ModelT], data: Mapping[str, Any]) -> tuple[ModelT, list[Fault]]:
    """`data` as `model`, whose fields all have defaults: these stand where `data` is wrong, and all that is wrong."""
    try:
        return model.model_validate(data), []
    except ValidationError as error:
        found = faults(model, error)
        wrong = {fault.path[0] for fault in found}
        return model.model_validate({name: data[name] for name in data if name not in wrong}), found


class _Slot(NamedTuple):
    """Where a value stands: its type, the nearest description, the limits of the type."""

    type: Any
    words: str = ""
    limits: Sequence[Any] = ()


def _fault(model: type[BaseModel], location: Path, kind: str, value: Any) -> Fault:
    owner, slot, path = _find(model, location)
    if kind in ("extra_forbidden", "unexpected_keyword_argument"):
        return Fault(location, value, f"one of {', '.join(_fields(owner))}", "unknown", owner)
    if location[-1:] == ("[key]",):
        return Fault(location[:-1], value, _words(slot), "name", owner)
    missing = kind in ("missing", "missing_argument") or (kind == "string_too_short" and not value)
    text = slot.type is str and not missing and not isinstance(value, str)
    return Fault(path, value, _words(slot), "missing" if missing else "wrong", owner, text)


def _find(model: type[BaseModel], location: Path) -> tuple[type, _Slot, Path]:
    """The innermost owner of fields on the way to `location`, what stands there, and as much of the way as it knows."""
    owner: type = model
    slot = _Slot(model)
    name = _Slot(str)
    for taken, step in enumerate(location):
        inside, types = _fields(slot.type), get_args(slot.type)
        inner = inside.get(str(step))
        if step == "[key]":
            return owner, name, location[:taken]
        if inside:
            owner = slot.type
        elif get_origin(slot.type) in (dict, Mapping):
            name, inner = (_slot(each, slot.words) for each in types)
        elif types and isinstance(step, int):
            fixed = get_origin(slot.type) is tuple and Ellipsis not in types
            inner = _slot(types[min(step, len(types) - 1)] if fixed else types[0], slot.words)
        if inner is None:
            return owner, slot, location[:taken]
        tells_all = dataclasses.is_dataclass(owner)  # its fields have no descriptions of their own
        slot = inner._replace(words=slot.words) if tells_all and not inner.words else inner
    return owner, slot, location


def _fields(owner: Any) -> dict[str, _Slot]:
    """What the fields of a model or a dataclass hold, by the names that declarations write; none for other types."""
    if isinstance(owner, type) and issubclass(owner, BaseModel):
        return {field.alias or name: _declared(field) for name, field in owner.model_fields.items()}
    if isinstance(owner, type) and dataclasses.is_dataclass(owner):
        return {name: _slot(kind) for name, kind in get_type_hints(owner, include_extras=True).items()}
    return {}


def _declared(field: FieldInfo) -> _Slot:
    slot = _slot(field.annotation)
    return slot._replace(words=field.description or slot.words, limits=(*slot.limits, *field.metadata))


def _slot(annotation: Any, words: str = "", limits: Sequence[Any] = ()) -> _Slot:
    """An annotation without what is about it: Annotated, and None beside one other type."""
    if get_origin(annotation) is Annotated:
        inner, *data = get_args(annotation)
        fields = [each for each in data if isinstance(each, FieldInfo)]
        own = next((field.description for field in fields if field.description), words)
        return _slot(inner, own, (*limits, *data, *(limit for field in fields for limit in field.metadata)))
    if get_origin(annotation) in (Union, UnionType):
        types = [each for each in get_args(annotation) if each is not NoneType]
        if len(types) == 1:
            return _slot(types[0], words, limits)
    return _Slot(annotation, words, limits)


def _words(slot: _Slot) -> str:
    """What may stand in a slot."""
    if slot.words:
        return slot.words
    origin = get_origin(slot.type) or slot.type
    if origin in (Union, UnionType):
        return " or ".join(_words(_slot(each)) for each in get_args(slot.type))
    if origin is Literal:
        values = [value if isinstance(value, str) else shown(value) for value in get_args(slot.type)]
        return values[0] if len(values) == 1 else f"one of {', '.join(values)}"
    if origin is bool:
        return "true or false"
    if origin in (int, float):
        return _number("a whole number" if origin is int else "a number", slot.limits)
    if origin is str:
        most = _limit(slot.limits, "max_length")
        if most is not None:
            return f"text of at most {most} characters"
        return "text that is not empty" if _limit(slot.limits, "min_length") else "text"
    if origin in (list, tuple, Sequence):
        most = _limit(slot.limits, "max_length")
        what = "a list of strings" if _slot(*get_args(slot.type)[:1]).type is str else "a list"
        return what if most is None else f"{what}, at most {most} entries"
    return "an object"


def _number(what: str, limits: Sequence[Any]) -> str:
    least, most = _limit(limits, "ge"), _limit(limits, "le")
    if least is None:
        above = _limit(limits, "gt")
        return what if above is None else f"{what} above {above:g}"
    return f"{what} of at least {least:g}" if most is None else f"{what} from {least:g} to {most:g}"


def _limit(limits: Sequence[Any], name: str) -> Any:
    return next((value for limit in limits if (value := getattr(limit, name, None)) is not None), None)
