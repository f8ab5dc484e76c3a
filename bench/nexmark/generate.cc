// Events of an auction house as one JSON object a line, the same for the same seed on every machine: `--help` says the options.
// The distributions are those of the public Nexmark generator; README.md lists them.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

namespace {

struct Options {
  uint64_t events = 1'000'000;
  uint64_t seed = 1;
  double rate = 10'000;  // events a second of event time
  int partitions = 1;
  uint64_t persons = 1, auctions = 3, bids = 46;  // of each epoch
  bool padded = true;
  std::string out = "nexmark.json";
};

// SplitMix64, begun anew for each event, so that no event depends on what others drew.
class Random {
 public:
  Random(uint64_t seed, uint64_t event) : state_(seed * 0x9E3779B97F4A7C15ull ^ (event + 1) * 0xD1B54A32D192ED03ull) {}

  uint64_t Next() {
    uint64_t z = (state_ += 0x9E3779B97F4A7C15ull);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
    return z ^ (z >> 31);
  }
  uint64_t Below(uint64_t bound) { return static_cast<uint64_t>((static_cast<unsigned __int128>(Next()) * bound) >> 64); }
  double Unit() { return static_cast<double>(Next() >> 11) * 0x1p-53; }
  bool OneIn(uint64_t n) { return Below(n) == 0; }

 private:
  uint64_t state_;
};

constexpr uint64_t kFirstId = 1000, kHotEvery = 100, kActivePeople = 1000, kOpenAuctions = 100, kLead = 10, kChannels = 10'000;
constexpr int64_t kBaseMs = 1'775'001'560'000;  // 2026-03-31 23:59:20, so that most runs see two days
constexpr std::string_view kFirstNames[] = {"Ada", "Bruno", "Carla", "Dario", "Elsa", "Femi", "Greta", "Hugo", "Ines", "Jonas", "Kira"};
constexpr std::string_view kLastNames[] = {"Aebi", "Brunner", "Conti", "Dubois", "Egli", "Favre", "Gerber", "Huber", "Imhof"};
constexpr std::string_view kCities[] = {"Tucson", "Fresno", "San Diego", "Nampa", "Salem", "Eugene", "Tacoma", "Spokane", "Olympia", "Laramie"};
constexpr std::string_view kStates[] = {"AZ", "CA", "ID", "OR", "WA", "WY"};
constexpr std::string_view kHotChannels[] = {"Google", "Facebook", "Baidu", "Apple"};

class Generator {
 public:
  explicit Generator(const Options& options) : options_(options), epoch_(options.persons + options.auctions + options.bids) {
    Random random(options.seed, ~0ull);
    for (uint64_t c = 0; c < kChannels + 4; ++c) urls_.push_back(Url(random, c));
  }

  void Append(std::string& out, uint64_t n) {
    Random random(options_.seed, n);
    id_ = n + 1;
    at_ms_ = TimeOf(n);
    uint64_t place = id_ % epoch_;
    if (place < options_.persons) Person(out, random);
    else if (place < options_.persons + options_.auctions) Auction(out, random);
    else Bid(out, random);
    out += "}\n";
  }

 private:
  int64_t TimeOf(uint64_t n) const { return kBaseMs + static_cast<int64_t>(static_cast<double>(n) * 1000 / options_.rate); }

  // The newest person and auction that may be spoken of when this event comes, counted from 0.
  uint64_t LastPerson() const {
    return id_ / epoch_ * options_.persons + std::min(id_ % epoch_, options_.persons - 1);
  }
  uint64_t LastAuction() const {
    uint64_t epoch = id_ / epoch_, place = id_ % epoch_;
    if (place < options_.persons) return epoch == 0 ? 0 : epoch * options_.auctions - 1;
    return epoch * options_.auctions + std::min(place - options_.persons, options_.auctions - 1);
  }
  uint64_t SomePerson(Random& random) const {
    uint64_t people = LastPerson() + 1, active = std::min(people, kActivePeople);
    return people - active + random.Below(active + kLead);
  }
  uint64_t SomeAuction(Random& random) const {
    uint64_t last = LastAuction(), first = last < kOpenAuctions ? 0 : last - kOpenAuctions;
    return first + random.Below(last - first + 1 + kLead);
  }
  static uint64_t Price(Random& random) { return static_cast<uint64_t>(std::llround(std::pow(10.0, random.Unit() * 6.0) * 100.0)); }

