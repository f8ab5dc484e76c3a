#include <algorithm>

#include "data/expr/function.h"

namespace freshet::expr {
namespace {

// One line a family.
constexpr std::span<const Function> (*kFamilies[])() = {
    ArithmeticFunctions, CompareFunctions, TextFunctions, PatternFunctions, RegexFunctions, TimeFunctions, CollectionFunctions,
};

std::string TypesText(const std::vector<ExprPtr>& args) {
  std::string out = "(";
  for (size_t i = 0; i < args.size(); ++i) out += (i > 0 ? ", " : "") + args[i]->type.WithNullable(true).ToString();
  return out + ")";
}

}  // namespace

const Function* FindFunction(std::string_view name) {
  for (auto family : kFamilies) {
    for (const Function& function : family()) {
      if (function.name == name) return &function;
    }
  }
  return nullptr;
}

std::vector<std::string_view> FunctionNames() {
  std::vector<std::string_view> names;
  for (auto family : kFamilies) {
    for (const Function& function : family()) names.push_back(function.name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

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
