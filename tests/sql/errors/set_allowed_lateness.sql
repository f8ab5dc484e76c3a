-- no time is what there is
-- flink differs, error: it has that for the older windows
SET 'table.exec.emit.allow-lateness' = '0 s';
SET 'table.exec.emit.allow-lateness' = '1 min';
/* expect error
SET 'table.exec.emit.allow-lateness' = '1 min' is not supported: a window gives its rows once; let the WATERMARK lag by as much as rows come late
*/
