// kafkajs against a running house, whose Kafka door FRESHET_KAFKA names.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { CompressionTypes, Kafka, logLevel } from 'kafkajs';

const kafka = new Kafka({ brokers: [process.env.FRESHET_KAFKA], clientId: 'conformance', logLevel: logLevel.NOTHING });
const admin = kafka.admin();
await admin.connect();
after(() => admin.disconnect());

let topics = 0;
async function freshTopic(partitions) {
  const topic = `js-${process.pid}-${Date.now()}-${++topics}`;
  assert.equal(await admin.createTopics({ topics: [{ topic, numPartitions: partitions }] }), true);
  return topic;
}

const numbered = (name, count) => Array.from({ length: count }, (_, n) => `${name}-${String(n).padStart(5, '0')}`);

async function produce(topic, values, { producer = kafka.producer(), connected = false, ...options } = {}) {
  if (!connected) await producer.connect();
  await producer.send({ topic, messages: values.map((value) => ({ key: value, value })), ...options });
  if (!connected) await producer.disconnect();
}

// Reads until it has as many as wanted; sorted.
async function consume(topic, wanted, { groupId = `group-${topic}`, readUncommitted = false } = {}) {
  const consumer = kafka.consumer({ groupId, readUncommitted });
  await consumer.connect();
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  const values = [];
  await new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`${values.length} of ${wanted} came`)), 60_000);
    consumer.run({
      eachMessage: async ({ message }) => {
        values.push(message.value.toString());
        if (values.length < wanted) return;
        clearTimeout(late);
        resolve();
      },
    });
  });
  await consumer.disconnect();
  return values.sort();
}

test('plain and gzip batches come back as they were sent', async () => {
  for (const compression of [CompressionTypes.None, CompressionTypes.GZIP]) {
    const topic = await freshTopic(3);
    const values = numbered('v', 1000);
    await produce(topic, values, { compression });
    assert.deepEqual(await consume(topic, values.length), values);
  }
});

test('headers and times come back', async () => {
  const topic = await freshTopic(1);
  const producer = kafka.producer();
  await producer.connect();
  await producer.send({ topic, messages: [{ value: 'v', timestamp: '1700000000123', headers: { origin: 'EWR' } }] });
  await producer.disconnect();
  const consumer = kafka.consumer({ groupId: `group-${topic}` });
  await consumer.connect();
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  const message = await new Promise((resolve) => consumer.run({ eachMessage: async ({ message: came }) => resolve(came) }));
  await consumer.disconnect();
  assert.equal(message.timestamp, '1700000000123');
  assert.equal(message.headers.origin.toString(), 'EWR');
  assert.equal(message.key, null);
});

test('a group goes on where it stood, and its lag can be seen and reset', async () => {
  const topic = await freshTopic(2);
  await produce(topic, numbered('a', 100));
  assert.equal((await consume(topic, 100)).length, 100);
  await produce(topic, numbered('b', 50));
  assert.deepEqual(await consume(topic, 50), numbered('b', 50));
  const [committed] = await admin.fetchOffsets({ groupId: `group-${topic}`, topics: [topic] });
  assert.equal(committed.partitions.reduce((sum, partition) => sum + Number(partition.offset), 0), 150);
  await admin.resetOffsets({ groupId: `group-${topic}`, topic, earliest: true });
  assert.equal((await consume(topic, 150)).length, 150);
  await admin.deleteGroups([`group-${topic}`]);
});

test('idempotent producers and transactions', async () => {
  const topic = await freshTopic(2);
  const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1, transactionalId: `tx-${topic}` });
  await producer.connect();
  for (const [name, end] of [['kept', 'commit'], ['gone', 'abort'], ['also', 'commit']]) {
    const transaction = await producer.transaction();
    await transaction.send({ topic, messages: numbered(name, 20).map((value) => ({ value })) });
    await transaction[end]();
  }
  await producer.disconnect();
  assert.deepEqual(await consume(topic, 40), [...numbered('also', 20), ...numbered('kept', 20)]);
});

test('offsets are committed with a transaction', async () => {
  const topic = await freshTopic(1);
  const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1, transactionalId: `offsets-${topic}` });
  await producer.connect();
  const transaction = await producer.transaction();
  await transaction.sendOffsets({ consumerGroupId: `by-${topic}`, topics: [{ topic, partitions: [{ partition: 0, offset: '7' }] }] });
  await transaction.commit();
  await producer.disconnect();
  const [committed] = await admin.fetchOffsets({ groupId: `by-${topic}`, topics: [topic] });
  assert.equal(committed.partitions[0].offset, '7');
});

test('administration of topics', async () => {
  const topic = await freshTopic(1);
  assert.equal(await admin.createTopics({ topics: [{ topic }] }), false);
  await admin.createPartitions({ topicPartitions: [{ topic, count: 3 }] });
  await admin.alterConfigs({ validateOnly: false, resources: [{ type: 2, name: topic, configEntries: [{ name: 'retention.ms', value: '123456' }] }] });
  const { resources } = await admin.describeConfigs({ includeSynonyms: false, resources: [{ type: 2, name: topic }] });
  assert.equal(resources[0].configEntries.find((entry) => entry.configName === 'retention.ms').configValue, '123456');
  await produce(topic, numbered('r', 30));
  const ends = await admin.fetchTopicOffsets(topic);
  assert.equal(ends.length, 3);
  assert.equal(ends.reduce((sum, partition) => sum + Number(partition.high), 0), 30);
  const { topics: told } = await admin.fetchTopicMetadata({ topics: [topic] });
  assert.equal(told[0].partitions.length, 3);
  assert.ok((await admin.listTopics()).includes(topic));
  await admin.deleteTopics({ topics: [topic] });
  assert.ok(!(await admin.listTopics()).includes(topic));
});
