"""A warehouse folder that `freshet run` writes, and the ways its readers open it."""

import os
import pathlib
import subprocess
import tempfile
import unittest

BINARY = str(pathlib.Path(os.environ.get("FRESHET_BUILD", "build"), "freshet").resolve())


class Lake(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = pathlib.Path(folder.name)
        self.warehouse = self.path / "warehouse"

    def run_sql(self, sql, fails=False):
        script = self.path / "q.sql"
        script.write_text(sql)
        done = subprocess.run([BINARY, "run", str(script)], capture_output=True, text=True, check=False, timeout=120)
        self.assertEqual(done.returncode != 0, fails, done.stdout + done.stderr)
        return done.stderr

    def table(self, name, columns, more="", options=""):
        """CREATE TABLE for one table of the warehouse."""
        return f"""CREATE TABLE {name} ({columns}) {more} WITH ('connector' = 'iceberg', 'catalog-type' = 'hadoop', 'catalog-name' = 'lake',
            'warehouse' = '{self.warehouse}', 'catalog-database' = 'db', 'catalog-table' = '{name}' {options});\n"""

    def folder(self, name):
        return self.warehouse / "db" / name

    def load(self, name):
        """As pyiceberg finds it: by the version hint of the folder."""
        from pyiceberg.table import StaticTable

        return StaticTable.from_metadata(str(self.folder(name)))

    def data_files(self, name):
        return [task.file for task in self.load(name).scan().plan_files()]
