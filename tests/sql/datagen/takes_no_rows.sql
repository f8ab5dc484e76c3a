-- datagen takes no rows
CREATE TABLE made (id BIGINT) WITH ('connector' = 'datagen', 'number-of-rows' = '10');
INSERT INTO made VALUES (1);
/* expect error
table made: connector datagen makes rows, it takes none; write into blackhole, print or a topic
*/