  void Person(std::string& out, Random& random) {
    out += R"({"event_type":0,"person":{"id":)";
    Number(out, LastPerson() + kFirstId);
    size_t begin = out.size();
    out += R"(,"name":")";
    Text(out, kFirstNames[random.Below(std::size(kFirstNames))]) += ' ';
    Text(out, kLastNames[random.Below(std::size(kLastNames))]) += R"(","emailAddress":")";
    Word(out, random, 7);
    out += '@';
    Word(out, random, 5);
    out += R"(.com","creditCard":")";
    for (int group = 0; group < 4; ++group) {
      char digits[8];
      out.append(digits, static_cast<size_t>(snprintf(digits, sizeof digits, group == 3 ? "%04d" : "%04d ", static_cast<int>(random.Below(10'000)))));
    }
    out += R"(","city":")";
    Text(out, kCities[random.Below(std::size(kCities))]) += R"(","state":")";
    Text(out, kStates[random.Below(std::size(kStates))]) += '"';
    End(out, random, 200, out.size() - begin - 50);
    out += R"(,"auction":null,"bid":null)";
  }

  void Auction(std::string& out, Random& random) {
    out += R"({"event_type":1,"person":null,"auction":{"id":)";
    Number(out, LastAuction() + kFirstId);
    size_t begin = out.size();
    uint64_t seller = random.OneIn(4) ? SomePerson(random) : LastPerson() / kHotEvery * kHotEvery;
    uint64_t first_bid = Price(random);
    out += R"(,"itemName":")";
    Words(out, random, 20);
    out += R"(","description":")";
    Words(out, random, 100);
    out += R"(","initialBid":)";
    Number(out, first_bid);
    out += R"(,"reserve":)";
    Number(out, first_bid + Price(random));
    size_t body = out.size() - begin;
    out += R"(,"dateTime":)";
    Time(out, at_ms_);
    // Open, in the mean, until a hundred more auctions have begun.
    uint64_t horizon = static_cast<uint64_t>(TimeOf(id_ + kOpenAuctions * epoch_ / options_.auctions) - at_ms_);
    out += R"(,"expires":)";
    Time(out, at_ms_ + 1 + static_cast<int64_t>(random.Below(std::max<uint64_t>(horizon * 2, 1))));
    out += R"(,"seller":)";
    Number(out, seller + kFirstId);
    out += R"(,"category":)";
    Number(out, 10 + random.Below(5));
    Extra(out, random, 500, body);
    out += R"(},"bid":null)";
  }

  void Bid(std::string& out, Random& random) {
    out += R"({"event_type":2,"person":null,"auction":null,"bid":{"auction":)";
    uint64_t auction = random.OneIn(2) ? SomeAuction(random) : LastAuction() / kHotEvery * kHotEvery;
    uint64_t bidder = random.OneIn(4) ? SomePerson(random) : LastPerson() / kHotEvery * kHotEvery + 1;
    uint64_t channel = random.OneIn(2) ? random.Below(kChannels) : kChannels + random.Below(4);
    Number(out, auction + kFirstId);
    out += R"(,"bidder":)";
    Number(out, bidder + 2 * kFirstId);  // shifted against the persons' ids, as everybody's numbers have it
    out += R"(,"price":)";
    Number(out, Price(random));
    out += R"(,"channel":")";
    if (channel >= kChannels) Text(out, kHotChannels[channel - kChannels]);
    else Number(out += "channel-", channel);
    out += R"(","url":")";
    out += urls_[channel];
    out += '"';
    End(out, random, 100, 32);
  }

  std::string Url(Random& random, uint64_t channel) {
    std::string url = "https://shop.example/";
    for (int folder = 0; folder < 3; ++folder) {
      Word(url, random, 5);
      url += '/';
    }
    url += "item.htm?query=1";
    if (channel < kChannels && !random.OneIn(10)) Number(url += "&channel_id=", Random(options_.seed, channel).Next() >> 33);
    return url;
  }

  void End(std::string& out, Random& random, uint64_t size, size_t so_far) {
    out += R"(,"dateTime":)";
    Time(out, at_ms_);
    Extra(out, random, size, so_far);
    out += '}';
  }

  // Fills up to the mean size, a fifth more or less: runs of six characters, half of them from below 'a'.
  void Extra(std::string& out, Random& random, uint64_t size, size_t so_far) {
    out += R"(,"extra":")";
    if (options_.padded && size > so_far) {
      uint64_t rest = size - so_far, swing = (rest + 2) / 5;
      uint64_t length = rest - swing + (swing == 0 ? 0 : random.Below(2 * swing));
      for (uint64_t bits = 0, n = 0; n < length; ++n) {
        if (n % 6 == 0) bits = random.Next();
        int step = static_cast<int>(bits % 31 % 26);
        char c = static_cast<char>((bits >> 63) != 0 ? 'a' - step : 'a' + step);
        if (c == '\\') out += '\\';
        out += c;
        bits = (bits & (1ull << 63)) | ((bits & ~(1ull << 63)) / 31);
      }
    }
    out += '"';
  }

