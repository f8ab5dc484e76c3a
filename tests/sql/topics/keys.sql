-- Key fields are read from the key where the value does not have them; a prefix is the table's alone.
CREATE TABLE users (key_id INT, key_region STRING, name STRING)
WITH ('connector' = 'kafka', 'topic' = 'users', 'key.format' = 'json', 'key.fields' = 'key_id;key_region', 'key.fields-prefix' = 'key_', 'value.format' = 'json',
  'value.fields-include' = 'EXCEPT_KEY', 'scan.startup.mode' = 'earliest-offset');
CREATE TABLE both_sides (id INT, name STRING) WITH ('connector' = 'kafka', 'topic' = 'users', 'key.format' = 'json', 'key.fields' = 'id', 'value.format' = 'json', 'scan.startup.mode' = 'earliest-offset');
CREATE TABLE keys_only (line STRING, name STRING) WITH ('connector' = 'kafka', 'topic' = 'users', 'key.format' = 'raw', 'key.fields' = 'line', 'value.format' = 'json', 'value.fields-include' = 'EXCEPT_KEY', 'scan.startup.mode' = 'earliest-offset');
INSERT INTO users VALUES (1, 'eu', 'ann'), (2, 'us', 'bob');
SELECT * FROM users;
SELECT id, name FROM both_sides;
SELECT line FROM keys_only;
/* expect select_1
{"key_id":1,"key_region":"eu","name":"ann"}
{"key_id":2,"key_region":"us","name":"bob"}
*/
/* expect select_2
{"id":null,"name":"ann"}
{"id":null,"name":"bob"}
*/
/* expect select_3
{"line":"{\"id\":1,\"region\":\"eu\"}"}
{"line":"{\"id\":2,\"region\":\"us\"}"}
*/
