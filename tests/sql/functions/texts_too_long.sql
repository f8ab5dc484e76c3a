-- what would be longer than 16 MiB is NULL; places of an empty text are found at once
-- flink differs, select_1: it makes the text, or ends for want of memory
SELECT CHAR_LENGTH(REPLACE(REPEAT('a', 1000000), 'a', REPEAT('b', 1000))) AS r, INSTR('abc', '', 1, 2147483647) AS i, PARSE_URL(CONCAT('http://h', REPEAT('/.', 200000), '/x/../y'), 'PATH') AS p;
/* expect select_1
{"r":null,"i":4,"p":"/y"}
*/
