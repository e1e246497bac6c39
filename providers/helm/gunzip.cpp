// The one file that knows zlib.
#include "providers/helm/gunzip.h"

#include <zlib.h>

#include <algorithm>

#include <fmt/format.h>

namespace tbx {

namespace {

/// zlib's state, freed whatever happens.
struct Inflation {
  z_stream stream{};
  bool is_open = false;

  Inflation() {
    constexpr int gzip_only = 16;
    is_open = inflateInit2(&stream, MAX_WBITS + gzip_only) == Z_OK;
  }
  ~Inflation() {
    if (is_open) {
      inflateEnd(&stream);
    }
  }
  Inflation(const Inflation&) = delete;
  Inflation& operator=(const Inflation&) = delete;
};

}  // namespace

Result<std::string> gunzip(std::string_view packed, std::size_t most_bytes) {
  Inflation inflation;
  if (!inflation.is_open) {
    return failure(ErrorKind::rejected, "there is no memory to unpack gzip");
  }
  z_stream& stream = inflation.stream;
  // zlib asks for a pointer that it could write through, and never does.
  stream.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(packed.data()));
  stream.avail_in = static_cast<uInt>(packed.size());
  std::string text;
  int state = Z_OK;
  while (state == Z_OK) {
    constexpr std::size_t piece_bytes = 256U << 10U;
    if (text.size() > most_bytes) {
      return failure(ErrorKind::malformed_answer, fmt::format("it unpacks to more than {} bytes", most_bytes));
    }
    const std::size_t filled = text.size();
    text.resize(filled + piece_bytes);
    stream.next_out = reinterpret_cast<Bytef*>(text.data() + filled);
    stream.avail_out = static_cast<uInt>(piece_bytes);
    state = inflate(&stream, Z_NO_FLUSH);
    text.resize(text.size() - stream.avail_out);
  }
  if (state != Z_STREAM_END || text.size() > most_bytes) {
    return failure(ErrorKind::malformed_answer, "it is no whole gzip");
  }
  return text;
}

}  // namespace tbx
