#include "schedules/schedule.h"

#include <algorithm>

#include "io/task_group.h"
#include "io/wait.h"
#include "schedules/inputs.h"
#include "schedules/outputs.h"

namespace freshet::testing {
namespace {

constexpr int kLoops = 3;
constexpr Duration kLook = Milliseconds(60);       // between two looks at how far pipelines are
constexpr int kQuietLooks = 3;                     // that find nothing to do: so long an epoch takes at most, when nothing goes wrong
constexpr Duration kLifeMax = Seconds(900);        // of virtual time; a life that takes longer does not come to its end
constexpr Duration kFilesEnd = Milliseconds(400);  // longer than files stay open

enum class Kill : unsigned char { kNone, kPoint, kStep, kChange };

// How one life is.
struct Life {
  Kill kill = Kill::kNone;
  size_t point = 0;
  int64_t nth = 0;           // passage, step or call
  int parallelism = 1;
  int64_t produce_until = 0; // records of all inputs together
  bool comes_through = true; // it ends when all that is there is through; else as soon as all is produced
  bool has_twin = false;
  Trouble trouble;
  uint64_t seed = 1;
};

std::string TextOf(const Life& life) {
  static constexpr std::string_view kKinds[] = {"no kill", "kill at point ", "kill at step ", "kill at file call "};
  std::string text(kKinds[static_cast<size_t>(life.kill)]);
  if (life.kill == Kill::kPoint) text += StrCat(kKillPoints[life.point], " #");
  if (life.kill != Kill::kNone) text += StrCat(life.nth);
  return StrCat(text, ", ", life.parallelism, life.parallelism == 1 ? " shard" : " shards", life.has_twin ? ", with a twin" : "", ", records up to ", life.produce_until);
}

// What outlives the houses of one run.
struct Outside {
  Outside(uint64_t seed, Drawn the_drawn, Trouble peer_trouble, ScheduleFigures& the_figures)
      : sim({.seed = seed, .loops = kLoops, .virtual_time_max = Seconds(3600)}), drawn(std::move(the_drawn)), peer(sim, peer_trouble, seed * 13 + 1, the_figures), figures(the_figures) {}

