#include "io/ctx.h"

namespace freshet::io {

// Here and not in place: every verb of every port copies one.
Ctx::Ctx() = default;
Ctx::Ctx(const Ctx& other) = default;
Ctx::Ctx(Ctx&& other) noexcept = default;
Ctx& Ctx::operator=(const Ctx& other) = default;
Ctx& Ctx::operator=(Ctx&& other) noexcept = default;
Ctx::~Ctx() = default;

Status Ctx::Check(MonoTime now) const {
  if (cancel != nullptr && cancel->raised()) return Fault::Cancelled("the caller has gone");
  if (now >= deadline) return Fault::DeadlineExceeded("the request's deadline has passed");
  return {};
}

Ctx Ctx::WithDeadline(MonoTime sooner) const {
  Ctx ctx = *this;
  if (sooner < ctx.deadline) ctx.deadline = sooner;
  return ctx;
}

}  // namespace freshet::io
