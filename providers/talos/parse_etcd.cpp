#include "providers/talos/parse_etcd.h"

#include <algorithm>

#include "providers/talos/parse_table.h"

namespace tbx {

namespace {

bool is_member_id(std::string_view text) {
  constexpr std::size_t digits = 16;
  return text.size() == digits && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

bool is_no_leader(std::string_view id) { return id.find_first_not_of('0') == std::string_view::npos; }

std::vector<std::string> split_list(std::string_view text) {
  std::vector<std::string> items;
  while (!text.empty()) {
    std::size_t comma = text.find(',');
    items.emplace_back(text.substr(0, comma));
    text.remove_prefix(comma == std::string_view::npos ? text.size() : comma + 1);
  }
  return items;
}

tl::unexpected<Error> malformed(std::string_view what) {
  return failure(ErrorKind::malformed_answer, "talosctl printed an etcd table with an unusable " + std::string(what));
}

template <class Row, class Read>
Result<std::vector<Row>> read_rows(std::string_view output, const std::vector<std::string_view>& columns, Read read) {
  auto table = parse_table(output, columns);
  if (!table) {
    return tl::unexpected(table.error());
  }
  std::vector<Row> rows;
  for (const std::vector<std::string>& cells : *table) {
    Row row = read(cells);
    if (!is_member_id(row.id)) {
      return malformed("member ID");
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

bool all_say_true_or_false(const TableRows& rows) {
  return std::ranges::all_of(rows, [](const auto& row) { return row.front() == "true" || row.front() == "false"; });
}

/// A cell that is neither must not pass for "no learner".
bool learners_readable(std::string_view output) {
  auto learners = parse_table(output, {"LEARNER"});
  return learners && all_say_true_or_false(*learners);
}

}  // namespace

Result<std::vector<EtcdMemberRow>> parse_etcd_members(std::string_view output) {
  auto rows = read_rows<EtcdMemberRow>(
      output, {"NODE", "ID", "HOSTNAME", "PEER URLS", "LEARNER"}, [](const std::vector<std::string>& cells) {
        return EtcdMemberRow{cells[0], cells[1], cells[2], split_list(cells[3]), cells[4] == "true"};
      });
  return rows && !learners_readable(output) ? malformed("learner") : rows;
}

Result<std::vector<EtcdStatusRow>> parse_etcd_status(std::string_view output) {
  auto rows = read_rows<EtcdStatusRow>(
      output, {"NODE", "MEMBER", "LEADER", "LEARNER", "ERRORS"}, [](const std::vector<std::string>& cells) {
        return EtcdStatusRow{cells[0], cells[1], is_no_leader(cells[2]) ? "" : cells[2], cells[3] == "true", cells[4]};
      });
  return rows && !learners_readable(output) ? malformed("learner") : rows;
}

Result<std::vector<EtcdAlarmRow>> parse_etcd_alarms(std::string_view output) {
  if (output.find_first_not_of(" \r\n") == std::string_view::npos) {
    return std::vector<EtcdAlarmRow>{};
  }
  return read_rows<EtcdAlarmRow>(output, {"NODE", "MEMBER", "ALARM"}, [](const std::vector<std::string>& cells) {
    return EtcdAlarmRow{cells[0], cells[1], cells[2]};
  });
}

Presence parse_etcd_data(const CommandOutput& output) {
  auto rows = parse_table(output.out, {"NODE", "NAME"});
  if (!rows) {
    return Presence::unknown;
  }
  if (output.exit_code == 0 && !rows->empty()) {
    return Presence::present;
  }
  constexpr std::string_view denial = "lstat /var/lib/etcd/member: no such file or directory";
  bool denied = output.exit_code == 1 && rows->empty() && output.err.find(denial) != std::string::npos;
  return denied ? Presence::absent : Presence::unknown;
}

}  // namespace tbx
