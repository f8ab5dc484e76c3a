#pragma once

namespace bench {

// Each reads its options, does one thing with a broker and prints one line of JSON.
int Create(int argc, char** argv);   // a topic
int First(int argc, char** argv);    // the first answer of a broker that starts, and the first acknowledgement
int Produce(int argc, char** argv);  // records, by as many producers as asked for
int Fetch(int argc, char** argv);    // all records of a topic
int Paced(int argc, char** argv);    // records at a rate, read as they come

}  // namespace bench
