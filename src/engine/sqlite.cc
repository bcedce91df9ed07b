#include "engine/sqlite.h"

#include <utility>

namespace litetts::engine {
namespace {

constexpr int kBusyMs = 2000;

Status StatusOf(sqlite3* database, int code) {
  const char* what = database != nullptr ? sqlite3_errmsg(database) : sqlite3_errstr(code);
  switch (code & 0xff) {
    case SQLITE_OK:
    case SQLITE_ROW:
    case SQLITE_DONE:
      return OkStatus();
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_FORMAT:
      return DataLoss(what);
    case SQLITE_FULL:
    case SQLITE_NOMEM:
      return ResourceExhausted(what);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return Unavailable(what);
    case SQLITE_CANTOPEN:
      return NotFound(what);
    case SQLITE_PERM:
    case SQLITE_READONLY:
    case SQLITE_AUTH:
      return PermissionDenied(what);
    default:
      return Internal(what);
  }
}

}  // namespace

Status Sqlite::Open(const std::string& path, int flags) {
  sqlite3* database = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &database, flags | SQLITE_OPEN_NOMUTEX, nullptr);
  database_.reset(database);
  const Status status = StatusOf(database, code);
  if (!status.ok()) {
    database_.reset();
    return status;
  }
  sqlite3_busy_timeout(database, kBusyMs);
  return OkStatus();
}

Status Sqlite::Run(const char* sql) {
  return StatusOf(database_.get(), sqlite3_exec(database_.get(), sql, nullptr, nullptr, nullptr));
}

Result<int64_t> Sqlite::Number(const char* sql) {
  LITETTS_ASSIGN_OR_RETURN(Query query, Prepare(sql));
  LITETTS_ASSIGN_OR_RETURN(const bool has_row, query.Step());
  return has_row ? query.Number(0) : 0;
}

Result<Sqlite::Query> Sqlite::Prepare(const char* sql) {
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v2(database_.get(), sql, -1, &statement, nullptr);
  Query query(database_.get(), std::unique_ptr<sqlite3_stmt, Query::Finalize>(statement));
  LITETTS_RETURN_IF_ERROR(StatusOf(database_.get(), code));
  return query;
}

Sqlite::Query& Sqlite::Query::Bind(std::string_view blob) {
  sqlite3_bind_blob64(statement_.get(), ++num_bound_, blob.data(), blob.size(), SQLITE_STATIC);
  return *this;
}

Sqlite::Query& Sqlite::Query::BindText(std::string_view text) {
  sqlite3_bind_text64(statement_.get(), ++num_bound_, text.data(), text.size(), SQLITE_STATIC,
                      SQLITE_UTF8);
  return *this;
}

Sqlite::Query& Sqlite::Query::Bind(int64_t number) {
  sqlite3_bind_int64(statement_.get(), ++num_bound_, number);
  return *this;
}

Result<bool> Sqlite::Query::Step() {
  const int code = sqlite3_step(statement_.get());
  LITETTS_RETURN_IF_ERROR(StatusOf(database_, code));
  return code == SQLITE_ROW;
}

std::string_view Sqlite::Query::Blob(int column) const {
  const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement_.get(), column));
  const int size = sqlite3_column_bytes(statement_.get(), column);
  return bytes == nullptr ? std::string_view() : std::string_view(bytes, static_cast<size_t>(size));
}

int64_t Sqlite::Query::Number(int column) const {
  return sqlite3_column_int64(statement_.get(), column);
}

}  // namespace litetts::engine
