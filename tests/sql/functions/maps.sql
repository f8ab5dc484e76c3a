-- functions on maps: equal keys, missing keys
SELECT
  MAP_KEYS(MAP['a',1,'b',2]) AS a,
  MAP_VALUES(MAP['a',1,'b',2]) AS b,
  MAP_FROM_ARRAYS(ARRAY['a','b'], ARRAY[1,2]) AS c,
  MAP_FROM_ARRAYS(ARRAY['a','a'], ARRAY[1,2]) AS d,
  MAP_UNION(MAP['a',1,'b',2], MAP['b',3,'c',4]) AS e;
SELECT
  MAP_UNION(MAP['a',1], CAST(NULL AS MAP<STRING,INT>)) AS a,
  MAP['a',1]['a'] AS b,
  MAP['a',1,'a',2] AS c,
  MAP['a',1,'a',2]['a'] AS d,
  MAP[1,'x'][1] AS e;

/* expect select_1
{"a":["a","b"],"b":[1,2],"c":[["a",1],["b",2]],"d":[["a",2]],"e":[["a",1],["b",3],["c",4]]}
*/
/* expect select_2
{"a":null,"b":1,"c":[["a",2]],"d":2,"e":"x"}
*/
