"""Answers a Freshet that started it: calls functions of one folder. What goes over the socket: docs/formats/functions.md.

Started as `python3 -I -B -c <this text> FOLDER`, with the socket as its standard input.
"""

import ctypes
import datetime
import decimal
import glob
import hashlib
import importlib
import inspect
import itertools
import numbers
import operator
import os
import resource
import signal
import socket
import struct
import sys
import traceback
import types
import typing

DESCRIBE, CALL, DESCRIPTION, COLUMN, FAILED = range(1, 6)
(BOOLEAN, TINYINT, SMALLINT, INT, BIGINT, FLOAT, DOUBLE, DECIMAL, STRING, BYTES, DATE, TIME, TIMESTAMP, ARRAY, MAP) = range(1, 16)
INTEGER_BITS = {TINYINT: 8, SMALLINT: 16, INT: 32, BIGINT: 64}
EPOCH = datetime.datetime(1970, 1, 1)
EPOCH_DAY = EPOCH.toordinal()
MICROSECOND = datetime.timedelta(microseconds=1)
WIDE = decimal.Context(prec=80, rounding=decimal.ROUND_HALF_UP)
SHOWN = 60  # characters of an argument in a message
TOLD = 1000  # characters of a message


# ---- what functions of a folder may say of themselves ----


class UserFunction:
    """What @udf makes: the function and its types, as texts of SQL."""

    def __init__(self, function, result, inputs, deterministic):
        self.function, self.result, self.inputs, self.deterministic = function, result, inputs, deterministic

    def __call__(self, *arguments):
        return self.function(*arguments)


class Uncallable:
    """Something of PyFlink's that SQL cannot call here: whoever looks for it is told why, and the rest of its file is there."""

    def __init__(self, why):
        self.why = why


def uncallable(name, remedy):
    """A decorator of PyFlink's, with or without arguments."""
    marked = Uncallable(f"{name} is not supported; {remedy}")

    def decorate(f=None, *_, **__):
        return (lambda _: marked) if f is None else marked

    return decorate


def uncallable_class(name, remedy):
    """A class of PyFlink's to derive from."""
    return type(name, (), {"why": f"a {name} is not called; {remedy}"})


UNCALLABLE_CLASSES = [
    uncallable_class("ScalarFunction", "write its eval as a function, with @udf(result_type=…)"),
    uncallable_class("TableFunction", "UNNEST the list that a function gives back"),
    uncallable_class("AggregateFunction", "aggregate in SQL"),
    uncallable_class("TableAggregateFunction", "aggregate in SQL"),
]


def udf(f=None, input_types=None, result_type=None, deterministic=None, name=None, func_type="general", udf_type=None):
    """PyFlink's decorator, for functions of one row."""
    if f is None:
        return lambda function: udf(function, input_types, result_type, deterministic, name, func_type, udf_type)
    if (udf_type or func_type) != "general":
        return Uncallable(f"func_type '{udf_type or func_type}' is not supported; take the rows one by one (func_type='general')")
    of_class = next((kind for kind in UNCALLABLE_CLASSES if isinstance(f, kind)), None)
    if of_class:
        return Uncallable(of_class.why)
    if not inspect.isfunction(f):
        raise TypeError("@udf takes a function here; write a ScalarFunction's eval as a function")
    if result_type is None:
        raise TypeError("@udf needs its result_type, such as result_type='BIGINT'")
    if input_types is not None and not isinstance(input_types, (list, tuple)):
        input_types = [input_types]
    return UserFunction(f, result_type, input_types, deterministic is not False)


def refused(name, remedy):
    def refuse(*_, **__):
        raise TypeError(f"{name} is not supported; {remedy}")

    return refuse


class DataTypes:
    """PyFlink's names of types, as texts of SQL."""

    DECIMAL = staticmethod(lambda precision, scale, nullable=True: f"DECIMAL({precision}, {scale})")
    ARRAY = staticmethod(lambda element, nullable=True: f"ARRAY<{element}>")
    MAP = staticmethod(lambda key, value, nullable=True: f"MAP<{key}, {value}>")
    TIME = staticmethod(lambda precision=0, nullable=True: f"TIME({precision})")
    TIMESTAMP = staticmethod(lambda precision=6, nullable=True: f"TIMESTAMP({precision})")
    ROW = staticmethod(refused("DataTypes.ROW", "give its fields back by functions of their own"))


