#include <algorithm>
#include <iterator>

#include "app/commands/command.h"

namespace freshet::app {
namespace {

struct Help {
  std::string_view verb;
  std::string_view text;
};

constexpr Help kHelp[] = {
    {"up", R"(  DIR            the project: freshet.yaml, pipelines/, functions/, products/, services/, models/; the folder where you are, if unsaid. An empty one is valid
  --data DATA    where everything durable lies; DIR/data, if unsaid. One process serves it at a time
  --set K=V      a key of freshet.yaml for this start, such as --set doors.kafka.listen=127.0.0.1:0 (freshet config prints them all); may be repeated

Addresses stand in DATA/doors.json once the line "ready" is printed. SIGTERM ends it in order, within 30 s.
)"},
    {"run", R"(  FILE.sql…      several files are one script, in their order
  --param K=V    fills ${K} in the files; may be repeated
  --data DATA    a data folder that no house serves: its topics are there to be read and written. Feature views and models answer in a house only
                 (freshet up, freshet preview)
  --result HOW   final (folded, sorted by the bytes of the lines whatever ORDER BY says; if unsaid) or changelog (each change in its order, with its op)
  --out DIR      writes each result to DIR/NAME.jsonl, in NAME / as %2F and % as %25; one result alone goes to standard output without it
  --stats        one line of JSON on standard error: events, seconds, CPU seconds, peak memory, late rows, rows of each operator
  --parallelism N
                 runs what works by key on N shards
  --memory SIZE  bound for state in memory, such as 512MiB; what has no room lies in a file. 1GiB if unsaid, 64MiB at least
  --functions DIR
                 a folder of Python files, for CREATE FUNCTION … LANGUAGE PYTHON (docs/functions.md)
  --python PROGRAM
                 the Python that calls them; python3 if unsaid

Exit code 0, or 1 with the error on standard error.
)"},
    {"test", R"(  DIR|FILE.sql…  cases, or folders of them; tests, if unsaid (docs/testing.md says what a case is)
  --update       writes what the cases answer into their files, for you to read and commit
  --models DIR   models for ML_PREDICT: a project's models/
  --functions DIR
                 a folder of Python files, for CREATE FUNCTION … LANGUAGE PYTHON (docs/functions.md); functions, if that is there and nothing is said
  --python PROGRAM
                 the Python that calls them; python3 if unsaid
  --param K=V    fills ${K} in the cases; may be repeated

Exit code 0 when every case holds, 1 otherwise.
)"},
    {"preview", R"(  FILE.sql…      the query; a file of pipelines/ in front brings its tables and views. EXPLAIN, SHOW and DESCRIBE print, and nothing runs
  --last 10m     how far back: the records that came in the last ten minutes (10s, 10m, 1h, 1d); EXPLAIN, SHOW and DESCRIBE need none
  --data DATA    of the house that runs; that of the project in this folder (freshet.yaml, or data), if unsaid
  --result NAME  which result is shown, if there are several
  --limit N      rows at most
  --user NAME [--password-file FILE]
                 who asks, where the house has identities; without a file the password comes from FRESHET_PASSWORD
  --param K=V    fills ${K} in the files; may be repeated
)"},
    {"topics", R"(  list
  describe TOPIC [--configs]
  create TOPIC [--partitions N] [--config NAME=VALUE]…
  alter TOPIC [--partitions N] [--config NAME=VALUE]… [--unset NAME]…
  delete TOPIC

  --bootstrap HOST:PORT
                 which broker; without this and --data the house of the project in this folder, else 127.0.0.1:9092
  --data DATA    the house that serves this data: DATA/doors.json says where
  --user NAME [--password-file FILE]
                 who asks, where the broker has identities; without a file the password comes from FRESHET_PASSWORD
  --tls-ca FILE  the door is in TLS: its certificate, or the authority that signed it, in PEM
  --tls-certificate FILE --tls-key FILE
                 one's own certificate, where the door asks for one
  --json         one JSON object a line instead of a table
)"},
    {"groups", R"(  list
  describe GROUP
  lag [GROUP]
  reset-offsets GROUP (--topic TOPIC[:0,2]… | --all-topics) (--to-earliest | --to-latest | --to-offset N | --to-datetime T | --shift-by N) [--execute]
                 shows what would be set; --execute sets it. The group must have no members
  delete-offsets GROUP (--topic TOPIC[:0,2]… | --all-topics)
  delete GROUP

  --bootstrap HOST:PORT
                 which broker; without this and --data the house of the project in this folder, else 127.0.0.1:9092
  --data DATA    the house that serves this data: DATA/doors.json says where
  --user NAME [--password-file FILE]
                 who asks, where the broker has identities; without a file the password comes from FRESHET_PASSWORD
  --tls-ca FILE  the door is in TLS: its certificate, or the authority that signed it, in PEM
  --tls-certificate FILE --tls-key FILE
                 one's own certificate, where the door asks for one
  --json         one JSON object a line instead of a table
)"},
    {"pipelines", R"(  list           every pipeline that has begun in this data folder, whether it has a file or not: 1,000 names have room
  forget PIPELINE
                 gives the name back and removes what is kept of it: where it read, its state, what it owes. It must have no file and not run.
                 A file of that name begins from nothing; rows that it wrote stay in their topics, and tables of other systems that have seen its
                 epochs refuse it until it has another name

  --data DATA    of the house that runs; that of the project in this folder (freshet.yaml, or data), if unsaid
  --user NAME [--password-file FILE]
                 who asks, where the house has identities; without a file the password comes from FRESHET_PASSWORD
  --accept-loss  forget it although epochs are owed to their targets
  --json         list: one JSON object a line instead of a table
)"},
    {"plan", R"(  DIR            the project with the files as they are to be
  --data DATA    of the house that runs, or of one that stands still; DIR/data, if unsaid
  --user NAME [--password-file FILE]
                 who asks, where the house has identities; without a file the password comes from FRESHET_PASSWORD

Exit code 3 when something would be lost; 1 when a file cannot be planned, whatever becomes of the others.
)"},
    {"apply", R"(  DIR            the project with the files as they are to be; the folder where you are, if unsaid
  --only PIPELINE
                 pipelines/PIPELINE.sql alone
  --data DATA    of the house that runs; DIR/data, if unsaid
  --user NAME [--password-file FILE]
                 who asks, where the house has identities; without a file the password comes from FRESHET_PASSWORD
  --accept-loss  go on although state is lost that freshet plan names
)"},
    {"lineage", R"(  FILE.sql…      several files are one script, in their order
  --namespace NAME
                 of the jobs in the events; freshet, if unsaid
  --functions DIR
                 a folder of Python files, for CREATE FUNCTION … LANGUAGE PYTHON (docs/functions.md)
  --python PROGRAM
                 the Python that calls them; python3 if unsaid
  --param K=V    fills ${K} in the files; may be repeated
)"},
    {"inspect", R"(  verify DATA    names every damaged place: file, byte, what it means, what it costs
  plan DATA      what a start and its first checkpoint would say, make, write over and remove
  dump DATA      what stands in its files
  --file FILE    dump that file alone
  --lines N      dump at most so many lines; 10000 if unsaid
  --records      dump the records of batches too

Nothing in DATA is changed. Exit code 3 when not everything holds.
)"},
};

}  // namespace

std::string_view HelpOf(std::string_view verb) {
  const auto* found = std::find_if(std::begin(kHelp), std::end(kHelp), [&](const Help& help) { return help.verb == verb; });
  return found == std::end(kHelp) ? "" : found->text;
}

}  // namespace freshet::app
