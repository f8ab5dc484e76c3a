-- [CREATE OR] REPLACE TABLE AS declares a table anew, with the rows of its query; a materialized table is one that follows its query
CREATE TABLE o WITH ('connector' = 'print') AS SELECT 1 AS a;
CREATE OR REPLACE TABLE o WITH ('connector' = 'print') AS SELECT 2 AS b;
REPLACE TABLE o WITH ('connector' = 'print') AS SELECT 3 AS b;
CREATE OR REPLACE TABLE fresh WITH ('connector' = 'print') AS SELECT 'x' AS c;
CREATE MATERIALIZED TABLE m WITH ('connector' = 'print') FRESHNESS = INTERVAL '3' MINUTE REFRESH_MODE = CONTINUOUS AS SELECT 4 AS d;
DESCRIBE o;
DROP MATERIALIZED TABLE m;
/* expect printed
b INT NOT NULL
*/
