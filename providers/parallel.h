// Several calls at once, where each mostly waits for somebody else.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <thread>
#include <vector>

namespace tbx {

/// work(0) … work(count - 1), at most `at_once` at a time; returns when all are done. `work` must not throw.
template <class Work>
void in_parallel(std::size_t count, std::size_t at_once, const Work& work) {
  std::atomic<std::size_t> next{0};
  auto take = [&] {
    for (std::size_t i = next++; i < count; i = next++) {
      work(i);
    }
  };
  std::vector<std::jthread> threads;
  for (std::size_t i = 1; i < std::min(count, at_once); ++i) {
    threads.emplace_back(take);
  }
  take();
}

}  // namespace tbx
