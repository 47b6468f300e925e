#include "numbers.h"

#include <cmath>
#include <cstring>

namespace lockstep {

// Text in a buffer of fixed length, which is longer than any message.
class Message {
 public:
  explicit Message(const Parts& parts) { add(parts); }
  const char* get() const { return text; }

 private:
  // A number has at most 309 digits before its point.
  static constexpr int kLength = 1024;

  void add(const Parts& parts) {
    for (const Part& part : parts) {
      switch (part.kind) {
        case Part::kText:
          add(part.text, static_cast<int>(std::strlen(part.text)));
          break;
        case Part::kInteger:
          add(part.integer);
          break;
        case Part::kDouble:
          length += writeDouble(part.number, text + length, kLength - length);
          if (length > kLength - 1) length = kLength - 1;
          break;
        case Part::kParts:
          add(*part.parts);
          break;
      }
    }
    text[length] = 0;
  }

  void add(const char* from, int count) {
    const int left = kLength - 1 - length;
    const int taken = count < left ? count : left;
    std::memcpy(text + length, from, static_cast<size_t>(taken));
    length += taken;
  }

  void add(int64_t number) {
    char digits[20];
    int at = sizeof digits;
    // From the last digit on. Negative: the least integer has no positive counterpart.
    for (int64_t left = number < 0 ? number : -number; at == sizeof digits || left != 0; left /= 10) {
      digits[--at] = static_cast<char>('0' - left % 10);
    }
    if (number < 0) add("-", 1);
    add(digits + at, static_cast<int>(sizeof digits) - at);
  }

  char text[kLength];
  int length = 0;
};

void refuse(const Parts& message) { endRefusedCall(Message(message).get()); }

bool isInteger(double value, int64_t min, int64_t max) {
  return value >= static_cast<double>(min) && value <= static_cast<double>(max) && value == std::floor(value);
}

int64_t integer(double value, const Parts& name, int64_t min, int64_t max) {
  if (isInteger(value, min, max)) return static_cast<int64_t>(value);
  refuse({"Expected an integer from ", min, " to ", max, " for ", name, " but received ", value, "."});
}

}  // namespace lockstep
