#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/status.h"
#include "io/file.h"

namespace freshet::app {

// What a house reads of its project at its start only: freshet.yaml, products/, services/ and functions/. Pipelines are applied, and models are looked at every second. A file's name in the folder, and
// its checksum.
using ProjectReading = std::map<std::string, std::string>;

// As the folder is now. Blocks.
Result<ProjectReading> ReadingOf(io::Files& files, const std::string& folder);

// DATA/project.json, by which others see what a house that runs has read. Blocks.
Status WriteReading(io::Files& files, const std::string& data, const ProjectReading& reading);

// A line for each file that is another one than what the house that serves this data has read: nothing but a start takes it in. None where the house does not say. Blocks.
Result<std::vector<std::string>> WhatWaitsForAStart(io::Files& files, const std::string& folder, const std::string& data);

}  // namespace freshet::app
