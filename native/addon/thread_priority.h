// The priority of the threads of the queue.
#pragma once

namespace lockstep {

// Lowers the priority of the calling thread below that of the event loop, where the system allows it.
void lowerThreadPriority() noexcept;

}  // namespace lockstep
