#include <cstdio>

#include "commands.h"
#include "kafka.h"
#include "options.h"

namespace bench {

int Create(int argc, char** argv) {
  Options options(argc, argv, {{"brokers", ""}, {"topic", ""}, {"partitions", "4"}});
  Client client = OpenProducer(options.Text("brokers"), {}, nullptr, nullptr);
  AwaitBroker(client.get(), "", 60);
  CreateTopic(client.get(), options.Text("topic"), static_cast<int>(options.Number("partitions")));
  // A broker may answer before everybody knows of all partitions.
  while (AwaitBroker(client.get(), options.Text("topic"), 60) < options.Number("partitions")) {}
  std::printf("{\"topic\": \"%s\", \"partitions\": %ld}\n", options.Text("topic").c_str(), options.Number("partitions"));
  return 0;
}

}  // namespace bench
