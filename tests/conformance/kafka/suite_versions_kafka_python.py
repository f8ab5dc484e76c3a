"""Every request in every version that the house advertises, valid and as small as it can be: written by kafka-python's codec, and the answer read whole by it.
Of each answer what it is there for is asked, too: records, offsets, generations, names; or, of a change, that it shows."""
import importlib
import struct
import unittest
import uuid

import house
import suite_raw

for module in ("admin", "consumer", "metadata", "producer", "sasl"):
    importlib.import_module(f"kafka.protocol.{module}")

from kafka.protocol.api_message import ApiMessage  # noqa: E402

MEMBER_ID_REQUIRED, ILLEGAL_SASL_STATE, UNACCEPTABLE_CREDENTIAL, UNKNOWN_TOPIC = 79, 34, 93, 3
OLD_RECORDS = 3   # versions of Produce below carry record layouts that ended with Kafka 4


def classes_below(base):
    for cls in base.__subclasses__():
        yield cls
        yield from classes_below(cls)


MESSAGES = {cls.__name__: cls for cls in classes_below(ApiMessage)}
REQUESTS = {cls.API_KEY: name.removesuffix("Request") for name, cls in MESSAGES.items() if name.endswith("Request")}


def filled(owner, values, version):
    """The arguments of a message: structs in lists become what kafka-python calls them; fields that a version lacks are left out."""
    fields = {field.name: field for field in owner._fields if field.for_version_q(version)}
    out = {}
    for name, value in values.items():
        if name not in fields:
            continue
        field = fields[name]
        if field.is_struct_array() and value is not None:
            value = [field.data_class(version=version, **filled(field.array_of, one, version)) for one in value]
        out[name] = value
    return out


