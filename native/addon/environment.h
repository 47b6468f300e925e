// The state of one environment (a main or worker thread of Node) that has loaded the addon.
#pragma once

#include <napi.h>

#include "gradients.h"
#include "../pool.h"
#include "prediction.h"
#include "promised_task.h"
#include "queue.h"

namespace lockstep {

// The threads of pool and queue exist while one of these does.
struct Environment {
  struct HeldPool {
    HeldPool() { holdPool(); }
    ~HeldPool() { releasePool(); }
  };
  struct HeldQueue {
    HeldQueue() { holdQueue(); }
    ~HeldQueue() { releaseQueue(); }
  };

  explicit Environment(napi_env env) : completions(env) {}
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;

  HeldPool pool;
  HeldQueue queue;
  Completions completions;
  Predictors predictors;
  Gradients gradients;
};

// The environment of a function of the addon.
inline Environment& environmentOf(const Napi::CallbackInfo& info) { return *static_cast<Environment*>(info.Data()); }

}  // namespace lockstep
