-- a setting that takes one of some words is refused with another one
SET 'table.exec.sink.upsert-materialize' = 'sometimes';
/* expect error
SET 'table.exec.sink.upsert-materialize' = 'sometimes': it takes one of AUTO NONE FORCE
*/
