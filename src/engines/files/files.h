#pragma once

#include "data/formats/file_format.h"
#include "io/env.h"
#include "ports/connector.h"
#include "ports/dead_letters.h"

namespace freshet::files {

// 'connector' = 'filesystem': a file, or a folder of files read in the order of their names; one record a line, or formats of
// whole files, which are given by name and borrowed.
// Written files get their names, and so become visible, when the sink commits. Owned by the house (or the run
// command); its sources and sinks live on the loop that opened them and do file calls on workers.
class FilesConnector final : public ports::Connector {
 public:
  explicit FilesConnector(Env& env, formats::FileFormats file_formats = {{"arrow", &formats::ArrowFiles()}, {"avro", &formats::AvroFiles()}}) : env_(env), file_formats_(std::move(file_formats)) {}

  // Lines that cannot be decoded go there from now on, borrowed; before it the first one fails the job.
  void KeepDeadLettersIn(ports::DeadLetters& dead_letters) { dead_letters_ = &dead_letters; }

  Status Check(const ports::TableRequest& table, ports::TableUse use) const override;
  Task<std::unique_ptr<ports::Source>> OpenSource(Ctx ctx, ports::TableRequest table) override;
  Task<std::unique_ptr<ports::Sink>> OpenSink(Ctx ctx, ports::TableRequest table) override;
  Task<std::unique_ptr<ports::Lookup>> OpenLookup(Ctx ctx, ports::LookupRequest lookup) override;

 private:
  Env& env_;
  const formats::FileFormats file_formats_;
  ports::DeadLetters* dead_letters_ = nullptr;
};

}  // namespace freshet::files
