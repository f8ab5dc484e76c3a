"""The features of flight_delays computed a second time, in plain Python from the raw events: what the pipelines must have served.

Each feature says which events it may use: those known before the flight falls due, or at the same moment. Times are milliseconds since
1970, delays minutes.
"""

import collections

HOUR_MS = 3_600_000
ORIGIN_WINDOW_MS = 1 * HOUR_MS
CARRIER_WINDOW_MS = 3 * HOUR_MS

STATIC = ["month", "weekday", "hour", "distance", "origin_code", "carrier_code"]
WEATHER = ["temp", "humid", "wind_speed", "precip", "pressure", "visib"]
STREAMING = ["origin_departures", "origin_delay", "carrier_departures", "carrier_delay", "leg_delay", "leg_age_min"]
PLANE = ["plane_built", "plane_seats"]
ALL = STATIC + WEATHER + STREAMING + PLANE

ORIGINS = ["EWR", "JFK", "LGA"]
CARRIERS = ["9E", "AA", "AS", "B6", "DL", "EV", "F9", "FL", "HA", "MQ", "OO", "UA", "US", "VX", "WN", "YV"]


class Rolling:
    """Count and mean of the delays whose events are at most `width_ms` older than the newest one of their key: a RANGE window that is
    computed when an event arrives and stands until the next."""

    def __init__(self, width_ms):
        self.width_ms = width_ms
        self.recent = collections.defaultdict(collections.deque)
        self.answers = {}

    def add(self, key, time, delay):
        recent = self.recent[key]
        recent.append((time, delay))
        while recent[0][0] < time - self.width_ms:
            recent.popleft()
        self.answers[key] = (len(recent), sum(d for _, d in recent) / len(recent))

    def get(self, key):
        return self.answers.get(key, (None, None))


class Features:
    """Told the events of one moment together, before the flights that fall due at it are asked for."""

    def __init__(self, planes):
        self.planes = {plane["tailnum"]: plane for plane in planes}
        self.by_origin = Rolling(ORIGIN_WINDOW_MS)
        self.by_carrier = Rolling(CARRIER_WINDOW_MS)
        self.weather = {}
        self.legs = {}

    def tell(self, topic, value):
        if topic == "weather":
            self.weather[value["origin"]] = value
        elif topic == "departure":
            self.by_origin.add(value["origin"], value["known"], value["delay"])
            self.by_carrier.add((value["origin"], value["carrier"]), value["known"], value["delay"])
        elif topic == "landing" and value["tailnum"] is not None:
            self.legs[value["tailnum"]] = value

    def of(self, due):
        weather = self.weather.get(due["origin"], {})
        leg = self.legs.get(due["tailnum"])
        plane = self.planes.get(due["tailnum"], {})
        origin_departures, origin_delay = self.by_origin.get(due["origin"])
        carrier_departures, carrier_delay = self.by_carrier.get((due["origin"], due["carrier"]))
        return {
            "month": due["month"], "weekday": due["weekday"], "hour": due["hour"], "distance": due["distance"],
            "origin_code": ORIGINS.index(due["origin"]), "carrier_code": CARRIERS.index(due["carrier"]),
            **{name: weather.get(name) for name in WEATHER},
            "origin_departures": origin_departures, "origin_delay": origin_delay,
            "carrier_departures": carrier_departures, "carrier_delay": carrier_delay,
            "leg_delay": leg and leg["delay"], "leg_age_min": leg and (due["known"] - leg["known"]) // 60_000,
            "plane_built": plane.get("plane_built"), "plane_seats": plane.get("plane_seats"),
        }


def rows(events, planes):
    """(due, features) of every flight, from events in the order of knowing."""
    features = Features(planes)
    waiting, now = [], None
    for topic, value in events:
        if value["known"] != now:
            yield from ((due, features.of(due)) for due in waiting)
            waiting, now = [], value["known"]
        if topic == "due":
            waiting.append(value)
        else:
            features.tell(topic, value)
    yield from ((due, features.of(due)) for due in waiting)
