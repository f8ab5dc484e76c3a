#pragma once

#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "io/task.h"

namespace freshet::io {

// A Channel carries values, in order, from tasks of any loop to tasks of any loop and holds at most `bytes_max` of
// them; a value larger than that passes alone. Each value goes to one receiver. Waiting senders and receivers are
// served in the order they came, by hand-over: who is woken has what it waited for. Thread-safe; the mutex is held
// for a few pointer moves, once per value. It must outlive the tasks that wait on it (Close it, await them).
template <typename T>
class Channel {
 public:
  Channel(std::string name, int64_t bytes_max) : name_(std::move(name)), bytes_max_(bytes_max) {}
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;
  ~Channel() { CHECK(first_sender_ == nullptr && first_receiver_ == nullptr); }

  // Takes the value and says true, or leaves it and says false: full, senders wait already, or closed.
  bool TrySend(T& value, int64_t bytes) {
    std::lock_guard lock(mutex_);
    if (closed_ || !HasRoom(bytes)) return false;
    Accept(Item{std::move(value), bytes});
    return true;
  }

  // Waits for room. kCancelled when the channel is closed; the value is gone then.
  Task<> Send(T value, int64_t bytes) {
    SendWait wait(*this, Item{std::move(value), bytes});
    bool sent = co_await wait;
    if (!sent) co_return Fault::Cancelled("channel '", name_, "' is closed");
    co_return Status::Ok();
  }

  // The next value; nullopt once the channel is closed and empty.
  Task<std::optional<T>> Receive() {
    ReceiveWait wait(*this);
    std::optional<T> received = co_await wait;
    co_return received;
  }
  std::optional<T> TryReceive() {
    std::lock_guard lock(mutex_);
    return Take();
  }

  // No value comes in any more; those inside can still be received. Wakes everybody who waits. Idempotent.
  void Close() {
    std::lock_guard lock(mutex_);
    closed_ = true;
    while (SendWait* sender = PopWaiter(first_sender_, last_sender_)) sender->Complete(false);
    while (ReceiveWait* receiver = PopWaiter(first_receiver_, last_receiver_)) receiver->Complete(std::nullopt);
  }

  int64_t bytes() const {
    std::lock_guard lock(mutex_);
    return bytes_;
  }
  int64_t bytes_max() const { return bytes_max_; }

 private:
  struct Item {
    T value;
    int64_t bytes;
  };

  class SendWait {
   public:
    SendWait(Channel& channel, Item item) : channel_(channel), item_(std::move(item)) {}
    bool await_ready() const { return false; }
    template <typename P>
    bool await_suspend(std::coroutine_handle<P> waiter) {
      std::lock_guard lock(channel_.mutex_);
      if (channel_.closed_) return false;
      if (channel_.HasRoom(item_.bytes)) {
        channel_.Accept(std::move(item_));
        sent_ = true;
        return false;
      }
      waiter_ = &waiter.promise();
      PushWaiter(channel_.first_sender_, channel_.last_sender_, *this);
      return true;
    }
    bool await_resume() const { return sent_; }
    void Complete(bool sent) {
      sent_ = sent;
      waiter_->Resume();  // may run at once on its loop: nothing of this is touched after
    }

    SendWait* following = nullptr;
    Item& item() { return item_; }

   private:
    Channel& channel_;
    Item item_;
    internal::PromiseBase* waiter_ = nullptr;
    bool sent_ = false;
  };

  class ReceiveWait {
   public:
    explicit ReceiveWait(Channel& channel) : channel_(channel) {}
    bool await_ready() const { return false; }
    template <typename P>
    bool await_suspend(std::coroutine_handle<P> waiter) {
      std::lock_guard lock(channel_.mutex_);
      received_ = channel_.Take();
      if (received_.has_value() || channel_.closed_) return false;
      waiter_ = &waiter.promise();
      PushWaiter(channel_.first_receiver_, channel_.last_receiver_, *this);
      return true;
    }
    std::optional<T> await_resume() { return std::move(received_); }
    void Complete(std::optional<T> value) {
      received_ = std::move(value);
      waiter_->Resume();
    }

    ReceiveWait* following = nullptr;

   private:
    Channel& channel_;
    internal::PromiseBase* waiter_ = nullptr;
    std::optional<T> received_;
  };

  template <typename W>
  static void PushWaiter(W*& first, W*& last, W& waiter) {
    (last != nullptr ? last->following : first) = &waiter;
    last = &waiter;
  }
  template <typename W>
  static W* PopWaiter(W*& first, W*& last) {
    W* waiter = first;
    if (waiter == nullptr) return nullptr;
    first = waiter->following;
    if (first == nullptr) last = nullptr;
    return waiter;
  }

  // The functions below hold the mutex.
  bool HasRoom(int64_t bytes) const {
    return first_sender_ == nullptr && (bytes_ + bytes <= bytes_max_ || items_.empty());
  }
  void Accept(Item item) {
    if (ReceiveWait* receiver = PopWaiter(first_receiver_, last_receiver_)) {
      receiver->Complete(std::move(item.value));
      return;
    }
    bytes_ += item.bytes;
    items_.push_back(std::move(item));
  }
  std::optional<T> Take() {
    if (items_.empty()) return std::nullopt;
    std::optional<T> value(std::move(items_.front().value));
    bytes_ -= items_.front().bytes;
    items_.pop_front();
    while (first_sender_ != nullptr && (items_.empty() || bytes_ + first_sender_->item().bytes <= bytes_max_)) {
      SendWait* sender = PopWaiter(first_sender_, last_sender_);
      bytes_ += sender->item().bytes;
      items_.push_back(std::move(sender->item()));
      sender->Complete(true);
    }
    return value;
  }

  const std::string name_;
  const int64_t bytes_max_;
  mutable std::mutex mutex_;
  std::deque<Item> items_;                  // GUARDED_BY(mutex_)
  int64_t bytes_ = 0;                       // GUARDED_BY(mutex_)
  bool closed_ = false;                     // GUARDED_BY(mutex_)
  SendWait* first_sender_ = nullptr;        // GUARDED_BY(mutex_); they wait only while something is inside
  SendWait* last_sender_ = nullptr;         // GUARDED_BY(mutex_)
  ReceiveWait* first_receiver_ = nullptr;   // GUARDED_BY(mutex_); they wait only while nothing is inside
  ReceiveWait* last_receiver_ = nullptr;    // GUARDED_BY(mutex_)
};

}  // namespace freshet::io
