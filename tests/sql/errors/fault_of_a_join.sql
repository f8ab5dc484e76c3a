-- a condition of a join that cannot be computed says of which row, its key in front; a statement set, of which of its statements
CREATE TABLE t (price INT, id INT, pieces INT, PRIMARY KEY (id) NOT ENFORCED) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '
10,1,2
20,2,0
');
CREATE TABLE u (id INT, least INT) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '
2,3
');
CREATE TABLE o (id INT) WITH ('connector' = 'print');
CREATE TABLE p (id INT) WITH ('connector' = 'print');
EXECUTE STATEMENT SET BEGIN
INSERT INTO o SELECT id FROM u;
INSERT INTO p SELECT t.id FROM u JOIN t ON t.id = u.id AND t.price / t.pieces > u.least;
END;
/* expect error
line 11, column 1: division by zero; guard the divisor with NULLIF(x, 0); in (/ price pieces); operator Join(inner, keys=[$0=$1], where=(> (/ $2 $4) $1)) of p (line 13); row {"id":2,"price":20,"pieces":0}
*/
