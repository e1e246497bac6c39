// Whether a web server answers for a name, asked as a browser would, without resolving the name.
#pragma once

#include <stop_token>
#include <string>
#include <vector>

namespace tbx {

/// GET http://<address>:<port><path> with `Host: <host>`, straight to the address: through no proxy.
struct HttpQuestion {
  std::string address;
  int port = 80;
  std::string host;
  std::string path = "/";
};

struct HttpAnswer {
  bool answers = false;
  std::string detail;  ///< "HTTP 200", "connection refused", "no answer within 3 s"
  bool operator==(const HttpAnswer&) const = default;
};

/// The service behind an ingress answers with any status but 404, which the ingress says where there is no such route,
/// and 5xx, which it says for a service without endpoints. Redirects are not followed.
bool is_answer_of_service(int http_status);

/// In the order of the questions, some at a time; each takes `seconds` at most. Only heads are read, of 64 KiB at most.
/// Those not answered when `stop` is requested have the detail "stopped".
std::vector<HttpAnswer> probe_http(const std::vector<HttpQuestion>& questions, double seconds,
                                   std::stop_token stop = {});

}  // namespace tbx
