#include "engines/functions/python_functions.h"

#include <gtest/gtest.h>

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "data/canonical.h"
#include "io/real_env.h"
#include "io/run_to_end.h"

namespace freshet::functions {
namespace {

using data::Type;
using data::Value;

// Every function once, over values of many types.
constexpr std::string_view kEcho = R"PY(
from pyflink.table import DataTypes
from pyflink.table.udf import udf

def echo(value):
    return value

for name, type in {
    "boolean": DataTypes.BOOLEAN(), "tiny": "TINYINT", "int": "INT", "big": DataTypes.BIGINT(), "float": "FLOAT", "double": "DOUBLE",
    "decimal": DataTypes.DECIMAL(20, 3), "string": DataTypes.STRING(), "bytes": "BYTES", "date": "DATE", "time": "TIME(3)", "timestamp": "TIMESTAMP(9)",
    "array": DataTypes.ARRAY(DataTypes.STRING()), "map": "MAP<STRING, ARRAY<INT>>",
}.items():
    globals()["the_" + name] = udf(echo, result_type=type)
)PY";

// What PyFlink has and SQL does not call here, beside a function that it does.
constexpr std::string_view kFlinkKinds = R"PY(
from pyflink.table import DataTypes, TableFunction
from pyflink.table.udf import FunctionContext, ScalarFunction, udf, udtf, udaf

class Twice(ScalarFunction):
    def open(self, context: FunctionContext):
        pass
    def eval(self, a):
        return 2 * a

twice = udf(Twice(), result_type=DataTypes.BIGINT())

@udtf(result_types=["STRING"])
def words(text):
    yield from text.split()

@udf(result_type="BIGINT", func_type="pandas")
def plus_one(series):
    return series + 1

@udf(result_type="BIGINT")
def thrice(a):
    return 3 * a
)PY";

constexpr std::string_view kScores = R"PY(
import datetime, decimal, os, sys, time
from typing import Optional
from pyflink.table.udf import udf

calls = 0

def grade(points: int, name: Optional[str] = None) -> str:
    print("" if name else "a word in between", end="")
    return f"{name or 'nobody'}: {points // 10}"

def total(*values) -> float:
    return float(sum(value for value in values if value is not None))

def ratio(a: int, b: int) -> float:
    return a / b

def wrong(a: int) -> int:
    return "seven"

def next_day(day: datetime.date) -> datetime.date:
    return day + datetime.timedelta(days=1)

def leaves(a: int) -> int:
    os._exit(7) if a > 1 else None
    return a

def sleeps(a: int) -> int:
    if a > 1:
        time.sleep(1000)
    return a

class Odd(Exception):
    def __str__(self):
        raise RuntimeError

    __repr__ = __str__

def odd(a: int) -> int:
    if a > 1:
        return Odd()
    raise Odd()

def hoards(a: int) -> int:
    return len(bytes(a))

def forks(a: int) -> int:
    return 1 if os.fork() == 0 else 2

def exits(a: int) -> int:
    sys.exit(3)

def goes_first() -> int:
    with open("/proc/self/oom_score_adj") as file:
        return int(file.read())

def reads() -> str:
    return sys.stdin.read()

def counted() -> int:
    global calls
    calls += 1
    return calls

def untyped(a):
    return a

def strange(a: complex) -> int:
    return 1

async def later(a: int) -> int:
    return a

@udf(result_type="BIGINT", deterministic=False)
def dice():
    return 4

def _own(a: int) -> int:
    return a
)PY";

