import assert from "node:assert/strict";
import { test } from "node:test";

import { indented } from "./indented.ts";

test("tokens stay as they were, on lines of their own", () => {
  assert.equal(indented('{"n":12345678901234567890,"s":"a,{\\"}","l":[1.10,[]],"o":{}}'), '{\n  "n": 12345678901234567890,\n  "s": "a,{\\"}",\n  "l": [\n    1.10,\n    []\n  ],\n  "o": {}\n}');
  assert.equal(indented("7"), "7");
});