for plain in ("BOOLEAN", "TINYINT", "SMALLINT", "INT", "BIGINT", "FLOAT", "DOUBLE", "STRING", "BYTES", "DATE"):
    setattr(DataTypes, plain, staticmethod(lambda nullable=True, plain=plain: plain))
for sized in ("CHAR", "VARCHAR", "BINARY", "VARBINARY"):
    setattr(DataTypes, sized, staticmethod(lambda length, nullable=True, sized=sized: f"{sized}({length})"))


def stand_in_for_pyflink():
    """So that a file with PyFlink's decorator is read here unchanged, and nobody needs PyFlink."""
    table, table_udf, table_types = (types.ModuleType(name) for name in ("pyflink.table", "pyflink.table.udf", "pyflink.table.types"))
    for module in (table, table_udf):
        module.udf = udf
        module.udtf = uncallable("udtf", "UNNEST the list that a function gives back")
        module.udaf = uncallable("udaf", "aggregate in SQL")
        module.udtaf = uncallable("udtaf", "aggregate in SQL")
        module.FunctionContext = type("FunctionContext", (), {})
        for kind in UNCALLABLE_CLASSES:
            setattr(module, kind.__name__, kind)
    table.DataTypes = table_types.DataTypes = DataTypes
    pyflink = types.ModuleType("pyflink")
    pyflink.table = table
    for module in (pyflink, table, table_udf, table_types):
        module.__path__ = []
        sys.modules[module.__name__] = module


ANNOTATED = {
    int: "BIGINT", float: "DOUBLE", str: "STRING", bool: "BOOLEAN", bytes: "BYTES", decimal.Decimal: "DECIMAL(38, 18)",
    datetime.date: "DATE", datetime.time: "TIME(3)", datetime.datetime: "TIMESTAMP(6)",
}  # fmt: skip


def type_text(annotation):
    """What SQL calls the type that an annotation says; NULL may always be there."""
    if annotation in ANNOTATED:
        return ANNOTATED[annotation]
    origin, parts = typing.get_origin(annotation), typing.get_args(annotation)
    if origin in (typing.Union, types.UnionType):
        parts = [part for part in parts if part is not type(None)]
        if len(parts) == 1:
            return type_text(parts[0])
    elif origin is list:
        return f"ARRAY<{type_text(parts[0])}>"
    elif origin is dict:
        return f"MAP<{type_text(parts[0])}, {type_text(parts[1])}>"
    shown = getattr(annotation, "__name__", None) if isinstance(annotation, type) else None
    raise TypeError(f"SQL has no type for {shown or annotation}; known are int, float, str, bool, bytes, Decimal, date, time, datetime, list[…], dict[…, …]")


def is_of_uncallable_class(value):
    return inspect.isclass(value) and value not in UNCALLABLE_CLASSES and issubclass(value, tuple(UNCALLABLE_CLASSES))


class Signature:
    """What SQL must know to call a function; or why it cannot."""

    def __init__(self, function):
        self.inputs, self.result, self.deterministic = [], "", True
        self.args_min, self.args_max, self.problem = 0, 0, ""
        try:
            self.read(function)
        except Exception as problem:
            self.problem = str(problem)

    def read(self, function):
        if isinstance(function, Uncallable) or is_of_uncallable_class(function):
            raise TypeError(function.why)
        declared = function if isinstance(function, UserFunction) else None
        plain = declared.function if declared else function
        if inspect.iscoroutinefunction(plain) or inspect.isgeneratorfunction(plain) or inspect.isasyncgenfunction(plain):
            raise TypeError("async functions and generators are not called; return one value, or a list and UNNEST it")
        hints = {} if declared else typing.get_type_hints(plain)
        parameters = inspect.signature(plain).parameters.values()
        self.take_parameters(parameters, hints)
        if declared:
            self.result, self.deterministic = declared.result, declared.deterministic
            if declared.inputs is not None:
                self.inputs = list(declared.inputs)
        elif "return" not in hints or hints["return"] is type(None):
            raise TypeError("it does not say what it gives back; write `-> int`, or @udf(result_type='BIGINT')")
        else:
            self.result = type_text(hints["return"])

    def take_parameters(self, parameters, hints):
        for parameter in parameters:
            if parameter.kind is parameter.VAR_KEYWORD:
                continue
            if parameter.kind is parameter.KEYWORD_ONLY:
                if parameter.default is parameter.empty:
                    raise TypeError(f"SQL gives arguments by their place, and '{parameter.name}' takes one by name only")
                continue
            hint = hints.get(parameter.name)
            wanted = "" if hint in (None, typing.Any, object) else type_text(hint)
            if parameter.kind is parameter.VAR_POSITIONAL:
                self.args_max = -1
                if wanted:
                    raise TypeError(f"'*{parameter.name}' cannot say a type; leave its annotation out")
                continue
            self.inputs.append(wanted)
            self.args_max += 1
            self.args_min += 1 if parameter.default is parameter.empty else 0


