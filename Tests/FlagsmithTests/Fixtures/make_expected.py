"""Says in expected.json what the payloads of examples/, of bodies.json and of samples/archives are.

States and trait values are computed with Python's own json and hashlib from the rules of the package's documentation,
not with the code under test. Run it without arguments.
"""

import gzip
import hashlib
import json
import math
import pathlib

FOLDER = pathlib.Path(__file__).parent
SAMPLES = FOLDER.parent.parent.parent / "samples" / "archives"


def canonical(value):
    """(value_type, value) of a flag or a trait."""
    if value is None:
        return "null", None
    if isinstance(value, bool):
        return "boolean", "true" if value else "false"
    if isinstance(value, int):
        return "integer", str(value)
    if isinstance(value, float):
        if math.isnan(value):
            return "float", "NaN"
        if math.isinf(value):
            return "float", "Infinity" if value > 0 else "-Infinity"
        return "float", repr(value)
    return "string", value


def state(rows):
    """The canonical text of a set of rows and the digits that name it; rows begin with their environment and id, or their id."""
    keyed = set()
    for row in rows:
        text = json.dumps(row, separators=(",", ":"), ensure_ascii=False).encode() + b"\n"
        environment, number = row[:2] if len(row) > 3 else (None, row[0])
        keyed.add((environment is not None, environment or 0, number, text))
    texts = [key[3] for key in sorted(keyed)]
    digests = b"".join(hashlib.sha256(text).digest()[:16] for text in texts)
    return b"".join(texts), hashlib.sha256(digests).hexdigest()[:32]


def flag_row(flag):
    feature = flag["feature"]
    value_type, value = canonical(flag.get("feature_state_value"))
    percentage = flag.get("percentage_allocation")
    override = "none"
    if flag.get("feature_segment") is not None:
        override = "segment"
    if flag.get("identity") is not None:
        override = "identity"
    return [
        flag.get("environment"), feature["id"], feature["name"], feature["type"], flag["enabled"],
        value_type, value, None if percentage is None else float(percentage),
        feature.get("initial_value"), override,
    ]


def describe(body):
    """What a body is: the name of an event, or all of a snapshot."""
    data = json.loads(body)
    if "flags" not in data:
        return {"event": data["event_type"]}
    flags, flag_digits = state(flag_row(flag) for flag in data["flags"])
    segments, segment_digits = state(
        [s["id"], s["name"], s["member"]] for s in data.get("segments", [])
    )
    traits = {t["trait_key"]: list(canonical(t["trait_value"])) for t in data.get("traits", [])}
    return {
        "identity": data["identity"],
        "environment": data["flags"][-1].get("environment") if data["flags"] else None,
        "flags": flag_digits,
        "flags_text": flags.decode(),
        "segments": segment_digits,
        "segments_text": segments.decode(),
        "traits": [[key] + traits[key] for key in sorted(traits, key=lambda key: key.encode())],
    }


def describe_archive(path):
    """How many bodies of each kind, and one digest over all that the snapshots are."""
    kinds, digest = {}, hashlib.sha256()
    with gzip.open(path, "rb") as file:
        for line in file:
            found = describe(json.loads(line)["body"])
            kind = found.get("event", "snapshot")
            kinds[kind] = kinds.get(kind, 0) + 1
            if kind == "snapshot":
                fields = [str(found["environment"]), found["identity"], found["flags"], found["segments"]]
                for key, value_type, value in found["traits"]:
                    fields += [key, value_type, "null" if value is None else value]
                digest.update("".join(field + "\n" for field in fields).encode())
    return {"kinds": kinds, "digest": digest.hexdigest()}


expected = {
    "examples": {
        path.name: describe(json.loads(path.read_text())["body_raw"])
        for path in sorted((FOLDER / "examples").glob("*.json"))
    },
    "bodies": {
        name: describe(body) for name, body in json.loads((FOLDER / "bodies.json").read_text()).items()
    },
    "archives": {path.name: describe_archive(path) for path in sorted(SAMPLES.glob("*.jsonl.gz"))},
}
for found in expected["examples"].values():
    # The digests say the same in less room.
    found.pop("flags_text", None)
    found.pop("segments_text", None)
(FOLDER / "expected.json").write_text(json.dumps(expected, indent=1, ensure_ascii=True) + "\n")
