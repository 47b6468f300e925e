// An addon that reads and sets MXCSR, the floating-point control register of x64, in the calling thread, as a library
// linked with -ffast-math does.
#include <node_api.h>
#include <xmmintrin.h>

// (state): sets the register, and returns its previous value.
static napi_value exchange(napi_env env, napi_callback_info info) {
  size_t count = 1;
  napi_value state, before;
  uint32_t bits;
  if (napi_get_cb_info(env, info, &count, &state, nullptr, nullptr) != napi_ok ||
      napi_get_value_uint32(env, state, &bits) != napi_ok ||
      napi_create_uint32(env, _mm_getcsr(), &before) != napi_ok) {
    return nullptr;
  }
  _mm_setcsr(bits);
  return before;
}

NAPI_MODULE_INIT() {
  napi_value function;
  if (napi_create_function(env, "exchange", NAPI_AUTO_LENGTH, exchange, nullptr, &function) != napi_ok) return nullptr;
  napi_set_named_property(env, exports, "exchange", function);
  return exports;
}
