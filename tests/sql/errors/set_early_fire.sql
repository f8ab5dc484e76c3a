-- a setting that would change rows is refused, not kept
-- flink differs, error: it has that for the older windows
SET 'table.exec.emit.early-fire.enabled' = 'true';
/* expect error
SET 'table.exec.emit.early-fire.enabled' = 'true': it takes one of FALSE; a window gives its rows once, when the watermark passes its end
*/
