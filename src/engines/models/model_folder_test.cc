#include "engines/models/model_folder.h"

#include <gtest/gtest.h>

#include "engines/models/digest.h"
#include "io/real_env.h"
#include "io/run_to_end.h"

namespace freshet::models {
namespace {

// A folder of its own under the build tree, and the memory of what was logged.
class ModelFolderTest : public testing::Test {
 protected:
  ModelFolderTest() {
    root_ = StrCat("/tmp/freshet-model-folder-", env_->random().NewUuid());
    EXPECT_TRUE(env_->files().CreateDirectories(root_ + "/delay").ok());
    Copy("binary_logistic.json");
    Copy("reg_squarederror.json");
    folder_ = std::make_unique<ModelFolder>(*env_, ModelFolderOptions{.directory = root_});
  }
  ~ModelFolderTest() override {
    for (std::string name : {"binary_logistic.json", "reg_squarederror.json", "model.yaml"}) (void)env_->files().Remove(root_ + "/delay/" + name).ok();
    (void)env_->files().Remove(root_ + "/delay").ok();
    (void)env_->files().Remove(root_).ok();
  }

  void Copy(const std::string& name) {
    auto bytes = io::ReadWhole(env_->files(), "src/engines/models/testdata/" + name, 64_MiB);
    ASSERT_TRUE(bytes.ok()) << bytes.ToString();
    digests_[name] = Sha256Hex(*bytes);
    ASSERT_TRUE(io::WriteWhole(env_->files(), root_ + "/delay/" + name, *bytes).ok());
  }
  void Describe(std::string version, std::string file, std::string more = "") {
    std::string yaml = StrCat("version: ", version, "\nfile: ", file, "\nformat: xgboost-json\ninputs: [a, b, c, d, e, f, g, h]\n", more);
    ASSERT_TRUE(io::WriteWhole(env_->files(), root_ + "/delay/model.yaml", yaml).ok());
  }
  void Look() { ASSERT_TRUE(io::RunToEnd(*env_, folder_->Look()).ok()); }
  std::string Version() {
    auto model = folder_->Pin("delay");
    return model.ok() ? (*model)->identity().version : model.ToString();
  }
  int64_t Failures() { return env_->metrics().AddCounter("freshet_model_load_failures_total", "").value(); }

  std::unique_ptr<io::RealEnv> env_ = io::RealEnv::Open({.loops = 1, .log_level = Level::kError}).value();
  std::string root_;
  std::map<std::string, std::string> digests_;
  std::unique_ptr<ModelFolder> folder_;
};

TEST_F(ModelFolderTest, SwapsAVersionAndLeavesPinsAsTheyWere) {
  Describe("1", "binary_logistic.json", "sha256: " + digests_["binary_logistic.json"]);
  Look();
  auto pinned = folder_->Pin("delay");
  ASSERT_TRUE(pinned.ok()) << pinned.ToString();
  std::vector<float> row(8, 0.5f);
  auto before = (*pinned)->Score(row);

  Describe("\"2\"", "reg_squarederror.json");
  Look();

  EXPECT_EQ(Version(), "2");
  EXPECT_EQ((*folder_->Pin("delay"))->identity().digest, digests_["reg_squarederror.json"]);
  EXPECT_EQ((*pinned)->identity().version, "1");
  EXPECT_EQ(*(*pinned)->Score(row), *before);
  EXPECT_NE(*(*folder_->Pin("delay"))->Score(row), *before);
  EXPECT_EQ((*pinned)->Score(std::span(row).subspan(1)).code(), Code::kInvalid);
}

TEST_F(ModelFolderTest, WhatDoesNotLoadLeavesTheOldVersionServing) {
  Describe("1", "binary_logistic.json");
  Look();
  ASSERT_EQ(Version(), "1");
  int64_t failures = Failures();
  struct Case { const char* file; const char* more; };
  for (Case bad : {Case{"binary_logistic.json", "sha256: 00"}, {"nowhere.json", ""}, {"../delay/binary_logistic.json", ""}, {"model.yaml", ""},
                   {"binary_logistic.json", "surprise: 1"}, {"binary_logistic.json", "score: probability"}}) {
    Describe("2", bad.file, bad.more);
    Look();
    EXPECT_EQ(Version(), "1") << bad.file << bad.more;
    EXPECT_EQ(Failures(), ++failures);
  }
  Describe("3", "reg_squarederror.json");
  Look();
  EXPECT_EQ(Version(), "3");
}

TEST_F(ModelFolderTest, WhatItsUserCannotUseLeavesTheOldVersionServing) {
  struct Picky final : ports::ModelUser {
    mutable int asked = 0;
    Status CanUse(const ports::Scorer& model) const override {
      ++asked;
      return model.identity().version == "2" ? Status(Fault::Unavailable("nobody has that input")) : Status();
    }
  } picky;
  folder_->AddUser(picky);
  Describe("1", "binary_logistic.json");
  Look();
  Describe("2", "reg_squarederror.json");
  Look();
  Look();  // nothing has changed: it is not read again
  EXPECT_EQ(Version(), "1");
  EXPECT_EQ(Failures(), 2);
  EXPECT_EQ(picky.asked, 2);
  Describe("3", "reg_squarederror.json");
  Look();
  EXPECT_EQ(Version(), "3");
}

TEST_F(ModelFolderTest, AModelWhoseFolderIsGoneIsGone) {
  Describe("1", "binary_logistic.json");
  Look();
  EXPECT_EQ(folder_->List().size(), 1u);
  ASSERT_TRUE(env_->files().Remove(root_ + "/delay/model.yaml").ok());
  Look();

  EXPECT_EQ(folder_->Pin("delay").code(), Code::kNotFound);
  EXPECT_EQ(folder_->List().size(), 0u);
}

TEST(Digest, IsSha256) { EXPECT_EQ(Sha256Hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"); }

}  // namespace
}  // namespace freshet::models
