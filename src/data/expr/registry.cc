#include <algorithm>

#include "data/expr/function.h"

namespace freshet::expr {
namespace {

// One line a family.
constexpr Family kFamilies[] = {
    {"Comparison and logic", CompareFunctions},
    {"Numbers", ArithmeticFunctions},
    {"Strings", TextFunctions},
    {"Strings taken apart", PartsFunctions},
    {"Patterns", PatternFunctions},
    {"Regular expressions", RegexFunctions},
    {"Printing", PrintfFunctions},
    {"Encodings", EncodingFunctions},
    {"URLs and addresses", UrlFunctions},
    {"Hashes", HashFunctions},
    {"Dates and times", TimeFunctions},
    {"Times as text, zones, clocks", TimeTextFunctions},
    {"Rows, arrays and maps", CollectionFunctions},
    {"Arrays", ArrayFunctions},
    {"Maps", MapFunctions},
    {"Reading JSON", JsonPathFunctions},
    {"Writing JSON", JsonMakeFunctions},
    {"VARIANT", VariantFunctions},
    {"BITMAP", BitmapFunctions},
    {"Chance", RandomFunctions},
};

std::string TypesText(const std::vector<ExprPtr>& args) {
  std::string out = "(";
  for (size_t i = 0; i < args.size(); ++i) out += (i > 0 ? ", " : "") + args[i]->type.WithNullable(true).ToString();
  return out + ")";
}

}  // namespace

const Function* FindFunction(std::string_view name) {
  for (const Family& family : kFamilies) {
    for (const Function& function : family.functions()) {
      if (function.name == name) return &function;
    }
  }
  return nullptr;
}

std::vector<std::string_view> FunctionNames() {
  std::vector<std::string_view> names;
  for (const Family& family : kFamilies) {
    for (const Function& function : family.functions()) names.push_back(function.name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::span<const Family> Families() { return kFamilies; }

bool Site::AnyNullable() const {
  return std::any_of(args.begin(), args.end(), [](const ExprPtr& arg) { return arg->type.nullable(); });
}

Fault Site::Mismatch(std::string_view wanted) const {
  return Fault::Invalid("function ", name, " takes ", wanted, ", not ", TypesText(args), "; put a CAST around the argument");
}

Status Site::CastTo(size_t i, const Type& type) {
  ASSIGN_OR_RETURN(args[i], MakeCast(args[i], type.WithNullable(args[i]->type.nullable())));
  return {};
}

}  // namespace freshet::expr
