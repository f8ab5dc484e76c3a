"""DuckDB reads what `freshet run` wrote. Its Iceberg reader is an extension that is fetched from the network: where it is
there it reads the table, elsewhere DuckDB reads the data files that the table names."""

import unittest

import duckdb
from lake import Lake


class DuckDb(Lake):
    def setUp(self):
        super().setUp()
        self.run_sql(self.table("t", "k STRING, v INT, amount DECIMAL(10, 2), seen TIMESTAMP(3)", "PARTITIONED BY (k)")
                     + """INSERT INTO t VALUES ('a', 1, CAST(1.25 AS DECIMAL(10, 2)), TIMESTAMP '2026-11-23 10:00:00.5'), ('b', 2, CAST(NULL AS DECIMAL(10, 2)), CAST(NULL AS TIMESTAMP(3))),
                     ('a', 3, CAST(-0.25 AS DECIMAL(10, 2)), TIMESTAMP '1969-12-31 23:59:59.999');""")
        self.duckdb = duckdb.connect()

    def test_reads_the_data_files_that_the_table_names(self):
        files = [file.file_path for file in self.data_files("t")]
        rows = self.duckdb.execute("SELECT k, count(*), sum(v), sum(amount)::VARCHAR, max(seen)::VARCHAR FROM read_parquet($1) GROUP BY k ORDER BY k", [files]).fetchall()
        self.assertEqual(rows, [("a", 2, 4, "1.00", "2026-11-23 10:00:00.5"), ("b", 1, 2, None, None)])

    def test_reads_the_table(self):
        try:
            self.duckdb.execute("LOAD iceberg")
        except duckdb.Error as why:
            self.skipTest(f"DuckDB's iceberg extension is not installed here: {str(why).splitlines()[0]}")
        rows = self.duckdb.execute("SELECT k, v FROM iceberg_scan($1) ORDER BY v", [str(self.folder("t"))]).fetchall()
        self.assertEqual(rows, [("a", 1), ("b", 2), ("a", 3)])


if __name__ == "__main__":
    unittest.main()
