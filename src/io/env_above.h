#pragma once

#include "io/env.h"

namespace freshet::io {

// A world above another one, which is as that is but for what a subclass makes otherwise. The one below outlives it.
class EnvAbove : public Env {
 public:
  explicit EnvAbove(Env& below) : below_(below) {}

  Clock& clock() override { return below_.clock(); }
  Files& files() override { return below_.files(); }
  Net& net() override { return below_.net(); }
  Random& random() override { return below_.random(); }
  Loop& loop(int index) override { return below_.loop(index); }
  int loops() const override { return below_.loops(); }
  Workers& workers() override { return below_.workers(); }
  KillPoints& kill_points() override { return below_.kill_points(); }
  Budget& memory() override { return below_.memory(); }
  Metrics& metrics() override { return below_.metrics(); }
  Tracer& tracer() override { return below_.tracer(); }
  const Logger& log() override { return below_.log(); }

 private:
  Env& below_;
};

}  // namespace freshet::io
