-- a ROW of csv with fewer fields than its type
CREATE TABLE t (id INT, r ROW<a INT, b STRING>) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '1,1');
SELECT * FROM t;
/* expect error
csv: column r: '1' is not a ROW<`a` INT, `b` STRING> in 1,1
*/
