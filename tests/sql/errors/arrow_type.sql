-- format arrow: type
CREATE TABLE t (id INT, v VARIANT) WITH ('connector' = 'filesystem', 'path' = 't', 'format' = 'arrow');
INSERT INTO t VALUES (1, PARSE_JSON('1'));
/* expect error
table t: arrow: column v: Arrow has no type for VARIANT; cast it to a type that it has, such as STRING
*/