def error_codes(value):
    """All that an answer says, at any depth."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if name.endswith("error_code"):
                yield inner
            yield from error_codes(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from error_codes(inner)


class World:
    """What requests are about: a topic with one record, a group with one member, a transaction that is open. New for each request, so that none depends on another."""

    def __init__(self):
        self.connection = suite_raw.Connection()
        self.topic = house.fresh_topic("versions")
        suite_raw.create(self.topic)
        self.connection.send(suite_raw.produce(self.topic, b"value"))
        self.connection.answer()
        self.topic_id = self.ask("Metadata", 12, {"topics": [{"topic_id": uuid.UUID(int=0), "name": self.topic}]})["topics"][0]["topic_id"]
        self.group, self.transaction = f"group-{self.topic}", f"transaction-{self.topic}"
        self.partition = [{"topic": self.topic, "topic_id": self.topic_id, "name": self.topic, "partitions": [0], "partition_indexes": [0]}]

    def ask(self, api, version, values):
        """The answer as a dictionary. It is read whole: what was read, written again, is what came."""
        request = MESSAGES[f"{api}Request"]
        message = request(version=version, **filled(request._struct, values, version))
        message.with_header(correlation_id=version + 1, client_id="versions")
        self.connection.send(bytes(message.encode(version=version, header=True, framed=True)))
        size = struct.unpack(">i", self.connection.exactly(4))[0]
        frame = self.connection.exactly(size)
        return self.read(api, version, frame)

    @staticmethod
    def read(api, version, frame):
        response = MESSAGES[f"{api}Response"]
        assert struct.unpack(">i", frame[:4])[0] == version + 1, "an answer to another request"
        has_tags = response.flexible_version_q(version) and api != "ApiVersions"
        body = frame[5:] if has_tags else frame[4:]
        answer = response.decode(body, version=version)
        answer._header = None  # as of one that was made, not read
        again = bytes(answer.encode(version=version))
        assert again == body, f"{api} {version}: read {again.hex()} of {body.hex()}"
        return answer.to_dict(json=False)

    def join(self):
        joining = {"group_id": self.group, "session_timeout_ms": 30000, "rebalance_timeout_ms": 30000, "member_id": "", "protocol_type": "consumer",
                   "protocols": [{"name": "range", "metadata": b""}]}
        joined = self.ask("JoinGroup", 2, joining)
        self.member = {"group_id": self.group, "generation_id": joined["generation_id"], "generation_id_or_member_epoch": joined["generation_id"],
                       "member_id": joined["member_id"]}
        self.ask("SyncGroup", 1, {**self.member, "assignments": [{"member_id": joined["member_id"], "assignment": b"all"}]})
        return self.member

    def commit(self):
        self.ask("OffsetCommit", 2, {"group_id": self.group, "generation_id_or_member_epoch": -1, "member_id": "", "topics": self.offsets()})
        return self.group

    def offsets(self):
        return [{"name": self.topic, "partitions": [{"partition_index": 0, "committed_offset": 1, "committed_metadata": ""}]}]

    def producer(self):
        inited = self.ask("InitProducerId", 1, {"transactional_id": self.transaction, "transaction_timeout_ms": 60000})
        ids = {"producer_id": inited["producer_id"], "producer_epoch": inited["producer_epoch"]}
        return {"transactional_id": self.transaction, **ids, "v3_and_below_transactional_id": self.transaction,
                "v3_and_below_producer_id": ids["producer_id"], "v3_and_below_producer_epoch": ids["producer_epoch"]}

    def added(self):
        producer = self.producer()
        self.ask("AddPartitionsToTxn", 1, {**producer, "v3_and_below_topics": self.partition})
        return producer

    def with_offsets(self):
        producer = self.producer()
        self.ask("AddOffsetsToTxn", 1, {**producer, "group_id": self.group})
        return producer

    def new_topic(self):
        return [{"name": house.fresh_topic("made"), "num_partitions": 1, "replication_factor": 1}]


def of_partition(world, **values):
    return [{"name": world.topic, "topic": world.topic, "topic_id": world.topic_id, "partitions": [values]}]


def configs(world, **extra):
    return [{"resource_type": 2, "resource_name": world.topic, "configs": [{"name": "retention.ms", "value": "1000000", **extra}]}]


# By request: what to send, given the world and the version; and which error codes its answer has, 0 where nothing is said.
NONE = {0}
TABLE = {
    "Produce": lambda w, v: ({"acks": -1, "timeout_ms": 5000, "topic_data": [{"name": w.topic, "partition_data": [{"index": 0, "records": suite_raw.batch(b"more")}]}]}, NONE),
    "Fetch": lambda w, v: ({"replica_id": -1, "max_wait_ms": 0, "min_bytes": 1, "max_bytes": 1 << 20, "session_id": 0, "session_epoch": -1,
                            "topics": of_partition(w, partition=0, fetch_offset=0, partition_max_bytes=1 << 20)}, NONE),
    "ListOffsets": lambda w, v: ({"replica_id": -1, "topics": of_partition(w, partition_index=0, timestamp=-1)}, NONE),
    "Metadata": lambda w, v: ({"topics": [{"topic_id": uuid.UUID(int=0), "name": w.topic}]}, NONE),
    "OffsetCommit": lambda w, v: ({**w.join(), "topics": w.offsets()}, NONE),
    "OffsetFetch": lambda w, v: ({"group_id": w.commit(), "topics": w.partition, "groups": [{"group_id": w.group, "topics": w.partition}]}, NONE),
    "FindCoordinator": lambda w, v: ({"key": w.group, "coordinator_keys": [w.group]}, NONE),
    "JoinGroup": lambda w, v: ({"group_id": w.group, "session_timeout_ms": 30000, "rebalance_timeout_ms": 30000, "member_id": "", "protocol_type": "consumer",
                                "protocols": [{"name": "range", "metadata": b""}]}, NONE if v < 4 else {MEMBER_ID_REQUIRED}),
    "Heartbeat": lambda w, v: (w.join(), NONE),
    "LeaveGroup": lambda w, v: ({**w.join(), "members": [{"member_id": w.member["member_id"]}]}, NONE),
    "SyncGroup": lambda w, v: ({**w.join(), "protocol_type": "consumer", "protocol_name": "range"}, NONE),
    "DescribeGroups": lambda w, v: ({"groups": [w.commit()]}, NONE),
    "ListGroups": lambda w, v: ({"group_id": w.commit()}, NONE),
    "OffsetDelete": lambda w, v: ({"group_id": w.commit(), "topics": of_partition(w, partition_index=0)}, NONE),
    "DeleteGroups": lambda w, v: ({"groups_names": [w.commit()]}, NONE),
    "SaslHandshake": lambda w, v: ({"mechanism": "PLAIN"}, {ILLEGAL_SASL_STATE}),  # the house is open: nobody needs to say who he is
    "SaslAuthenticate": lambda w, v: ({"auth_bytes": b"unasked"}, {ILLEGAL_SASL_STATE}),
    "ApiVersions": lambda w, v: ({"client_software_name": "versions", "client_software_version": "1"}, NONE),
    "CreateTopics": lambda w, v: ({"topics": w.new_topic(), "timeout_ms": 5000}, NONE),
    "DeleteTopics": lambda w, v: ({"topic_names": [w.topic], "topics": [{"name": w.topic, "topic_id": uuid.UUID(int=0)}], "timeout_ms": 5000}, NONE),
    "DeleteRecords": lambda w, v: ({"topics": of_partition(w, partition_index=0, offset=1), "timeout_ms": 5000}, NONE),
    "InitProducerId": lambda w, v: ({"transactional_id": None, "transaction_timeout_ms": 60000, "producer_id": -1, "producer_epoch": -1}, NONE),
    "OffsetForLeaderEpoch": lambda w, v: ({"replica_id": -1, "topics": of_partition(w, partition=0, current_leader_epoch=-1, leader_epoch=0)}, NONE),
    "AddPartitionsToTxn": lambda w, v: ({**w.producer(), "v3_and_below_topics": w.partition}, NONE),
    "AddOffsetsToTxn": lambda w, v: ({**w.producer(), "group_id": w.group}, NONE),
    "EndTxn": lambda w, v: ({**w.added(), "committed": True}, NONE),
    "TxnOffsetCommit": lambda w, v: ({**w.with_offsets(), "group_id": w.group, "generation_id": -1, "member_id": "", "topics": w.offsets()}, NONE),
    "DescribeConfigs": lambda w, v: ({"resources": [{"resource_type": 2, "resource_name": w.topic, "configuration_keys": None}]}, NONE),
    "AlterConfigs": lambda w, v: ({"resources": configs(w), "validate_only": False}, NONE),
    "IncrementalAlterConfigs": lambda w, v: ({"resources": configs(w, config_operation=0), "validate_only": False}, NONE),
    "DescribeLogDirs": lambda w, v: ({"topics": w.partition}, NONE),
    "CreatePartitions": lambda w, v: ({"topics": [{"name": w.topic, "count": 9, "assignments": None}], "timeout_ms": 5000, "validate_only": False}, NONE),
    "DescribeClientQuotas": lambda w, v: ({"components": [], "strict": False}, NONE),
    "DescribeUserScramCredentials": lambda w, v: ({"users": None}, NONE),
    "AlterUserScramCredentials": lambda w, v: ({"deletions": [{"name": w.group, "mechanism": 1}], "upsertions": []}, {UNACCEPTABLE_CREDENTIAL}),  # an open house makes no identities
    "DescribeCluster": lambda w, v: ({"include_cluster_authorized_operations": False}, NONE),
    "DescribeProducers": lambda w, v: ({"topics": w.partition}, NONE),
    "DescribeTransactions": lambda w, v: ({"transactional_ids": [w.added()["transactional_id"]]}, NONE),
    "ListConfigResources": lambda w, v: ({"resource_types": [2, 4]}, NONE),
    "ListTransactions": lambda w, v: ({"state_filters": [w.added() and "Ongoing"], "producer_id_filters": []}, NONE),
}


def joined_again(world, answer, version):
    """From version 4 on a member is told its id first, and comes in with that."""
    if version >= 4:
        values, _ = TABLE["JoinGroup"](world, version)
        answer = world.ask("JoinGroup", version, {**values, "member_id": answer["member_id"]})
    return answer["error_code"], answer["generation_id"], answer["leader"], [member["member_id"] for member in answer["members"]]


def config(world, name):
    values, _ = TABLE["DescribeConfigs"](world, 1)
    return next(one["value"] for one in world.ask("DescribeConfigs", 1, values)["results"][0]["configs"] if one["name"] == name)


def of_topic(world):
    return described(world, world.topic)


def described(world, name):
    return world.ask("Metadata", 4, {"topics": [{"name": name}], "allow_auto_topic_creation": False})["topics"][0]


def state_of(world):
    return world.ask("DescribeTransactions", 0, {"transactional_ids": [world.transaction]})["transaction_states"][0]["transaction_state"]


def committed(world, answer=None, version=1):
    if answer is None:
        answer = world.ask("OffsetFetch", 1, {"group_id": world.group, "topics": world.partition})
    topics = answer["groups"][0]["topics"] if version >= 8 else answer["topics"]
    return topics[0]["partitions"][0]["committed_offset"]


def first(answer, *names):
    """The first of a list, of a field of that, and so on."""
    for name in names:
        answer = answer[name]
        if isinstance(answer, list):
            answer = answer[0]
    return answer


PORT = int(house.ADDRESS.rpartition(":")[2])
# By request: what is looked for in its answer (or behind it), and what that is. Those of Heartbeat, SASL and AddOffsetsToTxn say no more than their error.
FIELDS = {
    "Produce": lambda w, a, v: (first(a, "responses", "partition_responses", "base_offset"), 1),
    "Fetch": lambda w, a, v: (b"value" in bytes(first(a, "responses", "partitions")["records"]) and first(a, "responses", "partitions", "high_watermark"), 1),
    "ListOffsets": lambda w, a, v: (first(a, "topics", "partitions", "offset"), 1),
    "Metadata": lambda w, a, v: ((first(a, "topics", "name"), first(a, "topics", "partitions", "leader_id"), first(a, "brokers", "port")), (w.topic, first(a, "brokers", "node_id"), PORT)),
    "OffsetCommit": lambda w, a, v: (committed(w), 1),
    "OffsetFetch": lambda w, a, v: (committed(w, a, v), 1),
    "FindCoordinator": lambda w, a, v: (first(a, "coordinators", "port") if v >= 4 else a["port"], PORT),
    "JoinGroup": lambda w, a, v: (joined_again(w, a, v), (0, 1, a["member_id"], [a["member_id"]])),
    "LeaveGroup": lambda w, a, v: (w.ask("DescribeGroups", 0, {"groups": [w.group]})["groups"][0]["members"], []),
    "SyncGroup": lambda w, a, v: (bytes(a["assignment"]), b"all"),
    "DescribeGroups": lambda w, a, v: ((first(a, "groups", "group_id"), first(a, "groups", "group_state")), (w.group, "Empty")),
    "ListGroups": lambda w, a, v: (w.group in [one["group_id"] for one in a["groups"]], True),
    "OffsetDelete": lambda w, a, v: (committed(w), -1),
    "DeleteGroups": lambda w, a, v: (first(a, "results", "group_id"), w.group),
    "ApiVersions": lambda w, a, v: ({row["api_key"] for row in a["api_keys"]} == {int(MESSAGES[f"{api}Request"].API_KEY) for api in TABLE}, True),
    "CreateTopics": lambda w, a, v: (described(w, first(a, "topics", "name"))["error_code"], 0),
    "DeleteTopics": lambda w, a, v: (of_topic(w)["error_code"], UNKNOWN_TOPIC),
    "DeleteRecords": lambda w, a, v: (first(a, "topics", "partitions", "low_watermark"), 1),
    "InitProducerId": lambda w, a, v: ((a["producer_id"] >= 0, a["producer_epoch"]), (True, 0)),
    "OffsetForLeaderEpoch": lambda w, a, v: (first(a, "topics", "partitions", "end_offset"), 1),
    "AddPartitionsToTxn": lambda w, a, v: (state_of(w), "Ongoing"),
    "EndTxn": lambda w, a, v: (state_of(w), "CompleteCommit"),
    "TxnOffsetCommit": lambda w, a, v: (first(a, "topics", "name"), w.topic),
    "DescribeConfigs": lambda w, a, v: (next(one["value"] for one in first(a, "results")["configs"] if one["name"] == "retention.ms"), "604800000"),
    "AlterConfigs": lambda w, a, v: (config(w, "retention.ms"), "1000000"),
    "IncrementalAlterConfigs": lambda w, a, v: (config(w, "retention.ms"), "1000000"),
    "DescribeLogDirs": lambda w, a, v: (first(a, "results", "topics", "partitions", "partition_size") > 60, True),
    "CreatePartitions": lambda w, a, v: (len(of_topic(w)["partitions"]), 9),
    "DescribeClientQuotas": lambda w, a, v: (a["entries"], []),
    "DescribeUserScramCredentials": lambda w, a, v: (a["results"], []),
    "AlterUserScramCredentials": lambda w, a, v: (first(a, "results", "user"), w.group),
    "DescribeCluster": lambda w, a, v: (first(a, "brokers", "port"), PORT),
    "DescribeProducers": lambda w, a, v: ((first(a, "topics", "name"), first(a, "topics", "partitions")["active_producers"]), (w.topic, [])),
    "DescribeTransactions": lambda w, a, v: (first(a, "transaction_states", "transaction_state"), "Ongoing"),
    "ListConfigResources": lambda w, a, v: (v == 0 or w.topic in [one["resource_name"] for one in a["config_resources"]], True),
    "ListTransactions": lambda w, a, v: (w.transaction in [one["transactional_id"] for one in a["transaction_states"]], True),
}


class Versions(unittest.TestCase):
    def test_every_advertised_version_of_every_request_answers_what_it_should(self):
        advertised = World().ask("ApiVersions", 3, {"client_software_name": "versions", "client_software_version": "1"})["api_keys"]
        asked = 0
        for row in advertised:
            api = REQUESTS[row["api_key"]]
            for version in range(row["min_version"], row["max_version"] + 1):
                if api == "Produce" and version < OLD_RECORDS:
                    continue
                with self.subTest(api=api, version=version):
                    world = World()
                    values, expected = TABLE[api](world, version)
                    answer = world.ask(api, version, values)
                    self.assertEqual(set(error_codes(answer)) or {0}, expected, answer)
                    if api in FIELDS:
                        found, wanted = FIELDS[api](world, answer, version)
                        self.assertEqual(found, wanted, answer)
                    asked += 1
                    world.connection.socket.close()
        self.assertEqual(len(advertised), len(TABLE), "a request is advertised that this table does not know, or the other way round")
        print(f"{len(advertised)} requests, {asked} versions")

    def test_record_layouts_that_ended_with_kafka_4_are_refused(self):
        for version in range(OLD_RECORDS):
            connection = suite_raw.Connection()
            connection.send(suite_raw.frame(0, version, 1, struct.pack(">hii", -1, 5000, 0)))
            self.assertTrue(connection.ended(), version)


if __name__ == "__main__":
    unittest.main()
