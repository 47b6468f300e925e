// The arrays of a session.
#pragma once

#include <napi.h>

#include <memory>
#include <vector>

#include "arguments.h"
#include "../codec/session_codec.h"
#include "../plan.h"

namespace lockstep {

// The arrays, whose buffers are kept alive. Scripts can still transfer or resize a buffer, so that `check` must come
// before each use.
class HeldArrays {
 public:
  // given: an array of them. Checks every length, and that what is written shares no memory with the others. A
  // workspace of length 0 is allocated here.
  HeldArrays(const Napi::Value& given, const SessionShape& shape);
  HeldArrays(const HeldArrays&) = delete;
  HeldArrays& operator=(const HeldArrays&) = delete;

  const SessionArrays& get() const { return arrays; }
  // Throws a RangeError unless all arrays have the memory that they had at first.
  void check(napi_env env) const;

 private:
  struct Buffer {
    // The first array in it.
    const char* name;
    Napi::ObjectReference reference;
    // Of an ArrayBuffer. A SharedArrayBuffer, which has nullptr here, can be neither transferred nor shrunk.
    void* data;
    size_t bytes;
  };

  void hold(const Napi::Value& array, const char* name);

  SessionArrays arrays{};
  std::vector<Buffer> buffers;
  std::unique_ptr<double[]> ownWorkspace;
};

}  // namespace lockstep
