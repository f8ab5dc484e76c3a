// franz-go against a running house, whose Kafka door FRESHET_KAFKA names: the client that Go programs mostly use.
package conformance

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sort"
	"strings"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
)

const patience = 60 * time.Second

func within(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	t.Cleanup(cancel)
	return ctx
}

func client(t *testing.T, options ...kgo.Opt) *kgo.Client {
	t.Helper()
	made, err := kgo.NewClient(append([]kgo.Opt{kgo.SeedBrokers(os.Getenv("FRESHET_KAFKA"))}, options...)...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(made.Close)
	return made
}

func freshTopic(t *testing.T, partitions int32) string {
	t.Helper()
	topic := fmt.Sprintf("go-%s-%d", strings.ReplaceAll(strings.ToLower(t.Name()), "/", "-"), time.Now().UnixNano())
	created, err := kadm.NewClient(client(t)).CreateTopic(within(t), partitions, 1, nil, topic)
	if err != nil || created.Err != nil {
		t.Fatal(err, created.Err)
	}
	return topic
}

func produce(t *testing.T, from *kgo.Client, topic string, values ...string) {
	t.Helper()
	records := make([]*kgo.Record, 0, len(values))
	for _, value := range values {
		records = append(records, &kgo.Record{Topic: topic, Key: []byte(value), Value: []byte(value)})
	}
	if err := from.ProduceSync(within(t), records...).FirstErr(); err != nil {
		t.Fatal(err)
	}
}

// Reads until it has as many as wanted; sorted.
func consume(t *testing.T, from *kgo.Client, wanted int) []string {
	t.Helper()
	ctx := within(t)
	var values []string
	for len(values) < wanted {
		fetches := from.PollFetches(ctx)
		if err := fetches.Err0(); err != nil {
			t.Fatal(err, "after", len(values), "of", wanted)
		}
		fetches.EachRecord(func(record *kgo.Record) { values = append(values, string(record.Value)) })
	}
	sort.Strings(values)
	return values
}

func numbered(name string, count int) []string {
	var values []string
	for n := 0; n < count; n++ {
		values = append(values, fmt.Sprintf("%s-%05d", name, n))
	}
	return values
}

func expectEqual(t *testing.T, got, wanted []string) {
	t.Helper()
	if strings.Join(got, " ") != strings.Join(wanted, " ") {
		t.Fatalf("%d values that are not the %d wanted ones: %.200v", len(got), len(wanted), got)
	}
}

func TestEveryCodecComesBackAsItWasSent(t *testing.T) {
	for name, codec := range map[string]kgo.CompressionCodec{"none": kgo.NoCompression(), "gzip": kgo.GzipCompression(), "snappy": kgo.SnappyCompression(), "lz4": kgo.Lz4Compression(), "zstd": kgo.ZstdCompression()} {
		t.Run(name, func(t *testing.T) {
			topic := freshTopic(t, 3)
			values := numbered(name, 2000)
			produce(t, client(t, kgo.ProducerBatchCompression(codec)), topic, values...)
			expectEqual(t, consume(t, client(t, kgo.ConsumeTopics(topic)), len(values)), values)
		})
	}
}

func TestHeadersKeysAndTimesComeBack(t *testing.T) {
	topic := freshTopic(t, 1)
	at := time.UnixMilli(1_700_000_000_123)
	sent := &kgo.Record{Topic: topic, Value: []byte("v"), Timestamp: at, Headers: []kgo.RecordHeader{{Key: "origin", Value: []byte("EWR")}, {Key: "none", Value: nil}}}
	if err := client(t).ProduceSync(within(t), sent).FirstErr(); err != nil {
		t.Fatal(err)
	}
	fetches := client(t, kgo.ConsumeTopics(topic)).PollFetches(within(t))
	if err := fetches.Err0(); err != nil {
		t.Fatal(err)
	}
	got := fetches.Records()[0]
	if got.Key != nil || string(got.Value) != "v" || !got.Timestamp.Equal(at) {
		t.Fatalf("%+v", got)
	}
	if len(got.Headers) != 2 || string(got.Headers[0].Value) != "EWR" || got.Headers[1].Value != nil {
		t.Fatalf("%+v", got.Headers)
	}
}

// Cooperative rebalancing, which is this client's own choice: a second member takes over a part, and who stays loses nothing.
func TestAGroupSharesItsTopicAndGoesOnWhereItStood(t *testing.T) {
	topic := freshTopic(t, 4)
	group := kgo.ConsumerGroup("group-" + topic)
	first := client(t, group, kgo.ConsumeTopics(topic), kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()))
	produce(t, client(t), topic, numbered("a", 400)...)
	expectEqual(t, consume(t, first, 400), numbered("a", 400))
	if err := first.CommitUncommittedOffsets(within(t)); err != nil {
		t.Fatal(err)
	}
	second := client(t, group, kgo.ConsumeTopics(topic), kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()))
	produce(t, client(t), topic, numbered("b", 400)...)

	seen := map[string]int{}
	by := map[*kgo.Client]int{}
	deadline := time.Now().Add(patience)
	for round := 0; len(seen) < 400 || by[first] == 0 || by[second] == 0; round++ {
		if time.Now().After(deadline) {
			t.Fatalf("%d of 400 seen, %d by the first member, %d by the second", len(seen), by[first], by[second])
		}
		for _, member := range []*kgo.Client{first, second} {
			ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
			member.PollFetches(ctx).EachRecord(func(record *kgo.Record) {
				if value := string(record.Value); strings.HasPrefix(value, "b-") {
					seen[value]++
				}
				by[member]++
			})
			cancel()
		}
		if round%10 == 9 { // until both have a share there may be nothing left to read
			produce(t, client(t), topic, numbered(fmt.Sprintf("c%d", round), 40)...)
		}
	}
	first.Close()
	second.Close()
	lags, err := kadm.NewClient(client(t)).Lag(within(t), "group-"+topic)
	if err != nil || lags.Error() != nil {
		t.Fatal(err, lags.Error())
	}
}

