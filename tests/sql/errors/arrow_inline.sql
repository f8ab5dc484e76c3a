-- format arrow: no lines
CREATE TABLE t (v INT) WITH ('connector' = 'inline', 'format' = 'arrow', 'rows' = '1');
SELECT v FROM t;
/* expect error
table t: records of format arrow are no lines; read a file of them, 'connector' = 'filesystem'
*/
