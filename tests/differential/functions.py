"""Functions, an entry each: how a call is written, what it takes, what it gives and what it means."""

import datetime
import math
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Callable

from expressions import either, equal_or_unknown
from values import (BIGINT, BITS, BOOLEAN, DATE, DAY_MS, DOUBLE, EPOCH, EXACT, INT, OF_38, STRING, TIMESTAMP, as_decimal, capped, converted, cut, decimal_type, exact, fitted,
                    order_key, parsed_int, widest, wrapped)


@dataclass(frozen=True)
class Function:
    template: str
    takes: tuple  # of types, or of "any" and its kin: see draw.py
    gives: Callable  # the type, of the arguments' types
    meaning: Callable  # the value, of the arguments' values and the call
    strict: bool = True  # NULL when an argument is NULL
    options: Callable = None  # drawn by the generator


def gives(type_):
    return lambda types: type_


def first(types):
    return types[0]


def common(types):
    out = types[0]
    for type_ in types[1:]:
        out = widest(out, type_)
    return out


def last_common(types):
    return common(types[1:])


# Three-valued logic.
def both(values, _):
    return False if False in values else None if None in values else True


def compared(test):
    def meaning(values, call):
        one, other = alike(values, call)
        return test(one, other)
    return meaning


def alike(values, call):
    """Values as what they are compared by: numbers as doubles where one is, texts as their bytes."""
    doubles = DOUBLE in [argument.type for argument in call.arguments]
    return [comparable(float(value) if doubles and value is not None else value) for value in values]


def comparable(value):
    return value.encode() if isinstance(value, str) else value


def within(values, call):
    return either([equal_or_unknown(values[0], value) for value in values[1:]], call)


def not_within(values, call):
    inside = within(values, call)
    return None if inside is None else not inside


def between(values, call):
    low = None if None in values[:2] else compared(lambda a, b: a >= b)([values[0], values[1]], Pair(call.arguments[0], call.arguments[1]))
    high = None if values[0] is None or values[2] is None else compared(lambda a, b: a <= b)([values[0], values[2]], Pair(call.arguments[0], call.arguments[2]))
    return both([low, high], call)


class Pair:
    def __init__(self, *arguments):
        self.arguments = arguments


def distinct(values, call):
    one, other = alike(values, call)
    return one != other if one is not None and other is not None else one is not other


def like(values, _):
    pattern = "".join(".*" if c == "%" else "." if c == "_" else re.escape(c) for c in values[1])
    return re.fullmatch(pattern, values[0], re.S) is not None


# Numbers.
def arithmetic(whole, fraction, of_doubles):
    def meaning(values, call):
        one, other = values
        if call.type == DOUBLE:
            return of_doubles(float(one), float(other))
        if call.type.name in BITS:
            return wrapped(whole(one, other), BITS[call.type.name])
        return fitted(fraction(Decimal(one), Decimal(other)), call.type)
    return meaning


def sum_type(types):
    if exact(types[0]) and exact(types[1]) and "DECIMAL" in (types[0].name, types[1].name):
        one, other = map(as_decimal, types)
        scale = max(one.scale, other.scale)
        return capped(scale + max(one.precision - one.scale, other.precision - other.scale) + 1, scale)
    return common(types)


def product_type(types):
    if exact(types[0]) and exact(types[1]) and "DECIMAL" in (types[0].name, types[1].name):
        one, other = map(as_decimal, types)
        return capped(one.precision + other.precision + 1, one.scale + other.scale)
    return common(types)


def quotient_type(types):
    if exact(types[0]) and exact(types[1]) and "DECIMAL" in (types[0].name, types[1].name):
        one, other = map(as_decimal, types)
        scale = max(6, one.scale + other.precision + 1)
        return capped(one.precision - one.scale + other.scale + scale, scale)
    return common(types)


def rest_type(types):
    if exact(types[0]) and exact(types[1]) and "DECIMAL" in (types[0].name, types[1].name):
        one, other = map(as_decimal, types)
        scale = max(one.scale, other.scale)
        return capped(min(one.precision - one.scale, other.precision - other.scale) + scale, scale)
    return types[1]


def rest(one, other):
    return one - other * cut(one, other)


def signed(values, call):
    return wrapped_as(-values[0], call)


def absolute(values, call):
    return wrapped_as(abs(values[0]), call)


def wrapped_as(value, call):
    return wrapped(value, BITS[call.type.name]) if call.type.name in BITS else value


def sign(values, call):
    one = (values[0] > 0) - (values[0] < 0)
    return fitted(Decimal(one), call.type) if call.type.name == "DECIMAL" else float(one) if call.type == DOUBLE else one


def rounded_type(types):
    return rounded_to(types[0], 1)


