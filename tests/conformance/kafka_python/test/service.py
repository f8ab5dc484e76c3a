"""Stands for the module of kafka-python's tests that its distribution leaves out: a broker that runs already. None is started here."""


class ExternalService:
    def __init__(self, host, port):
        self.host, self.port = host, port

    def stop(self):
        pass

    def dump_logs(self):
        pass


class SpawnedService:
    def __init__(self, *_):
        raise RuntimeError("this test starts a broker of its own; name it in left_out.tsv")
