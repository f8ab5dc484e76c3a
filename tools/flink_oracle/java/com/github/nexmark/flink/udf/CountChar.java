package com.github.nexmark.flink.udf;

import org.apache.flink.table.functions.ScalarFunction;

/** How often a character stands in a text, under the name by which Nexmark's q14 asks for it. */
public final class CountChar extends ScalarFunction {
  public long eval(String text, String wanted) {
    if (text == null || wanted == null || wanted.isEmpty()) return 0;
    return text.chars().filter(c -> c == wanted.charAt(0)).count();
  }
}
