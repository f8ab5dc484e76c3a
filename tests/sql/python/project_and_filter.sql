-- A call of Python becomes a column below its expression; what can be told without it is asked first, equal calls are one, NULL goes in as it is.
-- not for flink: Python functions need PyFlink
CREATE TEMPORARY FUNCTION twice AS 'samples.twice' LANGUAGE PYTHON;
CREATE TEMPORARY SYSTEM FUNCTION IF NOT EXISTS even AS 'samples.even' LANGUAGE PYTHON;
CREATE FUNCTION IF NOT EXISTS twice AS 'samples.even' LANGUAGE PYTHON;
CREATE TABLE t (id INT, v INT) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = 'NULL', 'rows' = '
1,10
2,NULL
3,7
999,1
');
SELECT id, twice(v) AS two, twice(v) + 1 AS more, twice(twice(v) + 1) AS four, twice(id * 2) AS x FROM t;
SELECT id FROM t WHERE even(id) AND id < 100 AND v > twice(1);
EXPLAIN SELECT id, twice(twice(v) + 1) + twice(v) AS y FROM t WHERE NOT even(id) AND v < 9;
/* expect select_1
{"id":1,"two":20,"more":21,"four":42,"x":4}
{"id":2,"two":null,"more":null,"four":null,"x":8}
{"id":3,"two":14,"more":15,"four":30,"x":12}
{"id":999,"two":2,"more":3,"four":6,"x":3996}
*/
/* expect select_2
*/
/* expect printed
Sink(result=select_3)
  Project(id=$0, y=(+ $3 $1))
    PythonCalls(TWICE:samples.twice@0123456789ab($2))
      Project(id=$0, called$3=$2, given$4=(+ $2 1))
        PythonCalls(TWICE:samples.twice@0123456789ab($1))
          Project(id=$0, given$2=(CAST BIGINT $1))
            Filter((NOT $3))
              PythonCalls(EVEN:samples.even@00($2))
                Project(id=$0, v=$1, given$2=(CAST BIGINT $0))
                  Filter((< $1 9))
                    Source(table=t, connector=inline, columns=[id, v])
*/