def said(write, value):
    """What str or repr makes of somebody's object, whose own methods may raise."""
    try:
        return write(value)
    except Exception:
        return type(value).__name__


def why(problem):
    """The message of an exception, with where in the folder it was raised."""
    message = said(str, problem)
    text = f"{type(problem).__name__}: {message}" if message else type(problem).__name__
    places = [frame for frame in traceback.extract_tb(problem.__traceback__) if os.path.dirname(frame.filename) == FOLDER]
    if isinstance(problem, SyntaxError) and problem.filename:
        return f"{type(problem).__name__}: {problem.msg} ({os.path.basename(problem.filename)}, line {problem.lineno})"
    return f"{text} ({os.path.basename(places[-1].filename)}, line {places[-1].lineno})" if places else text


class Module:
    """A file of the folder, imported; or why it cannot be."""

    def __init__(self, path):
        self.name, self.functions, self.problem = os.path.basename(path)[:-3], {}, ""
        with open(path, "rb") as file:
            self.digest = hashlib.sha256(file.read()).hexdigest()
        try:
            if self.name in sys.stdlib_module_names or self.name in ("pyflink", "__init__"):
                raise ImportError(f"Python has a module '{self.name}' of its own; give the file another name")
            module = importlib.import_module(self.name)
        except BaseException as problem:  # whatever a file does while it is read
            self.problem = why(problem)
            return
        for name, value in vars(module).items():
            own = inspect.isfunction(value) and value.__module__ == self.name
            if not name.startswith("_") and (own or isinstance(value, (UserFunction, Uncallable)) or is_of_uncallable_class(value)):
                self.functions[name] = value


# ---- values in columns ----


class Frame:
    """A message that is read from its beginning on."""

    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, layout):
        layout = "<" + layout
        values = struct.unpack_from(layout, self.data, self.at)
        self.at += struct.calcsize(layout)
        return values

    def one(self, layout):
        return self.take(layout)[0]

    def raw(self, length):
        self.at += length
        return self.data[self.at - length : self.at]

    def text(self):
        return self.raw(self.one("I")).decode()

    def texts(self, count):
        return [self.raw(length) for length in self.take(f"{count}I")]


def read_type(frame):
    code = frame.one("B")
    if code == DECIMAL:
        return (code, *frame.take("BB"))
    if code == ARRAY:
        return (code, read_type(frame))
    if code == MAP:
        return (code, read_type(frame), read_type(frame))
    return (code,)


def in_lists(counts, values):
    values = iter(values)
    return [list(itertools.islice(values, count)) for count in counts]


def read_values(frame, kind, rows):
    code = kind[0]
    if code == BOOLEAN:
        return list(map(bool, frame.raw(rows)))
    if code in INTEGER_BITS:
        return frame.take(f"{rows}q")
    if code in (FLOAT, DOUBLE):
        return frame.take(f"{rows}d")
    if code == DECIMAL:
        return [decimal.Decimal(text.decode()) for text in frame.texts(rows)]
    if code == STRING:
        return [text.decode() for text in frame.texts(rows)]
    if code == BYTES:
        return frame.texts(rows)
    if code == DATE:
        return [datetime.date.fromordinal(EPOCH_DAY + day) for day in frame.take(f"{rows}q")]
    if code == TIME:
        return [(EPOCH + datetime.timedelta(milliseconds=ms)).time() for ms in frame.take(f"{rows}q")]
    if code == TIMESTAMP:
        return [EPOCH + datetime.timedelta(microseconds=us) for us in frame.take(f"{rows}q")]
    counts = frame.take(f"{rows}I")
    total = sum(counts)
    keys = read_column(frame, kind[1], total)
    if code == ARRAY:
        return in_lists(counts, keys)
    return list(map(dict, in_lists(counts, zip(keys, read_column(frame, kind[2], total)))))


