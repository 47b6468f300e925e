#include "extents.h"

#include <functional>

#include "numbers.h"

namespace lockstep {

void requireNoOverlap(const std::vector<Extent>& arrays) {
  for (const Extent& a : arrays) {
    for (const Extent& b : arrays) {
      if (&a == &b || !a.written || a.length == 0 || b.length == 0) continue;
      const std::less<const double*> before;
      if (before(a.data, b.data + b.length) && before(b.data, a.data + a.length)) {
        refuse({"Expected ", a.name, " and ", b.name, " to share no memory."});
      }
    }
  }
}

}  // namespace lockstep
