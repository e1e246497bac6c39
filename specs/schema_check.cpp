#include "specs/schema_check.h"

#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

#include <set>

#include "specs/embedded.h"
#include "specs/schema_explain.h"

namespace tbx {
namespace {

using nlohmann::json;

/// std::regex recurses once per character: a long text in a spec would exhaust the stack.
void remove_patterns(json& schema) {
  if (schema.is_object() && schema.contains("pattern") && schema["pattern"].is_string()) schema.erase("pattern");
  for (json& child : schema) {
    if (child.is_structured()) remove_patterns(child);
  }
}

struct ClusterSchema {
  json text = json::parse(embedded_schema("cluster"));
  valijson::Schema compiled;

  ClusterSchema() {
    remove_patterns(text);
    valijson::SchemaParser parser(valijson::SchemaParser::kDraft7);
    parser.populateSchema(valijson::adapters::NlohmannJsonAdapter(text), compiled);
  }
};

const ClusterSchema& cluster_schema() {
  static const ClusterSchema schema;
  return schema;
}

/// valijson writes the steps as `<root>`, `[spec]`, `[workers]`.
SchemaViolation violation_of(const valijson::ValidationResults::Error& error) {
  SchemaViolation violation{{}, error.description};
  for (const std::string& step : error.context) {
    if (step.starts_with('[') && step.ends_with(']')) violation.steps.push_back(step.substr(1, step.size() - 2));
  }
  return violation;
}

}  // namespace

std::vector<Problem> check_cluster_schema(const Document& document) {
  const ClusterSchema& schema = cluster_schema();
  valijson::Validator validator;
  valijson::ValidationResults results;
  const valijson::adapters::NlohmannJsonAdapter target(document.value);
  if (validator.validate(schema.compiled, target, &results)) return {};

  std::vector<Problem> problems;
  std::set<std::vector<std::string>> explained;
  for (const auto& error : results) {
    if (error.description.starts_with("Failed to validate")) continue;  // repeats what is wrong further down
    const SchemaViolation violation = violation_of(error);
    if (!explained.insert(violation.steps).second) continue;
    for (Problem& problem : explain_violation(schema.text, document, violation)) {
      problems.push_back(std::move(problem));
    }
  }
  if (problems.empty()) {
    const std::string why = results.numErrors() == 0 ? "no reason given" : results.begin()->description;
    problems.push_back(make_problem(*document.source, value_position(document, ""), "",
                                    "the file does not have the shape of a spec: " + why));
  }
  return problems;
}

std::vector<std::string> schema_violations(const json& document, std::string_view schema_name) {
  const json text = json::parse(embedded_schema(schema_name), nullptr, false);
  if (text.is_discarded()) return {"there is no schema " + std::string(schema_name)};
  valijson::Schema compiled;
  valijson::SchemaParser parser(valijson::SchemaParser::kDraft7);
  parser.populateSchema(valijson::adapters::NlohmannJsonAdapter(text), compiled);
  valijson::Validator validator;
  valijson::ValidationResults results;
  const valijson::adapters::NlohmannJsonAdapter target(document);
  if (validator.validate(compiled, target, &results)) return {};
  std::vector<std::string> lines;
  for (const auto& error : results) {
    std::string place;
    for (const std::string& step : error.context) place += step;
    lines.push_back(place + ": " + error.description);
  }
  return lines;
}

}  // namespace tbx