def read_column(frame, kind, rows):
    nulls = frame.raw(rows)
    values = read_values(frame, kind, rows)
    if any(nulls):
        return [None if null else value for null, value in zip(nulls, values)]
    return values


def as_boolean(value):
    if isinstance(value, bool) or type(value).__name__ in ("bool_", "bool"):  # NumPy's, too
        return bool(value)
    raise TypeError("a bool")


def as_integer(bits):
    least, most = -(1 << (bits - 1)), (1 << (bits - 1)) - 1

    def convert(value):
        if isinstance(value, bool) or not hasattr(value, "__index__"):
            raise TypeError("a whole number")
        number = operator.index(value)
        if not least <= number <= most:
            raise ValueError(f"a whole number of {bits} bits")
        return number

    return convert


def as_float(value):
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        raise TypeError("a number")
    return float(value)


def as_decimal(precision, scale):
    def convert(value):
        if isinstance(value, bool) or not isinstance(value, (decimal.Decimal, int)):
            raise TypeError("a Decimal")
        value = decimal.Decimal(value)
        fits = value.is_finite() and (not value or value.adjusted() <= precision - scale)
        rounded = WIDE.quantize(value, decimal.Decimal(1).scaleb(-scale)) if fits else value
        if not fits or rounded and rounded.adjusted() >= precision - scale:
            raise ValueError(f"a DECIMAL({precision}, {scale})")
        return format(rounded, "f").encode()

    return convert


def as_text(value):
    if not isinstance(value, str):
        raise TypeError("a str")
    try:
        return value.encode()
    except UnicodeEncodeError:
        raise ValueError("a str without half surrogates") from None


def as_bytes(value):
    if not isinstance(value, (bytes, bytearray, memoryview)):
        raise TypeError("bytes")
    return bytes(value)


def as_day(value):
    if not isinstance(value, datetime.date) or isinstance(value, datetime.datetime):
        raise TypeError("a date")
    return value.toordinal() - EPOCH_DAY


def as_time(value):
    if not isinstance(value, datetime.time) or value.tzinfo is not None:
        raise TypeError("a time without a zone")
    return ((value.hour * 60 + value.minute) * 60 + value.second) * 1000 + value.microsecond // 1000


def as_timestamp(value):
    if not isinstance(value, datetime.datetime) or value.tzinfo is not None:
        raise TypeError("a datetime without a zone")
    return (value - EPOCH) // MICROSECOND


def as_list(element):
    def convert(value):
        if not isinstance(value, (list, tuple)):
            raise TypeError("a list")
        return [None if one is None else element(one) for one in value]

    return convert


def as_dict(key, value_of):
    def convert(value):
        if not isinstance(value, dict):
            raise TypeError("a dict")
        return [(key(one), None if other is None else value_of(other)) for one, other in value.items()]

    return convert


def conversion(kind):
    """From what a function gives back to what is written; a value that does not fit raises what is wanted instead."""
    code = kind[0]
    if code in INTEGER_BITS:
        return as_integer(INTEGER_BITS[code])
    if code == DECIMAL:
        return as_decimal(*kind[1:])
    if code == ARRAY:
        return as_list(conversion(kind[1]))
    if code == MAP:
        return as_dict(conversion(kind[1]), conversion(kind[2]))
    return {BOOLEAN: as_boolean, FLOAT: as_float, DOUBLE: as_float, STRING: as_text, BYTES: as_bytes, DATE: as_day, TIME: as_time, TIMESTAMP: as_timestamp}[code]


def write_texts(out, texts):
    out.append(struct.pack(f"<{len(texts)}I", *map(len, texts)))
    out.extend(texts)


def write_column(out, kind, values):
    code, rows = kind[0], len(values)
    out.append(bytes(value is None for value in values))
    if code == BOOLEAN:
        out.append(bytes(bool(value) for value in values))
    elif code in (DECIMAL, STRING, BYTES):
        write_texts(out, [b"0" if value is None else value for value in values] if code == DECIMAL else [value or b"" for value in values])
    elif code in (ARRAY, MAP):
        out.append(struct.pack(f"<{rows}I", *(len(value or ()) for value in values)))
        elements = [element for value in values for element in value or ()]
        if code == ARRAY:
            write_column(out, kind[1], elements)
        else:
            write_column(out, kind[1], [key for key, _ in elements])
            write_column(out, kind[2], [value for _, value in elements])
    else:
        layout = "d" if code in (FLOAT, DOUBLE) else "q"
        out.append(struct.pack(f"<{rows}{layout}", *(value or 0 for value in values)))


