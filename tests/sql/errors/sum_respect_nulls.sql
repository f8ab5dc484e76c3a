-- RESPECT NULLS belongs to LAG and LEAD
CREATE TABLE t (id INT, v INT) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '1,1');
SELECT SUM(v) RESPECT NULLS AS l FROM t;
/* expect error
RESPECT NULLS stands behind LAG and LEAD, not behind SUM
*/
