-- names of expressions count the columns before them
SELECT *, a + 1, a + 2 AS x, a + 3 FROM (VALUES (1, 2)) AS v (a, b);
/* expect select_1
{"a":1,"b":2,"EXPR$2":2,"x":3,"EXPR$4":4}
*/