func TestATransactionIsReadWholeOrNotAtAll(t *testing.T) {
	topic := freshTopic(t, 2)
	writer := client(t, kgo.TransactionalID("tx-"+topic), kgo.DefaultProduceTopic(topic))
	for _, end := range []kgo.TransactionEndTry{kgo.TryCommit, kgo.TryAbort, kgo.TryCommit} {
		if err := writer.BeginTransaction(); err != nil {
			t.Fatal(err)
		}
		name := map[kgo.TransactionEndTry]string{kgo.TryCommit: "kept", kgo.TryAbort: "gone"}[end]
		produce(t, writer, topic, numbered(name, 50)...)
		if err := writer.EndTransaction(within(t), end); err != nil {
			t.Fatal(err)
		}
	}
	committed := consume(t, client(t, kgo.ConsumeTopics(topic), kgo.FetchIsolationLevel(kgo.ReadCommitted())), 100)
	if strings.Contains(strings.Join(committed, " "), "gone") {
		t.Fatal("a reader of committed records has seen aborted ones")
	}
	if all := consume(t, client(t, kgo.ConsumeTopics(topic)), 150); len(all) != 150 {
		t.Fatal(len(all))
	}
}

func TestReadProcessWriteCommitsOffsetsWithItsRecords(t *testing.T) {
	in, out := freshTopic(t, 2), freshTopic(t, 2)
	produce(t, client(t), in, numbered("x", 200)...)
	session, err := kgo.NewGroupTransactSession(kgo.SeedBrokers(os.Getenv("FRESHET_KAFKA")), kgo.TransactionalID("rpw-"+in), kgo.ConsumerGroup("rpw-"+in), kgo.ConsumeTopics(in),
		kgo.FetchIsolationLevel(kgo.ReadCommitted()), kgo.RequireStableFetchOffsets(), kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()))
	if err != nil {
		t.Fatal(err)
	}
	defer session.Close()
	ctx := within(t)
	for done := 0; done < 200; {
		fetches := session.PollFetches(ctx)
		if err := fetches.Err0(); err != nil {
			t.Fatal(err)
		}
		if err := session.Begin(); err != nil {
			t.Fatal(err)
		}
		count := 0
		fetches.EachRecord(func(record *kgo.Record) {
			session.Produce(ctx, &kgo.Record{Topic: out, Value: record.Value}, nil)
			count++
		})
		committed, err := session.End(ctx, kgo.TryCommit)
		if err != nil {
			t.Fatal(err)
		}
		if committed {
			done += count
		}
	}
	expectEqual(t, consume(t, client(t, kgo.ConsumeTopics(out), kgo.FetchIsolationLevel(kgo.ReadCommitted())), 200), numbered("x", 200))
}

func TestAdministrationOfTopics(t *testing.T) {
	ctx, admin := within(t), kadm.NewClient(client(t))
	topic := freshTopic(t, 2)
	if created, err := admin.CreateTopic(ctx, 1, 1, nil, topic); !errors.Is(err, kerr.TopicAlreadyExists) && !errors.Is(created.Err, kerr.TopicAlreadyExists) {
		t.Fatal(created.Err, err)
	}
	if _, err := admin.AlterTopicConfigs(ctx, []kadm.AlterConfig{{Op: kadm.SetConfig, Name: "retention.ms", Value: kadm.StringPtr("123456")}}, topic); err != nil {
		t.Fatal(err)
	}
	described, err := admin.DescribeTopicConfigs(ctx, topic)
	if err != nil {
		t.Fatal(err)
	}
	configs, err := described.On(topic, nil)
	if err != nil {
		t.Fatal(err)
	}
	retention := ""
	for _, config := range configs.Configs {
		if config.Key == "retention.ms" {
			retention = config.MaybeValue()
		}
	}
	if retention != "123456" {
		t.Fatalf("retention.ms is %q", retention)
	}
	if _, err := admin.UpdatePartitions(ctx, 3, topic); err != nil {
		t.Fatal(err)
	}
	produce(t, client(t), topic, numbered("r", 30)...)
	ends, err := admin.ListEndOffsets(ctx, topic)
	if err != nil {
		t.Fatal(err)
	}
	total := int64(0)
	ends.Each(func(end kadm.ListedOffset) { total += end.Offset })
	if total != 30 {
		t.Fatal(total)
	}
	if _, err := admin.DeleteTopics(ctx, topic); err != nil {
		t.Fatal(err)
	}
	other := kadm.NewClient(client(t)) // which remembers no metadata
	if listed, err := other.ListTopics(ctx, topic); err != nil || listed.Has(topic) && listed[topic].Err == nil {
		t.Fatal(listed, err)
	}
}
