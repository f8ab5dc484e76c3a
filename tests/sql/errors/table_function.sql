-- A table function that is not there is refused with what does the same.
-- flink differs, error: it knows no such function either
CREATE TABLE t (s STRING) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = 'a b');
SELECT s, w FROM t, LATERAL TABLE(SPLIT_IT(s)) AS u(w);
/* expect error
table function SPLIT_IT is not supported; known are TUMBLE, HOP, CUMULATE, SESSION, ML_PREDICT, TO_CHANGELOG and FROM_CHANGELOG; of a function that gives an ARRAY write CROSS JOIN UNNEST(f(x)) AS t(a)
*/