  SimEnv sim;
  const Drawn drawn;
  PeerCluster peer;
  ScheduleFigures& figures;
  const Contents* calm = nullptr;  // of a run that is compared
  Contents contents;               // at the end
  Contents seen;                   // by who looks at topics while pipelines run
  std::vector<std::string> violations;
};

// Whether every pipeline runs, has read all that is committed, and owes nothing.
Task<bool> IsThrough(ScheduleHouse* house, std::string* why_not) {
  Ctx ctx;
  CO_ASSIGN_OR_RETURN(auto all, house->pipelines().Describe(ctx));
  for (const auto& pipeline : all) {
    *why_not = StrCat(pipeline.name, " at epoch ", pipeline.epoch, pipeline.running ? "" : " does not run", ", owes ", pipeline.undelivered, pipeline.failure.empty() ? "" : ": ", pipeline.failure);
    if (!pipeline.running || pipeline.undelivered > 0) co_return false;
    for (const auto& source : pipeline.sources) {
      for (const auto& partition : source.partitions) {
        if (!partition.place) continue;
        data::PartitionKey key{house->topics().Find(partition.place->topic)->id, partition.place->partition};
        CO_ASSIGN_OR_RETURN(auto bounds, house->log().Bounds(ctx, key));
        *why_not = StrCat(pipeline.name, " has read ", partition.place->topic, " ", partition.place->partition.get(), " up to ", partition.place->next.get(), " of ", bounds.last_stable.get());
        if (partition.place->next < bounds.last_stable) co_return false;
      }
    }
  }
  co_return true;
}

Task<> ComeThrough(Outside* outside, ScheduleHouse* house) {
  MonoTime end = outside->sim.clock().Now() + kLifeMax;
  std::string why_not;
  for (int quiet = 0; quiet < kQuietLooks;) {
    io::SleepUntil pause(outside->sim.clock().Now() + kLook);
    co_await pause;
    CO_ASSIGN_OR_RETURN(bool through, IsThrough(house, &why_not));
    quiet = through ? quiet + 1 : 0;
    if (outside->sim.clock().Now() < end) continue;
    outside->violations.push_back(StrCat("a life does not come through: ", why_not));
    co_return Status();
  }
  io::SleepUntil pause(outside->sim.clock().Now() + kFilesEnd);
  if (!outside->drawn.writes_topics_only) co_await pause;
  co_return Status();
}

Task<> LookAtOutputs(Outside* outside, ScheduleHouse* house, bool at_end) {
  auto reading = ReadOutputs(&outside->sim, house, &outside->peer, &outside->drawn);
  auto contents = co_await reading;
  if (!contents.ok()) co_return contents.status();
  for (const auto& [name, lines] : outside->seen) {
    bool stays = std::includes(contents->at(name).begin(), contents->at(name).end(), lines.begin(), lines.end());
    if (!stays) outside->violations.push_back(StrCat(name, ": what a reader saw before the restart is not there any more"));
  }
  if (outside->calm != nullptr && !at_end) {
    for (std::string& strange : Strangers(outside->drawn, *outside->calm, *contents)) outside->violations.push_back(std::move(strange));
  }
  if (at_end) outside->contents = std::move(*contents);
  co_return Status();
}

// A reader of exactly-once topics: what it has seen stays, whatever crashes.
Task<> LookAlong(Outside* outside, ScheduleHouse* house, io::TaskGroup* tasks, uint64_t seed) {
  SeededRandom random(seed + 13);
  while (!tasks->cancel()->raised()) {
    io::Signal::Waiter pause(tasks->cancelled(), outside->sim.clock().Now() + Milliseconds(5 + static_cast<int64_t>(random.Below(60))));
    co_await pause;
    const DrawnOutput& output = outside->drawn.outputs[random.Below(outside->drawn.outputs.size())];
    if (!StaysOnceSeen(output)) continue;
    auto reading = ReadOutput(&outside->sim, house, &outside->peer, &output);
    auto lines = co_await reading;
    if (!lines.ok()) co_return lines.status();
    if (!outside->sim.disk().frozen()) outside->seen[output.name] = std::move(*lines);
  }
  co_return Status();
}

// Until it is given up: its last commit may be under way when the others go on.
Task<> LiveAsTwin(Outside* outside, ScheduleHouse* house, uint64_t seed, bool* over) {
  SeededRandom random(seed + 5);
  io::SleepUntil pause(outside->sim.clock().Now() + Milliseconds(static_cast<int64_t>(random.Below(150))));
  co_await pause;
  Status begun = house->BeginTwin(outside->drawn.files);
  if (!begun.ok()) outside->violations.push_back(StrCat("a twin cannot begin: ", begun.ToString()));
  io::SleepUntil life(outside->sim.clock().Now() + Milliseconds(100 + static_cast<int64_t>(random.Below(500))));
  co_await life;
  auto closing = house->CloseTwin();
  Status closed = co_await closing;
  *over = true;
  co_return closed;
}

// As often as a house with much to write.
Task<> Checkpoint(Outside* outside, ScheduleHouse* house, io::TaskGroup* tasks, uint64_t seed) {
  SeededRandom random(seed + 9);
  while (!tasks->cancel()->raised()) {
    io::Signal::Waiter pause(tasks->cancelled(), outside->sim.clock().Now() + Milliseconds(5 + static_cast<int64_t>(random.Below(100))));
    co_await pause;
    Ctx ctx;
    CO_RETURN_NOT_OK(house->journal().Checkpoint(ctx));
  }
  co_return Status();
}

Task<> Work(Outside* outside, ScheduleHouse* house, const Life* life, io::TaskGroup* tasks) {
  CO_RETURN_NOT_OK(MakeInputs(house, &outside->drawn));
  CO_RETURN_NOT_OK(ProduceFirsts(&outside->sim, house, &outside->drawn));
  CO_RETURN_NOT_OK(LookAtOutputs(outside, house, false));
  Status begun = house->BeginPipelines(outside->drawn.files, life->parallelism);
  if (!begun.ok()) co_return begun;
  tasks->Spawn(io::Lane::kNormal, Checkpoint(outside, house, tasks, life->seed));
  tasks->Spawn(io::Lane::kNormal, LookAlong(outside, house, tasks, life->seed));
  bool twin_over = !life->has_twin;
  if (life->has_twin) tasks->Spawn(io::Lane::kNormal, LiveAsTwin(outside, house, life->seed, &twin_over));
  CO_RETURN_NOT_OK(ProduceUntil(&outside->sim, house, &outside->drawn, life->produce_until, life->seed));
  while (!twin_over) {
    io::SleepUntil pause(outside->sim.clock().Now() + Milliseconds(5));
    co_await pause;
  }
  if (!life->comes_through) co_return Status();
  auto coming = ComeThrough(outside, house);
  co_return co_await coming;
}

Task<> Live(Outside* outside, Life life) {
  auto opened = ScheduleHouse::Open(outside->sim, outside->peer, life.trouble, life.seed, outside->figures);
  if (!opened.ok()) co_return opened.status();
  ScheduleHouse& house = **opened;
  CO_RETURN_NOT_OK(house.Begin());
  io::TaskGroup tasks(outside->sim.loop(0), "life");
  auto working = Work(outside, &house, &life, &tasks);
  Status worked = co_await working;
  CO_RETURN_NOT_OK(tasks.Close());
  CO_RETURN_NOT_OK(house.Close());
  outside->violations.insert(outside->violations.end(), house.violations().begin(), house.violations().end());
  co_return worked;
}

// As somebody who comes later.
Task<> ReadAtEnd(Outside* outside) {
  auto opened = ScheduleHouse::Open(outside->sim, outside->peer, {}, 1, outside->figures);
  if (!opened.ok()) co_return opened.status();
  ScheduleHouse& house = **opened;
  CO_RETURN_NOT_OK(house.Begin());
  CO_RETURN_NOT_OK(LookAtOutputs(outside, &house, true));
  auto closing = house.Close();
  co_return co_await closing;
}

// A life that ended as it should, or was killed as planned.
void RunLife(Outside& outside, const Life& life) {
  SimEnv& sim = outside.sim;
  if (life.kill == Kill::kPoint) sim.CrashAtPoint(std::string(kKillPoints[life.point]), life.nth);
  if (life.kill == Kill::kStep) sim.CrashAtStep(life.nth);
  if (life.kill == Kill::kChange) sim.CrashAtChange(life.nth);
  Status lived = sim.Run(Live(&outside, life));
  if (sim.crashed()) {
    if (life.kill == Kill::kPoint) ++outside.figures.kills[life.point];
    if (life.kill == Kill::kStep) ++outside.figures.step_kills;
    if (life.kill == Kill::kChange) ++outside.figures.change_kills;
    sim.Restart();
    return;
  }
  sim.ForgetCrash();
  if (!lived.ok()) outside.violations.push_back(StrCat("a life ended: ", lived.ToString()));
}

void ReadWhole(Outside& outside) {
  Status read = outside.sim.Run(ReadAtEnd(&outside));
  if (!read.ok()) outside.violations.push_back(StrCat("what stands at the end cannot be read: ", read.ToString()));
}

// Whether some output leads past the point.
bool Passes(const Drawn& drawn, std::string_view point) {
  auto has = [&](OutputPlace place) { return std::any_of(drawn.outputs.begin(), drawn.outputs.end(), [&](const DrawnOutput& output) { return output.place == place; }); };
  if (point.starts_with("lake.")) return has(OutputPlace::kLake);
  if (point.starts_with("files.")) return has(OutputPlace::kFiles);
  if (point.starts_with("link.")) return has(OutputPlace::kPeer);
  return point != "pipeline.before_delivered" || !drawn.writes_topics_only;
}

size_t DrawPoint(SeededRandom& random, const Drawn& drawn) {
  while (true) {
    size_t point = random.Below(kKillPointCount);
    if (Passes(drawn, kKillPoints[point])) return point;
  }
}

// Lives with a share of the records each; the last one ends by itself, untroubled.
std::vector<Life> DrawLives(uint64_t seed, const Drawn& drawn) {
  SeededRandom random(seed * 104729 + 17);
  std::vector<Life> lives(3 + random.Below(4));
  bool changes_shards = random.Below(2) == 0, is_troubled = random.Below(2) == 0;
  int parallelism = 1 + static_cast<int>(random.Below(3));
  for (size_t i = 0; i < lives.size(); ++i) {
    Life& life = lives[i];
    bool is_last = i + 1 == lives.size();
    life.seed = random.Next();
    life.parallelism = changes_shards ? 1 + static_cast<int>(random.Below(3)) : parallelism;
    life.produce_until = is_last ? drawn.rows() : drawn.rows() * static_cast<int64_t>(i + 1) / static_cast<int64_t>(lives.size());
    life.comes_through = is_last || random.Below(4) > 0;
    life.has_twin = !is_last && drawn.writes_topics_only && !drawn.shows_early && random.Below(3) == 0;
    if (is_troubled && !is_last) life.trouble = {.swallowed = 5, .lost = 3, .late = 10};
    if (is_last) continue;
    uint64_t way = i == 0 ? 0 : random.Below(5);
    life.kill = way < 3 ? Kill::kPoint : way == 3 ? Kill::kStep : Kill::kChange;
    life.point = i == 0 ? seed % kKillPointCount : DrawPoint(random, drawn);
    if (life.kill == Kill::kPoint) life.nth = 1 + static_cast<int64_t>(random.Below(random.Below(4) == 0 ? 20 : 3));
    if (life.kill == Kill::kStep) life.nth = 1 + static_cast<int64_t>(random.Below(4000));
    if (life.kill == Kill::kChange) life.nth = 1 + static_cast<int64_t>(random.Below(300));
  }
  return lives;
}

Contents RunCalmly(uint64_t seed, const Drawn& drawn, ScheduleReport& report) {
  ScheduleFigures none;
  Outside outside(seed, drawn, {}, none);
  Life life;
  life.produce_until = drawn.rows();
  RunLife(outside, life);
  ReadWhole(outside);
  for (const std::string& violation : outside.violations) report.violations.push_back("without crashes: " + violation);
  if (!report.violations.empty()) report.log = outside.sim.sink().lines();
  return outside.contents;
}

}  // namespace

ScheduleReport RunSchedule(uint64_t seed) {
  ScheduleReport report;
  report.figures.schedules = 1;
  Drawn drawn = Draw(seed, kKillPoints[seed % kKillPointCount]);
  Contents calm = RunCalmly(seed, drawn, report);
  std::vector<Life> lives = DrawLives(seed, drawn);
  bool is_troubled = lives[0].trouble.lost > 0;
  auto outside = std::make_unique<Outside>(seed, drawn, is_troubled ? Trouble{.swallowed = 5, .lost = 5} : Trouble{}, report.figures);
  outside->calm = &calm;
  std::vector<std::string> said;
  for (size_t i = 0; i < lives.size() && report.violations.empty() && outside->violations.empty(); ++i) {
    said.push_back(StrCat("life ", i + 1, ": ", TextOf(lives[i])));
    RunLife(*outside, lives[i]);
    if (i > 0) ++report.figures.restarts;
    if (i > 0 && lives[i].parallelism != lives[i - 1].parallelism) ++report.figures.other_parallelism;
  }
  if (report.violations.empty() && outside->violations.empty()) {
    ReadWhole(*outside);
    for (const auto& [name, lines] : calm) report.figures.rows += static_cast<int64_t>(lines.size());
    if (outside->violations.empty()) outside->violations = Differences(drawn, calm, outside->contents);
  }
  report.violations.insert(report.violations.end(), outside->violations.begin(), outside->violations.end());
  report.figures.mismatches = report.violations.empty() ? 0 : 1;
  report.figures.virtual_ms = outside->sim.clock().Now().ns / 1'000'000;
  report.trace_hash = outside->sim.trace_hash();
  if (report.violations.empty()) return report;
  for (const DrawnFile& file : drawn.files) report.log.push_back(StrCat(file.name, ":\n", file.sql));
  for (std::string& life : said) report.log.push_back(std::move(life));
  for (const std::string& line : outside->sim.sink().lines()) report.log.push_back(line);
  return report;
}

}  // namespace freshet::testing
