-- ON CONFLICT DO NOTHING is refused by name.
CREATE TABLE t (a INT) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '1');
CREATE TABLE o (a INT, PRIMARY KEY (a) NOT ENFORCED) WITH ('connector' = 'print'); INSERT INTO o SELECT a FROM t ON CONFLICT DO NOTHING;
/* expect error
ON CONFLICT DO NOTHING is not supported; DO DEDUPLICATE
*/
