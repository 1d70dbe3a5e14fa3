"""Makes samples/experiments: fourteen days of webhooks with three experiments whose truth is known, and the orders beside them.

    python Tests/EndToEnd/make_experiment_samples.py samples/experiments

The same seed gives the same bytes. What is true:

* checkout_button: half of the identities see `blue`, half `control`; 12 % of the control buy, and 17 % of `blue`.
* search_ranking: three variants that change nothing.
* free_shipping_banner: half and half, but one identity in four that should see the banner is lost, as when a page breaks
  for some of them. What those who are left do is no better; it looks as if it were.

One percent of the identities are given a variant by hand (an override), and a few saw two.
"""

import csv
import gzip
import hashlib
import hmac
import json
import random
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path

SECRET = "experiment sample secret"
ENVIRONMENT = 2
START = datetime(2026, 11, 1, tzinfo=timezone.utc)
DAYS = 14
IDENTITIES = 4000
SEED = 7

FEATURES = [
    (101, "checkout_button", [("control", None), ("blue", 50.0)]),
    (102, "search_ranking", [("classic", None), ("fresh", 33.0), ("popular", 33.0)]),
    (103, "free_shipping_banner", [("hidden", None), ("shown", 50.0)]),
]


def bucket(identity, salt):
    digest = hashlib.sha256(f"{salt}:{identity}".encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2**64


def variant(identity, feature_id, variants):
    share = bucket(identity, feature_id) * 100
    for value, allocation in variants[1:]:
        if share < allocation:
            return value, allocation
        share -= allocation
    return variants[0]


def flag(identity, feature, overridden):
    feature_id, name, variants = feature
    value, allocation = variant(identity, feature_id, variants)
    return {
        "enabled": True,
        "environment": ENVIRONMENT,
        "feature": {
            "created_date": "2026-10-20T09:00:00.000000Z",
            "default_enabled": True,
            "description": None,
            "id": feature_id,
            "initial_value": variants[0][0],
            "name": name,
            "type": "MULTIVARIATE",
        },
        "feature_segment": None,
        "feature_state_value": variants[1][0] if overridden else value,
        "id": 1000 + feature_id,
        "identity": 77 if overridden else None,
        "percentage_allocation": 100.0 if overridden else allocation,
    }


def person(number, rng):
    identity = f"shopper-{number:05d}"
    return {
        "identity": identity,
        "plan": rng.choices(["free", "plus", "team"], [6, 3, 1])[0],
        "beta": rng.random() < 0.2,
        "overridden": rng.random() < 0.01,
        "switches": rng.random() < 0.004,
        "first_day": min(DAYS - 1, int(rng.expovariate(1 / 4))),
        "visits": 1 + min(9, int(rng.expovariate(1 / 2))),
    }


def body(person, revenue, flipped):
    flags = []
    for feature in FEATURES:
        who = person["identity"] + ("?" if flipped and feature[0] == 101 else "")
        flags.append(flag(who, feature, person["overridden"] and feature[0] == 101))
    traits = [("plan", person["plan"])]
    if revenue is not None:
        traits.append(("revenue", revenue))
    payload = {
        "flags": flags,
        "identity": person["identity"],
        "segments": [{"id": 5, "member": person["beta"], "name": "beta"}],
        "traits": [
            {"id": 10 + n, "trait_key": key, "trait_value": value, "transient": False}
            for n, (key, value) in enumerate(traits)
        ],
    }
    return json.dumps(payload, sort_keys=True)


def line(time, text):
    signature = hmac.new(SECRET.encode(), text.encode(), hashlib.sha256).hexdigest()
    record = {
        "received_at": time.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        "method": "POST",
        "path": "/flagsmith",
        "headers": {
            "Host": "hooks.example.com",
            "User-Agent": "python-requests/2.33.0",
            "Content-Type": "application/json",
            "X-Flagsmith-Signature": signature,
        },
        "body": text,
    }
    return json.dumps(record)


def is_lost(identity):
    value, _ = variant(identity, 103, FEATURES[2][2])
    return value == "shown" and bucket(identity, "lost") < 0.25


def main(directory):
    rng = random.Random(SEED)
    archives = Path(directory) / "archives"
    archives.mkdir(parents=True, exist_ok=True)
    lines = [[] for _ in range(DAYS)]
    orders = []
    for number in range(IDENTITIES):
        someone = person(number, rng)
        if is_lost(someone["identity"]):
            continue
        identity = someone["identity"]
        shown, _ = variant(identity, 101, FEATURES[0][2])
        buys = rng.random() < (0.17 if shown == "blue" else 0.12)
        visits = sorted(
            START
            + timedelta(
                days=min(DAYS - 1, someone["first_day"] + rng.randrange(6)) if n else someone["first_day"],
                seconds=rng.uniform(6 * 3600, 23 * 3600),
            )
            for n in range(someone["visits"])
        )
        amount = round(rng.lognormvariate(3.4, 0.6), 2) if buys else None
        bought_at = visits[rng.randrange(len(visits))] + timedelta(minutes=rng.uniform(1, 20)) if buys else None
        for place, time in enumerate(visits):
            revenue = amount if buys and time > bought_at else 0.0 if place else None
            text = body(someone, revenue, someone["switches"] and place == len(visits) - 1)
            lines[(time - START).days].append((time, line(time, text)))
        if buys:
            orders.append((bought_at, identity, "purchase", amount))
        for time in visits:
            if rng.random() < 0.6:
                orders.append((time + timedelta(seconds=rng.uniform(5, 300)), identity, "search", rng.randrange(1, 6)))
    # Someone who was never seen buys too.
    orders.append((START + timedelta(days=3), "visitor-from-elsewhere", "purchase", 12.5))
    for day, content in enumerate(lines):
        date = (START + timedelta(days=day)).strftime("%Y-%m-%d")
        text = "".join(text + "\n" for _, text in sorted(content))
        with open(archives / f"flagsmith-{date}.jsonl.gz", "wb") as raw:
            with gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0, compresslevel=9) as file:
                file.write(text.encode())
    with open(Path(directory) / "orders.csv", "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["identity", "time", "event", "value"])
        for time, identity, event, value in sorted(orders):
            writer.writerow([identity, time.strftime("%Y-%m-%dT%H:%M:%S.%fZ"), event, value])


if __name__ == "__main__":
    main(sys.argv[1])
