// What an unquoted YAML scalar means to Helm and kubectl: Go's YAML library keeps to YAML 1.1, where `yes` is true and
// `0644` is 420.
#pragma once

#include <nlohmann/json.hpp>
#include <string_view>

namespace tbx {

/// As go.yaml.in/yaml/v2 resolves it (resolve.go), which is what sigs.k8s.io/yaml reads with.
nlohmann::json resolve_go_scalar(std::string_view text);

}  // namespace tbx
