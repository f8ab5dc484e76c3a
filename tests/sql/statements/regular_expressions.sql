-- REGEXP, REGEXP_EXTRACT and REGEXP_REPLACE; no match and an unmatched group are NULL; a VARCHAR of no length takes any.
CREATE TABLE t (url STRING) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '
https://a.b/c?x=1&channel_id=77
https://a.b/c
');
CREATE TABLE short (url VARCHAR) WITH ('connector' = 'print');
INSERT INTO short SELECT url FROM t WHERE REGEXP(url, 'channel');
SELECT REGEXP_EXTRACT(url, '(&|^)channel_id=([^&]*)', 2) AS id, REGEXP_EXTRACT(url, '^[a-z]+') AS scheme, REGEXP_REPLACE(url, '[0-9]', '#') AS hidden FROM t;
/* expect short
{"url":"https://a.b/c?x=1&channel_id=77"}
*/
/* expect select_1
{"id":"77","scheme":"https","hidden":"https://a.b/c?x=#&channel_id=##"}
{"id":null,"scheme":"https","hidden":"https://a.b/c"}
*/
