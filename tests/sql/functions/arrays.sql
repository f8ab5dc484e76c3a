-- functions on arrays: NULL elements, places out of range, order
SELECT
  ARRAY_DISTINCT(ARRAY[1,2,1,3,2]) AS a,
  ARRAY_DISTINCT(ARRAY[1,CAST(NULL AS INT),1,CAST(NULL AS INT)]) AS b,
  ARRAY_DISTINCT(CAST(NULL AS ARRAY<INT>)) AS c,
  ARRAY_POSITION(ARRAY['a','b'], 'b') AS d,
  ARRAY_POSITION(ARRAY['a','b'], 'c') AS e;
SELECT
  ARRAY_POSITION(ARRAY['a',CAST(NULL AS STRING)], CAST(NULL AS STRING)) AS a,
  ARRAY_POSITION(CAST(NULL AS ARRAY<STRING>), 'a') AS b,
  ARRAY_REMOVE(ARRAY[1,2,1], 1) AS c,
  ARRAY_REMOVE(ARRAY[1,CAST(NULL AS INT),2], CAST(NULL AS INT)) AS d,
  ARRAY_REMOVE(ARRAY[1,2], 5) AS e;
SELECT
  ARRAY_CONCAT(ARRAY[1,2], ARRAY[3]) AS a,
  ARRAY_CONCAT(ARRAY[1,2], ARRAY[3], ARRAY[4,5]) AS b,
  ARRAY_CONCAT(ARRAY[1,2], CAST(NULL AS ARRAY<INT>)) AS c,
  ARRAY_CONCAT(ARRAY[1], ARRAY[2.5]) AS d,
  ARRAY_CONCAT(ARRAY[1]) AS e;
SELECT
  ARRAY_APPEND(ARRAY[1,2], 3) AS a,
  ARRAY_APPEND(ARRAY[1,2], CAST(NULL AS INT)) AS b,
  ARRAY_APPEND(CAST(NULL AS ARRAY<INT>), 1) AS c,
  ARRAY_PREPEND(ARRAY[1,2], 0) AS d,
  ARRAY_SLICE(ARRAY[1,2,3,4], 2, 3) AS e;
SELECT
  ARRAY_SLICE(ARRAY[1,2,3,4], 2) AS a,
  ARRAY_SLICE(ARRAY[1,2,3,4], -2, -1) AS b,
  ARRAY_SLICE(ARRAY[1,2,3,4], -2) AS c,
  ARRAY_SLICE(ARRAY[1,2,3,4], 0, 2) AS d,
  ARRAY_SLICE(ARRAY[1,2,3,4], 3, 2) AS e;
SELECT
  ARRAY_SLICE(ARRAY[1,2,3,4], 2, 100) AS a,
  ARRAY_SLICE(ARRAY[1,2,3,4], 5, 6) AS b,
  ARRAY_SLICE(ARRAY[1,2,3,4], -10, 2) AS c,
  ARRAY_SLICE(ARRAY[1,2,3,4], 1, 0) AS d,
  ARRAY_SLICE(ARRAY[1,2,3,4], 2, CAST(NULL AS INT)) AS e;
SELECT
  ARRAY_SORT(ARRAY[3,1,2]) AS a,
  ARRAY_SORT(ARRAY[3,CAST(NULL AS INT),1]) AS b,
  ARRAY_SORT(ARRAY[3,CAST(NULL AS INT),1], FALSE) AS c,
  ARRAY_SORT(ARRAY[3,CAST(NULL AS INT),1], FALSE, TRUE) AS d,
  ARRAY_SORT(ARRAY[3,CAST(NULL AS INT),1], TRUE, FALSE) AS e;
SELECT
  ARRAY_SORT(ARRAY['b','a'], CAST(NULL AS BOOLEAN)) AS a,
  ARRAY_REVERSE(ARRAY[1,2,3]) AS b,
  ARRAY_REVERSE(CAST(NULL AS ARRAY<INT>)) AS c,
  ARRAY_UNION(ARRAY[1,2,2], ARRAY[2,3]) AS d,
  ARRAY_UNION(ARRAY[1,CAST(NULL AS INT)], ARRAY[CAST(NULL AS INT),3]) AS e;
SELECT
  ARRAY_EXCEPT(ARRAY[1,2,2,3], ARRAY[2]) AS a,
  ARRAY_EXCEPT(ARRAY[1,1,2], ARRAY[2]) AS b,
  ARRAY_EXCEPT(ARRAY[1,2], CAST(NULL AS ARRAY<INT>)) AS c,
  ARRAY_INTERSECT(ARRAY[1,1,2], ARRAY[1,1]) AS d,
  ARRAY_INTERSECT(ARRAY[1,CAST(NULL AS INT)], ARRAY[CAST(NULL AS INT)]) AS e;
SELECT
  ARRAY_MAX(ARRAY[1,CAST(NULL AS INT),3]) AS a,
  ARRAY_MIN(ARRAY['b','a']) AS b,
  ARRAY_MAX(ARRAY[CAST(NULL AS INT)]) AS c,
  ARRAY_JOIN(ARRAY['a',CAST(NULL AS STRING),'b'], ',') AS d,
  ARRAY_JOIN(ARRAY['a',CAST(NULL AS STRING),'b'], ',', 'x') AS e;
SELECT
  ARRAY_JOIN(ARRAY['a'], CAST(NULL AS STRING)) AS a,
  ARRAY_CONTAINS(ARRAY[1,CAST(NULL AS INT)], CAST(NULL AS INT)) AS b,
  ARRAY_CONTAINS(ARRAY[1,2], 2) AS c,
  ARRAY_CONTAINS(CAST(NULL AS ARRAY<INT>), 2) AS d,
  CARDINALITY(ARRAY[1,2]) AS e;
SELECT
  CARDINALITY(MAP['a',1]) AS a,
  CARDINALITY(CAST(NULL AS ARRAY<INT>)) AS b,
  ELEMENT(ARRAY[5]) AS c,
  ARRAY[ARRAY[1,2],ARRAY[3]][2][1] AS d,
  ARRAY['a','b'][2] AS e;

/* expect select_1
{"a":[1,2,3],"b":[1,null],"c":null,"d":2,"e":0}
*/
/* expect select_2
{"a":null,"b":null,"c":[2],"d":[1,2],"e":[1,2]}
*/
/* expect select_3
{"a":[1,2,3],"b":[1,2,3,4,5],"c":null,"d":["1.0","2.5"],"e":[1]}
*/
/* expect select_4
{"a":[1,2,3],"b":[1,2,null],"c":null,"d":[0,1,2],"e":[2,3]}
*/
/* expect select_5
{"a":[2,3,4],"b":[3,4],"c":[3,4],"d":[1,2],"e":[]}
*/
/* expect select_6
{"a":[2,3,4],"b":[],"c":[1,2],"d":[1],"e":null}
*/
/* expect select_7
{"a":[1,2,3],"b":[null,1,3],"c":[3,1,null],"d":[null,3,1],"e":[1,3,null]}
*/
/* expect select_8
{"a":null,"b":[3,2,1],"c":null,"d":[1,2,3],"e":[1,null,3]}
*/
/* expect select_9
{"a":[1,3],"b":[1],"c":null,"d":[1],"e":[null]}
*/
/* expect select_10
{"a":3,"b":"a","c":null,"d":"a,b","e":"a,x,b"}
*/
/* expect select_11
{"a":null,"b":true,"c":true,"d":null,"e":2}
*/
/* expect select_12
{"a":1,"b":null,"c":5,"d":3,"e":"b"}
*/