class Folder {
 public:
  Folder() : path_(std::filesystem::temp_directory_path() / StrCat("functions_test_", reinterpret_cast<uintptr_t>(this), "_", ::testing::UnitTest::GetInstance()->random_seed(), "_", getpid())) {
    std::filesystem::create_directories(path_);
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  void Write(const std::string& name, std::string_view text) const { std::ofstream(path_ / name) << text; }
  std::string path() const { return path_.string(); }

 private:
  std::filesystem::path path_;
};

class PythonFunctionsTest : public ::testing::Test {
 protected:
  PythonFunctionsTest() : env_(io::RealEnv::Open({.loops = 2, .log_level = Level::kError}).value()) {
    folder_.Write("echo.py", kEcho);
    folder_.Write("scores.py", kScores);
    folder_.Write("broken.py", "def f(:\n");
    folder_.Write("kinds.py", kFlinkKinds);
    folder_.Write("json.py", "def f(a: int) -> int:\n    return a\n");
  }
  void Open(Duration patience = Seconds(30), const std::string& python = "python3") {
    functions_ = PythonFunctions::Open(*env_, processes_, {.directory = folder_.path(), .python = python, .patience = patience});
  }
  std::string Refusal(std::string_view name) {
    auto found = functions_->Find(name);
    return found.ok() ? "" : found.fault().message();
  }
  // The answers as canonical JSON, a line a row; or the Fault.
  std::string Call(const std::string& name, const std::vector<Type>& types, const std::vector<std::vector<Value>>& rows, const Type& result) {
    data::BatchBuilder batch(types);
    for (const auto& row : rows) batch.AppendRow(row);
    auto column = io::RunToEnd(*env_, functions_->Call(Ctx(), name, batch.Build(), result));
    if (!column.ok()) return column.fault().message();
    std::string text;
    for (int row = 0; row < (*column)->length; ++row) {
      data::AppendCanonical(text, **column, row);
      text += '\n';
    }
    return text;
  }
  std::string Echo(const std::string& name, const Type& type, const std::vector<Value>& values) {
    std::vector<std::vector<Value>> rows;
    for (const auto& value : values) rows.push_back({value});
    return Call("echo.the_" + name, {type}, rows, type);
  }