def rounded_to(type_, digits):
    if type_.name != "DECIMAL" or digits >= type_.scale:
        return type_
    return decimal_type(min(38, 1 + type_.precision - type_.scale + digits), digits)


def rounded(values, call):
    if call.type == DOUBLE:
        return float(Decimal(repr(values[0])).quantize(Decimal("0.1"), rounding="ROUND_HALF_UP", context=EXACT))
    return fitted(values[0], call.type)


def to_whole(rounding):
    def meaning(values, call):
        return fitted(values[0].quantize(Decimal(1), rounding=rounding, context=EXACT), call.type)
    return meaning


# Conditions.
def chosen(values, call):
    return converted_argument(values, call, 1 if values[0] is True else 2)


def converted_argument(values, call, n):
    return converted(values[n], call.arguments[n].type, call.type)


def first_there(values, call):
    for n, value in enumerate(values):
        if value is not None:
            return converted_argument(values, call, n)
    return None


def unless_equal(values, call):
    if None in values:
        return values[0]
    one, other = alike(values, call)
    return None if one == other else values[0]


def extreme(pick):
    def meaning(values, call):
        return pick((converted_argument(values, call, n) for n in range(len(values))), key=signed_zero)
    return meaning


def signed_zero(value):
    return (order_key(value), math.copysign(1, value) if isinstance(value, float) else 0)


def cast(values, call):
    return converted(values[0], call.arguments[0].type, call.type)


# Texts.
def substring(values, _):
    string, start = values[0], values[1]
    count = values[2] if len(values) > 2 else len(string) + abs(start) + 1
    if count < 0:
        return None
    begin = start - 1 if start > 0 else 0 if start == 0 else len(string) + start
    return string[begin:begin + count] if begin >= 0 else ""


def left(values, _):
    return values[0][:max(values[1], 0)]


def right(values, _):
    return values[0][-values[1]:] if values[1] > 0 else ""


def padded(values, _):
    string, length, pad = values
    return string[:length] if len(string) >= length else (pad * length)[:length - len(string)] + string


def piece(values, _):
    parts = values[0].split(values[1]) if values[0] else []
    return parts[values[2]] if 0 <= values[2] < len(parts) else None


def joined(values, _):
    return None if values[0] is None else values[0].join(value for value in values[1:] if value is not None)


def initials(values, _):
    return re.sub(r"[A-Za-z0-9]+", lambda word: word.group(0)[0].upper() + word.group(0)[1:].lower(), values[0])


def position(values, _):
    return values[1].find(values[0]) + 1


# Times.
UNIT_MS = {"SECOND": 1000, "MINUTE": 60_000, "HOUR": 3_600_000, "DAY": DAY_MS}


def shifted(values, call):
    return values[0] + call.options["count"] * UNIT_MS[call.options["unit"]]


def floored(values, call):
    unit = UNIT_MS[call.options["unit"]]
    return values[0] // unit * unit


def difference(values, call):
    return wrapped(cut(values[1] - values[0], UNIT_MS[call.options["unit"]]), 32)


