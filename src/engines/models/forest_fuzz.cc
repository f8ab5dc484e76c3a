#include <cstdint>

#include "base/check.h"
#include "engines/models/forest.h"

// A model is read or refused; what is read answers for any row, each tree in finitely many steps.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  auto forest = freshet::models::Forest::ParseXgboostJson({reinterpret_cast<const char*>(data), size});
  if (!forest.ok() || forest->features() > 1000 || forest->outputs() > 1000) return 0;
  std::vector<float> row(static_cast<size_t>(forest->features()), 0.5f);
  CHECK(forest->Predict(row).size() == static_cast<size_t>(forest->outputs()));
  return 0;
}
