// The journal: every event as one JSON line in a file, complete even when tbx is killed.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "engine/events.h"

namespace tbx {

/// Appends to a file, one write for each line. A journal that can't be written does not stop the work: ask `status`.
class Journal : public Events {
 public:
  Journal() = default;
  ~Journal() override;
  Journal(Journal&& other) noexcept;
  Journal& operator=(Journal&& other) noexcept;

  /// Begins with a header line. `started_at`: RFC 3339. Child processes do not inherit the file.
  static Result<Journal> open(const std::filesystem::path& path, const std::string& cluster,
                              const std::string& started_at);

  void on(const Event& event, const Plan& plan, double at_seconds) override;

  /// The first line that could not be written.
  const Status& status() const { return status_; }

 private:
  void write_line(std::string line);
  void close();

  int file_ = -1;
  std::string path_;
  Status status_;
};

/// Tells several listeners, in their order.
class TeeEvents : public Events {
 public:
  /// Pre: they outlive it.
  explicit TeeEvents(std::vector<Events*> listeners) : listeners_(std::move(listeners)) {}

  void on(const Event& event, const Plan& plan, double at_seconds) override {
    for (Events* listener : listeners_) {
      listener->on(event, plan, at_seconds);
    }
  }

 private:
  std::vector<Events*> listeners_;
};

}  // namespace tbx
