// `tbx status`: how a cluster is, on one screen.
#pragma once

#include <string>

#include "engine/observed.h"
#include "engine/plan.h"
#include "engine/text_layout.h"
#include "specs/cluster_spec.h"

namespace tbx {

struct StatusOptions {
  TextStyle style;
  std::string spec_path = "cluster.yaml";  ///< as the user gave it, for the command that the last line tells
};

std::string status_text(const ClusterSpec& wanted, const Observed& found, const Plan& plan,
                        const StatusOptions& options);

/// "3 members, 3 healthy, tolerates 1 failure"; why nothing is known, or that etcd was never bootstrapped.
std::string etcd_text(const EtcdState& etcd);

}  // namespace tbx
