-- A misspelt option of a field is told with the nearest
CREATE TABLE made (id BIGINT) WITH ('connector' = 'datagen', 'fields.id.mn' = '1');
SELECT id FROM made;
/* expect error
table made: connector datagen has no option 'fields.id.mn'; did you mean 'fields.id.min'?
*/
