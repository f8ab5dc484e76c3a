#pragma once

#include <map>
#include <string>
#include <vector>

#include "app/commands/command.h"
#include "engines/stream/job/script.h"
#include "io/file.h"

namespace freshet::app {

inline constexpr int64_t kScriptBytesMax = 16 << 20;

// The values of --param K=V.
using Parameters = std::map<std::string, std::string>;
Result<Parameters> ReadParameters(const ParsedArguments& arguments);

// The file with ${K} replaced by the value of K; a K that nobody gave is refused by file, name and line. Blocks.
Result<stream::ScriptFile> ReadScriptFile(io::Files& files, const std::string& path, const Parameters& parameters);

// Whether a statement stands in it, or what might be meant as one.
bool SaysSomething(const stream::ScriptFile& file);
// Tells on standard error of the files that say nothing: what they were to do would silently not be done.
void TellOfEmptyFiles(std::string_view command, const std::vector<stream::ScriptFile>& files);

}  // namespace freshet::app
