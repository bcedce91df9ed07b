#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/status.h"

namespace litetts::engine {

// One connection to a SQLite database, and its prepared statements. Only for .cc files of this
// folder. One thread at a time.
class Sqlite {
 public:
  Sqlite() = default;

  // kDataLoss where the file is no database or is damaged, kResourceExhausted for a full disk.
  Status Open(const std::string& path, int flags);
  void Close() { database_.reset(); }
  bool is_open() const { return database_ != nullptr; }
  // Runs statements that return nothing.
  Status Run(const char* sql);
  // The first column of the first row of a query.
  Result<int64_t> Number(const char* sql);

  // A statement with its values bound, stepped row by row.
  class Query {
   public:
    Query& Bind(std::string_view blob);  // must live until the end
    Query& BindText(std::string_view text);
    Query& Bind(int64_t number);
    // True: there is a row. Errors as Open().
    Result<bool> Step();
    std::string_view Blob(int column) const;  // until the next step
    int64_t Number(int column) const;

   private:
    friend class Sqlite;
    struct Finalize {
      void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
    };
    Query(sqlite3* database, std::unique_ptr<sqlite3_stmt, Finalize> statement)
        : database_(database), statement_(std::move(statement)) {}
    sqlite3* database_;
    std::unique_ptr<sqlite3_stmt, Finalize> statement_;
    int num_bound_ = 0;
  };
  Result<Query> Prepare(const char* sql);
  int64_t num_changed() const { return sqlite3_changes64(database_.get()); }

 private:
  struct CloseDatabase {
    void operator()(sqlite3* database) const { sqlite3_close_v2(database); }
  };
  std::unique_ptr<sqlite3, CloseDatabase> database_;
};

}  // namespace litetts::engine
