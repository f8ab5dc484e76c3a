-- a VARIANT in state is forecast as 128 bytes, and its length
CREATE TABLE t (id INT, v VARIANT) WITH ('connector' = 'inline', 'format' = 'json', 'rows' = '');
EXPLAIN ESTIMATED_COST SELECT v, COUNT(*) AS n FROM t GROUP BY v;
EXPLAIN SELECT v['a'][1] AS x, JSON_STRING(v) AS s FROM t WHERE v IS NOT NULL;
DESCRIBE t;
/* expect printed
Sink(result=select_1)
  GroupAggregate(keys=[$0], calls=[COUNT(*)]), state=[205 B a key, for ever]
    Source(table=t, connector=inline, columns=[v])
Sink(result=select_1)
  Project(x=(ITEM (ITEM $0 'a') 1), s=(JSON_STRING $0))
    Filter((IS NOT NULL $0))
      Source(table=t, connector=inline, columns=[v])
id INT
v VARIANT
*/
