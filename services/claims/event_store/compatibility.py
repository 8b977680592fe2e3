"""Says in what a new JSON Schema of an event no longer bears what was stored, or read, by the old one."""

from typing import Any

Schema = dict[str, Any]


def incompatibilities(old: Schema, new: Schema) -> list[str]:
    """Return each removed field, new required field, changed type and narrowed enum, with the path of the field.

    Empty: events stored by `old` can be read by `new`, and who reads fields of `old` still finds them. A new optional
    field, a widened enum and a type that may now be null as well are compatible. Anything else wants a new version of
    the event, with an upcast.
    """
    return _Comparison(old, new).nodes(old, new, "")


class _Comparison:
    """Two schemas whose references are resolved on the way."""

    def __init__(self, old: Schema, new: Schema) -> None:
        self.old = old
        self.new = new

    def nodes(self, old: Schema, new: Schema, path: str) -> list[str]:
        """Compare what may stand at `path`: each old alternative wants a new one that bears it."""
        found: list[str] = []
        alternatives = _alternatives(new, self.new)
        for before in _alternatives(old, self.old):
            same = [after for after in alternatives if _kind(after) == _kind(before)]
            if same:
                fewest: list[str] = min((self._same_kind(before, after, path) for after in same), key=len)
                found += fewest
            else:
                kinds = " or ".join(_kind(after) for after in alternatives)
                found.append(f"{path or 'event'}: was {_kind(before)}, is {kinds}")
        return found

    def _same_kind(self, old: Schema, new: Schema, path: str) -> list[str]:
        return [*self._objects(old, new, path), *self._arrays(old, new, path), *_enums(old, new, path)]

    def _objects(self, old: Schema, new: Schema, path: str) -> list[str]:
        before, after = old.get("properties", {}), new.get("properties", {})
        required = set(new.get("required", ())) - set(old.get("required", ()))
        found = [f"{_join(path, name)}: removed" for name in before if name not in after]
        found += [f"{_join(path, name)}: new and required" for name in after if name in required]
        for name in before:
            if name in after:
                found += self.nodes(before[name], after[name], _join(path, name))
        return found

    def _arrays(self, old: Schema, new: Schema, path: str) -> list[str]:
        found: list[str] = []
        before, after = old.get("prefixItems", []), new.get("prefixItems", [])
        if len(before) != len(after):
            found.append(f"{path}: had {len(before)} fixed items, has {len(after)}")
        for number, (one, other) in enumerate(zip(before, after, strict=False)):
            found += self.nodes(one, other, f"{path}[{number}]")
        if isinstance(old.get("items"), dict) and isinstance(new.get("items"), dict):
            found += self.nodes(old["items"], new["items"], f"{path}[]")
        return found


def _enums(old: Schema, new: Schema, path: str) -> list[str]:
    allowed = _values(new)
    if allowed is None:
        return []
    before = _values(old)
    if before is None:
        return [f"{path}: any value was allowed, now only {sorted(allowed)}"]
    return [f"{path}: no longer allows {value}" for value in sorted(before - allowed)]


def _values(schema: Schema) -> set[str] | None:
    values = schema.get("enum", [schema["const"]] if "const" in schema else None)
    return None if values is None else {str(value) for value in values}


def _alternatives(schema: Schema, root: Schema) -> list[Schema]:
    while "$ref" in schema:
        schema = root["$defs"][schema["$ref"].rpartition("/")[2]]
    if "anyOf" in schema:
        return [member for one in schema["anyOf"] for member in _alternatives(one, root)]
    return [schema]


def _kind(schema: Schema) -> str:
    kind, form = str(schema.get("type", "anything")), schema.get("format")
    return f"{kind} ({form})" if form else kind


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
