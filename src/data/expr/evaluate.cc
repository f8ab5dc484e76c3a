#include <cstring>

#include "data/expr/expr.h"
#include "data/expr/function.h"
#include "data/expr/kernel.h"
#include "data/expr/memo.h"
#include "data/expr/utf8.h"

// The evaluator: a walk over the tree, one column at a time. AND, OR, CASE and COALESCE narrow the selection, so
// a branch not taken cannot fail.

namespace freshet::expr {
namespace {

using Rows = std::vector<uint16_t>;

// What an evaluation works on.
struct Work {
  const Batch& batch;
  const Session& session;
  Memo* memo = nullptr;  // absent: nothing is asked for twice
};

Result<ColumnPtr> Compute(const Expr& expr, const Work& work, Selection sel);

Selection SelectionOf(const Rows& rows) { return {rows.data(), static_cast<int>(rows.size())}; }

ColumnPtr WithLength(const ColumnPtr& constant, int length) {
  if (constant->length == length) return constant;
  auto copy = std::make_shared<Column>(*constant);
  copy->length = length;
  return copy;
}

// AND: rows that are FALSE are decided; NULL stays open, for a later FALSE wins. OR: the same with TRUE.
Result<ColumnPtr> EvaluateLogic(const Expr& expr, const Work& work, Selection sel) {
  const int8_t decisive = expr.op == Op::kAnd ? 0 : 1;
  Output<int8_t> out(work.batch.length());
  std::vector<uint8_t> unknown(static_cast<size_t>(work.batch.length()), 0);
  Rows open;
  sel.ForEach([&](uint32_t i) {
    out.Set(i, static_cast<int8_t>(1 - decisive));
    open.push_back(static_cast<uint16_t>(i));
  });
  for (const auto& arg : expr.args) {
    if (open.empty()) break;
    ASSIGN_OR_RETURN(auto column, Compute(*arg, work, SelectionOf(open)));
    Reader<int8_t> value(*column);
    Rows still;
    for (uint16_t i : open) {
      if (value.valid(i) && value[i] == decisive) {
        out.Set(i, decisive);
        unknown[i] = 0;
      } else {
        if (!value.valid(i)) unknown[i] = 1;
        still.push_back(i);
      }
    }
    open = std::move(still);
  }
  for (uint16_t i : open) {
    if (unknown[i] != 0) out.SetNull(i);
  }
  return out.Finish(expr.type);
}

// Puts the rows of several columns together: source[i] says which column row i comes from.
ColumnPtr Merge(const Type& type, const std::vector<ColumnPtr>& sources, const std::vector<uint8_t>& source, Selection sel, int length) {
  if (type.IsNested()) {
    data::ColumnBuilder builder(type, length);
    std::vector<int> place(static_cast<size_t>(length), -1);
    sel.ForEach([&](uint32_t i) { place[i] = source[i]; });
    for (int i = 0; i < length; ++i) {
      if (place[static_cast<size_t>(i)] < 0) builder.AppendNull();
      else builder.AppendFrom(*sources[static_cast<size_t>(place[static_cast<size_t>(i)])], i);
    }
    return builder.Finish();
  }
  return VisitPhysical(type.physical(), [&](auto tag) {
    using T = decltype(tag);
    Output<T> out(length);
    std::vector<Reader<T>> readers;
    for (const auto& column : sources) readers.emplace_back(*column);
    sel.ForEach([&](uint32_t i) {
      const auto& reader = readers[source[i]];
      if (reader.valid(i)) out.Set(i, reader[i]);
      else out.SetNull(i);
    });
    return out.Finish(type);
  });
}

Rows RowsOf(Selection sel) {
  Rows rows(static_cast<size_t>(sel.count));
  for (int k = 0; k < sel.count; ++k) rows.data()[k] = static_cast<uint16_t>(sel.row(k));
  return rows;
}

// Takes those out of `open` for which the condition is TRUE.
Rows TakeTrue(const Column& condition, Rows& open) {
  Reader<int8_t> value(condition);
  Rows taken(open.size());
  size_t out = 0, still = 0;
  for (uint16_t i : open) {
    bool is_true = value.valid(i) && value[i] != 0;
    taken.data()[out] = open.data()[still] = i;
    out += is_true ? 1 : 0;
    still += is_true ? 0 : 1;
  }
  taken.resize(out);
  open.resize(still);
  return taken;
}

Result<ColumnPtr> EvaluateCase(const Expr& expr, const Work& work, Selection sel) {
  Rows open = RowsOf(sel);
  std::vector<ColumnPtr> sources;
  std::vector<uint8_t> source(static_cast<size_t>(work.batch.length()), 0);
  size_t branches = expr.args.size() / 2;
  for (size_t b = 0; b <= branches && !open.empty(); ++b) {
    Rows taken;
    if (b == branches) {
      taken = std::move(open);
    } else {
      ASSIGN_OR_RETURN(auto condition, Compute(*expr.args[2 * b], work, SelectionOf(open)));
      taken = TakeTrue(*condition, open);
    }
    if (taken.empty()) continue;
    const Expr& result = *expr.args[b == branches ? 2 * b : 2 * b + 1];
    ASSIGN_OR_RETURN(auto column, Compute(result, work, SelectionOf(taken)));
    for (uint16_t i : taken) source.data()[i] = static_cast<uint8_t>(sources.size());
    sources.push_back(std::move(column));
    if (sources.size() > 250) return Fault::TooLarge("CASE has more than 250 branches; split it");
  }
  return Merge(expr.type, sources, source, sel, work.batch.length());
}

Result<ColumnPtr> EvaluateCoalesce(const Expr& expr, const Work& work, Selection sel) {
  Rows open = RowsOf(sel);
  std::vector<ColumnPtr> sources;
  std::vector<uint8_t> source(static_cast<size_t>(work.batch.length()), 0);
  for (const auto& arg : expr.args) {
    if (open.empty() || sources.size() > 250) break;
    ASSIGN_OR_RETURN(auto column, Compute(*arg, work, SelectionOf(open)));
    Rows still;
    for (uint16_t i : open) {
      source[i] = static_cast<uint8_t>(sources.size());
      if (column->IsNull(i)) still.push_back(i);
    }
    sources.push_back(std::move(column));
    open = std::move(still);
  }
  return Merge(expr.type, sources, source, sel, work.batch.length());
}

Result<ColumnPtr> EvaluateField(const Expr& expr, const Work& work, Selection sel) {
  ASSIGN_OR_RETURN(auto row, Compute(*expr.args[0], work, sel));
  const ColumnPtr& child = row->children[static_cast<size_t>(expr.index)];
  if (row->encoding == data::Encoding::kFlat) return child;
  auto copy = std::make_shared<Column>(*child);  // the parent's row mapping over the child's base
  copy->length = work.batch.length();
  if (row->encoding == data::Encoding::kConstant) return data::Repeat(child, 0, work.batch.length());
  if (child->encoding != data::Encoding::kFlat) return data::Slice(child, row->indices, row->length);
  copy->encoding = data::Encoding::kDictionary;
  copy->indices = row->indices;
  for (const auto& pin : row->pins) copy->pins.push_back(pin);
  return ColumnPtr(copy);
}

bool IsText(const Type& type) { return type.IsString() || type.IsOpaque(); }

// What a copy of the selected rows would take.
int64_t CopyBytes(const Column& column, Selection sel) {
  int64_t times = column.encoding == data::Encoding::kConstant ? sel.count : 1;
  if (column.type.IsNested()) return column.pinned_bytes() * times;
  int64_t bytes = int64_t{sel.count} * static_cast<int64_t>(data::PhysicalWidth(column.type.physical()));
  if (!IsText(column.type)) return bytes;
  Reader<std::string_view> text(column);
  sel.ForEach([&](uint32_t i) { bytes += text.valid(i) ? static_cast<int64_t>(text[i].size()) : 0; });
  return bytes;
}

Fault TooMuch(const Expr& call, const Allowance& allowance) {
  return Fault::TooLarge("function ", call.function->name, " would make more than the ", allowance.left() >> 10, " KiB that are left for this query's calls; make shorter texts, or fewer columns");
}

// A function that puts its arguments together makes their sum, those that make more look for themselves (data/expr/made.h).
Result<ColumnPtr> CallWithin(Allowance& allowance, const Call& call) {
  bool copies = IsText(call.type()) || call.type().IsNested();
  int64_t most = 0;
  for (const auto& arg : call.args) most += copies ? CopyBytes(*arg, call.sel) : 0;
  if (most > allowance.left()) return TooMuch(call.expr, allowance);
  ASSIGN_OR_RETURN(auto made, call.expr.function->eval(call));
  if (!allowance.Take(CopyBytes(*made, call.sel))) return TooMuch(call.expr, allowance);
  return made;
}

constexpr size_t kShownBytes = 120;  // of an expression in a message

// As EXPLAIN writes it, but with columns by their names; no longer than a message wants it.
void AppendShown(std::string& out, const Expr& expr) {
  if (out.size() > kShownBytes) return;
  bool leaf = expr.args.empty();
  if (expr.op == Op::kInput && !expr.name.empty()) out += expr.name;
  else if (leaf) out += Describe(expr);
  else if (expr.op == Op::kCall) out += StrCat("(", expr.function->name);
  else if (expr.op == Op::kCast) out += StrCat(expr.try_cast ? "(TRY_CAST " : "(CAST ", expr.type.WithNullable(true));
  else out += expr.op == Op::kAnd ? "(AND" : expr.op == Op::kOr ? "(OR" : expr.op == Op::kCase ? "(CASE" : expr.op == Op::kCoalesce ? "(COALESCE" : "(.";
  for (const auto& arg : expr.args) {
    out += ' ';
    AppendShown(out, *arg);
  }
  if (!leaf) out += ')';
}

// Where in a query of many a value could not be made.
Fault InPart(const Expr& expr, const Fault& fault) {
  if (fault.code() != Code::kInvalid) return fault;
  std::string shown;
  AppendShown(shown, expr);
  if (shown.size() > kShownBytes) shown = StrCat(std::string_view(shown).substr(0, ByteOffset(shown, CountCodePoints(std::string_view(shown).substr(0, kShownBytes)) - 1)), "…");
  return Fault(fault.code(), fault.blame(), fault.retry(), StrCat(fault.message(), "; in ", shown));
}

Result<ColumnPtr> EvaluateCall(const Expr& expr, const Work& work, Selection sel) {
  std::vector<ColumnPtr> args;
  args.reserve(expr.args.size());
  for (const auto& arg : expr.args) {
    ASSIGN_OR_RETURN(auto column, Compute(*arg, work, sel));
    args.push_back(std::move(column));
  }
  Call call{expr, args, sel, work.batch.length(), work.session};
  auto made = work.session.allowance != nullptr ? CallWithin(*work.session.allowance, call) : expr.function->eval(call);
  if (!made.ok()) return InPart(expr, made.fault());
  return made;
}

Result<ColumnPtr> ComputeAnew(const Expr& expr, const Work& work, Selection sel) {
  switch (expr.op) {
    case Op::kInput: return work.batch.column(expr.index);
    case Op::kLiteral: return WithLength(expr.constant, work.batch.length());
    case Op::kCall: return EvaluateCall(expr, work, sel);
    case Op::kCast: {
      ASSIGN_OR_RETURN(auto operand, Compute(*expr.args[0], work, sel));
      auto cast = EvaluateCast(operand, expr.type, expr.try_cast, sel, work.session);
      if (!cast.ok()) return InPart(expr, cast.fault());
      return cast;
    }
    case Op::kField: return EvaluateField(expr, work, sel);
    case Op::kAnd:
    case Op::kOr: return EvaluateLogic(expr, work, sel);
    case Op::kCase: return EvaluateCase(expr, work, sel);
    case Op::kCoalesce: return EvaluateCoalesce(expr, work, sel);
    case Op::kRemote: return Fault::Unsupported("function ", expr.remote->name, " (", expr.remote->target, ") cannot stand here; call it in the SELECT of a subquery, and use the column here");
  }
  CHECK(false);
}

Result<ColumnPtr> Compute(const Expr& expr, const Work& work, Selection sel) {
  Memo::Part* part = work.memo != nullptr ? work.memo->PartOf(expr) : nullptr;
  if (part == nullptr) return ComputeAnew(expr, work, sel);
  if (ColumnPtr known = part->Known(sel)) return known;
  ASSIGN_OR_RETURN(auto column, ComputeAnew(expr, work, sel));
  part->Keep(column, sel);
  return column;
}

Result<Rows> Passing(const Expr& expr, const Work& work, Selection sel) {
  Rows open = RowsOf(sel);
  auto narrow = [&](const Expr& condition) -> Status {
    ASSIGN_OR_RETURN(auto column, Compute(condition, work, SelectionOf(open)));
    Reader<int8_t> value(*column);
    size_t kept = 0;
    for (uint16_t i : open) {
      open.data()[kept] = i;
      kept += value.valid(i) && value[i] != 0 ? 1 : 0;
    }
    open.resize(kept);
    return {};
  };
  if (expr.op != Op::kAnd) {
    RETURN_NOT_OK(narrow(expr));
    return open;
  }
  for (const auto& condition : expr.args) {
    if (!open.empty()) RETURN_NOT_OK(narrow(*condition));
  }
  return open;
}

Memo* Begun(Memo& memo, const Batch& batch) {
  if (!memo.shares()) return nullptr;
  memo.Begin(batch);
  return &memo;
}

}  // namespace

Result<ColumnPtr> Evaluate(const Expr& expr, const Batch& batch, Selection sel, const Session& session) { return Compute(expr, {batch, session}, sel); }
Result<ColumnPtr> Evaluate(const Expr& expr, const Batch& batch, Selection sel, const Session& session, Memo& memo) { return Compute(expr, {batch, session, Begun(memo, batch)}, sel); }

Result<Rows> Filter(const Expr& expr, const Batch& batch, Selection sel, const Session& session) { return Passing(expr, {batch, session}, sel); }
Result<Rows> Filter(const Expr& expr, const Batch& batch, Selection sel, const Session& session, Memo& memo) { return Passing(expr, {batch, session, Begun(memo, batch)}, sel); }

}  // namespace freshet::expr
