#include "engines/functions/frames.h"

#include <gtest/gtest.h>

namespace freshet::functions {
namespace {

using data::Type;

std::string Told(std::string_view body, int rows, const Type& type) {
  data::ColumnBuilder out(type);
  Status read = ReadColumn(body, rows, out);
  return read.ok() ? "" : read.fault().message();
}

TEST(Frames, AnAnswerThatIsCutOffOrTooLongIsNoColumn) {
  std::string whole("\0\1\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 18);  // 0 and NULL

  EXPECT_EQ(Told(whole, 2, Type::BigInt()), "");
  EXPECT_EQ(Told(whole.substr(0, 17), 2, Type::BigInt()), "an answer of Python is no column of BIGINT");
  EXPECT_EQ(Told(whole + "x", 2, Type::BigInt()), "an answer of Python is no column of BIGINT");
}

TEST(Frames, ANumberThatItsTypeDoesNotHoldIsNoColumn) {
  std::string large("\0\0\1\0\0\0\0\0\0", 9);  // 256

  EXPECT_EQ(Told(large, 1, Type::Int()), "");
  EXPECT_EQ(Told(large, 1, Type::TinyInt()), "an answer of Python is no column of TINYINT");
}

TEST(Frames, AListDoesNotSayMoreElementsThanThereAreBytes) {
  std::string many("\0\xff\xff\xff\x7f\0\0\0\0", 9);

  EXPECT_EQ(Told(many, 1, Type::Array(Type::String())), "an answer of Python is no column of ARRAY<STRING>");
}

TEST(Frames, TypesWithoutAValueInPythonAreNamed) {
  EXPECT_TRUE(CheckType(Type::Map(Type::String(), Type::Array(Type::Date()))).ok());
  EXPECT_NE(CheckType(Type::TimestampLtz(3)).fault().message().find("values of TIMESTAMP_LTZ(3) do not go to Python and back"), std::string::npos);
  EXPECT_FALSE(CheckType(Type::Array(Type::Row({{"a", Type::Int()}}))).ok());
}

}  // namespace
}  // namespace freshet::functions
