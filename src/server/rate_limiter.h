#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>

namespace litetts::server {

// So many requests a minute for each client, with a burst of a quarter of a minute's worth (at
// least one). Used by one thread; the time is the caller's.
class RateLimiter {
 public:
  // 0: no limit.
  void set_requests_per_minute(int limit) { per_minute_ = limit; }

  // Counts a request of `client`; if it is one too many, the whole seconds until the next is
  // welcome.
  std::optional<int> Refuse(const std::string& client, double now_seconds);

  size_t num_clients() const { return clients_.size(); }

 private:
  struct Bucket {
    double tokens = 0;
    double filled_at = 0;
  };
  double BurstSize() const;
  void Refill(Bucket& bucket, double now_seconds) const;
  void DropFull(double now_seconds);

  int per_minute_ = 0;
  std::map<std::string, Bucket> clients_;  // at most kMaxClients with less than a full bucket
};

}  // namespace litetts::server
