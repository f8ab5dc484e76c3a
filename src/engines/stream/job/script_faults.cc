#include <algorithm>

#include "base/capitals.h"
#include "engines/stream/job/script.h"
#include "wire/flink_sql/lexer.h"

// Where in a script a fault is.

namespace freshet::stream {
namespace {

Fault With(const Fault& fault, std::string message) { return Fault(fault.code(), fault.blame(), fault.retry(), std::move(message)); }

// "line 3, column 7", wherever it stands.
bool HasPlace(std::string_view message) {
  constexpr std::string_view kLine = "line ", kColumn = ", column ";
  for (size_t at = message.find(kLine); at != std::string_view::npos; at = message.find(kLine, at + 1)) {
    size_t digits = message.find_first_not_of("0123456789", at + kLine.size());
    if (digits != std::string_view::npos && digits > at + kLine.size() && message.substr(digits).starts_with(kColumn)) return true;
  }
  return false;
}

// Where the statement at `begin` says 'text': as an option's name or as its value, whichever the message quotes first.
std::optional<sql::Position> PlaceOfQuoted(std::string_view message, const std::string& script, sql::Position begin) {
  auto tokens = sql::Tokenize(script);
  if (!tokens.ok()) return std::nullopt;
  auto at = std::find_if(tokens->begin(), tokens->end(), [&](const auto& token) { return token.position == begin; });
  std::optional<sql::Position> place;
  size_t first = std::string_view::npos;
  for (; at != tokens->end() && !at->Is(";"); ++at) {
    size_t quoted = at->kind == sql::TokenKind::kString ? message.find(StrCat("'", at->text, "'")) : std::string_view::npos;
    if (quoted >= first) continue;
    first = quoted;
    place = at->position;
  }
  return place;
}

}  // namespace

Fault Script::AtItsTable(const Fault& fault) const {
  constexpr std::string_view kTable = "table ";
  const std::string& message = fault.message();
  size_t colon = message.find(':');
  if (!message.starts_with(kTable) || colon == std::string::npos || HasPlace(message)) return fault;
  auto said = said_.find(message.substr(kTable.size(), colon - kTable.size()));
  if (said == said_.end()) return fault;
  for (auto one = said->second.rbegin(); one != said->second.rend(); ++one) {
    auto place = PlaceOfQuoted(std::string_view(message).substr(colon), one->file->text, one->position);
    if (place) return In(*one->file, With(fault, sql::At(*place) + message));
  }
  const Said& declared = said->second.front();
  bool lacks = message.find(" needs the option '") != std::string::npos;
  return lacks ? In(*declared.file, With(fault, sql::At(declared.position) + message)) : fault;
}

Fault WithPlace(sql::Position position, const Fault& fault) { return HasPlace(fault.message()) ? fault : With(fault, sql::At(position) + fault.message()); }

Fault Script::At(const sql::Statement& statement, const Fault& fault) const {
  Fault placed = AtItsTable(fault);
  return placed.message() != fault.message() ? placed : In(*file_, WithPlace(statement.position, fault));
}

namespace {

constexpr int kToldMax = 20;

std::string_view FirstQuoted(std::string_view message) {
  size_t begin = message.find('\''), end = begin == std::string_view::npos ? begin : message.find('\'', begin + 1);
  return end == std::string_view::npos ? std::string_view() : message.substr(begin + 1, end - begin - 1);
}

const sql::Name* DeclaredBy(const sql::Statement& statement) {
  if (const auto* table = std::get_if<sql::CreateTable>(&statement.body)) return &table->name;
  if (const auto* view = std::get_if<sql::CreateView>(&statement.body)) return &view->name;
  if (const auto* model = std::get_if<sql::CreateModel>(&statement.body)) return &model->name;
  if (const auto* function = std::get_if<sql::CreateFunction>(&statement.body)) return &function->name;
  return nullptr;
}

}  // namespace

void ScriptFaults::Add(const sql::Statement& statement, const Fault& fault) {
  bool follows = fault.code() == Code::kNotFound && undeclared_.contains(std::string(FirstQuoted(fault.message())));
  if (const sql::Name* name = DeclaredBy(statement)) undeclared_.insert({name->back(), sql::NameText(*name), InCapitals(name->back())});  // as functions are called
  if (!follows) Add(fault);
}

void ScriptFaults::Add(const Fault& fault) {
  if (!first_) first_ = fault;
  if (told_ == kToldMax) {
    ++left_out_;
    return;
  }
  ++told_;
  lines_ += StrCat(lines_.empty() ? "" : "\n", fault.message());
}

Status ScriptFaults::status() const {
  if (!first_) return {};
  return Fault(first_->code(), first_->blame(), first_->retry(), left_out_ == 0 ? lines_ : StrCat(lines_, "\nand ", left_out_, " more"));
}

Fault In(const ScriptFile& file, const Fault& fault) {
  if (file.name.empty()) return fault;
  std::string message = StrCat(file.name, ": ");
  for (char c : fault.message()) message += c == '\n' ? StrCat(c, file.name, ": ") : std::string(1, c);
  return Fault(fault.code(), fault.blame(), fault.retry(), std::move(message));
}

}  // namespace freshet::stream
