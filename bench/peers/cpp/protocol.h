// Shared by the C++ peers: reads a workload, and answers requests line by line on standard output.
#pragma once

#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <functional>
#include <iostream>
#include <iterator>
#include <string>
#include <vector>

namespace protocol {

[[noreturn]] inline void skip(const std::string& reason) {
  std::cout << "{\"skipped\": \"" << reason << "\"}" << std::endl;
  std::exit(0);
}

inline std::string compiler() {
#if defined(__clang__)
  const std::string name = "clang++ " __clang_version__;
#else
  const std::string name = "g++ " __VERSION__;
#endif
#if defined(__FAST_MATH__)
  return name + ", -O3 -march=native -ffast-math";
#else
  return name + ", -O3 -march=native";
#endif
}

// All values of "key", in the order of the text. Enough for the flat JSON of workloads and requests.
inline std::vector<std::string> values(const std::string& json, const std::string& key) {
  const std::string quoted = "\"" + key + "\"";
  std::vector<std::string> found;
  for (std::size_t at = json.find(quoted); at != std::string::npos; at = json.find(quoted, at)) {
    at = json.find_first_not_of(" \t\r\n", at + quoted.size());
    if (at == std::string::npos || json[at] != ':') continue;
    at = json.find_first_not_of(" \t\r\n\"", at + 1);
    if (at == std::string::npos) break;
    found.push_back(json.substr(at, json.find_first_of(" \t\r\n\",}]", at) - at));
  }
  return found;
}

inline double number(const std::string& json, const std::string& key) {
  const std::vector<std::string> found = values(json, key);
  if (found.empty()) skip("no number for " + key);
  return std::strtod(found[0].c_str(), nullptr);
}

// The files are little-endian, like every target of these programs.
inline std::vector<double> doubles(const std::string& path) {
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  if (!file) return {};
  std::vector<double> numbers(static_cast<std::size_t>(file.tellg()) / sizeof(double));
  file.seekg(0).read(reinterpret_cast<char*>(numbers.data()), numbers.size() * sizeof(double));
  return numbers;
}

struct Workload {
  std::string shape;  // such as "2-2-1 sigmoid sigmoid halfSquaredError sgd"
  std::size_t rows, batchSize;
  double learningRate;
  std::string directory, json;  // for files and options that only some workloads have
  std::vector<double> x, y;
  std::vector<std::vector<double>> starts;
};

inline Workload load(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: " << argv[0] << " <workload directory>\n";
    std::exit(2);
  }
  const std::string directory = std::string(argv[1]) + "/";
  std::ifstream file(directory + "workload.json");
  if (!file) skip("no workload.json in the directory");
  Workload w;
  w.json.assign(std::istreambuf_iterator<char>(file), {});
  w.shape = values(w.json, "inputs").at(0);
  for (const std::string& units : values(w.json, "units")) w.shape += "-" + units;
  for (const std::string& type : values(w.json, "type")) w.shape += " " + type;
  for (const std::string& activation : values(w.json, "activation")) w.shape += " " + activation;
  w.shape += " " + values(w.json, "loss").at(0);
  w.shape += w.json.find("\"adam\"") != std::string::npos ? " adam" : " sgd";
  w.rows = static_cast<std::size_t>(number(w.json, "rows"));
  w.batchSize = static_cast<std::size_t>(number(w.json, "batchSize"));
  // A population has one for each member.
  w.learningRate = values(w.json, "learningRate").empty() ? 0 : number(w.json, "learningRate");
  w.directory = directory;
  w.x = doubles(directory + "x.f64");
  w.y = doubles(directory + "y.f64");
  while (true) {
    std::vector<double> start = doubles(directory + "parameters-" + std::to_string(w.starts.size()) + ".f64");
    if (start.empty()) break;
    w.starts.push_back(std::move(start));
  }
  return w;
}

// Tests the exponent: with -ffast-math std::isfinite is always true.
inline bool isNumber(double value) {
  std::uint64_t bits;
  std::memcpy(&bits, &value, sizeof bits);
  return (bits >> 52 & 0x7ff) != 0x7ff;
}

// A finite number as JSON, otherwise null: JSON has no NaN.
inline std::string json(double value) {
  if (!isNumber(value)) return "null";
  char text[32];
  std::snprintf(text, sizeof text, "%.17g", value);
  return text;
}

struct Answer {
  double seconds, loss;
  std::vector<double> validationLosses;  // of a population
};

// Prints what the peer is, then answers each request for a training. `note` says how the work differs, if it does, or
// how it is timed.
inline void serveAnswers(const std::string& version, const std::string& note, bool sameWork,
                         const std::function<Answer(std::size_t start, std::size_t epochs)>& answer) {
  std::cout << "{\"ready\": true, \"version\": \"" << version << "\", \"note\": \"" << note
            << "\", \"float\": 64, \"sameStart\": true, \"sameWork\": " << (sameWork ? "true" : "false") << "}"
            << std::endl;
  for (std::string line; std::getline(std::cin, line);) {
    if (values(line, "start").empty()) continue;
    const auto epochs = static_cast<std::size_t>(number(line, "epochs"));
    const Answer given = answer(static_cast<std::size_t>(number(line, "start")), epochs);
    std::cout << "{\"seconds\": " << json(given.seconds) << ", \"loss\": " << json(given.loss)
              << ", \"epochs\": " << epochs;
    for (std::size_t i = 0; i < given.validationLosses.size(); i++) {
      std::cout << (i == 0 ? ", \"validationLosses\": [" : ", ") << json(given.validationLosses[i]);
    }
    std::cout << (given.validationLosses.empty() ? "}" : "]}") << std::endl;
  }
}

// The seconds that a function takes.
template <class Work>
double secondsOf(Work work) {
  const auto begin = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

using Train = std::function<void(double* parameters, std::size_t epochs)>;
using Loss = std::function<double(const double* parameters)>;

// `train` changes a copy of the starting parameters in place; only `train` is timed. `loss` reads the trained
// parameters, so the compiler cannot drop the training as unused. `note` describes how the work differs, if it does.
inline void serve(const Workload& w, const std::string& version, const std::string& note, const Train& train,
                  const Loss& loss) {
  serveAnswers(version, note, note.empty(), [&](std::size_t start, std::size_t epochs) {
    std::vector<double> parameters = w.starts.at(start);
    const double seconds = secondsOf([&] { train(parameters.data(), epochs); });
    return Answer{seconds, loss(parameters.data()), {}};
  });
}

}  // namespace protocol