  static void Words(std::string& out, Random& random, uint64_t most) {
    for (uint64_t n = 3 + random.Below(most - 3); n > 0; --n) out += n > 1 && random.OneIn(13) ? ' ' : static_cast<char>('a' + random.Below(26));
  }
  static void Word(std::string& out, Random& random, uint64_t most) {
    for (uint64_t n = 3 + random.Below(most - 2); n > 0; --n) out += static_cast<char>('a' + random.Below(26));
  }
  static std::string& Text(std::string& out, std::string_view text) { return out.append(text); }
  static void Number(std::string& out, uint64_t value) {
    char digits[24];
    char* at = digits + sizeof digits;
    do *--at = static_cast<char>('0' + value % 10);
    while ((value /= 10) != 0);
    out.append(at, static_cast<size_t>(digits + sizeof digits - at));
  }

  // "2026-03-31 23:19:20.05": the fraction's trailing zeros are cut.
  void Time(std::string& out, int64_t ms) {
    int64_t day = ms / 86'400'000, of_day = ms % 86'400'000;
    if (day != day_) Date(day);
    char text[40];
    int length = snprintf(text, sizeof text, "\"%s %02d:%02d:%02d.%03d", date_, static_cast<int>(of_day / 3'600'000), static_cast<int>(of_day / 60'000 % 60),
                          static_cast<int>(of_day / 1000 % 60), static_cast<int>(of_day % 1000));
    while (text[length - 1] == '0' && of_day % 1000 != 0) --length;
    if (of_day % 1000 == 0) length -= 4;
    out.append(text, static_cast<size_t>(length)) += '"';
  }
  void Date(int64_t day) {
    int64_t z = day + 719'468, era = z / 146'097, doe = z - era * 146'097;
    int64_t yoe = (doe - doe / 1460 + doe / 36'524 - doe / 146'096) / 365, doy = doe - (365 * yoe + yoe / 4 - yoe / 100), mp = (5 * doy + 2) / 153;
    int64_t month = mp < 10 ? mp + 3 : mp - 9;
    snprintf(date_, sizeof date_, "%04d-%02d-%02d", static_cast<int>(yoe + era * 400 + (month <= 2)), static_cast<int>(month), static_cast<int>(doy - (153 * mp + 2) / 5 + 1));
    day_ = day;
  }

  const Options& options_;
  uint64_t epoch_;
  std::vector<std::string> urls_;  // of the channels, then of the four hot ones
  uint64_t id_ = 0;
  int64_t at_ms_ = 0, day_ = -1;
  char date_[24] = {};
};

[[noreturn]] void Usage(const char* why) {
  fprintf(stderr, "%s\nusage: generate [--events N] [--seed S] [--rate EVENTS_A_SECOND] [--partitions P] [--mix PERSONS:AUCTIONS:BIDS] [--bare] [--out FILE]\n", why);
  exit(2);
}

Options Parse(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    std::string_view name = argv[i];
    if (name == "--bare") {
      options.padded = false;
      continue;
    }
    if (i + 1 == argc) Usage("an option without a value");
    const char* value = argv[++i];
    if (name == "--events") options.events = strtoull(value, nullptr, 10);
    else if (name == "--seed") options.seed = strtoull(value, nullptr, 10);
    else if (name == "--rate") options.rate = strtod(value, nullptr);
    else if (name == "--partitions") options.partitions = atoi(value);
    else if (name == "--out") options.out = value;
    else if (name == "--mix") {
      if (sscanf(value, "%lu:%lu:%lu", &options.persons, &options.auctions, &options.bids) != 3) Usage("--mix wants three numbers");
    } else Usage("an unknown option");
  }
  if (options.rate <= 0 || options.partitions < 1 || options.persons < 1 || options.auctions < 1) Usage("rates, partitions and proportions are above 0");
  return options;
}

}  // namespace

int main(int argc, char** argv) {
  Options options = Parse(argc, argv);
  std::vector<FILE*> files;
  std::vector<std::string> texts(static_cast<size_t>(options.partitions));
  for (int p = 0; p < options.partitions; ++p) {
    std::string path = options.partitions == 1 ? options.out : options.out + "." + std::to_string(p);
    files.push_back(fopen(path.c_str(), "wb"));
    if (files.back() == nullptr) Usage(("cannot write " + path).c_str());
  }
  Generator generator(options);
  for (uint64_t n = 0; n < options.events; ++n) {
    size_t p = n % files.size();
    generator.Append(texts[p], n);
    if (texts[p].size() > (1u << 20)) {
      fwrite(texts[p].data(), 1, texts[p].size(), files[p]);
      texts[p].clear();
    }
  }
  bool good = true;
  for (size_t p = 0; p < files.size(); ++p) {
    fwrite(texts[p].data(), 1, texts[p].size(), files[p]);
    good = ferror(files[p]) == 0 && good;
    good = fclose(files[p]) == 0 && good;
  }
  if (!good) fprintf(stderr, "the disk did not take all events\n");
  return good ? 0 : 1;
}
