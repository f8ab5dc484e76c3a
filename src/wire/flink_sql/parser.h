#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "wire/flink_sql/ast.h"
#include "wire/flink_sql/lexer.h"

namespace freshet::wire::flink_sql {

// A Parser walks the tokens of one script by recursive descent, one method per phrase of the grammar:
// parse_statement.cc, parse_table.cc, parse_query.cc, parse_match.cc, parse_expression.cc, parse_call.cc, parse_type.cc. Lives for one call.
class Parser {
 public:
  explicit Parser(std::vector<Token> tokens) : tokens_(std::move(tokens)) {}

  Result<std::vector<Statement>> Script();
  Result<ExprPtr> OnlyExpression();
  Result<TypeSpec> OnlyType();

 private:
  // Counts nesting; deep input is refused instead of overflowing the stack.
  class Depth {
   public:
    explicit Depth(Parser& parser) : parser_(parser) { ++parser_.depth_; }
    ~Depth() { --parser_.depth_; }
    Depth(const Depth&) = delete;
    Depth& operator=(const Depth&) = delete;
    bool too_deep() const { return parser_.depth_ > kMaxDepth; }

   private:
    Parser& parser_;
  };

  // Tokens.
  const Token& Here() const { return tokens_[at_]; }
  const Token& Ahead(size_t n) const { return tokens_[at_ + n < tokens_.size() ? at_ + n : tokens_.size() - 1]; }
  bool Is(std::string_view word) const { return Here().Is(word); }
  bool AreWords(std::initializer_list<std::string_view> words) const;
  bool Take(std::string_view word);
  bool TakeWords(std::initializer_list<std::string_view> words);
  Status Expect(std::string_view word);
  Fault Unexpected(std::string_view expected) const;
  Fault TooDeep() const;

  // Names and literals.
  Result<std::string> Identifier(std::string_view what);
  bool IsIdentifier() const;
  Result<Name> QualifiedName(std::string_view what);
  Result<std::vector<std::string>> NameList(std::string_view what);
  Result<std::string> StringLiteral(std::string_view what);
  Result<Options> OptionList();  // ('k' = 'v', …)
  std::string TextSince(size_t begin) const;  // of the tokens from there up to here, as somebody would write them
  Result<std::vector<Hint>> Hints();

  // Statements.
  Result<Statement> OneStatement();
  Result<Statement> WholeStatement();  // with nothing but ';' behind it
  void SkipStatement(size_t begin);
  Result<Statement> Create();
  Result<CreateTable> CreateTableBody(bool temporary);
  Result<CreateTable> MaterializedTableBody();
  Status TableElement(CreateTable& table);
  Status TableElements(CreateTable& table);  // ( … )
  Result<WatermarkSpec> Watermark();
  Result<std::vector<std::string>> PrimaryKey();
  Result<ColumnSpec> Column();
  Status ColumnTail(ColumnSpec& column, std::vector<std::string>& primary_key);
  Status TableTail(CreateTable& table);
  Result<Distribution> DistributionTail();
  Status LikeClause(CreateTable& table);
  Result<CreateView> CreateViewBody(bool temporary);
  Result<CreateFunction> CreateFunctionBody();
  Result<CreateModel> CreateModelBody();
  Result<std::vector<ColumnSpec>> ModelColumns();
  Result<CreateNamespace> CreateNamespaceBody(std::string what);
  Result<bool> IfNotExists();
  Result<Alter> AlterBody();
  Status AlterSchema(Alter& alter);
  Status AlteredElement(Alter& alter);
  Status DroppedElement(Alter& alter);
  Result<Drop> DropBody();
  Result<Insert> InsertBody();
  Result<StatementSet> StatementSetBody();
  Result<Explain> ExplainBody();
  Result<SetOption> SetBody();
  Result<Show> ShowBody();
  Result<Show> DescribeBody();
  Status ShowFilter(Show& show);

  // Queries.
  Result<QueryPtr> QueryExpression();
  Result<QueryPtr> SetOperation(int least);
  Result<QueryPtr> QueryPrimary();
  Result<QueryPtr> Select();
  Result<QueryPtr> Values();
  Status WithClause(Query& query);
  Status OrderAndLimit(Query& query);
  Result<SelectItem> Item();
  Status GroupBy(Query& query);
  Result<std::vector<std::vector<ExprPtr>>> GroupingSetList();
  Status NamedWindows(Query& query);
  Result<std::vector<SortKey>> SortKeys();
  Result<RelationPtr> FromClause();
  Result<RelationPtr> JoinTree();
  Result<RelationPtr> RelationPrimary();
  Result<RelationPtr> RelationBase();
  Result<std::shared_ptr<MatchRecognize>> Match();
  Status AfterMatch(MatchRecognize& match);
  Status Pattern(MatchRecognize& match);
  Status Quantifier(PatternPart& part);
  Result<int64_t> Repetitions(int64_t otherwise);
  Status RelationAlias(Relation& relation);
  bool TakeJoin(JoinKind* kind, bool* natural);

  // Expressions, weakest binding first.
  Result<ExprPtr> Expression();
  Result<ExprPtr> Or();
  Result<ExprPtr> And();
  Result<ExprPtr> Not();
  Result<ExprPtr> Predicate();
  Result<ExprPtr> PredicateTail(ExprPtr left, bool* again);
  Result<ExprPtr> QuantifiedTail(ExprPtr left, std::string_view comparison);
  Result<ExprPtr> IsTail(ExprPtr left);
  Result<ExprPtr> OverlapsTail(ExprPtr left);
  Result<ExprPtr> InTail(ExprPtr left, bool negated);
  Result<ExprPtr> BetweenTail(ExprPtr left, bool negated);
  Result<ExprPtr> LikeTail(ExprPtr left, std::string function, bool negated);
  Result<ExprPtr> Sum();
  Result<ExprPtr> Product();
  Result<ExprPtr> Unary();
  Result<ExprPtr> Postfix();
  Result<ExprPtr> Primary();
  Result<ExprPtr> Parenthesized();
  Result<ExprPtr> WordPrimary();
  Result<ExprPtr> Case();
  Result<ExprPtr> Cast(std::string function);
  Result<ExprPtr> Interval();
  Result<std::string> IntervalUnit();
  Result<ExprPtr> NameOrCall();
  Result<ExprPtr> Call(std::string function, Position position);
  Status SpecialCall(Expr& call);
  Status TrimCall(Expr& call);
  Status JsonPairs(Expr& call);
  Status JsonCallTail(Expr& call);
  Status CallTail(Expr& call);
  Status NullTreatment(const Expr& call);
  Result<ExprPtr> Argument();
  Result<std::vector<ExprPtr>> ExpressionList();
  Result<WindowSpec> Window();
  Result<Frame> FrameClause();
  Status FrameEnd(FrameBound* bound, ExprPtr* value);
  ExprPtr Make(ExprKind kind) const;
  ExprPtr MakeCall(std::string function, std::vector<ExprPtr> args, Position position) const;

  // Types.
  Result<TypeSpec> TypeName();
  Result<TypeSpec> RowType(TypeSpec type);
  Status TypeParameters(TypeSpec& type);

  std::vector<Token> tokens_;
  size_t at_ = 0;
  int depth_ = 0;
};

}  // namespace freshet::wire::flink_sql