  Folder folder_;
  io::PosixProcesses processes_;
  std::unique_ptr<io::RealEnv> env_;
  std::unique_ptr<PythonFunctions> functions_;
};

TEST_F(PythonFunctionsTest, AFunctionSaysItsTypesByAnnotationsOrByTheDecorator) {
  Open();

  auto grade = functions_->Find("scores.grade");
  ASSERT_TRUE(grade.ok()) << grade.status().ToString();
  EXPECT_EQ(grade->inputs, (std::vector<std::string>{"BIGINT", "STRING"}));
  EXPECT_EQ(grade->result, "STRING");
  EXPECT_EQ(grade->args_min, 1);
  EXPECT_EQ(grade->args_max, 2);
  EXPECT_TRUE(grade->deterministic);
  EXPECT_EQ(grade->digest.size(), 64u);
  EXPECT_EQ(functions_->Find("scores.total")->args_max, -1);
  EXPECT_FALSE(functions_->Find("scores.dice")->deterministic);
  EXPECT_EQ(functions_->Find("echo.the_decimal")->result, "DECIMAL(20, 3)");
  EXPECT_EQ(functions_->Find("echo.the_array")->result, "ARRAY<STRING>");
}

TEST_F(PythonFunctionsTest, WhatCannotBeCalledSaysWhy) {
  Open();

  EXPECT_NE(Refusal("scores.untyped").find("it does not say what it gives back; write `-> int`"), std::string::npos) << Refusal("scores.untyped");
  EXPECT_NE(Refusal("scores.strange").find("SQL has no type for complex"), std::string::npos) << Refusal("scores.strange");
  EXPECT_NE(Refusal("scores.later").find("async functions and generators are not called"), std::string::npos) << Refusal("scores.later");
  EXPECT_EQ(Refusal("scores._own"), "file scores.py has no function '_own'");
  EXPECT_NE(Refusal("broken.f").find("file broken.py cannot be read: SyntaxError"), std::string::npos) << Refusal("broken.f");
  EXPECT_NE(Refusal("kinds.Twice").find("a ScalarFunction is not called; write its eval as a function"), std::string::npos) << Refusal("kinds.Twice");
  EXPECT_NE(Refusal("kinds.twice").find("a ScalarFunction is not called"), std::string::npos) << Refusal("kinds.twice");
  EXPECT_NE(Refusal("kinds.words").find("udtf is not supported; UNNEST the list"), std::string::npos) << Refusal("kinds.words");
  EXPECT_NE(Refusal("kinds.plus_one").find("func_type 'pandas' is not supported"), std::string::npos) << Refusal("kinds.plus_one");
  EXPECT_EQ(functions_->Find("kinds.thrice")->result, "BIGINT");  // and its neighbours do not keep it from being called
  EXPECT_NE(Refusal("json.f").find("Python has a module 'json' of its own"), std::string::npos) << Refusal("json.f");
  EXPECT_NE(Refusal("nowhere.f").find("no file nowhere.py in "), std::string::npos) << Refusal("nowhere.f");
  EXPECT_NE(Refusal("scores").find("'scores' is a file, not a function"), std::string::npos) << Refusal("scores");
  EXPECT_NE(Refusal("../scores.grade").find("is to be 'module.function'"), std::string::npos) << Refusal("../scores.grade");
}

TEST_F(PythonFunctionsTest, ValuesOfEveryTypeGoOverAndComeBack) {
  Open();

  EXPECT_EQ(Echo("boolean", Type::Boolean(), {true, false, Value()}), "true\nfalse\nnull\n");
  EXPECT_EQ(Echo("tiny", Type::TinyInt(), {-128, 127, Value()}), "-128\n127\nnull\n");
  EXPECT_EQ(Echo("big", Type::BigInt(), {INT64_MIN, INT64_MAX, Value()}), "-9223372036854775808\n9223372036854775807\nnull\n");
  EXPECT_EQ(Echo("float", Type::Float(), {0.5, Value()}), "0.5\nnull\n");
  EXPECT_EQ(Echo("double", Type::Double(), {1e300, -0.1, Value()}), "1e+300\n-0.1\nnull\n");
  EXPECT_EQ(Echo("decimal", Type::Decimal(20, 3), {Value(data::Int128{-1500}), Value()}), "\"-1.500\"\nnull\n");
  EXPECT_EQ(Echo("string", Type::String(), {"", "a text of more than twelve bytes, é", Value()}), "\"\"\n\"a text of more than twelve bytes, é\"\nnull\n");
  EXPECT_EQ(Echo("bytes", Type::Bytes(), {std::string("\0\xff", 2), Value()}), "\"00ff\"\nnull\n");
  EXPECT_EQ(Echo("date", Type::Date(), {0, -1, 20000, Value()}), "\"1970-01-01\"\n\"1969-12-31\"\n\"2024-10-04\"\nnull\n");
  EXPECT_EQ(Echo("time", Type::Time(3), {86'399'999, Value()}), "\"23:59:59.999\"\nnull\n");
  EXPECT_EQ(Echo("timestamp", Type::Timestamp(3), {-1, 1'700'000'000'123, Value()}), "\"1969-12-31 23:59:59.999\"\n\"2023-11-14 22:13:20.123\"\nnull\n");
  EXPECT_EQ(Echo("timestamp", Type::Timestamp(9), {int64_t{1'999}}), "\"1970-01-01 00:00:00.000001000\"\n");
  EXPECT_EQ(Echo("array", Type::Array(Type::String()), {Value::List{"a", Value(), "b"}, Value::List{}, Value()}), "[\"a\",null,\"b\"]\n[]\nnull\n");
  EXPECT_EQ(Echo("map", Type::Map(Type::String(), Type::Array(Type::Int())), {Value::List{"a", Value::List{1, 2}, "b", Value()}, Value()}), "[[\"a\",[1,2]],[\"b\",null]]\nnull\n");
}

TEST_F(PythonFunctionsTest, ManyRowsGoOverInPiecesAndComeBackInOrder) {
  Open();
  std::vector<std::vector<Value>> rows;
  std::string expected;
  for (int i = 0; i < 5000; ++i) {
    rows.push_back({i, std::string(1000, 'x')});
    expected += StrCat("\"", std::string(1000, 'x'), ": ", i / 10, "\"\n");
  }

  EXPECT_EQ(Call("scores.grade", {Type::BigInt(), Type::String()}, rows, Type::String()), expected);
}

TEST_F(PythonFunctionsTest, DefaultsAndAnyNumberOfArgumentsAreTaken) {
  Open();

  EXPECT_EQ(Call("scores.grade", {Type::BigInt()}, {{57}}, Type::String()), "\"nobody: 5\"\n");
  EXPECT_EQ(Call("scores.total", {Type::Int(), Type::Double()}, {{1, 0.5}, {2, Value()}}, Type::Double()), "1.5\n2.0\n");
  EXPECT_EQ(Call("scores.counted", {}, {{}, {}}, Type::BigInt()), "1\n2\n");
  EXPECT_EQ(Call("scores.next_day", {Type::Date()}, {{0}}, Type::Date()), "\"1970-01-02\"\n");
}

TEST_F(PythonFunctionsTest, AnExceptionNamesTheCallAndTheLine) {
  Open();

  EXPECT_EQ(Call("scores.ratio", {Type::BigInt(), Type::BigInt()}, {{1, 2}, {3, 0}}, Type::Double()),
            "function scores.ratio: ratio(3, 0) raised ZeroDivisionError: division by zero (scores.py, line 16); give None back for what cannot be computed");
  EXPECT_EQ(Call("scores.wrong", {Type::BigInt()}, {{1}}, Type::BigInt()), "function scores.wrong: wrong(1) gave back 'seven', and its result is to be a whole number; give None back for what cannot be computed");
  EXPECT_EQ(Call("scores.ratio", {Type::BigInt(), Type::BigInt()}, {{1, 2}}, Type::Double()), "0.5\n");
  EXPECT_NE(Call("scores.exits", {Type::BigInt()}, {{1}}, Type::BigInt()).find("raised SystemExit: 3"), std::string::npos);
}

TEST_F(PythonFunctionsTest, AnObjectThatCannotSayWhatItIsIsToldByItsType) {
  Open();

  EXPECT_NE(Call("scores.odd", {Type::BigInt()}, {{1}}, Type::BigInt()).find("odd(1) raised Odd: Odd (scores.py"), std::string::npos);
  EXPECT_NE(Call("scores.odd", {Type::BigInt()}, {{2}}, Type::BigInt()).find("odd(2) gave back Odd, and its result is to be a whole number"), std::string::npos);
}

TEST_F(PythonFunctionsTest, AValueThatPythonDoesNotHoldIsAFault) {
  Open();

  std::string told = Echo("timestamp", Type::Timestamp(3), {int64_t{900'000'000'000'000}});

  EXPECT_NE(told.find("the_timestamp is given a value that Python does not hold"), std::string::npos) << told;
}

TEST_F(PythonFunctionsTest, StandardInputIsEmptyForAFunction) {
  Open();

  EXPECT_EQ(Call("scores.reads", {}, {{}}, Type::String()), "\"\"\n");
}

TEST_F(PythonFunctionsTest, WithoutMemoryTheChildIsTheFirstToGo) {
  Open();

  EXPECT_EQ(Call("scores.goes_first", {}, {{}}, Type::Int()), "1000\n");
}

TEST_F(PythonFunctionsTest, WhoWantsMoreMemoryThanItMayHaveIsTold) {
  Open();

  EXPECT_EQ(Call("scores.hoards", {Type::BigInt()}, {{300 << 20}}, Type::BigInt()), "314572800\n");
  EXPECT_NE(Call("scores.hoards", {Type::BigInt()}, {{int64_t{2} << 30}}, Type::BigInt()).find("hoards(2147483648) raised MemoryError"), std::string::npos);
}

TEST_F(PythonFunctionsTest, AForkedChildAnswersNobody) {
  Open();

  for (int i = 0; i < 3; ++i) EXPECT_EQ(Call("scores.forks", {Type::BigInt()}, {{1}}, Type::BigInt()), "2\n");
  EXPECT_EQ(Call("scores.counted", {}, {{}}, Type::BigInt()), "1\n");
}

TEST_F(PythonFunctionsTest, AProcessThatEndsIsNamedAndTheNextCallHasANewOne) {
  Open();

  EXPECT_EQ(Call("scores.leaves", {Type::BigInt()}, {{1}, {2}}, Type::BigInt()), "function scores.leaves: Python exited with status 7");
  EXPECT_EQ(Call("scores.leaves", {Type::BigInt()}, {{1}}, Type::BigInt()), "1\n");
}

TEST_F(PythonFunctionsTest, ACallThatTakesTooLongIsEndedAndTheNextHasANewProcess) {
  Open(Seconds(2));

  EXPECT_EQ(Call("scores.sleeps", {Type::BigInt()}, {{2}}, Type::BigInt()), "function scores.sleeps: Python has not answered in time; it has 2000 ms for 1 rows (functions.patience_ms)");
  EXPECT_EQ(Call("scores.sleeps", {Type::BigInt()}, {{1}}, Type::BigInt()), "1\n");
}

TEST_F(PythonFunctionsTest, WhoClosesGivesUpOnACallThatNeverComesBack) {
  Open(Seconds(3600));
  std::thread closes([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    functions_->GiveUpAt(env_->clock().Now() + Milliseconds(100));
  });

  std::string told = Call("scores.sleeps", {Type::BigInt()}, {{2}}, Type::BigInt());
  closes.join();

  EXPECT_EQ(told.substr(0, told.find(';')), "function scores.sleeps: Python has not answered in time");
  EXPECT_NE(Call("scores.sleeps", {Type::BigInt()}, {{1}}, Type::BigInt()).find("not answered in time"), std::string::npos);
}

TEST_F(PythonFunctionsTest, APythonThatIsNotThereIsToldToWhoLooksForAFunction) {
  Open(Seconds(30), "no-such-python");

  EXPECT_NE(Refusal("scores.grade").find("Python functions cannot be called: no-such-python: "), std::string::npos) << Refusal("scores.grade");
  EXPECT_NE(Refusal("scores.grade").find("functions.python"), std::string::npos);
}

}  // namespace
}  // namespace freshet::functions
