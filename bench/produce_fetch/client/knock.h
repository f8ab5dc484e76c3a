#pragma once

#include <string>

namespace bench {

// Asks HOST:PORT for its ApiVersions, again and again, until it answers. Without librdkafka, which looks for a broker that comes up once a second.
void KnockUntilAnswered(const std::string& address, int seconds_max);

}  // namespace bench
