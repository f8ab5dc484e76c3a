-- A hint that asks for retries is refused by name.
CREATE TABLE t (a INT) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '1');
SELECT /*+ LOOKUP('table' = 't', 'retry-predicate' = 'lookup_miss') */ a FROM t;
/* expect error
hint LOOKUP: 'retry-predicate' is not supported
*/
