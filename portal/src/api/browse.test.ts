import assert from "node:assert/strict";
import { test } from "node:test";

import { queryOf, timeOf, type Wish } from "./browse.ts";

const wish: Wish = { partition: "", begin: "newest", place: "", key: "", schema: "" };

test("a search says only what was wished", () => {
  assert.equal(queryOf(wish, 50), "limit=50");
  assert.equal(queryOf({ ...wish, partition: "2", begin: "offset", place: " 17 " }, 5), "limit=5&partition=2&offset=17");
  assert.equal(queryOf({ ...wish, key: "a&b", begin: "earliest" }, 5), "limit=5&from=earliest&key=a%26b");
  assert.equal(queryOf({ ...wish, begin: "time", place: "1970-01-01 00:00:01" }, 5), "limit=5&time_ms=1000");
});

test("times are of UTC unless they say their zone", () => {
  assert.equal(timeOf("1970-01-01T00:00:01"), 1000);
  assert.equal(timeOf("1970-01-01T01:00:00+01:00"), 0);
  assert.throws(() => timeOf("yesterday"), /'yesterday' is no time/);
});