def ceiled(values, call):
    unit = UNIT_MS[call.options["unit"]]
    return -(-values[0] // unit) * unit


def by_months(values, call):
    moment = EPOCH + datetime.timedelta(milliseconds=values[0])
    month = moment.year * 12 + moment.month - 1 + call.options["months"]
    year, month = divmod(month, 12)
    last = (datetime.datetime(year + (month == 11), (month + 1) % 12 + 1, 1) - datetime.timedelta(days=1)).day
    return values[0] + ((moment.replace(year=year, month=month + 1, day=min(moment.day, last)) - moment) // datetime.timedelta(milliseconds=1))


def formatted(values, call):
    moment = EPOCH + datetime.timedelta(milliseconds=values[0])
    return moment.strftime({"yyyy-MM-dd": "%Y-%m-%d", "HH:mm:ss": "%H:%M:%S", "dd.MM.yyyy HH": "%d.%m.%Y %H"}[call.options["pattern"]])


def extracted(values, call):
    moment = EPOCH + datetime.timedelta(milliseconds=values[0])
    parts = {"YEAR": moment.year, "QUARTER": (moment.month + 2) // 3, "WEEK": moment.isocalendar()[1], "DOY": moment.timetuple().tm_yday, "DOW": moment.isoweekday() % 7 + 1, "MONTH": moment.month, "DAY": moment.day, "HOUR": moment.hour, "MINUTE": moment.minute, "SECOND": moment.second}
    return parts[call.options["part"]]


def unit(random):
    return {"unit": random.choice(list(UNIT_MS))}


def part(random):
    return {"part": random.choice(["YEAR", "QUARTER", "WEEK", "DOY", "DOW", "MONTH", "DAY", "HOUR", "MINUTE", "SECOND"])}


def months(random):
    return {"months": random.choice([1, 2, -1, 12, 13])}


def pattern(random):
    return {"pattern": random.choice(["yyyy-MM-dd", "HH:mm:ss", "dd.MM.yyyy HH"])}


def interval(random):
    return {"count": random.choice([1, 2, 5, 10, -3]), "unit": random.choice(list(UNIT_MS))}


IS = {"IS NULL": lambda v: v is None, "IS NOT NULL": lambda v: v is not None}
IS_TRUTH = {"IS TRUE": lambda v: v is True, "IS NOT TRUE": lambda v: v is not True, "IS FALSE": lambda v: v is False, "IS NOT FALSE": lambda v: v is not False,
            "IS UNKNOWN": lambda v: v is None, "IS NOT UNKNOWN": lambda v: v is not None}
TESTS = {"=": lambda a, b: a == b, "<>": lambda a, b: a != b, "<": lambda a, b: a < b, "<=": lambda a, b: a <= b, ">": lambda a, b: a > b, ">=": lambda a, b: a >= b}

# What an argument may be: a type's name, "same" (as the first one, or a number where that is one), "any", "number", "exact", "decimal".
FUNCTIONS = [
    Function("({0} AND {1})", ("BOOLEAN", "BOOLEAN"), gives(BOOLEAN), both, strict=False),
    Function("({0} OR {1})", ("BOOLEAN", "BOOLEAN"), gives(BOOLEAN), either, strict=False),
    Function("(NOT {0})", ("BOOLEAN",), gives(BOOLEAN), lambda v, _: not v[0]),
    *[Function("({0} %s {1})" % sign_, ("ordered", "same"), gives(BOOLEAN), compared(test)) for sign_, test in TESTS.items()],
    *[Function("({0} %s)" % word, ("any",), gives(BOOLEAN), lambda v, _, test=test: test(v[0]), strict=False) for word, test in IS.items()],
    *[Function("({0} %s)" % word, ("BOOLEAN",), gives(BOOLEAN), lambda v, _, test=test: test(v[0]), strict=False) for word, test in IS_TRUTH.items()],
    Function("({0} IS DISTINCT FROM {1})", ("any", "same"), gives(BOOLEAN), distinct, strict=False),
    Function("({0} IS NOT DISTINCT FROM {1})", ("any", "same"), gives(BOOLEAN), lambda v, c: not distinct(v, c), strict=False),
    Function("({0} BETWEEN {1} AND {2})", ("ordered", "alike", "alike"), gives(BOOLEAN), between, strict=False),
    Function("({0} IN ({1}, {2}, {3}))", ("any", "alike", "alike", "alike"), gives(BOOLEAN), within, strict=False),
    Function("({0} NOT IN ({1}, {2}))", ("any", "alike", "alike"), gives(BOOLEAN), not_within, strict=False),
    Function("({0} LIKE {1})", ("STRING", "pattern"), gives(BOOLEAN), like),

    Function("({0} + {1})", ("number", "number"), sum_type, arithmetic(lambda a, b: a + b, lambda a, b: EXACT.add(a, b), lambda a, b: a + b)),
    Function("({0} - {1})", ("number", "number"), sum_type, arithmetic(lambda a, b: a - b, lambda a, b: EXACT.subtract(a, b), lambda a, b: a - b)),
    Function("({0} * {1})", ("number", "number"), product_type, arithmetic(lambda a, b: a * b, lambda a, b: EXACT.multiply(a, b), lambda a, b: a * b)),
    Function("({0} / {1})", ("number", "divisor"), quotient_type, arithmetic(cut, lambda a, b: OF_38.divide(a, b), lambda a, b: a / b)),
    Function("MOD({0}, {1})", ("exact", "exact divisor"), rest_type, arithmetic(rest, lambda a, b: EXACT.remainder(a, b), None)),
    Function("(- {0})", ("number",), first, signed),
    Function("ABS({0})", ("number",), first, absolute),
    Function("SIGN({0})", ("number",), first, sign),
    Function("ROUND({0}, 1)", ("rough",), rounded_type, rounded),
    Function("FLOOR({0})", ("decimal",), lambda t: decimal_type(t[0].precision, 0), to_whole("ROUND_FLOOR")),
    Function("CEIL({0})", ("decimal",), lambda t: decimal_type(t[0].precision, 0), to_whole("ROUND_CEILING")),

    Function("CASE WHEN {0} THEN {1} ELSE {2} END", ("BOOLEAN", "any", "same"), last_common, chosen, strict=False),
    Function("IF({0}, {1}, {2})", ("BOOLEAN", "any", "alike"), last_common, chosen, strict=False),
    Function("COALESCE({0}, {1})", ("any", "same"), common, first_there, strict=False),
    Function("NULLIF({0}, {1})", ("any", "alike"), first, unless_equal, strict=False),
    Function("GREATEST({0}, {1})", ("ordered", "same"), common, extreme(max)),
    Function("LEAST({0}, {1})", ("ordered", "same"), common, extreme(min)),
    Function("CAST({0} AS {to})", ("number",), gives(BIGINT), cast),
    Function("CAST({0} AS {to})", ("number",), gives(INT), cast),
    Function("CAST({0} AS {to})", ("exact",), gives(DOUBLE), cast),
    Function("CAST({0} AS {to})", ("exact",), gives(decimal_type(12, 3)), cast),
    Function("CAST({0} AS {to})", ("exact",), gives(decimal_type(38, 6)), cast),
    Function("CAST({0} AS {to})", ("BOOLEAN",), gives(INT), cast),
    Function("CAST({0} AS {to})", ("printed",), gives(STRING), cast),
    Function("TRY_CAST({0} AS INT)", ("STRING",), gives(INT), lambda v, _: parsed_int(v[0])),

    Function("({0} || {1})", ("STRING", "STRING"), gives(STRING), lambda v, _: v[0] + v[1]),
    Function("UPPER({0})", ("STRING",), gives(STRING), lambda v, _: v[0].upper()),
    Function("LOWER({0})", ("STRING",), gives(STRING), lambda v, _: v[0].lower()),
    Function("TRIM({0})", ("STRING",), gives(STRING), lambda v, _: v[0].strip(" ")),
    Function("REVERSE({0})", ("STRING",), gives(STRING), lambda v, _: v[0][::-1]),
    Function("REPLACE({0}, {1}, 'z')", ("STRING", "letter"), gives(STRING), lambda v, _: v[0].replace(v[1], "z")),
    Function("SUBSTRING({0}, {1})", ("STRING", "small"), gives(STRING), substring),
    Function("SUBSTRING({0}, {1}, {2})", ("STRING", "small", "small"), gives(STRING), substring),
    Function("LEFT({0}, {1})", ("STRING", "count"), gives(STRING), left),
    Function("RIGHT({0}, {1})", ("STRING", "count"), gives(STRING), right),
    Function("LPAD({0}, {1}, 'xy')", ("STRING", "count"), gives(STRING), lambda v, c: padded([*v, "xy"], c)),
    Function("REPEAT({0}, {1})", ("STRING", "count"), gives(STRING), lambda v, _: v[0] * v[1]),
    Function("SPLIT_INDEX({0}, ' ', {1})", ("STRING", "small"), gives(STRING), lambda v, c: piece([v[0], " ", v[1]], c)),
    Function("CONCAT_WS('-', {0}, {1})", ("STRING", "STRING"), gives(STRING), lambda v, c: joined(["-", *v], c), strict=False),
    Function("CONCAT({0}, {1})", ("STRING", "STRING"), gives(STRING), lambda v, _: v[0] + v[1]),
    Function("LTRIM({0})", ("STRING",), gives(STRING), lambda v, _: v[0].lstrip(" ")),
    Function("RTRIM({0})", ("STRING",), gives(STRING), lambda v, _: v[0].rstrip(" ")),
    Function("CASE {0} WHEN {1} THEN {2} ELSE {3} END", ("ordered", "alike", "STRING", "STRING"), gives(STRING), lambda v, _: v[2] if None not in v[:2] and v[0] == v[1] else v[3], strict=False),
    Function("CHAR_LENGTH({0})", ("STRING",), gives(INT), lambda v, _: len(v[0])),
    Function("POSITION({0} IN {1})", ("letter", "STRING"), gives(INT), position),

    Function("({0} + INTERVAL '{count}' {unit})", ("TIMESTAMP",), gives(TIMESTAMP), shifted, options=interval),
    Function("FLOOR({0} TO {unit})", ("TIMESTAMP",), gives(TIMESTAMP), floored, options=unit),
    Function("CEIL({0} TO {unit})", ("TIMESTAMP",), gives(TIMESTAMP), ceiled, options=unit),
    Function("({0} + INTERVAL '{months}' MONTH)", ("TIMESTAMP",), gives(TIMESTAMP), by_months, options=months),
    Function("DATE_FORMAT({0}, '{pattern}')", ("TIMESTAMP",), gives(STRING), formatted, options=pattern),
    Function("TIMESTAMPDIFF({unit}, {0}, {1})", ("TIMESTAMP", "TIMESTAMP"), gives(INT), difference, options=unit),
    Function("EXTRACT({part} FROM {0})", ("TIMESTAMP",), gives(BIGINT), extracted, options=part),
    Function("CAST({0} AS {to})", ("TIMESTAMP",), gives(DATE), cast),
    Function("CAST({0} AS {to})", ("DATE",), gives(TIMESTAMP), cast),
]
