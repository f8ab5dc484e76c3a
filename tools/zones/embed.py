"""Writes the time zones of /usr/share/zoneinfo as one C++ file, so that the program needs none at run time.

usage: embed.py OUT.cc (src/data/zone_data.h has the types)
"""
import struct
import sys

ROOT = "/usr/share/zoneinfo/"


def zone_names():
    names = set()
    with open(ROOT + "tzdata.zi", encoding="ascii") as lines:
        for line in lines:
            words = line.split()
            if words and words[0] == "Z":
                names.add(words[1])
            if words and words[0] == "L":
                names.add(words[2])
    return sorted(name for name in names if name not in ("Factory",))


def read_zone(name):
    """Transitions as (seconds, offset behind), the offset before the first, the rule for the time behind the last."""
    data = open(ROOT + name, "rb").read()
    assert data[:4] == b"TZif" and data[4:5] >= b"2", name
    counts = struct.unpack(">6l", data[20:44])
    is_utc, is_std, leaps, times, types, chars = counts
    at = 44 + times * 5 + types * 6 + chars + leaps * 8 + is_std + is_utc
    is_utc, is_std, leaps, times, types, chars = struct.unpack(">6l", data[at + 20 : at + 44])
    at += 44
    moments = struct.unpack(f">{times}q", data[at : at + 8 * times])
    at += 8 * times
    kinds = data[at : at + times]
    at += times
    offsets = [struct.unpack(">l", data[at + 6 * i : at + 6 * i + 4])[0] for i in range(types)]
    at += types * 6 + chars + leaps * 12 + is_std + is_utc
    rule = data[at:].strip(b"\n").decode("ascii")
    steps, before = [], offsets[0]
    last = before
    for moment, kind in zip(moments, kinds):
        if offsets[kind] != last:
            steps.append((moment, offsets[kind]))
        last = offsets[kind]
    return steps, before, parse_rule(rule, name)


def take_abbreviation(text):
    if text.startswith("<"):
        return text[text.index(">") + 1 :]
    end = 0
    while end < len(text) and text[end].isalpha():
        end += 1
    return text[end:]


def take_time(text):
    """[+-]h[:m[:s]] in seconds, and what follows."""
    sign = -1 if text.startswith("-") else 1
    text = text.lstrip("+-")
    total, unit = 0, 3600
    while True:
        end = 0
        while end < len(text) and text[end].isdigit():
            end += 1
        total += int(text[:end]) * unit
        text, unit = text[end:], unit // 60
        if not text.startswith(":"):
            return sign * total, text
        text = text[1:]


def take_date(text, name):
    """,Mm.w.d[/time] as (month, week, weekday, seconds)."""
    assert text.startswith(",M"), name + ": " + text
    date, slash, rest = text[2:].partition("/")
    if "," in date:
        date, rest = date.split(",", 1)
        rest, seconds = "," + rest, 7200
    elif slash:
        seconds, rest = take_time(rest)
    else:
        seconds = 7200
    month, week, day = (int(n) for n in date.split("."))
    return (month, week, day, seconds), rest


def parse_rule(text, name):
    """(standard, summer, begin, end); without summer time summer is standard."""
    if not text:
        return None
    standard, rest = take_time(take_abbreviation(text))
    standard = -standard
    if not rest:
        return standard, standard, (0, 0, 0, 0), (0, 0, 0, 0)
    rest = take_abbreviation(rest)
    summer = standard + 3600
    if rest and rest[0] != ",":
        summer, rest = take_time(rest)
        summer = -summer
    begin, rest = take_date(rest, name)
    end, rest = take_date(rest, name)
    return standard, summer, begin, end


def main(out):
    moments, offsets, places, lines = [], [], {}, []
    for name in zone_names():
        steps, before, rule = read_zone(name)
        key = (tuple(steps), before, rule)
        if key not in places:
            places[key] = len(moments)
            moments += [moment for moment, _ in steps]
            offsets += [offset for _, offset in steps]
        rule = rule or (steps[-1][1] if steps else before,) * 2 + ((0, 0, 0, 0),) * 2
        dates = ", ".join("{%d, %d, %d, %d}" % date for date in rule[2:])
        lines.append('    {"%s", %d, %d, %d, {%d, %d, %s}},' % (name, places[key], len(steps), before, rule[0], rule[1], dates))
    with open(out, "w", encoding="ascii") as file:
        file.write('// Made by tools/zones/embed.py.\n#include "data/zone_data.h"\n\nnamespace freshet::data {\nnamespace {\n\n')
        file.write("constexpr int64_t kMoments[] = {%s};\n" % ",".join(map(str, moments)))
        file.write("constexpr int32_t kOffsets[] = {%s};\n" % ",".join(map(str, offsets)))
        file.write("constexpr ZoneData kZones[] = {\n%s\n};\n\n}  // namespace\n\n" % "\n".join(lines))
        file.write("std::span<const ZoneData> Zones() { return kZones; }\n")
        file.write("std::span<const int64_t> ZoneMoments() { return kMoments; }\n")
        file.write("std::span<const int32_t> ZoneOffsets() { return kOffsets; }\n\n}  // namespace freshet::data\n")


main(sys.argv[1])
