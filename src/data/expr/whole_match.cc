#include "data/expr/whole_match.h"

namespace freshet::expr {

Result<WholeMatch> WholeMatch::Of(const std::string& pattern) {
  const Type text = Type::String().NotNull();
  ASSIGN_OR_RETURN(auto found, MakeCall("REGEXP", {Input(0, text, "text"), Literal(text, StrCat("^(?:", pattern, ")$"))}));
  return WholeMatch(std::move(found));
}

Result<bool> WholeMatch::Takes(const std::string& text) const {
  data::BatchBuilder one({Type::String().NotNull()}, 1);
  one.AppendRow({text});
  Batch batch = one.Build();
  ASSIGN_OR_RETURN(auto rows, Filter(*found_, batch, batch.selection(), Session()));
  return !rows.empty();
}

}  // namespace freshet::expr
