// What all decoders share: the numbers that they read, and the messages about wrong ones. The decoders belong to no
// boundary: the addon and the WebAssembly module define how a refused call ends.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include <initializer_list>

namespace lockstep {

// Counts the changes of the encodings, of the addon's functions, and of the module's exports. INTERFACE_VERSION of
// lib/backend/addon.ts is the same number, so that the library refuses a boundary of another version.
constexpr int kInterfaceVersion = 5;

constexpr int kMaxUnits = 1 << 24;
constexpr int64_t kMaxParameters = 2147483647;
constexpr int kMaxRows = 2147483647;
constexpr int kMaxMembers = 1 << 20;

// Numbers that JavaScript passes.
struct Numbers {
  const double* data;
  int64_t length;
};

// A part of a message: text, a number, or the parts of a name. Nothing is allocated or written until a message is.
class Part {
 public:
  Part(const char* text) : kind(kText), text(text) {}
  Part(int number) : kind(kInteger), integer(number) {}
  Part(int64_t number) : kind(kInteger), integer(number) {}
  Part(double number) : kind(kDouble), number(number) {}
  // The list must live as long as the part.
  Part(const std::initializer_list<Part>& parts) : kind(kParts), parts(&parts) {}

 private:
  friend class Message;
  enum Kind { kText, kInteger, kDouble, kParts };
  Kind kind;
  union {
    const char* text;
    int64_t integer;
    double number;
    const std::initializer_list<Part>* parts;
  };
};

using Parts = std::initializer_list<Part>;

// Ends a call with wrong numbers, with this message: a RangeError in the addon, a trap in the module.
[[noreturn]] void refuse(const Parts& message);

// The value as an integer from min to max.
int64_t integer(double value, const Parts& name, int64_t min, int64_t max);
bool isInteger(double value, int64_t min, int64_t max);

// What the boundary defines: the end of a refused call, and how messages write a double.
[[noreturn]] void endRefusedCall(const char* message);
int writeDouble(double value, char* to, int size);

}  // namespace lockstep
