#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>

#include "engines/models/forest.h"
#include "engines/models/forest_scorer.h"
#include "engines/models/onnx_scorer.h"
#include "io/real_env.h"

namespace freshet::models {
namespace {

constexpr int kFeatures = 8;
constexpr int kRows = 10000;
const std::string kTestdata = "src/engines/models/testdata/";

std::string Contents(const std::string& name) {
  auto env = io::RealEnv::Open({.loops = 1, .general_workers = 1}).value();
  auto content = io::ReadWhole(env->files(), kTestdata + name, 64_MiB);
  EXPECT_TRUE(content.ok()) << content.ToString();
  return content.ok() ? *content : "";
}

// The rows of tools/goldens/models.py.
std::vector<float> Rows(uint64_t seed) {
  std::vector<float> rows;
  for (uint64_t i = 1; i <= uint64_t{kRows} * kFeatures; ++i) {
    uint64_t z = i * 0x9e3779b97f4a7c15ull + seed;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
    z ^= z >> 31;
    float value = static_cast<float>(z >> 40) / static_cast<float>(1 << 24) * 4.0f - 2.0f;
    rows.push_back(z % 17 == 0 ? std::nanf("") : value);
  }
  return rows;
}

std::vector<float> Expected(const std::string& name) {
  std::string bytes = Contents(name + ".predictions.f32");
  std::vector<float> values(bytes.size() / 4);
  std::memcpy(values.data(), bytes.data(), values.size() * 4);
  return values;
}

double WorstDifference(const std::vector<float>& a, const std::vector<float>& b) {
  if (a.size() != b.size()) return INFINITY;
  double worst = 0;
  for (size_t i = 0; i < a.size(); ++i) worst = std::max(worst, std::fabs(static_cast<double>(a[i]) - static_cast<double>(b[i])));
  return worst;
}

std::vector<std::string> Names(int count) {
  std::vector<std::string> names;
  for (int i = 0; i < count; ++i) names.push_back(StrCat("f", i));
  return names;
}

class ForestAgainstXgboost : public testing::TestWithParam<const char*> {};

TEST_P(ForestAgainstXgboost, EqualsTheLibraryOnTenThousandRows) {
  auto forest = Forest::ParseXgboostJson(Contents(std::string(GetParam()) + ".json"));
  ASSERT_TRUE(forest.ok()) << forest.ToString();

  auto predictions = forest->Predict(Rows(2));

  ASSERT_EQ(predictions.size(), size_t{kRows} * static_cast<size_t>(forest->outputs()));
  // Poisson means reach 5, where a float's last digit is 5e-7: the bound is relative there.
  EXPECT_LE(WorstDifference(predictions, Expected(GetParam())), std::string(GetParam()) == "count_poisson" ? 5e-6 : 1e-6);
}

INSTANTIATE_TEST_SUITE_P(Objectives, ForestAgainstXgboost,
                         testing::Values("binary_logistic", "binary_logitraw", "reg_squarederror", "count_poisson", "multi_softprob"));

TEST(Forest, RefusesDamagedAndForeignModelsByName) {
  std::string good = Contents("binary_logistic.json");
  auto refusal = [&](std::string_view from, std::string_view to) {
    std::string bad = good;
    size_t at = bad.find(from);
    EXPECT_NE(at, std::string::npos);
    bad.replace(at, from.size(), to);
    return Forest::ParseXgboostJson(bad).ToString();
  };

  EXPECT_EQ(refusal("\"binary:logistic\"", "\"survival:cox\""), "unsupported: model: objective 'survival:cox' is not evaluated; these are: reg:squarederror, reg:absoluteerror, reg:pseudohubererror, reg:quantileerror, "
            "rank:pairwise, rank:ndcg, binary:logitraw, binary:logistic, reg:logistic, count:poisson, reg:gamma, reg:tweedie, multi:softprob, multi:softmax");
  EXPECT_EQ(refusal("\"left_children\":[1", "\"left_children\":[0"), "corrupt: model: node 0 of tree 0 has a child out of range");
  EXPECT_EQ(refusal("\"left_children\":[1", "\"left_children\":[99999"), "corrupt: model: node 0 of tree 0 has a child out of range");
  EXPECT_EQ(refusal("\"name\":\"gbtree\"", "\"name\":\"gblinear\""), "unsupported: model: booster 'gblinear'; gbtree and dart are evaluated");
  EXPECT_EQ(refusal("[4.485E-1]", "[-4.485E-1]"), "corrupt: model: base_score -0.4485 is not a probability");
  EXPECT_EQ(Forest::ParseXgboostJson(good.substr(0, good.size() / 2)).code(), Code::kCorrupt);
  EXPECT_EQ(Forest::ParseXgboostJson("[]").code(), Code::kCorrupt);
}

TEST(Forest, TheBaseScoreOfARawMarginMayBeNegative) {
  std::string model = Contents("binary_logitraw.json");
  auto before = Forest::ParseXgboostJson(model);
  model.replace(model.find("[4.485E-1]"), 10, "-5.515E-1");
  auto after = Forest::ParseXgboostJson(model);

  ASSERT_TRUE(before.ok() && after.ok()) << after.ToString();
  std::vector<float> row(kFeatures, 0.5f);
  EXPECT_NEAR(before->Predict(row)[0] - after->Predict(row)[0], 1.0f, 1e-5f);
}

TEST(ForestScorer, TakesItsInputsAsTheFileNamesItsFeatures) {
  std::string model = Contents("binary_logistic.json");
  std::string none = R"("feature_names":[])";
  model.replace(model.find(none), none.size(), R"("feature_names":["a","b","c","d","e","f","g","h"])");
  auto opened = [&](std::vector<std::string> inputs) { return ForestScorer::Open({"m", "1", ""}, std::move(inputs), "", model).ToString(); };

  EXPECT_EQ(opened({}), "ok");
  EXPECT_EQ(opened({"a", "b", "c", "d", "e", "f", "g", "h"}), "ok");
  EXPECT_EQ(opened({"a", "b", "d", "c", "e", "f", "g", "h"}),
            "invalid: model 'm': input 3 is 'd' in model.yaml, and feature 3 of the file is 'c'; write inputs as the file has its features, or leave inputs out");
  EXPECT_EQ(opened({"a", "b"}), "invalid: model 'm' takes 8 features; 2 are named");
}

TEST(ForestScorer, SaysWhenTrainingStoppedEarly) {
  auto doubt = [](const std::string& attributes) {
    std::string model = Contents("binary_logistic.json");
    std::string none = R"("attributes":{})";
    model.replace(model.find(none), none.size(), R"("attributes":{)" + attributes + "}");
    return (*ForestScorer::Open({"m", "1", ""}, Names(kFeatures), "", model))->doubt();
  };

  EXPECT_EQ(doubt(""), "");
  EXPECT_EQ(doubt(R"("best_iteration":"24")"), "");  // the last one
  EXPECT_EQ(doubt(R"("best_iteration":"soon")"), "");
  EXPECT_EQ(doubt(R"("best_iteration":"5")"),
            "training stopped early and found round 5 the best, and all 25 rounds are scored, as Booster.predict does; XGBClassifier and XGBRegressor predict with the first 6: save those with "
            "booster[:6].save_model(…)");
}

TEST(ForestScorer, OfSeveralOutputsTheNamedOneIsTheScore) {
  std::string model = Contents("multi_softprob.json");
  auto score = [&](std::string_view named) {
    auto opened = ForestScorer::Open({"m", "1", ""}, Names(kFeatures), named, model);
    return opened.ok() ? StrCat((*opened)->signature().score) : opened.ToString();
  };

  EXPECT_EQ(score(""), "-1");
  EXPECT_EQ(score("score_2"), "2");
  EXPECT_EQ(score("scores_2"), "invalid: model 'm' has no output 'scores_2', which model.yaml calls its score; did you mean 'score_2'?");
  EXPECT_EQ((*ForestScorer::Open({"m", "1", ""}, Names(kFeatures), "", Contents("binary_logistic.json")))->signature().score, 0);
}

TEST(OnnxScorer, CallsEveryDeclaredEntryAndEqualsNumpy) {
  const char* library = std::getenv("FRESHET_ONNXRUNTIME");
  ASSERT_NE(library, nullptr) << "run through ./dev unit or ./dev test, which fetch the library";
  auto runtime = OnnxRuntime::Load(library);
  ASSERT_TRUE(runtime.ok()) << runtime.ToString();
  std::string model = Contents("linear.onnx");
  auto rows = Rows(2);
  for (float& value : rows) value = std::isnan(value) ? 0.0f : value;

  auto scorer = OnnxRuntime::OpenModel(*runtime, {"linear", "1", ""}, Names(kFeatures), "score_1", model);
  ASSERT_TRUE(scorer.ok()) << scorer.ToString();
  auto scores = (*scorer)->Score(rows);

  ASSERT_TRUE(scores.ok()) << scores.ToString();
  EXPECT_LE(WorstDifference(*scores, Expected("linear")), 1e-6);
  EXPECT_EQ((*scorer)->signature().outputs, (std::vector<std::string>{"score_0", "score_1", "score_2"}));
  EXPECT_EQ((*scorer)->signature().score, 1);
  EXPECT_EQ(OnnxRuntime::OpenModel(*runtime, {"linear", "1", ""}, Names(3), "", model).ToString(),
            "invalid: model 'linear' takes 8 features; 3 are named");
  EXPECT_EQ(OnnxRuntime::OpenModel(*runtime, {"linear", "1", ""}, Names(8), "", model.substr(0, 40)).code(), Code::kCorrupt);
}

TEST(OnnxRuntime, SaysWhenTheLibraryIsNotThere) {
  EXPECT_EQ(OnnxRuntime::Load("/nonexistent/libonnxruntime.so").code(), Code::kUnavailable);
}

}  // namespace
}  // namespace freshet::models
