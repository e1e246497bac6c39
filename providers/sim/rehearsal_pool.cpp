#include "providers/sim/rehearsal_pool.h"

#include <algorithm>
#include <mutex>
#include <thread>

namespace tbx::sim {

namespace {

struct Pool {
  const RehearsalInput& input;
  std::uint64_t first_seed;
  int runs;
  const std::function<void(const RunRecord&)>& finished;
  std::atomic<int> next = 0;
  std::mutex mutex;  ///< guards what follows
  std::vector<RunRecord> records;

  bool is_stopped() const { return input.presses != nullptr && input.presses->load() > 0; }

  void work() {
    for (int run = next++; run < runs && !is_stopped(); run = next++) {
      RunRecord record = rehearse(input, first_seed + static_cast<std::uint64_t>(run));
      if (record.was_interrupted) {
        return;
      }
      std::lock_guard lock(mutex);
      finished(record);
      records.push_back(std::move(record));
    }
  }
};

}  // namespace

std::vector<RunRecord> rehearse_all(const RehearsalInput& input, std::uint64_t first_seed, int runs,
                                    const std::function<void(const RunRecord&)>& finished) {
  Pool pool{input, first_seed, runs, finished, {}, {}, {}};
  {
    auto processors = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
    std::vector<std::jthread> threads;
    for (int i = 0; i < std::min(processors, runs); ++i) {
      threads.emplace_back([&pool] { pool.work(); });
    }
  }
  std::ranges::sort(pool.records, {}, &RunRecord::seed);
  return std::move(pool.records);
}

}  // namespace tbx::sim
