#include "control/guard/open_guard.h"

#include <gtest/gtest.h>

namespace freshet::guard {
namespace {

TEST(OpenGuard, AdmitsTheAnonymousPrincipalAndNobodyElse) {
  OpenGuard guard;
  Ctx nobody, somebody, other_tenant;
  somebody.principal = std::make_shared<io::Principal>(io::Principal{.name = "eve"});
  other_tenant.principal = std::make_shared<io::Principal>(io::Principal{.tenant = "other"});
  ports::Access access{"kafka", "Produce", ports::Action::kWrite};

  EXPECT_TRUE(guard.Admit(nobody, access).ok());
  EXPECT_EQ(guard.Admit(somebody, access).code(), Code::kPermissionDenied);
  EXPECT_EQ(guard.Admit(other_tenant, access).code(), Code::kPermissionDenied);
}

}  // namespace
}  // namespace freshet::guard
