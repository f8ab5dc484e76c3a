"""SQL's types and values in plain Python: None is NULL, a DECIMAL is a Decimal of its scale, DATE counts days and TIMESTAMP milliseconds since 1970."""

import datetime
import decimal
import json
import re
from decimal import Decimal
from typing import NamedTuple

EXACT = decimal.Context(prec=200, rounding=decimal.ROUND_HALF_UP, Emin=-9999, Emax=9999)
OF_38 = decimal.Context(prec=38, rounding=decimal.ROUND_HALF_UP)
EPOCH = datetime.datetime(1970, 1, 1)
DAY_MS = 86_400_000


class Type(NamedTuple):
    name: str
    precision: int = 0
    scale: int = 0

    def sql(self):
        if self.name == "DECIMAL":
            return f"DECIMAL({self.precision}, {self.scale})"
        return "TIMESTAMP(3)" if self.name == "TIMESTAMP" else self.name


BOOLEAN, TINYINT, SMALLINT, INT, BIGINT, DOUBLE, STRING, DATE, TIMESTAMP = map(Type, ("BOOLEAN", "TINYINT", "SMALLINT", "INT", "BIGINT", "DOUBLE", "STRING", "DATE", "TIMESTAMP"))
BITS = {"TINYINT": 8, "SMALLINT": 16, "INT": 32, "BIGINT": 64}
DIGITS = {"TINYINT": 3, "SMALLINT": 5, "INT": 10, "BIGINT": 19}


def decimal_type(precision, scale):
    return Type("DECIMAL", precision, scale)


def exact(type_):
    return type_.name in BITS or type_.name == "DECIMAL"


def numeric(type_):
    return exact(type_) or type_ == DOUBLE


def as_decimal(type_):
    return decimal_type(DIGITS[type_.name], 0) if type_.name in DIGITS else type_


def capped(precision, scale):
    """At most 38 digits: those before the point win, of those behind it six stay."""
    if precision <= 38:
        return decimal_type(precision, scale)
    return decimal_type(38, max(38 - (precision - scale), min(scale, 6)))


def widest(one, other):
    """The type that both become where they meet: in CASE, COALESCE, comparisons and set operations."""
    if one == other:
        return one
    if DOUBLE in (one, other):
        return DOUBLE
    if one.name in BITS and other.name in BITS:
        return max(one, other, key=lambda type_: BITS[type_.name])
    one, other = as_decimal(one), as_decimal(other)
    scale = max(one.scale, other.scale)
    whole = max(one.precision - one.scale, other.precision - other.scale)
    return decimal_type(min(38, whole + scale), min(scale, max(0, 38 - whole)))


def wrapped(value, bits):
    value &= (1 << bits) - 1
    return value - (1 << bits) if value >> (bits - 1) else value


def fitted(value, type_):
    """A Decimal with the type's scale, or NULL when it has too many digits."""
    rounded = value.quantize(Decimal(1).scaleb(-type_.scale), context=EXACT)
    if rounded == 0:
        return abs(rounded)
    return rounded if len(rounded.as_tuple().digits) <= type_.precision else None


def cut(value, by):
    """A quotient of whole numbers, toward zero."""
    quotient = abs(value) // abs(by)
    return quotient if (value < 0) == (by < 0) else -quotient


def converted(value, from_, to):
    """What CAST makes of a value that converts."""
    if value is None or from_ == to:
        return value
    if to == STRING:
        return text(value, from_)
    if to == DOUBLE:
        return float(value)
    if to.name in BITS:
        if from_ == BOOLEAN:
            return int(value)
        if from_ == DOUBLE:
            return saturated(value, BITS[to.name])
        return wrapped(int(value), BITS[to.name])
    if to.name == "DECIMAL":
        return fitted(Decimal(repr(value)) if from_ == DOUBLE else Decimal(value), to)
    if to == DATE and from_ == TIMESTAMP:
        return value // DAY_MS
    if to == TIMESTAMP and from_ == DATE:
        return value * DAY_MS
    raise NotImplementedError(f"CAST from {from_} to {to}")


def saturated(value, bits):
    if value != value:
        return 0
    low, high = -(1 << (bits - 1)), (1 << (bits - 1)) - 1
    return high if value >= high else low if value <= low else int(value)


def parsed_int(value):
    """What TRY_CAST makes of a text: a whole number, its fraction cut off, or NULL."""
    found = re.fullmatch(r" *([+-]?)(\d+(?:\.\d*)?|\.\d*) *", value)
    number = int(found.group(1) + (found.group(2).partition(".")[0] or "0")) if found else None
    return number if number is not None and -(1 << 31) <= number < 1 << 31 else None


def text(value, type_):
    """What CAST to STRING prints."""
    if value is None:
        return None
    if type_ == BOOLEAN:
        return "TRUE" if value else "FALSE"
    if type_ == DATE:
        return (EPOCH + datetime.timedelta(days=value)).strftime("%Y-%m-%d")
    if type_ == TIMESTAMP:
        moment = EPOCH + datetime.timedelta(milliseconds=value)
        return moment.strftime("%Y-%m-%d %H:%M:%S.") + f"{moment.microsecond // 1000:03d}"
    return f"{value:f}" if type_.name == "DECIMAL" else str(value)


def literal(value, type_):
    if value is None:
        return f"CAST(NULL AS {type_.sql()})"
    if type_ == STRING:
        return "'" + value.replace("'", "''") + "'"
    if type_ == DATE:
        return f"DATE '{text(value, type_)}'"
    if type_ == TIMESTAMP:
        return f"TIMESTAMP '{text(value, type_)}'"
    if type_ == BOOLEAN:
        return text(value, type_)
    if type_ == DOUBLE:
        written = f"{value!r}e0" if "e" not in repr(value) else repr(value)
    else:
        written = f"{value:f}" if type_.name == "DECIMAL" else str(value)
    if type_ == INT and abs(value) < 1 << 31 or type_ == DOUBLE:
        return f"({written})" if written.startswith("-") else written
    return f"CAST({written} AS {type_.sql()})"


def canonical(value, type_):
    """As in a canonical row: ready for JSON."""
    if value is None or type_ in (BOOLEAN, STRING) or type_.name in BITS:
        return value
    if type_ == DOUBLE:
        return value if value == value and abs(value) != float("inf") else {"inf": "Infinity", "-inf": "-Infinity", "nan": "NaN"}[repr(value)]
    return text(value, type_)


def canonical_line(row, columns):
    ready = {column.name: canonical(row[column.name], column.type) for column in columns}
    return json.dumps(ready, ensure_ascii=False, separators=(",", ":"))


def order_key(value):
    """NULL is the least value, strings go by their bytes."""
    if value is None:
        return (0,)
    return (1, value.encode() if isinstance(value, str) else value)


def same(one, other):
    """Whether two values are one group, where NULL is a value like others."""
    return one == other if one is not None and other is not None else one is other
