-- '*' and again '*' over it: a row has an end before the machine's memory has one.
CREATE TABLE a0 (c INT) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '1');
CREATE VIEW a1 AS SELECT x.*, x.*, x.*, x.*, x.*, x.*, x.*, x.*, x.*, x.* FROM a0 AS x;
CREATE VIEW a2 AS SELECT x.*, x.*, x.*, x.*, x.*, x.*, x.*, x.*, x.*, x.* FROM a1 AS x;
CREATE VIEW a3 AS SELECT x.*, x.*, x.*, x.*, x.*, x.*, x.*, x.*, x.*, x.* FROM a2 AS x;
CREATE VIEW a4 AS SELECT x.*, x.*, x.*, x.*, x.*, x.*, x.*, x.*, x.*, x.* FROM a3 AS x;
CREATE VIEW a5 AS SELECT x.*, x.*, x.*, x.*, x.*, x.*, x.*, x.*, x.*, x.* FROM a4 AS x;
SELECT COUNT(*) AS n FROM a5;
/* expect error
a SELECT of more than 10000 columns; name those that are needed
*/
