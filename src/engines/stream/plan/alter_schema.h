#pragma once

#include "engines/stream/plan/catalog.h"

namespace freshet::stream {

// ALTER TABLE … ADD, MODIFY, DROP and RENAME: what the table declares, changed. What another part of the declaration looks at stays, and is named in the Fault.
Status AlterSchema(Table& table, const sql::Alter& alter);

}  // namespace freshet::stream
