#pragma once

// The one precompiled header of every room: what nearly every unit includes anyway.
#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <cstring>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <variant>
#include <vector>

#include "base/bytes.h"
#include "base/log.h"
#include "base/metrics.h"
#include "base/status.h"
#include "base/strong.h"
#include "base/text.h"
#include "base/time.h"
#include "base/uuid.h"
