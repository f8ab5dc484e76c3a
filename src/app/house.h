#pragma once

#include <memory>
#include <string>

#include "app/config.h"
#include "io/env.h"
#include "io/task.h"
#include "ports/connector.h"
#include "ports/epochs.h"
#include "ports/pipeline_changes.h"

namespace freshet::app {

// The house: every room, built in floor order and taken down in the reverse. The one place that knows everyone. Owned by
// the `up` command.
class House {
 public:
  // Reads the project folder, locks the data folder and recovers. Blocks; call it outside the loops.
  static Result<std::unique_ptr<House>> Build(Env& env, const Config& config, const std::string& project_dir, const std::string& data_dir);
  // Only what stores: journal, log, catalog and tables over topics; no doors, nothing that serves. For `freshet run`. Plans that are
  // compared know the functions of a project folder, if one is named.
  static Result<std::unique_ptr<House>> BuildStore(Env& env, const Config& config, const std::string& data_dir, const std::string& project_dir = "");
  ~House();

  // Opens the doors, then writes DATA/doors.json. On loop 0.
  Task<> Open();
  // The storing part alone. On loop 0.
  Task<> OpenStore();
  // By the names that SQL calls them; for scripts that run in this house.
  const ports::Connectors& connectors() const;
  ports::Epochs* epochs();
  ports::PipelineChanges& changes();
  // Doors first (what was received is still answered), then a last checkpoint, then the journal. On loop 0; also
  // after an Open that failed half-way.
  Task<> Close();

  // {"http":"127.0.0.1:8080","kafka":"127.0.0.1:9092","resp":"127.0.0.1:6379"}
  std::string DoorsJson() const;

 private:
  struct Rooms;
  static Status OpenFunctions(Rooms& rooms, const std::string& project_dir);
  static Status BuildServing(Rooms& rooms, const std::string& project_dir);
  static std::vector<std::string> OwnAddresses(const Rooms& rooms);
  Task<> BeginServing();
  Task<> OpenDoors();
  explicit House(std::unique_ptr<Rooms> rooms);
  std::unique_ptr<Rooms> rooms_;
};

}  // namespace freshet::app