# ---- the conversation ----


def text(value):
    encoded = value.encode("utf-8", "replace")
    return struct.pack("<I", len(encoded)) + encoded


def describe():
    out = [text(sys.version.split()[0]), struct.pack("<I", len(MODULES))]
    for module in MODULES.values():
        out += [text(module.name), text(module.digest), text(module.problem), struct.pack("<I", len(module.functions))]
        for name, function in module.functions.items():
            signature = Signature(function)
            out += [text(name), text(signature.problem), struct.pack("<BiiI", signature.deterministic, signature.args_min, signature.args_max, len(signature.inputs))]
            out += map(text, map(str, signature.inputs))
            out.append(text(str(signature.result)))
    return DESCRIPTION, out


def shown(value):
    whole = said(repr, value)
    return whole if len(whole) <= SHOWN else whole[:SHOWN] + "…"


def failed(function, arguments, what):
    message = f"{function.rsplit('.', 1)[1]}({', '.join(map(shown, arguments))}) {what}"
    return FAILED, [text(message[:TOLD])]


def call(frame):
    name = frame.text()
    rows, count = frame.take("IB")
    try:
        columns = [read_column(frame, read_type(frame), rows) for _ in range(count)]
    except (ValueError, OverflowError) as problem:
        return FAILED, [text(f"{name.rsplit('.', 1)[1]} is given a value that Python does not hold: {problem}"[:TOLD])]
    result = read_type(frame)
    convert = conversion(result)
    module, _, attribute = name.partition(".")
    function = MODULES[module].functions[attribute]
    function = getattr(function, "function", function)
    values = []
    for arguments in zip(*columns) if columns else itertools.repeat((), rows):
        try:
            value = function(*arguments)
        except BaseException as problem:  # of sys.exit(), too
            return failed(name, arguments, f"raised {why(problem)}")
        try:
            values.append(None if value is None else convert(value))
        except Exception as wanted:
            return failed(name, arguments, f"gave back {shown(value)}, and its result is to be {wanted}")
    out = []
    write_column(out, result, values)
    return COLUMN, out


def be_the_first_to_go():
    """Where the machine has no memory left, this ends and not the one who keeps the data."""
    with open("/proc/self/oom_score_adj", "w", encoding="ascii") as file:
        file.write("1000")


def end_with_the_parent():
    if ctypes.CDLL(None).prctl(1, signal.SIGKILL) != 0:  # PR_SET_PDEATHSIG
        raise OSError("prctl(PR_SET_PDEATHSIG) failed")


def take_no_more_memory_than(data_bytes):
    """Beyond it a function has a MemoryError of its own, and the machine is none the wiser."""
    resource.setrlimit(resource.RLIMIT_DATA, (data_bytes, data_bytes))


def take_the_socket():
    """Functions that read standard input find nothing; what they print goes to standard error, as the one who started this has it."""
    conversation = socket.socket(fileno=os.dup(0))
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.register_at_fork(after_in_child=lambda: os.close(conversation.fileno()))  # who is forked answers nobody
    return conversation


def converse(conversation):
    stream = conversation.makefile("rb")
    while len(head := stream.read(5)) == 5:
        length, kind = struct.unpack("<IB", head)
        frame = Frame(stream.read(length - 1))
        answer, parts = describe() if kind == DESCRIBE else call(frame)
        body = b"".join(parts)
        conversation.sendall(struct.pack("<IB", len(body) + 1, answer) + body)
        sys.stdout.flush()


be_the_first_to_go()
end_with_the_parent()
CONVERSATION = take_the_socket()
FOLDER = os.path.abspath(sys.argv[1])
take_no_more_memory_than(int(sys.argv[2]))
sys.path.insert(0, FOLDER)
stand_in_for_pyflink()
MODULES = {module.name: module for module in map(Module, sorted(glob.glob(os.path.join(glob.escape(FOLDER), "*.py"))))}
converse(CONVERSATION)
