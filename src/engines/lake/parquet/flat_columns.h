#pragma once

#include "data/column.h"

namespace arrow {
class Array;
}

namespace freshet::lake {

// A column of all values of an array at once, where that needs no look at each of them: numbers, times, texts and bytes that stand in the file as they do here, or only wider. Absent: they must be
// taken one by one. NULLs are as in the array.
data::ColumnPtr FlatColumn(const arrow::Array& from, const data::Type& to);

// The array's NULLs as a column's validity, of which it keeps the memory; absent where there are none.
const uint64_t* ValidityOf(const arrow::Array& from, data::Column& out);

}  // namespace freshet::lake
