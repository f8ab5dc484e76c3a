-- functions that no other case calls: CEILING, COSH, RAND, RAND_INTEGER, UUID
SELECT CEILING(1.2) AS c, CEILING(-1.2e0) AS n, COSH(0e0) AS h, ROUND(COSH(1e0), 6) AS o FROM (VALUES (1)) AS t (a);
SELECT RAND() BETWEEN 0 AND 1 AS r, RAND_INTEGER(10) BETWEEN 0 AND 9 AS i, CHAR_LENGTH(UUID()) AS u, UUID() SIMILAR TO '[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}' AS v FROM (VALUES (1), (2)) AS t (a);
/* expect select_1
{"c":"2","n":-1.0,"h":1.0,"o":1.543081}
*/
/* expect select_2
{"r":true,"i":true,"u":36,"v":true}
{"r":true,"i":true,"u":36,"v":true}
*/
