// The one file that knows zlib.
#include "providers/helm/gunzip.h"

#include <zlib.h>

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
  constexpr std::size_t piece_bytes = 256U << 10U;
  std::string piece(piece_bytes, '\0');
  std::string text;
  int state = Z_OK;
  while (state == Z_OK) {
    stream.next_out = reinterpret_cast<Bytef*>(piece.data());
    stream.avail_out = static_cast<uInt>(piece.size());
    state = inflate(&stream, Z_NO_FLUSH);
    text.append(piece, 0, piece.size() - stream.avail_out);
    if (text.size() > most_bytes) {
      return failure(ErrorKind::malformed_answer, fmt::format("it unpacks to more than {} bytes", most_bytes));
    }
  }
  if (state != Z_STREAM_END) {
    return failure(ErrorKind::malformed_answer, "it is no whole gzip");
  }
  return text;
}

}  // namespace tbx
