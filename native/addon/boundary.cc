#include "boundary.h"

#include <cstdio>
#include <new>

#include "arguments.h"

namespace lockstep {
namespace {

napi_value newError(napi_env env, const char* text, decltype(napi_create_error)* create = napi_create_error) noexcept {
  napi_value message, error;
  if (napi_create_string_utf8(env, text, NAPI_AUTO_LENGTH, &message) != napi_ok ||
      create(env, nullptr, message, &error) != napi_ok) {
    return nullptr;
  }
  return error;
}

}  // namespace

napi_value errorFor(napi_env env, const std::exception_ptr& exception) noexcept {
  try {
    try {
      std::rethrow_exception(exception);
    } catch (const Napi::Error& error) {
      return error.Value();
    } catch (const Refusal& refusal) {
      return newError(env, refusal.what(), napi_create_range_error);
    } catch (const std::bad_alloc&) {
      return newError(env, "There is not enough memory for this call of the addon. It has changed nothing.");
    } catch (const std::exception& error) {
      char text[400];
      std::snprintf(text, sizeof text, "This call of the addon failed: %s. It has changed nothing.", error.what());
      return newError(env, text);
    }
  } catch (...) {
    return newError(env, "This call of the addon failed. It has changed nothing.");
  }
}

void throwInJavaScript(napi_env env, const std::exception_ptr& exception) noexcept {
  const napi_value error = errorFor(env, exception);
  if (error != nullptr) napi_throw(env, error);
}

}  // namespace lockstep
