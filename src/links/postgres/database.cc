#include "links/postgres/database.h"

#include <dlfcn.h>
#include <libpq-fe.h>

#include <algorithm>

#include "io/read_patience.h"

namespace freshet::links::postgres {
namespace {

constexpr const char* kLibrary = "libpq.so.5";
// Texts that do not depend on how the server was set up.
constexpr const char* kSession = "-c datestyle=ISO -c timezone=UTC -c bytea_output=hex -c statement_timeout=15000";
constexpr Duration kPatience = Seconds(15);  // with a server that says nothing at all

// What is called of libpq.
struct Libpq {
  decltype(&PQconnectdbParams) connect = nullptr;
  decltype(&PQstatus) status = nullptr;
  decltype(&PQerrorMessage) error = nullptr;
  decltype(&PQfinish) finish = nullptr;
  decltype(&PQsendQueryParams) send = nullptr;
  decltype(&PQsocket) socket = nullptr;
  decltype(&PQconsumeInput) consume = nullptr;
  decltype(&PQisBusy) is_busy = nullptr;
  decltype(&PQgetResult) result = nullptr;
  decltype(&PQresultStatus) result_status = nullptr;
  decltype(&PQresultErrorMessage) result_error = nullptr;
  decltype(&PQntuples) rows = nullptr;
  decltype(&PQnfields) columns = nullptr;
  decltype(&PQgetisnull) is_null = nullptr;
  decltype(&PQgetvalue) value = nullptr;
  decltype(&PQgetlength) length = nullptr;
  decltype(&PQclear) clear = nullptr;

  Status Load() {
    void* handle = dlopen(kLibrary, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
    if (handle == nullptr) return Fault::Invalid("PostgreSQL cannot be asked: ", dlerror(), "; install Debian's libpq5");
    bool whole = Find(handle, "PQconnectdbParams", connect) && Find(handle, "PQstatus", status) && Find(handle, "PQerrorMessage", error) && Find(handle, "PQfinish", finish) &&
                 Find(handle, "PQsendQueryParams", send) && Find(handle, "PQsocket", socket) && Find(handle, "PQconsumeInput", consume) && Find(handle, "PQisBusy", is_busy) &&
                 Find(handle, "PQgetResult", result) && Find(handle, "PQresultStatus", result_status) && Find(handle, "PQresultErrorMessage", result_error) && Find(handle, "PQntuples", rows) &&
                 Find(handle, "PQnfields", columns) && Find(handle, "PQgetisnull", is_null) && Find(handle, "PQgetvalue", value) && Find(handle, "PQgetlength", length) && Find(handle, "PQclear", clear);
    return whole ? Status() : Status(Fault::Invalid(kLibrary, " is of another version"));
  }

 private:
  template <typename Function>
  static bool Find(void* handle, const char* name, Function& function) {
    function = reinterpret_cast<Function>(dlsym(handle, name));
    return function != nullptr;
  }
};

class Postgres final : public Database {
 public:
  explicit Postgres(std::map<std::string, std::string> settings) : settings_(std::move(settings)) {}
  ~Postgres() override { Disconnect(); }

  Result<std::vector<Cells>> Ask(const std::string& sql, const std::vector<std::string>& parameters, Duration patience) override {
    RETURN_NOT_OK(Connect());
    std::vector<const char*> values;
    for (const auto& parameter : parameters) values.push_back(parameter.c_str());
    bool sent = libpq_.send(connection_, sql.c_str(), static_cast<int>(values.size()), nullptr, values.data(), nullptr, nullptr, 0) != 0;
    if (!sent) return Lost(libpq_.error(connection_));
    patience = std::min(patience, kPatience);
    if (!AwaitAnswer(patience)) return Lost(StrCat("nothing for ", patience.ms(), " ms"));
    std::unique_ptr<PGresult, decltype(libpq_.clear)> result(libpq_.result(connection_), libpq_.clear);
    while (PGresult* more = libpq_.result(connection_)) libpq_.clear(more);  // there is none: it ends the question
    if (libpq_.status(connection_) != CONNECTION_OK) return Lost(libpq_.error(connection_));
    if (libpq_.result_status(result.get()) != PGRES_TUPLES_OK) return Fault::Invalid("PostgreSQL says: ", libpq_.result_error(result.get()));
    return RowsOf(result.get());
  }

 private:
  // Until the whole answer is here; false when it does not come.
  bool AwaitAnswer(Duration patience) {
    io::ReadPatience waits(patience);
    while (libpq_.is_busy(connection_) != 0) {
      if (!waits.Wait(libpq_.socket(connection_))) return false;
      if (libpq_.consume(connection_) == 0) return true;  // lost; its status says so
    }
    return true;
  }

  Fault Lost(std::string why) {
    Disconnect();
    return Gone(why);
  }

  Status Connect() {
    if (connection_ != nullptr) return {};
    if (libpq_.connect == nullptr) RETURN_NOT_OK(libpq_.Load());
    std::vector<const char*> names, values;
    for (const auto& [name, value] : settings_) {
      names.push_back(name.c_str());
      values.push_back(value.c_str());
    }
    for (auto [name, value] : {std::pair{"options", kSession}, {"client_encoding", "UTF8"}, {static_cast<const char*>(nullptr), static_cast<const char*>(nullptr)}}) {
      names.push_back(name);
      values.push_back(value);
    }
    connection_ = libpq_.connect(names.data(), values.data(), 0);
    if (connection_ != nullptr && libpq_.status(connection_) == CONNECTION_OK) return {};
    std::string why = connection_ == nullptr ? "no memory" : libpq_.error(connection_);
    Disconnect();
    return Gone(why);
  }

  void Disconnect() {
    if (connection_ != nullptr) libpq_.finish(connection_);
    connection_ = nullptr;
  }
  static Fault Gone(const std::string& why) { return Fault(Code::kUnavailable, Blame::kWorld, Retry::kLater, StrCat("PostgreSQL does not answer: ", why)); }

  std::vector<Cells> RowsOf(const PGresult* result) const {
    std::vector<Cells> rows(static_cast<size_t>(libpq_.rows(result)));
    for (size_t r = 0; r < rows.size(); ++r) {
      for (int c = 0; c < libpq_.columns(result); ++c) {
        auto row = static_cast<int>(r);
        if (libpq_.is_null(result, row, c) != 0) rows[r].emplace_back();
        else rows[r].emplace_back(std::string(libpq_.value(result, row, c), static_cast<size_t>(libpq_.length(result, row, c))));
      }
    }
    return rows;
  }

  const std::map<std::string, std::string> settings_;
  Libpq libpq_;
  PGconn* connection_ = nullptr;
};

}  // namespace

std::unique_ptr<Database> OpenPostgres(std::map<std::string, std::string> settings) { return std::make_unique<Postgres>(std::move(settings)); }

}  // namespace freshet::links::postgres
