#include "engines/functions/python_process.h"

#include <algorithm>

namespace freshet::functions {
namespace {

constexpr size_t kReadBytesMax = 256 << 10;
constexpr Duration kLook = Milliseconds(250);  // how often the time is looked at, which may have come nearer

// Closes a connection when the time is over, so that whoever waits on it wakes.
class CloseAt final : public io::Timer {
 public:
  CloseAt(io::Connection& connection, MonoTime due, const GiveUp& give_up) : connection_(connection), due_(due), give_up_(give_up) { LookLater(); }
  ~CloseAt() {
    if (armed()) connection_.loop().Cancel(*this);
  }
  CloseAt(const CloseAt&) = delete;
  CloseAt& operator=(const CloseAt&) = delete;

  bool is_over() const { return over_; }
  void Run() override {
    over_ = Now() >= std::min(due_, give_up_.at());
    if (over_) connection_.Close();
    else LookLater();
  }

 private:
  MonoTime Now() const { return connection_.loop().clock().Now(); }
  void LookLater() { connection_.loop().At(std::min({due_, give_up_.at(), Now() + kLook}), *this); }

  io::Connection& connection_;
  const MonoTime due_;
  const GiveUp& give_up_;
  bool over_ = false;
};

}  // namespace

Result<std::unique_ptr<PythonProcess>> PythonProcess::Start(io::Processes& processes, io::Loop& loop, const std::string& python, const std::string& directory, int64_t memory_bytes) {
  io::Program program{python, {"-I", "-B", "-c", kWorker, directory, StrCat(memory_bytes)}, "python"};
  ASSIGN_OR_RETURN(auto child, processes.Start(loop, program));
  return std::unique_ptr<PythonProcess>(new PythonProcess(std::move(child)));
}

Task<PythonProcess::Answer> PythonProcess::Ask(std::string frame, MonoTime deadline, const GiveUp& give_up) {
  CloseAt closing(child_->connection(), deadline, give_up);
  auto exchanging = Exchange(std::move(frame));
  auto answer = co_await exchanging;
  if (answer.ok() || answer.code() == Code::kTooLarge) co_return answer;
  if (closing.is_over()) co_return Fault::DeadlineExceeded("Python has not answered in time");
  co_return Fault::Unavailable("Python ", child_->End());
}

Task<PythonProcess::Answer> PythonProcess::Exchange(std::string frame) {
  CO_RETURN_NOT_OK(child_->connection().Write(frame));
  std::string bytes;
  CO_RETURN_NOT_OK(ReadUpTo(bytes, kFrameHeadBytes));
  size_t length = ByteReader(bytes, Order::kLittle).Read<uint32_t>();
  if (length == 0) co_return Fault::Unavailable("an answer without a kind");
  if (length > kFrameBytesMax) co_return Fault::TooLarge("an answer of ", length, " bytes; at most ", kFrameBytesMax, " are read");
  auto kind = static_cast<FrameKind>(bytes[4]);
  bytes.clear();
  CO_RETURN_NOT_OK(ReadUpTo(bytes, length - 1));
  co_return Answer{kind, std::move(bytes)};
}

Task<> PythonProcess::ReadUpTo(std::string& bytes, size_t wanted) {
  while (bytes.size() < wanted) {
    auto reading = child_->connection().ReadMore(bytes, std::min(wanted - bytes.size(), kReadBytesMax));
    auto read = co_await reading;
    if (!read.ok()) co_return read.fault();
    if (*read == 0) co_return Fault::Unavailable("the end");
  }
  co_return Status();
}

}  // namespace freshet::functions
