// Ctrl-C: ends the program at once, unless something is being changed; then it is counted, and the loop stops in order.
#pragma once

#include <atomic>

namespace tbx {

/// Takes over Ctrl-C and requests to end. Until a CountInterrupts exists the program ends with 130 at once.
void handle_interrupts();

/// How often the user asked to stop since the last CountInterrupts began.
const std::atomic<int>& interrupt_count();

/// While one exists, presses are counted: the first finishes what runs, the second cancels it, the third ends the
/// program where it stands. A request from the system (SIGTERM, a closed terminal) counts like the second press.
class CountInterrupts {
 public:
  CountInterrupts();
  ~CountInterrupts();
  CountInterrupts(const CountInterrupts&) = delete;
  CountInterrupts& operator=(const CountInterrupts&) = delete;
};

/// While one exists, the cursor is hidden; an ending by Ctrl-C shows it again. Pre: stderr is a terminal.
class HideCursor {
 public:
  HideCursor();
  ~HideCursor();
  HideCursor(const HideCursor&) = delete;
  HideCursor& operator=(const HideCursor&) = delete;
};

}  // namespace tbx
